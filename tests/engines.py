"""One way to spell for all databases of a run: what is written of a statement is kept for the next.

An engine spells each statement once and then keeps it, as a server does in all its life. Tests open
engines by the thousand; each would ask its database anew what it is, and spell all of it again.
"""

from typing import Any

import sqlalchemy
from sqlalchemy import URL, Connection, Engine

_FIRST: dict[str, Engine] = {}
_MOST = 3000
"""Statements that are kept of each kind."""


def create_engine(url: URL, **given: Any) -> Engine:  # noqa: ANN401  # SQLAlchemy's own
    """Make an engine as SQLAlchemy does, that spells as the first of its kind did."""
    made = sqlalchemy.create_engine(url, query_cache_size=_MOST, **given)
    kind = f"{url.drivername} {given.get('isolation_level')}"
    first = _FIRST.setdefault(kind, made)
    if first is not made:
        _let_follow(made, first)
    return made


def _let_follow(made: Engine, first: Engine) -> None:
    own, shared = made.dialect, first.dialect
    made.dialect = made.pool._dialect = shared  # noqa: SLF001  # no argument of an engine is for it
    made._compiled_cache = first._compiled_cache  # noqa: SLF001  # as above

    def initialize(connection: Connection) -> None:
        """Ask the database what it is, unless that is known."""
        if shared.server_version_info is None:
            shared.initialize(connection)

    own.initialize = initialize  # type: ignore[method-assign]
