"""Replay: read events back from their bytes, and fold them into the rows that they imply.

Pure counterpart of `events.tell`. Everything here may have been tampered with, so whatever is read
is doubted: what differs is a `Fault`, never an exception.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from engine.domain.canonical import commitment
from engine.domain.events import Secret, plain, secret_field
from engine.domain.records import CASE_PARTS, columns, text_columns
from engine.errors import InvalidError
from engine.words import Message, message

CASE_RECORDS = frozenset({"case", *CASE_PARTS})
"""Records that are told in the stream of their own case."""

Key = tuple[int, ...]
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as the log has it: which kind, in which table and column, in words."""

    kind: str
    table: str
    column: str | None
    detail: Message


@dataclass(frozen=True, slots=True)
class Change:
    """One row that an event changes, as its bytes tell it."""

    record: str
    key: Key
    new: Mapping[str, Any]
    old: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Event:
    """What an event's bytes say; `said` is the whole of it."""

    said: Mapping[str, Any]
    changes: tuple[Change, ...]

    def get(self, name: str) -> Any:  # noqa: ANN401  # a JSON value
        """Give a part of what it says, None where it says nothing of it."""
        return self.said.get(name)


@dataclass(frozen=True, slots=True)
class Sealed:
    """Free text as the fold knows it: `value` where it could be opened; else erased or unknown."""

    value: str | None
    erased: bool = False


def read(body: bytes) -> Event | None:
    """Read an event from its stored bytes; None unless they are its one canonical spelling."""
    try:
        said = orjson.loads(body)
        if orjson.dumps(said, option=orjson.OPT_SORT_KEYS) != body:
            return None
        return Event(said, tuple(_change(row) for row in said["rows"]))
    except (ValueError, TypeError, LookupError, AttributeError):
        return None


def _change(row: Mapping[str, Any]) -> Change:
    record, key, new, old = row["t"], tuple(row["k"]), dict(row["new"]), row.get("old")
    if not set(columns(record)).issuperset([*new, *(old or ())]):
        raise ValueError(record)
    if not all(isinstance(part, int) for part in key):
        raise ValueError(key)
    return Change(record, key, new, None if old is None else dict(old))


def marks(event: Event) -> dict[str, str]:
    """Name all places of an event that commit to a value, with the commitments."""
    found = {"reason": event.get("reason")} | {
        secret_field(change.record, change.key, name): change.new[name]
        for change in event.changes
        for name in text_columns(change.record) & change.new.keys()
    }
    return {place: mark["c"] for place, mark in found.items() if _is_mark(mark)}


def open_marks(
    subject: str, marked: Mapping[str, str], kept: Mapping[str, tuple[bytes | None, str | None]]
) -> tuple[dict[str, Sealed], list[Fault]]:
    """Open an event's commitments with what the vault keeps (salt and value by place)."""
    opened: dict[str, Sealed] = {}
    faults = [_vault("vault-extra", place) for place in kept if place not in marked]
    for place, mark in marked.items():
        opened[place] = Sealed(None)
        if place not in kept:
            faults.append(_vault("vault-missing", place))
        elif kept[place] == (None, None):
            opened[place] = Sealed(None, erased=True)
        elif _opens(subject, place, kept[place], mark):
            opened[place] = Sealed(kept[place][1])
        else:
            faults.append(_vault("vault-differs", place))
    return opened, faults


def _opens(subject: str, place: str, kept: tuple[bytes | None, str | None], mark: str) -> bool:
    salt, value = kept
    if not isinstance(salt, bytes) or not isinstance(value, str):
        return False
    secret = Secret(place, salt, value)
    try:
        return commitment(subject, secret.field, secret.salt, secret.value) == mark
    except InvalidError:
        return False


class Replay:
    """Folds changes, in their order, into rows."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, Key], tuple[Any, ...]] = {}
        self._seqs: dict[tuple[str, Key], int] = {}

    def has(self, record: str, key: Key) -> bool:
        """Say whether the fold has a row."""
        return (record, key) in self._rows

    def value(self, record: str, key: Key, column: str) -> Any:  # noqa: ANN401  # a column value
        """Give a column of a row as it is after the changes so far; None where there is no row."""
        row = self._rows.get((record, key))
        return None if row is None else row[columns(record).index(column)]

    def seq(self, record: str, key: Key) -> int | None:
        """Say which event of its stream told of a row last."""
        return self._seqs.get((record, key))

    def take(self, change: Change, seq: int, opened: Mapping[str, Sealed]) -> Iterator[Fault]:
        """Fold one change in; give what in it does not fit the rows so far."""
        place = (change.record, change.key)
        former = self._rows.get(place)
        if (former is None) != (change.old is None):
            code = "replay-twice" if former else "replay-nothing"
            yield _fault(code, change.record, None, change.key)
        row = former or (None,) * len(columns(change.record))
        if former and change.old:
            yield from _former(change, former)
        self._rows[place] = tuple(
            _value(change, name, opened) if name in change.new else had
            for name, had in zip(columns(change.record), row, strict=True)
        )
        self._seqs[place] = seq

    def compare(self, record: str, key: Key, stored: Iterable[Any]) -> Iterator[Fault]:
        """Compare a stored row (its columns in order) with the fold, which then forgets it."""
        row = self._rows.pop((record, key), None)
        if row is None:
            yield _fault("row-extra", record, None, key)
            return
        if _equal(row, stored := tuple(stored)):
            return
        for name, expected, found in zip(columns(record), row, stored, strict=True):
            yield from _difference(record, key, name, expected, found)

    def left(self) -> Iterator[tuple[str, Key, Fault]]:
        """Give the rows that the log has and no table had when they were compared."""
        for record, key in self._rows:
            yield record, key, _fault("row-missing", record, None, key)


@lru_cache(maxsize=16)
def arcs_of(source: str) -> frozenset[tuple[str | None, str, str | None]] | None:
    """Read (from, trigger, to) from a definition's source; None where it is no definition."""
    try:
        return frozenset(
            (start, arc["trigger"], arc.get("to", start))
            for arc in tomllib.loads(source)["transition"]
            for start in (arc["from"] or [None])
        )
    except (ValueError, TypeError, LookupError, AttributeError):
        return None


def shown(value: object) -> str:
    """Spell a value for a sentence, cut where it is long."""
    text = "null" if value is None else str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def name_of(record: str, key: tuple[Any, ...]) -> str:
    """Name a row: its table and its key."""
    return f"{record} {'/'.join(map(str, key))}"


def _former(change: Change, former: tuple[Any, ...]) -> Iterator[Fault]:
    had = dict(zip(columns(change.record), former, strict=True))
    for name, old in (change.old or {}).items():
        if not isinstance(had[name], Sealed) and not _same(had[name], old):
            yield _fault("replay-former", change.record, name, change.key, had[name], old)


def _value(change: Change, name: str, opened: Mapping[str, Sealed]) -> Any:  # noqa: ANN401  # a column value
    value = change.new[name]
    if name in text_columns(change.record) and value is not None:
        return opened.get(secret_field(change.record, change.key, name), Sealed(None))
    return value


def _equal(row: tuple[Any, ...], stored: tuple[Any, ...]) -> bool:
    """Compare the usual case quickly: nothing differs, and nothing is of another type."""
    for expected, found in zip(row, stored, strict=True):
        if isinstance(expected, Sealed):
            if expected.value is None or expected.value != found:
                return False
        elif expected is not found and not _same(plain(found), expected):
            return False
    return True


def _difference(
    record: str, key: Key, name: str, expected: object, found: object
) -> Iterator[Fault]:
    if not isinstance(expected, Sealed):
        if not _same(plain(found), expected):
            yield _fault("row-differs", record, name, key, expected, plain(found))
    elif expected.erased:
        if found not in {None, ""}:
            yield _fault("row-not-erased", record, name, key)
    elif expected.value is not None and expected.value != found:
        yield _fault("row-text-differs", record, name, key)


def _same(one: object, other: object) -> bool:
    """Compare two JSON values; 1, true and 1.0 are three different ones."""
    if isinstance(one, list | dict) or isinstance(other, list | dict):
        option = orjson.OPT_SORT_KEYS
        return orjson.dumps(one, default=repr, option=option) == orjson.dumps(other, option=option)
    return type(one) is type(other) and one == other


def _is_mark(mark: object) -> bool:
    return isinstance(mark, dict) and isinstance(mark.get("c"), str)


def _vault(kind: str, place: str) -> Fault:
    return Fault(kind, "vault", "value", message(f"verify-{kind}", field=shown(place)))


def _fault(kind: str, record: str, column: str | None, key: Key, *values: object) -> Fault:
    """Say what is wrong with a row; `values` are what was expected and what was found."""
    expected, found = map(shown, values or (None, None))
    words = message(
        f"verify-{kind}", row=name_of(record, key), column=column, expected=expected, found=found
    )
    return Fault(kind, record, column, words)


__all__ = [
    "CASE_RECORDS", "Change", "Event", "Fault", "Key", "Replay", "Sealed", "arcs_of",
    "marks", "name_of", "open_marks", "read", "shown",
]  # fmt: skip
