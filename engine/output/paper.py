"""One way to write a report as a file, by the ending of its name: `.xlsx .docx .csv .json`."""

from pathlib import Path

from engine.output.table import Cell, Column, Paper, Row, Table

__all__ = [
    "ENDINGS",
    "MEDIA",
    "TEMPLATES",
    "Cell",
    "Column",
    "Paper",
    "Row",
    "Table",
    "paper_bytes",
]

_OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA = {
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
}
"""The media type of each ending."""
ENDINGS = tuple(MEDIA)
TEMPLATES = "templates"
"""The folder of an installation in which an office keeps its own Word templates."""


def paper_bytes(paper: Paper, ending: str, templates: Path | None = None) -> bytes:
    """Write a report. `templates` is the folder in which the office keeps its own Word templates.

    Raises InvalidError where there are more rows than such a file holds, DefinitionError where a
    template cannot be filled in, SettingsError where what writes documents is not installed,
    KeyError for another ending.
    """
    # Who wants one kind of file need not wait for what writes the others.
    if ending == ".xlsx":
        from engine.output.workbook import workbook  # noqa: PLC0415

        return workbook(paper)
    if ending == ".docx":
        from engine.output.document import document  # noqa: PLC0415

        return document(paper, templates)
    from engine.output import plain  # noqa: PLC0415

    return {".csv": plain.csv_bytes, ".json": plain.json_bytes}[ending](paper)
