"""The history of a case as its events tell it, with the values that they commit to."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NotRequired

from typing_extensions import TypedDict

from engine.domain.access import does
from engine.domain.events import Kind, Secret, escalation_kind, secret_field
from engine.domain.records import text_columns
from engine.domain.replay import Change, Event, read
from engine.service.case_parts_view import person_answer
from engine.service.case_room import Room
from engine.service.people_answers import PersonAnswer
from engine.store import ledger, rows
from engine.store.ledger import Logged

_DRAFTING = frozenset({Kind.LETTER_DRAFTED, Kind.LETTER_REVISED})
_RUNG = escalation_kind("")

Opened = Mapping[str, Secret | None]

HistoryAnswer = TypedDict(
    "HistoryAnswer",
    {
        "seq": int,
        "at": str,
        "effective_at": NotRequired[str],
        "imported": NotRequired[bool],
        "waived": NotRequired[list[str]],
        "kind": str,
        "trigger": NotRequired[str],
        "from": NotRequired[str],
        "to": NotRequired[str],
        "actor": PersonAnswer | None,
        "on_behalf_of": PersonAnswer | None,
        "via": str,
        "before": dict[str, dict[str, Any]],
        "after": dict[str, dict[str, Any]],
        "reason": str | None,
        "prev": str | None,
        "hash": str,
        "index": int | None,
    },
)
"""One event. `before` and `after` hold the columns that changed, by row (`case`, `clock/3`)."""


def tell_history(room: Room) -> list[HistoryAnswer]:
    """Tell the events of a case, oldest first. Free text that was erased reads as null."""
    conn, stream = room.desk.conn, room.facts.case.id
    opened = ledger.opened_all(conn, stream)
    told = [(row, event) for row in ledger.history(conn, stream) if (event := read(row.body))]
    people = _people(room, [event for _, event in told])
    return [
        _answer(room, row, _within_sight(room, row.kind, event), opened.get(row.seq, {}), people)
        for row, event in told
    ]


def _within_sight(room: Room, kind: str, event: Event) -> Event:
    """Leave out the wording of letters before their issue, to whom drafts are not shown."""
    if does(room.who, "letter.draft"):
        return event
    drafting = kind in _DRAFTING or kind.startswith(_RUNG)
    changes = [one for one in event.changes if not (drafting and one.record == "letter")]
    return replace(event, changes=tuple(changes))


def _people(room: Room, events: list[Event]) -> dict[int, PersonAnswer]:
    actors = [event.get("actor") for event in events]
    ids = {actor[name] for actor in actors for name in ("id", "for")} - {None}
    found = rows.fetch(room.desk.conn, "account", id=ids) if ids else []
    return {row.id: person_answer(row) for row in found}


def _answer(
    room: Room, row: Logged, event: Event, opened: Opened, people: Mapping[int, PersonAnswer]
) -> HistoryAnswer:
    actor, reason = event.get("actor"), opened.get("reason")
    zone = room.desk.zone
    answer: dict[str, Any] = {
        "seq": row.seq,
        "at": row.recorded_at.astimezone(zone).isoformat(timespec="milliseconds"),
        "kind": row.kind,
        "actor": people.get(actor["id"]),
        "on_behalf_of": people.get(actor["for"]),
        "via": actor["via"],
        "before": _rows(event, opened, old=True),
        "after": _rows(event, opened, old=False),
        "reason": reason.value if reason else None,
        "prev": event.get("prev"),
        "hash": row.leaf_hash.hex(),
        "index": row.log_index,
    }
    said = {name: event.get(name) for name in ("trigger", "from", "to", "waived", "imported")}
    if row.at != row.recorded_at:
        said["effective_at"] = row.at.astimezone(zone).isoformat(timespec="milliseconds")
    shown: HistoryAnswer = {**answer, **{n: v for n, v in said.items() if v is not None}}  # type: ignore[typeddict-item]  # put together by name
    return shown


def _rows(event: Event, opened: Opened, *, old: bool) -> dict[str, dict[str, Any]]:
    found = {}
    for change in event.changes:
        values = change.old if old else change.new
        if values:
            found[_place(change)] = {n: _value(change, n, v, opened) for n, v in values.items()}
    return found


def _place(change: Change) -> str:
    """Name a row within its case: the case itself, or a part by its number."""
    return change.record if change.record == "case" else f"{change.record}/{change.key[-1]}"


def _value(change: Change, name: str, value: Any, opened: Opened) -> Any:  # noqa: ANN401  # a JSON value
    """Open a commitment; former free text is not told again."""
    if name not in text_columns(change.record) or value is None:
        return value
    secret = opened.get(secret_field(change.record, change.key, name))
    return secret.value if secret else None
