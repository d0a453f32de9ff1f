"""The plan of a case: what may be written, what is adopted, and what may not escape its date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tests.model import ticking
from tests.model.deeds import DONE, Verdict
from tests.model.judging import Try
from tests.model.matter import Task, Version
from tests.model.writing import invalid, is_text, wrote


@dataclass(frozen=True)
class Wanted:
    """A measure as an order has it."""

    title: str
    owner: str | None
    unit: str | None
    start: date | None
    due: date | None
    evidence: str | None
    id: int | None


def judge_plan(t: Try, measures: Sequence[Wanted], why: str | None) -> Verdict:
    """Judge a plan; nothing in it may make lateness disappear."""
    known = {task.id: task for task in t.matter.tasks if _goes_on(t, task)}
    wrong = {f"measures.{n}.{name}" for n, m in enumerate(measures) for name in _flaws(t, m, known)}
    ids = [m.id for m in measures if m.id is not None]
    left_late = any(task.id not in ids and _late(t, task) for task in known.values())
    if not measures or len(set(ids)) < len(ids) or left_late:
        wrong.add("measures")
    if why is None and any(plan.adopted_by for plan in t.matter.plans):
        wrong.add("reason")
    return invalid(wrong)


def _goes_on(t: Try, task: Task) -> bool:
    """A measure goes on from version to version, also one that only a draft dropped."""
    return not task.dropped or t.matter.tick("measure", task.id) is not None


def _late(t: Try, task: Task) -> bool:
    tick = t.matter.tick("measure", task.id)
    return tick is not None and tick.late(t.office.now)


def _flaws(t: Try, wanted: Wanted, known: Mapping[int, Task]) -> set[str]:
    people, wrong = t.office.people, set()
    owner = people.get(wanted.owner or "")
    if wanted.owner is not None:
        fit = owner is not None and owner.enabled and owner.roles & {"leader", "unit"}
        wrong |= set() if fit else {"owner"}
    if wanted.unit is not None and wanted.unit not in t.office.above:
        wrong.add("unit")
    if wanted.start and wanted.due and wanted.due < wanted.start:
        wrong.add("due")
    if not is_text(wanted.title) or len(wanted.title) > 500:
        wrong.add("title")
    if wanted.id is not None and wanted.id not in known:
        wrong.add("id")
    former = known.get(wanted.id or 0)
    promised = promise_kept(t, former) if former else None
    return wrong | ({"due"} if promised and wanted.due != promised else set())


def promise_kept(t: Try, task: Task) -> date | None:
    """Give the date that a measure has to keep, because it was or is past it; else None."""
    line = [c for c in t.matter.ticks if c.kind == "measure" and c.subject == task.id]
    if not line:
        return None
    last = line[-1]
    return last.due_on if last.late(last.ended or t.office.now) else None


def write_plan(t: Try, measures: Sequence[Wanted], ids: Sequence[int]) -> None:
    """Add a version of the plan; `ids` are the numbers of its measures in their order."""
    matter = wrote(t)
    for wanted, number in zip(measures, ids, strict=True):
        task = next((task for task in matter.tasks if task.id == number), None)
        if task is None:
            task = Task(number, "", None, None, None, None, None)
            matter.tasks.append(task)
        task.title, task.owner, task.unit = wanted.title.strip(), wanted.owner, wanted.unit
        task.start, task.due, task.evidence = wanted.start, wanted.due, wanted.evidence
        task.dropped = False
    for task in matter.tasks:
        task.dropped = task.id not in ids
    matter.plans.append(Version(list(ids), t.who))


def judge_adoption(t: Try) -> Verdict:
    """Judge whether there is a plan to adopt, and whether it keeps what is late by now."""
    plans, late = t.matter.plans, [task for task in t.matter.tasks if _late(t, task)]
    kept = all(not task.dropped and task.due == promise_kept(t, task) for task in late)
    return DONE if plans and not plans[-1].adopted_by and kept else Verdict("conflict")


def adopt(t: Try) -> None:
    """Adopt the newest version; the clocks of its measures run, those of dropped ones stop."""
    matter = wrote(t)
    matter.plans[-1].adopted_by = t.who
    for task in matter.tasks:
        if matter.tick("measure", task.id) or not task.dropped:
            ticking.measure(t.office, matter, task)
