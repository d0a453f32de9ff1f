"""One thing done to many cases: each with the caller's own right to it, in its own transaction.

A case that refuses neither stops nor hides the others: every one has its fate, in words. What was
done is remembered under the ticket of the order, case by case, in the transaction that did it; so
an order that is sent twice does nothing twice and gives the same fates.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import cast

import orjson
from typing_extensions import TypedDict

from engine.domain.access import Principal, require
from engine.errors import (
    DubanError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    UnauthenticatedError,
    UnmetError,
)
from engine.service import cases
from engine.service.bulk_orders import Order
from engine.service.case_answers import CaseAnswer, UnmetAnswer
from engine.service.case_lists import CaseQuery, list_cases
from engine.service.case_room import not_found
from engine.service.desk import Desk
from engine.service.idempotency import Asked, Remembered, digest, recall, remember
from engine.service.office import clean, wrong
from engine.service.paging import MOST
from engine.words import Locale, message, say

_ROUTE, _WHOLE = "bulk/case", "bulk"
_DONE = 200

Doors = Callable[[], AbstractContextManager[tuple[Desk, Principal]]]
"""Opens a desk that writes in one transaction, and says who sits at it."""


class FaultAnswer(TypedDict):
    """A field that one case refuses, and why."""

    field: str
    says: str


class FateAnswer(TypedDict):
    """What became of one case: what happened, or why nothing did."""

    code: str
    title: str | None
    done: bool
    says: str
    faults: list[FaultAnswer]
    unmet: list[UnmetAnswer]


@dataclass(frozen=True, slots=True)
class Ticket:
    """An order as it may come again: its key, and the digest of all that it says."""

    key: str
    body: str

    def of(self, code: str) -> Asked:
        """Give the request about one case."""
        return Asked(_ROUTE, f"{self.key}/{code}", self.body)

    def hold(self, desk: Desk, who: Principal) -> None:
        """Raise InvalidError where the key is unfit, or was used for another order."""
        told = recall(desk, who, _whole(self.key))
        if told is not None and orjson.loads(told.answer)["body"] != self.body:
            raise wrong("ticket", "key-other-body")


def ticket_of(key: str, chosen: Mapping[str, int], order: Order) -> Ticket:
    """Give the ticket of an order on chosen cases, each in the version that was looked at."""
    return Ticket(key, digest(repr((sorted(chosen.items()), order)).encode(errors="replace")))


def chosen_codes(codes: Sequence[str]) -> list[str]:
    """Take the codes of the chosen cases, each once. Raises InvalidError for none or too many."""
    found = list(dict.fromkeys(clean(code) for code in codes if code.strip()))
    if not found:
        raise wrong("id", "bulk-none")
    if len(found) > MOST:
        raise wrong("id", "bulk-many", most=MOST)
    return found


def rehearse(
    doors: Doors, chosen: Mapping[str, int], order: Order, locale: Locale
) -> list[FateAnswer]:
    """Tell what would become of each case. `doors` open desks whose work is undone.

    Raises ForbiddenError to whom no case is shown, InvalidError where the order itself is wrong.
    """
    with doors() as (desk, who):
        require(who, "case.read")
        order.check(desk, who)
    return [_fate(doors, (code, seen), order, locale, None) for code, seen in chosen.items()]


def carry_out(
    doors: Doors, chosen: Mapping[str, int], order: Order, ticket: Ticket, locale: Locale
) -> list[FateAnswer]:
    """Do it to each case, and remember under the ticket what became of all.

    Raises ForbiddenError to whom no case is shown, InvalidError where the order itself is wrong or
    the ticket was used for another.
    """
    with doors() as (desk, who):
        require(who, "case.read")
        ticket.hold(desk, who)
        order.check(desk, who)
    fates = [_fate(doors, (code, seen), order, locale, ticket) for code, seen in chosen.items()]
    whole = {"body": ticket.body, "order": type(order).__name__, "fates": fates}
    with doors() as (desk, who):
        ticket.hold(desk, who)  # whoever sent it at the same time waits here
        remember(desk, who, _whole(ticket.key), _answer(whole))
    return fates


class OutcomeAnswer(TypedDict):
    """An order that was carried out: which it was, and what became of each case."""

    order: str
    fates: list[FateAnswer]


def outcome_of(desk: Desk, who: Principal, key: str) -> OutcomeAnswer:
    """Tell again what became of the cases of one's own order. Raises NotFoundError after a day."""
    require(who, "case.read")
    try:
        told = recall(desk, who, _whole(key))
    except InvalidError as error:
        raise NotFoundError("bulk-forgotten") from error
    if told is None:
        raise NotFoundError("bulk-forgotten")
    kept = orjson.loads(told.answer)
    return {"order": kept["order"], "fates": _in_sight(desk, who, kept["fates"])}


def _in_sight(desk: Desk, who: Principal, fates: Sequence[FateAnswer]) -> list[FateAnswer]:
    """Say of cases that have gone out of the caller's sight since only that there is none such."""
    query = CaseQuery(codes=tuple(fate["code"] for fate in fates), limit=MOST)
    seen = {item["code"] for item in list_cases(desk, who, query)["items"] if "issue" in item}
    return [
        fate if fate["code"] in seen or fate["title"] is None
        else _refused(fate["code"], None, not_found(fate["code"]), desk.locale)
        for fate in fates
    ]  # fmt: skip


def _fate(
    doors: Doors, chosen: tuple[str, int], order: Order, locale: Locale, ticket: Ticket | None
) -> FateAnswer:
    """Do it to one case in a transaction of its own; a refusal undoes that one alone."""
    seen: dict[str, str] = {}
    try:
        with doors() as (desk, who):
            return _do(desk, who, chosen, order, ticket, seen)
    except UnauthenticatedError:
        raise
    except DubanError as error:
        return _refused(chosen[0], seen.get("title"), error, locale)


def _do(  # noqa: PLR0913, PLR0917  # one case, one order
    desk: Desk,
    who: Principal,
    chosen: tuple[str, int],
    order: Order,
    ticket: Ticket | None,
    seen: dict[str, str],
) -> FateAnswer:
    code, version = chosen
    case = cases.show_case(desk, who, code)
    told = None if ticket is None else recall(desk, who, ticket.of(code))
    if told is not None:
        return cast("FateAnswer", orjson.loads(told.answer))
    seen["title"] = case["title"]
    if "workflow" not in case:
        raise ForbiddenError("forbidden")
    did = order.do(desk, who, cast("CaseAnswer", case), version)
    if ticket is None:  # nothing is kept of it: say what would be, not what was
        did = message(f"{did.code}-foreseen", **did.params)
    says = say(did, desk.locale)
    fate: FateAnswer = {
        "code": case["code"], "title": case["title"], "done": True, "says": says,
        "faults": [], "unmet": [],
    }  # fmt: skip
    if ticket is not None:
        remember(desk, who, ticket.of(code), _answer(fate))
    return fate


def _refused(code: str, title: str | None, error: DubanError, locale: Locale) -> FateAnswer:
    faults = error.faults if isinstance(error, InvalidError) else ()
    unmet = error.unmet if isinstance(error, UnmetError) else ()
    return {
        "code": code,
        "title": title,
        "done": False,
        "says": error.say(locale),
        "faults": [
            {"field": one.field.removeprefix("data."), "says": say(one.message, locale)}
            for one in faults
        ],
        "unmet": [
            {"need": u.need, "message": say(u.message, locale), "who": say(u.who, locale)}
            for u in unmet
        ],
    }


def _whole(key: str) -> Asked:
    return Asked(_WHOLE, key, "")


def _answer(told: object) -> Remembered:
    return Remembered(_DONE, orjson.dumps(told).decode())
