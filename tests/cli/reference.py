"""Writes the reference of the command line from the commands themselves.

`python -m tests.cli.reference` puts it into `docs/reference/command-line.md` after the line that
begins the list of commands; a test holds the two together.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from engine.cli import voice
from engine.cli.root import app
from engine.cli.tree import name_of, sentence, sentence_of, spelt

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "command-line.md"
BEGINS = "## Commands\n"
COMMON = ("--help", "--as", "--format")
"""Options that mean the same everywhere stand once, above the list."""


def commands() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Give every command with its path, groups left out, in the order of the help."""
    yield from _below((), typer.main.get_command(app))


def _below(path: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:  # noqa: ANN401  # typer's own
    if not hasattr(command, "list_commands"):
        yield path, command
        return
    context = typer.Context(command)
    for name in command.list_commands(context):
        yield from _below((*path, name), command.get_command(context, name))


def written() -> str:
    """Write the list of commands."""
    voice.speak("en")
    return "".join(_command(path, command) for path, command in commands())


def _command(path: tuple[str, ...], command: Any) -> str:  # noqa: ANN401  # typer's own
    params = command.get_params(typer.Context(command))
    arguments = [p for p in params if p.param_type_name == "argument"]
    options = [p for p in params if p.param_type_name == "option"]
    own = [p for p in options if p.required or not set(COMMON) & set(p.opts)]
    usage = " ".join(["duban", *path, *(_argument(p) for p in arguments)])
    lines = [f"\n### `{usage}`\n", sentence(path), ""]
    rows = [(name_of(p), p) for p in arguments] + [(spelt(p), p) for p in own]
    if rows:
        lines += ["| | |", "|---|---|"]
        lines += [f"| `{_cell(name)}` | {_cell(sentence_of(path, p))} |" for name, p in rows]
    return "\n".join(lines).rstrip() + "\n"


def _argument(param: Any) -> str:  # noqa: ANN401  # typer's own
    shown = name_of(param) + ("…" if param.nargs != 1 else "")
    return shown if param.required else f"[{shown}]"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    head = PAGE.read_text(encoding="utf-8").partition(BEGINS)[0]
    PAGE.write_text(head + BEGINS + written(), encoding="utf-8")
