"""How many working days are left, for pages that say so beside a date."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.service.desk import Desk


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
