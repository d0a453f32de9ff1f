"""Key issues: list, one with its cases, and the forms for a new one and for its tasks."""

from typing import Any

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from engine.domain.access import FIT, Principal
from engine.domain.events import Kind
from engine.errors import DubanError
from engine.service import cases, issues
from engine.service.case_lists import CaseQuery, list_cases
from engine.service.case_marks import tell_marks
from engine.service.cases import NewCase
from engine.service.desk import Desk
from engine.service.issue_progress import tell_progress
from engine.service.issues import ORIGINS, NewIssue
from engine.service.paging import PageQuery
from engine.service.workflows import list_workflows
from web.forms import Field, blame, field, fill, options, or_none, whole, worded
from web.locations import case_at
from web.pages.choices import people, units
from web.pages.left import with_days_left
from web.pages.part import CORRECTABLE
from web.refusals import status_of, waits
from web.routing import Routes
from web.shell import page
from web.visit import Visit, Visiting
from web.words_of import words_of

ROUTES = Routes("page")
PAGE, MOST_CASES = 20, 200


@ROUTES.get("/issues", permission="case.read", object="issue")
def show_all(visit: Visiting, request: Request) -> Response:
    """List the key issues that the reader may see, the newest first."""
    cursor = request.query_params.get("cursor") or None
    with visit.reading() as (desk, who):
        listed = issues.list_issues(desk, who, PageQuery(PAGE, cursor))
    return page(visit, "pages/issues.html", listed=listed, cursor=cursor)


@ROUTES.get("/issues/new", permission="issue.open", object="issue")
def ask(visit: Visiting) -> Response:
    """Show the form for a key issue."""
    return _form(visit, "issue", _issue_fields(visit), "/issues")


@ROUTES.post("/issues/new", permission="issue.open", object="issue", events=(Kind.ISSUE_OPENED,))
def open_issue(visit: Visiting) -> Response:
    """Open a key issue."""
    try:
        with visit.writing() as (desk, who):
            code = issues.open_issue(desk, who, _new_issue(visit))["code"]
    except CORRECTABLE as error:
        return _form(visit, "issue", _issue_fields(visit), "/issues", error)
    return RedirectResponse(f"/issues/{code}?done=issue", 303)


@ROUTES.get("/issues/{code}", permission="case.read", object="issue")
def show(code: str, visit: Visiting) -> Response:
    """Show a key issue with its cases."""
    with visit.reading() as (desk, who):
        issue = issues.show_issue(desk, who, code)
        listed = list_cases(desk, who, CaseQuery(issue=code, sort="code", limit=MOST_CASES))
        items = [with_days_left(desk, item) for item in listed["items"]]
        marks = tell_marks(desk, listed["items"])
        progress = tell_progress(desk, listed["items"])
        words = words_of(list_workflows(desk, who), visit.locale)
    shown = {"issue": issue, "items": items, "marks": marks, "progress": progress}
    return page(visit, "pages/issue.html", words=words, total=listed["total"], **shown)


@ROUTES.get("/issues/{code}/cases/new", permission="case.register", object="case")
def ask_case(code: str, visit: Visiting) -> Response:
    """Show the form for a task of a key issue."""
    with visit.reading() as (desk, who):
        issues.find(desk, who, code)
        fields = _case_fields(desk, who, visit)
    return _form(visit, "case", fields, f"/issues/{code}")


@ROUTES.post(
    "/issues/{code}/cases/new",
    permission="case.register",
    object="case",
    events=(Kind.CASE_REGISTERED,),
)
def register(code: str, visit: Visiting) -> Response:
    """Register a case under a key issue."""
    try:
        with visit.writing() as (desk, who):
            made = cases.register_case(desk, who, code, _new_case(visit))
    except CORRECTABLE as error:
        with visit.reading() as (desk, who):
            fields = _case_fields(desk, who, visit)
        return _form(visit, "case", fields, f"/issues/{code}", error)
    return RedirectResponse(case_at(made["code"], "?done=case"), 303)


def _form(
    visit: Visit,
    word: str,
    fields: list[Field],
    back: str,
    error: DubanError | None = None,
) -> Response:
    if error is not None:
        fill(fields, visit)
    errors = blame(fields, error, visit.locale) if error else []
    status = status_of(error) if error else 200
    shown = {"word": word, "fields": fields, "errors": errors, "back": back}
    response = page(visit, "pages/form.html", status, **shown)
    response.headers.update(waits(error) if error else {})
    return response


def _issue_fields(visit: Visit) -> list[Field]:
    locale = visit.locale
    return [
        field(locale, "title", "line", label="label-issue", required=True, wide=True),
        field(locale, "origin", "choice", options=worded(locale, "origin", ORIGINS), required=True),
        field(locale, "document_no", "line", hint="hint-document"),
        field(locale, "received_at", "date", max=visit.today.isoformat()),
        field(locale, "category", "line"),
        field(locale, "summary", "text", hint="hint-no-person"),
        field(locale, "people_affected", "number", label="money-people", hint="hint-people"),
    ]


def _new_issue(visit: Visit) -> NewIssue:
    given: dict[str, Any] = {one["name"]: or_none(visit.text(one["name"])) for one in
                             _issue_fields(visit)}  # fmt: skip
    if given["people_affected"] is not None:
        given["people_affected"] = whole(given["people_affected"])
    return NewIssue(**{**given, "title": given["title"] or "", "origin": given["origin"] or ""})


def _case_fields(desk: Desk, who: Principal, visit: Visit) -> list[Field]:
    locale, flows = visit.locale, list_workflows(desk, who)
    known = options(sorted({f["name"]: f["title"][locale] for f in reversed(flows)}.items()))
    return [
        field(locale, "title", "line", label="label-task", required=True, wide=True),
        field(locale, "workflow", "select", options=known, value=cases.DEFAULT_WORKFLOW,
              required=True),
        field(locale, "measures_text", "text"),
        field(locale, "lead_leader", "account", options=people(desk, who, FIT["lead-leader"]),
              hint="hint-planned"),
        field(locale, "lead_unit", "unit", options=units(desk, who)),
        field(locale, "supporting_units", "units", options=units(desk, who)),
        field(locale, "due", "date"),
        field(locale, "summary", "text", hint="hint-no-person"),
    ]  # fmt: skip


def _new_case(visit: Visit) -> NewCase:
    names = ("measures_text", "lead_leader", "lead_unit", "due", "summary")
    given: dict[str, Any] = {name: or_none(visit.text(name)) for name in names}
    workflow = or_none(visit.text("workflow")) or cases.DEFAULT_WORKFLOW
    supporting = visit.texts("supporting_units")
    return NewCase(visit.text("title"), workflow, supporting_units=supporting, **given)
