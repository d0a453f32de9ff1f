"""Deputies 代理: who acts for whom between two days, naming one, and ending it early."""

from datetime import date

from starlette.responses import RedirectResponse, Response
from typing_extensions import TypedDict

from engine.domain.access import ACTS, FIT, Principal, does
from engine.domain.events import Kind
from engine.domain.fields import WrongField, day
from engine.errors import DubanError
from engine.service import deputies
from engine.service.deputies import NewDeputy
from engine.service.desk import Desk
from engine.service.gathered import Gathered
from engine.service.office import wrong
from engine.service.people_answers import DeputyAnswer
from web.forms import Field, Option, blame, field, fill
from web.pages.choices import people
from web.pages.part import CORRECTABLE
from web.refusals import status_of, waits
from web.routing import Routes
from web.shell import page
from web.visit import Number, Visit, Visiting

ROUTES = Routes("page")


class Named(TypedDict):
    """A deputy as the page shows one: `state` is now, later or over; `mine` may be ended here."""

    row: DeputyAnswer
    state: str
    mine: bool


@ROUTES.get("/deputies", permission="deputy.list", object="deputy")
def show(visit: Visiting) -> Response:
    """Show who stands in for whom, the latest first."""
    return _show(visit, None)


@ROUTES.post("/deputies", permission="deputy.name", object="deputy", events=(Kind.DEPUTY_NAMED,))
def name(visit: Visiting) -> Response:
    """Name a deputy: one's own, or for the office and the administrator anybody's."""
    try:
        with visit.writing() as (desk, who):
            principal = visit.text("principal") if does(who, "deputy.any") else who.login
            deputies.name_deputy(desk, who, _order(visit, principal))
    except CORRECTABLE as error:
        return _show(visit, error)
    return RedirectResponse("/deputies?done=deputy", 303)


@ROUTES.post(
    "/deputies/{number}/end", permission="deputy.end", object="deputy",
    events=(Kind.DEPUTY_ENDED,),
)  # fmt: skip
def end(number: Number, visit: Visiting) -> Response:
    """End a deputy's time now."""
    with visit.writing() as (desk, who):
        deputies.end_deputy(desk, who, number)
    return RedirectResponse("/deputies?done=deputy-end", 303)


def _order(visit: Visit, principal: str) -> NewDeputy:
    """Read the form. Raises InvalidError for all that is missing from it."""
    typed = {"principal": principal, **{n: visit.text(n) for n in ("deputy", "reason")}}
    found = Gathered()
    for one, text in typed.items():
        found.take(one, lambda one=one, text=text: _filled(one, text), None)  # type: ignore[misc]
    first, last = (found.take(n, lambda n=n: _day(visit, n), visit.today) for n in ("from", "to"))  # type: ignore[misc]
    found.hold()
    return NewDeputy(principal, typed["deputy"], first, last, typed["reason"])


def _filled(name: str, text: str) -> None:
    if not text.strip():
        raise wrong(name, "field-required")


def _day(visit: Visit, name: str) -> date:
    try:
        return day(visit.text(name).strip())
    except WrongField as error:
        raise wrong(name, "field-date") from error


def _show(visit: Visit, error: DubanError | None) -> Response:
    with visit.reading() as (desk, who):
        rows = deputies.list_deputies(desk, who)
        shown = [_named(visit, who, row) for row in reversed(rows)]
        fields = _fields(visit, desk, who) if who.has(*ACTS["deputy.name"]) else []
    fill(fields, visit)
    errors = blame(fields, error, visit.locale) if error else []
    response = page(
        visit, "pages/deputies.html", status_of(error) if error else 200, deputies=shown,
        fields=fields, errors=errors,
    )  # fmt: skip
    response.headers.update(waits(error) if error else {})
    return response


def _named(visit: Visit, who: Principal, row: DeputyAnswer) -> Named:
    today = visit.today.isoformat()
    over = row["ended_at"] is not None or row["to"] < today
    state = "over" if over else "later" if row["from"] > today else "now"
    theirs = row["principal"]["login"] == who.login and who.has(*ACTS["deputy.end"])
    return Named(row=row, state=state, mine=not over and (theirs or does(who, "deputy.any")))


def _fields(visit: Visit, desk: Desk, who: Principal) -> list[Field]:
    locale, today = visit.locale, visit.today.isoformat()
    absent = [
        field(locale, "principal", "account", label="deputy-principal", required=True,
              options=people(desk, who, FIT["lead-leader"])),
    ] if does(who, "deputy.any") else []  # fmt: skip
    return [
        *absent,
        field(locale, "deputy", "account", label="deputy-deputy", required=True,
              options=_others(desk, who)),
        field(locale, "from", "date", label="deputy-from", required=True, min=today),
        field(locale, "to", "date", label="deputy-to", required=True, min=today),
        field(locale, "reason", "text", label="deputy-reason", required=True),
    ]  # fmt: skip


def _others(desk: Desk, who: Principal) -> list[Option]:
    """Offer who may stand in; nobody stands in for oneself."""
    own = None if does(who, "deputy.any") else who.login
    return [one for one in people(desk, who, FIT["deputy"]) if one["value"] != own]
