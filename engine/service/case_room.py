"""What all verbs on one case share: open it, decide in it, write the change and its event."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.domain.access import Principal
from engine.domain.attempt import Attempt
from engine.domain.draft import Draft
from engine.domain.events import Delta, Doer, Happening, Kind
from engine.domain.facts import CaseFacts
from engine.domain.parties import PARTIES
from engine.domain.records import Account, Case, Unit
from engine.domain.workflow import Workflow
from engine.domain.writers import STAYS_OPEN, require_writer
from engine.errors import ConflictError, NotFoundError, StaleError
from engine.failpoints import failpoint
from engine.service.desk import Desk
from engine.service.office import clean
from engine.service.workflows import workflow_of
from engine.store import cases, hooks, ledger, rows


@dataclass(frozen=True, slots=True)
class Room:
    """One case, opened by a caller: its facts, its workflow, and whose view it is."""

    desk: Desk
    who: Principal
    facts: CaseFacts
    workflow: Workflow

    def attempt(self) -> Attempt:
        """Give what the rules look at."""
        return Attempt(
            state=self.facts.case.state,
            facts=self.facts,
            workflow=self.workflow,
            who=self.who,
            now=self.desk.now,
            zone=self.desk.zone,
            calendar=self.desk.calendar,
        )


class Directory:
    """Finds accounts, units and visible cases by what requests call them."""

    def __init__(self, desk: Desk, who: Principal) -> None:
        self._desk = desk
        self._who = who

    def account(self, login: str) -> Account | None:
        """Find an account by its login."""
        found: Account | None = rows.fetch_one(
            self._desk.conn, "account", login=clean(login).lower()
        )
        return found

    def unit(self, name: str) -> Unit | None:
        """Find a unit by its name."""
        found: Unit | None = rows.fetch_one(self._desk.conn, "unit", name=clean(name))
        return found

    def case(self, code: str) -> Case | None:
        """Find a case that the caller may see by its code."""
        return cases.find(self._desk.conn, clean(code), self._who, self._desk.now)


def enter(
    desk: Desk, who: Principal, code: str, *, version: int | None = None, change: bool = False
) -> Room:
    """Open a case, to read it or, with `change`, to decide on it and keep other writers off it.

    Raises NotFoundError where there is none such, or it is not the caller's to read; StaleError
    where it is not in the given version any more. Who knows a case in summary alone may try to
    change it, and is then told whose that is.
    """
    case = find(desk, who, code, lock=change)
    if not change and not cases.is_seen_in_full(desk.conn, case.id, who, desk.now):
        raise not_found(code)
    if version is not None and case.version != version:
        raise StaleError("stale")
    workflow = workflow_of(desk.conn, case.workflow, case.workflow_version)
    return Room(desk, who, cases.load(desk.conn, case, locked=change), workflow)


def find(desk: Desk, who: Principal, code: str, *, lock: bool = False) -> Case:
    """Find a case that the caller may know of. Raises NotFoundError."""
    case = cases.find(desk.conn, clean(code), who, desk.now, lock=lock)
    if case is None:
        raise not_found(code)
    return case


def not_found(code: str) -> NotFoundError:
    """Say that there is no such case, or not for the caller: the two sound alike."""
    return NotFoundError("case-unknown", code=code[:40])


def enter_to_write(
    desk: Desk, who: Principal, code: str, part: str, version: int | None = None
) -> Room:
    """Open a case in order to write one of its parts; a measure's owner may write of any, so far.

    Raises what `enter` does; ForbiddenError where the part is somebody else's to write, and
    ConflictError where the case is closed.
    """
    room = enter(desk, who, code, version=version, change=True)
    require_writer(part, room.facts, who, room.workflow)
    if part not in STAYS_OPEN and room.facts.case.closed_at is not None:
        raise ConflictError("case-closed", code=room.facts.case.code)
    return room


def save(
    room: Room,
    draft: Draft,
    kind: Kind | str,
    *,
    reason: str | None = None,
    by: Sequence[str] = (),
    **said: Any,  # noqa: ANN401  # parts of the happening
) -> Room:
    """Write a draft and the event that tells of it; `by` are the parties that could do it.

    Gives the room as it is afterwards. Raises StaleError where somebody else changed the case in
    between.
    """
    tell(room, draft.deltas(), kind, reason=reason, by=by, **said)
    return replace(room, facts=cases.keep(room.desk.conn, draft.before, draft.facts))


def tell(
    room: Room,
    deltas: Sequence[Delta],
    kind: Kind | str,
    *,
    reason: str | None = None,
    by: Sequence[str] = (),
    **said: Any,  # noqa: ANN401  # parts of the happening
) -> None:
    """Write rows, and the event of the case's stream that tells of them; webhooks hear of it."""
    case = room.facts.case
    doer = Doer(room.who.account_id, on_behalf_of(room, by), room.desk.via)
    happening = Happening(
        kind,
        room.desk.now,
        room.desk.now,
        doer,
        deltas,
        case_id=case.id,
        case_code=case.code,
        workflow=room.workflow.label,
        workflow_digest=room.workflow.digest,
        reason=reason,
        **said,
    )
    told = ledger.change(room.desk.conn, happening)
    hooks.announce(room.desk.conn, told, room.desk.now)
    failpoint("step.before-commit")


def on_behalf_of(room: Room, by: Sequence[str]) -> int | None:
    """Name the lead leader whom the caller stands in for; None who acts in a part of its own."""
    lead, me = room.facts.case.lead_id, room.who
    if lead is None or lead == me.account_id or lead not in me.stands_in_for:
        return None
    others = (party for party in by if party in PARTIES and party != "lead-leader")
    own = any(PARTIES[party].holds(room.facts, me, room.workflow) for party in others)
    return None if own or "lead-leader" not in by else lead
