"""The tree of commands: each is loaded when it is used, so that help comes at once."""

import gc
import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.main import get_command

from engine import __version__
from engine.cli import voice
from engine.cli.show import printable
from engine.cli.tree import Group
from engine.cli.values import refuse_unkeepable
from engine.cli.voice import told
from engine.errors import DubanError, InvalidError, NotFromHereError, Unmet, UnmetError, reason_of
from engine.words import Locale, listed, message, say

WRONG = 2
INTERRUPTED = 130
_PARTS = (
    "task-force", "plan", "adopt", "progress", "note", "file", "claim", "pay", "reply",
)  # fmt: skip
_REPORTS = (
    "overdue", "ageing", "ledger", "decomposition", "workload", "responsibility", "pingpong",
)  # fmt: skip
COMMANDS: Mapping[str, str | Mapping[str, str]] = {
    "init": "init",
    "demo": "demo",
    "serve": "serve",
    "timers": "timers",
    "outbox": "outbox",
    "unit": "units",
    "account": "accounts",
    "token": "tokens",
    "import": "imports",
    "export": "export",
    "issue": "issues",
    "case": {
        "list": "case_list",
        **dict.fromkeys(("show", "history", "step"), "cases"),
        **dict.fromkeys(_PARTS, "case_parts"),
    },
    "report": {**dict.fromkeys(_REPORTS, "reports"), "daily": "daily", "template": "templates"},
    "letter": "letters",
    "workflow": "workflows",
    "calendar": "calendar",
    "verify": "verify",
    "audit": "audit",
    "reindex": "reindex",
    "routes": "routes",
    "doctor": "doctor",
}
"""Every command, with the module of `engine.cli` that holds it; of a group, each of its own."""


class Lazy(Group):
    """A group whose commands are loaded one by one, when they are used."""

    modules: Mapping[str, str | Mapping[str, str]] = COMMANDS

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002  # typer's own
        """Name every command without loading it."""
        return list(self.modules)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002  # typer's own
        """Load one command."""
        place = self.modules[cmd_name]
        if not isinstance(place, str):
            below = Lazy(name=cmd_name)
            below.modules = place
            return below
        found = get_command(_load(place).app)
        if isinstance(found, Group) and self.modules is not COMMANDS:
            return found.commands[cmd_name]
        found.name = cmd_name
        return found


def _load(name: str) -> Any:  # noqa: ANN401  # a module
    """Import a module of commands. That makes many objects and no garbage: nobody need look."""
    gc.disable()
    try:
        return importlib.import_module(f"engine.cli.{name}")
    finally:
        gc.enable()


app = typer.Typer(
    cls=Lazy, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
)


@app.callback(invoke_without_command=True)
def duban(ctx: typer.Context, version: Annotated[bool, typer.Option("--version")] = False) -> None:  # noqa: FBT002  # a flag
    """Show the version, or the help where no command is named."""
    if version:
        typer.echo(f"duban {__version__}")
    elif ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


def run(arguments: Sequence[str]) -> int:
    """Run one command line; what goes wrong is told in one line on standard error."""
    voice.listen()
    try:
        for given in arguments:
            refuse_unkeepable(told("cli-command-line"), given)
        done = get_command(app).main(list(arguments), "duban", standalone_mode=False)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _hung_up()
    except Exception as error:  # noqa: BLE001  # the last resort: a person never sees a traceback
        sys.stderr.write(f"duban: {printable(_line(error))}\n")
        return WRONG
    return done if isinstance(done, int) else 0


def _hung_up() -> int:
    """Whoever read our output has had enough. Nothing may be left that Python tries to write."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _line(error: Exception) -> str:
    if isinstance(error, DubanError):
        return spoken(error, voice.locale())
    if isinstance(error, typer.TyperException):
        return error.format_message()
    if isinstance(error, OSError) and error.filename is not None:
        return told("cli-file", file=str(error.filename), detail=reason_of(error))
    return told("cli-bug", what=f"{type(error).__name__}: {error}"[:300], where=_where(error))


def _unmet(need: Unmet, locale: Locale) -> str:
    """Say what is missing and who can supply it, where anybody still can."""
    if not say(need.who, locale):
        return say(message("cli-unmet-by-none", what=need.message), locale)
    return say(message("cli-unmet", what=need.message, who=need.who), locale)


def spoken(error: DubanError, locale: Locale) -> str:
    """Say a refusal with all that it brings: the fields at fault, the needs that are not met."""
    words = [error.say(locale)]
    if isinstance(error, InvalidError):
        faults = [say(message("cli-fault", field=f.field, what=f.message), locale)
                  for f in error.faults]  # fmt: skip
        alone = [fault.message for fault in error.faults] == [error.message]
        words = faults if alone else [*words, *faults]
    if isinstance(error, UnmetError):
        words += [_unmet(need, locale) for need in error.unmet]
    if isinstance(error, NotFromHereError) and error.steps:
        names = listed(name for name, _ in error.steps)
        words.append(say(message("cli-steps", names=names), locale))
    return " ".join(words)


def _where(error: Exception) -> str:
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return (
        "?" if step is None else f"{Path(step.tb_frame.f_code.co_filename).name}:{step.tb_lineno}"
    )
