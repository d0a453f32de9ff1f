"""The resolution plan: its versions, its measures, and what is reported on them.

A plan is never edited: each writing is the next version. A measure goes on under its number from
version to version. What is past due keeps its date and its place until it is done or in force:
no new version makes lateness disappear.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine.domain.clocks import Beat, limit_passed
from engine.domain.draft import Draft
from engine.domain.facts import FINISHED, CaseFacts, is_finished
from engine.domain.records import Measure, Plan, Progress

PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A measure as the next version shall have it; `no` is None for a new one."""

    no: int | None
    title: str
    owner_id: int | None
    unit_id: int | None
    start_on: date | None
    due_on: date | None
    evidence: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """What is reported on a measure."""

    status: str
    note: str
    done_on: date
    files: Sequence[int]
    by_id: int


def is_late(facts: CaseFacts, measure: Measure, now: datetime) -> bool:
    """Tell whether a measure's clock has passed its date without the measure being finished."""
    clock = facts.clock_of("measure", measure.no)
    return clock is not None and limit_passed(clock, now)


def bound_date(facts: CaseFacts, measure: Measure, now: datetime) -> date | None:
    """Give the date that a measure keeps: the one that it is past, or was when it was finished."""
    line = [c for c in facts.clock if c.kind == "measure" and c.subject == measure.no]
    if not line or not limit_passed(line[-1], line[-1].ended_at or now):
        return None
    return line[-1].due_on


def going_on(facts: CaseFacts) -> tuple[Measure, ...]:
    """Give the measures that the next version may go on with: what only a draft dropped, too."""
    return tuple(m for m in facts.measure if not m.dropped or facts.clock_of("measure", m.no))


def escaping(facts: CaseFacts, now: datetime) -> tuple[Measure, ...]:
    """Give the measures that are past their date and that the newest version drops or moves."""
    late = (m for m in facts.measure if is_late(facts, m, now))
    return tuple(m for m in late if m.dropped or m.due_on != bound_date(facts, m, now))


def write(draft: Draft, by_id: int, wanted: Sequence[Wanted]) -> Plan:
    """Add the next version of the plan; measures that it leaves out are dropped."""
    former = draft.facts.newest_plan
    kept = [_carry(draft, one) for one in wanted]
    for measure in draft.facts.measures:
        if measure.no not in kept:
            draft.change(measure, dropped=True)
    return draft.add(
        Plan,
        version=former.version + 1 if former else 1,
        measures=kept,
        written_by=by_id,
        written_at=draft.now,
        adopted_by=None,
        adopted_at=None,
    )


def _carry(draft: Draft, wanted: Wanted) -> int:
    """Change the measure that goes on, or add a new one; give its number."""
    terms = {
        "title": wanted.title,
        "owner_id": wanted.owner_id,
        "unit_id": wanted.unit_id,
        "start_on": wanted.start_on,
        "due_on": wanted.due_on,
        "evidence": wanted.evidence,
        "dropped": False,
    }
    former = next((m for m in going_on(draft.facts) if m.no == wanted.no), None)
    if former is not None:
        return draft.change(former, **terms).no
    blank = {"status": PLANNED, "proved": False, "finished_at": None}
    return draft.add(Measure, **terms, **blank).no


def adopt(draft: Draft, plan: Plan, by_id: int) -> list[Beat]:
    """Adopt a version; give what the clocks of its measures, and of dropped ones, shall hear."""
    draft.change(plan, adopted_by=by_id, adopted_at=draft.now)
    running = {c.subject for c in draft.facts.running if c.kind == "measure"}
    dropped = [m for m in draft.facts.measure if m.dropped and m.no in running]
    due = [m for m in draft.facts.measures if not is_finished(m)]
    return [Beat("measure-dropped", m.no) for m in dropped] + [
        Beat("measure-adopted", m.no) for m in due
    ]


def resumed(facts: CaseFacts) -> list[Beat]:
    """Give what the clocks of measures shall hear when a closed case is taken up again."""
    closed = facts.case.closed_at
    stopped = {c.subject for c in facts.clock if c.kind == "measure" and c.ended_at == closed}
    due = [m for m in facts.measures if m.no in stopped and not is_finished(m)]
    return [Beat("measure-adopted", m.no) for m in due]


def report(draft: Draft, measure: Measure, what: Report) -> Measure:
    """Add a report and carry its status, and whether it was proved, over to the measure.

    What proved a finished measure stands until it goes on after all.
    """
    draft.add(
        Progress,
        measure_no=measure.no,
        status=what.status,
        note=what.note,
        done_on=what.done_on,
        files=list(what.files),
        by_id=what.by_id,
        at=draft.now,
    )
    claimed = what.status in FINISHED
    proved = bool(what.files) or (claimed and is_finished(measure))
    return draft.change(
        measure,
        status=what.status,
        proved=proved,
        finished_at=(measure.finished_at or draft.now) if claimed and proved else None,
    )
