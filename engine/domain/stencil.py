"""Carry many cases in: the rules are asked once for each kind of way, and what they say is reused.

Two matters whose ways have the same steps, as many supporting units, and both or neither a due
date or an outcome differ in their rows only by what was put in: instants, ids, texts, and the dates
that clocks count from those. So `carry` runs once, on a matter of marked values, and a `Stencil`
remembers where each mark came out. A test holds it to what `carry` says of each matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import Any

from engine.domain.carrying import Carried, Ground, Matter, carry
from engine.domain.clocks import due_after, due_on
from engine.domain.duedates import WORKING_HOUR, Due, legal_day
from engine.domain.events import Delta
from engine.domain.moments import Stop
from engine.domain.records import columns
from engine.domain.workflow import ClockDef

Row = dict[str, Any]
Born = list[tuple[str, Sequence[Any]]]
"""The rows in which a case ends, each with its record's name, the case's own first.

A row is its values in the order of the record's columns.
"""

_CASE = columns("case")
_LIMIT = ("limit_due_at", "limit_kind")
_LIMIT_PLACE = _CASE.index("limit_due_at")
_DUE = ("due_on", "due_at", "provisional", "derivation")
_FIRST = datetime(1901, 1, 1, tzinfo=UTC)
_SHORT, _LONG = timedelta(minutes=1), timedelta(days=10_000)
_ID, _LEAD, _LEAD_UNIT, _SUPPORTING = -1, -2, -3, -10
_MARKED_DUE = date(1900, 1, 1)
_OUTCOME = "\x00outcome"
_case_values = attrgetter(*_CASE)


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a matter decides which rows it gets.

    `waited` says of each stop whether the observation that began at the one before was over by
    then: needs ask for that.
    """

    triggers: tuple[tuple[str, ...], ...]
    waited: tuple[bool, ...]
    supporting: int
    has_due: bool
    has_outcome: bool


class Stencils:
    """The stencils of one import, made as they are needed, and the dates that its clocks end."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._made: dict[Shape, Stencil] = {}
        clocks = ground.workflow.clocks.values()
        self._minima = [c for c in clocks if c.days is not None and not c.is_limit]
        self._after = lru_cache(maxsize=20_000)(self._count)
        self._on = lru_cache(maxsize=20_000)(self._fixed)

    def carry(self, matter: Matter) -> tuple[list[Carried], Born]:
        """Give the steps of a matter, as `carry` does, and the rows in which they end."""
        shape = self._shape(matter)
        if shape not in self._made:
            self._made[shape] = Stencil(self._ground, self, matter, shape)
        return self._made[shape].fill(matter)

    def ends(self, definition: ClockDef, start: datetime, due: date | None) -> Due:
        """Give the end of a clock; one that counts whole days ends alike for a whole day."""
        if definition.days is None and due is not None:
            return self._on(definition.kind, due)
        if definition.unit == WORKING_HOUR:
            return self._count(definition.kind, start)
        return self._after(definition.kind, legal_day(start, self._ground.zone))

    def _count(self, kind: str, start: datetime | date) -> Due:
        clock = self._ground.workflow.clocks[kind]
        return due_after(clock, start, self._ground.calendar, self._ground.zone)

    def _fixed(self, kind: str, due: date) -> Due:
        clock = self._ground.workflow.clocks[kind]
        return due_on(clock, due, self._ground.calendar, self._ground.zone)

    def _shape(self, matter: Matter) -> Shape:
        stops = matter.stops
        waited = (self._waited(a, b) for a, b in pairwise(stops))
        triggers = tuple(stop.triggers for stop in stops)
        return Shape(
            triggers,
            (False, *waited),
            len(matter.supporting),
            matter.due is not None,
            matter.outcome is not None,
        )

    def _waited(self, former: Stop, stop: Stop) -> bool:
        running = [c for c in self._minima if not set(former.triggers).isdisjoint(c.starts)]
        return all(stop.at > self.ends(c, former.at, None).at for c in running)


@dataclass(frozen=True, slots=True)
class _Picked:
    """Columns, and how their values are picked from all values of a matter."""

    names: tuple[str, ...]
    places: tuple[int, ...]
    pick: Any

    @classmethod
    def of(cls, places: dict[str, int]) -> "_Picked":
        """Pick columns by the places of their values."""
        # Twice the first place, for of fewer than two places an itemgetter makes no tuple.
        return cls(tuple(places), tuple(places.values()), itemgetter(0, 0, *places.values()))

    def row(self, values: Sequence[Any]) -> Row:
        """Give the columns of a row."""
        return dict(zip(self.names, self.pick(values)[2:], strict=True))


@dataclass(frozen=True, slots=True)
class _Change:
    """How one delta is filled; `no` is the number of the part, None for the case itself."""

    record: str
    no: int | None
    new: _Picked
    old: _Picked | None

    def delta(self, case_id: int, values: Sequence[Any]) -> Delta:
        """Fill it."""
        key = (case_id,) if self.no is None else (case_id, self.no)
        old = None if self.old is None else self.old.row(values)
        return Delta(self.record, key, self.new.row(values), old)


class Stencil:
    """The steps and the rows of all matters of one shape."""

    def __init__(self, ground: Ground, ends: Stencils, like: Matter, shape: Shape) -> None:
        self._ends = ends
        marked = _marked(like, shape)
        steps = carry(ground, marked)
        given = _given(marked)
        self._marks = {value: place for place, value in enumerate(given)}
        self._base, self._columns = marked.case, len(given)
        self._clocks: list[tuple[ClockDef, int]] = []
        self._clock_places: dict[int, int] = {}
        self._after = self._columns + len(_CASE)
        for delta in (d for told in steps for d in told.deltas):
            if delta.record == "clock" and delta.old is None:
                self._clock_places[delta.key[1]] = self._after + len(_DUE) * len(self._clocks)
                definition = ground.workflow.clocks[delta.new["kind"]]
                self._clocks.append((definition, self._marks[delta.new["valid_from"]]))
        self._after += len(_DUE) * len(self._clocks)
        self._constants: list[Any] = []
        self._told = [(told, [self._change(d) for d in told.deltas]) for told in steps]
        self._limits = list(_running_limits(steps, self._clock_places))
        self._born = self._last_rows()

    def fill(self, matter: Matter) -> tuple[list[Carried], Born]:
        """Put a matter's own values where the marks were."""
        values, case_id = self._values(matter), matter.case.id
        limit: tuple[Any, Any] = (None, None)
        steps = []
        for (told, changes), stop, limits in zip(
            self._told, matter.stops, self._limits, strict=True
        ):
            deltas = tuple(change.delta(case_id, values) for change in changes)
            former, limit = limit, _nearest(limits, values)
            _tell_limit(deltas[0], former, limit)
            steps.append(replace(told, at=stop.at, deltas=deltas))
        born: Born = [(record, pick(values)) for record, pick in self._born]
        case = list(born[0][1])
        case[_LIMIT_PLACE : _LIMIT_PLACE + 2] = limit
        born[0] = ("case", case)
        return steps, born

    def _values(self, matter: Matter) -> list[Any]:
        values = [*_given(matter), *_case_values(matter.case)]
        for definition, start in self._clocks:
            due = self._ends.ends(definition, values[start], matter.due)
            values += (due.on, due.at, due.provisional, due.derivation)
        return values + self._constants

    def _change(self, delta: Delta) -> _Change:
        new = {n: self._place(delta, n, value) for n, value in delta.new.items()}
        old = {n: self._place(delta, n, value) for n, value in (delta.old or {}).items()}
        if delta.record == "case" and delta.old is not None:
            new, old = _without_limit(new), _without_limit(old)
        number = delta.key[1] if delta.record != "case" else None
        return _Change(
            delta.record, number, _Picked.of(new), None if delta.old is None else _Picked.of(old)
        )

    def _place(self, delta: Delta, name: str, value: Any) -> int:  # noqa: ANN401  # a column value
        """Find where a value that came out was put in; what was not is the same for all."""
        if delta.record == "case" and value == getattr(self._base, name):
            return self._columns + _CASE.index(name)
        if delta.record == "clock" and name in _DUE:
            return self._clock_places[delta.key[1]] + _DUE.index(name)
        if isinstance(value, int | str | date) and value in self._marks:
            return self._marks[value]
        self._constants.append(value)
        return self._after + len(self._constants) - 1

    def _last_rows(self) -> list[tuple[str, Any]]:
        """Fold the changes of all steps into the rows that are there in the end."""
        places: dict[tuple[str, int | None], dict[str, int]] = {}
        for _, changes in self._told:
            for c in changes:
                picked = zip(c.new.names, c.new.places, strict=True)
                places.setdefault((c.record, c.no), {}).update(picked)
        return [
            (record, itemgetter(*(found[name] for name in columns(record))))
            for (record, _), found in places.items()
        ]


def _marked(like: Matter, shape: Shape) -> Matter:
    """Make a matter of the same shape in which every value can be told from every other."""
    at, stops = _FIRST, list[Stop]()
    for stop, waited in zip(like.stops, shape.waited, strict=True):
        at += _LONG if waited else _SHORT
        stops.append(Stop(stop.triggers, at))
    return replace(
        like,
        case=replace(like.case, id=_ID, registered_at=stops[0].at),
        stops=stops,
        lead=like.lead and replace(like.lead, id=_LEAD),
        lead_unit=like.lead_unit and replace(like.lead_unit, id=_LEAD_UNIT),
        supporting=tuple(
            replace(unit, id=_SUPPORTING - n) for n, unit in enumerate(like.supporting)
        ),
        due=like.due and _MARKED_DUE,
        outcome=like.outcome and _OUTCOME,
    )


def _given(matter: Matter) -> list[Any]:
    """List what a matter puts in, always in the same order."""
    lead, unit = matter.lead, matter.lead_unit
    return [
        *(stop.at for stop in matter.stops),
        matter.case.id,
        lead and lead.id,
        unit and unit.id,
        *(other.id for other in matter.supporting),
        matter.due,
        matter.outcome,
    ]


Limit = tuple[int, str, int]
"""A limit clock that runs: the place of its end, its kind and its number."""


def _running_limits(steps: Sequence[Carried], places: dict[int, int]) -> "list[tuple[Limit, ...]]":
    """List, for each step, the limit clocks that run after it."""
    running: dict[int, Limit] = {}
    found = []
    for told in steps:
        for delta in told.deltas:
            if delta.record != "clock":
                continue
            no = delta.key[1]
            if delta.new.get("ended_at") is not None:
                running.pop(no, None)
            elif delta.old is None and delta.new["is_limit"]:
                running[no] = (places[no] + _DUE.index("due_at"), delta.new["kind"], no)
        found.append(tuple(running.values()))
    return found


def _nearest(limits: Sequence[Limit], values: Sequence[Any]) -> tuple[Any, Any]:
    """Say which of the limit clocks ends first, as `clocks.nearest_limit` does."""
    if not limits:
        return None, None
    due_at, _, kind = min((values[place], no, kind) for place, kind, no in limits)
    return due_at, kind


def _tell_limit(delta: Delta, former: tuple[Any, Any], limit: tuple[Any, Any]) -> None:
    """Add to the case's delta what of its nearest limit changed; a new row tells it in any case."""
    new, old = delta.new, delta.old
    assert isinstance(new, dict)  # noqa: S101  # made here
    for name, was, now in zip(_LIMIT, former, limit, strict=True):
        if not isinstance(old, dict):
            new[name] = now
        elif was != now:
            new[name], old[name] = now, was


def _without_limit(places: dict[str, int]) -> dict[str, int]:
    return {name: place for name, place in places.items() if name not in _LIMIT}
