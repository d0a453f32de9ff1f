"""How an account likes to see things; none of this is in the log."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, insert, select

from engine.store.driver import Prepared
from engine.store.tables import table

_PREFERENCE = table("preference")
_OF_ACCOUNT = Prepared(
    select(_PREFERENCE.c.locale, _PREFERENCE.c.theme).where(
        _PREFERENCE.c.account_id == bindparam("account")
    )
)


@dataclass(frozen=True, slots=True)
class Preference:
    """Language and theme; None where the account follows the office and the browser."""

    locale: str | None = None
    theme: str | None = None


def preference(connection: Connection, account_id: int) -> Preference:
    """Read what an account prefers."""
    row = _OF_ACCOUNT.first(connection, {"account": account_id})
    return Preference(*row) if row else Preference()


def keep_preference(connection: Connection, account_id: int, wanted: Preference) -> None:
    """Replace what an account prefers."""
    connection.execute(delete(_PREFERENCE).where(_PREFERENCE.c.account_id == account_id))
    row = {"account_id": account_id, "locale": wanted.locale, "theme": wanted.theme}
    connection.execute(insert(_PREFERENCE), row)
