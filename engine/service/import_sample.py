"""A blank table to fill in, whose columns an import knows."""

from engine.domain.access import Principal, require
from engine.intake.columns import COLUMNS, DECOMPOSITION, KINDS, LEDGER
from engine.output import table
from engine.output.table import Paper
from engine.service.desk import Desk
from engine.service.office import wrong
from engine.words import listed, message, say


def sample_table(desk: Desk, who: Principal, kind: str = DECOMPOSITION) -> Paper:
    """Put the columns of a kind of table on paper, with nothing below them.

    Raises ForbiddenError, InvalidError for a kind that there is not.
    """
    require(who, "import")
    if kind not in KINDS:
        raise wrong("kind", "field-choice", known=listed(KINDS))
    asked = [column for column in COLUMNS if kind == LEDGER or not column.ledger_only]
    return Paper(
        name=f"import-{kind}",
        title=say(message(f"import-sample-{kind}"), desk.locale),
        office="",
        as_of=desk.now.astimezone(desk.zone),
        facts=(),
        columns=tuple(table.Column(column.field) for column in asked),
        heads=tuple(column.called.in_(desk.locale) for column in asked),
        rows=(),
        landscape=True,
        locale=desk.locale,
    )
