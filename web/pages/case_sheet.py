"""Cases as rows of a sheet, worded in the reader's language."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from engine.output.sheet import Cell, Sheet, csv_text, workbook
from engine.service.case_answers import SummaryAnswer
from engine.service.case_items import CaseItem
from engine.words import Locale
from web.wording import Words, say_in

HEADS = (
    "sheet-code", "list-case", "sheet-issue", "sheet-issue-title", "list-state", "sheet-outcome",
    "case-unit", "case-leader", "case-due", "list-next", "sheet-limit", "sheet-working",
    "sheet-calendar",
)  # fmt: skip
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRITES: Mapping[str, Callable[[Sheet], tuple[str, str | bytes]]] = {
    "xlsx": lambda sheet: (_EXCEL, workbook(sheet)),
    "csv": lambda sheet: ("text/csv; charset=utf-8", csv_text(sheet, marked=True)),
}
"""How a sheet is written for each ending."""


def sheet_of(items: Iterable[CaseItem | SummaryAnswer], words: Words, locale: Locale) -> Sheet:
    """Give cases as a sheet; of those known in summary only, what a summary tells."""
    heads = [say_in(locale, head) for head in HEADS]
    rows = (_row(cast("Mapping[str, Any]", item), words, locale) for item in items)
    return Sheet(say_in(locale, "nav-cases"), heads, rows)


def _row(item: Mapping[str, Any], words: Words, locale: Locale) -> list[Cell]:
    issue, limit = item.get("issue") or {}, item.get("limit") or {}
    unit, leader = item["lead_unit"] or {}, item.get("lead_leader") or {}
    late = item.get("days_overdue") or {}
    outcome = item.get("outcome")
    return [
        item["code"], item["title"], issue.get("code"), issue.get("title"),
        titled_in(words, "states", item["state"]),
        say_in(locale, f"outcome-{outcome}") if outcome else None,
        unit.get("name"), leader.get("name"), item["due"],
        titled_in(words, "clocks", limit["kind"]) if limit else None,
        limit["due_at"][:10] if limit else None,
        late.get("working"), late.get("calendar"),
    ]  # fmt: skip


def titled_in(words: Words, kind: str, name: str) -> str:
    """Give the workflow's own title of a state or a clock, or its name."""
    found = words.get(kind, {}).get(name, name)
    return str(found["title"] if isinstance(found, Mapping) else found)
