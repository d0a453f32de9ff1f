"""Checks of the whole log on demand: one at a time, in a process apart, told of as they go.

A check of a large log takes minutes of processor time. It runs beside the server, behind it in
priority, on one consistent state that it only reads; what it has come to stands in a row.
"""

from base64 import b64encode
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from typing_extensions import TypedDict

from engine.domain.access import Principal, require
from engine.errors import ConflictError
from engine.service.desk import Desk
from engine.service.findings import FindingAnswer
from engine.service.office import instant
from engine.service.people_answers import PersonAnswer
from engine.settings import real_now
from engine.store import checkpoints, checks, ledger, rows
from engine.store.checks import Run

SILENCE = timedelta(seconds=60)
"""How long a check may not be heard of before its process counts as gone."""
APART = "engine.cli.checking"
"""The module that does one, in a process apart."""
MOST_SECONDS = 3600
"""How long a check may take in all."""


class PointAnswer(TypedDict):
    """A signed checkpoint; `newer` are the events that came after it."""

    size: int
    root: str
    at: str
    hours: int
    newer: int
    note: str


class OutcomeAnswer(TypedDict):
    """What a check came to, as `verify` gives it, in the reader's language."""

    intact: bool
    size: int
    root: str
    findings: list[FindingAnswer]
    unprovable_after: int


class RunAnswer(TypedDict):
    """A check; `outcome` is None while it runs or where it broke off."""

    id: int
    running: bool
    started_at: str
    ended_at: str | None
    asked_by: PersonAnswer
    done: int
    total: int
    outcome: OutcomeAnswer | None


class IntegrityAnswer(TypedDict):
    """The log as it is, its newest checkpoint, the check that runs and the last one that ended."""

    size: int
    checkpoint: PointAnswer | None
    running: RunAnswer | None
    broken_off: bool
    last: RunAnswer | None


def integrity(desk: Desk, who: Principal) -> IntegrityAnswer:
    """Tell how the log stands and what its checks came to. Raises ForbiddenError."""
    require(who, "supervision.read")
    size, newest, last = (
        ledger.head(desk.conn),
        checks.newest(desk.conn),
        checks.last_done(desk.conn),
    )
    alive = newest is not None and newest.running is not None and not _is_silent(newest)
    broken = newest is not None and not alive and newest.intact is None
    return {
        "size": size,
        "checkpoint": _point(desk, size),
        "running": _answer(desk, newest) if alive and newest else None,
        "broken_off": broken,
        "last": _answer(desk, last) if last else None,
    }


def begin_check(desk: Desk, who: Principal) -> int:
    """Note that a check begins; give its number. Raises ForbiddenError, ConflictError."""
    require(who, "audit.verify")
    checks.give_up(desk.conn, real_now() - SILENCE, desk.now)
    newest = checks.newest(desk.conn)
    if newest is not None and newest.running is not None:
        raise ConflictError("verify-runs")
    total = 2 * ledger.head(desk.conn)
    return checks.begin(desk.conn, who.account_id or 0, desk.now, real_now(), total)


def _point(desk: Desk, size: int) -> PointAnswer | None:
    kept = checkpoints.newest(desk.conn)
    if kept is None:
        return None
    at = checkpoints.signed_at(desk.conn, kept.size)
    return {
        "size": kept.size,
        "root": b64encode(kept.root).decode(),
        "at": instant(at, desk.zone),
        "hours": max(0, int((desk.now - at) / timedelta(hours=1))),
        "newer": max(0, size - kept.size),
        "note": kept.note,
    }


def _is_silent(run: Run) -> bool:
    return run.beat_at < real_now() - SILENCE


def _answer(desk: Desk, run: Run) -> RunAnswer:
    by = rows.fetch_one(desk.conn, "account", id=run.asked_by)
    return {
        "id": run.id,
        "running": run.running is not None,
        "started_at": instant(run.started_at, desk.zone),
        "ended_at": None if run.ended_at is None else instant(run.ended_at, desk.zone),
        "asked_by": {"login": by.login, "name": by.name, "post": by.post},
        "done": run.done,
        "total": max(run.total, run.done),
        "outcome": None if run.outcome is None else _outcome(desk, run.outcome),
    }


def _outcome(desk: Desk, kept: Mapping[str, Any]) -> OutcomeAnswer:
    found = [{**one, "detail": one["detail"][desk.locale]} for one in kept["findings"]]
    told: Any = {**kept, "findings": found}
    outcome: OutcomeAnswer = told
    return outcome
