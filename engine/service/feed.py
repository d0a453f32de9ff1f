"""The calendar feed: the due dates of what waits for somebody, behind an address of its own.

A token of scope `feed` opens it and nothing else. Everybody has one address at most: a new one ends
the former, so that an address that got about is ended by making another.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.domain.access import Principal, require
from engine.service.desk import Desk
from engine.service.listing import flows
from engine.service.next_things import clocks_waiting
from engine.service.people_answers import TokenAnswer, TokenMadeAnswer
from engine.service.tokens import MOST_DAYS, NewToken, create_token, list_tokens, revoke_token
from engine.settings import real_now
from engine.store import next_things as stored

SCOPE = "feed"
MOST = 1000
"""So many due dates a feed holds, the nearest ones."""


@dataclass(frozen=True, slots=True)
class DueDate:
    """A running clock that waits for the owner of the feed; `since` is from when its date holds."""

    code: str
    title: str
    kind: str
    what: str
    subject: int | None
    on: date
    since: datetime


def due_dates(desk: Desk, who: Principal) -> list[DueDate]:
    """Give the due dates of what waits for the caller, nearest first. Raises ForbiddenError."""
    require(who, "case.read")
    titles = {(flow.name, k): c.title for flow in flows(desk) for k, c in flow.clocks.items()}
    each = clocks_waiting(desk, who)
    found = [] if each is None else stored.every_one(desk.conn, each, MOST)
    return [
        DueDate(
            one.code, one.title, one.kind, titles[one.workflow, one.kind].in_(desk.locale),
            one.subject, one.due_on, one.valid_from,
        )
        for one in found
    ]  # fmt: skip


def address_of(desk: Desk, who: Principal) -> TokenAnswer | None:
    """Tell of one's own feed, without its secret; None where there is none that is good."""
    return next(iter(_good(desk, who)), None)


def make_address(desk: Desk, who: Principal) -> TokenMadeAnswer:
    """Make a feed's token in the place of the former one. Raises ForbiddenError."""
    require(who, "case.read")
    end_address(desk, who)
    last = real_now().astimezone(desk.zone).date() + timedelta(days=MOST_DAYS)
    return create_token(desk, who, NewToken(who.login, SCOPE, last, label="cases.ics"))


def end_address(desk: Desk, who: Principal) -> None:
    """End one's own feeds; safe to repeat."""
    for token in _good(desk, who):
        revoke_token(desk, who, token["id"])


def _good(desk: Desk, who: Principal) -> list[TokenAnswer]:
    """Give one's own feeds that are not ended; one whose last day is over opens nothing."""
    mine = list_tokens(desk, who, who.login)
    return [token for token in mine if token["scope"] == SCOPE and not token["revoked"]]
