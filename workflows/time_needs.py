"""Needs of the shipped workflows that look at dates: the observation, the promise, the windows."""

from collections.abc import Iterable
from datetime import date, timedelta

from engine.domain.attempt import Attempt
from engine.domain.clocks import limit_passed
from engine.domain.needs import Missing
from engine.words import Text

MET = None


def when(unmet: bool, **params: str | int | date | Text) -> Missing | None:  # noqa: FBT001  # reads as a sentence
    """Give the values for a need's sentence where it is unmet."""
    return params if unmet else MET


def observation_over(a: Attempt) -> Missing | None:
    """Ask that the observation period, a minimum, has passed."""
    clock = a.facts.clock_of("observe")
    return when(clock is not None and a.now <= clock.due_at, until=_day(clock and clock.due_on))


def has_promised_date(a: Attempt) -> Missing | None:
    """Ask that a resolve clock runs that could be extended."""
    return when(a.facts.clock_of("resolve") is None)


def limit_not_passed(a: Attempt) -> Missing | None:
    """Ask that the promised date has not passed."""
    clock = a.facts.clock_of("resolve")
    return when(clock is not None and limit_passed(clock, a.now), due=_day(clock and clock.due_on))


def extension_within_cap(a: Attempt) -> Missing | None:
    """Ask that all extensions together stay within the cap, in calendar days."""
    cap = a.workflow.settings["extension_cap_days"]
    case, pending = a.facts.case, a.facts.pending("extension")
    wanted = pending.new_due if pending else a.given("due")
    granted, latest = sum(_extension_days(a)), latest_extension(a)
    asked = (wanted - case.due_on).days if wanted and case.due_on else 1
    left = max(0, cap - granted)
    return when(granted + asked > cap, cap=cap, granted=granted, left=left, latest=_day(latest))


def latest_extension(a: Attempt) -> date | None:
    """Give the last day to which the promised date may still be moved; None without one."""
    due, cap = a.facts.case.due_on, a.workflow.settings["extension_cap_days"]
    return due and due + timedelta(days=max(0, cap - sum(_extension_days(a))))


def extension_adds_time(a: Attempt) -> Missing | None:
    """Ask that the date asked for is still later: a suspension may have moved the present one."""
    asked, present = a.facts.pending("extension"), a.facts.case.due_on
    wanted = asked.new_due if asked else None
    late = wanted is not None and present is not None and wanted <= present
    return when(late, asked=_day(wanted), present=_day(present))


def _extension_days(a: Attempt) -> Iterable[int]:
    """Calendar days of each extension granted since the first assignment, as its clock says."""
    moved = (c.derivation for c in a.facts.clock if c.kind == "resolve")
    return (int(d["days"]) for d in moved if d.get("why") == "extension")


def no_time_won(a: Attempt) -> Missing | None:
    """Ask that an assignment after a decline ends no later than the first one did."""
    first, wanted = a.facts.case.first_due_on, a.given("due")
    return when(bool(first and wanted and wanted > first), first=_day(first))


def reopening_window(a: Attempt) -> Missing | None:
    """Ask that the case was closed not too long ago, in calendar days."""
    days = a.workflow.settings["reopening_window_days"]
    closed = a.facts.case.closed_at
    gone = (a.today - a.day_of(closed)).days if closed else 0
    return when(gone > days, days=days, gone=gone)


def _day(day: object) -> date | str:
    return day if isinstance(day, date) else ""
