"""Every command, argument and option has its sentence, in both languages, and no other has."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from engine.cli.root import app
from engine.cli.tree import sentence, sentence_of
from engine.cli.voice import PACKAGE
from engine.cli.width import width
from engine.words import catalogue
from tests.cli.conftest import Terminal

CODE = Path(__file__).parents[2] / "engine" / "cli"
Path_ = tuple[str, ...]


def every() -> Iterator[tuple[Path_, Any]]:
    """Give every command and group with its path."""
    waiting: list[tuple[Path_, Any]] = [((), typer.main.get_command(app))]
    while waiting:
        path, command = waiting.pop()
        yield path, command
        if hasattr(command, "list_commands"):
            context = typer.Context(command)
            names = command.list_commands(context)
            waiting += [((*path, name), command.get_command(context, name)) for name in names]


EVERY = list(every())


@pytest.mark.parametrize(("path", "command"), EVERY, ids=lambda value: str(value)[:60])
def test_every_command_and_parameter_has_its_sentence(path: Path_, command: Any) -> None:  # noqa: ANN401  # typer's own
    assert sentence(path).endswith(("。", "."))
    for param in command.get_params(typer.Context(command)):
        assert sentence_of(path, param).endswith(("。", "."))


def test_no_sentence_is_left_over() -> None:
    used = {"-".join(["cli", *path]) for path, _ in EVERY}
    for path, command in EVERY:
        for param in command.get_params(typer.Context(command)):
            long = max(param.opts, key=len) if param.opts else param.name
            name = (param.metavar or param.name) if not long.startswith("-") else long
            name = name.lstrip("-").lower()
            used |= {f"{'-'.join(['cli', *path])}--{name}", f"cli-any--{name}",
                     f"cli-any--{name}-required"}  # fmt: skip
    tables = ("cli-column-", "cli-word-")
    known = {code for code in catalogue(PACKAGE) if not code.startswith(tables)}
    frame = {code for code in known if code.startswith("cli-help-")}
    assert known - frame - used == set()


def columns(file: Path) -> set[str]:
    """Give the columns of every list and record that a module prints."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    printed = [
        node.args[1]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"show.listing", "show.record"}
    ]
    named = [constants[n.id] for arg in printed for n in ast.walk(arg)
             if isinstance(n, ast.Name) and n.id in constants]  # fmt: skip
    tuples = [*(arg for arg in printed if isinstance(arg, ast.Tuple)), *named]
    return {str(n.value) for found in tuples for n in ast.walk(found)
            if isinstance(n, ast.Constant)}  # fmt: skip


def test_every_column_has_its_heading_and_no_heading_is_left_over() -> None:
    used = set().union(*(columns(file) for file in CODE.glob("*.py")))
    assert len(used) > 80
    headed = {code.removeprefix("cli-column-") for code in catalogue(PACKAGE)
              if code.startswith("cli-column-")}  # fmt: skip
    never_in_a_table = {"field", "message", "isOffDay", "table", "column", "detail"}
    assert used - headed == never_in_a_table
    assert headed - used == set()
    words = {code.removeprefix("cli-word-") for code in catalogue(PACKAGE)
             if code.startswith("cli-word-")}  # fmt: skip
    assert {word.partition("-")[0] for word in words} <= used


@pytest.mark.parametrize("language", ["zh", "en"])
def test_help_keeps_within_the_terminal(bare: Terminal, language: str) -> None:
    bare.set("DUBAN_LOCALE", language)
    bare.set("COLUMNS", "80")
    for path, _ in EVERY:
        for line in bare.done(*path, "--help").out.splitlines():
            assert width(line) <= 80, line
