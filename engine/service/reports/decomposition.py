"""The task decomposition table 分解表: the tasks of each key issue, in the form of the annex.

Its six columns can be imported again as a decomposition.
"""

from typing_extensions import TypedDict

from engine.domain.access import Principal
from engine.service.case_answers import IssueRef, NamedUnit
from engine.service.desk import Desk
from engine.service.people_answers import PersonAnswer
from engine.service.reports.asking import ReportQuery
from engine.service.reports.book import Book, Told
from engine.service.reports.groups import GroupAnswer
from engine.service.reports.plan import PlannedMeasure

NAME = "decomposition"


class DecompositionItem(TypedDict):
    """A task of a key issue: who answers for it, or is planned to, and by which measures.

    `measures` are those of `plan`, the adopted one, in words; without one the text of the import.
    """

    code: str
    title: str
    issue: IssueRef
    lead_leader: PersonAnswer | None
    lead_unit: NamedUnit | None
    supporting_units: list[NamedUnit]
    measures: str | None
    plan: list[PlannedMeasure] | None
    state: str


class DecompositionAnswer(TypedDict):
    """A page of the table; `groups` and `total` cover all, whatever the page."""

    as_of: str
    items: list[DecompositionItem]
    next: str | None
    total: int
    groups: list[GroupAnswer]


def _item(told: Told) -> DecompositionItem:
    case, issue = told.entry.case, told.entry.issue
    return {
        "code": case.code,
        "title": case.title,
        "issue": {"code": issue.code, "title": issue.title},
        "lead_leader": told.lead_leader,
        "lead_unit": told.lead_unit,
        "supporting_units": told.supporting_units,
        "measures": told.measures,
        "plan": told.plan,
        "state": told.state,
    }


_BOOK = Book(NAME, "issue", _item)


def decomposition(desk: Desk, who: Principal, query: ReportQuery) -> DecompositionAnswer:
    """Give a page of the table, issue by issue. Raises ForbiddenError, InvalidError."""
    answer: DecompositionAnswer = _BOOK.page(desk, who, query)  # type: ignore[assignment]  # by `_item`
    return answer


every = _BOOK.every
