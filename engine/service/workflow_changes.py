"""What two published versions of a workflow hold otherwise, in words for whoever asks.

Versions are never changed, so nothing of this is kept: it is read from the two whenever it is told.
"""

from collections.abc import Sequence

from sqlalchemy import Connection
from typing_extensions import TypedDict

from engine.domain.loosening import Difference, differences
from engine.domain.workflow import Workflow
from engine.service.desk import Desk
from engine.service.workflows import workflow_of
from engine.store import definitions
from engine.words import LOCALES, Locale, Message, Text, message, say, wording

MOST_NAMED = 12
"""How many differences one notice names; the list of changes of the workflow has all."""


class DifferenceAnswer(TypedDict):
    """A difference of two versions; `looser` says that time could be won by it."""

    place: str
    message: str
    looser: bool


def differences_of(
    before: Workflow, after: Workflow, locale: Locale
) -> tuple[DifferenceAnswer, ...]:
    """Say what another version holds otherwise; what is looser comes first."""
    return tuple(answer_of(one, locale) for one in differences(before, after))


def answer_of(one: Difference, locale: Locale) -> DifferenceAnswer:
    """Say one difference."""
    return {"place": one.place, "message": say(one.words, locale), "looser": one.wins}


def since_former(desk: Desk, name: str, version: int) -> tuple[DifferenceAnswer, ...]:
    """Say what a version holds otherwise than the one before it; nothing of the first."""
    old = former_version(desk.conn, name, version)
    if old is None:
        return ()
    before, after = (workflow_of(desk.conn, name, number) for number in (old, version))
    return differences_of(before, after, desk.locale)


def former_version(conn: Connection, name: str, version: int) -> int | None:
    """Give the version of a workflow that was the newest before one; None before the first."""
    olds = (old for known, old in definitions.versions(conn) if known == name and old < version)
    return max(olds, default=None)


def changes(conn: Connection, name: str, old: int | None, new: int) -> Message | Text:
    """Name in one sentence what a version holds otherwise than another, as notices do."""
    if old is None:
        return message("rules-first")
    found = differences(workflow_of(conn, name, old), workflow_of(conn, name, new))
    if not found:
        return message("rules-same")
    named = together(found[:MOST_NAMED])
    left = len(found) - MOST_NAMED
    return message("rules-more", changes=named, n=left) if left > 0 else named


def together(found: Sequence[Difference]) -> Text:
    """Write differences in a row, in both languages."""
    zh, en = ([say(one.words, locale) for one in found] for locale in LOCALES)
    return Text(wording("listed-steps").zh.join(zh), wording("listed-steps").en.join(en))
