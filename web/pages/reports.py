"""The reports: an index, and of each the page that looks at an instant, on screen and as a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.datastructures import QueryParams
from starlette.responses import RedirectResponse, Response

from engine.domain.access import FIT, Principal
from engine.domain.duedates import end_of_day
from engine.output.paper import MEDIA, TEMPLATES, paper_bytes
from engine.service import long_runs, quotas
from engine.service.desk import Desk
from engine.service.long_runs import ExportOrder
from engine.service.office import wrong
from engine.service.reports import holders, papers
from engine.service.reports.asking import BUCKETS, FILTERS, GROUPINGS, ReportQuery
from engine.service.reports.catalogue import REPORTS, Report, title
from engine.service.workflows import list_workflows
from engine.words import listed
from web.files import Download, hand_out
from web.locations import shown_at
from web.pages import proof
from web.pages.choices import people, units
from web.pages.fallible import apart, part
from web.pages.lists import offer
from web.routing import Routes
from web.shell import page
from web.visit import Visit, Visiting
from web.words_of import words_of

ROUTES = Routes("page")
PAGE = 50
FILES = ("xlsx", "docx", "csv")
USUAL_BY = "unit"


@ROUTES.get("/reports", permission="report.read", object="report")
def show_all(visit: Visiting) -> Response:
    """List the reports there are."""
    return page(visit, "pages/reports.html", reports=_named(visit))


@dataclass(frozen=True, slots=True)
class Question:
    """What a reader asks of a report: `asked` is what stands in the address, by name."""

    report: Report
    asked: Mapping[str, str]
    cursor: str | None

    @property
    def path(self) -> str:
        """The address of the report, without what is asked of it."""
        return f"/reports/{self.report.name}"

    def query(self, visit: Visit) -> ReportQuery:
        """Give it as the verb takes it. Raises InvalidError for a day that is none."""
        given = {name: self.asked[name] or None for name in (*FILTERS, "bucket")}
        by = self.asked["by"] or USUAL_BY
        return ReportQuery(as_of(visit, self.asked["as_of"]), by, PAGE, self.cursor, **given)

    def address(self, **changes: str | None) -> str:
        """Give the address of the same question with something else in it."""
        kept = {name: text for name, text in {**self.asked, **changes}.items() if text}
        return f"{self.path}?{urlencode(kept)}" if kept else self.path


def _declare(report: Report) -> None:
    """Declare the page of one report."""

    def show(visit: Visiting, request: Request) -> Response:
        question = question_of(report, request.query_params)
        if request.query_params.get("format"):
            return _file(visit, question, request)
        return _page(visit, question)

    show.__name__ = f"show_{report.name}"
    show.__doc__ = f"Show the report: {title(report, 'en').lower()}; with `format` hand it out."
    ROUTES.get(f"/reports/{report.name}", permission="report.read", object="report")(show)


def question_of(report: Report, params: QueryParams) -> Question:
    """Read what an address asks of a report."""
    names = ("as_of", "by", *FILTERS, "bucket")
    asked = {name: params.get(name, "").strip() for name in names}
    return Question(report, asked, params.get("cursor") or None)


def _page(visit: Visit, question: Question) -> Response:
    report, is_overdue = question.report, question.report.name == "overdue"
    with visit.reading() as (desk, who):
        query = question.query(visit)
        answer = report.page(desk, who, query)
        shown: dict[str, Any] = {
            "words": words_of(list_workflows(desk, who), visit.locale),
            "organ": papers.organ(desk, who),
        }
        offered = part(visit, lambda: _offers(desk, who))
        late = part(visit, lambda: holders.lateness(desk, who, query)) if is_overdue else None
    shown["offers"], shown["no_offers"] = apart(offered, {"unit": [], "leader": []})
    shown["lateness"], shown["no_lateness"] = apart(late, None)
    following = answer["next"]
    files = [(kind, question.address(format=kind, as_of=answer["as_of"])) for kind in FILES]
    return page(
        visit, "pages/report.html", **shown, name=report.name, report=answer, by=query.by,
        groups=GROUPINGS, buckets=BUCKETS if report.has_buckets else (), asked=question.asked,
        path=question.path, files=files,
        narrowed=question.address(as_of=None, bucket=None),
        first=question.address() if question.cursor else None,
        following=question.address(cursor=following) if following else None,
    )  # fmt: skip


def _file(visit: Visit, question: Question, request: Request) -> Response:
    """Hand out every row as a file, whatever the page; a long one is offered behind it."""
    with visit.reading() as (desk, who):
        order = export_order(visit, desk, request.query_params, question)
        query = question.query(visit)
        answer = question.report.every(desk, who, query)
        if answer["total"] > proof.MOST_ROWS and proof.is_old(visit):
            return RedirectResponse(proof.export_at(shown_at(request)), 303)
        if answer["total"] > long_runs.LONG_ROWS:
            return offer(visit, request, answer["total"])
        quotas.count_export(visit.application, who, visit.via)
        paper = papers.paper_of(desk, who, question.report, query, answer)
        home = visit.application.settings.home
        content = paper_bytes(paper, order.ending, home / TEMPLATES)
    return hand_out(Download(f"{order.name}{order.ending}", MEDIA[order.ending], content))


def export_order(visit: Visit, desk: Desk, params: QueryParams, question: Question) -> ExportOrder:
    """Give the order that a report's address with a format stands for. Raises InvalidError."""
    kind = params.get("format", "")
    if kind not in FILES:
        raise wrong("format", "field-choice", known=listed(FILES))
    query = question.query(visit)
    on = (query.as_of or desk.now).astimezone(desk.zone)
    heading = papers.heading(desk, question.report)
    return ExportOrder(question.report.name, query, f".{kind}", f"{heading} {on:%Y-%m-%d}")


def _offers(desk: Desk, who: Principal) -> dict[str, Any]:
    return {"unit": units(desk, who), "leader": people(desk, who, FIT["lead-leader"])}


def _named(visit: Visit) -> list[tuple[str, str]]:
    return [(report.name, title(report, visit.locale)) for report in REPORTS.values()]


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


for _report in REPORTS.values():
    _declare(_report)
