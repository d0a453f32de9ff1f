"""Imports and exports that take long: told of as they go, left, come back to, whole or nothing."""

import re
import time
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from engine.bootstrap import Application
from engine.cli import running
from engine.domain.access import OPERATOR
from engine.errors import ConflictError
from engine.progress import Phase, listening
from engine.service import account_upkeep, accounts, imports, long_runs
from engine.service.case_lists import CaseQuery
from engine.service.imports import ImportOrder
from engine.service.long_runs import ExportOrder
from engine.service.principals import principal_of
from engine.service.reports.asking import ReportQuery
from engine.settings import real_now
from engine.store import long_runs as stored
from engine.store.database import Database
from engine.store.long_runs import Mark
from engine.store.tables import table
from tests.people import JIANG, LABOUR, WU, ZHANG, ZHAO, ZHENG
from tests.web import desk
from tests.web.desk import Browser, text_of
from tests.web.story import Story

ROWS = 600
HEAD = "重点问题,任务,责任领导,牵头单位,承诺时限"


@pytest.fixture(autouse=True)
def _long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count as long what is not, and do nothing behind the page but what a test asks for."""
    monkeypatch.setattr(long_runs, "LONG_BYTES", 1)
    monkeypatch.setattr(long_runs, "LONG_ROWS", 0)
    monkeypatch.setattr("web.pages.runs.run_apart", lambda *_: None)


def lines(count: int = ROWS, leader: str = ZHANG.name) -> bytes:
    """Write a table."""
    rows = [f"第{n // 10}个问题,第{n}项,{leader},{LABOUR.name},2026-06-30" for n in range(count)]
    return "\n".join([HEAD, *rows]).encode()


def uploaded(application: Application, content: bytes) -> tuple[int, str]:
    """Upload a table; give its number and digest."""
    with application.writing("web", "zh") as writing:
        found = imports.upload(
            writing, principal_of(writing, ZHAO.login), ImportOrder("大表.csv", content)
        )
    return found["id"], found["sha256"]


def confirmed(browser: Browser, number: int) -> str:
    """Confirm an upload on its page; give where that leads."""
    answer = browser.submit(f"/import/{number}", {}, f"/import/{number}/confirm")
    assert answer.status_code == 303
    return str(answer.headers["location"])


def going(application: Application, number: int, phase: Phase, done: int, total: int) -> None:
    """Say how far the work has come."""
    stored.hear(application.database, number, Mark(phase, done, total, real_now()))


def test_an_import_is_told_of_as_it_goes_and_its_result_waits(office: Application) -> None:
    number, _ = uploaded(office, lines())
    there = desk.enter(office, ZHAO)
    place = confirmed(there, number)
    assert place == "/runs/1"
    begins = there.get(place).text
    assert "准备开始" in begins
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in begins
    assert 'hx-trigger="every 1s"' in begins
    going(office, 1, "write", 500, ROWS)
    told = there.get(place).text
    assert '<progress id="run-bar" max="600" value="500">' in told
    assert "500行，共600行" in text_of(told)
    assert there.get(f"/import/{number}").headers["location"] == place
    assert "正在进行" in text_of(there.get("/runs").text)
    running.work(office, 1)
    done = there.get(place).text
    assert "已导入600行" in text_of(done)
    assert "hx-trigger" not in done
    assert "http-equiv" not in done
    assert there.get(f"/import/{number}").headers["location"] == f"/import/{number}/done"
    assert "已登记600个新事项" in text_of(there.get(f"/import/{number}/done").text)
    assert not list(office.settings.home.glob("*-run-*"))


def test_every_phase_is_told_to_its_end(office: Application) -> None:
    number, digest = uploaded(office, lines())
    heard: list[tuple[Phase, int, int]] = []
    with listening(lambda *mark: heard.append(mark)), office.writing("web", "zh") as writing:
        imports.confirm(writing, principal_of(writing, ZHAO.login), number, digest)
    assert list(dict.fromkeys(phase for phase, _, _ in heard)) == ["read", "check", "write"]
    for phase in ("read", "check", "write"):
        counted = [done for name, done, _ in heard if name == phase]
        assert counted == sorted(counted)
        assert counted[-1] == ROWS
    assert {total for phase, _, total in heard if phase != "read"} == {ROWS}


def test_an_import_that_is_refused_half_way_wrote_nothing_and_says_why(
    office: Application,
) -> None:
    number, _ = uploaded(office, lines())
    there = desk.enter(office, ZHAO)
    place = confirmed(there, number)
    with office.writing("cli") as writing:
        accounts.disable_account(writing, OPERATOR, ZHANG.login)
    running.work(office, 1)
    told = there.get(place).text
    assert "没有导入，什么也没有写入" in text_of(told)
    assert "600行有错误，没有导入任何内容" in text_of(told)
    assert "600 rows are wrong" in there.get(place, headers={"Accept-Language": "en"}).text
    assert there.get(f"/import/{number}").status_code == 200
    assert "还没有督办事项" in text_of(there.get("/cases?view=all").text)


@pytest.mark.parametrize("fault", [RuntimeError, SystemExit, KeyboardInterrupt])
def test_one_that_breaks_off_half_way_wrote_nothing_and_says_so(
    office: Application, monkeypatch: pytest.MonkeyPatch, fault: type[BaseException]
) -> None:
    number, _ = uploaded(office, lines())
    there = desk.enter(office, ZHAO)
    place = confirmed(there, number)

    def breaks(name: str) -> None:
        if name == "import.mid":
            raise fault

    monkeypatch.setattr("engine.service.import_write.failpoint", breaks)
    with pytest.raises(fault):
        running.work(office, 1)
    assert "中途出错，没有完成" in text_of(there.get(place).text)
    assert "还没有督办事项" in text_of(there.get("/cases?view=all").text)
    monkeypatch.undo()
    assert there.get(f"/import/{number}").status_code == 200


def test_one_whose_process_is_gone_is_said_to_be_and_can_be_begun_again(
    office: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, digest = uploaded(office, lines(20))
    there = desk.enter(office, ZHAO)
    place = confirmed(there, number)
    going(office, 1, "write", 10, 20)
    monkeypatch.setattr(long_runs, "SILENCE", timedelta(seconds=-1))
    assert "处理中途断了" in text_of(there.get(place).text)
    assert there.get(f"/import/{number}").status_code == 200
    assert confirmed(there, number) == "/runs/2"
    monkeypatch.setattr(long_runs, "SILENCE", timedelta(seconds=60))
    running.work(office, 1)
    assert there.get(place).status_code == 200
    running.work(office, 2)
    assert "已导入20行" in text_of(there.get("/runs/2").text)
    with office.writing("web", "zh") as writing, pytest.raises(ConflictError):
        long_runs.begin_import(writing, principal_of(writing, ZHAO.login), number, digest)


def test_each_has_one_at_a_time_and_an_office_few(story: Story) -> None:
    order = ExportOrder("cases", CaseQuery(), ".csv", "清单")
    story.do(ZHAO, long_runs.begin_export, order)
    there = desk.enter(story.application, ZHAO)
    for _ in range(2):
        ask = there.submit("/cases/export?view=all&format=csv", {}, "/runs")
        assert ask.headers["location"] == "/runs"
    story.do(WU, long_runs.begin_export, order)
    others = desk.enter(story.application, ZHANG)
    answer = others.submit("/cases/export?view=all&format=csv", {}, "/runs")
    assert answer.status_code == 409
    assert "现在有2项导入或导出正在进行" in text_of(answer.text)


def exported(application: Application, place: str, who: object = ZHAO) -> tuple[Browser, bytes]:
    """Export a list behind its page; give the file."""
    there = desk.enter(application, who)  # type: ignore[arg-type]  # a person
    offered = there.get(place)
    assert "开始导出这" in text_of(offered.text)
    answer = there.submit(place, {}, "/runs")
    at = str(answer.headers["location"])
    running.work(application, int(at.rpartition("/")[2]))
    assert "文件已做好" in text_of(there.get(at).text)
    file = there.get(f"{at}/file")
    assert file.headers["content-disposition"].startswith("attachment;")
    return there, file.content


@pytest.mark.parametrize(
    "place",
    ["/cases/export?view=all&format=csv", "/cases/export?view=all&q=欠付&format=csv",
     "/cases/export?view=all&due=month&format=csv", "/cases/export?format=csv&id=DB-2026-0001",
     "/reports/ledger?format=csv", "/reports/overdue?format=csv&as_of=2026-03-02&by=leader"],
)  # fmt: skip
def test_a_file_made_behind_the_page_is_the_one_handed_out_at_once(
    story: Story, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(long_runs, "LONG_ROWS", 5_000)
    at_once = desk.enter(story.application, ZHAO).get(place)
    assert at_once.headers["content-type"].startswith("text/csv")
    monkeypatch.setattr(long_runs, "LONG_ROWS", -1)
    assert exported(story.application, place)[1] == at_once.content


def test_a_file_is_for_whoever_asked_for_it_for_a_day(story: Story) -> None:
    there, content = exported(story.application, "/cases/export?view=all&format=xlsx")
    assert content.startswith(b"PK")
    others = desk.enter(story.application, ZHENG)
    assert others.get("/runs/1").status_code == 404
    assert others.get("/runs/1/file").status_code == 404
    desk.set_clock(story.application.settings.home, desk.START + timedelta(days=1, minutes=1))
    gone = there.get("/runs/1/file")
    assert gone.status_code == 404
    assert "这份文件不再保留" in text_of(gone.text)
    story.do(ZHAO, long_runs.begin_export, ExportOrder("cases", CaseQuery(), ".csv", "清单"))
    runs, blob = table("long_run"), table("blob")
    with story.application.database.reading() as conn:
        assert conn.execute(runs.select().where(runs.c.id == 1)).first() is None
        kept = {row.content for row in conn.execute(blob.select())}
    assert content not in kept


def test_a_file_is_not_handed_out_to_who_sees_other_cases_by_now(story: Story) -> None:
    there, _ = exported(story.application, "/cases/export?view=all&format=csv", WU)
    with story.application.writing("cli") as writing:
        account_upkeep.change_account(
            writing, OPERATOR, WU.login, account_upkeep.AccountChange(unit="乙建设办")
        )
    refused = there.get("/runs/1/file")
    assert refused.status_code == 403
    assert "您能看到的事项已经变化" in text_of(refused.text)


def test_what_is_no_list_or_report_is_not_exported(story: Story) -> None:
    there = desk.enter(story.application, ZHAO)
    csrf = there.form("/account", "/logout").values["_csrf"][0]
    for ask in ("", "/accounts", "/reports/nothing?format=csv", "//evil.example/cases/export"):
        answer = there.post("/runs", {"_csrf": csrf, "ask": ask})
        assert answer.status_code == 422, ask
        assert "不能这样导出" in text_of(answer.text)
    wrong = there.post("/runs", {"_csrf": csrf, "ask": "/cases/export?format=exe"})
    assert wrong.status_code == 422
    duty = desk.enter(story.application, JIANG)
    csrf = duty.form("/account", "/logout").values["_csrf"][0]
    answer = duty.post("/runs", {"_csrf": csrf, "ask": "/reports/ledger?format=csv"})
    assert answer.status_code == 403


def test_a_question_is_kept_as_it_was_asked(story: Story) -> None:
    for query in (
        CaseQuery(q="欠付", until=desk.START.date(), overdue=False, codes=("DB-2026-0001",)),
        CaseQuery(opened=desk.START.date(), as_of=desk.START, late=0),
        ReportQuery(as_of=desk.START, by="leader", unit=LABOUR.name),
    ):
        assert long_runs.unpacked(type(query), long_runs.packed(query)) == query
    del story


def test_progress_is_heard_on_both_databases_while_the_work_is_not_committed(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    application = desk.office_on(database_url, tmp_path / "office")
    with application.writing("web", "zh") as writing:
        who = principal_of(writing, ZHAO.login)
        order = ExportOrder("cases", CaseQuery(), ".csv", "清单")
        number = long_runs.begin_export(writing, who, order)
    with database.transaction():
        stored.hear(database, number, Mark("write", 7, 9, real_now()))
        with application.reading("web", "zh") as reading:
            told = long_runs.show_run(reading, who, number)
    assert (told["state"], told["phase"], told["done"], told["total"]) == ("running", "write", 7, 9)
    stored.hush(database, number)
    application.close()


def test_the_process_apart_does_what_was_begun(
    office: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(long_runs, "LONG_BYTES", 1)
    number, _ = uploaded(office, lines(30))
    there = desk.enter(office, ZHAO)
    place = confirmed(there, number)
    last = time.monotonic() + 60
    while "正在" in (said := unescape(there.get(place).text)) or "准备开始" in said:
        assert time.monotonic() < last, said
        time.sleep(0.1)
    assert re.search(r"已导入30行", text_of(said))
