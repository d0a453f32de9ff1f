"""What is held of cases is read whole once, and then only of those that changed."""

from collections.abc import Collection

import pytest

from engine.store import following
from engine.store.following import Followers


class Reader:
    """Holds a dict of cases, and notes what it was asked to read."""

    def __init__(self) -> None:
        self.read: list[set[int] | None] = []
        self.rows = {1: "a", 2: "b"}

    def ask(self, followers: Followers, key: str = "rows", **given: object) -> dict[int, str]:
        """Ask for all rows."""
        return followers.follow(key, self._whole, self._some, **given)  # type: ignore[arg-type]

    def _whole(self) -> dict[int, str]:
        self.read.append(None)
        return dict(self.rows)

    def _some(self, former: dict[int, str], changed: Collection[int]) -> dict[int, str]:
        self.read.append(set(changed))
        kept = {i: row for i, row in former.items() if i not in changed}
        return kept | {i: row for i, row in self.rows.items() if i in changed}


def test_only_what_changed_is_read_again_and_what_was_given_stays() -> None:
    followers, reader = Followers(), Reader()
    first = reader.ask(followers)
    reader.rows = {2: "c", 3: "d"}
    for case_id in (1, 2, 3, 2):
        followers.note_case(case_id)
    assert reader.ask(followers) == reader.ask(followers) == {2: "c", 3: "d"}
    assert reader.read == [None, {1, 2, 3}]
    assert first == {1: "a", 2: "b"}


def test_the_office_a_limit_and_too_many_events_have_all_of_it_read_again() -> None:
    followers, reader = Followers(), Reader()
    reader.ask(followers, passed=1)
    followers.note_office()
    reader.ask(followers, passed=1)
    reader.ask(followers, passed=2)
    followers.forget()
    reader.ask(followers, passed=2)
    assert reader.read == [None] * 4


def test_what_is_not_of_the_office_outlives_its_changes() -> None:
    followers, reader = Followers(), Reader()
    reader.ask(followers, of_office=False)
    followers.note_office()
    reader.ask(followers, of_office=False)
    assert reader.read == [None]


def test_what_failed_to_be_read_is_read_whole_the_next_time() -> None:
    followers, reader = Followers(), Reader()
    reader.ask(followers)
    followers.note_case(2)

    def fail(_former: dict[int, str], _changed: Collection[int]) -> dict[int, str]:
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011  # it says nothing
        followers.follow("rows", dict, fail)
    reader.rows[2] = "c"
    assert reader.ask(followers)[2] == "c"
    assert reader.read == [None, None]


def test_there_is_room_for_so_much_and_the_longest_unasked_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(following, "_MOST_HELD", 4)
    monkeypatch.setattr(following, "_MOST_CHANGES", 3)
    followers, reader = Followers(), Reader()
    for key in ("a", "b", "a", "c", "a", "b"):
        reader.ask(followers, key)
    assert reader.read == [None] * 4
    for case_id in range(10, 15):
        followers.note_case(case_id)
    reader.rows[10] = "new"
    assert reader.ask(followers, "b") == reader.rows
    assert reader.ask(followers, "a") == reader.rows
