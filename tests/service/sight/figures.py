"""What figures and files show: dashboard, trends, picture, reports, exports, the calendar feed."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import Any

from engine.output.paper import paper_bytes
from engine.service import dashboard, feed, trends
from engine.service.case_lists import CaseQuery
from engine.service.case_paper import case_paper
from engine.service.export import KINDS, export
from engine.service.reports import papers
from engine.service.reports.asking import GROUPINGS, ReportQuery
from engine.service.reports.catalogue import REPORTS, Report
from engine.service.workflow_view import view_workflow
from tests.service.sight.asking import Reader, Told, of
from tests.service.sight.furnish import OPEN_STATES
from tests.service.sight.marks import Mark, cases, marks

MOST = 200
FILES = (".csv", ".json", ".xlsx")
NOTHING: frozenset[Any] = frozenset()
_LONG_AGO = timedelta(days=50)


def of_home(reader: Reader) -> Iterator[Told]:
    """Give the figures of the first page, of the trends and of the picture of the workflow."""
    desk, who, sight = reader.desk, reader.who, reader.sight
    figures = of(lambda: dashboard.dashboard(desk, who))
    yield "dashboard names no case", cases(figures), NOTHING
    if figures:
        every = sight.full.office.cases
        going = {c.id for c in every if c.id in sight.known and c.closed_at is None}
        yield "open on the dashboard", figures["open"], len(going)
        yield "overdue on the dashboard", figures["overdue"], len(sight.late)
        for by in ("units", "leaders"):
            counted = sum(one["overdue"] for one in figures[by])
            yield f"overdue by {by} on the dashboard", counted, len(sight.late)
        aged = sum(bucket["count"] for bucket in figures["ageing"])
        yield "ageing on the dashboard", aged, len(sight.late)
        stand = {row["state"]: 0 for row in sight.full.rows["case"]}
        for row in sight.full.rows["case"]:
            stand[row["state"]] += row["id"] in sight.known
        shown = {s["state"]: s["count"] for s in figures["states"] if s["state"] in stand}
        yield "states on the dashboard", shown, stand
    flow = of(lambda: trends.trends(desk, who))
    yield "left in the last week", flow["weeks"][-1]["left"] if flow else 0, len(sight.open)
    yield "trends show no other", cases(flow) - sight.read, NOTHING
    stays = {s["state"]: s["count"] for s in flow["stays"]} if flow else {}
    standing = of(lambda: view_workflow(desk, who, "key-issue")["standing"])
    for state in OPEN_STATES:
        rows = sight.full.rows["case"]
        there = sum(r["state"] == state and r["id"] in sight.open for r in rows)
        yield f"stays in {state}", stays.get(state, 0), there
        counted = [one["count"] for one in standing or () if one["state"] == state]
        yield f"picture of {state}", counted, [] if standing is None else [there]
    yield "picture shows no other", cases(standing) - sight.read, NOTHING


def of_reports(reader: Reader) -> Iterator[Told]:
    """Give what each report shows on its page, of the past, in groups and as a file.

    By what it is grouped and which kind of file it is goes round from report to report and from
    reader to reader.
    """
    sight = reader.sight
    refused = {r["case_id"] for r in sight.full.rows["request"]
               if r["kind"] == "handover" and r["state"] == "refused"}  # fmt: skip
    exact = {
        "ledger": sight.read, "decomposition": sight.read, "overdue": sight.late,
        "ageing": sight.late, "pingpong": sight.read & refused,
    }  # fmt: skip
    for turn, report in enumerate(REPORTS.values(), reader.sight.account.id):
        page = of(partial(report.page, reader.desk, reader.who, ReportQuery(limit=MOST)))
        yield f"{report.name} is there", page is not None, sight.reports
        if page is None:
            continue
        yield f"{report.name} shows no other", cases(page) - sight.read, NOTHING
        yield f"{report.name} writes of no other", _other(reader, page), NOTHING
        if report.name in exact:
            should = exact[report.name]
            told = frozenset(marks(page["items"]))
            yield f"{report.name}", {m.of for m in told if m.kind == "title"}, should
            yield f"number of {report.name}", page["total"], len(should)
        query = ReportQuery(as_of=reader.desk.now - _LONG_AGO, limit=MOST)
        past = report.page(reader.desk, reader.who, query)
        yield f"past {report.name} shows no other", cases(past) - sight.read, NOTHING
        yield from _groups(reader, report, GROUPINGS[turn % len(GROUPINGS)])
        yield from _files(reader, report, FILES[turn % len(FILES)])


def _groups(reader: Reader, report: Report, by: str) -> Iterator[Told]:
    sight = reader.sight
    sums = {
        "overdue": len(sight.late), "ageing": len(sight.late), "ledger": len(sight.read),
        "decomposition": len(sight.read),
    }  # fmt: skip
    grouped = report.page(reader.desk, reader.who, ReportQuery(by=by, limit=MOST))
    yield f"groups of {report.name} by {by}", _other(reader, grouped), NOTHING
    if report.name in sums:
        counted = sum(group["count"] for group in grouped["groups"])
        yield f"sum of {report.name} by {by}", counted, sums[report.name]
    if report.name == "workload":
        whole = grouped["whole"]
        yield "workload's open ones", whole["open"], len(sight.open)
        yield "workload's overdue ones", whole["overdue"], len(sight.late)
        yield "workload's cases", whole["opened"], len(sight.read)


def _files(reader: Reader, report: Report, ending: str) -> Iterator[Told]:
    answer = report.every(reader.desk, reader.who, ReportQuery())
    paper = papers.paper_of(reader.desk, reader.who, report, ReportQuery(), answer)
    text = text_of(paper_bytes(paper, ending))
    yield f"{report.name}{ending} shows no other", cases(text) - reader.sight.read, NOTHING
    yield f"{report.name}{ending} writes of no other", _other(reader, text), NOTHING
    if report.name in {"ledger", "decomposition"}:
        whole = {m.of for m in marks(text) if m.kind == "title"}
        yield f"{report.name} as a file", whole, reader.sight.read


def of_exports(reader: Reader) -> Iterator[Told]:
    """Give what is taken along: the list as a file, the event log, the calendar."""
    sight, works = reader.sight, reader.sight.works
    ending = FILES[sight.account.id % len(FILES)]
    paper = of(lambda: case_paper(reader.desk, reader.who, CaseQuery(), ()))
    text = text_of(paper_bytes(paper, ending)) if paper else ""
    yield f"list as {ending}", cases(text), sight.known if works else NOTHING
    yield f"list as {ending} writes of no other", _other(reader, text), NOTHING
    for kind in KINDS:
        text = "".join(of(partial(export, reader.desk, reader.who, kind)) or ())
        yield f"export as {kind}", cases(text), sight.read if sight.reports else NOTHING
        yield f"export as {kind} has no texts", marks(text), NOTHING
    dates = of(lambda: feed.due_dates(reader.desk, reader.who)) or []
    told = [asdict(one) for one in dates]
    yield "feed shows no other", cases(told) - sight.open, NOTHING
    yield "feed writes of no other", _other(reader, told), NOTHING
    offered = frozenset(
        r["case_id"] for r in sight.full.rows["request"]
        if r["to_id"] == reader.who.account_id and r["state"] == "pending"
    )  # fmt: skip
    handed = cases([one for one in told if one["kind"] == "handover"])
    yield "feed has what is offered", handed - offered, NOTHING


def _other(reader: Reader, found: Any) -> frozenset[Mark]:  # noqa: ANN401  # any answer
    """Give the texts in an answer that are none of the reader's."""
    return frozenset(mark for mark in marks(found) if not reader.sight.may(mark))


def text_of(content: bytes) -> str:
    """Give what stands in a file, a workbook's cells included."""
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(BytesIO(content)) as book:
        parts = (book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
        return re.sub(r"<[^>]+>", " ", " ".join(parts))


FACES = (of_home, of_reports, of_exports)
