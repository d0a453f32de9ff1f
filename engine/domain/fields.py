"""The fields that steps take: how each is read from a request, and what it may not be.

Reading looks names up in a `Directory`; checking looks at the attempt. Every wrong field is named
with a sentence, all of them at once.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from engine.domain import personal, watching
from engine.domain.access import is_fit
from engine.domain.attempt import Attempt
from engine.domain.records import Account, Case, Unit
from engine.domain.workflow import Transition
from engine.errors import FieldFault
from engine.words import Message, message

OUTCOMES = ("resolved", "partly-resolved", "not-upheld")
"""What a lead leader may propose to close with; the other outcomes come from disposals."""
_UNSHOWN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
LONGEST = 20_000
"""The longest free text, in characters."""
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
"""The dates that a field takes."""


class Directory(Protocol):
    """Finds what a request names."""

    def account(self, login: str) -> Account | None:
        """Find an account by its login."""

    def unit(self, name: str) -> Unit | None:
        """Find a unit by its name."""

    def case(self, code: str) -> Case | None:
        """Find a case that the caller may see by its code."""


class WrongField(Exception):  # noqa: N818  # a signal to whoever reads a request, never shown
    """What is wrong with a field."""

    def __init__(self, code: str, /, **params: str | int) -> None:
        self.words: Message = message(code, **params)
        super().__init__(code)


Read = Callable[[Any, Directory], Any]


def text(
    raw: Any,  # noqa: ANN401  # from a request
    _directory: Directory | None = None,
    *,
    longest: int = LONGEST,
) -> str:
    """Read free text: a string that is not blank, without control characters, not too long.

    It is measured as it was sent, before the spaces around it go: so an answer can be foretold
    from the description of the API alone.
    """
    if not isinstance(raw, str):
        raise WrongField("field-text")
    if not raw.strip():
        raise WrongField("field-blank")
    if len(raw) > longest:
        raise WrongField("field-long", most=longest)
    if _UNSHOWN.search(raw):
        raise WrongField("field-control")
    return raw.strip()


def words(
    raw: Any,  # noqa: ANN401  # from a request
    directory: Directory | None = None,
    *,
    longest: int = LONGEST,
) -> str:
    """Read free text about an issue: it holds nobody's number, and watches nobody."""
    found = text(raw, directory, longest=longest)
    at, word = personal.find(raw), watching.find(raw)
    if at is not None:
        raise WrongField("field-private-number", at=at + 1)
    if word is not None:
        raise WrongField("field-watching", word=word)
    return found


def day(raw: Any, _directory: Directory | None = None) -> date:  # noqa: ANN401  # from a request
    """Read an ISO 8601 calendar date, YYYY-MM-DD."""
    try:
        found = date.fromisoformat(raw if isinstance(raw, str) else "")
    except ValueError:
        raise WrongField("field-date") from None
    if found.isoformat() != raw:  # ISO 8601 has more spellings, of weeks say; ours is one
        raise WrongField("field-date")
    if not FIRST_DAY <= found <= LAST_DAY:
        raise WrongField("field-date-range")
    return found


def _leader(raw: Any, directory: Directory) -> Account:  # noqa: ANN401  # from a request
    account = directory.account(text(raw))
    if account is None or not account.enabled:
        raise WrongField("field-no-account", login=text(raw))
    if not is_fit(account.roles, "lead-leader"):
        raise WrongField("field-no-leader", name=account.name)
    return account


def _unit(raw: Any, directory: Directory) -> Unit:  # noqa: ANN401  # from a request
    unit = directory.unit(text(raw))
    if unit is None:
        raise WrongField("field-no-unit", name=text(raw))
    return unit


def _units(raw: Any, directory: Directory) -> tuple[Unit, ...]:  # noqa: ANN401  # from a request
    if not isinstance(raw, list):
        raise WrongField("field-units")
    return tuple({unit.id: unit for unit in (_unit(name, directory) for name in raw)}.values())


def _outcome(raw: Any, _directory: Directory) -> str:  # noqa: ANN401  # from a request
    if raw not in OUTCOMES:
        raise WrongField("field-outcome", outcomes=", ".join(OUTCOMES))
    return str(raw)


def _case(raw: Any, directory: Directory) -> Case:  # noqa: ANN401  # from a request
    case = directory.case(text(raw))
    if case is None:
        raise WrongField("field-no-case", code=text(raw))
    return case


@dataclass(frozen=True, slots=True)
class Field:
    """A field of step data: its kind, for forms and documents, and how it is read."""

    name: str
    kind: str
    read: Read


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("body", "text", words),
        Field("due", "date", day),
        Field("into", "case", _case),
        Field("lead_leader", "leader", _leader),
        Field("lead_unit", "unit", _unit),
        Field("outcome", "outcome", _outcome),
        Field("review_on", "date", day),
        Field("summary", "text", words),
        Field("supporting_units", "units", _units),
        Field("to", "leader", _leader),
    )
}


def read(
    arc: Transition, raw: Mapping[str, Any], directory: Directory
) -> tuple[dict[str, Any], list[FieldFault]]:
    """Read the fields of a step. Gives what could be read, and a fault for each that could not."""
    data: dict[str, Any] = {}
    known = {use.name for use in arc.fields}
    listed = ", ".join(sorted(known)) or "-"
    faults = [
        FieldFault(f"data.{name}", message("field-unknown", name=name, known=listed))
        for name in raw
        if name not in known
    ]
    for use in arc.fields:
        given = raw.get(use.name)
        if given is None:
            if use.required:
                faults.append(FieldFault(f"data.{use.name}", message("field-required")))
            continue
        try:
            data[use.name] = FIELDS[use.name].read(given, directory)
        except WrongField as wrong:
            faults.append(FieldFault(f"data.{use.name}", wrong.words))
    return data, faults


def read_reason(arc: Transition, raw: str | None) -> tuple[str | None, list[FieldFault]]:
    """Read the reason of a step; a blank one is none, which is wrong only where one is required."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        missing = [FieldFault("reason", message("field-reason"))]
        return None, missing if arc.reason_required else []
    try:
        return words(raw), []
    except WrongField as wrong:
        return None, [FieldFault("reason", wrong.words)]


# --- what a well-formed value may not be, by the effect that will use it --------------------------


def _due_not_past(a: Attempt, due: date) -> Message | None:
    """A date before today is refused, but for the first one after a decline: what is past stays."""
    past = due < a.today and due != a.facts.case.first_due_on
    return message("field-due-past", today=a.today) if past else None


def _due_later(a: Attempt, due: date) -> Message | None:
    present = a.facts.case.due_on
    earlier = present is not None and due <= present
    return message("field-due-not-later", present=present) if earlier else None


def _review_not_past(a: Attempt, review: date) -> Message | None:
    past = review <= a.today
    return message("field-review-past", today=a.today) if past else None


def _other_leader(a: Attempt, to: Account) -> Message | None:
    same = to.id == a.facts.case.lead_id
    return message("field-same-leader", name=to.name) if same else None


def _other_case(a: Attempt, into: Case) -> Message | None:
    if into.id == a.facts.case.id:
        return message("field-same-case")
    return message("field-case-closed", code=into.code) if into.closed_at else None


def _no_lead_among(a: Attempt, supporting: tuple[Unit, ...]) -> Message | None:
    lead = a.given("lead_unit")
    twice = lead is not None and lead.id in {unit.id for unit in supporting}
    return message("field-unit-twice", name=lead.name) if twice else None


CHECKS: dict[tuple[str, str], Callable[[Attempt, Any], Message | None]] = {
    ("set-due", "due"): _due_not_past,
    ("ask-extension", "due"): _due_later,
    ("ask-suspension", "review_on"): _review_not_past,
    ("ask-handover", "to"): _other_leader,
    ("ask-disposal", "into"): _other_case,
    ("appoint", "supporting_units"): _no_lead_among,
}
"""Checks of fields, by the effect of the step that uses the field."""


def check(attempt: Attempt) -> list[FieldFault]:
    """Check the fields of an attempt against its facts."""
    faults: list[FieldFault] = []
    for effect in attempt.arc.effects if attempt.arc else ():
        for name, value in (attempt.data or {}).items():
            rule = CHECKS.get((effect, name))
            wrong = rule(attempt, value) if rule else None
            if wrong:
                faults.append(FieldFault(f"data.{name}", wrong))
    return faults
