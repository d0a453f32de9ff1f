"""Export the event log of all cases that the caller may read, for tools that look at processes.

No free text, nobody affected: codes, names of the vocabulary, instants, units, officials by login.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.domain.access import Principal, require
from engine.domain.replay import read
from engine.output import json_lines, ocel, xes
from engine.output.eventlog import LoggedEvent, Trace
from engine.service.desk import Desk
from engine.store import exports, rows
from engine.store.exports import ExportedCase, ExportedEvent
from engine.store.visible import visible_in_full

KINDS = ("xes", "ocel", "json")


def export(desk: Desk, who: Principal, kind: str) -> Iterator[str]:
    """Write the log in one of the formats, a piece at a time. Raises ForbiddenError at once."""
    require(who, "log.export")
    return _WRITERS[kind](_Reader(desk, who).traces)


_WRITERS: Mapping[str, Callable[[Callable[[], Iterator[Trace]]], Iterator[str]]] = {
    "xes": lambda traces: xes.write(traces()),
    "ocel": ocel.write,
    "json": lambda traces: json_lines.write(traces()),
}


class _Reader:
    """Reads cases, few at a time, with the names of accounts and units at hand."""

    def __init__(self, desk: Desk, who: Principal) -> None:
        self._desk = desk
        self._who = who
        accounts = rows.fetch(desk.conn, "account")
        self._units = {row.id: row.name for row in rows.fetch(desk.conn, "unit")}
        self._logins = {row.id: row.login for row in accounts}
        self._of_unit = {row.id: self._units.get(row.unit_id) for row in accounts}

    def traces(self) -> Iterator[Trace]:
        """Give every case that may be read, with its events."""
        conn = self._desk.conn
        for some in exports.cases(conn, visible_in_full(self._who, self._desk.now)):
            ids = [case.id for case in some]
            told, parts = (
                exports.events(conn, ids),
                rows.fetch_parts(conn, ids, ("stage", "tenure")),
            )
            for case in some:
                events = [event for row in told[case.id] if (event := self._event(row))]
                yield self._trace(case, events, parts[case.id])

    def _trace(
        self, case: ExportedCase, events: list[LoggedEvent], parts: Mapping[str, list[Any]]
    ) -> Trace:
        zone = self._desk.zone
        named = dict.fromkeys((t.role, t.account_id, t.unit_id) for t in parts["tenure"])
        return Trace(
            case.code,
            case.issue_code,
            case.workflow,
            case.workflow_version,
            case.state,
            case.outcome,
            case.registered_at.astimezone(zone),
            events,
            [(stage.from_at.astimezone(zone), stage.state) for stage in parts["stage"]],
            [(self._units[u], role) for role, a, u in named if a is None and u is not None],
            list(dict.fromkeys((self._logins[a], r) for r, a, _ in named if a is not None)),
        )

    def _event(self, row: ExportedEvent) -> LoggedEvent | None:
        """Read an event; None for bytes that are none, of which `duban verify` tells."""
        event = read(row.body)
        if event is None:
            return None
        actor, zone = event.get("actor"), self._desk.zone
        return LoggedEvent(
            row.seq,
            event.get("trigger") or row.kind,
            row.kind,
            row.at.astimezone(zone),
            row.recorded_at.astimezone(zone),
            actor["via"],
            self._logins.get(actor["id"]),
            self._of_unit.get(actor["id"]),
            self._logins.get(actor["for"]),
            event.get("from"),
            event.get("to"),
            bool(event.get("imported")),
        )
