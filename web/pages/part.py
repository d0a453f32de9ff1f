"""How every form about a part of a case is shown, sent, refused and shown again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import RedirectResponse, Response

from engine.domain.access import Principal
from engine.errors import (
    BusyError,
    ConflictError,
    DubanError,
    ForbiddenError,
    InvalidError,
    NotFromHereError,
    StaleError,
    TooLargeError,
    UnmetError,
    UnsupportedError,
)
from engine.service import case_files, cases
from engine.service.case_answers import CaseAnswer, SummaryAnswer
from engine.service.desk import Desk
from engine.service.standing import require_standing
from web.forms import Field, blame, fill, number
from web.locations import case_at
from web.pages.case_shown import in_full
from web.refusals import status_of, waits
from web.shell import page
from web.visit import Visit

CORRECTABLE = (
    InvalidError,
    UnmetError,
    StaleError,
    NotFromHereError,
    ConflictError,
    UnsupportedError,
    TooLargeError,
    BusyError,
)
"""Refusals after which the form is shown again, with all that was typed."""
Build = Callable[[Desk, Principal, CaseAnswer, Visit], list[Field]]
Act = Callable[[Desk, Principal, str, Visit], Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A form about a part: `name` as in `writes`; the words are `part-<word>` and its kin.

    A `guarded` form is heard once: sent again it would record the same thing twice.
    `measure` is the number of the one that the form is about, told above it.
    `anchor` is the place on the page of the case to come back to, `done` the word that says so.
    """

    name: str
    word: str
    anchor: str
    done: str
    build: Build
    act: Act
    uploads: bool = False
    guarded: bool = False
    measure: int | None = None


def full(case: CaseAnswer | SummaryAnswer) -> CaseAnswer:
    """Take a case that is seen in full; a summary has nothing to write in."""
    found = in_full(case)
    if found is None:
        raise ForbiddenError("forbidden")
    return found


def keep_files(desk: Desk, who: Principal, code: str, visit: Visit, name: str) -> list[int]:
    """Keep every file that was uploaded under a name; give their numbers."""
    return [
        case_files.add_file(desk, who, code, upload.filename or "", upload.file.read())["id"]
        for upload in visit.files(name)
    ]


def ask(part: Part, code: str, visit: Visit) -> Response:
    """Show the form. Raises ForbiddenError where the part is somebody else's to write."""
    with visit.reading() as (desk, who):
        case = full(cases.show_case(desk, who, code))
        if part.name not in case["writes"]:
            raise _closed()
        fields = part.build(desk, who, case, visit)
    return _page(part, visit, case, fields, ())


def _closed() -> ForbiddenError:
    return ForbiddenError("forbidden")


def _closed_to(visit: Visit, part: Part, code: str, error: DubanError | None) -> DubanError:
    """Give what closes a part to the caller: that it is another's, or that the case rests."""
    try:
        with visit.rehearsing() as (desk, who):
            require_standing(desk, who, f"case.{part.name}", {"code": code})
    except DubanError as refusal:
        return refusal
    return error or _closed()


def send(part: Part, code: str, visit: Visit) -> Response:
    """Do what the form asks for, or show it again with what was typed and what was wrong."""
    try:
        with visit.writing() as (desk, who):
            if part.guarded:
                _require_fresh(desk, who, code, visit)
            part.act(desk, who, code, visit)
    except CORRECTABLE as error:
        return again(part, code, visit, error)
    return RedirectResponse(case_at(code, f"?done={part.done}{part.anchor}"), 303)


def _require_fresh(desk: Desk, who: Principal, code: str, visit: Visit) -> None:
    """Refuse a form about a version of the case that is not the present one."""
    case = full(cases.show_case(desk, who, code))
    if "version" in visit.form and number(visit.text("version")) != case["version"]:
        raise StaleError("stale")


def again(part: Part, code: str, visit: Visit, error: DubanError | None) -> Response:
    """Show the form with what was typed: after a refusal, or for one more row.

    Raises what closes the part to the caller, whatever was wrong with what they sent.
    """
    with visit.reading() as (desk, who):
        case = full(cases.show_case(desk, who, code))
        if part.name not in case["writes"]:
            raise _closed_to(visit, part, code, error)
        fields = part.build(desk, who, case, visit)
    fill(fields, visit)
    if error is None:
        return _page(part, visit, case, fields, ())
    errors = blame(fields, error, visit.locale)
    response = _page(part, visit, case, fields, errors, status_of(error))
    response.headers.update(waits(error))
    return response


def _page(  # noqa: PLR0913, PLR0917  # a form and its answer
    part: Part,
    visit: Visit,
    case: CaseAnswer,
    fields: list[Field],
    errors: Sequence[str],
    status: int = 200,
    /,
) -> Response:
    return page(
        visit, "pages/part.html", status, part=part, case=case, fields=fields, errors=errors
    )
