"""Forms of the task force, the plan, and progress on its measures."""

from typing import Annotated

from pydantic import Field

from engine.service.plans import (
    LONGEST_TITLE,
    MOST_MEASURES,
    STATUSES,
    MeasureOrder,
    PlanOrder,
    ProgressOrder,
)
from engine.service.task_forces import MOST_MEMBERS, TaskForceOrder
from web.api.forms.kinds import Day, Form, Login, UnitName, choice, line, number, remark, text

MOST_FILES = 100
Number = Annotated[int, number(1)]
Version = Annotated[int, number()]


class MemberForm(Form):
    """An officer, and the unit that the officer stands for."""

    account: Login
    unit: UnitName


class TaskForceForm(Form):
    """The whole task force as it shall be."""

    version: Version
    liaison: Login
    members: list[MemberForm] = Field(max_length=MOST_MEMBERS)

    def order(self) -> TaskForceOrder:
        """Give it as the verb takes it."""
        members = tuple((member.account, member.unit) for member in self.members)
        return TaskForceOrder(self.version, self.liaison, members)


class MeasureForm(Form):
    """A measure. Null says that something is not settled yet; an `id` goes on with a former one."""

    id: Number | None = None
    title: Annotated[str, line(LONGEST_TITLE)]
    owner: Login | None
    unit: UnitName | None
    start: Day | None
    due: Day | None
    evidence: Annotated[str, remark()] | None


class PlanForm(Form):
    """A whole plan; after an adoption a change needs its reason."""

    version: Version
    measures: list[MeasureForm] = Field(max_length=MOST_MEASURES)
    reason: Annotated[str, remark()] | None = None

    def order(self) -> PlanOrder:
        """Give it as the verb takes it."""
        measures = tuple(MeasureOrder(**dict(measure)) for measure in self.measures)
        return PlanOrder(self.version, measures, self.reason)


class AdoptForm(Form):
    """The version of the case in which its newest plan is adopted."""

    version: Version


class ProgressForm(Form):
    """A report on a measure; `files` are ids of files of the case that show it."""

    version: Version
    status: Annotated[str, choice(*STATUSES)]
    note: Annotated[str, text()]
    date: Day
    files: list[Number] = Field(default=[], max_length=MOST_FILES)

    def order(self) -> ProgressOrder:
        """Give it as the verb takes it."""
        return ProgressOrder(**dict(self) | {"files": tuple(self.files)})
