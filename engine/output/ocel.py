"""OCEL 2.0 as JSON: events that touch issues, cases, units and officials, written as it is read.

Events come before objects, so that objects which only events name are known by then; in a JSON
object the order of names means nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from engine.output.eventlog import LoggedEvent, Trace

Json = dict[str, Any]
_EVENT = {
    "seq": "integer", "kind": "string", "from": "string", "to": "string", "via": "string",
    "imported": "boolean", "recorded": "time",
}  # fmt: skip
_OBJECTS: dict[str, dict[str, str]] = {
    "issue": {},
    "case": {"workflow": "string", "version": "integer", "state": "string", "outcome": "string"},
    "unit": {},
    "official": {},
}


@dataclass(slots=True)
class _Named:
    """Types of events, issues, units and officials that came up, each once."""

    activities: dict[str, None] = field(default_factory=dict)
    issues: dict[str, None] = field(default_factory=dict)
    units: dict[str, None] = field(default_factory=dict)
    officials: dict[str, str | None] = field(default_factory=dict)


def write(traces: Callable[[], Iterable[Trace]]) -> Iterator[str]:
    """Write a log, a piece at a time; the traces are read twice and must be the same ones."""
    named = _Named()
    yield '{"objectTypes":' + _json([_type(name, of) for name, of in _OBJECTS.items()])
    yield ',\n"events":[\n'
    yield from _joined(_event(t, e, named) for t in traces() for e in t.events)
    yield '\n],\n"eventTypes":' + _json([_type(name, _EVENT) for name in named.activities])
    yield ',\n"objects":[\n'
    yield from _joined(_objects(traces(), named))
    yield "\n]}\n"


def _type(name: str, of: dict[str, str]) -> Json:
    return {"name": name, "attributes": [{"name": a, "type": kind} for a, kind in of.items()]}


def _event(trace: Trace, event: LoggedEvent, named: _Named) -> Json:
    named.activities[event.activity] = None
    touches = [_link(trace.code, "case"), _link(trace.issue, "issue")]
    for login, part in ((event.resource, "by"), (event.on_behalf_of, "on behalf of")):
        if login is not None:
            named.officials.setdefault(login)
            touches.append(_link(_official(login), part))
    if event.resource is not None and event.group is not None:
        named.officials[event.resource] = event.group
    said = [{"name": n, "value": _plain(v)} for n, v in event.said() if n in _EVENT]
    return {
        "id": f"{trace.code}/{event.seq}",
        "type": event.activity,
        "time": event.at.isoformat(),
        "attributes": said,
        "relationships": touches,
    }


def _objects(traces: Iterable[Trace], named: _Named) -> Iterator[Json]:
    for trace in traces:
        named.issues[trace.issue] = None
        named.units.update(dict.fromkeys(unit for unit, _ in trace.units))
        for login, _ in trace.officials:
            named.officials.setdefault(login)
        yield _case(trace)
    named.units.update(dict.fromkeys(unit for unit in named.officials.values() if unit))
    yield from (_object(issue, "issue") for issue in named.issues)
    yield from (_object(_unit(unit), "unit") for unit in named.units)
    for login, unit in named.officials.items():
        links = [_link(_unit(unit), "of")] if unit else []
        yield _object(_official(login), "official", links=links)


def _case(trace: Trace) -> Json:
    begun = trace.registered_at
    said: list[tuple[datetime, str, str | int]] = [
        (begun, "workflow", trace.workflow),
        (begun, "version", trace.version),
        *((at, "state", state) for at, state in trace.states),
    ]
    if trace.outcome is not None:
        said.append((trace.events[-1].at if trace.events else begun, "outcome", trace.outcome))
    links = [
        _link(trace.issue, "task of"),
        *(_link(_unit(unit), part) for unit, part in trace.units),
        *(_link(_official(login), part) for login, part in trace.officials),
    ]
    return _object(trace.code, "case", said, links)


def _object(
    name: str,
    kind: str,
    said: Iterable[tuple[datetime, str, str | int]] = (),
    links: list[Json] | None = None,
) -> Json:
    values = [{"name": n, "time": at.isoformat(), "value": v} for at, n, v in said]
    return {"id": name, "type": kind, "attributes": values, "relationships": links or []}


def _link(name: str, part: str) -> Json:
    return {"objectId": name, "qualifier": part}


def _unit(name: str) -> str:
    return f"unit:{name}"


def _official(login: str) -> str:
    return f"official:{login}"


def _plain(value: Any) -> Any:  # noqa: ANN401  # a value of an event
    return value.isoformat() if isinstance(value, datetime) else value


def _joined(items: Iterable[Json]) -> Iterator[str]:
    between = ""
    for item in items:
        yield between + _json(item)
        between = ",\n"


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
