"""Every sentence Duban says: catalogues of codes, each with its Chinese and its English wording.

A rule never builds a sentence. It gives a `Message`, a code with parameters, and the face that
speaks to somebody renders it in that person's language. A catalogue is a TOML file in a package's
`locale` folder; an entry is `code = {zh = "…", en = "…"}`, placeholders are `{name}`, and
`{name:case|cases}` picks the noun by a number.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Literal

Locale = Literal["zh", "en"]
Param = str | int | date | None
LOCALES: tuple[Locale, ...] = ("zh", "en")


class Number(int):
    """A whole number in a sentence, where `{n:day|days}` picks the noun that goes with it."""

    def __format__(self, spec: str) -> str:
        one, bar, many = spec.partition("|")
        if bar:
            return one if self == 1 else many
        return super().__format__(spec)


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in both languages, as data (workflow titles, say) brings them along."""

    zh: str
    en: str

    def in_(self, locale: Locale) -> str:
        """Give the wording in one language."""
        return self.zh if locale == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Message:
    """Something to be said: a code of the catalogue and the values for its placeholders.

    A parameter may itself be a `Message` or a `Text`; it is then said in the same language. A date
    is written as that language writes it.
    """

    code: str
    params: Mapping[str, "Param | Text | Message"] = field(default_factory=dict)


def message(code: str, /, **params: "Param | Text | Message") -> Message:
    """Build a message; short because it stands in every rule."""
    return Message(code, params)


@cache
def catalogue(package: str = "engine") -> dict[str, Text]:
    """Read all catalogue files of a package once. Raises ValueError where a code stands twice."""
    found: dict[str, Text] = {}
    for name, text in _files(package):
        for code, words in tomllib.loads(text).items():
            if code in found:
                raise ValueError(f"{name}: the code {code!r} stands in two catalogues")
            found[code] = Text(words["zh"], words["en"])
    return found


@cache
def wording(code: str, package: str = "engine") -> Text:
    """Read one entry. A process that says little need not wait for the others to be parsed.

    Raises KeyError for a code that does not exist.
    """
    (words,) = tomllib.loads(entries(package)[code]).values()
    return Text(words["zh"], words["en"])


@cache
def entries(package: str = "engine") -> dict[str, str]:
    """Give the line of every entry by its code: an entry stands on one line."""
    found: dict[str, str] = {}
    for _, text in _files(package):
        for line in text.splitlines():
            code, sign, _ = line.partition(" = ")
            if sign and not code.startswith("#"):
                found[code.strip('"')] = line
    return found


def _files(package: str) -> list[tuple[str, str]]:
    """Read the catalogue files of a package, by name."""
    folder = resources.files(package).joinpath("locale")
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return [(f.name, f.read_text(encoding="utf-8")) for f in files if f.name.endswith(".toml")]


def say(words: Message, locale: Locale) -> str:
    """Render a message. Raises KeyError for a code or a parameter that does not exist."""
    text = wording(words.code).in_(locale)
    if not words.params and "{" not in text:
        return text
    return text.format_map({name: _shown(value, locale) for name, value in words.params.items()})


def _shown(value: "Param | Text | Message", locale: Locale) -> Param:
    if isinstance(value, Message):
        return say(value, locale)
    if isinstance(value, date) and not isinstance(value, datetime):
        return written(value, locale)
    if type(value) is int:
        return Number(value)
    return value.in_(locale) if isinstance(value, Text) else value


def listed(words: Iterable[str]) -> Text:
    """Write several words in a row, as each language divides them."""
    kept = list(words)
    return Text("、".join(kept), ", ".join(kept))


def alternatives(words: Iterable[Message]) -> Message:
    """Name several as each language does: 甲、乙或丙; a, b or c."""
    first, *rest = words
    for place, other in enumerate(rest, 1):
        first = message("party-or" if place == len(rest) else "party-also", one=first, other=other)
    return first


def listed_in_both(texts: Iterable[Text]) -> Text:
    """Write several texts in a row, each in the language of the row."""
    kept = list(texts)
    return Text(listed(one.zh for one in kept).zh, listed(one.en for one in kept).en)


def written(day: date, locale: Locale) -> str:
    """Write a day out: 2026年11月27日, 27 November 2026."""
    month = wording("months").in_(locale).split("|")[day.month - 1]
    return wording("day-written").in_(locale).format(y=day.year, m=month, d=day.day)
