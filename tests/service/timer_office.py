"""The application as timers know it: desks of their own, at the instant of a case office."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from engine.service.desk import Desk
from engine.settings import Settings
from engine.words import Locale
from tests.service.case_office import CaseOffice
from tests.service.people_office import ZONE


@dataclass(frozen=True)
class TimerOffice:
    """Opens desks for the timers."""

    office: CaseOffice
    settings: Settings

    @contextmanager
    def reading(self, via: str, locale: Locale | None = None) -> Iterator[Desk]:
        """Open a desk that reads."""
        with self.office.database.reading() as conn:
            yield Desk(conn, self.office.at, locale or "en", via, ZONE)

    @contextmanager
    def writing(self, via: str, locale: Locale | None = None) -> Iterator[Desk]:
        """Open a desk that writes."""
        with self.office.database.transaction() as conn:
            yield Desk(conn, self.office.at, locale or "en", via, ZONE)
