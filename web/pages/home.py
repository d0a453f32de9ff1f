"""The two front pages: the office's figures, and what waits for oneself."""

from starlette.responses import Response

from engine.domain.access import ACTS, Principal
from engine.service.case_lists import CaseQuery, list_cases
from engine.service.dashboard import dashboard
from engine.service.desk import Desk
from engine.service.workflows import list_workflows
from web.pages.left import with_days_left
from web.routing import Routes
from web.shell import page
from web.visit import Visiting
from web.words_of import words_of

ROUTES = Routes("page")
WORST, MOST = 5, 200


@ROUTES.get("/", permission="self.read", object="dashboard")
def show(visit: Visiting) -> Response:
    """Show the figures of what the reader may see, and the cases that need most attention."""
    with visit.reading() as (desk, who):
        if not who.has(*ACTS["case.read"]):
            return page(visit, "pages/home_plain.html")
        figures = dashboard(desk, who)
        worst = list_cases(desk, who, CaseQuery(overdue=True, limit=WORST))
        words = words_of(list_workflows(desk, who), visit.locale)
    return page(visit, "pages/home.html", words=words, figures=figures, worst=worst["items"])


@ROUTES.get("/my", permission="case.read", object="case")
def show_mine(visit: Visiting) -> Response:
    """Show the cases in which the reader has a part, the nearest limit first."""
    with visit.reading() as (desk, who):
        listed = _mine(desk, who)
        words = words_of(list_workflows(desk, who), visit.locale)
    mine = [item for item in listed if "limit" in item]
    return page(
        visit, "pages/my.html", words=words, total=len(mine),
        late=[item for item in mine if item["overdue"]],
        ahead=[item for item in mine if not item["overdue"]],
    )  # fmt: skip


def _mine(desk: Desk, who: Principal) -> list[dict[str, object]]:
    found = list_cases(desk, who, CaseQuery(mine=True, closed=False, limit=MOST))
    return [with_days_left(desk, item) for item in found["items"]]
