"""The desk: what every verb is given, one open transaction, its instant, its caller's face."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine.domain.calendar import Calendar
from engine.service.almanac import calendar_at, calendar_of
from engine.words import Locale


@dataclass(frozen=True, slots=True)
class Desk:
    """One transaction at one instant. `now` is aware; `via` is `web`, `api`, `cli` or `timer`."""

    conn: Connection
    now: datetime
    locale: Locale
    via: str
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """The legal day of `now` in the office's time zone."""
        return self.now.astimezone(self.zone).date()

    @property
    def calendar(self) -> Calendar:
        """The working-day calendar that counts in this transaction."""
        return calendar_of(self.conn)

    def calendar_at(self, at: datetime) -> Calendar:
        """The working-day calendar as it was known at an instant: for what is told as of it."""
        return calendar_at(self.conn, at)
