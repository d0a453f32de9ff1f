"""The newest events of some kinds in a stream."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from engine.store.ledger import Logged
from engine.store.tables import table

_EVENT = table("event")
_COLUMNS = ("stream", "seq", "kind", "at", "recorded_at", "body", "leaf_hash", "log_index")
_LOGGED = select(*(_EVENT.c[name] for name in _COLUMNS))


def newest(connection: Connection, stream: int, kinds: Sequence[str], most: int) -> list[Logged]:
    """Read the newest events of some kinds in a stream, the newest first."""
    wanted = _LOGGED.where(_EVENT.c.stream == stream, _EVENT.c.kind.in_([*map(str, kinds)]))
    found = connection.execute(wanted.order_by(_EVENT.c.seq.desc()).limit(most))
    return [Logged(*row) for row in found]
