"""What an official still answers for, on the page of the account, and the consent to go on.

Nothing of it goes away with the account or the role: who ticks has read that it stays.
"""

from collections.abc import Sequence

from engine.service.duties import DutiesAnswer
from engine.service.office import wrong
from web.forms import Field, field
from web.pages.proof import UnprovenError
from web.visit import Visit

OPEN, ROLES = "kept", "kept_roles"
"""The ticks of the form that shuts an account, and of the one that takes roles."""
SEEN = "seen"


def fields(visit: Visit, left: DutiesAnswer, name: str) -> list[Field]:
    """Ask for the tick where anything is left, and send along what was shown."""
    if not left["seen"]:
        return []
    tick = field(visit.locale, name, "check", label="left-tick", hint="left-tick-hint",
                 required=True)  # fmt: skip
    return [tick, {"name": SEEN, "label": "", "kind": "hidden", "value": left["seen"]}]


def require_consent(left: DutiesAnswer, visit: Visit, name: str) -> None:
    """Refuse what would leave something behind that nobody says to have read. Raises UnprovenError.

    What came up since the page was shown was not read either.
    """
    if not left["seen"]:
        return
    if visit.text(SEEN) and visit.text(SEEN) != left["seen"]:
        raise UnprovenError(wrong(name, "left-changed"))
    if not visit.text(name):
        raise UnprovenError(wrong(name, "left-unticked"))


def untick(fields_: Sequence[Field], visit: Visit) -> None:
    """Ask anew where something else was shown before."""
    seen = next((one["value"] for one in fields_ if one["name"] == SEEN), "")
    for one in fields_:
        if one["kind"] == "check" and visit.text(SEEN) != seen:
            one["value"] = ""
