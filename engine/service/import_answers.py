"""What imports answer: the fate of each row, and what was made."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from typing_extensions import TypedDict

from engine.errors import FieldFault, InvalidError
from engine.intake.columns import FIELDS
from engine.intake.rows import ImportRow, RowFault
from engine.service.desk import Desk
from engine.service.import_plan import Plan, counts
from engine.service.import_write import Written
from engine.service.office import instant
from engine.words import message, say

SHOWN_ROWS = 20
"""How many row numbers are given for a name that nobody knows."""
MOST_CODES = 500
MOST_FAULTS = 200


class FaultAnswer(TypedDict):
    """What is wrong, or to be noted, in a cell: row and column as the file shows them."""

    row: int
    column: str
    field: str
    message: str


class RowAnswer(TypedDict):
    """A row: `fate` is `new`, `there` (as the case `code`) or `wrong`; cells by field."""

    row: int
    fate: str
    code: str | None
    cells: dict[str, str]
    errors: list[FaultAnswer]
    notes: list[FaultAnswer]


class ColumnAnswer(TypedDict):
    """A column that is read, by its field and its header."""

    field: str
    header: str


class NameAnswer(TypedDict):
    """A name that nobody has: of a person with or without a post, or of a unit."""

    name: str
    post: str | None
    count: int
    rows: list[int]


class UnmatchedAnswer(TypedDict):
    """Whom and what the table names and nobody knows; `created` says that they are made."""

    people: list[NameAnswer]
    units: list[NameAnswer]
    created: bool


class PreviewAnswer(TypedDict):
    """What would become of a file. `rows_left_off` were not listed; nothing was written."""

    name: str
    sha256: str
    kind: str
    total: int
    new: int
    there: int
    wrong: int
    new_issues: int
    can_confirm: bool
    columns: list[ColumnAnswer]
    ignored_columns: list[str]
    unmatched: UnmatchedAnswer
    rows: list[RowAnswer]
    rows_left_off: int


class ImportAnswer(TypedDict):
    """What an import made. `codes` are those of the first 500 cases."""

    sha256: str
    kind: str
    imported: int
    there: int
    issues: int
    codes: list[str]
    accounts: list[str]
    units: list[str]


class HeaderAnswer(TypedDict):
    """A column of an upload: its header, what it is read as, some of what stands below it.

    `field` is None where it is left unread; one that tells of citizens (`personal`) always is.
    """

    header: str
    field: str | None
    personal: bool
    examples: list[str]


class HeadersAnswer(TypedDict):
    """The columns of an upload, and `why` it cannot be read as they are; None where it can."""

    id: int
    name: str
    kind: str | None
    columns: list[HeaderAnswer]
    why: str | None


class UploadAnswer(PreviewAnswer):
    """An upload: its preview, its `state` (`previewed`, `confirmed`), then what it made."""

    id: int
    state: str
    result: ImportAnswer | None


def previewed(
    desk: Desk, name: str, sha256: str, made: Plan, most: int | None = None
) -> PreviewAnswer:
    """Put a plan into words; wrong rows are listed first where not all are."""
    counted = counts(made)
    rows = _rows(desk, made, most)
    total = counted["new"] + counted["there"] + counted["wrong"]
    return {
        "name": name,
        "sha256": sha256,
        "kind": made.sheet.kind,
        "total": total,
        "new": counted["new"],
        "there": counted["there"],
        "wrong": counted["wrong"],
        "new_issues": counted["new_issues"],
        "can_confirm": not made.faults,
        "columns": [
            {"field": field, "header": header}
            for field, header in made.sheet.layout.headers.items()
        ],
        "ignored_columns": list(made.sheet.layout.ignored),
        "unmatched": {
            "people": [_name(p.name, p.post, at) for p, at in made.names.nobody_knows().items()],
            "units": [_name(unit, None, at) for unit, at in made.names.new_units.items()],
            "created": made.names.creates,
        },
        "rows": rows,
        "rows_left_off": total - len(rows),
    }


def imported(made: Plan, sha256: str, written: Written) -> ImportAnswer:
    """Say what an import made."""
    return {
        "sha256": sha256,
        "kind": made.sheet.kind,
        "imported": len(written.codes),
        "there": counts(made)["there"],
        "issues": written.issues,
        "codes": list(written.codes[:MOST_CODES]),
        "accounts": list(written.logins),
        "units": list(written.units),
    }


def refuse(made: Plan) -> InvalidError:
    """Refuse a table with every fault, the first 200 of them named."""
    faults = [
        FieldFault(
            f"rows.{fault.row}.{fault.field}",
            message("import-at", row=fault.row, column=fault.column, what=fault.message),
        )
        for fault in made.faults[:MOST_FAULTS]
    ]
    first = faults[0].message
    return InvalidError("import-wrong", faults, count=len(made.wrong), first=first)


def _rows(desk: Desk, made: Plan, most: int | None) -> list[RowAnswer]:
    errors, notes = _by_row(desk, made.faults), _by_row(desk, made.notes)
    read = {row.row: row for row in made.sheet.rows}
    numbers = sorted(read.keys() | errors.keys(), key=lambda n: (n not in errors, n))
    return [
        {
            "row": number,
            "fate": _fate(made, number),
            "code": made.there.get(number),
            "cells": cells_of(desk, made, number, read.get(number)),
            "errors": errors.get(number, []),
            "notes": notes.get(number, []),
        }
        for number in sorted(numbers[:most])
    ]


def _fate(made: Plan, number: int) -> str:
    if number in made.wrong:
        return "wrong"
    return "there" if number in made.there else "new"


def _by_row(desk: Desk, faults: Iterable[RowFault]) -> dict[int, list[FaultAnswer]]:
    found: dict[int, list[FaultAnswer]] = {}
    for fault in faults:
        said = say(fault.message, desk.locale)
        answer: FaultAnswer = {
            "row": fault.row, "column": fault.column, "field": fault.field, "message": said,
        }  # fmt: skip
        found.setdefault(fault.row, []).append(answer)
    return found


def cells_of(desk: Desk, made: Plan, number: int, row: ImportRow | None) -> dict[str, str]:
    """Give the cells of a row by field; of one that cannot be read, as the file has them."""
    if row is None:
        return {name: text for name, text in made.sheet.unread.get(number, {}).items() if text}
    values: Mapping[str, object] = {name: getattr(row, name) for name in FIELDS}
    shown = {n: _cell(desk, value) for n, value in values.items() if value not in {None, ()}}
    return {name: text for name, text in shown.items() if text}


def _cell(desk: Desk, value: object) -> str:
    if isinstance(value, tuple):
        return "、".join(map(str, value))
    return instant(value, desk.zone) if isinstance(value, datetime) else str(value)


def _name(name: str, post: str | None, at: Sequence[int]) -> NameAnswer:
    return {"name": name, "post": post, "count": len(at), "rows": list(at[:SHOWN_ROWS])}
