"""The parameters of a message as its sentence takes them, in whatever language it is read.

Messages keep codes, days as ISO 8601, numbers and names, never words of one language: whoever
caused one may speak another language than whoever reads it. (Some older ones hold words.)
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from engine.domain.derivation import day_in_full
from engine.service.workflow_changes import changes
from engine.service.workflows import workflow_of
from engine.words import alternatives, listed, message

RULES = "workflow."
"""How the kinds of messages begin that tell of another version of a workflow."""


def words_told(conn: Connection, kind: str, words: Mapping[str, Any]) -> dict[str, Any]:
    """Give the parameters of the sentence of a message."""
    said = dict(_said(name, value) for name, value in words.items())
    if kind.startswith(RULES):
        said |= _of_versions(conn, words)
    return said


def _said(name: str, value: Any) -> tuple[str, Any]:  # noqa: ANN401  # a parameter of a sentence
    how = _HOW.get(name)
    return how(value) if how else (name, value)


def _day(value: str) -> tuple[str, Any]:
    on = date.fromisoformat(value)
    return "day", message("day-bare-short", m=on.month, d=on.day)


def _by(value: str | None) -> tuple[str, Any]:
    return "by", value or message("calendar-operator")


def _why(value: str | None) -> tuple[str, Any]:
    return "why", value or message("rules-no-reason")


def _works(value: bool) -> tuple[str, Any]:  # noqa: FBT001  # a parameter of a sentence
    return "how", message("calendar-works" if value else "calendar-off")


def _because(value: Mapping[str, Any]) -> tuple[str, Any]:
    """Say why dates moved; the sentence has its own words."""
    parts = dict(_said(name, part) for name, part in value.items() if name != "code")
    if "on" in parts:
        parts["day"] = day_in_full(value["date"])
    return "reason", message(value["code"], **parts)


_HOW: dict[str, Callable[[Any], tuple[str, Any]]] = {
    "parties": lambda value: ("parties", alternatives(message(f"party-{one}") for one in value)),
    "day": _day,
    "date": lambda value: ("on", date.fromisoformat(value)),
    "works": _works,
    "labels": lambda value: ("label", listed(value)),
    "by": _by,
    "why": _why,
    "because": _because,
}


def _of_versions(conn: Connection, words: Mapping[str, Any]) -> dict[str, Any]:
    """Name the workflow, and what the two versions hold otherwise: neither can have changed."""
    name, old, new = words["workflow"], words["old"], words["new"]
    former = message("rules-former", old=old) if old else message("rules-none-before")
    return {
        "title": workflow_of(conn, name, new).title,
        "former": former,
        "changes": changes(conn, name, old, new),
    }
