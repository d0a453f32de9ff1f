"""Reading tables of a definition file: typed values out, and every fault kept with its place.

A reader never stops at the first fault. It notes it, gives a harmless stand-in and goes on, so that
whoever edits a file hears of everything at once. Paths count from 1: `transition[3].needs[1]`.
"""

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.errors import DefinitionError
from engine.words import Message, Text, message

MOST_FAULTS = 20
"""How many faults one refusal spells out; the rest are counted."""
NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")


class WrongDefinitionError(DefinitionError):
    """A definition file with faults; `faults` holds a message for each of them."""

    def __init__(self, file: str, faults: Sequence[Message]) -> None:
        self.faults = tuple(faults)
        super().__init__("definition-wrong", file=file, count=len(faults), faults=_joined(faults))


def _joined(faults: Sequence[Message]) -> Message:
    shown = list(faults[:MOST_FAULTS])
    if len(faults) > MOST_FAULTS:
        shown.append(message("definition-more", n=len(faults) - MOST_FAULTS))
    words = shown[0]
    for other in shown[1:]:
        words = message("definition-and", one=words, other=other)
    return words


def line_numbers(text: str) -> dict[str, int]:
    """Find the line, from 1, on which each table and key of a TOML text begins, by its path.

    This is a help for the reader of a message, not a parser: a key inside a text of several lines
    may take the place of another.
    """
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    prefix = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            prefix = header[2]
            if header[1] == "[[":
                counts[prefix] = counts.get(prefix, 0) + 1
                prefix = f"{prefix}[{counts[prefix]}]"
            found.setdefault(prefix, number)
        elif key := _KEY.match(line):
            found.setdefault(f"{prefix}.{key[1]}" if prefix else key[1], number)
    return found


def nearest(word: str, known: Collection[str]) -> str:
    """Give the known word that looks most like another, or an empty string."""
    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    return close[0] if close else ""


@dataclass(slots=True)
class FaultLog:
    """The faults of one file, each with its path and, where it can be found, its line."""

    lines: Mapping[str, int] = field(default_factory=dict)
    faults: list[Message] = field(default_factory=list)

    def add(self, path: str, what: Message) -> None:
        """Note what is wrong at a path."""
        self.faults.append(message("definition-at", where=self._where(path), what=what))

    def unknown(self, path: str, word: str, known: Collection[str]) -> None:
        """Note a word that is not one of the known, with the nearest of them."""
        close = nearest(word, known)
        if close:
            self.add(path, message("definition-unknown-near", word=word, nearest=close))
        else:
            listed = ", ".join(sorted(known))
            self.add(path, message("definition-unknown", word=word, known=listed))

    def _where(self, path: str) -> Message:
        at = path
        while at and at not in self.lines:
            at = at.rpartition(".")[0] if not at.endswith("]") else at.rpartition("[")[0]
        if at:
            return message("definition-where-line", path=path, line=self.lines[at])
        return message("definition-where", path=path or ".")


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the file, read key by key."""

    values: Mapping[str, Any]
    path: str
    log: FaultLog

    def at(self, key: str) -> str:
        """Give the full path of a key."""
        return f"{self.path}.{key}" if self.path else key

    def wrong(self, key: str, code: str, **params: str | int) -> None:
        """Note a fault at a key."""
        self.log.add(self.at(key), message(code, **params))

    def only(self, keys: Collection[str]) -> None:
        """Note every key that does not belong to this table."""
        for key in self.values:
            if key not in keys:
                self.log.unknown(self.at(key), key, keys)

    def raw(self, key: str, *, required: bool) -> Any:  # noqa: ANN401  # whatever TOML holds
        """Give a value as it stands, None where it is absent, noting one that is required."""
        if required and key not in self.values:
            self.wrong(key, "definition-missing")
        return self.values.get(key)

    def text(self, key: str, *, required: bool = True) -> str | None:
        """Read text that is not blank."""
        value = self.raw(key, required=required)
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        self.wrong(key, "definition-text")
        return None

    def name(self, key: str) -> str:
        """Read a name: small letters, digits and hyphens."""
        value = self.text(key) or ""
        if value and not NAME.fullmatch(value):
            self.wrong(key, "definition-name", word=value)
        return value

    def words(self, key: str) -> Text:
        """Read a text in both languages."""
        value = self.raw(key, required=True)
        if value is None:
            return Text("", "")
        if not isinstance(value, dict):
            self.wrong(key, "definition-languages")
            return Text("", "")
        inner = Table(value, self.at(key), self.log)
        inner.only(("zh", "en"))
        return Text(inner.text("zh") or "", inner.text("en") or "")

    def whole(self, key: str, low: int, high: int, *, required: bool = False) -> int | None:
        """Read a whole number between two bounds, both included."""
        value = self.raw(key, required=required)
        if value is None or (type(value) is int and low <= value <= high):
            return value
        self.wrong(key, "definition-whole", low=low, high=high)
        return None

    def flag(self, key: str, *, default: bool) -> bool:
        """Read true or false."""
        value = self.values.get(key, default)
        if isinstance(value, bool):
            return value
        self.wrong(key, "definition-flag")
        return default

    def word(self, key: str, known: Collection[str], *, required: bool = False) -> str | None:
        """Read one word of a closed set."""
        value = self.text(key, required=required)
        if value is not None and value not in known:
            self.log.unknown(self.at(key), value, known)
        return value

    def list_of(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """Read a list of texts; one that stands twice is a fault."""
        value = self.raw(key, required=required)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.wrong(key, "definition-list")
            return ()
        for index, item in enumerate(value, 1):
            if item in value[: index - 1]:
                self.wrong(f"{key}[{index}]", "definition-twice", word=item)
        return tuple(value)

    def words_of(
        self, key: str, known: Collection[str], *, required: bool = False
    ) -> tuple[str, ...]:
        """Read a list of words of a closed set."""
        items = self.list_of(key, required=required)
        for index, item in enumerate(items, 1):
            if item not in known:
                self.log.unknown(self.at(f"{key}[{index}]"), item, known)
        return items

    def table(self, key: str) -> dict[str, "Table"]:
        """Read a table of tables: a definition for each name."""
        value = self.raw(key, required=True)
        if not isinstance(value, dict):
            if value is not None:
                self.wrong(key, "definition-table")
            return {}
        for name, item in value.items():
            if not isinstance(item, dict):
                self.wrong(f"{key}.{name}", "definition-table")
            if not NAME.fullmatch(name):
                self.wrong(f"{key}.{name}", "definition-name", word=name)
        return {
            name: Table(item, self.at(f"{key}.{name}"), self.log)
            for name, item in value.items()
            if isinstance(item, dict)
        }

    def tables(self, key: str) -> list["Table"]:
        """Read a list of tables, in their order."""
        value = self.raw(key, required=True)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.wrong(key, "definition-tables")
            return []
        return [Table(item, f"{self.at(key)}[{n}]", self.log) for n, item in enumerate(value, 1)]
