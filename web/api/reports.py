"""Operations on reports; as JSON, or as a file with every row."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.domain.access import Principal
from engine.output.sheet import Cell, Sheet, csv_text, workbook
from engine.service.desk import Desk
from engine.service.listing import flows
from engine.service.reports import overdue as report
from engine.words import message, say
from web.api.forms.listings import OverdueForm
from web.api.operations import Operations
from web.api.turn import JSON
from web.api.uploads import Download

OPERATIONS = Operations("reports")
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    "code", "title", "issue.code", "issue.title", "clock", "due_at", "days.calendar",
    "days.working", "leader.login", "leader.name", "unit.name", "state",
)  # fmt: skip


@OPERATIONS.get(
    "/reports/overdue", permission="report.read", object="report", media=(JSON, "text/csv", XLSX)
)
def report_overdue(
    desk: Desk, who: Principal, query: OverdueForm
) -> report.OverdueAnswer | Download:
    """Report what is or was overdue, in all and by group."""
    if query.format == "json":
        return report.overdue(desk, who, query.order())
    items = report.every(desk, who, query.order())["items"]
    return _as_csv(items) if query.format == "csv" else _as_workbook(desk, items)


def _as_csv(items: Iterable[Mapping[str, Any]]) -> Download:
    """Write rows for programs: columns are named as in JSON."""
    text = csv_text(Sheet("overdue", COLUMNS, _rows(items)))
    return Download("overdue.csv", CSV, text.encode())


def _as_workbook(desk: Desk, items: Iterable[Mapping[str, Any]]) -> Download:
    """Write rows for people: columns, states and clocks have titles in their language."""
    states, clocks = _titles(desk)
    shown = (
        item | {"state": states.get(item["state"], item["state"]),
                "clock": clocks.get(item["clock"], item["clock"])}
        for item in map(dict, items)
    )  # fmt: skip
    heads = [say(message(f"column-{name}"), desk.locale) for name in COLUMNS]
    title = say(message("report-overdue"), desk.locale)
    return Download("overdue.xlsx", XLSX, workbook(Sheet(title, heads, _rows(shown))))


def _titles(desk: Desk) -> tuple[dict[str, str], dict[str, str]]:
    states: dict[str, str] = {}
    clocks: dict[str, str] = {}
    for flow in flows(desk):
        states |= {name: state.title.in_(desk.locale) for name, state in flow.states.items()}
        clocks |= {name: clock.title.in_(desk.locale) for name, clock in flow.clocks.items()}
    return states, clocks


def _rows(items: Iterable[Mapping[str, Any]]) -> Iterator[list[Cell]]:
    for item in items:
        yield [_cell(item, column) for column in COLUMNS]


def _cell(item: Mapping[str, Any], column: str) -> Cell:
    found: Any = item
    for part in column.split("."):
        found = None if found is None else found[part]
    return None if found is None else found if isinstance(found, int) else str(found)
