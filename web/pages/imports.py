"""Importing a table: upload, look at what would become of every row, done."""

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from engine.errors import ConflictError, DubanError, InvalidError
from engine.intake.columns import COLUMNS, KINDS
from engine.intake.table import HeaderError
from engine.output.paper import MEDIA, paper_bytes
from engine.service import import_headers, imports, long_runs
from engine.service.case_lists import CaseQuery, list_cases
from engine.service.import_errors import error_list
from engine.service.import_sample import sample_table
from engine.service.imports import ImportOrder
from engine.service.office import wrong
from engine.service.workflows import list_workflows
from engine.words import listed
from web.files import Download, hand_out
from web.forms import Field, blame, field, fill, options, or_none, worded
from web.pages.part import CORRECTABLE
from web.pages.runs import IMPORTS, started
from web.refusals import status_of, waits
from web.routing import Routes
from web.security.limits import told
from web.shell import page
from web.visit import Number, Visit, Visiting
from web.wording import say_in
from web.words_of import words_of

ROUTES = Routes("page")
ACCEPTED = ".docx,.xlsx,.csv"
LISTS = ("xlsx", "csv")
"""The kinds of file that the list of errors is handed out as."""
MOST_MADE = 10
"""How many of the cases that an import made are shown after it."""
MOST_LINKS = 20
"""How many errors are told above the rows; each is told at its cell."""


@ROUTES.get("/import", permission="import", object="import")
def ask(visit: Visiting) -> Response:
    """Show the form for a table."""
    return _ask(visit, None)


@ROUTES.get("/import/sample", permission="import", object="import")
def sample(visit: Visiting, request: Request) -> Response:
    """Hand out a blank table to fill in."""
    with visit.reading() as (desk, who):
        paper = sample_table(desk, who, request.query_params.get("kind") or KINDS[0])
    content = paper_bytes(paper, ".xlsx")
    return hand_out(Download(f"{paper.title}.xlsx", MEDIA[".xlsx"], content))


@ROUTES.post("/import", permission="import", object="import", uploads=True)
def upload(visit: Visiting) -> Response:
    """Keep a table until it is confirmed, and show what would become of it."""
    sent = visit.files("file")
    if not sent or not sent[0].filename:
        return _ask(visit, wrong("file", "import-none-chosen"))
    order = ImportOrder(
        sent[0].filename,
        sent[0].file.read(),
        or_none(visit.text("kind")),
        or_none(visit.text("sheet")),
        create_missing=bool(visit.text("create_missing")),
    )
    try:
        return _upload(visit, order)
    except CORRECTABLE as error:
        return _ask(visit, error)


def _upload(visit: Visit, order: ImportOrder) -> Response:
    """Keep the table, and lead to its rows; to its columns where they say too little."""
    try:
        with visit.writing() as (desk, who):
            kept = imports.upload(desk, who, order)["id"]
    except HeaderError:
        with visit.writing() as (desk, who):
            kept = import_headers.upload_unread(desk, who, order)
        return RedirectResponse(f"/import/{kept}/columns", 303)
    return RedirectResponse(f"/import/{kept}", 303)


@ROUTES.get("/import/{number}/columns", permission="import", object="import")
def columns(number: Number, visit: Visiting) -> Response:
    """Show the columns of a table, to settle which field each of them is."""
    return _columns(visit, number, None)


@ROUTES.post("/import/{number}/columns", permission="import", object="import")
def settle(number: Number, visit: Visiting) -> Response:
    """Read the table by the columns as they were settled, and show what would become of it."""
    try:
        with visit.writing() as (desk, who):
            known = import_headers.show_headers(desk, who, number)["columns"]
            meant = {
                column["header"]: visit.text(f"column.{place}")
                for place, column in enumerate(known)
                if not column["personal"]
            }
            import_headers.settle_headers(desk, who, number, meant)
    except CORRECTABLE as error:
        return _columns(visit, number, error)
    return RedirectResponse(f"/import/{number}", 303)


@ROUTES.get("/import/{number}", permission="import", object="import")
def preview(number: Number, visit: Visiting) -> Response:
    """Show what would become of every row."""
    try:
        return _preview(visit, number, None)
    except HeaderError:
        return RedirectResponse(f"/import/{number}/columns", 303)


@ROUTES.get("/import/{number}/errors", permission="import", object="import")
def errors(number: Number, visit: Visiting, request: Request) -> Response:
    """Hand out the list of what is wrong, as a file."""
    kind = request.query_params.get("format") or LISTS[0]
    if kind not in LISTS:
        raise wrong("format", "field-choice", known=listed(LISTS))
    with visit.reading() as (desk, who):
        paper = error_list(desk, who, number)
        content = paper_bytes(paper, f".{kind}")
    return hand_out(Download(f"{paper.title}.{kind}", MEDIA[f".{kind}"], content))


@ROUTES.post(
    "/import/{number}/confirm",
    permission="import",
    object="import",
    events=IMPORTS,
)
def confirm(number: Number, visit: Visiting) -> Response:
    """Import the very bytes that were looked at."""
    digest, behind = visit.text("sha256"), None
    try:
        with visit.writing() as (desk, who):
            if long_runs.is_long(desk, who, number):
                behind = long_runs.begin_import(desk, who, number, digest)
            else:
                imports.confirm(desk, who, number, digest)
    except (InvalidError, ConflictError) as error:
        return _preview(visit, number, error)
    if behind is not None:
        return started(visit, behind)
    return RedirectResponse(f"/import/{number}/done", 303)


@ROUTES.get("/import/{number}/done", permission="import", object="import")
def done(number: Number, visit: Visiting) -> Response:
    """Show what an import made."""
    with visit.reading() as (desk, who):
        kept = imports.show_upload(desk, who, number)
        if kept["result"] is None:
            return RedirectResponse(f"/import/{number}", 303)
        first = tuple(kept["result"]["codes"][:MOST_MADE])
        made = list_cases(desk, who, CaseQuery(codes=first, sort="code"))["items"] if first else []
        words = words_of(list_workflows(desk, who), visit.locale)
    more = kept["result"]["imported"] - len(made)
    shown = {"upload": kept, "result": kept["result"], "made": made, "more": more}
    return page(visit, "pages/import_done.html", words=words, **shown)


def _fields(visit: Visit) -> list[Field]:
    locale, most = visit.locale, told(visit.application.settings.max_upload)
    return [
        {**field(locale, "file", "file", label="label-table", accept=ACCEPTED, required=True),
         "hint": say_in(locale, "hint-table", most=most)},
        field(locale, "kind", "select", label="label-import-kind", empty="",
              options=worded(locale, "import-kind", KINDS)),
        field(locale, "sheet", "line", hint="hint-sheet"),
        field(locale, "create_missing", "check"),
    ]  # fmt: skip


def _ask(visit: Visit, error: DubanError | None) -> Response:
    fields = _fields(visit)
    fill(fields, visit)
    errors = blame(fields, error, visit.locale) if error else []
    status = status_of(error) if error else 200
    response = page(visit, "pages/import.html", status, fields=fields, errors=errors, kinds=KINDS)
    response.headers.update(waits(error) if error else {})
    return response


def _columns(visit: Visit, number: int, error: DubanError | None) -> Response:
    with visit.reading() as (desk, who):
        kept = import_headers.show_headers(desk, who, number)
    locale = visit.locale
    meanings = options((c.field, say_in(locale, f"import-field-{c.field}")) for c in COLUMNS)
    fields = [
        {**column, "name": f"column.{place}", "value": column["field"] or ""}
        for place, column in enumerate(kept["columns"])
    ]
    for one in fields if visit.form else ():
        one["value"] = visit.text(str(one["name"]))
    why = error.say(locale) if error else kept["why"]
    status = status_of(error) if error else 200
    shown = {"upload": kept, "columns": fields, "meanings": meanings, "why": why}
    return page(visit, "pages/import_columns.html", status, **shown)


def _preview(visit: Visit, number: int, error: DubanError | None) -> Response:
    """Show the rows; while they are imported behind the page, how far that is."""
    with visit.reading() as (desk, who):
        behind = long_runs.run_of_upload(desk, who, number)
        if behind is not None and behind["state"] == "running":
            return RedirectResponse(f"/runs/{behind['id']}", 303)
        kept = imports.show_upload(desk, who, number)
    if kept["result"] is not None:
        return RedirectResponse(f"/import/{number}/done", 303)
    said = [error.say(visit.locale)] if error else []
    faults = [fault for row in kept["rows"] for fault in row["errors"]]
    cells = {row["row"]: row["cells"] for row in kept["rows"]}
    status = status_of(error) if error else 200
    return page(
        visit, "pages/import_preview.html", status, upload=kept, errors=said, cells=cells,
        faults=faults[:MOST_LINKS], more=max(0, len(faults) - MOST_LINKS), lists=LISTS,
    )  # fmt: skip
