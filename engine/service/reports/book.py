"""What the ledger and the decomposition table share: the cases of the book, told as of an instant.

A closed case is told with those who answered for it when it was closed; one that is nobody's yet,
or any more, with those who are planned. The measures are those of the plan that was adopted; where
there was none yet, the text of the table from which the case was imported.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.domain.access import Principal
from engine.domain.effects import DISPOSALS
from engine.service.case_answers import NamedUnit
from engine.service.desk import Desk
from engine.service.listing import Names, due_kinds, spelt
from engine.service.paging import checked_limit, cursor_of
from engine.service.people_answers import PersonAnswer
from engine.service.reports.asking import Asked, Listing, ReportQuery, ask
from engine.service.reports.groups import GroupAnswer, tell_counts
from engine.service.reports.plan import PlannedMeasure, in_words, tell_plan
from engine.store import book, measures, turnover
from engine.store.book import Entry, Sort
from engine.store.measures import Stood
from engine.store.scope import Scope

_PLACES: dict[Sort, tuple[type, type]] = {"registered": (datetime, int), "issue": (int, int)}
_BATCH = 1000
Tell = Callable[["Told"], Any]
Held = tuple[int | None, int | None, list[int], datetime | None]
"""Lead leader, lead unit, supporting units, and when the case was closed."""


@dataclass(frozen=True, slots=True)
class Told:
    """A case of the book as of the instant, with who answers or answered for it by name."""

    entry: Entry
    desk: Desk
    lead_leader: PersonAnswer | None
    lead_unit: NamedUnit | None
    supporting_units: list[NamedUnit]
    closed_at: datetime | None
    plan: list[PlannedMeasure] | None

    @property
    def measures(self) -> str | None:
        """The measures in words, one a line."""
        if self.plan is None:
            return self.entry.case.measures_text
        return in_words(self.plan, self.desk.locale)

    @property
    def state(self) -> str:
        """The state in which it stood."""
        return self.entry.stages[-1][0]

    def outcome(self) -> str | None:
        """Give the outcome of a case that was closed then."""
        if self.closed_at is None:
            return None
        if self.entry.case.closed_at == self.closed_at:
            return self.entry.case.outcome
        then = (o for o in self.entry.outcomes if o[0] == self.closed_at)
        granted = (DISPOSALS.get(o[1]) if o[1] else o[2] for o in then)
        return next((outcome for outcome in granted if outcome), None)


@dataclass(frozen=True, slots=True)
class Book:
    """A report that lists the book in one order; `tell` makes an item of a case."""

    name: str
    sort: Sort
    tell: Tell

    def page(self, desk: Desk, who: Principal, query: ReportQuery) -> dict[str, Any]:
        """Answer with a page. Raises ForbiddenError, InvalidError."""
        asked, limit = self._ask(desk, who, query), checked_limit(query.limit)
        found = self._ids(desk, asked, asked.after, limit + 1)
        last = found[limit - 1] if len(found) > limit else None
        place = None if last is None else (asked.scope.at, *last[1:3])
        return {
            "as_of": spelt(desk, asked.scope.at),
            "items": self._items(desk, asked, found[:limit]),
            "next": None if place is None else cursor_of(asked.listing, place),
            **self._figures(desk, asked),
        }

    def every(self, desk: Desk, who: Principal, query: ReportQuery) -> dict[str, Any]:
        """Answer with all cases, item by item. Raises as `page` does."""
        asked = self._ask(desk, who, query)
        return {
            "as_of": spelt(desk, asked.scope.at),
            "items": self._stream(desk, asked),
            "next": None,
            **self._figures(desk, asked),
        }

    def _ask(self, desk: Desk, who: Principal, query: ReportQuery) -> Asked:
        return ask(desk, who, Listing(self.name, _PLACES[self.sort]), query)

    def _figures(self, desk: Desk, asked: Asked) -> dict[str, Any]:
        groups: list[GroupAnswer] = []
        if asked.by:
            counts = turnover.counts(desk.conn, asked.scope, asked.by)
            groups = tell_counts(desk, asked, counts)
        return {"total": book.total(desk.conn, asked.scope), "groups": groups}

    def _ids(
        self, desk: Desk, asked: Asked, after: Sequence[Any] | None, count: int
    ) -> list[tuple[Any, ...]]:
        return book.page(desk.conn, asked.scope, self.sort, after, count)

    def _stream(self, desk: Desk, asked: Asked) -> Iterator[Any]:
        after: Sequence[Any] | None = asked.after
        while found := self._ids(desk, asked, after, _BATCH):
            yield from self._items(desk, asked, found)
            after = found[-1][1:3]

    def _items(self, desk: Desk, asked: Asked, found: Sequence[tuple[Any, ...]]) -> list[Any]:
        ids = [row[0] for row in found]
        entries = book.entries(desk.conn, asked.scope, due_kinds(desk), ids)
        return [self.tell(told) for told in _told(desk, asked.scope, entries)]


def _told(desk: Desk, scope: Scope, entries: Sequence[Entry]) -> Iterator[Told]:
    holders = [_holders(entry, scope.closed) for entry in entries]
    plans = measures.in_force(desk.conn, scope, [entry.case.id for entry in entries])
    names = _names(desk, holders, [one for plan in plans.values() for one in plan])
    for entry, (lead, unit, supporting, closed_at) in zip(entries, holders, strict=True):
        named = [one for one in map(names.unit, supporting) if one is not None]
        plan = tell_plan(plans.get(entry.case.id), names)
        yield Told(entry, desk, names.person(lead), names.unit(unit), named, closed_at, plan)


def _names(desk: Desk, holders: Iterable[Held], planned: Iterable[Stood]) -> Names:
    """Look up whoever has a part in some cases, or a measure of their plans."""
    accounts, units = set[int | None](), set[int | None]()
    for lead, lead_unit, supporting, _ in holders:
        accounts.add(lead)
        units.update((lead_unit, *supporting))
    for one in planned:
        accounts.add(one.owner_id)
        units.add(one.unit_id)
    return Names(desk, accounts, units)


def _holders(entry: Entry, rests: Collection[str]) -> Held:
    """Tell who has the parts of a case, or had them when it was closed, and when that was."""
    state, since = entry.stages[-1]
    closed_at = since if state in rests else None
    lead = unit = None
    supporting: list[int] = []
    for role, account, place, _, to_at in entry.parts:
        if to_at not in {None, closed_at}:
            continue
        if role == "lead":
            lead = account
        elif role == "lead-unit":
            unit = place
        elif place is not None and place not in supporting:
            supporting.append(place)
    if lead is None and unit is None:
        case = entry.case
        return case.planned_lead_id, case.planned_unit_id, case.planned_supporting, closed_at
    return lead, unit, supporting, closed_at
