"""A case walked from the import of its table to closure through the pages, without any script."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.bootstrap import Application, log_signer
from engine.service.verify import verify
from tests.people import BUILDING, CHEN, JUSTICE, LABOUR, LI, SUN, WEI, WU, ZHANG, ZHAO, Person
from tests.web import desk
from tests.web.desk import Browser

TABLE = (
    "重点问题,任务分解,责任领导,牵头单位,协办单位,化解措施,办结时限\n"
    "某某小区停工,欠付工资,张三（副镇长）,丙劳动所,乙建设办,核清底数；发放到位,2026-03-31\n"
    "某某小区停工,恢复施工,李四,乙建设办,,制定复工计划,2026-04-30\n"
)
"""The same two tasks as the table of an annex, as a spreadsheet saves it."""


class Walk:
    """The people of one office, each at a browser of their own, and the office's clock."""

    def __init__(self, application: Application, home: Path) -> None:
        self.application = application
        self._home = home
        self._at = desk.START
        self._there: dict[str, Browser] = {}
        self.code = ""

    def at(self, person: Person) -> Browser:
        """Give somebody's browser."""
        if person.login not in self._there:
            self._there[person.login] = desk.enter(self.application, person)
        return self._there[person.login]

    def passes(self, **much: float) -> None:
        """Let time pass."""
        self._at = desk.later(self._home, self._at, **much)

    def step(self, person: Person, trigger: str, **given: object) -> str:
        """Take a step as people do: fill in, check, send. Gives the page of what was checked."""
        there, place = self.at(person), f"/cases/{self.code}/do/{trigger}"
        answer = there.submit(place, given, f"{place}/confirm")
        assert answer.status_code == 200, desk.text_of(answer.text)
        form = next(f for f in desk.forms_of(answer.text, place) if f.action == place)
        assert there.post(place, form.filled({"ok": "1"})).status_code == 303
        checked: str = answer.text
        return checked

    def write(self, person: Person, part: str, given: dict[str, object], **more: Any) -> str:  # noqa: ANN401
        """Fill in a form about a part of the case; give where it led."""
        answer = self.at(person).submit(f"/cases/{self.code}/{part}", given, **more)
        assert answer.status_code == 303, desk.text_of(answer.text)
        location: str = answer.headers["location"]
        return location

    def page(self, person: Person, **more: Any) -> str:  # noqa: ANN401
        """Give the words of the case's page as somebody sees it."""
        return desk.text_of(self.at(person).get(f"/cases/{self.code}", **more).text)


@pytest.fixture
def walk(database_url: str, home: Path) -> Iterator[Walk]:
    """Give the walk through a fresh office, on both kinds of database."""
    application = desk.office_on(database_url, home)
    yield Walk(application, home)
    application.close()


def imported(walk: Walk) -> None:
    """Import the table through its three pages."""
    there = walk.at(ZHAO)
    form = there.form("/import")
    answer = there.post("/import", form.values, files={"file": ("分解表.csv", TABLE.encode())})
    assert answer.status_code == 303, desk.text_of(answer.text)
    preview = answer.headers["location"]
    assert "2行新增" in desk.text_of(there.get(preview).text)
    done = there.submit(preview, {}, f"{preview}/confirm")
    assert done.headers["location"] == f"{preview}/done"
    words = desk.text_of(there.get(done.headers["location"]).text)
    assert "已登记2个新事项" in words
    found = re.search(r"DB-2026-\d{4}(?=[^<]*</span>[^<]*某某小区停工)", there.get("/cases").text)
    assert found
    page = there.get("/cases?q=欠付工资").text
    walk.code = re.findall(r"/cases/(DB-2026-\d{4})", page)[0]


def test_a_case_is_walked_from_its_table_to_closure(walk: Walk) -> None:
    imported(walk)
    assert "交办" in walk.page(ZHAO)
    planned = walk.at(ZHAO).form(f"/cases/{walk.code}/do/assign",
                                 f"/cases/{walk.code}/do/assign/confirm")  # fmt: skip
    assert planned.values["lead_leader"] == [ZHANG.login]
    assert planned.values["due"] == ["2026-03-31"]
    checked = walk.step(ZHAO, "assign")
    assert "签收" in desk.text_of(checked)
    walk.step(ZHANG, "acknowledge")
    walk.write(ZHANG, "task-force", {
        "liaison": WU.login,
        "members.0.account": WU.login, "members.0.unit": LABOUR.name,
        "members.1.account": SUN.login, "members.1.unit": BUILDING.name,
    })  # fmt: skip
    walk.write(WU, "plan", {
        "measures.0.title": "核清底数", "measures.0.owner": WU.login,
        "measures.0.unit": LABOUR.name, "measures.0.due": "2026-03-20",
        "measures.0.evidence": "核对表",
    })  # fmt: skip
    assert "adopted" in walk.write(ZHANG, "plan/adopt", {})
    walk.step(ZHANG, "start")
    assert "还差" in walk.page(ZHANG)
    progress = re.findall(r"/measures/\d+/progress", walk.at(WU).get(f"/cases/{walk.code}").text)[0]
    walk.write(WU, progress.lstrip("/"), {"status": "done", "note": "逐班组核对完毕"},
               files={"upload": ("核对确认表.txt", "核对".encode())})  # fmt: skip
    walk.write(WU, "claims", {"kind": "wages", "people": "86", "owed": "4126000", "paid": ""})
    claim = re.findall(rf"/cases/{walk.code}/(claims/\d+)",
                       walk.at(WU).get(f"/cases/{walk.code}").text)[0]  # fmt: skip
    walk.write(WU, claim, {"paid": "4,126,000.00"})
    walk.write(WU, "replies", {"kind": "interim", "text": "正在筹款", "means": "meeting"})
    assert "观察" in desk.text_of(walk.step(ZHANG, "stabilize"))
    closed_door = desk.text_of(walk.at(ZHANG).get(f"/cases/{walk.code}/do/propose-closure").text)
    assert "观察期至" in closed_door
    walk.passes(days=17)
    walk.write(ZHANG, "replies", {"kind": "final", "text": "已全部发放", "means": "notice"})
    walk.step(ZHANG, "propose-closure", outcome="resolved", summary="工资全部发放到位")
    assert "申请办结，等待审核" in walk.page(CHEN)
    walk.step(CHEN, "close")
    words = walk.page(ZHAO, params={"history": "all"})
    assert "已办结：已化解" in words
    for told in ("登记", "交办", "签收", "组建专班", "制定方案", "批准方案", "开始化解",
                 "登记进展", "登记付款", "登记答复", "报稳定", "申请办结", "办结"):  # fmt: skip
        assert told in words, told
    file = re.findall(rf"/cases/{walk.code}/files/\d+",
                      walk.at(WU).get(f"/cases/{walk.code}").text)[0]  # fmt: skip
    download = walk.at(CHEN).get(file)
    assert download.content.decode() == "核对"
    assert download.headers["content-disposition"].startswith("attachment;")
    assert download.headers["content-security-policy"].endswith("sandbox")


def test_the_same_table_twice_makes_nothing_twice(walk: Walk) -> None:
    imported(walk)
    there = walk.at(ZHAO)
    form = there.form("/import")
    answer = there.post("/import", form.values, files={"file": ("分解表.csv", TABLE.encode())})
    words = desk.text_of(there.get(answer.headers["location"]).text)
    assert "0行新增，2行已有" in words


def test_a_wrong_row_is_told_with_row_and_column_and_nothing_is_imported(walk: Walk) -> None:
    there = walk.at(ZHAO)
    wrong = TABLE.replace("李四", "李四、王五")
    answer = there.post("/import", there.form("/import").values,
                        files={"file": ("t.csv", wrong.encode())})  # fmt: skip
    preview = answer.headers["location"]
    page = there.get(preview)
    assert 'role="alert"' in page.text
    assert re.search(r"第3行“责任领导”", desk.text_of(page.text))
    refused = there.post(f"{preview}/confirm", {
        name: values for form in desk.forms_of(page.text, preview)
        if form.action.endswith("/confirm") for name, values in form.values.items()
    })  # fmt: skip
    assert refused.status_code == 422
    assert "DB-2026" not in there.get("/cases").text


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.csv", b""), ("x.docx", b"PK\x03\x04 broken"), ("x.xlsx", b"not a table"),
     ("x.exe", b"MZ" + bytes(64)), ("", b"")],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_a_sentence(walk: Walk, name: str, content: bytes) -> None:
    there = walk.at(ZHAO)
    files = {"file": (name, content)} if name else None
    answer = there.post("/import", there.form("/import").values, files=files)
    assert answer.status_code in {415, 422}
    assert 'role="alert"' in answer.text


def test_handover_and_extension_go_through_the_pages_of_their_people(walk: Walk) -> None:
    imported(walk)
    walk.step(ZHAO, "assign")
    walk.step(ZHANG, "acknowledge")
    walk.step(ZHANG, "request-extension", due="2026-04-10", reason="房源处置款四月到账")
    assert "申请延期" in walk.page(WEI)
    walk.step(WEI, "grant-extension")
    assert "4月10日" in walk.page(ZHANG)
    walk.step(ZHANG, "hand-over", to=LI.login, reason="分工调整")
    walk.step(LI, "accept-handover")
    assert "责任领导 李四（副书记）" in walk.page(ZHAO)
    assert walk.at(ZHANG).get(f"/cases/{walk.code}").status_code == 200


def test_voiding_takes_the_office_and_supervision(walk: Walk) -> None:
    imported(walk)
    walk.step(ZHAO, "void", reason="重复登记")
    walk.step(CHEN, "void", reason="属实")
    assert "已办结：已作废" in walk.page(ZHAO)
    assert JUSTICE.name not in walk.page(ZHAO)


def test_the_log_agrees_with_the_rows_after_a_walk(walk: Walk) -> None:
    test_a_case_is_walked_from_its_table_to_closure(walk)
    keys = [log_signer(walk.application.settings).verifier()]
    assert verify(walk.application.database, keys)["findings"] == []
