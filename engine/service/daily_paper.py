"""The daily report as a file: Word in the form of the report, tables of what units reported.

A report that was handed in is written from its copy alone, so that it is the same bytes whenever it
is asked for.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from engine.output.paper import Column, Paper, paper_bytes
from engine.service.daily import DailyAnswer
from engine.words import Locale, message, say

NAME = "daily"
COLUMNS = (Column("part"), Column("at", "instant"), Column("by.name"), Column("text"))
_HEAD = re.compile(r"(?P<head>[\u4e00-\u9fff]{2,6}。|[A-Z][a-z]+(?: [a-z]+){0,2}: )(?P<rest>.+)")
"""What a paragraph of a report begins with, set in other letters."""


def paragraphs(text: str) -> list[tuple[str, str]]:
    """Take a text apart into its paragraphs, each with the word that it begins with."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found = [(line, _HEAD.fullmatch(line)) for line in lines]
    return [(m["head"], m["rest"]) if m else ("", line) for line, m in found]


def daily_bytes(
    answer: DailyAnswer, ending: str, locale: Locale, zone: ZoneInfo, templates: Path | None = None
) -> bytes:
    """Write a report as a file: `.docx`, `.xlsx`, `.csv` or `.json`. Raises as `paper_bytes`."""
    if ending == ".json":
        return orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE)
    if ending == ".docx":
        return _document(answer, locale, templates)
    return paper_bytes(_paper(answer, locale, zone), ending, templates)


def shipped_template() -> bytes:
    """Give the Word template that ships: what an office begins its own with."""
    from engine.output.daily_sheet import daily_template  # noqa: PLC0415  # slow to import

    return daily_template()


def sheet_words(answer: DailyAnswer, locale: Locale) -> dict[str, str]:
    """Say what stands around the text of a report, on paper and on the page."""

    def told(code: str, **params: Any) -> str:  # noqa: ANN401  # of the sentence
        return say(message(code, **params), locale)

    number = answer["number"]
    return {
        "title": told("daily-sheet-title"),
        "number": told("daily-sheet-number", n=number) if number else told("daily-sheet-draft"),
        "office": answer["office"],
        "day": _day(date.fromisoformat(answer["date"]), locale),
        "end": _end(answer, locale),
    }


def _end(answer: DailyAnswer, locale: Locale) -> str:
    if answer["handed_in_at"] is None or answer["handed_in_by"] is None:
        return ""
    at, due = (datetime.fromisoformat(t) for t in (answer["handed_in_at"], answer["due_at"]))
    code = "daily-sheet-late" if answer["late"] else "daily-sheet-in-time"
    return say(
        message(
            code,
            name=answer["handed_in_by"]["name"],
            day=_day(at.date(), locale),
            time=at.strftime("%H:%M"),
            due_day=_day(due.date(), locale),
            due=due.strftime("%H:%M"),
        ),
        locale,
    )


def _day(on: date, locale: Locale) -> str:
    return say(message("day-bare-long", y=on.year, m=on.month, d=on.day), locale)


def _document(answer: DailyAnswer, locale: Locale, templates: Path | None) -> bytes:
    from engine.output.word import fill, template_of  # noqa: PLC0415  # slow to import

    lines = [{"head": head, "rest": rest} for head, rest in paragraphs(answer["text"])]
    own = template_of(NAME, templates)
    return fill(own or shipped_template(), {**sheet_words(answer, locale), "lines": lines})


def _paper(answer: DailyAnswer, locale: Locale, zone: ZoneInfo) -> Paper:
    words = sheet_words(answer, locale)
    text = [(head.rstrip("。: "), None, None, rest) for head, rest in paragraphs(answer["text"])]
    facts = [(words["number"], words["day"])]
    if words["end"]:
        facts.append((say(message("daily-sheet-handed-in"), locale), words["end"]))
    until = answer["handed_in_at"] or answer["figures"]["until"]
    return Paper(
        name=NAME,
        title=words["title"],
        office=answer["office"],
        as_of=datetime.fromisoformat(until).astimezone(zone),
        facts=tuple(facts),
        columns=COLUMNS,
        heads=tuple(say(message(f"daily-head-{n}"), locale) for n in ("part", "at", "by", "text")),
        rows=[*text, *(_row(unit, locale) for unit in answer["units"])],
        locale=locale,
    )


def _row(unit: Mapping[str, Any], locale: Locale) -> tuple[str | datetime | None, ...]:
    """Write what a unit reported, or that it did not."""
    text = unit["text"] or say(message("daily-not-reported"), locale)
    at = datetime.fromisoformat(unit["at"]) if unit["at"] else None
    return unit["unit"], at, unit["by"]["name"] if unit["by"] else None, text
