"""Imports and exports that take long: how far they are, what came of them, and the file made."""

from urllib.parse import urlsplit

from starlette.datastructures import QueryParams
from starlette.responses import RedirectResponse, Response

from engine.domain.access import Principal
from engine.domain.events import Kind
from engine.errors import ConflictError, InvalidError
from engine.service import long_runs, quotas
from engine.service.apart import run_apart
from engine.service.desk import Desk
from engine.service.long_runs import ExportOrder
from engine.service.reports.catalogue import REPORTS
from web.files import Download, hand_out
from web.pages import lists, proof, reports
from web.routing import Routes
from web.shell import page
from web.visit import Number, Visit, Visiting

ROUTES = Routes("page")


@ROUTES.get("/runs", permission="self.read", object="run")
def show_all(visit: Visiting) -> Response:
    """List one's own newest imports and exports that took long."""
    with visit.reading() as (desk, who):
        found = long_runs.list_runs(desk, who)
    return page(visit, "pages/runs.html", runs=found)


@ROUTES.get("/runs/{number}", permission="self.read", object="run")
def show(number: Number, visit: Visiting) -> Response:
    """Show how far one is; the page asks for itself again while it goes on."""
    with visit.reading() as (desk, who):
        found = long_runs.show_run(desk, who, number)
    return page(visit, "pages/run.html", run=found)


@ROUTES.get("/runs/{number}/file", permission="self.read", object="run")
def download(number: Number, visit: Visiting) -> Response:
    """Hand out the file that an export made, after a proof of late: it has many rows."""
    if proof.is_old(visit):
        return RedirectResponse(proof.export_at(f"/runs/{number}/file"), 303)
    with visit.reading() as (desk, who):
        name, media, content = long_runs.made_file(desk, who, number)
    return hand_out(Download(name, media, content))


@ROUTES.post("/runs", permission="case.read", object="run")
def begin(visit: Visiting) -> Response:
    """Begin the export that an address stands for; where one of theirs goes on, show that."""
    if proof.is_old(visit):
        return RedirectResponse(proof.export_at(visit.text("ask")), 303)
    try:
        with visit.writing() as (desk, who):
            number = long_runs.begin_export(desk, who, _order(visit, desk, who))
            most = visit.application.settings.exports_an_hour
            quotas.count(desk, who, quotas.EXPORTS, most)
    except ConflictError as error:
        if error.message.code != "run-goes-on":
            raise
        return RedirectResponse("/runs", 303)
    return started(visit, number)


def _order(visit: Visit, desk: Desk, who: Principal) -> ExportOrder:
    """Give the order that an address of a list or a report stands for. Raises InvalidError."""
    asked = urlsplit(visit.text("ask"))
    params = QueryParams(asked.query)
    if asked.netloc:
        raise InvalidError("run-unknown")
    if asked.path == lists.EXPORT:
        return lists.export_order(visit, desk, who, params)
    report = REPORTS.get(asked.path.removeprefix("/reports/"))
    if report is None:
        raise InvalidError("run-unknown")
    return reports.export_order(visit, desk, params, reports.question_of(report, params))


def started(visit: Visit, number: int) -> Response:
    """Have work done that was begun and committed, and lead to where it is told of."""
    run_apart(visit.application.settings, long_runs.APART, number)
    return RedirectResponse(f"/runs/{number}", 303)


IMPORTS = (
    Kind.IMPORT_CONFIRMED, Kind.ISSUE_OPENED, Kind.CASE_REGISTERED, Kind.CASE_IMPORTED,
    Kind.ACCOUNT_ADDED, Kind.UNIT_ADDED,
)  # fmt: skip
"""What an import writes, at once or behind the page."""
