"""A workflow as people look it up: as a picture with what stands where, and in words."""

from collections.abc import Sequence
from urllib.parse import quote

from fastapi import Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from engine.domain.access import ROLES
from engine.domain.parties import PARTIES
from engine.service.workflow_changes import since_former
from engine.service.workflow_view import WorkflowView, view_workflow
from engine.service.workflows import list_workflows
from web.forms import whole
from web.routing import Routes
from web.shell import page
from web.visit import Visiting
from web.words_of import words_of

ROUTES = Routes("page")


@ROUTES.get("/workflows", permission="workflow.read", object="workflow")
def index(visit: Visiting) -> Response:
    """Go to the first workflow; each page leads to the others."""
    with visit.reading() as (desk, who):
        first = list_workflows(desk, who)[0]["name"]
    return RedirectResponse(f"/workflows/{quote(first)}", 303)


@ROUTES.get("/workflows/{name}", permission="workflow.read", object="workflow")
def show(name: str, visit: Visiting, request: Request) -> Response:
    """Show a workflow in its newest version, or in the one that is asked for."""
    asked = request.query_params.get("version")
    with visit.reading() as (desk, who):
        shown = view_workflow(desk, who, name, None if asked is None else _number(asked))
        changes = since_former(desk, shown["name"], shown["version"])
        flows = list_workflows(desk, who)
    this = [flow for flow in flows if (flow["name"], flow["version"]) == _key(shown)]
    titles: dict[str, str] = {}
    for flow in flows:
        titles.setdefault(flow["name"], flow["title"][visit.locale])
    longest = max((one["ninth_seconds"] or 0 for one in shown["standing"] or ()), default=0)
    return page(
        visit, "pages/workflow.html", words=words_of([*this, *flows], visit.locale), shown=shown,
        picture=Markup(shown["picture"]),  # noqa: S704  # drawn by us, every word in it escaped
        others=titles, parties_of=_parties(shown),
        longest=longest, changes=changes,
    )  # fmt: skip


def _number(typed: str) -> int:
    """Read a version; what is no number is none that there is."""
    found = whole(typed)
    return found if isinstance(found, int) else 0


def _key(shown: WorkflowView) -> tuple[str, int]:
    return shown["name"], shown["version"]


def _parties(shown: WorkflowView) -> Sequence[tuple[str, list[str]]]:
    """Give who does what in it: each party with the steps that are its own, roles first."""
    order = [*ROLES, *(party for party in PARTIES if party not in ROLES)]
    found: dict[str, list[str]] = {}
    for step in shown["steps"]:
        for party in step["by"]:
            steps = found.setdefault(party, [])
            if step["title"] not in steps:
                steps.append(step["title"])
    return [(party, found[party]) for party in order if party in found]
