"""Tables of a Word file, by the identity of their cells.

A cell that spans rows (`w:vMerge`) is read in each of them, one that spans columns (`w:gridSpan`)
in the first. Text that a tracked change took away, and tables within cells, are no part of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from zipfile import ZipFile

from lxml import etree

from engine.errors import InvalidError
from engine.intake.table import HEADER_WITHIN, MOST_COLUMNS, Line, Numbered
from engine.intake.zipped import part

MAIN = "word/document.xml"
_RELATIONS = "_rels/.rels"
_MAIN_TYPE = "/relationships/officeDocument"
_GONE = frozenset({"del", "moveFrom", "txbxContent", "tbl", "Fallback"})
_WIDEST = 4 * MOST_COLUMNS


@dataclass(slots=True)
class WordTable:
    """One table: what each row has in each grid column, with merged cells filled down."""

    lines: list[list[str]] = field(default_factory=list)
    spans: dict[int, str] = field(default_factory=dict)
    """The text of the merged cell that the next row may continue, by grid column."""
    grid: tuple[str, ...] = ()


def word_tables(archive: ZipFile) -> list[WordTable]:
    """Read the tables of the document's body, in order; one that was cut in two is still one.

    Raises InvalidError for a damaged document.
    """
    tables: list[WordTable] = []
    for found, adjoins in _outermost(_parsed(part(archive, main_part(archive)))):
        former = tables[-1] if tables else WordTable()
        table = WordTable(spans=former.spans, grid=_grid(found))
        rows = list(_children(found, "tr"))
        continues = any(_merge(cell) == "continue" for cell in _cells(rows))
        for row in rows:
            _read_row(row, table)
        if continues or _belongs(table, former, adjoins=adjoins):
            former.lines += table.lines
            former.spans = table.spans
        elif table.lines:
            tables.append(table)
    return tables


def _belongs(table: WordTable, former: WordTable, *, adjoins: bool) -> bool:
    """Tell whether a table goes on with the one before.

    It does where nothing stands between them and the columns are as wide, or where it begins with
    the same header. (The third sign, a merged cell that goes on, is how Word splits a table.)
    """
    if not table.lines or not former.lines:
        return False
    header = any(table.lines[0]) and table.lines[0] in former.lines[:HEADER_WITHIN]
    return header or (adjoins and table.grid == former.grid)


def _grid(table: etree._Element) -> tuple[str, ...]:
    grid = _first(table, "tblGrid")
    columns = grid if grid is not None else ()
    return tuple(v for column in columns for k, v in column.attrib.items() if k.endswith("}w"))


def _cells(rows: list[etree._Element]) -> Iterator[etree._Element]:
    """Give the cells of the first row."""
    for row in rows[:1]:
        yield from _children(row, "tc")


def numbered(table: WordTable) -> Iterator[Numbered]:
    """Number a table's rows as they stand in it."""
    lines: list[Line] = [*table.lines]
    return enumerate(lines, start=1)


def main_part(archive: ZipFile) -> str:
    """Find the document's main part: some programs name it otherwise than Word does."""
    if MAIN in archive.namelist():
        return MAIN
    for relation in _parsed(part(archive, _RELATIONS)).iter():
        if str(relation.get("Type", "")).endswith(_MAIN_TYPE):
            return str(relation.get("Target", "")).lstrip("/")
    raise InvalidError("import-damaged")


def _parsed(data: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as broken:
        raise InvalidError("import-damaged") from broken
    if root is None:
        raise InvalidError("import-damaged")
    return root


def _name(node: etree._Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _outermost(root: etree._Element) -> Iterator[tuple[etree._Element, bool]]:
    """Give the tables that stand in no other, and whether one adjoins the table before it."""
    adjoins = False
    for node in root:
        if _name(node) == "tbl":
            yield node, adjoins
            adjoins = True
        elif _name(node) not in _GONE:
            yield from _outermost(node)
            adjoins = adjoins and not "".join(_runs(node)).strip()


def _children(node: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """Give a table's rows, or a row's cells, also within content controls and insertions."""
    for child in node:
        if _name(child) == wanted:
            yield child
        elif _name(child) in {"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"}:
            yield from _children(child, wanted)


def _first(node: etree._Element, *path: str) -> etree._Element | None:
    found: etree._Element | None = node
    for step in path:
        found = next((c for c in found if _name(c) == step), None) if found is not None else None
    return found


def _value(node: etree._Element | None) -> str | None:
    """Give an element's `w:val`, whatever namespace the file's dialect has."""
    if node is None:
        return None
    return next((str(v) for k, v in node.attrib.items() if str(k).endswith("}val")), "")


def _count(node: etree._Element | None, least: int) -> int:
    raw = _value(node) or ""
    return min(max(int(raw), least), _WIDEST) if raw.isascii() and raw.isdigit() else least


def _merge(cell: etree._Element) -> str | None:
    found = _first(cell, "tcPr", "vMerge")
    return None if found is None else _value(found) or "continue"


def _read_row(row: etree._Element, table: WordTable) -> None:
    if _first(row, "trPr", "del") is not None:
        return
    place = _count(_first(row, "trPr", "gridBefore"), 0)
    line, spans = [""] * place, dict[int, str]()
    for cell in _children(row, "tc"):
        merged = _merge(cell)
        text = table.spans.get(place, "") if merged == "continue" else _text(cell)
        if merged is not None:
            spans[place] = text
        width = _count(_first(cell, "tcPr", "gridSpan"), 1)
        line += [text] + [""] * (width - 1)
        place += width
        if place > _WIDEST:
            break
    table.spans = spans
    table.lines.append(line)


def _text(cell: etree._Element) -> str:
    """Give the text that stands in a cell, its paragraphs as lines."""
    paragraphs = ("".join(_runs(p)) for p in _paragraphs(cell))
    return "\n".join(paragraphs).strip("\n")


def _paragraphs(node: etree._Element) -> Iterator[etree._Element]:
    for child in node:
        if _name(child) == "p":
            yield child
        elif _name(child) not in _GONE:
            yield from _paragraphs(child)


def _runs(node: etree._Element) -> Iterator[str]:
    for child in node:
        name = _name(child)
        if name == "t":
            yield child.text or ""
        elif name in {"br", "cr"}:
            yield "\n"
        elif name in {"tab", "noBreakHyphen"}:
            yield "\t" if name == "tab" else "-"
        elif name not in _GONE:
            yield from _runs(child)
