"""The list of what is wrong with a table, to take along to whoever filled it in."""

from collections.abc import Iterator
from difflib import get_close_matches
from itertools import chain, islice

from engine.domain.access import Principal, require
from engine.errors import ConflictError
from engine.intake.rows import RowFault
from engine.output.table import Column, Paper, Row
from engine.service.desk import Desk
from engine.service.import_answers import cells_of
from engine.service.import_plan import Plan
from engine.service.imports import find_upload, plan_upload
from engine.store import rows
from engine.words import catalogue, message, say

MOST = 5_000
"""Of so many cells a list tells what is wrong; a table that has more is wrong in another way."""
LIKE = 3
"""How many names are offered for one that nobody knows."""
_LIKENESS = 0.4
COLUMNS = (
    Column("row", "number"), Column("kind"), Column("column"), Column("stood"), Column("wrong"),
    Column("help"),
)  # fmt: skip


def error_list(desk: Desk, who: Principal, upload_id: int) -> Paper:
    """Put on paper what is wrong with each cell of an upload of one's own, and what would help.

    Raises ForbiddenError; NotFoundError where there is none such; ConflictError where it was
    imported already; and what `read_sheet` refuses.
    """
    require(who, "import")
    upload = find_upload(desk, who, upload_id)
    if upload.answer is not None:
        raise ConflictError("import-settled")
    made = plan_upload(desk, upload)
    left_off = len(made.faults) + len(made.notes) - MOST
    facts = [(_say(desk, "import-errors-of"), upload.name)]
    if left_off > 0:
        facts.append((_say(desk, "import-errors-left-off"), str(left_off)))
    roots = rows.fetch(desk.conn, "unit", parent_id=None)
    return Paper(
        name="import-errors",
        title=_say(desk, "import-errors-title"),
        office=min(roots, key=lambda unit: unit.id).name if roots else "",
        as_of=desk.now.astimezone(desk.zone),
        facts=tuple(facts),
        columns=COLUMNS,
        heads=tuple(_say(desk, f"import-errors-{column.key}") for column in COLUMNS),
        rows=islice(_lines(desk, made), MOST),
        landscape=True,
        locale=desk.locale,
    )


def _lines(desk: Desk, made: Plan) -> Iterator[Row]:
    """Give the errors by row, then what is only to be noted."""
    read = {row.row: row for row in made.sheet.rows}
    kinds = chain((("error", f) for f in made.faults), (("note", n) for n in made.notes))
    for kind, fault in kinds:
        cells = cells_of(desk, made, fault.row, read.get(fault.row))
        yield (
            fault.row, _say(desk, f"import-errors-is-{kind}"), fault.column,
            cells.get(fault.field), say(fault.message, desk.locale), _help(desk, made, fault),
        )  # fmt: skip


def _help(desk: Desk, made: Plan, fault: RowFault) -> str:
    """Say what would put it right; of a name that nobody knows, also which are like it."""
    code, given = fault.message.code, fault.message.params
    known = made.names.units if code == "import-unit-unknown" else made.names.accounts
    unknown = code in {"import-unit-unknown", "import-leader-unknown"}
    like = get_close_matches(str(given["name"]), known, LIKE, _LIKENESS) if unknown else []
    if like:
        return _say(desk, "import-help-like", names="、".join(like))
    called = f"import-help-{code.removeprefix('import-').removeprefix('field-')}"
    return _say(desk, called) if called in catalogue() else ""


def _say(desk: Desk, code: str, **given: str) -> str:
    return say(message(code, **given), desk.locale)
