"""Published workflows: read one, as a case follows it, or as people look it up."""

from sqlalchemy import Connection
from typing_extensions import TypedDict

from engine.domain.access import Principal, require
from engine.domain.awaited import Awaited, awaited
from engine.domain.loader import load
from engine.domain.workflow import Workflow
from engine.errors import NotFoundError
from engine.service.desk import Desk
from engine.store import definitions, kept
from engine.words import Text, listed
from workflows.needs import VOCABULARY


class TitleAnswer(TypedDict):
    """The words of a thing in both languages."""

    zh: str
    en: str


class StateAnswer(TypedDict):
    """A state; `order` is its place in the picture, from 1."""

    name: str
    title: TitleAnswer
    order: int
    closed: bool


class TransitionAnswer(TypedDict):
    """One arc of a definition."""

    trigger: str
    title: TitleAnswer
    source: str | None
    target: str | None
    by: list[str]
    fields: list[str]
    reason_required: bool
    needs: list[str]
    effects: list[str]


class WorkflowAnswer(TypedDict):
    """A published definition; `digest` is the SHA-256 (hex) of its source."""

    name: str
    version: int
    title: TitleAnswer
    digest: str
    initial: str
    states: list[StateAnswer]
    transitions: list[TransitionAnswer]
    clocks: dict[str, TitleAnswer]
    settings: dict[str, int]


def workflow_of(conn: Connection, name: str, version: int | None = None) -> Workflow:
    """Read a published workflow, the newest where no version is asked for.

    Raises NotFoundError that names those there are.
    """
    return kept.of_office(conn, ("workflow", name, version), lambda: _read(conn, name, version))


def _read(conn: Connection, name: str, version: int | None) -> Workflow:
    digest = definitions.digest(conn, name, version)
    if digest is None:
        raise _unknown(conn, name, version)
    found = _READ.get(digest)
    if found is None:
        row = definitions.published(conn, name, version)
        if row is None:
            raise _unknown(conn, name, version)
        found = _remember(row.digest, row.source, f"{name}.toml")
    return found


def awaited_in(flow: Workflow) -> tuple[Awaited, ...]:
    """Tell for each clock of a workflow whom it waits for; settled once, for every list asks it."""
    found = _AWAITED.get(flow.digest)
    if found is None:
        found = _AWAITED[flow.digest] = awaited(flow, VOCABULARY.needs)
    return found


def list_workflows(desk: Desk, who: Principal) -> list[WorkflowAnswer]:
    """List every workflow in all its versions, the newest of each first.

    Cases stay on the version that they began with, so the words of all versions are needed.
    """
    require(who, "workflow.read")
    newest_first = sorted(definitions.versions(desk.conn), key=lambda v: (v[0], -v[1]))
    return [_answered(workflow_of(desk.conn, *version)) for version in newest_first]


def show_workflow(
    desk: Desk, who: Principal, name: str, version: int | None = None
) -> WorkflowAnswer:
    """Show a workflow, the newest version where none is asked for. Raises NotFoundError."""
    require(who, "workflow.read")
    return _answered(workflow_of(desk.conn, name, version))


_READ: dict[str, Workflow] = {}
"""Definitions by the digest of their source: a source never reads as anything else."""
_AWAITED: dict[str, tuple[Awaited, ...]] = {}
_ANSWERS: dict[str, WorkflowAnswer] = {}
"""Their answers, by the same digest: every page asks for all of them. Nobody changes them."""


def _remember(digest: str, source: str, file: str) -> Workflow:
    """Keep a definition only under the digest that its source really has."""
    found = load(source, file, VOCABULARY)
    if found.digest == digest:
        _READ[digest] = found
    return found


def _unknown(conn: Connection, name: str, version: int | None) -> NotFoundError:
    names = definitions.names(conn)
    if name in names:
        return NotFoundError("workflow-no-such-version", name=name, version=version)
    return NotFoundError("workflow-unknown", name=name[:80], known=listed(names))


def _title(words: Text) -> TitleAnswer:
    return {"zh": words.zh, "en": words.en}


def _answered(found: Workflow) -> WorkflowAnswer:
    known = _ANSWERS.get(found.digest)
    if known is None:
        known = _ANSWERS[found.digest] = _answer(found)
    return known


def _answer(found: Workflow) -> WorkflowAnswer:
    return {
        "name": found.name,
        "version": found.version,
        "title": _title(found.title),
        "digest": found.digest,
        "initial": found.initial,
        "states": [
            {"name": s.name, "title": _title(s.title), "order": s.order, "closed": s.is_closed}
            for s in sorted(found.states.values(), key=lambda state: state.order)
        ],
        "transitions": [
            {
                "trigger": arc.trigger,
                "title": _title(arc.title),
                "source": arc.source,
                "target": arc.target,
                "by": list(arc.by),
                "fields": [use.name + ("" if use.required else "?") for use in arc.fields],
                "reason_required": arc.reason_required,
                "needs": list(arc.needs),
                "effects": list(arc.effects),
            }
            for arc in found.transitions
        ],
        "clocks": {kind: _title(clock.title) for kind, clock in found.clocks.items()},
        "settings": dict(found.settings),
    }
