"""The two front pages: the office's figures, and what waits for oneself."""

from datetime import timedelta
from typing import Any

from starlette.responses import Response

from engine.domain.access import ACTS
from engine.service.case_lists import CaseQuery, list_cases
from engine.service.dashboard import dashboard, has_figures
from engine.service.letter_lists import letters_to_supervise
from engine.service.next_things import next_things
from engine.service.today import changes_today, closed_this_month, daily_today
from engine.service.workflows import list_workflows
from web.pages.case_told import mark_of
from web.pages.daily import minutes_left
from web.pages.fallible import part
from web.pages.left import with_days_left
from web.routing import Routes
from web.shell import page
from web.visit import Visiting
from web.words_of import words_of

ROUTES = Routes("page")
WORST = 5


@ROUTES.get("/", permission="self.read", object="dashboard")
def show(visit: Visiting) -> Response:
    """Show the figures of what the reader may see, and the cases that need most attention."""
    with visit.reading() as (desk, who):
        if not who.has(*ACTS["case.read"]):
            return page(visit, "pages/home_plain.html", whose="admin")
        if not has_figures(who):
            return page(visit, "pages/home_plain.html", whose="duty")
        figures = dashboard(desk, who)
        worst = list_cases(desk, who, CaseQuery(overdue=True, limit=WORST))
        words = words_of(list_workflows(desk, who), visit.locale)
        daily = part(visit, lambda: daily_today(desk, who))
        changes = part(visit, lambda: changes_today(desk, who))
        closed = part(visit, lambda: closed_this_month(desk, who))
    shown: dict[str, Any] = {"figures": figures, "worst": worst["items"], "changes": changes}
    left = minutes_left(visit, daily["due_at"]) if isinstance(daily, dict) else 0
    former = visit.today - timedelta(days=1)
    return page(
        visit, "pages/home.html", words=words, left=left, former=former, mark=mark_of,
        closed=closed if isinstance(closed, dict) else None, daily=daily, **shown,
    )  # fmt: skip


@ROUTES.get("/my", permission="case.read", object="case")
def show_mine(visit: Visiting) -> Response:
    """Show what waits for the reader, and apart from it what the reader only watches."""
    with visit.reading() as (desk, who):
        found = next_things(desk, who)
        act = [{**thing, "case": with_days_left(desk, thing["case"])} for thing in found["act"]]
        watch = [with_days_left(desk, item) for item in found["watch"]]
        urges = letters_to_supervise(desk, who)
        words = words_of(list_workflows(desk, who), visit.locale)
    shown = {"found": found, "act": act, "watch": watch, "urges": urges}
    return page(visit, "pages/my.html", words=words, **shown)
