"""Working days, counted one by one from the State Council's notices and local exceptions."""

import tomllib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
SHIPPED = Path(__file__).parents[2] / "workflows" / "calendars"
ONE = timedelta(days=1)


@dataclass
class Days:
    """What each day is by its notice (`listed`), by local exception (`local`), or by its weekday.

    `years` are those whose notice is out; a count that touches another year is provisional.
    """

    years: set[int] = field(default_factory=set)
    listed: dict[date, bool] = field(default_factory=dict)
    notices: dict[int, dict[date, bool]] = field(default_factory=dict)
    local: dict[date, bool] = field(default_factory=dict)

    def load(self, year: int, days: dict[date, bool]) -> None:
        """Take a year's notice in, in the place of the one before."""
        self.years.add(year)
        self.notices[year] = days
        self.listed = {}
        for of_year in sorted(self.notices):
            self.listed |= self.notices[of_year]

    def works(self, on: date) -> bool:
        """Tell whether people work on a day."""
        if on in self.local:
            return self.local[on]
        return self.listed.get(on, on.weekday() < 5)

    def nth(self, start: date, n: int) -> date:
        """Give the n-th working day after a day; the day itself never counts."""
        on = start
        while n:
            on += ONE
            n -= self.works(on)
        return on

    def working(self, after: date, until: date) -> int:
        """Count the working days after one day up to and including another."""
        length = max(0, (until - after).days)
        return sum(self.works(after + n * ONE) for n in range(1, length + 1))

    def provisional(self, start: date, last: date) -> bool:
        """Tell whether counting from the day after `start` to `last` touches a year unknown yet."""
        return not {(start + ONE).year, last.year} <= self.years


def shipped() -> Days:
    """Read the notices that ship with the product."""
    days = Days()
    for file in sorted(SHIPPED.glob("cn-*.toml")):
        notice = tomllib.loads(file.read_text(encoding="utf-8"))
        days.load(notice["year"], {day["date"]: not day["off"] for day in notice["days"]})
    return days


def day_of(at: datetime) -> date:
    """Give the office's day of an instant."""
    return at.astimezone(ZONE).date()


def end_of(on: date) -> datetime:
    """Give the last second of an office's day."""
    return datetime.combine(on, time(23, 59, 59), ZONE).astimezone(UTC)
