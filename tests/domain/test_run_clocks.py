"""Clocks start, stop, stand still and are superseded; lateness is counted day by day."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from engine.domain import clocks
from engine.domain.calendar import Calendar, NoticeDay, NoticeYear
from engine.domain.clocks import Days, days_overdue, nearest_limit, overdue_at
from engine.domain.duedates import end_of_day
from engine.domain.records import Clock
from tests.domain.stage import DUE, NOW, ZONE, Stage, measure
from tests.model import days as independent
from tests.people import CHEN, WEI, ZHANG, ZHAO

INTERVALS = 10_000
ONE_DAY = timedelta(days=1)


def running(stage: Stage) -> set[str]:
    """Name the clocks that run or stand still."""
    return {clock.kind for clock in stage.facts.running}


def clock(due: date, **other: Any) -> Clock:  # noqa: ANN401  # columns of the clock
    """Give a clock that is due at the end of a day."""
    whole: dict[str, Any] = {
        "case_id": 1, "no": 1, "kind": "resolve", "subject": None, "is_limit": True,
        "started_at": NOW - 9000 * ONE_DAY, "valid_from": NOW - 9000 * ONE_DAY, "due_on": due,
        "due_at": end_of_day(due, ZONE), "provisional": False, "derivation": {}, "paused_at": None,
        "ended_at": None, "ended_by": None, "replaces": None,
    }  # fmt: skip
    return Clock(**(whole | other))


def shipped() -> tuple[Calendar, independent.Days]:
    """Give the shipped notices, to the engine and to the independent count."""
    plain = independent.shipped()
    years = {
        year: NoticeYear(
            year, f"cn-{year}", "",
            tuple(NoticeDay(d, "", not works) for d, works in plain.listed.items()
                  if d.year == year),
        )
        for year in plain.years
    }  # fmt: skip
    return Calendar(years), plain


def test_days_overdue_are_those_counted_one_by_one(rng: Random) -> None:
    calendar, plain = shipped()
    first = date(2019, 1, 1)
    for _ in range(INTERVALS):
        due = first + timedelta(days=rng.randrange(3000))
        seconds = rng.randrange(-3 * 86400, 60 * 86400)
        now = end_of_day(due, ZONE) + timedelta(seconds=seconds)
        today = now.astimezone(ZONE).date()
        found = days_overdue(clock(due), now, today, calendar)
        if seconds <= 0:
            assert found == Days(0, 0)
            assert overdue_at([clock(due)], now) is None
            continue
        span = [due + n * ONE_DAY for n in range(1, (today - due).days + 1)]
        assert found == Days(len(span), sum(plain.works(day) for day in span))
        assert overdue_at([clock(due)], now) == clock(due)


def test_the_earliest_of_those_that_have_passed_makes_a_case_overdue(rng: Random) -> None:
    for _ in range(300):
        rows = [_random_clock(rng, no) for no in range(1, 6)]
        at = NOW + timedelta(hours=rng.randrange(-99, 99))
        late = [
            (c.due_at, c.no)
            for c in rows
            if c.is_limit
            and c.valid_from <= at
            and (c.ended_at is None or at < c.ended_at)
            and c.due_at < (min(at, c.paused_at) if c.paused_at else at)
        ]
        found = overdue_at(rows, at)
        assert (found and (found.due_at, found.no)) == min(late, default=None)


def _random_clock(rng: Random, no: int) -> Clock:
    def at() -> datetime:
        return NOW + timedelta(hours=rng.randrange(-99, 99))

    start = at()
    return clock(
        DUE, no=no, is_limit=rng.random() < 0.8, valid_from=start, due_at=at(),
        paused_at=rng.choice((None, at())), ended_at=rng.choice((None, max(start, at()))),
    )  # fmt: skip


def test_a_limit_passes_after_the_last_second_of_its_day() -> None:
    last = datetime(2026, 5, 20, 15, 59, 59, tzinfo=UTC)
    assert overdue_at([clock(DUE)], last) is None
    assert overdue_at([clock(DUE)], last + timedelta(microseconds=1)) is not None


def test_the_nearest_limit_is_the_one_that_will_first_be_overdue() -> None:
    late_then_paused = clock(DUE, no=1, paused_at=end_of_day(DUE, ZONE) + ONE_DAY)
    paused = clock(DUE - ONE_DAY, no=2, paused_at=NOW)
    minimum = clock(DUE - ONE_DAY, no=3, is_limit=False)
    over = clock(DUE - ONE_DAY, no=4, ended_at=NOW)
    later = clock(DUE + ONE_DAY, no=5)
    assert nearest_limit([late_then_paused, paused, minimum, over, later]) == late_then_paused
    assert nearest_limit([paused, minimum, over]) is None


def test_each_step_starts_and_stops_what_the_table_says() -> None:
    stage = Stage()
    told = [running(stage)]
    told.append(running(stage.assigned()))
    told.append(running(stage.step(ZHANG, "acknowledge")))
    told.append(running(stage.force().plan().adopt()))
    told.append(running(stage.step(ZHANG, "start")))
    told.append(running(stage.report("done", proved=True).replied("final")))
    told.append(running(stage.step(ZHANG, "stabilize")))
    stage.passes(days=16)
    stage.step(ZHANG, "propose-closure", outcome="resolved", summary="完成")
    told.append(running(stage))
    told.append(running(stage.step(CHEN, "close")))
    told.append(running(stage.step(CHEN, "reopen", "群众反映")))
    assert told == [
        {"assign"}, {"acknowledge", "resolve"}, {"plan", "resolve"}, {"plan", "resolve", "measure"},
        {"resolve", "measure"}, {"resolve"}, {"observe"}, {"observe", "closure"}, set(),
        {"resolve"},
    ]  # fmt: skip


def test_a_pause_moves_the_date_by_exactly_the_days_that_it_lasted(rng: Random) -> None:
    for _ in range(40):
        stage = Stage().started()
        stage.step(ZHANG, "request-suspension", "诉讼", review_on="2026-04-01")
        stage.passes(hours=rng.randrange(99)).step(WEI, "grant-suspension")
        paused = stage.now
        assert stage.facts.suspended
        stage.passes(hours=rng.randrange(3000)).step(ZHANG, "resume")
        days = (stage.now.astimezone(ZONE).date() - paused.astimezone(ZONE).date()).days
        assert stage.facts.case.due_on == DUE + timedelta(days=days)
        resolve = stage.facts.clock_of("resolve")
        assert resolve is not None
        assert (resolve.due_on, resolve.paused_at) == (stage.facts.case.due_on, None)
        assert resolve.started_at == NOW


def test_a_paused_clock_stays_as_late_as_it_was() -> None:
    stage = Stage().started().passes(days=80)
    stage.step(ZHANG, "request-suspension", "诉讼", review_on="2027-01-01")
    stage.step(WEI, "grant-suspension").passes(days=50)
    late = overdue_at([c for c in stage.facts.running if c.kind == "resolve"], stage.now)
    assert late is not None
    on = clocks.effective(late, stage.now).astimezone(ZONE).date()
    assert days_overdue(late, stage.now, on, stage.calendar).calendar == 2


def test_stabilizing_ends_a_pause_and_keeps_its_days() -> None:
    stage = Stage().started().report("done", proved=True).replied("final")
    stage.step(ZHANG, "request-suspension", "诉讼", review_on="2026-04-01")
    stage.step(WEI, "grant-suspension").passes(days=9).step(ZHANG, "stabilize")
    assert stage.facts.case.due_on == DUE + timedelta(days=9)
    assert running(stage) == {"observe"}


def test_an_extension_supersedes_and_edits_nothing() -> None:
    stage = Stage().started().passes(days=1)
    stage.step(ZHANG, "request-extension", "备案", due="2026-06-01").step(WEI, "grant-extension")
    old, new = [c for c in stage.facts.clock if c.kind == "resolve"]
    assert (old.due_on, old.ended_by, old.ended_at) == (DUE, "superseded", stage.now)
    assert (new.due_on, new.replaces, new.started_at) == (date(2026, 6, 1), old.no, old.started_at)
    assert overdue_at(stage.facts.clock, old.due_at + ONE_DAY) != old


def test_a_case_without_a_date_has_no_resolve_clock_to_extend() -> None:
    stage = Stage().started().case_is(due_on=None)
    draft = stage.draft()
    clocks.extend(draft, stage.attempt(WEI))
    assert draft.facts.clock == stage.facts.clock


def test_a_new_date_of_a_measure_supersedes_its_clock() -> None:
    stage = Stage().planned()
    number = stage.facts.measures[0].no
    stage.plan(measure(no=number, due_on=date(2026, 4, 9))).adopt()
    old, new = [c for c in stage.facts.clock if c.kind == "measure"]
    assert (old.ended_by, new.due_on, new.subject) == ("superseded", date(2026, 4, 9), number)
    again = stage.plan(measure(no=number, due_on=date(2026, 4, 9))).adopt()
    assert len([c for c in again.facts.clock if c.kind == "measure"]) == 2


def test_a_measure_without_a_date_has_no_clock() -> None:
    assert "measure" not in running(Stage().planned(measure(due_on=None)))


def test_a_pause_is_not_counted_twice() -> None:
    stage = Stage().started()
    stage.step(ZHANG, "request-suspension", "诉讼", review_on="2026-04-01")
    stage.step(WEI, "grant-suspension")
    before = stage.facts.clock_of("resolve")
    draft = stage.passes(days=3).draft()
    clocks.turn(draft, stage.attempt(WEI), [clocks.Beat("grant-suspension")])
    assert draft.facts.clock_of("resolve") == before


def test_dates_of_letters_and_unknown_sources() -> None:
    stage = Stage().assigned().urged("issued")
    draft = stage.draft()
    clocks.turn(draft, stage.attempt(CHEN), [clocks.Beat("letter-issued", 802)])
    clocks.turn(draft, stage.attempt(ZHAO), [clocks.Beat("day-begun")])
    kinds = {(c.kind, c.subject): c.due_on for c in draft.facts.running}
    assert kinds[("urge", 802)] == DUE
    assert ("report", None) not in kinds
