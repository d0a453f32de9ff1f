"""Holiday notices in: the shipped TOML format and the public JSON of a year, checked to the day."""

import json
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from importlib import resources
from typing import Any

from engine.domain.calendar import NoticeDay, NoticeYear
from engine.errors import DefinitionError, reason_of

FIRST_YEAR, LAST_YEAR = 1949, 9998
LONGEST_FILE = 256 * 1024
"""Bytes; a real notice has some four thousand."""
LONGEST_TEXT = 1000
_AROUND = timedelta(days=14)
"""How far a holiday of a year reaches into the years beside it: that of New Year begins before."""
_TOML_KEYS = ("year", "label", "source", "days")
_TOML_DAY_KEYS = ("date", "name", "off")
_JSON_DAY_KEYS = ("name", "date", "isOffDay")


def shipped() -> dict[int, NoticeYear]:
    """Read the years that ship with Duban, by year."""
    folder = resources.files("workflows").joinpath("calendars")
    files = sorted(
        (f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda found: found.name
    )
    notices = [parse_notice_toml(f.read_bytes(), f.name) for f in files]
    return {notice.year: notice for notice in notices}


def parse_notice(data: bytes, file: str = "notice") -> NoticeYear:
    """Read a notice in either format; one that begins with a brace is JSON.

    Raises DefinitionError with what is wrong, in which day, and what would be right.
    """
    text = _text(data, file)
    return (
        _from_json(text, file) if text.lstrip().startswith(("{", "[")) else _from_toml(text, file)
    )


def parse_notice_toml(data: bytes, file: str = "notice.toml") -> NoticeYear:
    """Read the shipped format: year, label, source, days = [{date, name, off}].

    Raises DefinitionError with what is wrong, in which day, and what would be right.
    """
    return _from_toml(_text(data, file), file)


def parse_notice_json(data: bytes, file: str = "notice.json") -> NoticeYear:
    """Read the public format {year, papers, days: [{name, date, isOffDay}]}; `papers` may lack.

    Keys that Duban does not use are passed over, for the format is others' to extend. Raises
    DefinitionError with what is wrong, in which day, and what would be right.
    """
    return _from_json(_text(data, file), file)


def _text(data: bytes, file: str) -> str:
    if len(data) > LONGEST_FILE:
        raise DefinitionError("notice-too-large", file=file, size=len(data), longest=LONGEST_FILE)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise DefinitionError("notice-encoding", file=file) from wrong


def _from_toml(text: str, file: str) -> NoticeYear:
    raw = _parsed(tomllib.loads, text, file, "TOML")
    _only(raw, _TOML_KEYS, file)
    year = _year(raw, file)
    label, source = _label(raw, "label", file), _label(raw, "source", file)
    days = _days(raw, year, file, _TOML_DAY_KEYS, closed=True)
    return NoticeYear(year, label, source, days)


def _from_json(text: str, file: str) -> NoticeYear:
    raw = _parsed(json.loads, text, file, "JSON")
    year, papers = _year(raw, file), raw.get("papers", [])
    if not isinstance(papers, list) or not all(isinstance(p, str) for p in papers):
        raise DefinitionError("notice-papers", file=file)
    source = " ".join(papers)
    if len(source) > LONGEST_TEXT:
        raise DefinitionError("notice-text", file=file, key="papers", longest=LONGEST_TEXT)
    days = _days(raw, year, file, _JSON_DAY_KEYS, closed=False)
    return NoticeYear(year, f"cn-{year}", source, days)


def _parsed(parse: Callable[[str], Any], text: str, file: str, kind: str) -> Mapping[str, Any]:
    try:
        raw = parse(text)
    except (ValueError, RecursionError) as wrong:
        detail = reason_of(wrong)
        raise DefinitionError("notice-syntax", file=file, format=kind, detail=detail) from wrong
    if not isinstance(raw, dict):
        raise DefinitionError("notice-shape", file=file)
    return raw


def _only(raw: Mapping[str, Any], known: tuple[str, ...], file: str) -> None:
    for key in raw:
        if key not in known:
            raise DefinitionError(
                "notice-unknown-key", file=file, key=key[:40], known=", ".join(known)
            )


def _year(raw: Mapping[str, Any], file: str) -> int:
    year = raw.get("year")
    if type(year) is not int or not FIRST_YEAR <= year <= LAST_YEAR:
        raise DefinitionError("notice-year", file=file, first=FIRST_YEAR, last=LAST_YEAR)
    return year


def _label(raw: Mapping[str, Any], key: str, file: str) -> str:
    text = raw.get(key)
    if not isinstance(text, str) or not 0 < len(text.strip()) <= LONGEST_TEXT:
        raise DefinitionError("notice-text", file=file, key=key, longest=LONGEST_TEXT)
    return text.strip()


def _days(
    raw: Mapping[str, Any], year: int, file: str, keys: tuple[str, ...], *, closed: bool
) -> tuple[NoticeDay, ...]:
    """Read the listed days in order of date; the same day twice must say the same twice."""
    listed = raw.get("days")
    if not isinstance(listed, list) or not listed:
        raise DefinitionError("notice-no-days" if listed == [] else "notice-shape", file=file)
    found: dict[date, NoticeDay] = {}
    for n, item in enumerate(listed, start=1):
        if not isinstance(item, dict):
            raise DefinitionError("notice-day-shape", file=file, n=n, keys=", ".join(keys))
        if closed:
            _only(item, keys, file)
        day = _day(item, n, year, file, keys[-1])
        if found.setdefault(day.on, day).off != day.off:
            raise DefinitionError("notice-day-twice", file=file, day=day.on.isoformat())
    return tuple(found[on] for on in sorted(found))


def _day(item: Mapping[str, Any], n: int, year: int, file: str, off_key: str) -> NoticeDay:
    on, name, off = _date(item.get("date")), item.get("name"), item.get(off_key)
    if on is None:
        raise DefinitionError("notice-day-date", file=file, n=n)
    if not date(year, 1, 1) - _AROUND <= on <= date(year, 12, 31) + _AROUND:
        raise DefinitionError("notice-day-far", file=file, n=n, day=on.isoformat(), year=year)
    if not isinstance(off, bool):
        raise DefinitionError("notice-day-off", file=file, n=n, key=off_key)
    if not isinstance(name, str) or not 0 < len(name.strip()) <= LONGEST_TEXT:
        raise DefinitionError("notice-text", file=file, key=f"days[{n}].name", longest=LONGEST_TEXT)
    return NoticeDay(on, name.strip(), off)


def _date(value: object) -> date | None:
    """Take a TOML date as it is and text in the form YYYY-MM-DD alone; anything else is none."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        found = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found and found.isoformat() == value else None
