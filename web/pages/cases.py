"""The page of one case, and its files."""

from fastapi import Request
from markupsafe import Markup
from starlette.responses import Response

from engine.service import case_files, cases
from engine.service.case_waits import case_waits, pauses_of, stalled
from engine.service.met_late import met_late
from engine.service.workflow_view import picture_of
from engine.service.workflows import list_workflows, show_workflow
from web.files import Download, hand_out
from web.pages.asked import suspension
from web.pages.case_shown import in_full, shown
from web.pages.fallible import apart, part
from web.pages.left import with_days_left, with_measures_late
from web.routing import Routes
from web.shell import page
from web.visit import Number, Visiting
from web.words_of import words_of

ROUTES = Routes("page")


@ROUTES.get("/cases/{code}", permission="case.read", object="case")
def show(code: str, visit: Visiting, request: Request) -> Response:
    """Show a case: what must happen next, by whom, by when, and why it is not possible yet."""
    with visit.reading() as (desk, who):
        seen = cases.show_case(desk, who, code)
        case = in_full(seen)
        if case is None:
            words = words_of(list_workflows(desk, who), visit.locale)
            return page(visit, "pages/case_summary.html", words=words, case=seen)
        reference = case["workflow"]
        workflow = show_workflow(desk, who, reference["name"], reference["version"])
        flows = [workflow, *list_workflows(desk, who)]
        counted = with_measures_late(desk, with_days_left(desk, case))
        over = met_late(desk, case)
        shut, flow = stalled(desk, who, code), (reference["name"], reference["version"])
        resumes = pauses_of(desk, who, *flow)["resumes"]
        drawn = part(visit, lambda: picture_of(desk, *flow, case["state"]))
        waiting = part(visit, lambda: case_waits(desk, who, code))
        happened = part(visit, lambda: cases.history(desk, who, code))
    place, no_picture = apart(drawn, "")
    waits, no_waits = apart(waiting, {})
    events, no_history = apart(happened, [])
    asked = request.query_params.get("history", "")
    context = {**shown(case, events, workflow, waits, asked), "case": counted}
    context |= {"stalled": shut, "met_late": over}
    context["stopped"] = suspension(case, resumes, visit.today)
    context["picture"] = Markup(place)  # noqa: S704  # drawn by us, every word in it escaped
    context |= {"no_picture": no_picture, "no_waits": no_waits, "no_history": no_history}
    return page(visit, "pages/case.html", words=words_of(flows, visit.locale), **context)


@ROUTES.get("/cases/{code}/files/{number}", permission="case.read", object="case")
def download(code: str, number: Number, visit: Visiting) -> Response:
    """Hand out a file of a case, always to be saved and never to be run here."""
    with visit.reading() as (desk, who):
        name, media, content = case_files.read_file(desk, who, code, number)
    return hand_out(Download(name, media, content))
