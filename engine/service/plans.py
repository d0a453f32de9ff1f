"""Verbs on the resolution plan 化解方案: write, adopt, report progress."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.domain import clocks, planning
from engine.domain.access import WRITERS, Principal, is_fit
from engine.domain.clocks import Beat
from engine.domain.draft import Draft
from engine.domain.events import Kind
from engine.domain.facts import is_finished
from engine.domain.records import Measure
from engine.domain.writers import require_writer
from engine.errors import ConflictError, NotFoundError
from engine.service import case_room, case_view
from engine.service.case_answers import CaseAnswer, MeasureAnswer
from engine.service.case_fields import Reader
from engine.service.case_parts_view import PartsView
from engine.service.case_room import Directory, Room
from engine.service.desk import Desk
from engine.words import message

STATUSES = ("under-way", "in-force", "done")
LONGEST_TITLE = 500
MOST_MEASURES = 100


@dataclass(frozen=True, slots=True)
class MeasureOrder:
    """A measure as a plan asks for it; with an `id` it goes on from the former version."""

    title: str
    owner: str | None = None
    unit: str | None = None
    start: date | None = None
    due: date | None = None
    evidence: str | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class PlanOrder:
    """A whole plan; after an adoption a change needs a reason."""

    version: int
    measures: Sequence[MeasureOrder]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ProgressOrder:
    """What is reported on a measure; `files` are ids of files of the case.

    `version` is that of the case, where the face knows it.
    """

    status: str
    note: str
    date: date
    files: Sequence[int] = ()
    version: int | None = None


def write_plan(desk: Desk, who: Principal, code: str, order: PlanOrder) -> CaseAnswer:
    """Write the next version of the plan; it binds once the lead leader adopts it.

    Raises NotFoundError, StaleError, ForbiddenError, ConflictError for a closed case, and
    InvalidError with every wrong field.
    """
    room = case_room.enter_to_write(desk, who, code, "plan", order.version)
    read = Reader(Directory(desk, who))
    measures = [_wanted(read, room, n, m) for n, m in enumerate(order.measures)]
    reason = read.text("reason", order.reason, optional=True)
    _check_plan(read, room, order, reason)
    read.refuse("invalid")
    draft = Draft(room.facts, desk.now)
    draft.bump()
    planning.write(draft, who.account_id or 0, measures)
    case_room.save(room, draft, Kind.PLAN_WRITTEN, reason=reason, by=WRITERS["plan"])
    return _shown(desk, who, code)


def adopt_plan(desk: Desk, who: Principal, code: str, version: int) -> CaseAnswer:
    """Adopt the newest version of the plan; from then on the clocks of its measures run.

    Raises what `write_plan` does, and ConflictError where there is nothing to adopt.
    """
    room = case_room.enter_to_write(desk, who, code, "plan.adopt", version)
    plan = room.facts.newest_plan
    if plan is None:
        raise ConflictError("plan-none")
    if plan.adopted_at is not None:
        raise ConflictError("plan-adopted-already")
    if late := planning.escaping(room.facts, desk.now):
        raise ConflictError("plan-late", titles="；".join(m.title for m in late))
    draft = Draft(room.facts, desk.now)
    draft.bump()
    beats = planning.adopt(draft, plan, who.account_id or 0)
    clocks.turn(draft, room.attempt(), beats)
    case_room.save(room, draft, Kind.PLAN_ADOPTED, by=WRITERS["plan.adopt"])
    return _shown(desk, who, code)


def record_progress(
    desk: Desk, who: Principal, code: str, measure_id: int, order: ProgressOrder
) -> MeasureAnswer:
    """Report on a measure; `done` and `in-force` end its limit, and count, only with a file.

    Raises NotFoundError for the case or the measure, StaleError, ForbiddenError, ConflictError
    before any plan was adopted or after closure, InvalidError with every wrong field.
    """
    room = case_room.enter_to_write(desk, who, code, "progress", order.version)
    measure = _measure(room, measure_id)
    require_writer("progress", room.facts, who, room.workflow, measure)
    if all(plan.adopted_at is None for plan in room.facts.plan):
        raise ConflictError("plan-none" if not room.facts.plan else "plan-draft")
    read = Reader()
    status = read.choice("status", order.status, STATUSES)
    note = read.text("note", order.note) or ""
    on = _done_on(read, room, order.date)
    files = _files(read, room, order.files)
    read.refuse("invalid")
    draft = Draft(room.facts, desk.now)
    draft.bump()
    report = planning.Report(status, note, on, files, who.account_id or 0)
    after = planning.report(draft, measure, report)
    clocks.turn(draft, room.attempt(), _beats(measure, after))
    case_room.save(room, draft, Kind.MEASURE_PROGRESSED, by=WRITERS["progress"])
    fresh = case_room.enter(desk, who, code)
    return PartsView(fresh).measure(_measure(fresh, measure_id))


def _beats(before: Measure, after: Measure) -> list[Beat]:
    """Tell the clocks that a measure is finished, or goes on after all."""
    if is_finished(after) and not is_finished(before):
        return [Beat("measure-finished", after.no)]
    if is_finished(before) and not is_finished(after):
        return [Beat("measure-adopted", after.no)]
    return []


def _shown(desk: Desk, who: Principal, code: str) -> CaseAnswer:
    return case_view.show(case_room.enter(desk, who, code))


def _measure(room: Room, measure_id: int) -> Measure:
    found = next((m for m in room.facts.measures if m.no == measure_id), None)
    if found is None:
        what = message("part-measure")
        raise NotFoundError("part-unknown", code=room.facts.case.code, id=measure_id, what=what)
    return found


def _wanted(read: Reader, room: Room, place: int, order: MeasureOrder) -> planning.Wanted:
    at = f"measures.{place}"
    owner = read.account(f"{at}.owner", order.owner) if order.owner is not None else None
    if owner is not None and not is_fit(owner.roles, "owner"):
        read.wrong(f"{at}.owner", "measure-owner", name=owner.name)
    unit = read.unit(f"{at}.unit", order.unit)
    start, due = read.day(f"{at}.start", order.start), read.day(f"{at}.due", order.due)
    if start and due and due < start:
        read.wrong(f"{at}.due", "measure-days", start=start, due=due)
    wanted = planning.Wanted(
        no=order.id,
        title=read.text(f"{at}.title", order.title, longest=LONGEST_TITLE) or "",
        owner_id=owner.id if owner else None,
        unit_id=unit.id if unit else None,
        start_on=start,
        due_on=due,
        evidence=read.text(f"{at}.evidence", order.evidence, optional=True),
    )
    _check_former(read, room, at, wanted)
    return wanted


def _check_former(read: Reader, room: Room, at: str, wanted: planning.Wanted) -> None:
    """Check a measure against its former version: what is past due keeps its date."""
    if wanted.no is None:
        return
    former = next((m for m in planning.going_on(room.facts) if m.no == wanted.no), None)
    if former is None:
        read.wrong(f"{at}.id", "measure-unknown", id=wanted.no)
        return
    bound = planning.bound_date(room.facts, former, room.desk.now)
    if bound is not None and wanted.due_on != bound:
        read.wrong(f"{at}.due", "measure-late", due=bound)


def _check_plan(read: Reader, room: Room, order: PlanOrder, reason: str | None) -> None:
    if not order.measures:
        read.wrong("measures", "measures-needed")
    if len(order.measures) > MOST_MEASURES:
        read.wrong("measures", "measures-many", most=MOST_MEASURES)
    unsaid = reason is None and not any(fault.field == "reason" for fault in read.faults)
    if unsaid and any(plan.adopted_at for plan in room.facts.plan):
        read.wrong("reason", "plan-reason")
    _check_ids(read, room, [m.id for m in order.measures if m.id is not None])


def _check_ids(read: Reader, room: Room, ids: list[int]) -> None:
    """Refuse a measure that stands twice, and one that is left out while it is overdue."""
    for twice in sorted({i for i in ids if ids.count(i) > 1}):
        read.wrong("measures", "measure-twice", id=twice)
    for measure in planning.going_on(room.facts):
        if measure.no not in ids and planning.is_late(room.facts, measure, room.desk.now):
            read.wrong("measures", "measure-late-dropped", title=measure.title[:80])


def _done_on(read: Reader, room: Room, day: date) -> date:
    found = read.day("date", day)
    if found is not None and found > room.desk.today:
        read.wrong("date", "progress-future", today=room.desk.today)
    return found or room.desk.today


def _files(read: Reader, room: Room, ids: Sequence[int]) -> list[int]:
    there = {row.no for row in room.facts.file}
    for unknown in [i for i in ids if i not in there]:
        read.wrong("files", "progress-file", id=unknown)
    return list(dict.fromkeys(ids))
