"""How a due date came about: the facts that a clock keeps, and the words made from them.

Facts are JSON values (whole numbers, text, ISO 8601 dates), so that a clock of any past day can be
explained in either language for ever, whatever the calendar says by then.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

import orjson

from engine.words import Locale, Message, message, say

Facts = dict[str, Any]
SHOWN = 8
"""So many exceptions of each sort a derivation names; of more it gives the number."""
_ONE_DAY = timedelta(days=1)
_PROMISES = frozenset({"case-due", "measure-due", "letter-answer-by", "report-day", "import"})
_MOVED = frozenset({"extension", "suspension"})


def grounds(
    listed: Mapping[date, bool],
    overrides: Mapping[date, bool],
    labels: Mapping[int, str],
    first: date,
    last: date,
) -> Facts:
    """Name what in a span of days, both ends included, is not as its weekday says, and by what.

    `listed` are the days of the notices and `overrides` the local exceptions, True for those that
    work; `labels` are the names of the years whose notice is loaded.
    """
    local = _within(overrides, first, last)
    national = {d: w for d, w in _within(listed, first, last).items() if d not in local}
    found: dict[str, list[Any]] = {
        "make_up": [d.isoformat() for d, works in national.items() if works],
        "off": list(_stretches([d for d, works in national.items() if not works])),
        "overridden": [[d.isoformat(), works] for d, works in local.items()],
        **_years(labels, first, last),
    }
    return _shortened(found)


def _years(labels: Mapping[int, str], first: date, last: date) -> dict[str, list[Any]]:
    years = range(first.year, last.year + 1)
    return {
        "calendars": [labels[y] for y in years if y in labels],
        "without_notice": [y for y in years if y not in labels],
    }


def _within(days: Mapping[date, bool], first: date, last: date) -> dict[date, bool]:
    return {d: days[d] for d in sorted(days) if first <= d <= last}


def _shortened(found: Mapping[str, list[Any]]) -> Facts:
    more = sum(max(0, len(items) - SHOWN) for items in found.values())
    shown: Facts = {name: items[:SHOWN] for name, items in found.items() if items}
    return shown | ({"more": more} if more else {})


def _stretches(days: list[date]) -> Iterator[list[str]]:
    """Give runs of days on end as pairs of first and last."""
    breaks = [(a, b) for a, b in pairwise(days) if b - a > _ONE_DAY]
    firsts = [*days[:1], *(b for _, b in breaks)]
    lasts = [*(a for a, _ in breaks), *days[-1:]]
    for first, last in zip(firsts, lasts, strict=True):
        yield [first.isoformat(), last.isoformat()]


def say_derivation(facts: Mapping[str, Any], locale: Locale) -> str:
    """Put the facts of a due date into words, in one language, without a full stop.

    Raises KeyError where the facts are not those of a derivation.
    """
    return _said(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS), locale)


@lru_cache(maxsize=8192)
def _said(spelt: bytes, locale: Locale) -> str:
    facts = orjson.loads(spelt)
    if facts["rule"] == "fixed":
        return say(_fixed(facts), locale)
    found = _join("listed-with", _grounds(facts), locale)
    code = "derived-with-grounds" if found else "derived-plain"
    due = _due(facts, facts["start"])
    words = say(message(code, counted=_counted(facts), grounds=found, due=due), locale)
    if labels := facts.get("calendars"):
        named = say(message("named-with"), locale).join(labels)
        words = say(message("derived-by-calendar", words=words, labels=named), locale)
    if years := facts.get("without_notice"):
        named = say(message("named-with"), locale).join(map(str, years))
        words = say(message("derived-provisional", words=words, years=named), locale)
    return words


def _join(separator: str, words: Iterable[Message], locale: Locale) -> str:
    return say(message(separator), locale).join(say(w, locale) for w in words)


def say_day(on: date, locale: Locale, *, long: bool = True) -> str:
    """Write a day with its weekday, with its year if `long`."""
    return say(_day(on.isoformat(), None if long else on.isoformat()), locale)


def day_in_full(day: str) -> Message:
    """Say a day, given as ISO 8601, with its weekday and its year."""
    return _day(day)


def _day(day: str, beside: str | None = None, *, bare: bool = False) -> Message:
    """Say a day; without its year where it stands beside another day of that year."""
    on = date.fromisoformat(day)
    length = "short" if beside and beside[:4] == day[:4] else "long"
    weekday = message(f"weekday-{on.weekday()}")
    code = f"day-bare-{length}" if bare else f"day-{length}"
    return message(code, y=on.year, m=on.month, d=on.day, weekday=weekday)


def _at(day: Message, at: str | None) -> Message:
    return message("day-at", day=day, at=at[:5]) if at else day


def _due(facts: Mapping[str, Any], beside: str | None = None) -> Message:
    return _at(_day(facts["due"], beside), facts.get("at"))


def _plural(code: str, n: int) -> str:
    return f"{code}-one" if n == 1 else code


def _counted(facts: Mapping[str, Any]) -> Message:
    n: int = facts["n"]
    way = "-before" if n < 0 else "-first" if facts.get("first_day_counts") else ""
    start = _at(_day(facts["start"]), facts.get("start_at", "T")[11:])
    return message(_plural(f"counted-{facts['unit']}{way}", abs(n)), n=abs(n), start=start)


def _grounds(facts: Mapping[str, Any]) -> Iterator[Message]:
    start = facts["start"]
    if "nominal" in facts:
        yield message("ground-nominal", day=_day(facts["nominal"], start))
    for day in facts.get("make_up", ()):
        yield message("ground-make-up", day=_day(day, start))
    for first, last in facts.get("off", ()):
        code = "ground-off-day" if first == last else "ground-off-days"
        ends = _day(first, start, bare=True), _day(last, start, bare=True)
        yield message(code, first=ends[0], last=ends[1])
    for day, works in facts.get("overridden", ()):
        yield message(f"ground-override-{'work' if works else 'off'}", day=_day(day, start))
    if "more" in facts:
        yield message("ground-more", n=facts["more"])


def _fixed(facts: Mapping[str, Any]) -> Message:
    days = facts.get("days")
    known = facts["why"] in (_PROMISES if days is None else _MOVED)
    code = f"fixed-{facts['why']}" if known else "fixed-date"
    words = message(code if days is None else _plural(code, days), days=days, due=_due(facts))
    return message("fixed-on-day-off", words=words) if facts.get("falls_on_day_off") else words
