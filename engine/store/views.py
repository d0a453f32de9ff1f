"""The views of the case list that an account keeps for itself; none of this is in the log."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from engine.store.driver import Prepared
from engine.store.tables import table

_VIEW = table("saved_view")
_COLUMNS = (_VIEW.c.no, _VIEW.c.name, _VIEW.c.filters, _VIEW.c.usual)
_OF_ACCOUNT = Prepared(
    select(*_COLUMNS).where(_VIEW.c.account_id == bindparam("account")).order_by(_VIEW.c.no),
    [column.type for column in _COLUMNS],
)


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view by its number among those of its account; `usual` is what the list opens with."""

    no: int
    name: str
    filters: Mapping[str, str]
    usual: bool


def views(connection: Connection, account_id: int) -> list[SavedView]:
    """Read the views of an account, the oldest first."""
    return [SavedView(*row) for row in _OF_ACCOUNT.rows(connection, {"account": account_id})]


def keep(connection: Connection, account_id: int, name: str, filters: Mapping[str, str]) -> int:
    """Keep a further view; give its number."""
    newest = select(func.max(_VIEW.c.no)).where(_VIEW.c.account_id == account_id)
    no = (connection.execute(newest).scalar_one() or 0) + 1
    row = {"account_id": account_id, "no": no, "name": name, "filters": dict(filters),
           "usual": False}  # fmt: skip
    connection.execute(insert(_VIEW), row)
    return no


def change(connection: Connection, account_id: int, no: int, **values: Any) -> None:  # noqa: ANN401  # columns
    """Change a view."""
    this = (_VIEW.c.account_id == account_id, _VIEW.c.no == no)
    connection.execute(update(_VIEW).where(*this).values(**values))


def make_usual(connection: Connection, account_id: int, no: int | None) -> None:
    """Let the list open with one view, or with none of its own."""
    change_all = update(_VIEW).where(_VIEW.c.account_id == account_id, _VIEW.c.usual)
    connection.execute(change_all.values(usual=False))
    if no is not None:
        change(connection, account_id, no, usual=True)


def drop(connection: Connection, account_id: int, no: int) -> None:
    """Delete a view."""
    this = (_VIEW.c.account_id == account_id, _VIEW.c.no == no)
    connection.execute(delete(_VIEW).where(*this))
