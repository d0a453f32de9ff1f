"""Who may do what: drawn from the tables by which it is decided."""

from collections.abc import Iterable, Sequence

from starlette.responses import Response

from engine.domain.access import ACTS, FIT, ROLES, SEES, WRITERS
from web.routing import Routes
from web.shell import page
from web.visit import Visiting

ROUTES = Routes("page")
GROUPS: Sequence[tuple[str, tuple[str, ...]]] = (
    ("cases", ("issue", "case", "import", "letter")),
    ("reports", ("report", "daily", "roster", "supervision", "log", "audit")),
    ("office", ("unit", "account", "deputy", "calendar", "workflow")),
    ("own", ("self", "token", "webhook", "outbox")),
)
"""The acts by what they are about, as the page puts them together."""


@ROUTES.get("/roles", permission="self.read", object="roles")
def show(visit: Visiting) -> Response:
    """Show which role may do what, and who writes which part of a case."""
    with visit.reading() as (_, who):
        mine = who.roles
    return page(
        visit, "pages/roles.html", roles=ROLES, mine=mine, groups=_groups(), acts=ACTS,
        parts=WRITERS, sees=_sees(), fit={what: _in_order(roles) for what, roles in FIT.items()},
    )  # fmt: skip


def _groups() -> list[tuple[str, list[str]]]:
    """Give every act in its group; one of no group stands in the last."""
    nouns = {noun: name for name, its in GROUPS for noun in its}
    found: dict[str, list[str]] = {name: [] for name, _ in GROUPS}
    for act in ACTS:
        found[nouns.get(act.partition(".")[0], GROUPS[-1][0])].append(act)
    return [(name, acts) for name, acts in found.items() if acts]


def _sees() -> dict[str, list[str]]:
    """Give of each role the kinds of sight that it has."""
    return {role: [kind for kind, roles in SEES.items() if role in roles] for role in ROLES}


def _in_order(roles: Iterable[str]) -> list[str]:
    return [role for role in ROLES if role in set(roles)]
