"""What reports must say of the matters of `late_office`, told case by case and day by day."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from engine.domain.records import Clock, Tenure
from tests.service.late_office import ISSUES, LEADERS, UNITS, ZONE, Matter, grid, works

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stood:
    """A case as it stood at an instant; closed ones stay with whoever had them last."""

    matter: Matter
    state: str | None
    closed_at: datetime | None
    leader: str | None
    unit: str | None

    @property
    def key(self) -> dict[str, str | None]:
        """The group of the case by each grouping."""
        return {
            "unit": self.unit,
            "leader": self.leader,
            "stage": self.state,
            "issue": ISSUES[self.matter.issue],
        }


def stood(matters: list[Matter], at: datetime) -> list[Stood]:
    """Tell how the cases stood that were there."""
    return [_stood(m, at) for m in matters if grid(m.at) <= at]


def _stood(matter: Matter, at: datetime) -> Stood:
    stage = [s for s in matter.stages if s.from_at <= at and (s.to_at is None or at < s.to_at)][-1]
    closed_at = stage.from_at if stage.state == "closed" else None
    lead, unit = (_holder(matter, role, at, closed_at) for role in ("lead", "lead-unit"))
    return Stood(
        matter, stage.state, closed_at,
        LEADERS[lead.account_id or 0] if lead else None, UNITS[unit.unit_id or 0] if unit else None,
    )  # fmt: skip


def _holder(matter: Matter, role: str, at: datetime, closed_at: datetime | None) -> Tenure | None:
    begun = [t for t in matter.tenures if t.role == role and t.from_at <= at]
    held = [t for t in begun if t.to_at is None or t.to_at > at or t.to_at == closed_at]
    return held[-1] if held else None


def late_dates(matter: Matter, at: datetime) -> list[date]:
    """List the days by which a case was overdue."""
    limit = matter.late_at(at)
    if limit is None:
        return []
    until = at if limit.paused_at is None else min(at, limit.paused_at)
    return list(_dates(limit.due_on, until.astimezone(ZONE).date()))


def earlier_dates(matter: Matter, at: datetime) -> set[date]:
    """List the days at whose end a limit was late that had been met by the instant."""
    found = {day for clock in matter.clocks for day in _met_late(clock, at)}
    return found - set(late_dates(matter, at))


def _met_late(clock: Clock, at: datetime) -> Iterator[date]:
    met = clock.ended_by == "stopped" and clock.ended_at is not None and clock.ended_at <= at
    if not met or not clock.is_limit or clock.ended_at is None:
        return
    stops = clock.ended_at if clock.paused_at is None else min(clock.ended_at, clock.paused_at)
    if clock.due_at >= stops:
        return
    for day in _dates(clock.due_on, stops.astimezone(ZONE).date()):
        if end_of(day) <= clock.ended_at:
            yield day


def _dates(after: date, until: date) -> Iterator[date]:
    return (after + n * DAY for n in range(1, (until - after).days + 1))


def end_of(day: date) -> datetime:
    """Give the instant at which a day is over."""
    return datetime.combine(day + DAY, time(), ZONE)


def answered(matter: Matter, day: date, at: datetime) -> int | None:
    """Tell by its number whose tenure a day is charged to.

    One that ended with a closure lasts until the case was opened again, where it was by then.
    """
    own = [t for t in matter.tenures if t.role == "lead"]
    leads = [
        replace(t, to_at=after.from_at)
        if after and after.basis == "reopen" and after.from_at <= at else t
        for t, after in zip(own, [*own[1:], None], strict=False)
    ]  # fmt: skip
    if day == at.astimezone(ZONE).date():
        held = [t for t in leads if t.from_at <= at and (t.to_at is None or at < t.to_at)]
    else:
        end = end_of(day)
        held = [t for t in leads if t.from_at < end and (t.to_at is None or end <= t.to_at)]
    assert len(held) <= 1
    return held[0].no if held else None


def count(days: Any) -> dict[str, int]:  # noqa: ANN401  # dates
    """Count days one by one."""
    told = list(days)
    return {"calendar": len(told), "working": sum(map(works, told))}
