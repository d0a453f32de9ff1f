"""The measures of an adopted plan as reports tell them: who, until when, and how far each is."""

from collections.abc import Sequence

from typing_extensions import TypedDict

from engine.service.case_answers import NamedUnit
from engine.service.listing import Names
from engine.service.people_answers import PersonAnswer
from engine.store.measures import Stood
from engine.words import Locale, Message, message, say


class PlannedMeasure(TypedDict):
    """A measure of the plan in force as of the instant; an erased `title` is null."""

    title: str | None
    owner: PersonAnswer | None
    unit: NamedUnit | None
    due: str | None
    status: str


def tell_plan(plan: Sequence[Stood] | None, names: Names) -> list[PlannedMeasure] | None:
    """Show a plan in the order of its measures; None where none was adopted."""
    return None if plan is None else [_measure(stood, names) for stood in plan]


def _measure(stood: Stood, names: Names) -> PlannedMeasure:
    return {
        "title": stood.title,
        "owner": names.person(stood.owner_id),
        "unit": names.unit(stood.unit_id),
        "due": stood.due_on.isoformat() if stood.due_on else None,
        "status": stood.status,
    }


def in_words(plan: Sequence[PlannedMeasure], locale: Locale) -> str:
    """Tell a plan in words, a measure a line."""
    return "\n".join(say(_line(n, one), locale) for n, one in enumerate(plan, 1))


def _line(number: int, one: PlannedMeasure) -> Message:
    """Word a measure; what is not settled yet is left out."""
    owner, due = one["owner"], one["due"]
    return message(
        "planned-measure",
        number=number,
        title=" ".join((one["title"] or "…").split()),
        owner=message("planned-owner", name=owner["name"]) if owner else "",
        due=message("planned-due", due=due) if due else "",
        status=message(f"planned-{one['status']}"),
    )
