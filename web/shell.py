"""What every page shares: who looks at it, where they can go, and what was just done."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import HTMLResponse

from engine.domain.access import ACTS, Principal
from web.locations import OVER
from web.render import render
from web.visit import Visit
from web.wording import say_in, web_catalogue

NAVIGATION = (
    ("home", "/", "nav-home", "self.read"),
    ("my", "/my", "nav-my", "case.read"),
    ("cases", "/cases", "nav-cases", "case.read"),
    ("issues", "/issues", "nav-issues", "case.read"),
    ("accounts", "/accounts", "nav-accounts", "account.add"),
    ("workflows", "/workflows", "nav-workflows", "workflow.publish"),
    ("reports", "/reports", "nav-reports", "report.read"),
    ("reports", "/reports/daily", "nav-reports", "daily.read"),
    ("supervision", "/supervision", "nav-supervision", "supervision.read"),
)
"""Pages of the top bar: key, address, word, and the act that shows it; of a key the first."""


def page(visit: Visit, template: str, status: int = 200, /, **context: Any) -> HTMLResponse:  # noqa: ANN401
    """Render a page with its shell."""
    shell: dict[str, Any] = {
        "viewer": _viewer(visit.who),
        "places": _places(visit.who),
        "can": _can(visit.who),
        "csrf": visit.csrf,
        "theme": visit.theme,
        "here": visit.path,
        "today": visit.today,
        "flash": _flash(visit),
        "unread": visit.unread,
        "zone": visit.application.settings.time_zone,
    }
    return HTMLResponse(render(template, visit.locale, **{**shell, **context}), status)


def _flash(visit: Visit) -> Mapping[str, str] | None:
    """Give the notice of what was just done: a redirect brings one word of the catalogue along."""
    code = f"done-{visit.done}"
    if code not in web_catalogue():
        return None
    kind = "soon" if visit.done == OVER else "good"
    return {"kind": kind, "title": say_in(visit.locale, code)}


def _viewer(who: Principal | None) -> Mapping[str, Any] | None:
    return None if who is None else {"name": who.name, "post": who.post}


def _can(who: Principal | None) -> frozenset[str]:
    """Name the acts that are the viewer's, so that pages offer no others."""
    return frozenset(act for act, roles in ACTS.items() if who is not None and who.has(*roles))


def _places(who: Principal | None) -> list[tuple[str, str, str]]:
    if who is None:
        return []
    found: dict[str, tuple[str, str, str]] = {}
    for key, href, word, act in NAVIGATION:
        if who.has(*ACTS[act]):
            found.setdefault(key, (key, href, word))
    return list(found.values())
