"""Count once what page after page shows, until anything changes it: see `engine.store.counted`."""

from collections.abc import Callable, Hashable
from typing import TypeVar

from engine.service.desk import Desk
from engine.store import counted
from engine.store.scope import Scope
from engine.store.visible import since

Found = TypeVar("Found")


def once(
    desk: Desk, key: Hashable, read: Callable[[], Found], of: frozenset[str] | None = None
) -> Found:
    """Give what was read under a key while neither an event nor a limit nor the day changed it.

    `key` names whatever else the answer depends on, the reader above all
    (`engine.store.visible.reader_of`). With `of` it depends on these records alone, and no instant
    but the day. Nobody changes what is given.
    """
    return counted.once(desk.conn, (desk.now, since(desk.now)), (desk.today, key), read, of)


def once_of(desk: Desk, scope: Scope, what: Hashable, read: Callable[[], Found]) -> Found:
    """Give what was read of a report's scope; of a past instant, read it."""
    key = scope.key
    return read() if key is None else once(desk, (what, key), read)
