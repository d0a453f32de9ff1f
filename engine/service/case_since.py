"""What was done to a case since somebody opened a form about it: by whom, when, and what of it.

A form holds the version of the case that it shows. Where the case has gone on to another, whoever
filled the form in is told what the others did, as far as the history tells it to them.
"""

from typing_extensions import TypedDict

from engine.domain.access import Principal
from engine.service import case_room
from engine.service.case_diff import ChangeAnswer, compare
from engine.service.case_history import HistoryAnswer, tell_history
from engine.service.desk import Desk


class SinceAnswer(TypedDict):
    """The events after a version, oldest first, and what differs between that version and now.

    `own` tells that all of them are the caller's own: in another window, or by the same form sent
    before.
    """

    events: list[HistoryAnswer]
    changes: list[ChangeAnswer]
    own: bool


def case_since(desk: Desk, who: Principal, code: str, version: int) -> SinceAnswer | None:
    """Tell what was done to a case after it was in some version; None where nothing was.

    Raises NotFoundError where there is no such case, or the caller may not read all of it.
    """
    room = case_room.enter(desk, who, code)
    if not 0 < version < room.facts.case.version:
        return None
    events = tell_history(room)
    later = [event["seq"] for event in events if _version(event) > version]
    if not later:
        return None
    base = min(later) - 1
    since = [event for event in events if event["seq"] > base]
    changes, _ = compare(desk, events, base, events[-1]["seq"])
    return {
        "events": since,
        "changes": changes,
        "own": all(_is_by(event, who) for event in since),
    }


def _version(event: HistoryAnswer) -> int:
    """Give the version that an event left the case in; nought for one that is no change of it."""
    found: int = event["after"].get("case", {}).get("version", 0)
    return found


def _is_by(event: HistoryAnswer, who: Principal) -> bool:
    return event["actor"] is not None and event["actor"]["login"] == who.login
