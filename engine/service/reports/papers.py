"""A report as it is written on a sheet: worded in one language, with what it was asked above it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.domain.access import Principal
from engine.output.paper import Column, Paper, Table
from engine.progress import counted
from engine.service.desk import Desk
from engine.service.listing import flows
from engine.service.reports.asking import FILTERS, ReportQuery
from engine.service.reports.catalogue import Report, head, title
from engine.service.reports.cells import Cells
from engine.store import rows
from engine.words import entries, message, say

_BUCKETS = (Column("label"), Column("count", "number"))


def paper_of(
    desk: Desk, who: Principal, report: Report, query: ReportQuery, answer: Mapping[str, Any]
) -> Paper:
    """Put an answer of a report on paper. Its items are read only when the paper is written."""
    return _Writer(desk, who, report, query).paper(answer)


def shipped_template(report: Report) -> bytes:
    """Give the Word template of a report that ships: what an office begins its own with."""
    from engine.output.layout import layout  # noqa: PLC0415  # a report in another form needs none

    return layout(columns_of(report), landscape=True)


def columns_of(report: Report) -> tuple[Column, ...]:
    """Give the columns of a report as they stand on paper."""
    return tuple(_on_paper(column) for column in report.columns)


def heading(desk: Desk, report: Report) -> str:
    """Give what stands above a report on paper, which its file is named by."""
    return say(message("paper-title", title=title(report, desk.locale)), desk.locale)


def organ(desk: Desk, who: Principal) -> str:
    """Name whoever makes a report: the reader's unit, else the first one of the office."""
    own = {"id": who.unit_id} if who.unit_id else {"parent_id": None}
    found = rows.fetch(desk.conn, "unit", **own)
    return min(found, key=lambda unit: unit.id).name if found else ""


class _Writer:
    """Words one answer."""

    def __init__(self, desk: Desk, who: Principal, report: Report, query: ReportQuery) -> None:
        self._desk, self._who, self._report, self._query = desk, who, report, query
        self._cells = Cells(desk)

    def paper(self, answer: Mapping[str, Any]) -> Paper:
        """Put an answer on paper."""
        report, desk = self._report, self._desk
        return Paper(
            name=report.name,
            title=heading(desk, report),
            office=organ(desk, self._who),
            as_of=datetime.fromisoformat(answer["as_of"]).astimezone(desk.zone),
            facts=tuple(self._facts(answer)),
            columns=columns_of(report),
            heads=self._heads(report.columns),
            rows=self._cells.rows(
                report.columns, counted("write", answer["items"], answer["total"])
            ),
            groups=tuple(self._sums(answer)),
            landscape=True,
            locale=desk.locale,
        )

    def _facts(self, answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for name in FILTERS:
            asked = getattr(self._query, name)
            if asked is not None:
                yield self._say(f"paper-of-{name}"), self._named(name, asked)
        yield self._total(answer)

    def _total(self, answer: Mapping[str, Any]) -> tuple[str, str]:
        """Say how many there are in all: cases, but of turns and of what came to a unit's desk."""
        own = f"paper-total-{self._report.name}"
        label = self._say(own if own in entries() else "paper-total")
        whole = answer.get("whole")
        return label, str(whole["opened"] if whole else answer["total"])

    def _named(self, name: str, asked: str) -> str:
        """Name what a filter names: a leader by name, a stage by its title, others as they are."""
        if name == "leader":
            found = rows.fetch_one(self._desk.conn, "account", login=asked)
            return found.name if found else asked
        if name == "stage":
            titles = {n: s.title for flow in flows(self._desk) for n, s in flow.states.items()}
            return titles[asked].in_(self._desk.locale) if asked in titles else asked
        return asked

    def _sums(self, answer: Mapping[str, Any]) -> Iterator[Table]:
        """Give the figures by group and by bucket, and of a workload those of all together."""
        columns = self._report.groups
        if answer.get("groups"):
            lines = tuple(self._cells.row(columns, group) for group in answer["groups"])
            words = self._say(f"paper-by-{self._query.by}")
            yield Table(words, columns, self._heads(columns), lines)
        if answer.get("buckets"):
            lines = tuple(self._cells.row(_BUCKETS, bucket) for bucket in answer["buckets"])
            yield Table(self._say("paper-buckets"), _BUCKETS, self._heads(_BUCKETS), lines)
        if answer.get("whole"):
            columns = self._report.columns[1:]
            line = self._cells.row(columns, answer["whole"])
            yield Table(self._say("paper-whole"), columns, self._heads(columns), (line,))

    def _heads(self, columns: tuple[Column, ...]) -> tuple[str, ...]:
        return tuple(head(self._report, column, self._desk.locale) for column in columns)

    def _say(self, code: str, **params: str) -> str:
        return say(message(code, **params), self._desk.locale)


def _on_paper(column: Column) -> Column:
    """Tell of a column what its cells are once they are in words: a code is one of a case."""
    if column.key.endswith("code"):
        return replace(column, kind="code")
    return replace(column, kind="text") if column.kind == "code" else column
