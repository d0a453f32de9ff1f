"""Operations on reports, one for each of the catalogue: as JSON, or as a file with every row."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.bootstrap import Application
from engine.domain.access import Principal
from engine.output.paper import MEDIA, TEMPLATES, Cell, paper_bytes
from engine.output.plain import csv_text
from engine.service import quotas
from engine.service.desk import Desk
from engine.service.reports.catalogue import REPORTS, Report, title
from engine.service.reports.cells import part
from engine.service.reports.papers import paper_of
from web.api.forms.listings import AgeingForm, ReportForm
from web.api.operations import Operations
from web.api.turn import JSON
from web.files import Download

OPERATIONS = Operations("reports")
CSV, XLSX, DOCX = MEDIA[".csv"], MEDIA[".xlsx"], MEDIA[".docx"]


def _declare(report: Report) -> None:
    """Declare the operation of one report."""

    def show(application: Application, desk: Desk, who: Principal, query: ReportForm) -> Any:  # noqa: ANN401  # by report
        order = query.order(desk.zone)
        if query.format == "json":
            return report.page(desk, who, order)
        quotas.count_export(application, who, desk.via)
        answer = report.every(desk, who, order)
        if query.format == "csv":
            return _as_csv(report, answer["items"])
        ending = f".{query.format}"
        paper = paper_of(desk, who, report, order, answer)
        content = paper_bytes(paper, ending, application.settings.home / TEMPLATES)
        return Download(f"{report.name}{ending}", MEDIA[ending], content)

    show.__name__ = f"report_{report.name}"
    show.__doc__ = f"Report: {title(report, 'en').lower()}, in all and by group."
    form = AgeingForm if report.has_buckets else ReportForm
    show.__annotations__ |= {"query": form, "return": report.answer | Download}
    path = f"/reports/{report.name}"
    media = (JSON, "text/csv", XLSX, DOCX)
    OPERATIONS.get(path, permission="report.read", object="report", media=media)(show)


def _as_csv(report: Report, items: Iterable[Mapping[str, Any]]) -> Download:
    """Write rows for programs: columns are named as in JSON."""
    keys = [column.key for column in report.columns]
    text = csv_text(keys, _rows(keys, items))
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


for _report in REPORTS.values():
    _declare(_report)
