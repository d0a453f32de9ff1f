"""What all listings share: the instant they look at, the filters they are asked for, and names."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from engine.domain.access import Principal
from engine.domain.workflow import Workflow
from engine.errors import FieldFault, InvalidError, NotFoundError
from engine.service.case_answers import NamedUnit
from engine.service.case_parts_view import person_answer
from engine.service.desk import Desk
from engine.service.office import account_by_login, clean, instant, unit_by_name, wrong
from engine.service.people_answers import PersonAnswer
from engine.service.workflows import workflow_of
from engine.store import definitions, issues, kept, rows
from engine.words import listed

EARLIEST = date(2000, 1, 1)
"""No instant before this day is asked about: no date of a case can be earlier, and before some
years the clocks of places told minutes and seconds of their own."""


@dataclass(frozen=True, slots=True)
class Instant:
    """The instant that a listing looks at; `past` unless it is the desk's own."""

    at: datetime
    past: bool


def looking_at(desk: Desk, as_of: datetime | None) -> Instant:
    """Settle the instant. Raises InvalidError where it is ahead, too old or has no time zone.

    Nothing is told of instants ahead: what will be overdue depends on what is done until then.
    """
    if as_of is None:
        return Instant(desk.now, past=False)
    if as_of.tzinfo is None or as_of.utcoffset() is None:
        raise wrong("as_of", "as-of-zone")
    if as_of.date() < EARLIEST:
        raise wrong("as_of", "as-of-early", earliest=EARLIEST.isoformat())
    if as_of > desk.now:
        raise wrong("as_of", "as-of-ahead", now=instant(desk.now, desk.zone))
    return Instant(as_of.astimezone(UTC), past=as_of < desk.now)


def spelt(desk: Desk, at: datetime) -> str:
    """Spell an instant exactly, so that asking for it again gives the same answer."""
    return at.astimezone(desk.zone).isoformat()


def unit_id(desk: Desk, name: str | None) -> int | None:
    """Find the unit that is filtered by. Raises InvalidError for one that is not there."""
    with _of_field("unit"):
        return None if name is None else unit_by_name(desk, name).id


def leader_id(desk: Desk, login: str | None) -> int | None:
    """Find the leader that is filtered by. Raises InvalidError for one that is not there."""
    with _of_field("leader"):
        return None if login is None else account_by_login(desk, login).id


def issue_id(desk: Desk, who: Principal, code: str | None) -> int | None:
    """Find the issue that is filtered by. Raises InvalidError for one that the caller sees not."""
    if code is None:
        return None
    found = issues.find(desk.conn, clean(code), who, desk.now)
    if found is None:
        with _of_field("issue"):
            raise NotFoundError("issue-unknown", code=code[:40])
    return found.id


@contextmanager
def _of_field(field: str) -> Iterator[None]:
    """Say of what a filter names and is not there that the filter is wrong."""
    try:
        yield
    except NotFoundError as error:
        raise InvalidError(error.message, [FieldFault(field, error.message)]) from error


def state_name(desk: Desk, field: str, state: str | None) -> str | None:
    """Check the state that is filtered by. Raises InvalidError that names those there are."""
    if state is None:
        return None
    known = dict.fromkeys(name for flow in flows(desk) for name in flow.states)
    return one_of(field, state, known)


def flows(desk: Desk) -> list[Workflow]:
    """Read every workflow in all its versions, by name and the newest last.

    What is looked up by a name of a state or clock must be found for cases on older versions too.
    """
    return [workflow_of(desk.conn, *version) for version in definitions.versions(desk.conn)]


def due_kinds(desk: Desk) -> list[str]:
    """Collect the kinds of clocks that keep a case's own date."""
    kept = (c for flow in flows(desk) for c in flow.clocks.values() if c.date_from == "case-due")
    return sorted({clock.kind for clock in kept})


def closed_states(desk: Desk) -> list[str]:
    """Collect the states in which a case rests."""
    rests = (s for flow in flows(desk) for s in flow.states.values() if s.is_closed)
    return sorted({state.name for state in rests})


def one_of(field: str, word: str, known: Iterable[str]) -> str:
    """Check a word of a closed set. Raises InvalidError that names the set."""
    words = list(known)
    if word not in words:
        raise wrong(field, "field-choice", known=listed(words))
    return word


class Names:
    """Names of accounts and units, looked up once for a page."""

    def __init__(
        self, desk: Desk, accounts: Iterable[int | None], units: Iterable[int | None]
    ) -> None:
        people, places = _rows(desk, "account", accounts), _rows(desk, "unit", units)
        self._people = {row.id: person_answer(row) for row in people.values()}
        self._places: dict[int, NamedUnit] = {row.id: {"name": row.name} for row in places.values()}

    def person(self, account_id: int | None) -> PersonAnswer | None:
        """Show an account that may be absent."""
        return None if account_id is None else self._people[account_id]

    def unit(self, unit_id: int | None) -> NamedUnit | None:
        """Show a unit that may be absent."""
        return None if unit_id is None else self._places[unit_id]


def _rows(desk: Desk, record: str, ids: Iterable[int | None]) -> dict[int, Any]:
    def read(missing: list[int]) -> dict[int, Any]:
        return {row.id: row for row in rows.fetch(desk.conn, record, id=missing)}

    wanted = {one for one in ids if one is not None}
    return kept.each_of_office(desk.conn, record, wanted, read)
