"""What may be filled in with a step, and which fields of an order are wrong."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from tests.model.judging import Try, sees
from tests.model.rules import OUTCOMES, Arc

LONGEST = 20_000
Read = Callable[[Try, Any], Any]
"""Gives a field's value, or raises ValueError where it is none."""


def text(raw: Any) -> str:  # noqa: ANN401  # from a request
    """Read text that is not blank, not too long, and that can be shown."""
    if not isinstance(raw, str) or not raw.strip() or len(raw) > LONGEST:
        raise ValueError(raw)
    if any((ord(c) < 32 and c not in "\t\n\r") or ord(c) == 127 for c in raw):
        raise ValueError(raw)
    return raw.strip()


def _day(_t: Try, raw: Any) -> date:  # noqa: ANN401
    if not isinstance(raw, str) or len(raw) != 10:
        raise ValueError(raw)
    day = date.fromisoformat(raw)
    if str(day) != raw or not 2000 <= day.year < 2200:
        raise ValueError(raw)
    return day


def _leader(t: Try, raw: Any) -> str:  # noqa: ANN401
    login = text(raw).lower()
    if login not in t.office.people or not t.office.people[login].leads:
        raise ValueError(raw)
    return login


def _unit(t: Try, raw: Any) -> str:  # noqa: ANN401
    name = text(raw)
    if name not in t.office.above:
        raise ValueError(raw)
    return name


def _units(t: Try, raw: Any) -> list[str]:  # noqa: ANN401
    if not isinstance(raw, list):
        raise ValueError(raw)  # noqa: TRY004  # the signal of a wrong field
    return list(dict.fromkeys(_unit(t, name) for name in raw))


def _outcome(_t: Try, raw: Any) -> str:  # noqa: ANN401
    if raw not in OUTCOMES:
        raise ValueError(raw)
    return str(raw)


def _case(t: Try, raw: Any) -> str:  # noqa: ANN401
    code = text(raw)
    found = t.world.matters.get(code)
    if found is None or sees(t.office, found, t.who) == "nothing":
        raise ValueError(raw)
    return code


FIELDS: dict[str, Read] = {
    "body": lambda _t, raw: text(raw),
    "summary": lambda _t, raw: text(raw),
    "due": _day,
    "review_on": _day,
    "lead_leader": _leader,
    "to": _leader,
    "lead_unit": _unit,
    "supporting_units": _units,
    "outcome": _outcome,
    "into": _case,
}


def filled(t: Try, arc: Arc, raw: Mapping[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """Read what was filled in; give the values, and the names of the fields that are wrong."""
    data: dict[str, Any] = {}
    known = {name.rstrip("?") for name in arc.fields}
    wrong = {f"data.{name}" for name in raw if name not in known}
    for use in arc.fields:
        name = use.rstrip("?")
        if raw.get(name) is None:
            wrong |= set() if use.endswith("?") else {f"data.{name}"}
            continue
        try:
            data[name] = FIELDS[name](t, raw[name])
        except ValueError:
            wrong.add(f"data.{name}")
    return data, wrong | {f"data.{name}" for name in _unfit(t, arc, data)}


def _unfit(t: Try, arc: Arc, data: Mapping[str, Any]) -> set[str]:
    """Name the well-formed fields whose value cannot be."""
    matter, today = t.matter, t.office.today
    rules: dict[str, Callable[[Any], bool]] = {
        "assign.due": lambda due: due < today and due != matter.first_due,
        "assign.supporting_units": lambda units: data.get("lead_unit") in units,
        "request-extension.due": lambda due: matter.due is not None and due <= matter.due,
        "request-suspension.review_on": lambda day: day <= today,
        "hand-over.to": lambda to: to == matter.lead,
        "merge.into": lambda into: (
            into == matter.code or t.world.matters[into].closed_at is not None
        ),
    }
    found = {name: rules.get(f"{arc.trigger}.{name}") for name in data}
    return {name for name, rule in found.items() if rule and rule(data[name])}


def reason(arc: Arc, raw: str | None) -> tuple[str | None, set[str]]:
    """Read a reason; it may be blank only where none is asked for."""
    if raw is None or not raw.strip():
        return None, {"reason"} if arc.reason else set()
    try:
        return text(raw), set()
    except ValueError:
        return None, {"reason"}
