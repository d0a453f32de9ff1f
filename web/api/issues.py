"""Operations on key issues, and the cases that are registered under them."""

from collections.abc import Iterator
from dataclasses import replace

from engine.domain.access import Principal
from engine.domain.events import Kind
from engine.service import cases, issues
from engine.service.case_answers import CaseAnswer, SummaryAnswer
from engine.service.case_items import CaseItem
from engine.service.case_lists import CaseQuery, list_cases
from engine.service.desk import Desk
from engine.service.paging import MOST
from web.api.forms.listings import PageForm
from web.api.forms.matters import CaseForm, IssueForm
from web.api.operations import Operations

OPERATIONS = Operations("issues")


class IssueCasesAnswer(issues.IssueAnswer):
    """A key issue with those of its cases that the caller may see."""

    cases: list[CaseItem | SummaryAnswer]


@OPERATIONS.post(
    "/issues", permission="issue.open", object="issue", events=(Kind.ISSUE_OPENED,), status=201
)
def open_issue(desk: Desk, who: Principal, form: IssueForm) -> issues.IssueAnswer:
    """Open a key issue."""
    return issues.open_issue(desk, who, form.order())


@OPERATIONS.get("/issues", permission="case.read", object="issue")
def list_issues(desk: Desk, who: Principal, query: PageForm) -> issues.IssuePageAnswer:
    """List the key issues that the caller may see."""
    return issues.list_issues(desk, who, query.order())


@OPERATIONS.get("/issues/{code}", permission="case.read", object="issue")
def show_issue(desk: Desk, who: Principal, code: str) -> IssueCasesAnswer:
    """Show a key issue with its cases."""
    issue = issues.show_issue(desk, who, code)
    return {**issue, "cases": list(_cases_of(desk, who, issue["code"]))}


def _cases_of(desk: Desk, who: Principal, code: str) -> Iterator[CaseItem | SummaryAnswer]:
    """Give every case of an issue, page by page."""
    query: CaseQuery | None = CaseQuery(issue=code, limit=MOST)
    while query is not None:
        page = list_cases(desk, who, query)
        yield from page["items"]
        query = replace(query, cursor=page["next"]) if page["next"] else None


@OPERATIONS.post(
    "/issues/{code}/cases", permission="case.register", object="case",
    events=(Kind.CASE_REGISTERED,), status=201,
)  # fmt: skip
def register_case(desk: Desk, who: Principal, code: str, form: CaseForm) -> CaseAnswer:
    """Register a case under a key issue."""
    return cases.register_case(desk, who, code, form.order())
