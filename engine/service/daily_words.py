"""The words of a daily report: what Duban counted, what people wrote, and where the two differ.

What was counted stands first and is nobody's to edit. What people wrote stands below it, told as
theirs; a figure of theirs that differs from the counted one is named with it, and neither gives way
to the other. Last stands who has not reported.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from typing_extensions import TypedDict

from engine.service.desk import Desk
from engine.service.listing import flows
from engine.words import LOCALES, Locale, Message, Text, message, say

_PLACE = "\0"
"""Stands for the number while a pattern is made of a sentence."""
_BEFORE = r"(?:^|(?<=[\s，。；：、,.;:（(]))(?:目前|现有?|已|今[天日]|当[天日]|共)?"
"""A stated figure begins a clause: “本月办结12件” says nothing of the day."""
SAID = ("open", "overdue", "soon", "progress", "replies", "letters")


class DifferenceAnswer(TypedDict):
    """A figure as somebody wrote it, and what Duban counted instead."""

    stated: str
    counted: int


@dataclass(frozen=True, slots=True)
class Words:
    """A report in words: the counted lines, what people wrote, the differences, and all as one."""

    counted: list[str]
    written: str
    differs: list[DifferenceAnswer]
    text: str


def words_of(desk: Desk, figures: Mapping[str, Any], written: str | None) -> Words:
    """Put a report together; where nobody wrote anything, with what units reported."""
    own = drafted(desk, figures) if written is None else _own(desk, figures, written)
    counted = _counted(desk, figures, desk.locale)
    differs = list(_differs(desk, figures, own))
    lines = [*counted, *([_heading(desk.locale), own] if own else [])]
    lines += [_difference(one, desk.locale) for one in differs]
    lines += _missing(figures, desk.locale)
    return Words(counted, own, differs, "\n".join(lines))


def drafted(desk: Desk, figures: Mapping[str, Any]) -> str:
    """Draft what people would write from what units reported."""
    lines = [message("daily-unit", unit=r["unit"], text=r["text"]) for r in figures["reported"]]
    return "\n".join(say(line, desk.locale) for line in lines)


# --- what Duban counted ---------------------------------------------------------------------------


def _counted(desk: Desk, figures: Mapping[str, Any], locale: Locale) -> list[str]:
    """Say what was counted; a day without anything says so."""
    titles = _titles(desk)
    lines = [_overall(figures)]
    lines.append(_steps(figures["steps"], titles) if figures["steps"] else message("daily-zero"))
    if figures["letters"] or figures["progress"] or figures["replies"]:
        lines.append(message("daily-work", **_numbers(figures, "letters", "progress", "replies")))
    lines += [
        message("daily-case", code=m["code"], title=m["title"], state=titles[m["state"]])
        for m in figures["moved"]
    ]
    return [say(line, locale) for line in lines]


def _overall(figures: Mapping[str, Any]) -> Message:
    """Say what stands; what will be due is known of the present only."""
    if "soon" in figures:
        return message("daily-overall-soon", **_numbers(figures, "open", "overdue", "soon"))
    return message("daily-overall", **_numbers(figures, "open", "overdue"))


def _numbers(figures: Mapping[str, Any], *names: str) -> dict[str, int]:
    return {name: figures[name] for name in names}


def _titles(desk: Desk) -> dict[str, Text]:
    """Give the titles of all steps and states of the workflows there are."""
    return _step_titles(desk) | {
        state.name: state.title for flow in flows(desk) for state in flow.states.values()
    }


def _step_titles(desk: Desk) -> dict[str, Text]:
    return {arc.trigger: arc.title for flow in flows(desk) for arc in reversed(flow.transitions)}


def _steps(steps: Mapping[str, int], titles: Mapping[str, Text]) -> Message:
    counted = ((titles.get(name, Text(name, name)), n) for name, n in steps.items())
    first, *rest = (message("daily-step", trigger=title, count=n) for title, n in counted)
    for other in rest:
        first = message("daily-and", one=first, other=other)
    return message("daily-steps", steps=first)


def _missing(figures: Mapping[str, Any], locale: Locale) -> list[str]:
    """Name who has not reported; nobody edits that away."""
    if not figures["missing"]:
        return []
    comma = say(message("listed-names"), locale)
    return [say(message("daily-missing", units=comma.join(figures["missing"])), locale)]


# --- what people wrote ----------------------------------------------------------------------------


def _heading(locale: Locale) -> str:
    return say(message("daily-written"), locale)


def _own(desk: Desk, figures: Mapping[str, Any], text: str) -> str:
    """Leave out of a text the lines that Duban itself says just so: they stand there anyway."""
    said = set[str]()
    for locale in LOCALES:
        said |= {_heading(locale), *_counted(desk, figures, locale), *_missing(figures, locale)}
    kept = [line.rstrip() for line in text.splitlines() if line.strip() not in said]
    told = {
        _difference(one, locale)
        for one in _differs(desk, figures, "\n".join(kept))
        for locale in LOCALES
    }
    return "\n".join(line for line in kept if line not in told).strip()


def _differs(desk: Desk, figures: Mapping[str, Any], written: str) -> Iterator[DifferenceAnswer]:
    """Find the figures in what people wrote that are not what was counted.

    What a unit says of itself is its own: lines that name one are not compared.
    """
    lines = _of_all(figures, written)
    seen = set[str]()
    for phrase, count in _phrases(desk, figures):
        for stated, number in _stated(phrase, lines):
            if number != count and stated not in seen:
                seen.add(stated)
                yield {"stated": stated, "counted": count}


def _of_all(figures: Mapping[str, Any], written: str) -> list[str]:
    """Give the lines that do not tell of some unit."""
    reported = figures["reported"]
    theirs = {line.strip() for told in reported for line in told["text"].splitlines()}
    units = {*(told["unit"] for told in reported), *figures["missing"]}
    lines = [line for line in written.splitlines() if line.strip() not in theirs]
    return [line for line in lines if not any(unit in line for unit in units)]


def _stated(phrase: str, lines: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Find where a figure is stated, in its words and as a number."""
    for line in lines:
        for found in re.finditer(f"{_BEFORE}{phrase}", line, re.IGNORECASE):
            yield found[0], int(found["n"])


def _phrases(desk: Desk, figures: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Give every way in which a figure is said, as a pattern, and what was counted of it."""
    for locale in LOCALES:
        for name in SAID:
            if name in figures:
                yield _pattern(say(message(f"daily-says-{name}", n=_PLACE), locale)), figures[name]
        for trigger, title in _step_titles(desk).items():
            words = say(message("daily-step", trigger=title, count=_PLACE), locale)
            yield _pattern(words), figures["steps"].get(trigger, 0)


def _pattern(words: str) -> str:
    """Make a pattern of a sentence, for any number in its place."""
    before, _, after = (re.escape(part.strip()) for part in words.partition(_PLACE))
    number = r"(?P<n>(?<!\d)\d{1,9}(?!\d))"
    lead = rf"{before}\s*{number}" if before else number
    return rf"{lead}\s*{after}(?![a-z])" if after else lead


def _difference(one: DifferenceAnswer, locale: Locale) -> str:
    return say(message("daily-differs", stated=one["stated"], counted=one["counted"]), locale)
