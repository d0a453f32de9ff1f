"""How an item of a report becomes a row for people: values in their types, names in words."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from operator import methodcaller
from typing import Any

from engine.intake.rows import ORIGINS, OUTCOMES
from engine.output.table import Cell, Column, Kind
from engine.service.desk import Desk
from engine.service.listing import flows
from engine.words import Locale, message, say

_DAY = 86_400


class Cells:
    """Writes rows in one language, with the titles that the workflows give to states and clocks.

    Instants are aware and the office's, dates are dates, lists stand in one cell. Outcomes and
    origins are spelt as an import reads them.
    """

    def __init__(self, desk: Desk) -> None:
        self._locale, self._zone = desk.locale, desk.zone
        self._codes = _vocabulary(desk)
        self._writers: dict[Kind, Callable[[Any], Cell]] = {
            "date": date.fromisoformat, "long": _days, "instant": self._instant,
        }  # fmt: skip

    def row(self, columns: Iterable[Column], item: Mapping[str, Any]) -> tuple[Cell, ...]:
        """Write one item."""
        return next(self.rows(columns, (item,)))

    def rows(
        self, columns: Iterable[Column], items: Iterable[Mapping[str, Any]]
    ) -> Iterator[tuple[Cell, ...]]:
        """Write items one by one; how each column is written is settled once for all."""
        writers = [(_taker(column.key), self._writer(column)) for column in columns]
        for item in items:
            yield tuple(
                None if (value := take(item)) is None or value == [] else write(value)
                for take, write in writers
            )

    def _writer(self, column: Column) -> Callable[[Any], Cell]:
        if column.kind == "code":
            return partial(self._code, column.key)
        return self._writers.get(column.kind, self._plain)

    def _code(self, key: str, value: Any) -> str:  # noqa: ANN401  # whatever an item holds
        return self._codes.get((key, value), str(value))

    def _instant(self, value: str) -> datetime:
        return datetime.fromisoformat(value).astimezone(self._zone)

    def _plain(self, value: Any) -> Cell:  # noqa: ANN401  # whatever an item holds
        return value if isinstance(value, int | float) else self._text(value)

    def _text(self, value: Any) -> str:  # noqa: ANN401  # whatever an item holds
        """Name officials with their post, units and issues by name, several in a row."""
        if isinstance(value, str):
            return value
        if isinstance(value, Mapping):
            return self._named(value)
        if isinstance(value, Sequence):
            between = "、" if self._locale == "zh" else "; "
            return between.join(map(self._text, value))
        return str(value)

    def _named(self, value: Mapping[str, Any]) -> str:
        if "at" in value:
            return self._moved(value)
        name = value.get("name") or value.get("title") or ""
        post = value.get("post")
        if not post:
            return str(name)
        return f"{name}（{post}）" if self._locale == "zh" else f"{name} ({post})"

    def _moved(self, move: Mapping[str, Any]) -> str:
        """Tell of a move in a line; instants are told as days."""
        nobody = say(message("move-nobody"), self._locale)
        named = {end: self._named(move[end]) if move[end] else nobody for end in ("from", "to")}
        words = message(
            f"move-{move['kind']}", at=move["at"][:10], from_=named["from"], to=named["to"]
        )
        return say(words, self._locale)


def _days(seconds: float) -> float:
    return float(round(seconds / _DAY, 1))


def _taker(key: str) -> Callable[[Mapping[str, Any]], Any]:
    """Give what takes the value of a name out of an item, see `part`."""
    return partial(part, key=key) if "." in key else methodcaller("get", key)


def part(item: Any, key: str) -> Any:  # noqa: ANN401  # whatever an item holds
    """Take a value out of an item by its dotted name; None where there is none."""
    for name in key.split("."):
        item = item.get(name) if isinstance(item, Mapping) else None
    return item


def _vocabulary(desk: Desk) -> dict[tuple[str, str], str]:
    """Give the words for the codes of each column."""
    found: dict[tuple[str, str], str] = {}
    for flow in flows(desk):
        for name, state in flow.states.items():
            found.setdefault(("state", name), state.title.in_(desk.locale))
        for name, clock in flow.clocks.items():
            found.setdefault(("clock", name), clock.title.in_(desk.locale))
    found |= _spelt("outcome", OUTCOMES, desk.locale)
    return found | _spelt("origin", ORIGINS, desk.locale)


def _spelt(
    key: str, known: Mapping[str, Sequence[str]], locale: Locale
) -> dict[tuple[str, str], str]:
    return {(key, name): spelt[1] if locale == "zh" else name for name, spelt in known.items()}
