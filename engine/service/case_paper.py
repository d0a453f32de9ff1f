"""The list of cases as it is written on a sheet, whole or only those that were ticked."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from engine.domain.access import Principal
from engine.output.paper import Column, Paper
from engine.progress import counted
from engine.service.case_lists import CaseQuery, count_cases, every_case
from engine.service.desk import Desk
from engine.service.reports.cells import Cells
from engine.store import rows
from engine.words import message, say

COLUMNS = (
    Column("code", "code"), Column("title"), Column("issue.code", "code"), Column("issue.title"),
    Column("state", "code"), Column("outcome", "code"), Column("lead_unit"),
    Column("lead_leader"), Column("due", "date"), Column("clock", "code"),
    Column("due_at", "instant"), Column("days.working", "days"), Column("days.calendar", "days"),
)  # fmt: skip
_CODES = frozenset({"code", "issue.code"})


def case_paper(
    desk: Desk, who: Principal, query: CaseQuery, facts: Sequence[tuple[str, str]]
) -> Paper:
    """Put a list of cases on paper; its rows are read while it is written.

    Duty officers get of a case what a summary tells. `facts` say what was asked for. Raises as
    `list_cases` does.
    """
    cells, items = Cells(desk), every_case(desk, who, query)
    total = count_cases(desk, who, query)
    spoken = tuple(Column(c.key) if c.key in _CODES else c for c in COLUMNS)
    written = tuple(c if c.kind != "code" or c.key in _CODES else Column(c.key) for c in COLUMNS)
    return Paper(
        name="cases",
        title=_say(desk, "case-paper-title"),
        office=_office(desk),
        as_of=desk.now.astimezone(desk.zone),
        facts=(*facts, (_say(desk, "paper-total"), str(total))),
        columns=written,
        heads=tuple(_say(desk, f"case-paper-of-{column.key}") for column in COLUMNS),
        rows=(
            cells.row(spoken, _flat(cast("Mapping[str, Any]", item)))
            for item in counted("write", items, total)
        ),
        landscape=True,
        locale=desk.locale,
    )


def _flat(item: Mapping[str, Any]) -> dict[str, Any]:
    """Name the parts of an item as the columns do."""
    limit = item.get("limit") or {}
    late = item.get("days_overdue") if item.get("overdue") else None
    return {**item, "clock": limit.get("kind"), "due_at": limit.get("due_at"), "days": late}


def _office(desk: Desk) -> str:
    roots = rows.fetch(desk.conn, "unit", parent_id=None)
    return min(roots, key=lambda unit: unit.id).name if roots else ""


def _say(desk: Desk, code: str) -> str:
    return say(message(code), desk.locale)
