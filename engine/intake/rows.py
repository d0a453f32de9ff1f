"""Typed rows of an import: every cell read, and every fault named by its row and column."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from engine.domain import personal, watching
from engine.domain.moments import DISPOSED, MOMENTS
from engine.intake.cells import Person, WrongCell, clean, moment, name, person, text, units
from engine.intake.columns import DECOMPOSITION, FIELDS, LEDGER
from engine.intake.table import Layout
from engine.words import Message

OUTCOMES: dict[str, tuple[str, ...]] = {
    "resolved": ("resolved", "已化解", "化解", "已解决", "解决"),
    "partly-resolved": ("partly-resolved", "部分化解", "部分解决", "partly resolved"),
    "not-upheld": ("not-upheld", "不予支持", "不支持", "诉求不成立", "not upheld"),
    "referred": ("referred", "转办", "已转办", "移送"),
    "merged": ("merged", "合并", "已合并"),
    "void": ("void", "作废", "已作废"),
}
"""What a ledger may write for each outcome."""
ORIGINS: dict[str, tuple[str, ...]] = {
    "district": ("district", "区交办", "上级交办", "区级交办"),
    "screening": ("screening", "排查", "本级排查", "自行排查"),
    "public": ("public", "群众反映", "群众来信", "公开渠道"),
}
"""What a ledger may write for each origin of a key issue."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a row: its number as the file shows it, and the column's header."""

    row: int
    field: str
    column: str
    message: Message


@dataclass(slots=True)
class ImportRow:
    """One case as a table tells it. Instants are aware UTC; a day stands for its beginning.

    A due date stands for the end of its day, or for the hour that a ledger gives with it.
    """

    row: int
    issue: str
    task: str
    lead_leader: Person | None = None
    lead_unit: str | None = None
    supporting_units: tuple[str, ...] = ()
    measures: str | None = None
    due: date | None = None
    due_hour: time | None = None
    code: str | None = None
    origin: str | None = None
    document_no: str | None = None
    category: str | None = None
    registered_at: datetime | None = None
    assigned_at: datetime | None = None
    started_at: datetime | None = None
    stabilized_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str | None = None


def _word(known: Mapping[str, Sequence[str]], code: str) -> Callable[[str], str | None]:
    meaning = {spelt.casefold(): word for word, all_ in known.items() for spelt in all_}

    def read(raw: str) -> str | None:
        found = name(raw)
        if found and found.casefold() not in meaning:
            listed = "、".join(spellings[1] for spellings in known.values())
            raise WrongCell(code, text=found[:40], known=listed)
        return meaning[found.casefold()] if found else None

    return read


def _named(raw: str) -> str | None:
    return name(raw) or None


def _needed(raw: str) -> str:
    found = name(raw)
    if not found:
        raise WrongCell("import-blank")
    return found


_READ: dict[str, Callable[[str], Any]] = {
    "issue": _needed,
    "task": _needed,
    "lead_leader": lambda raw: person(text(raw)),
    "lead_unit": _named,
    "supporting_units": lambda raw: units(text(raw)),
    "measures": lambda raw: text(raw) or None,
    "due": moment,
    "code": _named,
    "origin": _word(ORIGINS, "import-origin"),
    "document_no": _named,
    "category": _named,
    **dict.fromkeys(MOMENTS, moment),
    "outcome": _word(OUTCOMES, "import-outcome"),
}
_RESPONSIBLE = ("lead_leader", "lead_unit")


class RowReader:
    """Reads the rows of one table; in `zone`, the office's, days and bare times are meant.

    Nothing in a ledger may lie after `now`. Numbers that belong to somebody are masked before.
    """

    def __init__(self, layout: Layout, zone: ZoneInfo, now: datetime) -> None:
        self._layout = layout
        self._zone = zone
        self._now = now
        self._readers = [(field, _READ[field]) for field in layout.places]
        self._moments = [field for field in MOMENTS if field in layout.places]

    @staticmethod
    def _cell(read: Callable[[str], Any], cell: str) -> Any:  # noqa: ANN401  # of _READ
        """Read a cell; it held nobody's number, and watches nobody. Raises WrongCell."""
        if personal.is_masked(cell):
            raise WrongCell("import-private-number")
        if (word := watching.find(cell)) is not None:
            raise WrongCell("field-watching", word=word)
        return read(cell)

    def read(self, number: int, cells: Sequence[str]) -> tuple[ImportRow | None, list[RowFault]]:
        """Read one row: the row, as far as it can be read, and everything that is wrong with it."""
        if not any(map(clean, cells)):
            first = next(iter(self._layout.places))
            return None, [self._fault(number, first, WrongCell("import-row-blank"))]
        values: dict[str, Any] = {}
        wrong: dict[str, WrongCell] = {}
        for (field, read), cell in zip(self._readers, cells, strict=True):
            try:
                values[field] = self._cell(read, cell)
            except WrongCell as fault:
                wrong[field] = fault
        self._in_order(values, wrong)
        self._limit(values)
        for field, code in self._missing(values):
            wrong.setdefault(field, WrongCell(code))
        if not wrong:
            return ImportRow(number, **values), []
        rest = {field: value for field, value in values.items() if field not in wrong}
        partly = ImportRow(number, **{"issue": "", "task": "", **rest})
        return partly, [self._fault(number, field, wrong[field]) for field in wrong]

    def _fault(self, number: int, field: str, wrong: WrongCell) -> RowFault:
        return fault_at(self._layout, number, field, Message(wrong.code, wrong.params))

    def _in_order(self, values: dict[str, Any], wrong: dict[str, WrongCell]) -> None:
        """Turn days and bare times into instants, none before the one it follows."""
        former: datetime | None = None
        before = ""
        for field in self._moments:
            found = values.get(field)
            if found is None:
                continue
            at = self._at(found, former)
            if former is not None and at < former:
                wrong[field] = WrongCell("import-order", before=before)
            elif at > self._now:
                wrong[field] = WrongCell("import-future")
            values[field] = former = at
            before = self._layout.headers[field]

    def _limit(self, values: dict[str, Any]) -> None:
        """Take the hour from a due date; only what was handled before has one.

        Spreadsheets write a bare day as its midnight: that means the day, so its end.
        """
        found = values.get("due")
        if isinstance(found, datetime):
            local = found.astimezone(self._zone) if found.tzinfo else found
            hour = local.time()
            values["due"] = local.date()
            if self._layout.kind == LEDGER and hour != time():
                values["due_hour"] = hour

    def _at(self, found: date | datetime, former: datetime | None) -> datetime:
        if isinstance(found, datetime):
            aware = found if found.tzinfo else found.replace(tzinfo=self._zone)
            return aware.astimezone(UTC)
        if former is not None and former.astimezone(self._zone).date() == found:
            return former
        return datetime.combine(found, time(), self._zone).astimezone(UTC)

    def _missing(self, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Name what a row must have because of what else it has, with the sentence's code."""
        for field in self._responsible(values):
            if not values.get(field):
                yield field, f"import-{field.replace('_', '-')}-missing"
        if values.get("outcome") and not values.get("closed_at"):
            yield "outcome", "import-outcome-open"

    def _responsible(self, values: Mapping[str, Any]) -> Iterable[str]:
        """Name who must be named: in a decomposition whoever has a column, else once assigned."""
        if self._layout.kind == DECOMPOSITION:
            return [field for field in _RESPONSIBLE if field in self._layout.places]
        taken_up = MOMENTS[1:-1] if values.get("outcome") in DISPOSED else MOMENTS[1:]
        return _RESPONSIBLE if any(values.get(field) for field in taken_up) else ()


def fault_at(layout: Layout, number: int, field: str, words: Message) -> RowFault:
    """Name a fault by its row and by the header that the file has for the field."""
    header = layout.headers.get(field) or FIELDS[field].headers[0]
    return RowFault(number, field, header, words)
