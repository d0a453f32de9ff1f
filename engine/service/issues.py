"""Verbs on key issues: open one, show it, list them."""

from dataclasses import dataclass
from datetime import date

from typing_extensions import TypedDict

from engine.domain.access import Principal, require
from engine.domain.codes import issue_code
from engine.domain.events import Kind
from engine.domain.records import Issue
from engine.errors import NotFoundError
from engine.service.case_fields import Reader
from engine.service.desk import Desk
from engine.service.office import addition, clean, instant, tell
from engine.service.paging import PageQuery
from engine.service.paging import page as page_of
from engine.store import counters
from engine.store import issues as stored
from engine.store.issues import NOTHING, Tally

ORIGINS = ("district", "screening", "public")
"""Where a key issue may come from: handed down, found by local screening, raised in public."""
LONGEST_LINE = 300
MOST_PEOPLE = 10_000_000


@dataclass(frozen=True, slots=True)
class NewIssue:
    """What a key issue is opened with; of those affected a count, never more."""

    title: str
    origin: str
    document_no: str | None = None
    received_at: date | None = None
    category: str | None = None
    summary: str | None = None
    people_affected: int | None = None


class CountsAnswer(TypedDict):
    """How many cases of an issue the caller reads."""

    all: int
    open: int
    overdue: int


class IssueAnswer(TypedDict):
    """A key issue, with the number of its cases that the caller reads."""

    code: str
    title: str
    origin: str
    document_no: str | None
    received_at: str | None
    category: str | None
    summary: str | None
    people_affected: int | None
    created_at: str
    counts: CountsAnswer


class IssuePageAnswer(TypedDict):
    """A page of key issues, the newest first; `total` counts all that the caller may see."""

    items: list[IssueAnswer]
    next: str | None
    total: int


def open_issue(desk: Desk, who: Principal, order: NewIssue) -> IssueAnswer:
    """Open a key issue. Raises ForbiddenError, or InvalidError with every wrong field."""
    require(who, "issue.open")
    row = _new(desk, order)
    tell(desk, who, Kind.ISSUE_OPENED, [addition("issue", row)])
    return _answer(desk, row, NOTHING)


def find(desk: Desk, who: Principal, code: str) -> Issue:
    """Find an issue. Raises NotFoundError where there is none, or it is not the caller's to see."""
    found = stored.find(desk.conn, clean(code), who, desk.now)
    if found is None:
        raise NotFoundError("issue-unknown", code=code[:40])
    return found


def show_issue(desk: Desk, who: Principal, code: str) -> IssueAnswer:
    """Show an issue; its cases are listed by `list_cases`. Raises NotFoundError."""
    require(who, "case.read")
    row = find(desk, who, code)
    counted = stored.tallies(desk.conn, [row.id], who, desk.now)
    return _answer(desk, row, counted.get(row.id, NOTHING))


def list_issues(desk: Desk, who: Principal, query: PageQuery | None = None) -> IssuePageAnswer:
    """List the issues that the caller may see. Raises InvalidError for `limit` or `cursor`."""
    require(who, "case.read")
    conn, now = desk.conn, desk.now
    rows, following = page_of(
        "issues",
        query or PageQuery(),
        (int,),
        lambda after, count: stored.page(conn, who, now, _before(after), count),
        lambda row: (row.id,),
    )
    counted = stored.tallies(conn, [row.id for row in rows], who, now)
    items = [_answer(desk, row, counted.get(row.id, NOTHING)) for row in rows]
    return {"items": items, "next": following, "total": stored.count(conn, who, now)}


def _before(after: tuple[object, ...] | None) -> int | None:
    return int(str(after[0])) if after else None


def _new(desk: Desk, order: NewIssue) -> Issue:
    read = Reader()
    title = read.text("title", order.title, longest=LONGEST_LINE)
    origin = read.choice("origin", order.origin, ORIGINS)
    number, category = (
        read.text(field, value, optional=True, longest=LONGEST_LINE)
        for field, value in (("document_no", order.document_no), ("category", order.category))
    )
    summary = read.text("summary", order.summary, optional=True)
    received = read.day("received_at", order.received_at)
    if received is not None and received > desk.today:
        read.wrong("received_at", "issue-received", today=desk.today)
    people = order.people_affected
    if people is not None:
        people = read.number("people_affected", people, most=MOST_PEOPLE)
    read.refuse("invalid")
    year = desk.today.year
    return Issue(
        id=counters.take(desk.conn, "issue"),
        code=issue_code(year, counters.take(desk.conn, f"issue-{year}")),
        title=title or "",
        origin=origin,
        document_no=number,
        received_on=received,
        category=category,
        summary=summary,
        people_affected=people,
        created_at=desk.now,
    )


def _answer(desk: Desk, row: Issue, counted: Tally) -> IssueAnswer:
    return {
        "code": row.code,
        "title": row.title,
        "origin": row.origin,
        "document_no": row.document_no,
        "received_at": row.received_on.isoformat() if row.received_on else None,
        "category": row.category,
        "summary": row.summary,
        "people_affected": row.people_affected,
        "created_at": instant(row.created_at, desk.zone),
        "counts": {"all": counted.cases, "open": counted.open, "overdue": counted.overdue},
    }
