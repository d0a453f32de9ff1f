"""A table in, whatever file it came from: find the header row and which column is which field."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.errors import InvalidError, TooLargeError
from engine.intake.cells import clean
from engine.intake.columns import (
    COLUMNS,
    DECOMPOSITION,
    FIELDS,
    KINDS,
    LEDGER,
    SYNONYMS,
    fold,
    is_personal,
)
from engine.words import Text, listed

Line = Sequence[str]
"""A row's cells by grid column; cells covered by a merge from above already hold its value."""
Numbered = tuple[int, Line]
"""A row with its number as the file shows it, from 1."""

UNREAD = ""
"""What a mapping says of a column that is not to be read."""
MOST_COLUMNS = 64
MOST_ROWS = 200_000
HEADER_WITHIN = 30
"""The header stands in one of the first rows; titles and notes may stand above it."""


class HeaderError(InvalidError):
    """A table whose columns do not say which field each of them is; a mapping can settle it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a table's header stands (its row), the column of each field, and what is unread."""

    kind: str
    row: int
    places: Mapping[str, int]
    headers: Mapping[str, str]
    ignored: tuple[str, ...]


def matches(head: Sequence[Numbered], mapping: Mapping[str, str]) -> bool:
    """Tell whether a table has a header row with all required columns, for choosing a table."""
    fields = _fields(mapping)
    best = _best(head, fields)
    named = set(_named(best[1], fields).values()) if best is not None else set()
    return all(c.field in named for c in COLUMNS if c.required)


def headers_found(head: Sequence[Numbered], mapping: Mapping[str, str]) -> int:
    """Count the fields that the best of the first rows names."""
    fields = _fields(mapping)
    best = _best(head, fields)
    return 0 if best is None else len(set(_named(best[1], fields).values()))


def header_row(head: Sequence[Numbered], mapping: Mapping[str, str]) -> Numbered:
    """Find the row that most looks like a header: by known names, else by its filled cells.

    Raises InvalidError where every row has fewer cells than a table must have.
    """
    best = _best(head, _fields(mapping))
    filled = [len({fold(cell) for cell in line} - {""}) for _, line in head[:HEADER_WITHIN]]
    widest = max(filled, default=0)
    if best is None and widest < sum(c.required for c in COLUMNS):
        raise InvalidError("import-no-header", required=_required())
    found = best or head[filled.index(widest)]
    if sum(bool(clean(cell)) for cell in found[1]) > MOST_COLUMNS:
        raise TooLargeError("import-too-many-columns", most=MOST_COLUMNS)
    return found


def find_layout(head: Sequence[Numbered], kind: str | None, mapping: Mapping[str, str]) -> Layout:
    """Find the header among the first rows. The kind is told by its columns unless given.

    Raises InvalidError when a required column is missing, a field is named twice, or a mapping
    names what is not there; TooLargeError for more columns than a table has.
    """
    fields = _fields(mapping)
    best = _best(head, fields)
    if best is None:
        raise HeaderError("import-no-header", required=_required())
    number, line = best
    header = [clean(cell).replace("\n", "") for cell in line]
    if sum(map(bool, header)) > MOST_COLUMNS:
        raise TooLargeError("import-too-many-columns", most=MOST_COLUMNS)
    _check_mapping(header, mapping)
    places = _places(_named(line, fields), header)
    chosen = kind or _kind(places)
    used = {field: place for field, place in places.items() if _fits(field, chosen)}
    _check_required(used)
    shown = {field: header[place] for field, place in used.items()}
    return Layout(chosen, number, used, shown, _ignored(header, used))


def body(lines: Iterable[Numbered], layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Give the rows below the header with their numbers, without blank ones at the end.

    A header repeated at the top of a page is no row. Raises TooLargeError past `MOST_ROWS`.
    """
    blanks: list[tuple[int, list[str]]] = []
    places, header = tuple(layout.places.values()), _Repeated(layout)
    for number, line in lines:
        if number <= layout.row:
            continue
        if number - layout.row > MOST_ROWS:
            raise TooLargeError("import-too-many-rows", most=MOST_ROWS)
        row = [line[place] if place < len(line) else "" for place in places]
        if not any(row) or not any(map(clean, row)):
            blanks.append((number, row))
        elif not header.is_in(row):
            yield from blanks
            blanks.clear()
            yield number, row


def check_options(kind: str | None, mapping: Mapping[str, str]) -> None:
    """Refuse a kind or a field that does not exist, and a column that would name citizens.

    Raises InvalidError.
    """
    if kind is not None and kind not in KINDS:
        raise InvalidError("import-kind", kind=kind[:40], known=", ".join(KINDS))
    for header, field in mapping.items():
        if field not in FIELDS and field != UNREAD:
            raise InvalidError("import-map-field", field=field[:40], known=", ".join(FIELDS))
        if field != UNREAD and is_personal(header):
            raise InvalidError("import-map-personal", header=header[:40])


class _Repeated:
    """Knows the header again where it stands once more."""

    def __init__(self, layout: Layout) -> None:
        self._header = [fold(layout.headers[field]) for field in layout.places]

    def is_in(self, row: Sequence[str]) -> bool:
        """Tell whether a row repeats the header."""
        first = fold(row[0]) == self._header[0]
        return first and [fold(cell) for cell in row] == self._header


def _fields(mapping: Mapping[str, str]) -> dict[str, str]:
    """A mapping settles what a header means; the field's usual header is then an extra column."""
    mapped = {fold(header): field for header, field in mapping.items()}
    taken = set(mapped.values())
    fields = {h: f for h, f in SYNONYMS.items() if f not in taken} | mapped
    return {h: f for h, f in fields.items() if f != UNREAD}


def _named(line: Line, fields: Mapping[str, str]) -> dict[int, str]:
    folded = ((place, fold(clean(cell))) for place, cell in enumerate(line))
    return {place: fields[h] for place, h in folded if h in fields}


def _best(head: Sequence[Numbered], fields: Mapping[str, str]) -> Numbered | None:
    """The first of the rows that name most fields."""
    counts = [len(set(_named(line, fields).values())) for _, line in head[:HEADER_WITHIN]]
    most = max(counts, default=0)
    return head[counts.index(most)] if most else None


def _kind(places: Mapping[str, int]) -> str:
    return LEDGER if any(FIELDS[field].ledger_only for field in places) else DECOMPOSITION


def _fits(field: str, kind: str) -> bool:
    return kind == LEDGER or not FIELDS[field].ledger_only


def _ignored(header: Sequence[str], used: Mapping[str, int]) -> tuple[str, ...]:
    taken = set(used.values())
    return tuple(h[:60] for place, h in enumerate(header) if h and place not in taken)


def _places(named: Mapping[int, str], header: Sequence[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, field in named.items():
        if field in places:
            first, second = header[places[field]], header[place]
            raise HeaderError("import-two-headers", first=first[:60], second=second[:60])
        places[field] = place
    return places


def _check_mapping(header: Sequence[str], mapping: Mapping[str, str]) -> None:
    there = {fold(h) for h in header}
    for asked in mapping:
        if fold(asked) not in there:
            shown = "、".join(h[:40] for h in header if h)
            raise InvalidError("import-map-header", header=asked[:60], there=shown)


def _check_required(places: Mapping[str, int]) -> None:
    for column in COLUMNS:
        if column.required and column.field not in places:
            raise HeaderError(
                "import-column-missing", column=column.called, names=listed(column.headers)
            )


def _required() -> Text:
    needed = [column.called for column in COLUMNS if column.required]
    return Text("、".join(c.zh for c in needed), ", ".join(c.en for c in needed))
