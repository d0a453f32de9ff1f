"""Every report there is: what it answers, its columns, and how an item becomes a row.

API, command line, pages and files draw from this table alone, so that they say the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.domain.access import Principal
from engine.errors import NotFoundError
from engine.service.desk import Desk
from engine.service.reports import overdue
from engine.service.reports.asking import ReportQuery
from engine.words import Locale, entries, message, say

Kind = Literal["text", "code", "number", "days", "date", "instant", "hours", "fen"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a report: where its value stands in an item (dotted), and what it holds.

    A `code` is a name of the vocabulary (a state, a clock, an outcome), which people read in words.
    """

    key: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Report:
    """A report. `page` answers with a page of items, `every` with all of them, as an iterator.

    `answer` is the type of the page. `groups` are the columns of its figures by group.
    """

    name: str
    answer: Any
    page: Callable[[Desk, Principal, ReportQuery], Any]
    every: Callable[[Desk, Principal, ReportQuery], dict[str, Any]]
    columns: tuple[Column, ...]
    groups: tuple[Column, ...]


_DAYS = (Column("days.calendar", "days"), Column("days.working", "days"))
_GROUPS = (Column("label", "text"), Column("count", "number"), *_DAYS)
_CASE = (
    Column("code", "text"), Column("title", "text"), Column("issue.code", "text"),
    Column("issue.title", "text"),
)  # fmt: skip
_WHOSE = (Column("leader", "text"), Column("unit", "text"), Column("state", "code"))
REPORTS: Mapping[str, Report] = {
    report.name: report
    for report in (
        Report(
            name=overdue.NAME,
            answer=overdue.OverdueAnswer,
            page=overdue.overdue,
            every=overdue.every,
            columns=(
                *_CASE, Column("clock", "code"), Column("due_at", "instant"), *_DAYS, *_WHOSE,
            ),
            groups=_GROUPS,
        ),
    )
}  # fmt: skip


def report_named(name: str) -> Report:
    """Give a report. Raises NotFoundError for a name that none has."""
    if name not in REPORTS:
        raise NotFoundError("report-unknown", name=name[:40], known="、".join(REPORTS))
    return REPORTS[name]


def title(report: Report, locale: Locale) -> str:
    """Give the title of a report."""
    return say(message(f"report-{report.name}"), locale)


def head(report: Report, column: Column, locale: Locale) -> str:
    """Give the words above a column: the report's own where it has some, else those of all."""
    own = f"column-{report.name}.{column.key}"
    return say(message(own if own in entries() else f"column-{column.key}"), locale)
