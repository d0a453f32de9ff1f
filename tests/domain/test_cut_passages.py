"""Folding and cutting texts: whatever stands in a text as it is written stands in it folded."""

import os
from itertools import pairwise
from random import Random

import pytest

from engine.domain.passages import (
    KINDS,
    SOURCES,
    TOUCHING,
    folded,
    pairs,
    parts_of,
    passages_of,
    place_of,
    standing,
    stands,
)

STEP = int(os.environ.get("DUBAN_TEST_FOLD_STEP", "7"))
"""Of so many characters one is looked at; 1 for all there are."""
ODD = "欠薪Aａ１1ßﬁ㍿Ⅳ　 \tÉe\u0301%_'\"\\〔〕\U00020000\U0010fffd.-"


def test_what_is_folded_has_no_control_no_wide_ascii_and_is_folded_for_good(rng: Random) -> None:
    first = rng.randrange(STEP)
    known = [c for c in range(first, 0x110000, STEP) if not 0xD800 <= c < 0xE000]
    for code in known:
        found = folded(chr(code))
        assert found
        assert folded(found) == found
        for one in found:
            assert " " <= one < "\x7f" or one > "\x7f"
            assert not "\uff01" <= one <= "\uff5e"
            assert one != "\u3000"


def test_what_stands_in_a_text_as_written_stands_in_it_folded(rng: Random) -> None:
    for _ in range(300):
        text = "".join(rng.choices(ODD, k=rng.randrange(1, 30)))
        start = rng.randrange(len(text))
        word = text[start : start + rng.randrange(1, 8)]
        assert stands(word, text)
        assert stands(word.upper(), text.lower()) or "ß" in word.lower() or "e\u0301" in text
        assert "".join(folded(one) for one in text) == folded(text)


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("ab12", "ＡＢ１２区", True),
        ("ＤＢ", "db-2026-0001", True),
        ("欠 薪", "欠薪", False),
        ("薪欠", "欠薪", False),
        ("%", "百分", False),
        ("_", "甲乙", False),
        ("株式", "㍿", True),
    ],
)
def test_width_and_capitals_do_not_count_and_all_else_does(
    word: str, text: str, *, found: bool
) -> None:
    assert stands(word, text) is found


def test_pairs_are_all_neighbours_and_the_last_character() -> None:
    assert pairs("") == []
    assert pairs("甲") == ["甲"]
    text = "甲乙 丙a"
    assert pairs(text) == [*("".join(two) for two in pairwise(text)), "a"]


def test_stretches_hold_a_word_each_and_lie_apart(rng: Random) -> None:
    for _ in range(300):
        text = "".join(rng.choices(ODD, k=rng.randrange(30)))
        words = ["".join(rng.choices(ODD, k=rng.randrange(1, 3))) for _ in range(2)]
        found = standing(words, text)
        assert all(a < b for a, b in found)
        assert all(one[1] <= two[0] for one, two in pairwise(found))
        for start, end in found:
            assert any(stands(word, text[start:end]) for word in words)
        assert bool(found) is any(stands(word, text) for word in words)


def test_a_place_says_what_it_is_of(rng: Random) -> None:
    for kind in KINDS:
        subject, no = rng.randrange(1, 2**31), rng.randrange(2**28)
        place = place_of(kind, subject, no)
        assert parts_of(place) == (kind, subject, no)
        assert 0 < place < 2**63


def test_each_kind_of_passage_has_one_source_and_empty_texts_have_none() -> None:
    assert sorted(one.kind for sources in SOURCES.values() for one in sources) == sorted(KINDS)
    letter = dict.fromkeys(TOUCHING["letter"]) | {"case_id": 1, "no": 2, "demands": "请说明"}
    assert list(passages_of("letter", letter)) == []
    issued = letter | {"issued_at": 1, "number": "1号", "answer": "好", "verdict": "不行"}
    assert [one.text for one in passages_of("letter", issued)] == ["1号 请说明"]
    answered = issued | {"answered_at": 1, "decided_at": 1}
    assert [one.text for one in passages_of("letter", answered)] == ["1号 请说明", "好", "不行"]
    assert list(passages_of("note", {"case_id": 1, "no": 2, "body": ""})) == []
