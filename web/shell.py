"""What every page shares: who looks at it, where they can go, and what was just done."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import HTMLResponse

from engine.domain.access import ACTS, Principal
from web.render import render
from web.visit import Visit

NAVIGATION = (
    ("home", "/", "nav-home", "self.read"),
    ("my", "/my", "nav-my", "case.read"),
    ("cases", "/cases", "nav-cases", "case.read"),
    ("issues", "/issues", "nav-issues", "case.read"),
    ("reports", "/reports/overdue", "nav-reports", "report.read"),
)
"""Pages of the top bar: key, address, word, and the act that shows it."""


def page(visit: Visit, template: str, status: int = 200, /, **context: Any) -> HTMLResponse:  # noqa: ANN401
    """Render a page with its shell."""
    shell: dict[str, Any] = {
        "viewer": _viewer(visit.who),
        "places": _places(visit.who),
        "csrf": visit.csrf,
        "theme": visit.theme,
        "here": visit.path,
        "today": visit.today,
        "zone": visit.application.settings.time_zone,
    }
    return HTMLResponse(render(template, visit.locale, **{**shell, **context}), status)


def flash(code: str | None) -> Mapping[str, str] | None:
    """Give the notice of what was just done, from the word that a redirect brought along."""
    return {"kind": "good", "code": f"done-{code}"} if code else None


def _viewer(who: Principal | None) -> Mapping[str, Any] | None:
    return None if who is None else {"name": who.name, "post": who.post}


def _places(who: Principal | None) -> list[tuple[str, str, str]]:
    if who is None:
        return []
    return [(key, href, word) for key, href, word, act in NAVIGATION if who.has(*ACTS[act])]
