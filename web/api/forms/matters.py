"""Forms of issues and cases: what is registered, and which step is asked for."""

from typing import Annotated, Any

from pydantic import Field

from engine.service.cases import DEFAULT_WORKFLOW, LONGEST_TITLE, NewCase, StepOrder
from engine.service.issues import LONGEST_LINE, MOST_PEOPLE, ORIGINS, NewIssue
from web.api.forms.kinds import (
    LONGEST_NAME,
    Day,
    Form,
    Login,
    UnitName,
    choice,
    line,
    number,
    remark,
)

MOST_UNITS = 100
MOST_DATA = 50
Word = Annotated[str, line(LONGEST_NAME)]


class IssueForm(Form):
    """A new key issue."""

    title: Annotated[str, line(LONGEST_LINE)]
    origin: Annotated[str, choice(*ORIGINS)]
    document_no: Annotated[str, line(LONGEST_LINE)] | None = None
    received_at: Day | None = None
    category: Annotated[str, line(LONGEST_LINE)] | None = None
    summary: Annotated[str, remark()] | None = None
    people_affected: Annotated[int, number(0, MOST_PEOPLE)] | None = None

    def order(self) -> NewIssue:
        """Give it as the verb takes it."""
        return NewIssue(**dict(self))


class CaseForm(Form):
    """A new case of a key issue; whoever is named here is planned, not yet accountable."""

    title: Annotated[str, line(LONGEST_TITLE)]
    workflow: Word = DEFAULT_WORKFLOW
    measures_text: Annotated[str, remark()] | None = None
    lead_leader: Login | None = None
    lead_unit: UnitName | None = None
    supporting_units: list[UnitName] = Field(default=[], max_length=MOST_UNITS)

    def order(self) -> NewCase:
        """Give it as the verb takes it."""
        return NewCase(**dict(self))


class StepForm(Form):
    """A step. Whether there is such a trigger, and what its data must be, the workflow says."""

    trigger: Annotated[str, remark(LONGEST_NAME)]
    version: Annotated[int, number()]
    reason: Annotated[str, remark()] | None = None
    data: dict[str, Any] | None = Field(default=None, max_length=MOST_DATA)

    def order(self) -> StepOrder:
        """Give it as the verb takes it."""
        return StepOrder(self.trigger, self.version, self.reason, self.data or {})
