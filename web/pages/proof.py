"""Who closes a case or rules over accounts proves again who they are, if that was long ago.

See OWASP ASVS 7.5.3.

The check page of the step asks for the password, and for the code where there is a second factor;
what was filled in stays. Tokens of programs prove themselves at each request and are not asked.
"""

from urllib.parse import quote

from engine.errors import DubanError, InvalidError, ThrottledError
from engine.service import sessions
from engine.service.case_answers import CaseAnswer
from engine.service.identities import Ways, ways_of
from engine.service.office import wrong
from web.forms import Field, field
from web.locations import own_path
from web.visit import Visit
from web.wording import say_in

MOST_ROWS = 1_000
"""A list of more rows leaves only after a proof of late."""
EXPORT = "export"
"""Why a proof is asked for, where what follows is a file."""


class UnprovenError(Exception):
    """The proof is missing or wrong; `refusal` says which."""

    def __init__(self, refusal: DubanError) -> None:
        super().__init__(refusal)
        self.refusal = refusal


def is_due(visit: Visit, before: CaseAnswer, after: CaseAnswer) -> bool:
    """Tell whether a step asks for a proof: it closes the case, and the last one is old."""
    closes = before["closed_at"] is None and after["closed_at"] is not None
    return closes and is_old(visit)


def due_fields(visit: Visit) -> list[Field]:
    """Ask for the proof where the last one is old."""
    return fields(visit) if is_old(visit) else []


def require_fresh(visit: Visit) -> None:
    """Refuse what always needs a proof of late. Raises UnprovenError."""
    if is_old(visit):
        raise missing(visit, "prove-again")


def fields(visit: Visit) -> list[Field]:
    """Ask for the proof; nothing of somebody without a password, who proves it elsewhere."""
    found = ways(visit)
    if not found.password:
        return []
    asked = [
        field(visit.locale, "again", "password", required=True, autocomplete="current-password")
    ]
    if found.code:
        asked.append(
            field(visit.locale, "again_code", "line", required=True, autocomplete="one-time-code")
        )
    return asked


def ways(visit: Visit) -> Ways:
    """Give the ways in which the visitor can prove who they are."""
    provider = visit.application.provider
    with visit.reading() as (desk, who):
        return ways_of(desk, who.account_id or 0, provider.issuer if provider else None)


def provider_name(visit: Visit) -> str:
    """Name the identity provider; empty where there is none."""
    provider = visit.application.provider
    return (provider.name or say_in(visit.locale, "provider-name")) if provider else ""


def take(visit: Visit) -> None:
    """Take a proof where one was given; the session goes on under a new secret."""
    if not visit.text("again") or visit.secret is None:
        return
    given = (visit.text("again"), visit.text("again_code"), visit.address)
    try:
        visit.secret = sessions.prove_again(visit.application, visit.secret, *given)
        visit.renewed = True
    except (InvalidError, ThrottledError) as error:
        raise UnprovenError(error) from error
    with visit.application.reading(visit.via, visit.locale) as desk:
        visit.session = sessions.session(desk, visit.secret)


def require(visit: Visit, before: CaseAnswer, after: CaseAnswer) -> None:
    """Refuse, inside the step's transaction, what needs a proof that was not given."""
    if is_due(visit, before, after):
        raise missing(visit, "prove-missing")


def export_at(wanted: str) -> str:
    """Give the page that asks for a proof, and then hands out the file at an address of ours."""
    return f"/account/prove?why={EXPORT}&next={quote(own_path(wanted), safe='/')}"


def missing(visit: Visit, code: str) -> UnprovenError:
    """Refuse what needs a proof, and say where it is given."""
    return UnprovenError(wrong("again", code if ways(visit).password else "prove-elsewhere"))


def is_old(visit: Visit) -> bool:
    """Tell whether the last proof is old."""
    return visit.session is not None and not visit.session.fresh


def tick(visit: Visit) -> Field:
    """Ask, on a page that shows what will be done, whether it was checked."""
    return field(visit.locale, "ok", "check", label="step-true", hint="step-log", required=True)


def require_tick(visit: Visit) -> None:
    """Refuse what nobody says to have checked. Raises UnprovenError.

    The browser asks for the tick by itself; the rule must hold for one that does not.
    """
    if not visit.text("ok"):
        raise UnprovenError(wrong("ok", "tick-missing"))
