"""An event log as JSON, one event a line, for whoever writes a few lines of code of their own."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import orjson

from engine.output.eventlog import Trace, Value


def write(traces: Iterable[Trace]) -> Iterator[str]:
    """Write a log, an event at a time, in the order of cases."""
    for trace in traces:
        of = {"case": trace.code, "issue": trace.issue, "workflow": trace.workflow}
        for event in trace.events:
            who = {"resource": event.resource, "group": event.group}
            said = {name: _plain(value) for name, value in event.said()}
            row = {**of, "activity": event.activity, "at": event.at.isoformat(), **who, **said}
            yield orjson.dumps(row).decode() + "\n"


def _plain(value: Value) -> str | int | bool:
    return value.isoformat() if isinstance(value, datetime) else value
