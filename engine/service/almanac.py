"""The working-day calendar as the database holds it: notices by year, and local exceptions."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine.domain.calendar import Calendar, NoticeDay, NoticeYear
from engine.domain.records.office import Notice, Override
from engine.store import former, kept, rows
from engine.words import Locale

YearKey = tuple[int, str, str, tuple[tuple[str, str, bool], ...]]
LocalKey = tuple[tuple[date, bool], ...]
_NEVER = datetime.min.replace(tzinfo=UTC)


class CalendarDesk(Protocol):
    """What the calendar's verbs need of a desk: the desk itself reads its calendar from here."""

    @property
    def conn(self) -> Connection:
        """The open transaction."""

    @property
    def now(self) -> datetime:
        """The office's instant, aware."""

    @property
    def locale(self) -> Locale:
        """The caller's language."""

    @property
    def via(self) -> str:
        """The face through which the caller came."""

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""


def calendar_of(conn: Connection) -> Calendar:
    """Read the calendar that counts in this transaction.

    Calendars are kept by all that they say, so that one read in another transaction, of another
    database or before a change in this one is never taken for it.
    """
    return kept.of_office(conn, "calendar", lambda: _read(conn))


def _read(conn: Connection) -> Calendar:
    notices: list[Notice] = rows.fetch(conn, "notice")
    overrides: list[Override] = rows.fetch(conn, "override")
    return _calendar(_years(notices), _local(overrides))


def calendar_at(conn: Connection, at: datetime) -> Calendar:
    """Read the calendar as it was known at an instant, so that no day counted then counts anew.

    What the office began with has counted for ever: matters of before it were late by it, too.
    """
    if at >= kept.of_office(conn, "calendar-changed", lambda: _last_change(conn)):
        return calendar_of(conn)
    overrides = [row for row in rows.fetch(conn, "override") if row.at <= at]
    versions = kept.of_office(conn, "calendar-versions", lambda: _versions(conn))
    begun = min((of_year[-1].loaded_at for of_year in versions), default=at)
    known = (
        next((v for v in of_year if v.loaded_at <= at or v.loaded_at == begun), None)
        for of_year in versions
    )
    return _calendar(_years(filter(None, known)), _local(overrides))


def _last_change(conn: Connection) -> datetime:
    loads = (row.loaded_at for row in rows.fetch(conn, "notice"))
    return max((*loads, *(row.at for row in rows.fetch(conn, "override"))), default=_NEVER)


def _versions(conn: Connection) -> list[list[Notice]]:
    """Read every notice that each year has had, the newest first."""
    return [list(_line(conn, row)) for row in rows.fetch(conn, "notice")]


def _line(conn: Connection, notice: Notice | None) -> Iterator[Notice]:
    while notice is not None:
        yield notice
        old = former.notice_before(conn, notice.id, notice.loaded_at)
        if old is not None:
            old["loaded_at"] = datetime.fromisoformat(old["loaded_at"])
        notice = replace(notice, **old) if old else None


def as_listed(notice: NoticeYear) -> list[Any]:
    """Give the days of a notice as its record keeps them: [date, name, off]."""
    return [[day.on.isoformat(), day.name, day.off] for day in notice.days]


def newest(overrides: Iterable[Override]) -> dict[date, Override]:
    """Give the local exception that counts for each day, in the order of days."""
    by_day = {row.day_on: row for row in sorted(overrides, key=lambda row: row.id)}
    return dict(sorted(by_day.items()))


def _years(notices: Iterable[Notice]) -> tuple[YearKey, ...]:
    return tuple(
        (row.id, row.label, row.source, tuple((on, name, off) for on, name, off in row.days))
        for row in sorted(notices, key=lambda row: row.id)
    )


def _local(overrides: Iterable[Override]) -> LocalKey:
    return tuple((on, row.works) for on, row in newest(overrides).items())


@lru_cache(maxsize=8)
def _calendar(years: tuple[YearKey, ...], local: LocalKey) -> Calendar:
    notices = (
        NoticeYear(
            year, label, source, tuple(NoticeDay(date.fromisoformat(o), n, f) for o, n, f in days)
        )
        for year, label, source, days in years
    )
    return Calendar({notice.year: notice for notice in notices}, dict(local))
