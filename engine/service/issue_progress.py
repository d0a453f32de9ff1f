"""How far the tasks of a key issue are: their measures, and what of the five ones is complete."""

from collections.abc import Sequence
from typing import Any

from typing_extensions import TypedDict

from engine.domain.facts import is_finished
from engine.service.case_answers import SummaryAnswer
from engine.service.case_items import CaseItem
from engine.service.desk import Desk
from engine.store import rows

PARTS = ("plan", "measure", "tenure")


class ProgressMark(TypedDict):
    """How many measures of the newest plan are done, of how many, and how many of five ones.

    `ones` is None for a closed case: whoever had a part in it is released.
    """

    done: int
    measures: int
    ones: int | None


def tell_progress(desk: Desk, items: Sequence[CaseItem | SummaryAnswer]) -> dict[str, ProgressMark]:
    """Tell of listed cases by their codes how far they are; of those in summary nothing."""
    codes = {item["code"] for item in items if "issue" in item}
    cases = rows.fetch(desk.conn, "case", code=codes) if codes else []
    parts = rows.fetch_parts(desk.conn, [case.id for case in cases], PARTS) if cases else {}
    return {case.code: _mark(case, parts[case.id]) for case in cases}


def _mark(case: Any, parts: dict[str, list[Any]]) -> ProgressMark:  # noqa: ANN401  # a case's row
    measures = [measure for measure in parts["measure"] if not measure.dropped]
    done = sum(map(is_finished, measures))
    ones = None if case.closed_at is not None else _ones(case, parts)
    return {"done": done, "measures": len(measures), "ones": ones}


def _ones(case: Any, parts: dict[str, list[Any]]) -> int:  # noqa: ANN401  # a case's row
    """Count a key issue, a lead leader, a task force, a plan, and responsibility to the end."""
    held = {tenure.role for tenure in parts["tenure"] if tenure.to_at is None}
    newest = max(parts["plan"], key=lambda plan: plan.version, default=None)
    has_leader = case.lead_id is not None
    has_force = {"liaison", "member"} <= held
    has_plan = newest is not None and newest.adopted_at is not None
    return 1 + 2 * has_leader + has_force + has_plan
