"""Every sentence Duban says: catalogues of codes, each with its Chinese and its English wording.

A rule never builds a sentence. It gives a `Message`, a code with parameters, and the face that
speaks to somebody renders it in that person's language. A catalogue is a TOML file in a package's
`locale` folder; an entry is `code = {zh = "…", en = "…"}`, placeholders are `{name}`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Literal

Locale = Literal["zh", "en"]
Param = str | int | None
LOCALES: tuple[Locale, ...] = ("zh", "en")


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

    A parameter may itself be a `Message` or a `Text`; it is then said in the same language.
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
    for file in sorted(resources.files(package).joinpath("locale").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            for code, words in tomllib.loads(file.read_text(encoding="utf-8")).items():
                if code in found:
                    raise ValueError(f"{file.name}: the code {code!r} stands in two catalogues")
                found[code] = Text(words["zh"], words["en"])
    return found


def say(words: Message, locale: Locale) -> str:
    """Render a message. Raises KeyError for a code or a parameter that does not exist."""
    text = catalogue()[words.code].in_(locale)
    if not words.params and "{" not in text:
        return text
    return text.format_map({name: _shown(value, locale) for name, value in words.params.items()})


def _shown(value: "Param | Text | Message", locale: Locale) -> Param:
    if isinstance(value, Message):
        return say(value, locale)
    return value.in_(locale) if isinstance(value, Text) else value
