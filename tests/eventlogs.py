"""Readers of event logs that know nothing of Duban: from the standards alone.

XES (IEEE 1849-2016) is read as its meta-model has it: attributes by key, typed by their element;
what a global names has to be there. OCEL 2.0 is held to its JSON form and to its references.
"""

import xml.etree.ElementTree as ET  # our own files
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lxml import etree

_NAMESPACE = "{http://www.xes-standard.org/}"
_SCHEMA = Path(__file__).parent / "data" / "xes" / "log.xsd"
_TYPES: dict[str, Callable[[str], Any]] = {
    "string": str,
    "date": datetime.fromisoformat,
    "int": int,
    "boolean": lambda text: {"true": True, "false": False}[text],
}
Values = dict[str, Any]


@dataclass(frozen=True)
class Log:
    """A log: its own attributes, and for each trace its attributes and events."""

    values: Values
    traces: list[tuple[Values, list[Values]]]

    def of(self, name: str) -> list[Values]:
        """Give the events of the one trace of a name."""
        (found,) = [events for values, events in self.traces if values["concept:name"] == name]
        return found


def read_xes(text: str) -> Log:
    """Read a log that the schema holds, with every attribute that its globals promise."""
    etree.XMLSchema(etree.parse(_SCHEMA)).assertValid(etree.fromstring(text.encode()))
    return _log(ET.fromstring(text), _NAMESPACE)


def read_foreign_xes(file: Path) -> Log:
    """Read somebody else's log, which may have no namespace and attributes of other types."""
    return _log(ET.parse(file).getroot(), "")


def _log(root: ET.Element, space: str) -> Log:
    promised = {
        one.get("scope"): set(_values(one, space)) for one in root.iter(f"{space}global")
    } if space else {}  # fmt: skip
    traces = []
    for trace in root.iter(f"{space}trace"):
        values = _values(trace, space)
        events = [_values(event, space) for event in trace.iter(f"{space}event")]
        assert promised.get("trace", set()) <= values.keys()
        assert all(promised.get("event", set()) <= event.keys() for event in events)
        traces.append((values, events))
    return Log(_values(root, space), traces)


def _values(element: ET.Element, space: str) -> Values:
    kinds = {f"{space}{name}": read for name, read in _TYPES.items()}
    return {
        child.attrib["key"]: kinds[child.tag](child.attrib["value"])
        for child in element
        if child.tag in kinds
    }


@dataclass(frozen=True)
class Objects:
    """An object-centric log: objects by id with their types, and the events."""

    objects: Mapping[str, str]
    events: list[Values]

    def of(self, name: str, qualifier: str = "case") -> list[Values]:
        """Give the events that touch an object in some part."""
        wanted = {"objectId": name, "qualifier": qualifier}
        return [event for event in self.events if wanted in event["relationships"]]


def read_ocel(log: Values) -> Objects:
    """Read a log in which every name that is used is declared, once."""
    kinds = {one["name"]: _kinds(one) for one in log["objectTypes"]}
    happenings = {one["name"]: _kinds(one) for one in log["eventTypes"]}
    objects = {one["id"]: one["type"] for one in log["objects"]}
    assert len(objects) == len(log["objects"])
    assert len({one["id"] for one in log["events"]}) == len(log["events"])
    for one in log["objects"]:
        _hold(one, kinds[one["type"]], objects)
        assert all(datetime.fromisoformat(said["time"]).tzinfo for said in one["attributes"])
    for one in log["events"]:
        _hold(one, happenings[one["type"]], objects)
        assert datetime.fromisoformat(one["time"]).tzinfo
    return Objects(objects, log["events"])


_JSON = {"string": str, "integer": int, "boolean": bool, "time": str}


def _kinds(declared: Values) -> dict[str, type]:
    return {one["name"]: _JSON[one["type"]] for one in declared["attributes"]}


def _hold(one: Values, kinds: Mapping[str, type], objects: Mapping[str, str]) -> None:
    for said in one["attributes"]:
        assert type(said["value"]) is kinds[said["name"]], said
    assert {link["objectId"] for link in one["relationships"]} <= objects.keys()
    assert len(list(_links(one))) == len(set(_links(one)))


def _links(one: Values) -> Iterator[tuple[str, str]]:
    return ((link["objectId"], link["qualifier"]) for link in one["relationships"])
