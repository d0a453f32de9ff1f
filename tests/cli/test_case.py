"""One case of the decomposition table from import to closed, through the command line alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ran, Terminal

TABLE = """\
区交办信访重点问题,任务分解,责任领导,牵头单位,协办单位,化解措施
示例新城住宅项目群众诉求问题,住宅项目停工与交付问题,张三(镇党委副书记),建管办,平安办、派出所,逐户登记诉求；每周公布节点
示例新城住宅项目群众诉求问题,农民工欠薪问题,李四(镇宣传委员),社保所,平安办、派出所,登记人数和金额
"""
CODE = "DB-2026-0001"
DUE = "2026-06-30"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def step(duban: Terminal, trigger: str, who: str, *more: str) -> Any:  # noqa: ANN401  # the case
    """Take a step; give the case after it."""
    return duban.done("case", "step", CODE, trigger, "--as", who, *more).json()


@pytest.fixture
def imported(duban: Terminal, tmp_path: Path) -> Terminal:
    """Give an office in which the table was imported, and the officials of this story."""
    (tmp_path / "table.csv").write_text(TABLE, encoding="utf-8")
    duban.done("import", "table.csv", "--create-missing")
    for login, name, unit, role in (
        ("office", "办公室员", "本单位", "office"),
        ("audit", "督查员", "本单位", "supervision"),
        ("build", "建管员", "建管办", "unit"),
        ("peace", "平安员", "平安办", "unit"),
        ("police", "民警", "派出所", "unit"),
    ):
        duban.done("account", "add", login, "--name", name, "--unit", unit, "--role", role)
    return duban


def assigned(duban: Terminal) -> Any:  # noqa: ANN401  # the case
    """Assign the case to its lead leader."""
    data = {"lead_leader": "张三", "lead_unit": "建管办", "due": DUE,
            "supporting_units": ["平安办", "派出所"]}  # fmt: skip
    return step(duban, "assign", "office", "--data", json.dumps(data))


def started(duban: Terminal, folder: Path) -> Any:  # noqa: ANN401  # the case
    """Bring the case to work on an adopted plan, with a task force."""
    assigned(duban)
    step(duban, "acknowledge", "张三")
    members = [word for one in ("build=建管办", "peace=平安办", "police=派出所")
               for word in ("--member", one)]  # fmt: skip
    duban.done("case", "task-force", CODE, "--as", "张三", "--liaison", "build", *members)
    measures = [{"title": "复工", "owner": "build", "unit": "建管办", "start": "2026-03-04",
                 "due": "2026-05-01", "evidence": "监理报告"}]  # fmt: skip
    (folder / "plan.json").write_text(json.dumps(measures))
    duban.done("case", "plan", CODE, "--as", "build", "--measures", "plan.json")
    duban.done("case", "adopt", CODE, "--as", "张三")
    return step(duban, "start", "张三")


def test_a_case_is_walked_from_import_to_closed(imported: Terminal, tmp_path: Path) -> None:
    duban = imported
    assert assigned_then_closed(duban, tmp_path)["outcome"] == "resolved"
    history = duban.done("case", "history", CODE).json()
    triggers = [event["trigger"] for event in history if event.get("trigger")]
    assert triggers == [
        "register", "assign", "acknowledge", "start", "stabilize", "propose-closure", "close",
    ]  # fmt: skip
    assert [event["seq"] for event in history] == list(range(1, len(history) + 1))
    assert all(event["index"] is not None for event in history)
    assert history[-1]["actor"]["login"] == "audit"
    assert duban.done("verify", "--format", "json").json()["intact"]


def assigned_then_closed(duban: Terminal, folder: Path) -> Any:  # noqa: ANN401  # the case
    """Walk the whole way."""
    assert started(duban, folder)["state"] == "in-resolution"
    duban.at("2026-04-20T10:00:00+08:00")
    (folder / "report.png").write_bytes(PNG)
    number = duban.done("case", "file", CODE, "report.png", "--as", "build").json()["id"]
    measure = duban.done("case", "show", CODE).json()["plan"]["measures"][0]["id"]
    report = ("--status", "done", "--note", "已复工", "--date", "2026-04-20")
    done = duban.done("case", "progress", CODE, str(measure), *report, "--file", str(number),
                      "--as", "build").json()  # fmt: skip
    assert done["proved"]
    reply(duban, "interim", "2026-04-20")
    assert step(duban, "stabilize", "张三")["state"] == "stabilized"
    duban.at("2026-05-08T10:00:00+08:00")
    reply(duban, "final", "2026-05-08")
    closing = json.dumps({"outcome": "resolved", "summary": "已交付，业主满意"})
    step(duban, "propose-closure", "张三", "--data", closing)
    return step(duban, "close", "audit")


def reply(duban: Terminal, kind: str, on: str) -> Ran:
    """Record a reply to those affected."""
    parts = ("--kind", kind, "--text", "已书面答复", "--delivered-on", on, "--means", "letter")
    return duban.done("case", "reply", CODE, *parts, "--as", "build")


def test_a_refusal_names_every_unmet_need_and_who_can_meet_it(imported: Terminal) -> None:
    assigned(imported)
    before = imported.done("case", "history", CODE).out
    told = imported.refused("case", "step", CODE, "start", "--as", "张三")
    for words in ("acknowledge", "liaison", "plan"):
        assert words in told.lower()
    assert told.count(" (for ") >= 3
    assert imported.done("case", "history", CODE).out == before


def test_wrong_steps_are_told_apart(imported: Terminal) -> None:
    for words, told in (
        (("DB-2026-9999", "assign", "--as", "office"), "DB-2026-9999"),
        ((CODE, "assign", "--as", "office", "--version", "7"), "changed since you opened it"),
        ((CODE, "explode", "--as", "office"), "no step “explode”"),
        ((CODE, "start", "--as", "office"), "no step “Start resolution”"),
        ((CODE, "start", "--as", "office"), "in the same order: assign, "),
        ((CODE, "assign", "--as", "peace"), "not yours"),
        ((CODE, "assign", "--as", "office", "--data", '{"due": "soon"}'), "due"),
        ((CODE, "assign", "--as", "office", "--data", '{"colour": "red"}'), "colour"),
        ((CODE, "assign", "--as", "office", "--data", "{due}"), "is not JSON"),
        ((CODE, "assign", "--as", "office", "--data", "[1]"), "must be a JSON object"),
        ((CODE, "assign", "--as", "office", "--data", '{"a": NaN}'), "is not JSON"),
        ((CODE, "assign", "--as", "office", "--data", '{"a": "\\u0000"}'), "cannot be kept"),
        ((CODE, "assign", "--as", "office", "--version", "first"), "a whole number from 1"),
        ((CODE, "assign", "--as", "nobody"), "no account"),
        ((CODE, "assign"), "--as is missing"),
        ((CODE,), "TRIGGER is missing"),
    ):
        assert told in imported.refused("case", "step", *words), words


def test_wrong_parts_are_refused_and_nothing_is_written(imported: Terminal, tmp_path: Path) -> None:
    started(imported, tmp_path)
    (tmp_path / "bad.json").write_text('[{"titel": "复工"}]')
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "machine.bin").write_bytes(b"\x7fELF" + bytes(range(256)))
    before = imported.done("case", "history", CODE).out
    doer = ("--as", "build")
    for words, told in (
        (("task-force", CODE, "--liaison", "build", "--member", "build", *doer), "LOGIN=UNIT"),
        (("plan", CODE, "--measures", "bad.json", *doer), "titel"),
        (("plan", CODE, "--measures", "gone.json", *doer), "gone.json"),
        (("plan", CODE, "--measures", "-", *doer), "is not JSON"),
        (("progress", CODE, "99", "--status", "done", "--note", "x", "--date", "2026-03-03",
          *doer), "99"),
        (("progress", CODE, "1", "--status", "half", "--note", "x", "--date", "2026-03-03",
          *doer), "under-way, in-force, done"),
        (("file", CODE, "empty.png", *doer), "empty"),
        (("file", CODE, "machine.bin", *doer), "use one of"),
        (("claim", CODE, "--kind", "wages", "--people", "0", "--owed-fen", "1", *doer), "from 1"),
        (("claim", CODE, "--kind", "wages", "--people", "3", "--owed-fen", "1.5", *doer),
         "whole number"),
        (("pay", CODE, "9", "--paid-fen", "1", *doer), "9"),
        (("note", CODE, " ", *doer), "TEXT"),
        (("note", CODE, "x"), "--as is missing"),
    ):  # fmt: skip
        assert told in imported.refused("case", *words), words
    assert imported.done("case", "history", CODE).out == before


def test_money_is_recorded_in_fen(imported: Terminal, tmp_path: Path) -> None:
    started(imported, tmp_path)
    owed = ("--kind", "wages", "--people", "12", "--owed-fen", "360000")
    claim = imported.done("case", "claim", CODE, *owed, "--as", "build").json()
    paid = ("--paid-fen", "350000", "--difference-reason", "一人已另行结清")
    after = imported.done("case", "pay", CODE, str(claim["id"]), *paid, "--as", "build").json()
    assert (after["owed_fen"], after["paid_fen"]) == (360000, 350000)
    assert imported.done("case", "note", CODE, "已核对", "--as", "build").json()["text"] == "已核对"


def test_cases_are_listed_by_filters_and_page_by_page(imported: Terminal) -> None:
    assigned(imported)
    answer = imported.done("case", "list").json()
    assert (answer["total"], answer["next"]) == (2, None)
    one = imported.done("case", "list", "--limit", "1").json()
    assert (len(one["items"]), one["total"]) == (1, 2)
    assert one["next"]

    def codes(*filters: str) -> list[str]:
        return [i["code"] for i in imported.done("case", "list", *filters).json()["items"]]

    assert codes("--state", "assigned") == [CODE]
    assert codes("--leader", "张三") == [CODE]
    assert codes("--q", "欠薪") == ["DB-2026-0002"]
    assert codes("--overdue") == []
    assert len(codes("--no-overdue")) == 2
    imported.at("2026-07-02T09:00:00+08:00")
    assert CODE in codes("--overdue")
    assert codes("--overdue", "--as-of", "2026-03-03") == []
    assert "such as" in imported.refused("case", "list", "--as-of", "yesterday")
    assert "state" in imported.refused("case", "list", "--state", "lost")


def test_people_read_words_and_see_what_a_step_still_needs(imported: Terminal) -> None:
    assigned(imported)
    imported.set("DUBAN_LOCALE", "zh")
    shown = imported.done("case", "show", CODE, "--as", "张三", "--format", "table").out
    assert "已交办" in shown
    assert "张三（镇党委副书记）" in shown
    assert "6月30日" in shown
    listed = imported.done("case", "list", "--format", "table").out
    assert "已交办" in listed
    told = imported.done("case", "step", CODE, "acknowledge", "--as", "张三", "--format", "table")
    assert told.out == f"{CODE}已办理，现在的状态是“已交办”。\n"
    assert imported.done("case", "history", CODE, "--format", "csv").out.startswith("seq,at,kind")


def test_what_somebody_may_not_see_is_not_there(imported: Terminal) -> None:
    imported.done("unit", "add", "别处")
    imported.done("account", "add", "far", "--name", "别人", "--unit", "别处", "--role", "unit")
    assert CODE in imported.refused("case", "show", CODE, "--as", "far")
    assert imported.done("case", "list", "--as", "far").json()["items"] == []
    assert "not yours" in imported.refused("case", "list", "--as", "shenguan")
