"""Every report there is: what it answers, its columns, and how an item becomes a row.

API, command line, pages and files draw from this table alone, so that they say the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.domain.access import Principal
from engine.output.table import Column
from engine.service.desk import Desk
from engine.service.reports import (
    ageing,
    decomposition,
    ledger,
    overdue,
    pingpong,
    responsibility,
    workload,
)
from engine.service.reports.asking import ReportQuery
from engine.words import Locale, entries, message, say


@dataclass(frozen=True, slots=True)
class Report:
    """A report. `page` answers with a page of items, `every` with all of them, as an iterator.

    `answer` is the type of the page. `groups` are the columns of its figures by group. In a column
    of kind `code` stands a name of the vocabulary (a state, a clock, an outcome), which people read
    in words.
    """

    name: str
    answer: Any
    page: Callable[[Desk, Principal, ReportQuery], Any]
    every: Callable[[Desk, Principal, ReportQuery], dict[str, Any]]
    columns: tuple[Column, ...]
    groups: tuple[Column, ...]
    has_buckets: bool = False


def _days(key: str) -> tuple[Column, Column]:
    return Column(f"{key}.calendar", "days"), Column(f"{key}.working", "days")


def _columns(*told: str) -> tuple[Column, ...]:
    """Make columns of `kind: key key …`."""
    split = (one.partition(": ") for one in told)
    return tuple(Column(key, kind) for kind, _, keys in split for key in keys.split())  # type: ignore[arg-type]  # a test checks the kinds


_LATE = (
    *_columns("text: code title issue.code issue.title", "code: clock", "instant: due_at"),
    *_days("days"), *_columns("text: leader unit", "code: state"),
)  # fmt: skip
_GROUPS = (*_columns("text: label", "number: count"), *_days("days"))
_MOMENTS = "instant: registered_at assigned_at started_at stabilized_at closed_at"
_ALL = (
    Report(
        overdue.NAME, overdue.OverdueAnswer, overdue.overdue, overdue.every,
        columns=_LATE, groups=_GROUPS,
    ),
    Report(
        ageing.NAME, ageing.AgeingAnswer, ageing.ageing, ageing.every,
        columns=(*_LATE, Column("bucket", "number")), groups=_GROUPS, has_buckets=True,
    ),
    Report(
        ledger.NAME, ledger.LedgerAnswer, ledger.ledger, ledger.every,
        columns=_columns(
            "text: code issue.title title", "code: origin",
            "text: document_no category lead_leader lead_unit supporting_units measures",
            "date: due", _MOMENTS, "code: outcome state",
        ),
        groups=_GROUPS,
    ),
    Report(
        decomposition.NAME, decomposition.DecompositionAnswer, decomposition.decomposition,
        decomposition.every,
        columns=_columns(
            "text: issue.title title lead_leader lead_unit supporting_units measures"
        ),
        groups=_GROUPS,
    ),
    Report(
        workload.NAME, workload.WorkloadAnswer, workload.workload, workload.every,
        columns=_columns(
            "text: label", "number: opened closed open overdue",
            "long: cycle_time.median_seconds cycle_time.p90_seconds", "number: cycle_time.n",
        ),
        groups=(),
    ),
    Report(
        responsibility.NAME, responsibility.ResponsibilityAnswer, responsibility.responsibility,
        responsibility.every,
        columns=(
            *_columns("text: code title leader unit", "instant: from to"), *_days("days"),
            *_days("earlier"), Column("state", "code"),
        ),
        groups=_GROUPS,
    ),
    Report(
        pingpong.NAME, pingpong.PingpongAnswer, pingpong.pingpong, pingpong.every,
        columns=_columns(
            "text: code title issue.title leader unit", "code: state",
            "number: declines handovers refusals", "text: moves",
        ),
        groups=_GROUPS,
    ),
)  # fmt: skip
REPORTS: Mapping[str, Report] = {report.name: report for report in _ALL}


def title(report: Report, locale: Locale) -> str:
    """Give the title of a report."""
    return say(message(f"report-{report.name}"), locale)


def head(report: Report, column: Column, locale: Locale) -> str:
    """Give the words above a column: the report's own where it has some, else those of all."""
    own = f"column-{report.name}.{column.key}"
    return say(message(own if own in entries() else f"column-{column.key}"), locale)
