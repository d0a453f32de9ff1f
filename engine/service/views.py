"""Verbs on one's own views of the case list: filters under a name, for the account alone.

A view holds filters whose values come from lists (states, units, officials, issues, limits), never
words that are searched for: kept under a name those could be used to keep an eye on somebody.
"""

from collections.abc import Mapping

from engine.domain.access import Principal, require
from engine.errors import ConflictError, NotFoundError
from engine.service.case_lists import CaseQuery, count_cases
from engine.service.desk import Desk
from engine.service.office import line, refuse_private, wrong
from engine.store import views as stored
from engine.store.views import SavedView
from engine.words import listed

KEPT = ("view", "state", "unit", "leader", "issue", "due", "origin", "late", "sort")
"""What a view may hold, by its name in the address of the list."""
MOST = 12
LONGEST_NAME = 20
LONGEST_VALUE = 100

__all__ = [
    "KEPT", "LONGEST_NAME", "MOST", "SavedView", "delete_view", "list_views", "rename_view",
    "save_view", "usual_view",
]  # fmt: skip


def list_views(desk: Desk, who: Principal) -> list[SavedView]:
    """List the caller's own views, the oldest first."""
    require(who, "case.read")
    return [] if who.account_id is None else stored.views(desk.conn, who.account_id)


def save_view(
    desk: Desk, who: Principal, name: str, filters: Mapping[str, str], asked: CaseQuery
) -> SavedView:
    """Keep filters under a name. `asked` is what they ask for: what cannot be asked is not kept.

    Raises InvalidError for a name, a filter or a value, ConflictError where there are too many.
    """
    account = _account(who)
    kept = {key: value for key, value in filters.items() if value}
    _hold_kept(kept)
    count_cases(desk, who, asked)
    others = list_views(desk, who)
    if len(others) >= MOST:
        raise ConflictError("view-too-many", most=MOST)
    named = _name(name, others)
    no = stored.keep(desk.conn, account, named, kept)
    return SavedView(no, named, kept, usual=False)


def rename_view(desk: Desk, who: Principal, no: int, name: str) -> None:
    """Give a view of one's own another name. Raises NotFoundError or InvalidError."""
    account, others = _account(who), list_views(desk, who)
    _find(others, no)
    named = _name(name, [view for view in others if view.no != no])
    stored.change(desk.conn, account, no, name=named)


def usual_view(desk: Desk, who: Principal, no: int | None) -> None:
    """Let the list open with one of one's own views, or with the usual one of all."""
    account = _account(who)
    if no is not None:
        _find(list_views(desk, who), no)
    stored.make_usual(desk.conn, account, no)


def delete_view(desk: Desk, who: Principal, no: int) -> None:
    """Delete a view of one's own. Raises NotFoundError."""
    account = _account(who)
    _find(list_views(desk, who), no)
    stored.drop(desk.conn, account, no)


def _account(who: Principal) -> int:
    require(who, "case.read")
    if who.account_id is None:
        raise NotFoundError("not-found")
    return who.account_id


def _hold_kept(filters: Mapping[str, str]) -> None:
    """Refuse what a view does not hold."""
    for name, value in filters.items():
        if name not in KEPT:
            raise wrong(name, "view-holds-no", known=listed(KEPT))
        line(name, value, LONGEST_VALUE)


def _name(name: str, others: list[SavedView]) -> str:
    named = refuse_private("name", line("name", name, LONGEST_NAME))
    if named in {view.name for view in others}:
        raise wrong("name", "view-name-taken", name=named)
    return named


def _find(views: list[SavedView], no: int) -> SavedView:
    found = next((view for view in views if view.no == no), None)
    if found is None:
        raise NotFoundError("view-gone")
    return found
