"""`duban case list`: cases by filters."""

from typing import Annotated

import typer

from engine.cli import face, show
from engine.cli.params import As, AsOf, Format, Limit, option
from engine.cli.tree import Command, group
from engine.cli.values import moment
from engine.service import case_lists
from engine.service.operator import READER

COLUMNS = (
    "code", "title", "state", "lead_leader", "lead_unit", "due", "days_overdue.working", "pending",
)  # fmt: skip
app = group()


@app.command("list", cls=Command)
def listed(  # noqa: PLR0913  # each is a filter
    *,
    state: Annotated[str | None, option("--state", "STATE")] = None,
    overdue: Annotated[bool | None, typer.Option("--overdue/--no-overdue")] = None,
    unit: Annotated[str | None, option("--unit", "UNIT")] = None,
    leader: Annotated[str | None, option("--leader", "LOGIN")] = None,
    issue: Annotated[str | None, option("--issue", "CODE")] = None,
    text: Annotated[str | None, option("--q", "TEXT")] = None,
    as_of: AsOf = None,
    sort: Annotated[str | None, option("--sort", "ORDER")] = None,
    limit: Limit = None,
    actor: As = None,
    shape: Format = None,
) -> None:
    """List cases."""
    with face.reading() as desk:
        who = face.acting(desk, actor, READER)
        at = moment("--as-of", as_of, desk.zone)
        answer = face.every(
            lambda size, cursor: case_lists.list_cases(
                desk,
                who,
                case_lists.CaseQuery(
                    state=state, overdue=overdue, unit=unit, leader=leader, issue=issue, q=text,
                    as_of=at, sort=sort, limit=size, cursor=cursor,
                ),
            ),
            limit,
        )  # fmt: skip
        titles = face.titles(desk)
    items = answer["items"]
    if show.shape_of(shape) == "table":
        items = [titles.put_in(item) for item in items]
    show.listing(items, COLUMNS, shape, whole=answer)
