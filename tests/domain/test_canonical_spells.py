"""Canonical bytes: the one spelling of a value, and what is refused."""

from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.canonical import DEEPEST, LARGEST, canonical, commitment, is_canonical, leaf_hash
from engine.errors import InvalidError

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(max_codepoint=127))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner),
    max_leaves=30,
)
SALT = bytes(range(32))


@given(VALUES)
def test_bytes_are_those_of_rfc_8785(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]  # any JSON value
    assert is_canonical(canonical(value))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (LARGEST + 1, "canonical-integer"),
        (-LARGEST - 1, "canonical-integer"),
        (1.0, "canonical-kind"),
        (float("nan"), "canonical-kind"),
        (b"bytes", "canonical-kind"),
        ("\ud800", "canonical-surrogate"),
        ({"街道": 1}, "canonical-key"),
        ({1: 1}, "canonical-key"),
        ({"a\ud800": 1}, "canonical-key"),
    ],
)
def test_what_lies_outside_the_profile_is_refused_at_any_depth(value: object, code: str) -> None:
    for wrapped in (value, [value], {"a": [{"b": value}]}):
        with pytest.raises(InvalidError) as caught:
            canonical(wrapped)
        assert caught.value.message.code == code
        assert caught.value.say("zh")
        assert caught.value.say("en")


def test_nesting_ends_with_a_sentence_and_not_with_the_stack() -> None:
    value: Any = 1
    for _ in range(DEEPEST):
        value = [value]
    assert is_canonical(canonical(value))
    with pytest.raises(InvalidError, match="nested more than 100 levels"):
        canonical([value])


@pytest.mark.parametrize(
    "data",
    [b'{"b":1,"a":2}', b'{"a": 1}', b"1.0", b"{", b"", b'"\\u00e9"', b'{"a":1,"a":1}', b"\xff"],
)
def test_another_spelling_is_not_canonical(data: bytes) -> None:
    assert not is_canonical(data)


def test_a_leaf_is_hashed_behind_a_zero_byte() -> None:
    empty = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert leaf_hash(b"").hex() == empty


def test_a_commitment_is_what_its_description_says() -> None:
    covered = b"duban/pii/v1\0\0\0\0\x037/1\0\0\0\x06reason" + SALT + "已核实".encode()
    assert commitment("7/1", "reason", SALT, "已核实") == sha256(covered).hexdigest()


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=2, max_size=2, unique=True))
def test_a_commitment_binds_subject_field_and_value(parts: list[tuple[str, str, str]]) -> None:
    one, other = (commitment(subject, field, SALT, value) for subject, field, value in parts)
    assert one != other


def test_a_commitment_needs_a_salt_of_32_bytes_and_whole_characters() -> None:
    with pytest.raises(InvalidError, match="32 bytes"):
        commitment("7/1", "reason", b"short", "x")
    with pytest.raises(InvalidError, match="surrogate"):
        commitment("7/1", "reason", SALT, "\udfff")
