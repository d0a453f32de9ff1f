"""Pages of a listing: what a cursor holds, and that nothing else is taken for one."""

import base64
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import orjson
import pytest

from engine.errors import InvalidError
from engine.service.paging import MOST, PageQuery, Place, cursor_of, page, place_of

NOW = datetime(2026, 3, 3, 7, 0, 0, 123456, tzinfo=UTC)
KINDS = (datetime, str, int)


def number(row: int) -> Place:
    """Place a number in the order of numbers."""
    return (row,)


class Numbers:
    """A listing of numbers, some of which come and go."""

    def __init__(self, rows: set[int]) -> None:
        self.rows = rows

    def read(self, after: Place | None, count: int) -> Sequence[int]:
        """Give up to so many numbers after one."""
        first = after[0] if after else -1
        assert isinstance(first, int)
        return sorted(row for row in self.rows if row > first)[:count]


def turn(numbers: Numbers, limit: int, cursor: str | None) -> tuple[list[int], str | None]:
    """Turn to the next page."""
    return page("numbers", PageQuery(limit, cursor), (int,), numbers.read, number)


def test_a_place_comes_back_from_its_cursor() -> None:
    place = (NOW, "二", 7, None, True, date(2026, 3, 3))
    kinds = (datetime, str, int, str, bool, date)
    assert place_of("x", cursor_of("x", place), kinds) == place


def test_the_pages_together_are_the_whole_listing(rng: random.Random) -> None:
    for _ in range(200):
        rows = set(rng.sample(range(1000), rng.randrange(60)))
        numbers, seen, cursor = Numbers(rows), list[int](), None
        limit = rng.randint(1, 20)
        while True:
            shown, cursor = turn(numbers, limit, cursor)
            assert len(shown) == limit or cursor is None
            seen += shown
            if cursor is None:
                break
        assert seen == sorted(rows)


def test_rows_that_come_and_go_make_no_other_one_skipped_or_repeated(rng: random.Random) -> None:
    for _ in range(200):
        steady = set(rng.sample(range(0, 1000, 2), 40))
        numbers, seen, cursor = Numbers(set(steady)), list[int](), None
        while True:
            shown, cursor = turn(numbers, 7, cursor)
            seen += shown
            if cursor is None:
                break
            numbers.rows = steady | set(rng.sample(range(1, 1000, 2), 20))
        assert sorted(row for row in seen if row % 2 == 0) == sorted(steady)
        assert len(seen) == len(set(seen))


@pytest.mark.parametrize("limit", [0, -1, MOST + 1])
def test_a_page_has_a_sensible_number_of_rows(limit: int) -> None:
    with pytest.raises(InvalidError, match="1 to 200") as refused:
        turn(Numbers(set()), limit, None)
    assert refused.value.faults[0].field == "limit"


def forged(*parts: object) -> str:
    """Write a cursor of the listing `x` that holds anything."""
    digest, *_ = orjson.loads(base64.urlsafe_b64decode(cursor_of("x", ()) + "=="))
    return base64.urlsafe_b64encode(orjson.dumps([digest, *parts])).decode()


GOOD = (f"{NOW:%Y-%m-%dT%H:%M:%S.%fZ}", "a", 1)


@pytest.mark.parametrize(
    "cursor",
    [
        "", "a", "%", "页", "\x00", "A" * 10_000, "bnVsbA", "e30", "W10", "MQ", "\ud800",
        cursor_of("y", (NOW, "a", 1)),
        cursor_of("x", (NOW, "a")),
        cursor_of("x", ("a", NOW, 1)),
        forged(*GOOD, 1),
        forged(GOOD[0], "a\x00", 1),
        forged(GOOD[0], "a", 2**60),
        forged(*GOOD[:2], *[True]),
        forged(GOOD[0], "a", 1.0),
        forged(GOOD[0], ["a"], 1),
        forged(GOOD[0], {}, 1),
        forged("0000-01-01T00:00:00.000000Z", "a", 1),
        forged("2026-03-03T00:00:00+23:59", "a", 1),
        forged(7, "a", 1),
    ],
)  # fmt: skip
def test_whatever_is_no_cursor_of_the_listing_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidError) as refused:
        place_of("x", cursor, KINDS)
    assert refused.value.faults[0].field == "cursor"
    assert "first page" in refused.value.say("en")


def test_a_forged_cursor_that_is_well_spelt_is_only_another_place() -> None:
    assert place_of("x", forged(*GOOD), KINDS) == (NOW, "a", 1)
    later = NOW + timedelta(days=1)
    assert place_of("x", cursor_of("x", (later, "a", 1)), KINDS) == (later, "a", 1)
