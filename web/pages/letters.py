"""The page of an urging letter, and what is done with it: fill in, check, done."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from starlette.responses import RedirectResponse, Response

from engine.domain.access import Principal
from engine.errors import ConflictError, DubanError, ForbiddenError, StaleError
from engine.output.paper import MEDIA, TEMPLATES
from engine.service import cases
from engine.service.case_answers import CaseAnswer, LetterAnswer
from engine.service.case_since import SinceAnswer
from engine.service.desk import Desk
from engine.service.letter_life import LifeAnswer, letter_life, require_act, require_party
from engine.service.letter_paper import write_letter
from engine.service.letters import require_addressee, show_letter
from engine.service.workflows import show_workflow
from web.files import Download, hand_out
from web.forms import Field, blame, fill, labels_of, number
from web.locations import letter_at
from web.pages import meanwhile, proof
from web.pages.letter_acts import ACTS, DRAFT, Act
from web.pages.part import CORRECTABLE, full
from web.refusals import form_again, status_of
from web.routing import Routes
from web.shell import page
from web.visit import Visit, Visiting
from web.wording import say_in
from web.words_of import words_of

ROUTES = Routes("page")
Shown = dict[str, Any]


@ROUTES.get("/letters/{no}.docx", permission="case.read", object="letter")
def download(no: str, visit: Visiting) -> Response:
    """Hand out a letter in letter form, for Word."""
    with visit.reading() as (desk, who):
        words = write_letter(desk, who, no)
    from engine.output.letter import letter_document  # noqa: PLC0415  # what is slow to load

    content = letter_document(words, visit.application.settings.home / TEMPLATES)
    return hand_out(Download(f"{no}.docx", MEDIA[".docx"], content))


@ROUTES.get("/letters/{no}", permission="case.read", object="letter")
def show(no: str, visit: Visiting) -> Response:
    """Show a letter as it is written, and its life beside it."""
    with visit.reading() as (desk, who):
        life, sheet = letter_life(desk, who, no), write_letter(desk, who, no)
    return page(visit, "pages/letter.html", life=life, paper=sheet, acts=_buttons(life))


def _buttons(life: LifeAnswer) -> list[str]:
    """Give what the reader may do, what the letter waits for first."""
    return sorted(life["acts"], key=lambda act: act == "revise")


# --- fill in, check, done -------------------------------------------------------------------------


def _put_up(act: Act, place: str) -> None:
    """Declare the four routes of an act: its form, the form again, the check, and the deed."""
    seen = {"permission": act.permission, "object": "letter"}

    def ask(no: str, visit: Visiting) -> Response:
        return _fill_in(act, no, visit, None)

    def check(no: str, visit: Visiting) -> Response:
        return _check(act, no, visit)

    def do(no: str, visit: Visiting) -> Response:
        return _do(act, no, visit)

    ROUTES.get(place, **seen)(ask)
    ROUTES.post(f"{place}/edit", **seen)(ask)
    ROUTES.post(f"{place}/confirm", **seen)(check)
    ROUTES.post(place, events=tuple(act.events), **seen)(do)


for _act in ACTS:
    _put_up(_act, f"/letters/{{no}}/do/{_act.name}")
_put_up(DRAFT, "/cases/{no}/letters/new")


def _fill_in(act: Act, no: str, visit: Visit, error: DubanError | None) -> Response:
    """Show the form; after a refusal with what was typed, and the sentences of the refusal."""
    with visit.reading() as (desk, who):
        shown = _shown(act, desk, who, no, visit)
        case, since = shown["case"], _since(desk, who, shown, visit)
        closed = _closed(act, desk, who, no)
        if closed is not None and error is None and since is None:
            raise closed
        shut = _shut(act, desk, who, no, visit)
        words = _words(desk, who, case, visit) if since else {}
    fields: list[Field] = shown["fields"]
    fill(fields, visit)
    found = meanwhile.told(since, case, fields, visit, _row(shown["letter"]))
    if found and closed is not None:
        title, said = say_in(visit.locale, f"letter-act-{act.name}"), closed.say(visit.locale)
        return meanwhile.overtaken(visit, case, found, fields, title, said, words=words)
    error = meanwhile.as_stale(error, since)
    errors = meanwhile.sentences(found, fields, error, visit.locale)
    return form_again(
        visit, "pages/letter_do.html", error, act=act, no=no, errors=errors, shut=shut,
        since=found, words=words, **shown,
    )  # fmt: skip


def _since(desk: Desk, who: Principal, shown: Shown, visit: Visit) -> SinceAnswer | None:
    """Tell what was done since the form was shown, if its letter is another now."""
    if visit.text("seen") == shown["seen"]:
        return None
    return meanwhile.look(desk, who, shown["case"], visit)


def _closed(act: Act, desk: Desk, who: Principal, no: str) -> DubanError | None:
    """Give what closes an act to the reader; None where it is open, as to draft always is."""
    if act is DRAFT:
        return None
    try:
        require_act(desk, who, no, act.name)
    except DubanError as refusal:
        return refusal
    return None


def _row(letter: LetterAnswer | None) -> str:
    """Name the row that a form is about."""
    return "" if letter is None else f"letter/{letter['no'].rpartition('-')[2]}"


def _shut(act: Act, desk: Desk, who: Principal, code: str, visit: Visit) -> str | None:
    """Say why no letter can be drafted for a case, before anybody fills in anything."""
    if act is not DRAFT:
        return None
    try:
        require_addressee(desk, who, code)
    except ConflictError as refusal:
        return refusal.say(visit.locale)
    return None


def _check(act: Act, no: str, visit: Visit, error: DubanError | None = None) -> Response:
    """Try it without keeping it, and show what would come of it; unticked it is shown again."""
    try:
        with visit.rehearsing() as (desk, who):
            shown = _shown(act, desk, who, no, visit)
            _require_fresh(shown, visit)
            after = act.do(desk, who, no, visit)
            sheet = write_letter(desk, who, after["no"])
            begun = _begun(desk, who, shown["case"]["code"], after)
            words = _words(desk, who, shown["case"], visit)
    except CORRECTABLE as refusal:
        return _fill_in(act, no, visit, refusal)
    fill(shown["fields"], visit)
    tick = proof.tick(visit)
    if error:
        blame([tick], error, visit.locale)
    return page(
        visit, "pages/letter_check.html", status_of(error) if error else 200, act=act, no=no,
        after=after, paper=sheet, begun=begun, labels=labels_of, words=words, tick=tick, **shown,
    )  # fmt: skip


def _do(act: Act, no: str, visit: Visit) -> Response:
    try:
        proof.require_tick(visit)
        with visit.writing() as (desk, who):
            _require_fresh(_shown(act, desk, who, no, visit), visit)
            after = act.do(desk, who, no, visit)
    except proof.UnprovenError as unticked:
        return _check(act, no, visit, unticked.refusal)
    except CORRECTABLE as error:
        return _fill_in(act, no, visit, error)
    return RedirectResponse(letter_at(after["no"], f"?done=letter-{act.name}"), 303)


def _shown(act: Act, desk: Desk, who: Principal, no: str, visit: Visit) -> Shown:
    """Give what the forms of an act show: of a letter, or of the case that shall get one."""
    if act is DRAFT:
        case = full(cases.show_case(desk, who, no))
        if "letter" not in case["writes"]:
            raise ForbiddenError("forbidden")
        return {"case": case, "letter": None, "seen": str(case["version"]),
                "fields": act.build(None, visit), "place": f"/cases/{case['code']}/letters/new",
                "back": f"/cases/{case['code']}#urges"}  # fmt: skip
    require_party(desk, who, no, act.name)
    letter = show_letter(desk, who, no)
    case = full(cases.show_case(desk, who, letter["case"]["code"]))
    return {"case": case, "letter": letter, "seen": seal_of(letter),
            "fields": act.build(letter, visit), "place": letter_at(no, f"/do/{act.name}"),
            "back": letter_at(no)}  # fmt: skip


def seal_of(letter: LetterAnswer) -> str:
    """Give what tells a letter from itself before and after any change."""
    told = json.dumps(letter, sort_keys=True).encode(errors="replace")
    return hashlib.sha256(told).hexdigest()[:16]


def _require_fresh(shown: Shown, visit: Visit) -> None:
    """Refuse a form about a letter, or a case without one, that was changed since."""
    if visit.text("seen") != shown["seen"]:
        raise StaleError("stale")


def _begun(desk: Desk, who: Principal, code: str, after: LetterAnswer) -> Sequence[Any]:
    """List the clocks that run for the letter afterwards."""
    case = full(cases.show_case(desk, who, code))
    mine = number(after["no"].rpartition("-")[2])
    return [
        clock
        for clock in case["clocks"]
        if clock["stopped_at"] is None
        and clock["kind"].startswith("urge")
        and clock["subject"] == mine
    ]


def _words(desk: Desk, who: Principal, case: CaseAnswer, visit: Visit) -> Any:  # noqa: ANN401
    reference = case["workflow"]
    found = show_workflow(desk, who, reference["name"], reference["version"])
    return words_of([found], visit.locale)
