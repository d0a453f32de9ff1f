"""An attempt: somebody tries, or wonders whether they may try, a step on a case."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.domain.access import Principal
from engine.domain.calendar import Calendar
from engine.domain.facts import CaseFacts
from engine.domain.workflow import Transition, Workflow
from engine.errors import Unmet


@dataclass(slots=True)
class Attempt:
    """What the rules look at. `transitions` touches nothing else, and moves `state` alone.

    `data` holds the step's fields as values of the domain (accounts, units, dates); it is None
    while doors are explained, before anybody filled in anything. `arc` is the step that was chosen.
    `unmet` gathers what is missing.
    """

    state: str
    facts: CaseFacts
    workflow: Workflow
    who: Principal
    now: datetime
    zone: ZoneInfo
    calendar: Calendar
    data: Mapping[str, Any] | None = None
    reason: str | None = None
    arc: Transition | None = None
    unmet: list[Unmet] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The legal day of `now` in the office's time zone."""
        return self.now.astimezone(self.zone).date()

    def day_of(self, instant: datetime) -> date:
        """The legal day of an instant in the office's time zone."""
        return instant.astimezone(self.zone).date()

    def given(self, name: str) -> Any:  # noqa: ANN401  # a value of the domain, by the field's kind
        """Give a field of the step, None where it is absent or nobody filled in anything yet."""
        return None if self.data is None else self.data.get(name)
