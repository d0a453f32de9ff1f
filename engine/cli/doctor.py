"""`duban doctor`: what of this installation is not sound."""

from functools import partial

import typer

from engine.bootstrap import log_signer
from engine.cli import show
from engine.cli.params import Format
from engine.cli.tree import Command, group
from engine.cli.voice import locale
from engine.service.doctor import examine
from engine.settings import load_settings

COLUMNS = ("check", "ok", "says")
app = group()


@app.command(cls=Command)
def run(shape: Format = None) -> None:
    """Check everything; exit code 1 where something does not hold."""
    settings = load_settings()
    checks = examine(settings, partial(log_signer, settings), locale())
    show.listing(checks, COLUMNS, shape)
    raise typer.Exit(0 if all(check["ok"] for check in checks) else 1)
