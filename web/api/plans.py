"""Operations on the task force, the resolution plan, and progress on its measures."""

from engine.domain.access import Principal
from engine.domain.events import Kind
from engine.service import plans, task_forces
from engine.service.case_answers import CaseAnswer, MeasureAnswer
from engine.service.desk import Desk
from web.api.forms.plans import AdoptForm, PlanForm, ProgressForm, TaskForceForm
from web.api.operations import Operations

OPERATIONS = Operations("plans")


@OPERATIONS.put(
    "/cases/{code}/task-force", permission="case.task-force", object="case",
    events=(Kind.TASK_FORCE_SET,),
)  # fmt: skip
def set_task_force(desk: Desk, who: Principal, code: str, form: TaskForceForm) -> CaseAnswer:
    """Name the task force: a liaison, and officers of every unit."""
    return task_forces.set_task_force(desk, who, code, form.order())


@OPERATIONS.put(
    "/cases/{code}/plan", permission="case.plan", object="case", events=(Kind.PLAN_WRITTEN,)
)
def write_plan(desk: Desk, who: Principal, code: str, form: PlanForm) -> CaseAnswer:
    """Write the next version of the plan."""
    return plans.write_plan(desk, who, code, form.order())


@OPERATIONS.post(
    "/cases/{code}/plan/adopt",
    permission="case.plan.adopt",
    object="case",
    events=(Kind.PLAN_ADOPTED,),
)
def adopt_plan(desk: Desk, who: Principal, code: str, form: AdoptForm) -> CaseAnswer:
    """Adopt the newest version of the plan."""
    return plans.adopt_plan(desk, who, code, form.version)


@OPERATIONS.post(
    "/cases/{code}/measures/{id}/progress", permission="case.progress", object="case",
    events=(Kind.MEASURE_PROGRESSED,), status=201,
)  # fmt: skip
def record_progress(
    desk: Desk,
    who: Principal,
    code: str,
    id: int,  # noqa: A002  # as the address has it
    form: ProgressForm,
) -> MeasureAnswer:
    """Report on a measure, with the files that show it."""
    return plans.record_progress(desk, who, code, id, form.order())
