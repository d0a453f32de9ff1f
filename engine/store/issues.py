"""Read key issues, through what the caller may see of their cases."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true

from engine.domain.access import KNOWS_ALL, READS_ALL, Principal
from engine.domain.records import Issue, columns
from engine.store.search import subjects
from engine.store.tables import table
from engine.store.visible import visible, visible_in_full

_ISSUE, _CASE = table("issue"), table("case")
_MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class Tally:
    """How many cases of an issue the caller reads, how many are open and how many overdue."""

    cases: int
    open: int
    overdue: int


NOTHING = Tally(0, 0, 0)


def find(connection: Connection, code: str, who: Principal, now: datetime) -> Issue | None:
    """Read an issue that the caller may see; None where there is none such."""
    return next(iter(_read(connection, who, now, _ISSUE.c.code == code)), None)


def page(
    connection: Connection, who: Principal, now: datetime, before: int | None, limit: int
) -> list[Issue]:
    """Read issues that the caller may see, the newest first, from below an id on."""
    where = true() if before is None else _ISSUE.c.id < before
    return _read(connection, who, now, where, limit)


def mentioning(
    connection: Connection, who: Principal, now: datetime, words: Sequence[str], limit: int
) -> list[Issue]:
    """Read issues that the caller may see and in which each word stands, the newest first.

    Of those that are known through cases in summary only, code and title are looked at.
    """
    issue, where = _ISSUE.c, list[ColumnElement[bool]]()
    for word in words:
        anywhere = issue.id.in_(subjects(word, "issue", "issue-summary"))
        named = issue.id.in_(subjects(word, "issue"))
        reads_all = who.has(*READS_ALL)
        where.append(anywhere if reads_all else and_(anywhere, or_(named, _is_read(who, now))))
    return _read(connection, who, now, and_(*where), limit)


def _is_read(who: Principal, now: datetime) -> ColumnElement[bool]:
    """Say that the caller reads a case of an issue in full."""
    mine = select(_CASE.c.id).where(_CASE.c.issue_id == _ISSUE.c.id, visible_in_full(who, now))
    return mine.exists()


def count(connection: Connection, who: Principal, now: datetime) -> int:
    """Count the issues that the caller may see."""
    found = select(func.count()).select_from(_ISSUE).where(_seen(who, now))
    total: int = connection.execute(found).scalar_one()
    return total


def tallies(
    connection: Connection, ids: list[int], who: Principal, now: datetime
) -> dict[int, Tally]:
    """Count the cases of issues that the caller reads: a summary does not tell of which one it is.

    So they are those that a list of the issue's cases shows.
    """
    is_open = _CASE.c.closed_at.is_(None)
    found = (
        select(
            _CASE.c.issue_id,
            func.count(),
            func.count().filter(is_open),
            func.count().filter(is_open, _CASE.c.limit_due_at < now),
        )
        .where(_CASE.c.issue_id.in_(ids), visible_in_full(who, now))
        .group_by(_CASE.c.issue_id)
    )
    return {row[0]: Tally(row[1], row[2], row[3]) for row in connection.execute(found)}


def _seen(who: Principal, now: datetime) -> ColumnElement[bool]:
    """Say that a caller may see an issue: all who read every case, others by one of its cases."""
    if who.has(*KNOWS_ALL):
        return true()
    mine = select(_CASE.c.id).where(_CASE.c.issue_id == _ISSUE.c.id, visible(who, now))
    return mine.exists()


def _read(
    connection: Connection,
    who: Principal,
    now: datetime,
    where: ColumnElement[bool],
    limit: int | None = None,
) -> list[Issue]:
    found = select(*(_ISSUE.c[name] for name in columns("issue")))
    found = found.where(where, _seen(who, now)).order_by(_ISSUE.c.id.desc()).limit(limit)
    return [Issue(*row) for row in connection.execute(found)]


def names(connection: Connection, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Give code and title of issues; of many at once by reading all, for no list holds so many."""
    wanted = select(_ISSUE.c.id, _ISSUE.c.code, _ISSUE.c.title)
    if len(ids) <= _MOST_LISTED:
        wanted = wanted.where(_ISSUE.c.id.in_(ids))
    found = {number: (code, title) for number, code, title in connection.execute(wanted).all()}
    return {number: found[number] for number in ids if number in found}
