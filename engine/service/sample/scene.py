"""One case of the sample on its way: when each act happens, and the verb that does it.

A story is a run of acts in the order of their instants. Acts are done through the verbs alone, by
the people whose acts they are, so that the history is what an office would have left.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from engine.domain.calendar import Calendar
from engine.service import case_files, cases, parts, plans, task_forces
from engine.service.desk import Desk
from engine.service.principals import principal_of
from engine.service.sample.cast import Matter, holder_of, officer_of
from engine.store import rows

OPENS = time(8, 40)
BETWEEN = timedelta(minutes=11)
"""From one act on a case to its next on the same day."""
SPREAD = 390
"""Minutes after opening within which the first act of a day falls; the last is over by closing."""


class Act(NamedTuple):
    """Something that is done at an instant."""

    at: datetime
    do: Callable[[Desk], object]


Story = Iterator[Act]


@dataclass(frozen=True, slots=True)
class Days:
    """The days of the sample, counted on its calendar from today."""

    today: date
    zone: ZoneInfo
    calendar: Calendar

    def on(self, working_days: int) -> date:
        """Give the day so many working days from today, before it if negative."""
        return self.calendar.add_working_days(self.today, working_days)

    def at(self, working_days: int, after: timedelta) -> datetime:
        """Give the instant so long after the office opens on that day."""
        return datetime.combine(self.on(working_days), OPENS, self.zone) + after


@dataclass(slots=True)
class Scene:
    """One case, and everything that may be done with it. `day` counts from its registration."""

    matter: Matter
    days: Days
    number: int
    issue: Callable[[], str]
    codes: dict[str, str]
    measures: list[int] = field(default_factory=list)
    leader: str = ""
    _last: datetime | None = None

    def __post_init__(self) -> None:
        self.leader = self.matter.leader

    @property
    def code(self) -> str:
        """The code that registering gave it."""
        return self.codes[self.matter.title]

    @property
    def officer(self) -> str:
        """The officer of the lead unit who does the work."""
        return officer_of(self.matter.unit)

    @property
    def due(self) -> date:
        """The promised date."""
        return self.days.on(self.matter.due)

    def act(self, day: int, do: Callable[[Desk], object]) -> Act:
        """Do something on the n-th working day; on the same day a little after what was before."""
        minutes = 1 + (self.number * 37 + day * 53) % SPREAD
        at = self.days.at(day - self.matter.began, timedelta(minutes=minutes))
        if self._last is not None and at <= self._last:
            at = self._last + BETWEEN
        self._last = at
        return Act(at, do)

    def step(
        self,
        day: int,
        by: str,
        trigger: str,
        reason: str | None = None,
        **data: Any,  # noqa: ANN401
    ) -> Act:
        """Take a step of the workflow."""

        def do(desk: Desk) -> None:
            order = cases.StepOrder(trigger, self._version(desk), reason, data)
            cases.take_step(desk, principal_of(desk, by), self.code, order)

        return self.act(day, do)

    def register(self, day: int, by: str) -> Act:
        """Register the case under its issue."""

        def do(desk: Desk) -> None:
            order = cases.NewCase(self.matter.title)
            answer = cases.register_case(desk, principal_of(desk, by), self.issue(), order)
            self.codes[self.matter.title] = answer["code"]

        return self.act(day, do)

    def assign(self, day: int, by: str = "", *, leader: str = "") -> Act:
        """Assign it with the promised date."""
        matter = self.matter
        return self.step(
            day,
            by or holder_of("office"),
            "assign",
            lead_leader=leader or matter.leader,
            lead_unit=matter.unit,
            supporting_units=list(matter.supporting),
            due=self.due.isoformat(),
        )

    def task_force(self, day: int) -> Act:
        """Name the liaison and an officer of every unit."""
        members = [(officer_of(unit), unit) for unit in (self.matter.unit, *self.matter.supporting)]

        def do(desk: Desk) -> None:
            order = task_forces.TaskForceOrder(self._version(desk), self.officer, members)
            task_forces.set_task_force(desk, principal_of(desk, self.leader), self.code, order)

        return self.act(day, do)

    def plan(self, day: int, due: date | None = None, reason: str | None = None) -> Act:
        """Write the plan, or a new version of it."""

        def do(desk: Desk) -> None:
            order = plans.PlanOrder(self._version(desk), self._orders(due), reason)
            answer = plans.write_plan(desk, principal_of(desk, self.officer), self.code, order)
            if answer["plan"] is not None:
                self.measures = [measure["id"] for measure in answer["plan"]["measures"]]

        return self.act(day, do)

    def adopt(self, day: int) -> Act:
        """Let the lead leader adopt the newest plan."""

        def do(desk: Desk) -> None:
            who = principal_of(desk, self.leader)
            plans.adopt_plan(desk, who, self.code, self._version(desk))

        return self.act(day, do)

    def progress(self, day: int, measure: int, status: str, note: str) -> Act:
        """Report on a measure; a finished one comes with a file as evidence."""
        on = self.days.on(day - self.matter.began)

        def do(desk: Desk) -> None:
            who = principal_of(desk, self.officer)
            files = self._evidence(desk, measure, note) if status in {"done", "in-force"} else ()
            order = plans.ProgressOrder(status, note, on, files)
            plans.record_progress(desk, who, self.code, self.measures[measure], order)

        return self.act(day, do)

    def claim(self, day: int) -> Act:
        """Record what a group is owed."""
        found = self.matter.claim or {}

        def do(desk: Desk) -> None:
            order = parts.ClaimOrder(found["kind"], found["people"], found["owed"] * 100)
            parts.record_claim(desk, principal_of(desk, self.officer), self.code, order)

        return self.act(day, do)

    def paid(self, day: int, difference: str | None = None) -> Act:
        """Record what was paid, and why it is not all of it."""

        def do(desk: Desk) -> None:
            who = principal_of(desk, self.officer)
            claim = rows.fetch_one(desk.conn, "claim", case_id=self._row(desk).id)
            paid = (self.matter.claim or {})["paid"] * 100
            change = (
                parts.ClaimChange(paid_fen=paid, difference_reason=difference)
                if difference
                else parts.ClaimChange(paid_fen=paid)
            )
            parts.change_claim(desk, who, self.code, claim.no, change)

        return self.act(day, do)

    def reply(self, day: int, kind: str, text: str, means: str = "letter") -> Act:
        """Record a reply to those affected."""
        on = self.days.on(day - self.matter.began)

        def do(desk: Desk) -> None:
            order = parts.ReplyOrder(kind, text, on, means)
            parts.record_reply(desk, principal_of(desk, self.officer), self.code, order)

        return self.act(day, do)

    def note(self, day: int, by: str, text: str) -> Act:
        """Add a note."""
        return self.act(
            day, lambda desk: parts.add_note(desk, principal_of(desk, by), self.code, text)
        )

    def _orders(self, due: date | None) -> list[plans.MeasureOrder]:
        matter, start = self.matter, self.days.on(3 - self.matter.began)
        dues: Mapping[int, int] = dict(enumerate(matter.measures_due))
        known: Mapping[int, int] = dict(enumerate(self.measures))
        return [
            plans.MeasureOrder(
                title=title,
                owner=self.officer,
                unit=matter.unit,
                start=start,
                due=due or self.days.on(dues.get(place, matter.due)),
                evidence="现场记录和公示材料",
                id=known.get(place),
            )
            for place, title in enumerate(matter.measures)
        ]

    def _evidence(self, desk: Desk, measure: int, note: str) -> tuple[int, ...]:
        title = self.matter.measures[measure]
        text = f"{self.code}\n{self.matter.title}\n{title}\n{note}\n"
        who = principal_of(desk, self.officer)
        return (case_files.add_file(desk, who, self.code, f"{title}.txt", text.encode())["id"],)

    def _row(self, desk: Desk) -> Any:  # noqa: ANN401  # the case's record
        return rows.fetch_one(desk.conn, "case", code=self.code)

    def _version(self, desk: Desk) -> int:
        version: int = self._row(desk).version
        return version
