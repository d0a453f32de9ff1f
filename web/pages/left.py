"""How many working days are left, for pages that say so beside a date."""

from collections.abc import Mapping
from datetime import date, datetime
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


def met_late(desk: Desk, case: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List the limits of a case that were over when they ended, and by how many days, oldest first.

    What was late stays told: a limit that another date took the place of went on in that one.
    """
    found = []
    for clock in case["clocks"]:
        if not clock["limit"] or clock["stopped_at"] is None or clock["ended_by"] == "superseded":
            continue
        due = datetime.fromisoformat(clock["due_at"])
        ended = datetime.fromisoformat(clock["paused_at"] or clock["stopped_at"])
        if due < ended:
            days = _between(desk, due, ended.astimezone(desk.zone).date())
            found.append({**clock, "days": days, "measure": _measure(case, clock["subject"])})
    return found


def _measure(case: Mapping[str, Any], number: int | None) -> str | None:
    """Give the title of the measure that a limit belongs to, where the plan still has it."""
    plan = case.get("plan") or {"measures": []}
    return next((m["title"] for m in plan["measures"] if m["id"] == number), None)


def _late(desk: Desk, due: datetime | None) -> dict[str, int] | None:
    """Give the days since a limit passed, None while it has not."""
    if due is None or due >= desk.now:
        return None
    return _between(desk, due, desk.today)


def _between(desk: Desk, due: datetime, until: date) -> dict[str, int]:
    on = due.astimezone(desk.zone).date()
    return {
        "working": desk.calendar.working_days_between(on, until),
        "calendar": desk.calendar.natural_days_between(on, until),
    }
