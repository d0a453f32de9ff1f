"""Carrying matters in: the way that a ledger implies, and the rules that hold on it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from importlib import resources
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.access import Principal
from engine.domain.calendar import Calendar
from engine.domain.carrying import BASIS, Carried, Ground, Matter, carry
from engine.domain.clocks import overdue_at
from engine.domain.events import Doer, Happening, Kind, Told, tell
from engine.domain.loader import load
from engine.domain.moments import MOMENTS, Stop, itinerary
from engine.domain.records import Account, Case, Clock, Issue, Unit, columns
from engine.domain.stencil import Stencils
from engine.errors import DefinitionError
from engine.intake.notices import shipped
from workflows.needs import VOCABULARY

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
SOURCE = resources.files("workflows").joinpath("key-issue.toml").read_text(encoding="utf-8")
OFFICE = Principal(9, "zhaoliu", "赵六", None, frozenset({"office"}), 2)
GROUND = Ground(
    load(SOURCE, "key-issue.toml", VOCABULARY), VOCABULARY.needs, OFFICE, ZONE,
    Calendar(shipped()),
)  # fmt: skip


def filled(record: str, **given: Any) -> dict[str, Any]:  # noqa: ANN401  # columns
    """Give all columns of a record, null but for those that are given."""
    return {**dict.fromkeys(columns(record)), **given}


LEAD = Account(**filled("account", id=5, name="张三", roles=["leader"], enabled=True))
UNIT = Unit(3, "乙建设办", 1, "unit")
OTHERS = (Unit(4, "丙劳动所", 1, "unit"), Unit(6, "丁司法所", 1, "unit"))
ISSUE = Issue(7, "ZD-2024-001", "某某小区停工", "district", None, None, None, None, None, NOW)
START = datetime(2024, 9, 27, 2, 30, tzinfo=UTC)
"""A Friday before the National Day holidays, 10:30 in the office."""


def after(days: float) -> datetime:
    """Give an instant so many days after the start."""
    return START + timedelta(days=days)


def matter(
    moments: Mapping[str, datetime], outcome: str | None = None, due: date | None = None,
    supporting: tuple[Unit, ...] = (),
) -> Matter:  # fmt: skip
    """Make a matter that has gone through some moments."""
    stops = itinerary(moments, outcome, NOW)
    given_: dict[str, Any] = {
        "id": 11, "code": "DB-2024-0001", "issue_id": 7, "title": "复工", "workflow": "key-issue",
        "workflow_version": 2, "state": "registered", "version": 1, "next_no": 1, "imported": True,
        "registered_at": stops[0].at, "declines": 0, "relapses": 0, "reopenings": 0,
        "planned_supporting": [], "measures_text": "复工",
    }  # fmt: skip
    case = Case(**filled("case", **given_))
    return Matter(case, ISSUE, stops, LEAD, UNIT, supporting, due, outcome)


def clocks_of(steps: list[Carried]) -> list[Clock]:
    """Fold the steps' clocks into the rows that there are in the end."""
    found: dict[int, dict[str, object]] = {}
    for delta in (d for told in steps for d in told.deltas if d.record == "clock"):
        found.setdefault(delta.key[1], {}).update(delta.new)
    return [Clock(**row) for row in found.values()]  # type: ignore[arg-type]  # by name


def test_each_moment_implies_those_before_it_so_that_no_clock_is_late_for_want_of_a_note() -> None:
    stops = itinerary({"registered_at": after(0), "closed_at": after(90)}, "resolved", NOW)
    assert stops == [
        Stop(("register",), after(0)),
        Stop(("assign",), after(0)),
        Stop(("acknowledge", "start"), after(0)),
        Stop(("stabilize",), after(90)),
        Stop(("close",), after(90)),
    ]
    late = overdue_at(clocks_of(carry(GROUND, matter({"closed_at": after(9)}))), after(8))
    assert late is None


def test_a_matter_of_which_nothing_is_known_begins_now() -> None:
    assert itinerary({}, None, NOW) == [Stop(("register",), NOW)]


@pytest.mark.parametrize("outcome", ["referred", "merged", "void"])
def test_what_was_handed_off_at_once_was_never_taken_up(outcome: str) -> None:
    steps = carry(GROUND, matter({"registered_at": after(0), "closed_at": after(3)}, outcome))
    assert [told.to_state for told in steps] == ["registered", "closed"]
    assert steps[-1].deltas[0].new["outcome"] == outcome


def test_needs_that_nobody_could_have_met_are_waived_by_name() -> None:
    moments = {name: after(day) for name, day in zip(MOMENTS, (0, 1, 2, 3, 30), strict=True)}
    waived = {told.trigger: told.waived for told in carry(GROUND, matter(moments, "resolved"))}
    assert waived["register"] == waived["assign"] == ()
    assert waived["start"] == (
        "liaison-named", "officer-of-every-unit", "plan-adopted", "measures-complete",
    )  # fmt: skip
    assert waived["stabilize"] == ("interim-reply",)
    assert set(waived["close"]) == {"final-reply", "closure-pending"}


def test_an_observation_cut_short_is_waived_too() -> None:
    moments = {"stabilized_at": after(0), "closed_at": after(3)}
    assert "observation-over" in carry(GROUND, matter(moments))[-1].waived


def test_the_clocks_are_those_of_the_workflow_at_the_times_of_the_ledger() -> None:
    moments = {"registered_at": after(0), "assigned_at": after(0), "started_at": after(20)}
    found = {c.kind: c for c in clocks_of(carry(GROUND, matter(moments, due=date(2024, 10, 8))))}
    assert set(found) == {"assign", "acknowledge", "plan", "resolve"}
    assert found["acknowledge"].due_on == date(2024, 9, 29)  # a make-up working day
    assert found["acknowledge"].ended_at == found["plan"].ended_at == after(20)
    assert (found["resolve"].started_at, found["resolve"].ended_at) == (after(0), None)
    assert overdue_at(found.values(), after(25)) == found["resolve"]


def test_without_a_due_date_there_is_no_resolve_limit() -> None:
    steps = carry(GROUND, matter({"registered_at": after(0), "started_at": after(1)}))
    assert "resolve" not in {clock.kind for clock in clocks_of(steps)}


def test_the_import_is_what_appointed_the_people() -> None:
    tenures = [
        delta.new
        for told in carry(GROUND, matter({"assigned_at": after(0)}, supporting=OTHERS))
        for delta in told.deltas
        if delta.record == "tenure"
    ]
    assert [row["role"] for row in tenures] == [
        "lead", "lead-unit", "supporting-unit", "supporting-unit",
    ]  # fmt: skip
    assert {row["basis"] for row in tenures} == {BASIS}


gaps = st.one_of(st.none(), st.just(0.0), st.floats(0, 40, allow_nan=False))
outcomes = st.sampled_from([None, "resolved", "referred", "void"])
dues = st.one_of(st.none(), st.dates(date(2024, 9, 1), date(2025, 3, 1)))
hours = st.one_of(st.none(), st.times())


@given(
    st.lists(gaps, min_size=5, max_size=5), outcomes, st.tuples(dues, hours), st.integers(0, 2),
    st.booleans(),
)  # fmt: skip
def test_a_stencil_says_of_every_matter_what_the_rules_say(
    days: list[float | None],
    outcome: str | None,
    due: tuple[date | None, time | None],
    units: int,
    has_summary: bool,  # noqa: FBT001  # drawn
) -> None:
    at, moments = START, dict[str, datetime]()
    for name, gap in zip(MOMENTS, days, strict=True):
        if gap is not None:
            at += timedelta(days=gap)
            moments[name] = at
    ended = outcome if "closed_at" in moments else None
    found = matter(moments, ended, due[0], OTHERS[:units])
    case = replace(found.case, summary="概要" if has_summary else None)
    found = replace(found, case=case, due_hour=due[1])
    steps, (told, born) = carry(GROUND, found), STENCILS.carry(found)
    assert list(told) == list(events_of(found, steps))
    assert [(record, list(row)) for record, row in born] == folded(steps)
    assert all(former.at <= later.at for former, later in pairwise(steps))


def salt() -> bytes:
    """Give a salt that is always the same, so that events can be compared."""
    return bytes(range(32))


def frame(step: Carried, case_id: Any, code: Any, number: int) -> Happening:  # noqa: ANN401  # also marks
    """Say of a step all that an event says."""
    return Happening(
        Kind.CASE_STEPPED if number else Kind.CASE_IMPORTED, step.at, NOW, Doer(9, via="import"),
        step.deltas, case_id, code, step.trigger, step.from_state, step.to_state, "key-issue@2",
        "0f", waived=step.waived, imported=True,
    )  # fmt: skip


def events_of(found: Matter, steps: list[Carried]) -> Iterator[Told]:
    """Tell the events of steps one by one, as every verb does."""
    former: bytes | None = None
    for number, step in enumerate(steps):
        happening = frame(step, found.case.id, found.case.code, number)
        told = tell(happening, number + 1, former, salt)
        former = told.leaf_hash
        yield told


def folded(steps: list[Carried]) -> list[tuple[str, list[object]]]:
    """Fold all changes into the rows that there are in the end."""
    rows: dict[tuple[str, tuple[int, ...]], dict[str, object]] = {}
    for delta in (d for told in steps for d in told.deltas):
        rows.setdefault((delta.record, delta.key), {}).update(delta.new)
    return [(record, [row[n] for n in columns(record)]) for (record, _), row in rows.items()]


STENCILS = Stencils(GROUND, frame, salt)


def test_a_workflow_without_such_a_step_is_named() -> None:
    bare = replace(GROUND.workflow, transitions=GROUND.workflow.transitions[:2])
    with pytest.raises(DefinitionError, match="acknowledge"):
        carry(replace(GROUND, workflow=bare), matter({"started_at": after(0)}))
