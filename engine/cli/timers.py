"""`duban timers`: reminders, escalation, the daily report's chasing and the outbox, alone."""

from typing import Annotated

import typer

from engine.cli import face, show
from engine.cli.params import Format, option
from engine.cli.tree import Command, group
from engine.cli.values import moment
from engine.cli.voice import told
from engine.errors import InvalidError
from engine.service.operator import OPERATOR
from engine.service.timers import list_rules, preview_rungs, ticking, timers
from engine.words import entries

RULES = ("name", "at", "done", "last_error")
RUNGS = ("at", "case", "clock", "due", "rung")
app = group()


@app.command(cls=Command)
def run(
    once: Annotated[bool, typer.Option("--once")] = False,  # noqa: FBT002  # an option
    rules: Annotated[bool, typer.Option("--rules")] = False,  # noqa: FBT002  # an option
    preview_at: Annotated[str | None, option("--preview-at", "TIME")] = None,
    shape: Format = None,
) -> None:
    """Evaluate every rule again and again, until interrupted."""
    _refuse_together({"--once": once, "--rules": rules, "--preview-at": preview_at is not None})
    if rules:
        _show_rules(shape)
    elif preview_at is not None:
        _foresee(preview_at, shape)
    else:
        _evaluate(once=once)


def _refuse_together(given: dict[str, bool]) -> None:
    """Refuse two options that ask for different things."""
    chosen = [name for name, is_given in given.items() if is_given]
    if len(chosen) > 1:
        raise InvalidError("cli-together", one=chosen[0], other=chosen[1])


def _show_rules(shape: Format) -> None:
    with face.reading() as desk:
        rules = [dict(rule) for rule in list_rules(desk, OPERATOR)]
    if show.shape_of(shape) == "table":
        rules = [{**rule, "name": _called(str(rule["name"]))} for rule in rules]
    show.listing(rules, RULES, shape)


def _called(rule: str) -> str:
    """Give what a rule is called."""
    return told(f"cli-rule-{rule}") if f"cli-rule-{rule}" in entries() else rule


def _foresee(text: str, shape: Format) -> None:
    with face.reading() as desk:
        at = moment("--preview-at", text, desk.zone) or desk.now
        rungs = [dict(rung) for rung in preview_rungs(desk, OPERATOR, at)]
        if show.shape_of(shape) == "table":
            rungs = [face.titles(desk).put_in(rung) for rung in rungs]
    show.listing(rungs, RUNGS, shape)


def _evaluate(*, once: bool) -> None:
    with face.opened() as application:
        if once:
            for name, count in timers(application).tick().items():
                show.line(told("cli-timers-did", rule=_called(name), count=count))
            return
        threads = ticking(application)
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                thread.join()
        finally:
            for thread in threads:
                thread.stop()
