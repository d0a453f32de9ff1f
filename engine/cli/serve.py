"""`duban serve`: the web pages and the API."""

from typing import Annotated

import typer

from engine.bootstrap import log_signer
from engine.cli import face, serving, show
from engine.cli.params import a_number, option
from engine.cli.tree import Command, group
from engine.cli.voice import told
from engine.errors import InvalidError
from engine.settings import load_settings

HOST, PORT = "127.0.0.1", 8000
app = group()


@app.command(cls=Command)
def run(
    host: Annotated[str, option("--host", "HOST")] = HOST,
    port: Annotated[int, a_number("--port")] = PORT,
    workers: Annotated[int, a_number("--workers", 1)] = 1,
    no_timers: Annotated[bool, typer.Option("--no-timers")] = False,  # noqa: FBT002  # an option
) -> None:
    """Serve until interrupted."""
    settings = load_settings()
    with face.opened() as application:
        if workers > 1 and application.database.is_sqlite:
            raise InvalidError("cli-serve-workers", workers=workers)
        log_signer(settings)
    taken = serving.bind(host, port)
    address = serving.make_address_known(settings, host, taken.getsockname()[1])
    show.line(told("cli-serve-ready", address=address))
    serving.serve(taken, workers, timers=not no_timers)
