"""Carry many cases in: the rules are asked once for each kind of way, and what they say is reused.

Two matters whose ways have the same steps, as many supporting units, and both or neither a due
date or an outcome differ in their rows only by what was put in: instants, ids, texts, and the dates
that clocks count from those. So `carry` runs once, on a matter of marked values, and a `Stencil`
remembers where each mark came out, in the rows and in the events. A test holds it to what `carry`
says of each matter.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import Any

from engine.domain.carrying import Carried, Ground, Matter, carry
from engine.domain.clocks import due_after, due_on
from engine.domain.duedates import WORKING_HOUR, Due, legal_day
from engine.domain.events import Delta, Happening, Told
from engine.domain.moments import Stop
from engine.domain.mould import Mould, mark, spell
from engine.domain.records import columns
from engine.domain.stencil_limits import DUE, Limit, nearest, running_limits, tell_limit
from engine.domain.workflow import ClockDef

Tell = Callable[[Carried, Any, Any, int], Happening]
"""Frames a step as a happening: the step, the id and the code of its case, its number from 0."""
Born = list[tuple[str, Sequence[Any]]]
"""The rows in which a case ends, each with its record's name, the case's own first.

A row is its values in the order of the record's columns.
"""

_CASE = columns("case")
_LIMIT_PLACE = _CASE.index("limit_due_at")
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
    """The stencils of one import, made as they are needed, and the dates that its clocks end.

    `frame` makes a happening of a step, `salt` gives 32 fresh random bytes at each call.
    """

    def __init__(self, ground: Ground, frame: Tell, salt: Callable[[], bytes]) -> None:
        self._ground = ground
        self.frame = frame
        self.salt = salt
        self._made: dict[Shape, Stencil] = {}
        clocks = ground.workflow.clocks.values()
        self._minima = [c for c in clocks if c.days is not None and not c.is_limit]
        self._after = lru_cache(maxsize=20_000)(self._count)
        self._on = lru_cache(maxsize=20_000)(self._fixed)

    def carry(self, matter: Matter) -> tuple[list[Told], Born]:
        """Give the events of a matter's steps, as `carry` gives these, and the rows at the end."""
        shape = self._shape(matter)
        if shape not in self._made:
            self._made[shape] = Stencil(self._ground, self, matter, shape)
        return self._made[shape].fill(matter)

    def ends(self, definition: ClockDef, start: datetime, of: Matter) -> "_End":
        """Give the end of a clock; one that counts whole days ends alike for a whole day."""
        if definition.days is None and of.due is not None:
            return self._on(definition.kind, of.due, of.due_hour)
        if definition.unit == WORKING_HOUR:
            return self._count(definition.kind, start)
        return self._after(definition.kind, legal_day(start, self._ground.zone))

    def _count(self, kind: str, start: datetime | date) -> "_End":
        clock = self._ground.workflow.clocks[kind]
        return _End.of(due_after(clock, start, self._ground.calendar, self._ground.zone))

    def _fixed(self, kind: str, due: date, hour: time | None) -> "_End":
        clock = self._ground.workflow.clocks[kind]
        return _End.of(due_on(clock, due, self._ground.calendar, self._ground.zone, hour))

    def _shape(self, matter: Matter) -> Shape:
        stops = matter.stops
        waited = (self._waited(matter, a, b) for a, b in pairwise(stops))
        triggers = tuple(stop.triggers for stop in stops)
        return Shape(
            triggers,
            (False, *waited),
            len(matter.supporting),
            matter.due is not None,
            matter.outcome is not None,
        )

    def _waited(self, matter: Matter, former: Stop, stop: Stop) -> bool:
        running = [c for c in self._minima if not set(former.triggers).isdisjoint(c.starts)]
        return all(stop.at > self.ends(c, former.at, matter).values[1] for c in running)


@dataclass(frozen=True, slots=True)
class _End:
    """The end of a clock: the columns of its row, and how events spell them."""

    values: tuple[Any, ...]
    spelt: tuple[bytes, ...]

    @classmethod
    def of(cls, due: Due) -> "_End":
        """Take it from a due date."""
        values = (due.on, due.at, due.provisional, due.derivation)
        return cls(values, tuple(map(spell, values)))


@dataclass(frozen=True, slots=True)
class _Change:
    """One delta by the places of its values; `no` is the part's number, None for the case."""

    record: str
    no: int | None
    new: dict[str, int]
    old: dict[str, int] | None


class Stencil:
    """The events and the rows of all matters of one shape."""

    def __init__(self, ground: Ground, all_: Stencils, like: Matter, shape: Shape) -> None:
        self._all = all_
        marked = _marked(like, shape)
        self._carried = carry(ground, marked)
        given = _given(marked)
        self._marks = {value: place for place, value in enumerate(given)}
        self._id = len(marked.stops)
        self._base, self._columns = marked.case, len(given)
        self._clocks: list[tuple[ClockDef, int]] = []
        self._clock_places: dict[int, int] = {}
        self._after = self._columns + len(_CASE)
        for delta in (d for step in self._carried for d in step.deltas):
            if delta.record == "clock" and delta.old is None:
                self._clock_places[delta.key[1]] = self._after + len(DUE) * len(self._clocks)
                definition = ground.workflow.clocks[delta.new["kind"]]
                self._clocks.append((definition, self._marks[delta.new["valid_from"]]))
        self._after += len(DUE) * len(self._clocks)
        self._constants: list[Any] = [None]
        self._changes = [[self._change(d) for d in step.deltas] for step in self._carried]
        self._limits = list(running_limits(self._carried, self._clock_places))
        self._born = self._last_rows()
        self._moulds: dict[Any, Mould] = {}

    def fill(self, matter: Matter) -> tuple[list[Told], Born]:
        """Put a matter's own values where the marks were."""
        values, spelt = self._values(matter)
        told: list[Told] = []
        former: Limit | None = None
        for number, limits in enumerate(self._limits):
            limit = nearest(limits, values)
            mould = self._mould(number, former, limit, values)
            leaf = told[-1].leaf_hash if told else None
            told.append(mould.cast(values, spelt, leaf, self._all.salt))
            former = limit
        born: Born = [(record, pick(values)) for record, pick in self._born]
        case = list(born[0][1])
        limit_now = (values[former.place], former.kind) if former else (None, None)
        case[_LIMIT_PLACE : _LIMIT_PLACE + 2] = limit_now
        born[0] = ("case", case)
        return told, born

    def _values(self, matter: Matter) -> tuple[list[Any], list[bytes]]:
        """Give all values by their places, and how events spell them."""
        values = [*_given(matter), *_case_values(matter.case)]
        spelt = list(map(spell, values))
        for definition, start in self._clocks:
            end = self._all.ends(definition, values[start], matter)
            values += end.values
            spelt += end.spelt
        return values + self._constants, spelt

    def _mould(
        self, number: int, former: Limit | None, limit: Limit | None, values: Sequence[Any]
    ) -> Mould:
        """Find the mould of a step by what the nearest limit of the case was and is."""
        same = (values[former.place] if former else None) == (
            values[limit.place] if limit else None
        )
        key = (number, former and former.no, limit and limit.no, same)
        found = self._moulds.get(key)
        if found is None:
            found = self._moulds[key] = self._made(number, former, limit, same=same)
        return found

    def _made(self, number: int, former: Limit | None, limit: Limit | None, *, same: bool) -> Mould:
        case, *parts = self._changes[number]
        deltas = [self._delta(change) for change in (case, *parts)]
        tell_limit(deltas[0], former, limit, same=same)
        code = mark(self._columns + _CASE.index("code"))
        step = replace(self._carried[number], at=mark(number), deltas=tuple(deltas))
        happening = self._all.frame(step, mark(self._id), code, number)
        return Mould(happening, number + 1, number, self._id)

    def _delta(self, change: _Change) -> Delta:
        key = (mark(self._id),) if change.no is None else (mark(self._id), change.no)
        new, old = (
            None if places is None else {n: self._marked_or_constant(p) for n, p in places.items()}
            for places in (change.new, change.old)
        )
        return Delta(change.record, key, new or {}, old)

    def _marked_or_constant(self, place: int) -> Any:  # noqa: ANN401  # any column value
        return mark(place) if place < self._after else self._constants[place - self._after]

    def _change(self, delta: Delta) -> _Change:
        new = {n: self._place(delta, n, value) for n, value in delta.new.items()}
        old = {n: self._place(delta, n, value) for n, value in (delta.old or {}).items()}
        number = delta.key[1] if delta.record != "case" else None
        return _Change(delta.record, number, new, None if delta.old is None else old)

    def _place(self, delta: Delta, name: str, value: Any) -> int:  # noqa: ANN401  # a column value
        """Find where a value that came out was put in; what was not is the same for all."""
        if delta.record == "case" and value == getattr(self._base, name):
            return self._columns + _CASE.index(name)
        if delta.record == "clock" and name in DUE:
            return self._clock_places[delta.key[1]] + DUE.index(name)
        if isinstance(value, int | str | date) and value in self._marks:
            return self._marks[value]
        self._constants.append(value)
        return self._after + len(self._constants) - 1

    def _last_rows(self) -> list[tuple[str, Any]]:
        """Fold the changes of all steps into the rows that are there in the end."""
        places: dict[tuple[str, int | None], dict[str, int]] = {}
        for change in (c for changes in self._changes for c in changes):
            places.setdefault((change.record, change.no), {}).update(change.new)
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
        due_hour=None,
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
