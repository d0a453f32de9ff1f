"""Fresh numbers: the ids of records, and the numbers in the codes of issues and cases."""

from sqlalchemy import Connection, text

_TAKE = text(
    "INSERT INTO counter (name, next) VALUES (:name, :count + 1) "
    "ON CONFLICT (name) DO UPDATE SET next = counter.next + :count RETURNING next"
)
_REACH = text(
    "INSERT INTO counter (name, next) VALUES (:name, :after) ON CONFLICT (name) DO UPDATE "
    "SET next = CASE WHEN counter.next < :after THEN :after ELSE counter.next END"
)


def take(connection: Connection, name: str, count: int = 1) -> int:
    """Take `count` consecutive numbers and give the first; each counter begins at 1.

    A transaction that fails gives its numbers back, so codes have no gaps; on PostgreSQL others
    who take from the same counter wait for it. Raises ValueError when asked for none.
    """
    if count < 1:
        raise ValueError("at least one number must be taken")
    after: int = connection.execute(_TAKE, {"name": name, "count": count}).scalar_one()
    return after - count


def reach(connection: Connection, name: str, number: int) -> None:
    """Let a counter go on after a number that somebody else gave out; it never goes back."""
    connection.execute(_REACH, {"name": name, "after": number + 1})
