"""What every report is asked: as of when, of whom, in which groups, and which page."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from engine.domain.access import Principal, require
from engine.service.desk import Desk
from engine.service.lateness import AGES
from engine.service.listing import (
    closed_states,
    flows,
    issue_id,
    leader_id,
    looking_at,
    one_of,
    state_name,
    unit_id,
)
from engine.service.office import wrong
from engine.service.paging import USUAL, Place, place_of
from engine.store.scope import Scope
from engine.store.sight import sight

By = Literal["unit", "leader", "stage", "issue"]
GROUPINGS: tuple[By, ...] = ("unit", "leader", "stage", "issue")
BUCKETS = tuple(str(first) for first, _ in AGES)
FILTERS = ("unit", "leader", "issue", "stage")


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """What a report is asked: as of when, of whom, in which groups, which page.

    A unit stands for itself and those below it. `bucket` is that of ageing, by its `from`.
    """

    as_of: datetime | None = None
    by: str | None = None
    limit: int = USUAL
    cursor: str | None = None
    unit: str | None = None
    leader: str | None = None
    issue: str | None = None
    stage: str | None = None
    bucket: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A report's list: what the parts of a place in it are, after the instant.

    One that `lists_groups` is another list for each grouping; only ageing has buckets.
    """

    name: str
    kinds: tuple[type, ...]
    lists_groups: bool = False
    has_buckets: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A query that was found right: its scope, its grouping, and where its page begins.

    Every place of a report begins with the instant that its first page looked at, so that the pages
    of a list are one list while cases move on.
    """

    listing: str
    scope: Scope
    by: str | None
    place: Place | None
    bucket: str | None = None

    @property
    def after(self) -> Place | None:
        """The place without its instant."""
        return self.place and self.place[1:]


def ask(desk: Desk, who: Principal, of: Listing, query: ReportQuery) -> Asked:
    """Settle a query.

    Raises ForbiddenError, or InvalidError for a filter, an instant, a grouping or a cursor.
    """
    require(who, "report.read")
    kept = query.by if of.lists_groups else None
    listing = repr((of.name, replace(query, by=kept, limit=0, cursor=None)))
    by = None if query.by is None else one_of("by", query.by, GROUPINGS)
    place = place_of(listing, query.cursor, (datetime, *of.kinds))
    return Asked(listing, _scope(desk, who, query, place), by, place, _bucket(of, query))


def _bucket(of: Listing, query: ReportQuery) -> str | None:
    if query.bucket is None:
        return None
    if not of.has_buckets:
        raise wrong("bucket", "report-no-buckets")
    return one_of("bucket", query.bucket, BUCKETS)


def _scope(desk: Desk, who: Principal, query: ReportQuery, place: Place | None) -> Scope:
    as_of = query.as_of
    if place is not None and isinstance(place[0], datetime):
        as_of = place[0]
    look, known = looking_at(desk, as_of), flows(desk)
    return Scope(
        at=look.at,
        past=look.past,
        seen=sight(desk.conn, who, desk.now),
        closed=tuple(closed_states(desk)),
        initial=tuple(sorted({flow.initial for flow in known})),
        unit_id=unit_id(desk, query.unit),
        lead_id=leader_id(desk, query.leader),
        issue_id=issue_id(desk, who, query.issue),
        state=state_name(desk, "stage", query.stage),
        who=who,
    )
