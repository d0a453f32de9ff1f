"""Help, a role at a time, and the glossary; open to everybody, also before signing in."""

from collections.abc import Sequence

from starlette.responses import Response

from engine.domain.access import ACTS, ROLES
from engine.service.workflow_view import WorkflowView, view_workflow
from engine.service.workflows import list_workflows
from engine.words import Locale
from web.routing import PUBLIC, Routes
from web.shell import page
from web.visit import Visiting
from web.wording import say_in, web_catalogue

ROUTES = Routes("page")
Ways = Sequence[tuple[str, str]]
"""Things to do: the word of each, and the page on which it begins."""
EVERYBODY: Ways = (
    ("find", "/search"), ("view", "/cases/views"), ("date", "/calendar"),
    ("factor", "/account/factor"), ("print", ""),
)  # fmt: skip
_OF_CASES = frozenset({"/search", "/cases/views"})
"""Pages that are shut to whoever reads no case."""
OF_ROLE: dict[str, Ways] = {
    "office": (
        ("register", "/issues"), ("import", "/import"), ("assign", "/cases?view=open"),
        ("chase", "/cases?view=overdue"), ("hand-over", "/cases?view=open"),
        ("daily", "/reports/daily"),
    ),
    "leader": (
        ("acknowledge", "/my"), ("plan", "/my"), ("extend", "/my"), ("stabilize", "/my"),
        ("hand-over", "/my"),
    ),
    "unit": (
        ("progress", "/my"), ("money", "/my"), ("answer", "/inbox"),
        ("unit-day", "/reports/daily"),
    ),
    "supervision": (
        ("urge", "/supervision"), ("close", "/cases?view=approval"), ("verify", "/supervision"),
    ),
    "head": (("decide", "/my"), ("overview", "/")),
    "duty": (("urgent", "/issues"), ("daily", "/reports/daily")),
    "admin": (("account", "/accounts"), ("days", "/calendar")),
    "auditor": (("read", "/cases"), ("verify", "/supervision")),
}  # fmt: skip
"""What each role comes for."""
PARTS = ("things", "time", "record")
"""The parts of the glossary that are of no workflow."""


@ROUTES.get("/help", permission=PUBLIC, object="help")
def show(visit: Visiting) -> Response:
    """Tell how to do what; the reader's own roles first, with links to where each begins."""
    mine: frozenset[str] = frozenset() if visit.who is None else visit.who.roles
    if visit.who is not None:
        with visit.reading():
            pass  # counts what waits, for the head of the page
    reads = visit.who is not None and visit.who.has(*ACTS["case.read"])
    order = sorted(ROLES, key=lambda role: (role not in mine, ROLES.index(role)))
    return page(
        visit, "pages/help.html", mine=mine,
        everybody=[(way, at if reads or at not in _OF_CASES else "") for way, at in EVERYBODY],
        roles=[(role, OF_ROLE[role]) for role in order],
    )  # fmt: skip


@ROUTES.get("/glossary", permission=PUBLIC, object="help")
def glossary(visit: Visiting) -> Response:
    """Say what each word means; whoever is signed in also reads those of the workflows."""
    flows: list[WorkflowView] = []
    if visit.who is not None and visit.who.has(*ACTS["workflow.read"]):
        with visit.reading() as (desk, who):
            names = dict.fromkeys(flow["name"] for flow in list_workflows(desk, who))
            flows = [view_workflow(desk, who, name, figures=False) for name in names]
    other = _other(visit.locale)
    return page(
        visit, "pages/glossary.html", flows=flows, roles=ROLES,
        parts=[(part, _terms(part)) for part in PARTS],
        elsewhere=lambda code: say_in(other, code), other={"zh": "zh-CN", "en": "en"}[other],
    )  # fmt: skip


def _other(locale: Locale) -> Locale:
    return "en" if locale == "zh" else "zh"


def _terms(part: str) -> list[str]:
    """Give the words of a part, in the order of the catalogue."""
    prefix = f"term-{part}-"
    return [code.removeprefix("term-") for code in web_catalogue() if code.startswith(prefix)]
