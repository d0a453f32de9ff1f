"""The report on what is overdue, at any instant, present or past."""

from datetime import date, datetime
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from engine.domain.duedates import end_of_day
from engine.service.office import wrong
from engine.service.reports.asking import ReportQuery
from engine.service.reports.overdue import overdue
from engine.service.workflows import list_workflows
from web.pages.choices import people, units
from web.routing import Routes
from web.shell import page
from web.visit import Visit, Visiting
from web.words_of import words_of

ROUTES = Routes("page")
PAGE = 50
GROUPS = ("unit", "leader", "stage", "issue")
FILTERS = ("unit", "leader", "issue", "stage")


@ROUTES.get("/reports/overdue", permission="report.read", object="report")
def show_overdue(visit: Visiting, request: Request) -> Response:
    """Show what is overdue as of an instant, in groups and case by case."""
    asked = {name: request.query_params.get(name, "").strip() for name in ("as_of", "by", *FILTERS)}
    cursor = request.query_params.get("cursor") or None
    given = {name: asked[name] or None for name in FILTERS}
    by = asked["by"] or GROUPS[0]
    with visit.reading() as (desk, who):
        query = ReportQuery(as_of(visit, asked["as_of"]), by, PAGE, cursor, **given)
        report = overdue(desk, who, query)
        words = words_of(list_workflows(desk, who), visit.locale)
        offers = {"unit": units(desk, who), "leader": people(desk, who, {"leader"})}
    kept = {name: text for name, text in asked.items() if text}
    return page(
        visit, "pages/overdue.html", words=words, report=report, by=by, groups=GROUPS, asked=asked,
        offers=offers, first=f"/reports/overdue?{urlencode(kept)}" if cursor else None,
        following=_next(kept, report["next"]),
    )  # fmt: skip


def as_of(visit: Visit, text: str) -> datetime | None:
    """Read a day or an instant: today is now, another day its end. Raises InvalidError."""
    if not text or text == visit.today.isoformat():
        return None
    try:
        if "T" not in text:
            return end_of_day(date.fromisoformat(text), visit.application.zone)
        instant = datetime.fromisoformat(text.replace(" ", "+"))
    except (ValueError, OverflowError) as error:
        raise wrong("as_of", "field-date") from error
    if instant.tzinfo is None:
        raise wrong("as_of", "field-date")
    return instant


def _next(kept: dict[str, str], cursor: str | None) -> str | None:
    return f"/reports/overdue?{urlencode({**kept, 'cursor': cursor})}" if cursor else None
