"""What the history of a case shows: every entry in order, or those of one topic with gaps drawn."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from engine.service.case_answers import CaseAnswer
from engine.service.case_history import HistoryAnswer

SHOWN_AT_FIRST = 12
"""Entries of the history before the rest is asked for."""
TOPICS = ("steps", "progress", "urging", "money")
_TOPIC = {"claim": "money", "letter": "urging", "escalation": "urging", "clock": "urging"}
_STEPS = frozenset({"case"})
_ASKED = frozenset({"extension", "suspension"})
"""Requests about time: their steps belong to urging, where time is what it is about."""
ICONS = {
    "case.stepped": "arrow",
    "case.registered": "plus",
    "case.imported": "upload",
    "case.nudged": "mail",
    "note.added": "chat",
    "file.added": "file",
    "reply.recorded": "mail",
    "clock.moved": "clock",
    "task-force.set": "user",
    "escalation.remind": "clock",
    "escalation.letter": "mail",
}
_ICON_OF_NOUN = {"letter": "mail", "escalation": "alert"}
RUNGS = frozenset({"remind", "overdue", "letter", "head", "meeting"})
"""Rungs of the ladder that have a word of their own; others are told as reminders."""
TOLD = (
    "body", "note", "text", "title", "name", "summary", "difference_reason", "demands", "answer",
    "verdict",
)  # fmt: skip
"""Columns whose new values an entry of the history tells."""
_SPEAKING = frozenset(
    {"letter", "note", "progress", "reply", "file", "measure", "request", "claim"}
)


def told(case: CaseAnswer, events: Sequence[HistoryAnswer], asked: str) -> dict[str, Any]:
    """Give the history as it was asked for, the newest first.

    `asked` is a topic, or `all`; anything else shows the newest entries. `before` of an entry says
    how many lie hidden between it and the newer one above it.
    """
    newest_first = list(reversed(events))
    topics = {event["seq"]: topic_of(event) for event in events}
    if asked in TOPICS:
        chosen = [event for event in newest_first if topics[event["seq"]] == asked]
    else:
        chosen = newest_first if asked == "all" else newest_first[:SHOWN_AT_FIRST]
    above = len(events) + 1
    places = {event["seq"]: place for place, event in enumerate(events, 1)}
    entries = []
    for event in chosen:
        place = places[event["seq"]]
        entries.append({**entry(case, event), "before": above - place - 1})
        above = place
    return {
        "entries": entries,
        "more": above - 1,
        "asked": asked if asked in TOPICS else "",
        "topics": [(topic, list(topics.values()).count(topic)) for topic in TOPICS],
        "recorded": len(events),
        "joined": all(_follow(events)),
    }


def topic_of(event: HistoryAnswer) -> str:
    """Name the topic of an event; every event has exactly one."""
    noun = event["kind"].partition(".")[0]
    if event["kind"] == "case.nudged" or _ASKED & set(_requests(event)):
        return "urging"
    return "steps" if noun in _STEPS else _TOPIC.get(noun, "progress")


def _requests(event: HistoryAnswer) -> list[str]:
    rows = {**event["before"], **event["after"]}
    found = [rows[place].get("kind") for place in rows if place.startswith("request/")]
    return [str(kind) for kind in found if kind]


def _follow(events: Sequence[HistoryAnswer]) -> list[bool]:
    """Tell of every event but the first whether it names the hash of the one before it."""
    return [late["prev"] == early["hash"] for early, late in pairwise(events)]


def event_word(kind: str) -> str:
    """Name the word for a kind of event; the rungs of a workflow are its own."""
    noun, _, verb = kind.partition(".")
    if noun == "escalation" and verb not in RUNGS:
        return "event-escalation"
    return f"event-{noun}-{verb}"


def mark_of(kind: str) -> dict[str, str]:
    """Give the word, the icon and the look of an event by its kind."""
    noun = kind.partition(".")[0]
    icon = ICONS.get(kind, _ICON_OF_NOUN.get(noun, "pencil"))
    return {"word": event_word(kind), "icon": icon, "look": _look(kind, noun)}


def entry(case: CaseAnswer, event: HistoryAnswer) -> dict[str, Any]:
    """Give one event with the words in it that people wrote, and what it is about."""
    moved = event.get("from") != event.get("to")
    rows = [row for place, row in event["after"].items() if place.partition("/")[0] in _SPEAKING]
    return {
        **event,
        **mark_of(event["kind"]),
        "moved": moved and event.get("from") is not None,
        "told": [str(row[name]) for row in rows for name in TOLD if row.get(name)],
        "clock": _clock(case, event["after"]),
        "measure": _measure(case, event["after"]),
        "files": _files(case, event["after"]),
        "letter": _letter(case, {**event["before"], **event["after"]}),
    }


def _look(kind: str, noun: str) -> str:
    """Say how an entry stands out, if it does."""
    if kind == "escalation.overdue":
        return "over"
    return "urge" if noun == "letter" or kind == "escalation.letter" else ""


def _rows(after: Mapping[str, Mapping[str, Any]], noun: str) -> list[tuple[int, Mapping[str, Any]]]:
    """Give the rows of a part that an event wrote, with their numbers."""
    places = ((*place.partition("/"), row) for place, row in after.items())
    return [(int(number), row) for name, _, number, row in places if name == noun and number]


def _clock(case: CaseAnswer, after: Mapping[str, Mapping[str, Any]]) -> dict[str, Any] | None:
    """Give the limit that a rung tells of, with the measure that it counts for."""
    numbers = [row.get("clock_no") for _, row in _rows(after, "escalation")]
    found = next((clock for clock in case["clocks"] if clock["id"] in numbers), None)
    if found is None:
        return None
    return {"kind": found["kind"], "measure": _titles(case).get(found["subject"] or 0)}


def _titles(case: CaseAnswer) -> dict[int, str]:
    measures = case["plan"]["measures"] if case["plan"] else []
    return {measure["id"]: measure["title"] for measure in measures}


def _measure(case: CaseAnswer, after: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Give the measure whose progress was logged; None for one of a former plan."""
    titles = _titles(case)
    numbers = (row.get("measure_no") for _, row in _rows(after, "progress"))
    return next((titles[number] for number in numbers if number in titles), None)


def _files(case: CaseAnswer, after: Mapping[str, Mapping[str, Any]]) -> list[tuple[int, str]]:
    """Give the files that an event brought, or that it names as evidence."""
    names = {file["id"]: file["name"] for file in case["files"]}
    numbers = [number for number, _ in _rows(after, "file")]
    numbers += [number for _, row in _rows(after, "progress") for number in row.get("files") or ()]
    return [(number, names[number]) for number in numbers if number in names]


def _letter(case: CaseAnswer, rows: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Give the letter that an event is about, where the reader sees it."""
    known = {letter["no"] for letter in case["urges"]}
    numbers = (f"{case['code']}-{number}" for number, _ in _rows(rows, "letter"))
    return next((number for number in numbers if number in known), None)
