"""By how many days many cases are overdue."""

from datetime import datetime
from typing import Any, Protocol

from engine.domain.clocks import Days
from engine.service.desk import Desk
from engine.store.late import Share


class Late(Protocol):
    """What the days of a case are counted by: the day of its limit, and since when that stands."""

    @property
    def due_on(self) -> Any:  # noqa: ANN401  # a day; None only where there is no limit
        """The legal day of the limit."""

    @property
    def paused_at(self) -> datetime | None:
        """Since when it stands still, if it does."""


class DayCounter:
    """Counts the days overdue of many cases as of an instant; each due date is counted once."""

    def __init__(self, desk: Desk, at: datetime) -> None:
        self._desk = desk
        self._at = at
        self._today = at.astimezone(desk.zone).date()
        self._calendar = desk.calendar_at(at)
        self._known: dict[tuple[object, ...], Days] = {}

    def add(self, so_far: Days, share: Share) -> Days:
        """Add the days of a share."""
        each = self.days(share)
        return Days(
            so_far.calendar + share.number * each.calendar,
            so_far.working + share.number * each.working,
        )

    def days(self, share: Late) -> Days:
        """Count those of one case: for a limit that stood still, those until it was paused."""
        key = (share.due_on, share.paused_at)
        if key not in self._known:
            self._known[key] = self._counted(share)
        return self._known[key]

    def _counted(self, share: Late) -> Days:
        until = self._today
        if share.paused_at is not None:
            until = min(share.paused_at, self._at).astimezone(self._desk.zone).date()
        working = self._calendar.working_days_between(share.due_on, until)
        return Days((until - share.due_on).days, working)
