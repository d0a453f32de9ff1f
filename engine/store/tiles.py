"""The Merkle tree as it is stored: leaves in `event`, hashes of full subtrees in `log_tile`.

The tree is that of RFC 6962; its subtrees of 256**n leaves are kept (as C2SP tlog-tiles does), so
that a root or a proof of a million leaves reads less than a thousand hashes.
"""

from hashlib import sha256

from sqlalchemy import Connection, bindparam, func, insert, select

from engine.store.driver import Prepared
from engine.store.tables import table

WIDTH = 256
"""How many hashes of one level make one of the next."""

_EVENT, _TILE = table("event"), table("log_tile")
_SIZE = Prepared(select(func.max(_EVENT.c.log_index)).where(_EVENT.c.log_index.is_not(None)))
_LEAVES = (
    select(_EVENT.c.leaf_hash)
    .where(_EVENT.c.log_index >= bindparam("start"), _EVENT.c.log_index < bindparam("end"))
    .where(_EVENT.c.log_index.is_not(None))
    .order_by(_EVENT.c.log_index)
)
_HASHES = (
    select(_TILE.c.hash)
    .where(_TILE.c.level == bindparam("at_level"))
    .where(_TILE.c.start >= bindparam("start"), _TILE.c.start < bindparam("end"))
    .order_by(_TILE.c.start)
)


def size(connection: Connection) -> int:
    """Count the leaves of the tree."""
    found = _SIZE.first(connection, {})
    return 0 if found is None or found[0] is None else int(found[0]) + 1


def hashes(connection: Connection, level: int, start: int, end: int) -> list[bytes]:
    """Read the hashes `start` to `end` (not included) of a level.

    The one at index i of level n covers the leaves from i * 256**n to (i + 1) * 256**n. Raises
    ValueError when the tree does not have them all.
    """
    if level == 0:
        found = connection.execute(_LEAVES, {"start": start, "end": end})
    else:
        found = connection.execute(_HASHES, {"at_level": level, "start": start, "end": end})
    read = list(found.scalars())
    if len(read) != end - start:
        raise ValueError(f"the tree lacks hashes of level {level} from {start} to {end}")
    return read


def integrate(connection: Connection, before: int, after: int) -> None:
    """Keep the hashes of all subtrees that became full when the tree grew."""
    level = 0
    while after // WIDTH > before // WIDTH:
        before, after = before // WIDTH, after // WIDTH
        level += 1
        connection.execute(
            insert(_TILE),
            [
                {"level": level, "start": i, "hash": _parent(connection, level - 1, i)}
                for i in range(before, after)
            ],
        )


def _parent(connection: Connection, level: int, index: int) -> bytes:
    row = hashes(connection, level, index * WIDTH, (index + 1) * WIDTH)
    while len(row) > 1:
        row = [sha256(b"\x01" + a + b).digest() for a, b in zip(row[::2], row[1::2], strict=True)]
    return row[0]
