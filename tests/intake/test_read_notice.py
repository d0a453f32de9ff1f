"""Reading a holiday notice: both formats, and a clear sentence for whatever is wrong."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import DefinitionError
from engine.intake.notices import parse_notice, parse_notice_json, parse_notice_toml, shipped

PUBLIC = Path(__file__).parents[1] / "data" / "calendar_cn"
GOOD = """
year = 2027
label = "cn-2027"
source = "x"
days = [{date = 2027-01-01, name = "a", off = true}]
"""


def public(**changes: object) -> bytes:
    """Write a notice in the public format, with something changed."""
    day = {"name": "元旦", "date": "2027-01-01", "isOffDay": True}
    return json.dumps(
        {"year": 2027, "papers": ["https://a.example"], "days": [day], **changes}
    ).encode()


def a_day(**changes: object) -> list[dict[str, object]]:
    """Give one day of the public format, with something changed."""
    return [{"name": "元旦", "date": "2027-01-01", "isOffDay": True, **changes}]


def test_the_shipped_years_run_from_2019_to_2026_without_a_gap() -> None:
    assert list(shipped()) == list(range(2019, 2027))


def test_every_shipped_year_names_the_notices_and_where_they_stand() -> None:
    for year, notice in shipped().items():
        assert notice.label == f"cn-{year}"
        assert "国办发明电〔" in notice.source
        assert "gov.cn/" in notice.source


@pytest.mark.parametrize("year", range(2019, 2023))
def test_the_public_file_of_a_year_lists_what_ships(year: int) -> None:
    assert parse_notice((PUBLIC / f"{year}.json").read_bytes()).days == shipped()[year].days


def test_the_public_format_keeps_its_papers_as_source() -> None:
    notice = parse_notice_json(public())
    assert (notice.label, notice.source) == ("cn-2027", "https://a.example")


def test_a_byte_order_mark_is_passed_over() -> None:
    assert parse_notice(b"\xef\xbb\xbf" + public()).year == 2027


def test_days_stand_in_order_and_once() -> None:
    days = a_day(date="2027-02-01") + a_day() + a_day()
    listed = parse_notice(public(days=days)).days
    assert [day.on for day in listed] == [date(2027, 1, 1), date(2027, 2, 1)]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xff\xfe", "is not UTF-8"),
        (b"{", "read as JSON"),
        (b"[" * 100_000, "read as JSON"),
        (b"year =", "read as TOML"),
        (b"", "the year (year) must be a whole number"),
        (b"[]", "must give the year"),
        (b" " * 300_000, "is too large"),
        (public(year="2027"), "the year (year) must be a whole number"),
        (public(year=True), "the year (year) must be a whole number"),
        (public(year=9999), "the year (year) must be a whole number"),
        (public(papers="x"), "(papers) must be a list"),
        (public(papers=["x" * 2000]), "papers must be text"),
        (public(days=[]), "the notice of that year may not be out"),
        (public(days=None), "must give the year (year) and its days (days)"),
        (public(days=["2027-01-01"]), "day 1 must give "),
        (public(days=a_day(date="2027-02-30")), "the date (date) of day 1 must be a real one"),
        (public(days=a_day(date="20270101")), "the date (date) of day 1 must be a real one"),
        (public(days=a_day(date=5)), "the date (date) of day 1 must be a real one"),
        (public(days=a_day(date="2029-01-01")), "neither in 2027"),
        (public(days=a_day(isOffDay="yes")), "isOffDay of day 1 must be true"),
        (public(days=a_day(name=" ")), "days[1].name must be text"),
        (public(days=a_day() + a_day(isOffDay=False)), "stands twice"),
    ],
)
def test_what_is_wrong_is_said(data: bytes, sentence: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        parse_notice(data, "notice")
    assert sentence in refused.value.say("en")
    assert refused.value.say("zh")


@pytest.mark.parametrize(
    ("good", "bad", "sentence"),
    [
        ("label", "lable", "unknown entry “lable”"),
        ("off", "isOff", "unknown entry “isOff”"),
        ("off = true", "off = 1", "off of day 1 must be true"),
        ('"cn-2027"', '""', "label must be text"),
        ('source = "x"\n', "", "source must be text"),
        ("date = 2027-01-01", "date = 2027-01-01T00:00:00", "the date (date) of day 1"),
    ],
)
def test_the_shipped_format_is_closed(good: str, bad: str, sentence: str) -> None:
    assert parse_notice_toml(GOOD.encode()).year == 2027
    with pytest.raises(DefinitionError) as refused:
        parse_notice_toml(GOOD.replace(good, bad, 1).encode())
    assert sentence in refused.value.say("en")


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_random_bytes_are_refused_with_a_sentence(data: bytes) -> None:
    words = ""
    try:
        parse_notice(data)
    except DefinitionError as refused:
        words = refused.say("zh")
    assert words.startswith("“notice”")


@pytest.mark.parametrize(("day", "is_read"), [
    ("2026-12-18", True), ("2026-12-17", False), ("2026-10-01", False),
    ("2028-01-14", True), ("2028-01-15", False),
])  # fmt: skip
def test_a_day_of_another_year_is_read_only_close_to_the_turn_of_the_year(
    day: str,
    is_read: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    content = public(days=[{"name": "元旦", "date": day, "isOffDay": True}])
    if is_read:
        assert parse_notice(content).days[0].on.isoformat() == day
        return
    with pytest.raises(DefinitionError) as refusal:
        parse_notice(content)
    assert day in refusal.value.say("en")
    assert "year" in refusal.value.say("en")
