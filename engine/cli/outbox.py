"""`duban outbox`: notices that were not delivered."""

from typing import Annotated

from engine.cli import face, show
from engine.cli.params import As, Format, argument
from engine.cli.tree import Command, group
from engine.cli.voice import told
from engine.service.operator import OPERATOR
from engine.service.outbox import list_outbox, retry_outbox

COLUMNS = ("key", "kind", "run_at", "attempts", "dead", "last_error")
app = group()


@app.command("list", cls=Command)
def list_(shape: Format = None) -> None:
    """List what is undelivered."""
    with face.reading() as desk:
        show.listing(list_outbox(desk, OPERATOR), COLUMNS, shape)


@app.command("retry", cls=Command)
def retry(keys: Annotated[list[str] | None, argument("KEY")] = None, login: As = None) -> None:
    """Have dead letters tried again, all of them or those named."""
    with face.writing() as desk:
        count = retry_outbox(desk, face.acting(desk, login), keys or ())
    show.line(told("cli-outbox-retried", count=count))
