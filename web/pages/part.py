"""How every form about a part of a case is shown, sent, refused and shown again."""

from collections.abc import Callable
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
    NotFoundError,
    NotFromHereError,
    StaleError,
    TooLargeError,
    UnmetError,
    UnsupportedError,
)
from engine.service import case_files, cases
from engine.service.case_answers import CaseAnswer, SummaryAnswer
from engine.service.case_since import SinceAnswer
from engine.service.desk import Desk
from engine.service.standing import require_standing
from engine.service.workflows import list_workflows
from web.forms import Field, fill, number
from web.locations import case_at
from web.pages import meanwhile
from web.pages.case_shown import in_full
from web.refusals import form_again
from web.visit import Visit
from web.wording import say_in
from web.words_of import words_of

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


def _nothing(_case: CaseAnswer) -> None:
    """Require nothing of a case."""


@dataclass(frozen=True, slots=True)
class Part:
    """A form about a part: `name` as in `writes`; the words are `part-<word>` and its kin.

    A `guarded` form is heard once: sent again it would record the same thing twice. One that is
    about a `row` (`claim/5`) is refused only where that was changed meanwhile.
    A form that `replaces` puts what it holds in the place of what stands. `measure` is the number
    of the one that the form is about, told above it; `requires` raises NotFoundError where what the
    form is about is not there.
    `anchor` is the place on the page of the case to come back to, `done` the word that says so,
    unless `act` gives another.
    """

    name: str
    word: str
    anchor: str
    done: str
    build: Build
    act: Act
    uploads: bool = False
    guarded: bool = False
    row: str = ""
    replaces: bool = False
    measure: int | None = None
    requires: Callable[[CaseAnswer], None] = _nothing


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
        part.requires(case)
        fields = part.build(desk, who, case, visit)
    return _page(part, visit, case, fields)


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
                _require_fresh(part, desk, who, code, visit)
            told = part.act(desk, who, code, visit)
    except CORRECTABLE as error:
        return again(part, code, visit, error)
    done = told if isinstance(told, str) else part.done
    return RedirectResponse(case_at(code, f"?done={done}{part.anchor}"), 303)


def _require_fresh(part: Part, desk: Desk, who: Principal, code: str, visit: Visit) -> None:
    """Refuse a form about a version of the case, or of one row of it, that is not the present."""
    case = full(cases.show_case(desk, who, code))
    told = "version" in visit.form and number(visit.text("version")) != case["version"]
    if told and (not part.row or _since(part, desk, who, case, visit)):
        raise StaleError("stale")


def _since(
    part: Part, desk: Desk, who: Principal, case: CaseAnswer, visit: Visit
) -> SinceAnswer | None:
    """Tell what was done since the form was shown; of one about a row only what touched that."""
    since = meanwhile.look(desk, who, case, visit)
    if since and part.row and part.row not in {change["place"] for change in since["changes"]}:
        return None
    return since


def again(part: Part, code: str, visit: Visit, error: DubanError | None) -> Response:
    """Show the form with what was typed: after a refusal, or for one more row.

    Raises what closes the part to the caller, whatever was wrong with what they sent; where others
    closed it while it was filled in, the page says so and keeps what was typed.
    """
    with visit.reading() as (desk, who):
        case = full(cases.show_case(desk, who, code))
        since = _since(part, desk, who, case, visit)
        shut = _shut(part, visit, case, error)
        if shut is not None and since is None:
            raise shut
        fields = part.build(desk, who, case, visit)
        words = words_of(list_workflows(desk, who), visit.locale) if since else {}
    fill(fields, visit)
    found = meanwhile.told(since, case, fields, visit, part.row)
    if found and shut is not None:
        title = say_in(visit.locale, f"part-{part.word}")
        said = shut.say(visit.locale)
        return meanwhile.overtaken(visit, case, found, fields, title, said, words=words)
    error = meanwhile.as_stale(error, since)
    errors = meanwhile.sentences(found, fields, error, visit.locale)
    shown = {"errors": errors, "since": found, "words": words}
    return _page(part, visit, case, fields, error, **shown)


def _shut(
    part: Part, visit: Visit, case: CaseAnswer, error: DubanError | None
) -> DubanError | None:
    """Give what closes a part to the caller; None where it is open."""
    if part.name not in case["writes"]:
        return _closed_to(visit, part, case["code"], error)
    try:
        part.requires(case)
    except NotFoundError as refusal:
        return refusal
    return None


def _page(
    part: Part,
    visit: Visit,
    case: CaseAnswer,
    fields: list[Field],
    error: DubanError | None = None,
    /,
    **more: Any,  # noqa: ANN401  # of the page
) -> Response:
    shown = {"errors": (), "since": None, **more}
    return form_again(visit, "pages/part.html", error, part=part, case=case, fields=fields, **shown)
