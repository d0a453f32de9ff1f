"""Operations on reports, one for each of the catalogue: as JSON, or as a file with every row."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.domain.access import Principal
from engine.output.sheet import Cell, Sheet, csv_text, workbook
from engine.service.desk import Desk
from engine.service.reports.catalogue import REPORTS, Report, head, title
from engine.service.reports.cells import Cells, part
from web.api.forms.listings import AgeingForm, ReportForm
from web.api.operations import Operations
from web.api.turn import JSON
from web.api.uploads import Download

OPERATIONS = Operations("reports")
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _declare(report: Report) -> None:
    """Declare the operation of one report."""

    def show(desk: Desk, who: Principal, query: ReportForm) -> Any:  # noqa: ANN401  # by report
        if query.format == "json":
            return report.page(desk, who, query.order())
        items = report.every(desk, who, query.order())["items"]
        return _as_csv(report, items) if query.format == "csv" else _book(desk, report, items)

    show.__name__ = f"report_{report.name}"
    show.__doc__ = f"Report: {title(report, 'en').lower()}, in all and by group."
    form = AgeingForm if report.has_buckets else ReportForm
    show.__annotations__ |= {"query": form, "return": report.answer | Download}
    path = f"/reports/{report.name}"
    media = (JSON, "text/csv", XLSX)
    OPERATIONS.get(path, permission="report.read", object="report", media=media)(show)


def _as_csv(report: Report, items: Iterable[Mapping[str, Any]]) -> Download:
    """Write rows for programs: columns are named as in JSON."""
    keys = [column.key for column in report.columns]
    text = csv_text(Sheet(report.name, keys, _rows(keys, items)))
    return Download(f"{report.name}.csv", CSV, text.encode())


def _rows(keys: list[str], items: Iterable[Mapping[str, Any]]) -> Iterator[list[Cell]]:
    for item in items:
        yield [_plain(part(item, key)) for key in keys]


def _plain(value: Any) -> Cell:  # noqa: ANN401  # whatever an item holds
    if isinstance(value, Mapping):
        return str(value.get("login") or value.get("name"))
    if isinstance(value, list):
        return ";".join(str(_plain(one)) for one in value)
    return value if value is None or isinstance(value, int | float) else str(value)


def _book(desk: Desk, report: Report, items: Iterable[Mapping[str, Any]]) -> Download:
    """Write rows for people: columns and names have words in their language."""
    cells = Cells(desk)
    heads = [head(report, column, desk.locale) for column in report.columns]
    rows = ([_shown(c) for c in cells.row(report.columns, item)] for item in items)
    book = workbook(Sheet(title(report, desk.locale), heads, rows))
    return Download(f"{report.name}.xlsx", XLSX, book)


def _shown(cell: Any) -> Cell:  # noqa: ANN401  # a cell with its type
    return cell if cell is None or isinstance(cell, str | int | float) else cell.isoformat()


for _report in REPORTS.values():
    _declare(_report)
