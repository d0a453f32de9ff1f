"""Compare the index of passages with the texts that it was made from, few rows at a time.

SQLite's index has no texts to compare. There each passage must have as many pairs as its text, and
each pair must occur as often as in all texts together.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select, text

from engine.domain.passages import KINDS, places_of
from engine.store.passages import passages_of_kind, spelt_pairs
from engine.store.tables.passages import PASSAGES

_FEW = 2000
_SIZES = text("SELECT id, sz FROM passage_docsize WHERE id BETWEEN :first AND :last ORDER BY id")
_PAIRS = text("SELECT term, cnt FROM passage_pairs")
_MORE, _BITS = 0x80, 7
Entry = tuple[int, int | str]


@dataclass(frozen=True, slots=True)
class Compared:
    """How many passages there should be, how many of them are astray, how many pairs are."""

    passages: int
    astray: int
    pairs: int


def compare(connection: Connection) -> Compared:
    """Compare all of the index with all texts."""
    is_sqlite = connection.dialect.name == "sqlite"
    texts = _Texts(connection, counting=is_sqlite)
    astray = sum(_unlike(texts.entries(kind), _kept(connection, kind)) for kind in KINDS)
    if not is_sqlite:
        return Compared(texts.count, astray, 0)
    kept = {row.term: row.cnt for row in connection.execute(_PAIRS)}
    apart = sum(kept.get(pair) != often for pair, often in texts.often.items())
    return Compared(texts.count, astray, apart + len(kept.keys() - texts.often.keys()))


class _Texts:
    """Reads the texts; counts them and, where asked to, their pairs."""

    def __init__(self, connection: Connection, *, counting: bool) -> None:
        self._connection, self._counting = connection, counting
        self.count = 0
        self.often = Counter[str]()

    def entries(self, kind: str) -> Iterator[Entry]:
        """Give what the index should have of a kind: place and text or, when counting, length."""
        for passage in passages_of_kind(self._connection, kind):
            self.count += 1
            if self._counting:
                self.often.update(spelt_pairs(passage.text))
            yield passage.place, len(passage.text) if self._counting else passage.text


def _kept(connection: Connection, kind: str) -> Iterator[Entry]:
    """Give what the index has of a kind."""
    first, last = places_of(kind)
    if connection.dialect.name == "sqlite":
        rows = connection.execute(_SIZES, {"first": first, "last": last})
        yield from ((row.id, _number(row.sz)) for row in rows)
        return
    place = PASSAGES.c.rowid
    asked = select(PASSAGES).where(place.between(first, last)).order_by(place)
    for row in connection.execute(asked.execution_options(yield_per=_FEW)):
        yield row.rowid, row.text


def _number(coded: bytes) -> int:
    """Read a number as SQLite codes those of one and more bytes; these here have few."""
    found = 0
    for byte in coded:
        found = found << _BITS | byte & _MORE - 1
    return found


def _unlike(wanted: Iterator[Entry], kept: Iterator[Entry]) -> int:
    """Count places at which two listings, both in order, do not say the same."""
    count, left, right = 0, next(wanted, None), next(kept, None)
    while left is not None and right is not None:
        count += left != right
        first, second = left[0], right[0]
        left = next(wanted, None) if first <= second else left
        right = next(kept, None) if second <= first else right
    rest = (left is not None) + (right is not None)
    return count + rest + sum(1 for _ in wanted) + sum(1 for _ in kept)
