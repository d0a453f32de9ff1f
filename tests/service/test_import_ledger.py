import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from engine.domain.clocks import overdue_at
from engine.domain.records import Clock
from engine.domain.tenure import accountable_at
from engine.errors import InvalidError
from engine.failpoints import FailpointError, arm, read_failpoints
from engine.service import import_write
from engine.service.case_answers import CaseAnswer
from engine.service.cases import NewCase, StepOrder, history, register_case, take_step
from engine.service.desk import Desk
from engine.service.imports import preview, run_import
from engine.service.issues import NewIssue, open_issue
from engine.store import rows
from engine.store.database import Database
from tests.service.import_office import (
    ZONE,
    all_of,
    build,
    everything,
    is_intact,
    ledger,
    office,
    shown,
    writing,
)

WAY = {
    "登记时间": "2024-09-20 09:00", "交办时间": "2024-09-21", "化解时间": "2024-09-25",
    "稳定时间": "2024-11-01", "办结时间": "2024-12-01", "结果": "已化解", "办结时限": "2024-10-15",
}  # fmt: skip


def clocks(desk: Desk, case_id: int = 1) -> list[Clock]:
    """Read the clocks of a case."""
    return rows.fetch(desk.conn, "clock", case_id=case_id)


def at(text: str) -> datetime:
    """Read an instant of the office."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def test_a_matter_of_before_has_its_history_with_effect_then_and_record_now(
    database: Database,
) -> None:
    build(database)
    with writing(database) as desk:
        run_import(desk, office(desk), ledger(WAY))
        told = history(desk, office(desk), "DB-2024-0001")
        case = shown(desk, "DB-2024-0001")
        recorded = desk.now.astimezone(ZONE).isoformat(timespec="milliseconds")
    assert [event["kind"] for event in told] == ["case.imported", *["case.stepped"] * 4]
    assert [event["trigger"] for event in told] == [
        "register", "assign", "start", "stabilize", "close",
    ]  # fmt: skip
    assert all(event["imported"] and event["via"] == "import" for event in told)
    assert {event["at"] for event in told} == {recorded}
    assert told[0]["effective_at"] == "2024-09-20T09:00:00.000+08:00"
    assert told[-1]["effective_at"] == "2024-12-01T00:00:00.000+08:00"
    assert "plan-adopted" in told[2]["waived"]
    assert (case["state"], case["outcome"], case["version"]) == ("closed", "resolved", 5)
    assert is_intact(database)


def test_what_was_late_at_any_past_instant_is_known(database: Database) -> None:
    build(database)
    with writing(database) as desk:
        run_import(desk, office(desk), ledger(WAY))
        found = clocks(desk)
        tenures = rows.fetch(desk.conn, "tenure", case_id=1)
        leader = next(row.id for row in all_of(desk, "account") if row.login == "zhangsan")
    late = [
        (day, clock.kind if (clock := overdue_at(found, at(day))) else None)
        for day in ("2024-09-20", "2024-10-15T23:59:59", "2024-10-16", "2024-10-31", "2024-11-01")
    ]
    assert late == [
        ("2024-09-20", None), ("2024-10-15T23:59:59", None), ("2024-10-16", "resolve"),
        ("2024-10-31", "resolve"), ("2024-11-01", None),
    ]  # fmt: skip
    assert accountable_at(tenures, at("2024-09-20T12:00")) is None
    assert accountable_at(tenures, at("2024-11-30T23:59:59")) == leader
    assert accountable_at(tenures, at("2024-12-01")) is None


def test_an_open_matter_is_answered_for_now_and_late_now(database: Database) -> None:
    build(database)
    with writing(database) as desk:
        row = {"化解时间": "2025-12-01", "办结时限": "2026-02-10"}
        run_import(desk, office(desk), ledger(row))
        case = shown(desk, "DB-2025-0001")
    assert (case["state"], case["overdue"], case["due"]) == ("in-resolution", True, "2026-02-10")
    assert case["lead_leader"] is not None
    assert case["lead_leader"]["login"] == "zhangsan"
    assert [unit["name"] for unit in case["supporting_units"]] == ["丙劳动所", "丁司法所"]
    # Of the 15 working days after 10 February the Spring Festival takes some.
    assert case["days_overdue"]["calendar"] == 21
    assert case["days_overdue"]["working"] < 15
    assert is_intact(database)


def test_without_a_due_date_a_matter_in_resolution_is_never_late(database: Database) -> None:
    build(database)
    with writing(database) as desk:
        run_import(desk, office(desk), ledger({"化解时间": "2025-12-01", "办结时限": ""}))
        assert overdue_at(clocks(desk), desk.now) is None
        assert {c.kind: c.ended_at is None for c in clocks(desk)} == {
            "assign": False, "acknowledge": False, "plan": False,
        }  # fmt: skip


def test_a_matter_that_was_only_registered_keeps_what_was_planned(database: Database) -> None:
    build(database)
    with writing(database) as desk:
        run_import(desk, office(desk), ledger({"登记时间": "2026-03-01", "办结时限": "2026-05-01"}))
        case = shown(desk, "DB-2026-0001")
    assert (case["state"], case["lead_leader"]) == ("registered", None)
    assert case["planned"]["due"] == "2026-05-01"
    assert case["planned"]["lead_unit"] == {"name": "乙建设办"}


def test_codes_of_a_ledger_are_kept_and_others_go_on_after_them(database: Database) -> None:
    build(database)
    with writing(database) as desk:
        rows_ = [{"任务": "甲", "编号": "DB-2024-0100"}, {"任务": "乙"}, {"任务": "丙"}]
        order = ledger(*({**WAY, **row} for row in rows_))
        assert run_import(desk, office(desk), order)["codes"] == [
            "DB-2024-0100", "DB-2024-0101", "DB-2024-0102",
        ]  # fmt: skip
        low = ledger({**WAY, "任务": "丁", "编号": "DB-2024-0007"}, {**WAY, "任务": "戊"})
        assert run_import(desk, office(desk), low)["codes"] == ["DB-2024-0007", "DB-2024-0103"]
    assert is_intact(database)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("2024-17", "no case code"),
        ("ZD-2024-001", "no case code"),
        ("DB-2024-99999999", "no case code"),
        ("DB-2026-0001", "that of another case"),
    ],
)
def test_a_code_that_cannot_be_kept_is_a_row_error(
    database: Database, code: str, sentence: str
) -> None:
    build(database)
    with writing(database) as desk:
        issue = open_issue(desk, office(desk), NewIssue("另一问题", "district"))
        register_case(desk, office(desk), issue["code"], NewCase("另一任务"))
        with pytest.raises(InvalidError, match=sentence):
            run_import(desk, office(desk), ledger({**WAY, "编号": code}))


def test_the_same_rows_are_there_already_also_in_another_file(database: Database) -> None:
    build(database)
    same = [{**WAY, "任务": "甲"}, {**WAY, "任务": "乙", "编号": "DB-2024-0050"}]
    with writing(database) as desk:
        run_import(desk, office(desk), ledger(*same))
        before = everything(desk)
        assert run_import(desk, office(desk), ledger(*same))["imported"] == 0
        assert everything(desk) == before
        more = ledger({**WAY, "任务": "丙"}, *reversed(same), create_missing=True)
        done = run_import(desk, office(desk), more)
        assert (done["imported"], done["there"], done["issues"]) == (1, 2, 0)


def test_rows_that_say_the_same_are_as_many_matters_as_there_are_rows(database: Database) -> None:
    build(database)
    with writing(database) as desk:
        assert run_import(desk, office(desk), ledger(WAY, WAY))["imported"] == 2
        assert run_import(desk, office(desk), ledger(WAY, WAY))["there"] == 2
        done = run_import(desk, office(desk), ledger(WAY, WAY, WAY))
        assert (done["imported"], done["there"]) == (1, 2)


def test_the_first_that_is_said_of_a_key_issue_counts_and_others_are_noted(
    database: Database,
) -> None:
    build(database)
    order = ledger(
        {**WAY, "任务": "甲", "来源": "", "类别": "城建"},
        {**WAY, "任务": "乙", "来源": "排查", "类别": "劳动", "登记时间": "2024-09-01"},
    )
    with writing(database) as desk:
        told = preview(desk, office(desk), order)
        assert [note["field"] for row in told["rows"] for note in row["notes"]] == ["category"]
        run_import(desk, office(desk), order)
        (issue,) = all_of(desk, "issue")
    assert (issue.origin, issue.category, issue.code) == ("screening", "城建", "ZD-2024-001")
    assert issue.created_at == at("2024-09-01")


def test_an_import_of_many_batches_is_all_or_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_write, "_BATCH", 7)
    build(database)
    order = ledger(*({**WAY, "任务": f"任务{n}"} for n in range(50)))
    with writing(database) as desk:
        before = everything(desk)
    arm(read_failpoints("import.mid:error"))
    try:
        with pytest.raises(FailpointError), writing(database) as desk:
            run_import(desk, office(desk), order)
    finally:
        arm(())
    with writing(database) as desk:
        assert everything(desk) == before
        assert run_import(desk, office(desk), order)["imported"] == 50
    assert is_intact(database)


def test_the_hour_of_a_due_date_counts_and_goes_with_the_matter(database: Database) -> None:
    build(database)
    with writing(database) as desk:
        way = {"化解时间": "2026-02-02", "办结时限": "2026-03-03 14:59", "稳定时间": "2026-03-03"}
        run_import(desk, office(desk), ledger(way))
        assert not shown(desk, "DB-2026-0001")["overdue"]
        case = stepped(desk, "DB-2026-0001", "relapse")
        (first, second) = (c for c in case["clocks"] if c["kind"] == "resolve")
    assert first["due_at"] == second["due_at"] == "2026-03-03T14:59:00+08:00"
    assert "14:59" in second["derivation"]
    assert (case["due"], case["overdue"]) == ("2026-03-03", True)
    assert case["days_overdue"] == {"calendar": 0, "working": 0}


def stepped(desk: Desk, code: str, trigger: str) -> CaseAnswer:
    """Let the office take a step; give the case after it."""
    version = shown(desk, code)["version"]
    take_step(desk, office(desk), code, StepOrder(trigger, version, "再次停工"))
    return shown(desk, code)


def some_row(rng: random.Random, number: int) -> dict[str, str]:
    """Make up a matter that has gone some way."""
    when, row = date(2023, 1, 1) + timedelta(days=rng.randrange(700)), {"任务": f"任务{number}"}
    names = ["登记时间", "交办时间", "化解时间", "稳定时间", "办结时间"]
    last = rng.randrange(len(names))
    for place, name in enumerate(names[: last + 1]):
        when += timedelta(days=rng.randrange(60))
        if place == last or rng.random() < 0.7:
            row[name] = when.isoformat()
    if last == 4:
        row["结果"] = rng.choice(["已化解", "部分化解", "转办", "合并", ""])
    due = (when + timedelta(days=rng.randrange(-90, 90))).isoformat()
    row["办结时限"] = rng.choice(["", due, f"{due} 17:30"])
    row["协办单位"] = rng.choice(["", "丙劳动所", "丙劳动所、丁司法所"])
    row["重点问题"] = f"问题{number % 9}"
    return row


def test_a_random_ledger_is_as_the_log_has_it(database: Database, rng: random.Random) -> None:
    build(database)
    made: list[dict[str, Any]] = [some_row(rng, number) for number in range(120)]
    with writing(database) as desk:
        assert run_import(desk, office(desk), ledger(*made))["imported"] == len(made)
        for case in all_of(desk, "case"):
            open_stages = rows.fetch(desk.conn, "stage", case_id=case.id, to_at=None)
            assert [stage.state for stage in open_stages] == [case.state]
            held = rows.fetch(desk.conn, "tenure", case_id=case.id, to_at=None, role="lead")
            answered_for = case.state not in {"registered", "closed"}
            assert len(held) == answered_for
            assert (case.lead_id is not None) == answered_for
    assert is_intact(database)
