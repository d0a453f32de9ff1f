"""The streams of the log: each one's chain, commitments, steps, and the rows that it implies."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from engine.domain.canonical import leaf_hash
from engine.domain.events import plain
from engine.domain.records import RECORDS, key_columns
from engine.domain.replay import (
    CASE_RECORDS,
    Change,
    Event,
    Fault,
    Key,
    Replay,
    Sealed,
    marks,
    name_of,
    open_marks,
    read,
)
from engine.service.findings import Beat, Finding, Findings, unheard
from engine.service.verify_parts import Definitions
from engine.service.verify_steps import place_of, wrong
from engine.store import scan
from engine.store.scan import Scanned

_REPEATED = {n: n for n in ("stream", "seq", "kind", "at")} | {"recorded_at": "recorded"}
"""Columns of an event that its bytes repeat, with the name that they have there."""

Rows = Iterator[Scanned]


class Groups:
    """Rows sorted by a leading whole number, handed out number by number."""

    def __init__(self, rows: Rows, place: int = 0) -> None:
        self._rows = rows
        self._place = place
        self._ahead = next(rows, None)

    def number(self) -> int | None:
        """Give the number of the row that comes next."""
        return None if self._ahead is None else self._ahead[self._place]

    def take(self, number: int) -> Rows:
        """Give the next rows as long as they have this number."""
        while self._ahead is not None and self._ahead[self._place] == number:
            row, self._ahead = self._ahead, None
            self._ahead = next(self._rows, None)
            yield row


class Streams:
    """One pass over events, vault and tables, all sorted by stream, case by case."""

    def __init__(
        self,
        connection: Connection,
        known: Definitions,
        findings: Findings,
        beat: Beat = unheard,
    ) -> None:
        self.beat = beat
        self._connection = connection
        self._known = known
        self._findings = findings
        self._waiting = scan.pending(connection)
        self._office = Replay()
        self._early: list[tuple[int, int, Change, dict[str, Sealed]]] = []

    def check(self) -> None:
        """Check every stream, then the rows of the office and what waits for no event."""
        events = Groups(self._scan("event", "stream", "seq"))
        vault = Groups(self._scan("vault", "stream", "seq"))
        parts = {name: Groups(self._scan(name, *key_columns(name))) for name in _case_tables()}
        sources = [events, vault, *parts.values()]
        while numbers := [n for source in sources if (n := source.number()) is not None]:
            stream = min(numbers)
            _Stream(self, stream).check(events, vault, parts)
        self._check_office()
        self._check_spelling()
        for stream, seq in sorted(self._waiting):
            self._findings.note("pending-extra", "log_pending", stream=stream, seq=seq)

    def _check_spelling(self) -> None:
        """Tell of values that may read as they should, and are not kept as Duban writes them."""
        told = {(f.table, f.column, f.detail.params.get("row")) for f in self._findings.listed}
        for name in ("event", "vault", *RECORDS):
            for key, columns in scan.misspelt(self._connection, name):
                fresh = [c for c in columns if (name, c, name_of(name, key)) not in told]
                for column in fresh:
                    self._note_row("row-spelling", name, key, column)

    def _note_row(self, kind: str, name: str, key: tuple[Any, ...], column: str | None) -> None:
        """Tell of a row by its key alone."""
        is_of_case = name in CASE_RECORDS or name in {"event", "vault"}
        stream = key[0] if is_of_case and isinstance(key[0], int) else None
        seq = key[1] if name in {"event", "vault"} and isinstance(key[1], int) else None
        row, at = name_of(name, key), str(column)
        self._findings.note(kind, name, column, stream=stream, seq=seq, row=row, at=at)

    def _scan(self, name: str, *by: str) -> Rows:
        return scan.scan(self._connection, name, by, self._unread)

    def _unread(self, name: str, key: tuple[Any, ...], columns: Sequence[str]) -> None:
        for column in columns or (None,):
            self._note_row("unreadable", name, key, column)

    def note(self, kind: str, table: str, column: str | None = None, **where: Any) -> None:  # noqa: ANN401  # stream, seq and words
        """Add a finding."""
        self._findings.note(kind, table, column, **where)

    def add(self, fault: Fault, stream: int | None, seq: int | None) -> None:
        """Add what a fold found."""
        place = Finding(fault.kind, fault.table, fault.column, stream, seq, fault.detail)
        self._findings.add(place)

    def name_case(self, stream: int, code: str | None) -> None:
        """Remember a case's code for its findings."""
        if code is not None and stream not in self._findings.codes:
            self._findings.codes[stream] = code

    @property
    def count(self) -> int:
        """Give how many findings there are so far."""
        return len(self._findings.listed)

    def is_waiting(self, stream: int, seq: int) -> bool:
        """Say, once, whether an event waits for its place in the tree."""
        place = (stream, seq)
        found = place in self._waiting
        self._waiting.discard(place)
        return found

    @property
    def known(self) -> Definitions:
        """Give the published definitions."""
        return self._known

    def fold_office(
        self, change: Change, event: Scanned, opened: dict[str, Sealed]
    ) -> Iterator[Fault]:
        """Fold a row of the office; one told of in another stream may come before its beginning."""
        if change.old is not None and not self._office.has(change.record, change.key):
            place = event.log_index if isinstance(event.log_index, int) else 0
            self._early.append((place, event.seq, change, opened))
        else:
            yield from self._office.take(change, event.seq, opened)

    def _check_office(self) -> None:
        for _, seq, change, opened in sorted(self._early, key=lambda early: early[0]):
            for fault in self._office.take(change, seq, opened):
                self.add(fault, 0, seq)
        for name in RECORDS:
            if name not in CASE_RECORDS:
                for row in self._scan(name, "id"):
                    self.compare(self._office, name, (row[0],), row, 0)
        self.missing(self._office, 0)

    def compare(self, replay: Replay, record: str, key: Key, row: Scanned, stream: int) -> None:
        """Compare one stored row with a fold."""
        seq = replay.seq(record, key)
        for fault in replay.compare(record, key, row):
            self.add(fault, stream, seq)

    def missing(self, replay: Replay, stream: int) -> None:
        """Tell of the rows that a fold has and the tables have not."""
        for record, key, fault in replay.left():
            self.add(fault, stream, replay.seq(record, key))


class _Stream:
    """One stream: what is remembered from event to event."""

    def __init__(self, all_streams: Streams, stream: int) -> None:
        self._all = all_streams
        self._stream = stream
        self._replay = Replay()
        self._seq = 0
        self._leaf: bytes | None = None
        self._index = -1

    def check(self, events: Groups, vault: Groups, parts: dict[str, Groups]) -> None:
        """Check the stream's events with their values, then the rows that they imply."""
        before = self._all.count
        values = Groups(vault.take(self._stream), 1)
        for row in events.take(self._stream):
            self._all.beat()
            self._stray_values(values, row.seq)
            self._event(row, {v.field: (v.salt, v.value) for v in values.take(row.seq)})
        self._stray_values(values, None)
        code = self._replay.value("case", (self._stream,), "code")
        for name, source in parts.items():
            keys = len(key_columns(name))
            for row in source.take(self._stream):
                code = row.code if name == "case" and code is None else code
                self._all.compare(self._replay, name, tuple(row[:keys]), row, self._stream)
        self._all.missing(self._replay, self._stream)
        if self._all.count > before:
            self._all.name_case(self._stream, code)

    def _note(self, kind: str, table: str, column: str | None, seq: int, **params: Any) -> None:  # noqa: ANN401  # words
        self._all.note(kind, table, column, stream=self._stream, seq=seq, **params)

    def _stray_values(self, values: Groups, until: int | None) -> None:
        """Tell of values in the vault that no event commits to."""
        while (seq := values.number()) is not None and (until is None or seq < until):
            for value in values.take(seq):
                self._note("vault-extra", "vault", "seq", seq, field=value.field)

    def _event(self, row: Scanned, kept: dict[str, tuple[bytes | None, str | None]]) -> None:
        body = row.body if isinstance(row.body, bytes) else b""
        event = read(body)
        self._placed(row, leaf_hash(body), event)
        if event is None:
            self._note("event-form", "event", "body", row.seq)
            return
        for name, said in _REPEATED.items():
            if event.get(said) != plain(getattr(row, name)):
                self._note("event-column", "event", name, row.seq)
        opened, faults = open_marks(f"{self._stream}/{row.seq}", marks(event), kept)
        for fault in faults:
            self._all.add(fault, self._stream, row.seq)
        self._fold(row, event, opened)

    def _placed(self, row: Scanned, hashed: bytes, event: Event | None) -> None:
        """Check the event's place in its stream, its chain, its hash and its place in the log."""
        if row.seq != self._seq + 1:
            self._note("event-gap", "event", "seq", row.seq, expected=self._seq + 1)
        prev = None if self._leaf is None else self._leaf.hex()
        if event is not None and event.get("prev") != prev:
            self._note("event-chain", "event", "body", row.seq)
        if row.leaf_hash != hashed:
            self._note("event-hash", "event", "leaf_hash", row.seq)
        self._in_log(row)
        self._seq, self._leaf = row.seq, hashed

    def _in_log(self, row: Scanned) -> None:
        is_waiting = self._all.is_waiting(self._stream, row.seq)
        place = row.log_index if isinstance(row.log_index, int) else None
        if (place is None) != is_waiting:
            self._note("event-unplaced", "event", "log_index", row.seq)
        elif place is not None and place <= self._index:
            self._note("event-order", "event", "log_index", row.seq)
        self._index = self._index if place is None else place

    def _fold(self, row: Scanned, event: Event, opened: dict[str, Sealed]) -> None:
        before = place_of(self._replay, self._stream)
        for change in event.changes:
            for fault in self._take(row, change, opened):
                self._all.add(fault, self._stream, row.seq)
        for kind in wrong(self._all.known, event, before, place_of(self._replay, self._stream)):
            self._note(kind, "event", "body", row.seq)

    def _take(self, row: Scanned, change: Change, opened: dict[str, Sealed]) -> Iterator[Fault]:
        if change.record not in CASE_RECORDS:
            yield from self._all.fold_office(change, row, opened)
        elif change.key[:1] != (self._stream,):
            where = name_of(change.record, change.key)
            self._note("event-astray", "event", "body", row.seq, row=where)
        else:
            yield from self._replay.take(change, row.seq, opened)


def _case_tables() -> list[str]:
    return [name for name in RECORDS if name in CASE_RECORDS]
