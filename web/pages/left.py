"""How many working days are left, for pages that say so beside a date."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from engine.service.desk import Desk
from engine.service.met_late import days_late


def with_days_left(desk: Desk, case: Mapping[str, Any]) -> dict[str, Any]:
    """Add the working days from today to the promised date of an open case."""
    due = case.get("due")
    shown = dict(case)
    if due is not None and case.get("outcome") is None and not case.get("overdue"):
        on = date.fromisoformat(due)
        if on >= desk.today:
            days = desk.calendar.working_days_between(desk.today, on)
            shown["days_left"] = {"working": days}
    return shown


def with_measures_late(desk: Desk, case: Mapping[str, Any]) -> dict[str, Any]:
    """Add to each measure how late it is: only while its clock runs, as its limit does."""
    plan = case.get("plan")
    if plan is None:
        return dict(case)
    running = {
        clock["subject"]: datetime.fromisoformat(clock["due_at"])
        for clock in case["clocks"]
        if clock["limit"] and clock["stopped_at"] is None and clock["paused_at"] is None
    }
    measures = [
        {**measure, "late": _late(desk, running.get(measure["id"]))} for measure in plan["measures"]
    ]
    return {**case, "plan": {**plan, "measures": measures}}


def _late(desk: Desk, due: datetime | None) -> dict[str, int] | None:
    """Give the days since a limit passed, None while it has not."""
    if due is None or due >= desk.now:
        return None
    return days_late(desk, due, desk.today)
