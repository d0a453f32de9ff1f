"""Count once what page after page shows, until anything changes it: see `engine.store.counted`."""

from collections.abc import Callable, Collection, Hashable
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


def once_of_case(desk: Desk, key: Hashable, read: Callable[[], tuple[int, Found]]) -> Found:
    """Give what was read of one case until an event of it, or one of the office, may change it.

    What is read says which case it is of. A limit that passes and a new day have it read anew too.
    """
    with counted.opened(desk.conn, (desk.now, since(desk.now))) as book:
        if book is None:
            return read()[1]

        def change(known: tuple[int, Found], changed: Collection[int]) -> tuple[int, Found]:
            return read() if known[0] in changed else known

        passed = (desk.today, book.passed)
        return book.followers.follow(("of case", key), read, change, passed=passed)[1]
