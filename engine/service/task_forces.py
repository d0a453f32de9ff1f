"""The verb that names the task force 工作专班: a liaison, and officers of every unit."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.domain import tenure
from engine.domain.access import WRITERS, Principal, is_fit
from engine.domain.draft import Draft
from engine.domain.events import Kind
from engine.service import case_room, case_view
from engine.service.case_answers import CaseAnswer
from engine.service.case_fields import Reader
from engine.service.case_room import Directory, Room
from engine.service.desk import Desk
from engine.store import people

MOST_MEMBERS = 100


@dataclass(frozen=True, slots=True)
class TaskForceOrder:
    """The whole task force as it shall be: people by login, with the unit that each stands for."""

    version: int
    liaison: str
    members: Sequence[tuple[str, str]]


def set_task_force(desk: Desk, who: Principal, code: str, order: TaskForceOrder) -> CaseAnswer:
    """Name the task force; whoever is named no longer leaves it now.

    Raises NotFoundError, StaleError, ForbiddenError, ConflictError for a closed case, and
    InvalidError with every wrong field.
    """
    room = case_room.enter_to_write(desk, who, code, "task-force", order.version)
    read = Reader(Directory(desk, who))
    wanted = {("liaison", _liaison(read, order), None), *_members(read, room, order)}
    read.refuse("invalid")
    draft = Draft(room.facts, desk.now)
    draft.bump()
    tenure.staff(draft, wanted)
    case_room.save(room, draft, Kind.TASK_FORCE_SET, by=WRITERS["task-force"])
    return case_view.show(case_room.enter(desk, who, code))


def _liaison(read: Reader, order: TaskForceOrder) -> int:
    found = read.account("liaison", order.liaison)
    if found is not None and not is_fit(found.roles, "member"):
        read.wrong("liaison", "member-not-officer", name=found.name)
    return found.id if found else 0


def _members(read: Reader, room: Room, order: TaskForceOrder) -> list[tuple[str, int, int | None]]:
    if len(order.members) > MOST_MEMBERS:
        read.wrong("members", "members-many", most=MOST_MEMBERS)
        return []
    found = [_member(read, room, n, *one) for n, one in enumerate(order.members)]
    named = [account for _, account, _ in found if account]
    for twice in {account for account in named if named.count(account) > 1}:
        read.wrong("members", "member-twice", name=_name(read, order, twice))
    return found


def _name(read: Reader, order: TaskForceOrder, account_id: int) -> str:
    accounts = (read.account("members", login) for login, _ in order.members)
    return next((a.name for a in accounts if a and a.id == account_id), "")


def _member(
    read: Reader, room: Room, place: int, login: str, unit_name: str
) -> tuple[str, int, int | None]:
    at = f"members.{place}"
    account, unit = read.account(f"{at}.account", login), read.unit(f"{at}.unit", unit_name)
    if account is not None and not is_fit(account.roles, "member"):
        read.wrong(f"{at}.account", "member-not-officer", name=account.name)
    if unit is not None and unit.id not in room.facts.unit_ids:
        read.wrong(f"{at}.unit", "member-unit-not-here", unit=unit.name)
    elif account and unit and account.unit_id not in people.units_below(room.desk.conn, unit.id):
        read.wrong(f"{at}.account", "member-not-of-unit", name=account.name, unit=unit.name)
    return "member", account.id if account else 0, unit.id if unit else None
