"""`duban timers`: reminders, escalation, the daily report's chasing and the outbox, alone."""

import time
from typing import Annotated

import typer

from engine.cli import face, show
from engine.cli.tree import Command, group
from engine.cli.voice import told
from engine.service.timers import TICK_SECONDS, timers

app = group()


@app.command(cls=Command)
def run(
    once: Annotated[bool, typer.Option("--once")] = False,  # noqa: FBT002  # an option
) -> None:
    """Evaluate every rule again and again, until interrupted."""
    with face.opened() as application:
        rules = timers(application)
        while True:
            done = rules.tick()
            if once:
                for name, count in done.items():
                    show.line(told("cli-timers-did", rule=name, count=count))
                return
            time.sleep(TICK_SECONDS)
