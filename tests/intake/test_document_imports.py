"""The reference of imports says what the code reads."""

import re
from pathlib import Path

from engine.intake import cells, child, reading, table, zipped
from engine.intake.columns import COLUMNS
from engine.intake.rows import ORIGINS, OUTCOMES

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "import.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| `")
]


def words(text: str) -> tuple[str, ...]:
    """Give what stands in code in a cell."""
    return tuple(re.findall(r"`([^`]+)`", text))


def test_every_column_stands_there_with_all_its_headers_and_its_kind() -> None:
    told = [(words(r[0])[0], words(r[1]), r[2]) for r in ROWS if len(r) == 4]
    assert told == [
        (
            column.field,
            column.headers,
            ("ledger" if column.ledger_only else "both") + ", required" * column.required,
        )
        for column in COLUMNS
    ]


def test_every_word_for_an_origin_and_an_outcome_stands_there() -> None:
    told = [(words(r[0])[0], words(r[1])[0], words(r[2])) for r in ROWS if len(r) == 3]
    known: dict[str, dict[str, tuple[str, ...]]] = {"origin": ORIGINS, "outcome": OUTCOMES}
    assert told == [
        (field, word, spelt) for field, of in known.items() for word, spelt in of.items()
    ]


def test_the_limits_are_those_of_the_code() -> None:
    limits = PAGE.split("## Limits")[1].replace(",", "")
    mebibyte = 1024 * 1024
    for figure in (
        f"{reading.MOST_BYTES // mebibyte} MB a file",
        f"{table.MOST_ROWS} rows",
        f"{table.MOST_COLUMNS} columns",
        f"{cells.LONGEST_TEXT} characters",
        f"{child.SECONDS}\nseconds",
        f"{child.MEMORY // mebibyte} MB;",
        f"unpack to {zipped.MOST_BYTES // mebibyte} MB",
        f"{zipped.MOST_ENTRIES} parts",
    ):
        assert figure in limits
