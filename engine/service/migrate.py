"""Take running cases over to another version of their workflow: all of them, or none.

First it is asked of every open case on the old version whether it can go over; a dry run tells
that and stops there. One case that cannot keeps all where they are.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from typing_extensions import TypedDict

from engine.domain.access import Principal, does, require
from engine.domain.events import Doer, Happening, Kind
from engine.domain.loosening import Difference, differences
from engine.domain.migration import Obstacle, Standing, doors, migration, obstacles, time_won
from engine.domain.records import Case, Clock
from engine.domain.workflow import Workflow
from engine.errors import ConflictError
from engine.failpoints import failpoint
from engine.service.desk import Desk
from engine.service.office import instant, wrong
from engine.service.overseers import tell_overseers
from engine.service.publishing import reason_of
from engine.service.workflow_changes import DifferenceAnswer, answer_of, together
from engine.service.workflows import workflow_of
from engine.store import definitions, hooks, ledger, rows
from engine.words import message, say

_BATCH = 500


@dataclass(frozen=True, slots=True)
class MigrationOrder:
    """From which version of a workflow to which other, and why."""

    name: str
    before: int
    after: int
    reason: str | None = None


class ObstacleAnswer(TypedDict):
    """Why a case cannot go over: a stable name, and the sentence."""

    obstacle: str
    message: str


class ObstacleCount(ObstacleAnswer):
    """How many cases something keeps where they are."""

    count: int


class KeptClock(TypedDict):
    """A clock that runs on as it stands."""

    kind: str
    due_at: str
    paused: bool


class FateAnswer(TypedDict):
    """What becomes of one case; `gains` and `loses` are the steps from where it stands."""

    code: str
    state: str
    moves: bool
    obstacles: list[ObstacleAnswer]
    clocks: list[KeptClock]
    waiting: list[str]
    gains: list[str]
    loses: list[str]


MigrationAnswer = TypedDict(
    "MigrationAnswer",
    {
        "name": str,
        "from": int,
        "to": int,
        "done": bool,
        "total": int,
        "blocked": int,
        "closed": int,
        "obstacles": list[ObstacleCount],
        "changes": list[DifferenceAnswer],
        "cases": list[FateAnswer],
    },
)
"""All running cases on the old version; `closed` counts the closed ones, which stay on it.

`changes` says what the other version holds otherwise about time, what is looser first: where
anything is, every running case stays. An administrator sees no case: for one `cases` is empty, and
`obstacles` counts what keeps them.
"""


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two versions, what they hold otherwise, and what keeps every case for it."""

    before: Workflow
    after: Workflow
    found: tuple[Difference, ...]
    held: tuple[Obstacle, ...]


def preview_migration(desk: Desk, who: Principal, order: MigrationOrder) -> MigrationAnswer:
    """Tell what a migration would do with each case; it changes nothing.

    Raises ForbiddenError; NotFoundError for a version that there is not; InvalidError.
    """
    pair = _versions(desk, who, order)
    fates = _fates(desk, pair, _listed(desk, order, lock=False))
    return _answer(desk, who, order, pair, fates)


def migrate_cases(desk: Desk, who: Principal, order: MigrationOrder) -> MigrationAnswer:
    """Take all running cases over, each with an event of its own.

    Raises what `preview_migration` does, and ConflictError where a case cannot go over.
    """
    pair, reason = _versions(desk, who, order), reason_of(order.reason)
    ids = _listed(desk, order, lock=True)
    fates = _fates(desk, pair, ids)
    _refuse_blocked(who, order, pair, fates)
    for cases in _cases(desk, ids):
        _move(desk, who, reason, pair.after, cases)
        failpoint("migrate.step")
    if ids:
        _tell(desk, who, reason, pair, len(ids))
    return {**_answer(desk, who, order, pair, fates), "done": True}


def _refuse_blocked(
    who: Principal, order: MigrationOrder, pair: _Pair, fates: Sequence[FateAnswer]
) -> None:
    """Raise ConflictError where a case cannot go over; where none can, it says what is looser."""
    blocked = [fate["code"] for fate in fates if not fate["moves"]]
    looser = together([one for one in pair.found if one.wins])
    if blocked and pair.held:
        words = message("migrate-looser", old=order.before, new=order.after, changes=looser)
        raise ConflictError(words)
    if blocked and _sees_cases(who):
        raise ConflictError("migrate-blocked", count=len(blocked), first=blocked[0])
    if blocked:
        raise ConflictError("migrate-blocked-some", count=len(blocked))


def _versions(desk: Desk, who: Principal, order: MigrationOrder) -> _Pair:
    require(who, "workflow.migrate")
    if order.before == order.after:
        raise wrong("to", "migrate-same", version=order.after)
    before = workflow_of(desk.conn, order.name, order.before)
    after = workflow_of(desk.conn, order.name, order.after)
    found = differences(before, after)
    return _Pair(before, after, found, time_won(found))


def _listed(desk: Desk, order: MigrationOrder, *, lock: bool) -> list[int]:
    return definitions.open_cases(desk.conn, order.name, order.before, lock=lock)


def _cases(desk: Desk, ids: Sequence[int]) -> Iterator[list[Case]]:
    for start in range(0, len(ids), _BATCH):
        yield rows.fetch(desk.conn, "case", id=list(ids[start : start + _BATCH]))


def _fates(desk: Desk, pair: _Pair, ids: Sequence[int]) -> list[FateAnswer]:
    return [fate for cases in _cases(desk, ids) for fate in _batch(desk, pair, cases)]


def _batch(desk: Desk, pair: _Pair, cases: Sequence[Case]) -> Iterator[FateAnswer]:
    parts = rows.fetch_parts(desk.conn, [case.id for case in cases], ("clock", "request"))
    for case in cases:
        own = parts[case.id]
        yield _fate(desk, Standing(case, own["clock"], own["request"]), pair)


def _fate(desk: Desk, it: Standing, pair: _Pair) -> FateAnswer:
    before, after = pair.before, pair.after
    found = (*pair.held, *obstacles(it, before, after))
    had, has = doors(before, it.case.state), doors(after, it.case.state)
    return {
        "code": it.case.code,
        "state": it.case.state,
        "moves": not found,
        "obstacles": [
            {"obstacle": one.name, "message": say(one.message, desk.locale)} for one in found
        ],
        "clocks": [_kept(desk, clock) for clock in it.running],
        "waiting": [request.kind for request in it.requests if request.state == "pending"],
        "gains": [trigger for trigger in has if trigger not in had],
        "loses": [trigger for trigger in had if trigger not in has],
    }


def _kept(desk: Desk, clock: Clock) -> KeptClock:
    due_at = instant(clock.due_at, desk.zone)
    return {"kind": clock.kind, "due_at": due_at, "paused": clock.paused_at is not None}


def _move(
    desk: Desk, who: Principal, reason: str | None, after: Workflow, cases: Sequence[Case]
) -> None:
    doer = Doer(who.account_id, via=desk.via)
    happenings = [
        Happening(
            Kind.CASE_MIGRATED, desk.now, desk.now, doer, [migration(case, after)],
            case_id=case.id, case_code=case.code, workflow=after.label,
            workflow_digest=after.digest, reason=reason,
        )
        for case in cases
    ]  # fmt: skip
    rows.apply(desk.conn, [delta for told in happenings for delta in told.deltas])
    ledger.append_many(desk.conn, happenings)
    hooks.announce_last(desk.conn, Kind.CASE_MIGRATED, [case.id for case in cases], desk.now)


def _tell(desk: Desk, who: Principal, reason: str | None, pair: _Pair, count: int) -> None:
    """Tell the office's log of the migration as a whole, and whoever watches over the office."""
    after, old = pair.after, pair.before.version
    happening = Happening(
        Kind.WORKFLOW_MIGRATED, desk.now, desk.now, Doer(who.account_id, via=desk.via), [],
        workflow=after.label, workflow_digest=after.digest, reason=reason,
        facts={"old": old, "count": count},
    )  # fmt: skip
    hooks.announce(desk.conn, ledger.append(desk.conn, happening), desk.now)
    words = {"workflow": after.name, "old": old, "new": after.version, "count": count}
    told = {**words, "by": who.name or None, "why": reason}
    tell_overseers(desk, Kind.WORKFLOW_MIGRATED, told)


def _answer(
    desk: Desk, who: Principal, order: MigrationOrder, pair: _Pair, fates: list[FateAnswer]
) -> MigrationAnswer:
    return {
        "name": order.name,
        "from": order.before,
        "to": order.after,
        "done": False,
        "total": len(fates),
        "blocked": sum(not fate["moves"] for fate in fates),
        "closed": definitions.closed_cases(desk.conn, order.name, order.before),
        "obstacles": _counted(fates),
        "changes": [answer_of(one, desk.locale) for one in pair.found],
        "cases": fates if _sees_cases(who) else [],
    }


def _sees_cases(who: Principal) -> bool:
    """Tell whether somebody may be told of single cases: whoever is at the machine, no account."""
    return who.account_id is None or does(who, "case.read")


def _counted(fates: Sequence[FateAnswer]) -> list[ObstacleCount]:
    found = Counter(
        (one["obstacle"], one["message"]) for fate in fates for one in fate["obstacles"]
    )
    return [{"obstacle": n, "message": m, "count": count} for (n, m), count in found.items()]
