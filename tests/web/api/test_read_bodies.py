"""Bodies are read as JSON that no two readers read apart."""

import pytest

from engine.errors import InvalidError
from web.api.reading import MOST, read_json


def test_plain_json_is_read() -> None:
    text = '{"a": [1, "字", null, true, 1.5, {"b": ""}], "n": -9007199254740991}'
    assert read_json(text.encode()) == {"a": [1, "字", None, True, 1.5, {"b": ""}], "n": -MOST}


def test_escapes_that_make_whole_characters_are_read() -> None:
    assert read_json(rb'"\ud83d\ude00 \u5b57"') == "\U0001f600 字"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "body-json"),
        (b"{", "body-json"),
        (b'{"a": 1,}', "body-json"),
        (b"{'a': 1}", "body-json"),
        (b'{"a": 1} x', "body-json"),
        (b'"\x00"', "body-json"),
        (b'{"a": 01}', "body-json"),
        (b"\xff\xfe{\x00}\x00", "body-encoding"),
        (b'"\xed\xa0\x80"', "body-encoding"),
        (b"\xef\xbb\xbf{}", "body-json"),
        (b'{"a": NaN}', "invalid"),
        (b'{"a": -Infinity}', "invalid"),
        (b'{"a": 1e400}', "invalid"),
        (b'{"a": 9007199254740992}', "invalid"),
        (b'{"a": -9223372036854775809}', "invalid"),
        (b"1" + b"0" * 5000, "invalid"),
        (b'{"a": [1E999]}', "invalid"),
        (b'{"a": 1, "a": 1}', "body-twice"),
        (b'{"x": {"a": 1, "b": 2, "a": null}}', "body-twice"),
        (b"[" * 200_000 + b"]" * 200_000, "body-deep"),
        (b'{"a":' * 200_000 + b"1" + b"}" * 200_000, "body-deep"),
        (rb'{"a": "\u0000"}', "invalid"),
        (rb'{"a": ["\ud800"]}', "invalid"),
        (rb'{"\udfff": 1}', "invalid"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(InvalidError) as refused:
        read_json(body)
    assert refused.value.message.code == code
    assert all(refused.value.say(locale) for locale in ("zh", "en"))


def test_no_depth_is_too_deep_to_be_refused() -> None:
    """What can just be read may be too deep to be looked through; both are answered alike."""
    for depth in range(100, 1100, 50):
        for inner in (rb'"\u0041"', b"1", b"9007199254740993"):
            body = b'{"a":' * depth + inner + b"}" * depth
            try:
                read_json(body)
            except InvalidError as refused:
                assert refused.message.code in {"body-deep", "invalid"}  # noqa: PT017


def test_the_place_of_a_broken_text_is_named() -> None:
    with pytest.raises(InvalidError) as refused:
        read_json(rb'{"data": {"names": ["ok", "no\u0000"]}}')
    assert [fault.field for fault in refused.value.faults] == ["data.names.1"]


@pytest.mark.parametrize("number", ["9007199254740992", "-1" + "0" * 400, "1e400", "NaN"])
def test_the_place_of_a_number_that_others_round_is_named(number: str) -> None:
    with pytest.raises(InvalidError) as refused:
        read_json(f'{{"data": [1, {number}]}}'.encode())
    told = [(fault.field, fault.message.code) for fault in refused.value.faults]
    assert told == [("data.1", "body-number")]


def test_the_name_that_stands_twice_is_named() -> None:
    with pytest.raises(InvalidError) as refused:
        read_json(b'{"version": 1, "reason": "", "version": 2}')
    assert [fault.field for fault in refused.value.faults] == ["version"]
