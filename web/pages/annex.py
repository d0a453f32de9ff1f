"""The annex of a key issue: its tasks in the form of the official table, as it is printed."""

from typing import Any

from starlette.responses import Response

from engine.service import issues
from engine.service.case_lists import CaseQuery, list_cases
from engine.service.reports import papers
from engine.service.reports.asking import ReportQuery
from engine.service.reports.decomposition import decomposition
from engine.service.workflows import list_workflows
from web.routing import Routes
from web.shell import page
from web.visit import Visiting
from web.words_of import words_of

ROUTES = Routes("page")
MOST = 200


@ROUTES.get("/issues/{code}/annex", permission="report.read", object="issue")
def show(code: str, visit: Visiting) -> Response:
    """Show the decomposition table of one key issue as of now, ready to be printed."""
    with visit.reading() as (desk, who):
        issue = issues.show_issue(desk, who, code)
        table = decomposition(desk, who, ReportQuery(issue=code, limit=MOST))
        listed = list_cases(desk, who, CaseQuery(issue=code, limit=MOST))
        due = {case["code"]: case["due"] for case in listed["items"]}
        rows = [
            {**item, "due": due.get(item["code"]), "measures": _measures(item)}
            for item in table["items"]
        ]
        shown = {"organ": papers.organ(desk, who), "total": table["total"],
                 "words": words_of(list_workflows(desk, who), visit.locale)}  # fmt: skip
    return page(visit, "pages/annex.html", issue=issue, rows=rows, as_of=table["as_of"], **shown)


def _measures(item: Any) -> list[str]:  # noqa: ANN401  # an item
    """Give the measures of a task, a line each."""
    return [line.strip() for line in (item["measures"] or "").splitlines() if line.strip()]
