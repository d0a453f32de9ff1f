"""A report as a Word document, from the template that ships or from the office's own."""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from itertools import islice
from pathlib import Path

from engine.errors import InvalidError
from engine.output.layout import layout
from engine.output.legible import moment
from engine.output.plain import FEN_PER_YUAN, nested
from engine.output.table import Cell, Column, Paper, Row, Table
from engine.output.word import fill, template_of
from engine.words import message, say

MOST_ROWS = 5_000
"""Rows of a document: it is put together in memory, and nobody leafs through more."""
SIGNS = ("made", "checked", "issued")


def document(paper: Paper, templates: Path | None = None) -> bytes:
    """Write a report as a document. Raises as `paper_bytes` does."""
    own = template_of(paper.name, templates)
    return fill(own or blank(paper), fields(paper))


def blank(paper: Paper) -> bytes:
    """Give the template that ships for a report: what the office begins its own with."""
    return layout(paper.columns, landscape=paper.landscape)


def fields(paper: Paper) -> dict[str, object]:
    """Give all that a template can name. Raises InvalidError where there are too many rows."""
    zone = paper.as_of.tzinfo
    told = moment(paper.as_of, paper.locale)
    rows = list(islice(paper.rows, MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise InvalidError("paper-long", most=MOST_ROWS)
    return {
        "title": paper.title,
        "office": paper.office,
        "as_of": say(message("paper-as-of", at=told), paper.locale),
        "colon": say(message("paper-fact", label="", value=""), paper.locale),
        "facts": [{"label": label, "value": value} for label, value in paper.facts],
        "groups": [_group(group, zone) for group in paper.groups],
        "heads": paper.heads,
        "rows": [nested(paper.columns, _row(paper.columns, row, zone)) for row in rows],
        "signs": {name: say(message(f"paper-sign-{name}"), paper.locale) for name in SIGNS},
    }


def _group(group: Table, zone: tzinfo | None) -> dict[str, object]:
    rows = [_row(group.columns, row, zone) for row in group.rows]
    return {"title": group.title, "heads": group.heads, "rows": rows}


def _row(columns: Sequence[Column], row: Row, zone: tzinfo | None) -> list[str]:
    return [_shown(cell, column, zone) for cell, column in zip(row, columns, strict=True)]


def _shown(cell: Cell, column: Column, zone: tzinfo | None) -> str:
    """Write a cell as people read it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell.astimezone(zone):%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        return cell
    if column.kind == "fen":
        return f"{cell / FEN_PER_YUAN:,.2f}"
    return f"{cell:.1f}" if column.kind == "long" else str(cell)
