"""The people of the model's office: units in a tree, roles, deputies, and what the day is."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from tests.model.days import Days, day_of

READERS = {"office", "supervision", "head", "auditor"}
"""Those who read every case."""


@dataclass
class Official:
    """Somebody with an account."""

    login: str
    unit: str
    roles: set[str]
    enabled: bool = True

    @property
    def leads(self) -> bool:
        """Whether a case may be given to this one."""
        return self.enabled and "leader" in self.roles


@dataclass
class Standing:
    """Somebody stands in for somebody from one day to another, both included."""

    principal: str
    deputy: str
    first: date
    last: date


@dataclass
class Office:
    """Everybody, and the instant at which everything happens."""

    now: datetime
    days: Days
    above: dict[str, str | None]
    people: dict[str, Official] = field(default_factory=dict)
    deputies: list[Standing] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The office's day."""
        return day_of(self.now)

    def line(self, unit: str) -> list[str]:
        """List a unit and all units above it."""
        found, upper = [unit], self.above[unit]
        while upper is not None:
            found.append(upper)
            upper = self.above[upper]
        return found

    def below(self, unit: str) -> set[str]:
        """Give a unit and all units below it."""
        return {name for name in self.above if unit in self.line(name)}

    def stands_for(self, login: str) -> set[str]:
        """Give those for whom somebody stands in today; for no former leader."""
        return {
            s.principal
            for s in self.deputies
            if s.deputy == login
            and s.first <= self.today <= s.last
            and self.has(s.principal, "leader")
        }

    def has(self, login: str, *roles: str) -> bool:
        """Tell whether somebody has one of these roles."""
        return bool(self.people[login].roles & set(roles))

    def in_whose_place(self, login: str) -> set[str]:
        """Give the people whose parts in a case count for somebody's sight of it."""
        own = {login} if self.has(login, "leader", "unit") else set()
        return set() if self.has(login, "admin") else own | self.stands_for(login)

    def units_of(self, logins: Iterable[str]) -> set[str]:
        """Give the units of people, with the units below them."""
        return {unit for login in logins for unit in self.below(self.people[login].unit)}
