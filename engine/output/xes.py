"""XES (IEEE 1849-2016): one trace a case, written as it is read.

The standard's schema fixes the order: extensions, globals, classifiers, attributes, traces. What a
global names, every trace or event has.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from xml.sax.saxutils import quoteattr

from engine.output.eventlog import LoggedEvent, Trace, Value

_EXTENSIONS = ("Concept", "Lifecycle", "Organizational", "Time")
_PREFIXES = {"Organizational": "org"}
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NEVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def write(traces: Iterable[Trace]) -> Iterator[str]:
    """Write a log, a piece at a time."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">\n'
    yield from map(_extension, _EXTENSIONS)
    yield _global("trace", _attribute("concept:name", ""))
    named = (_attribute("concept:name", ""), _attribute("lifecycle:transition", "complete"))
    yield _global("event", *named, _attribute("time:timestamp", _NEVER))
    yield '<classifier name="Activity" scope="event" keys="concept:name"/>\n'
    yield _attribute("concept:name", "Duban") + "\n"
    yield _attribute("lifecycle:model", "standard") + "\n"
    for trace in traces:
        yield "".join(_trace(trace))
    yield "</log>\n"


def _extension(name: str) -> str:
    prefix = _PREFIXES.get(name, name.lower())
    uri = f"http://www.xes-standard.org/{prefix}.xesext"
    return f'<extension name="{name}" prefix="{prefix}" uri="{uri}"/>\n'


def _global(scope: str, *attributes: str) -> str:
    return f'<global scope="{scope}">{"".join(attributes)}</global>\n'


def _trace(trace: Trace) -> Iterator[str]:
    yield "<trace>\n" + _attribute("concept:name", trace.code)
    yield from (_attribute(name, value) for name, value in trace.said())
    yield "\n"
    for event in trace.events:
        yield f"<event>{''.join(_event(event))}</event>\n"
    yield "</trace>\n"


def _event(event: LoggedEvent) -> Iterator[str]:
    yield _attribute("concept:name", event.activity)
    yield _attribute("lifecycle:transition", "complete")
    yield _attribute("time:timestamp", event.at)
    if event.resource is not None:
        yield _attribute("org:resource", event.resource)
    if event.group is not None:
        yield _attribute("org:group", event.group)
    yield from (_attribute(name, value) for name, value in event.said())


def _attribute(key: str, value: Value) -> str:
    """Write one attribute; its element tells its type."""
    if isinstance(value, bool):
        kind, text = "boolean", str(value).lower()
    elif isinstance(value, int):
        kind, text = "int", str(value)
    elif isinstance(value, datetime):
        kind, text = "date", value.isoformat()
    else:
        kind, text = "string", _UNWRITABLE.sub("\ufffd", value)
    return f'<{kind} key="{key}" value={quoteattr(text)}/>'
