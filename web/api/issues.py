"""Operations on key issues, and the cases that are registered under them."""

from engine.domain.access import Principal
from engine.domain.events import Kind
from engine.service import cases, issues
from engine.service.case_answers import CaseAnswer
from engine.service.desk import Desk
from web.api.forms.listings import PageForm
from web.api.forms.matters import CaseForm, IssueForm
from web.api.operations import Operations

OPERATIONS = Operations("issues")


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
def show_issue(desk: Desk, who: Principal, code: str) -> issues.IssueAnswer:
    """Show a key issue with its cases."""
    return issues.show_issue(desk, who, code)


@OPERATIONS.post(
    "/issues/{code}/cases", permission="case.register", object="case",
    events=(Kind.CASE_REGISTERED,), status=201,
)  # fmt: skip
def register_case(desk: Desk, who: Principal, code: str, form: CaseForm) -> CaseAnswer:
    """Register a case under a key issue."""
    return cases.register_case(desk, who, code, form.order())
