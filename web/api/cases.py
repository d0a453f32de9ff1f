"""Operations on cases: list them, show one, take a step, tell the history."""

from engine.domain.access import Principal
from engine.domain.events import Kind
from engine.service import case_lists, cases
from engine.service.case_answers import CaseAnswer, SummaryAnswer
from engine.service.case_history import HistoryAnswer
from engine.service.desk import Desk
from engine.service.paging import PageQuery, page
from web.api.answers import Listing
from web.api.forms.listings import CasesForm, HistoryForm
from web.api.forms.matters import StepForm
from web.api.operations import Operations

OPERATIONS = Operations("cases")


@OPERATIONS.get("/cases", permission="case.read", object="case")
def list_cases(desk: Desk, who: Principal, query: CasesForm) -> case_lists.CasesAnswer:
    """List the cases that the caller may see."""
    return case_lists.list_cases(desk, who, query.order(desk.zone))


@OPERATIONS.get("/cases/{code}", permission="case.read", object="case")
def show_case(desk: Desk, who: Principal, code: str) -> CaseAnswer | SummaryAnswer:
    """Show a case, with the steps that stand open or closed for the caller."""
    return cases.show_case(desk, who, code)


@OPERATIONS.post(
    "/cases/{code}/steps", permission="case.step", object="case", events=(Kind.CASE_STEPPED,)
)
def take_step(desk: Desk, who: Principal, code: str, form: StepForm) -> CaseAnswer:
    """Take a step on a case."""
    return cases.take_step(desk, who, code, form.order())


@OPERATIONS.get("/cases/{code}/history", permission="case.read", object="case")
def show_history(
    desk: Desk, who: Principal, code: str, query: HistoryForm
) -> Listing[HistoryAnswer]:
    """Tell what happened to a case, oldest first; all of it unless a limit is given."""
    told = cases.history(desk, who, code)
    if query.limit is None and query.cursor is None:
        return {"items": told, "next": None, "total": len(told)}

    def read(after: tuple[object, ...] | None, count: int) -> list[HistoryAnswer]:
        passed = int(str(after[0])) if after else 0
        return [event for event in told if event["seq"] > passed][:count]

    asked = PageQuery(query.limit or PageQuery().limit, query.cursor)
    items, more = page(f"history {code}", asked, (int,), read, lambda event: (event["seq"],))
    return {"items": items, "next": more, "total": len(told)}
