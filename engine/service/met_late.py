"""Which limits of a case were over when they ended: what was late stays told."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from engine.service.desk import Desk


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
            days = days_late(desk, due, ended.astimezone(desk.zone).date())
            found.append({**clock, "days": days, "measure": _measure(case, clock["subject"])})
    return found


def _measure(case: Mapping[str, Any], number: int | None) -> str | None:
    """Give the title of the measure that a limit belongs to, where the plan still has it."""
    plan = case.get("plan") or {"measures": []}
    return next((m["title"] for m in plan["measures"] if m["id"] == number), None)


def days_late(desk: Desk, due: datetime, until: date) -> dict[str, int]:
    """Count the days after the due day up to and including another, and those that work."""
    on = due.astimezone(desk.zone).date()
    return {
        "working": desk.calendar.working_days_between(on, until),
        "calendar": desk.calendar.natural_days_between(on, until),
    }
