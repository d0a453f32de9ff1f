"""Commands and groups of our own kind: help and refusals in the office's language, one line each.

A command's words stand in `engine/cli/locale`: `cli-account-add` is the sentence of `duban account
add`, `cli-account-add--post` that of its option or argument, `cli-any--as` that of an option which
means the same everywhere.
"""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any

import typer

# Typer carries its parser inside and gives its refusals no public names.
from typer._click.exceptions import (
    BadOptionUsage,
    BadParameter,
    MissingParameter,
    NoSuchOption,
    UsageError,
)
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from engine.cli.voice import PACKAGE, locale
from engine.cli.width import padded, width, wrapped
from engine.errors import DubanError, FieldFault, InvalidError
from engine.words import entries, message, say, wording

Context = typer.Context
Parameter = TyperArgument | TyperOption
NARROWEST, WIDEST = 40, 100
GAP = 2
_CALLED = {"principal": "login"}
"""Fields of verbs that the command line calls otherwise."""
_ELSEWHERE = {"roles": "add"}
"""Fields that a command without an option of their name has in another one."""


def group() -> typer.Typer:
    """Make a group of commands."""
    return typer.Typer(
        cls=Group, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
    )


class Command(TyperCommand):
    """One command."""

    allow_extra_args = True  # refused below, in our own words

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  # typer's own
        """Read the arguments. Raises InvalidError in the office's language."""
        try:
            rest = super().parse_args(ctx, args)
        except UsageError as error:
            raise refusal(error, ctx) from error
        if rest:
            raise InvalidError("cli-extra", given=" ".join(rest)[:80], command=ctx.command_path)
        return rest

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401  # typer's own
        """Run the command. Raises InvalidError whose faults name what was typed."""
        try:
            return super().invoke(ctx)
        except InvalidError as error:
            error.faults = tuple(as_typed(fault, self.get_params(ctx)) for fault in error.faults)
            raise

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401  # typer's own
        """Write the help of the command."""
        formatter.write(help_of(ctx, self.get_params(ctx), ()))


class Group(TyperGroup):
    """A group of commands; without one it says which there are."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  # typer's own
        """Read the options before the command. Raises InvalidError."""
        try:
            return super().parse_args(ctx, args)
        except UsageError as error:
            raise refusal(error, ctx) from error

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401  # typer's own
        """Run the command that was named. Raises InvalidError where there is no such one."""
        names = self.list_commands(ctx)
        given = [*ctx._protected_args, *ctx.args]  # noqa: SLF001  # as the parent class reads them
        if not given and not self.invoke_without_command:
            raise InvalidError("cli-no-command", command=ctx.command_path, known=", ".join(names))
        if given and given[0] not in names:
            raise _no_such_command(given[0], ctx.command_path, names)
        return super().invoke(ctx)

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401  # typer's own
        """Write the help of the group: its commands, each in a sentence."""
        formatter.write(help_of(ctx, self.get_params(ctx), self.list_commands(ctx)))


# --- refusals ------------------------------------------------------------------------------------


def refusal(error: UsageError, ctx: Any) -> DubanError:  # noqa: ANN401  # typer's own
    """Say what is wrong with the use of a command, in a sentence of ours."""
    command = ctx.command_path
    if isinstance(error, NoSuchOption):
        return _no_such_option(error, command)
    if isinstance(error, BadOptionUsage):
        code = "cli-takes-no-value" if _is_flag(error.option_name, ctx) else "cli-needs-value"
        return InvalidError(code, option=error.option_name, command=command)
    if isinstance(error, MissingParameter) and error.param is not None:
        return InvalidError("cli-missing", name=name_of(error.param), command=command)
    if isinstance(error, BadParameter) and error.param is not None:
        return InvalidError("cli-unfit", name=name_of(error.param), command=command)
    return InvalidError("cli-unread", detail=error.format_message(), command=command)


def _no_such_option(error: NoSuchOption, command: str) -> DubanError:
    given = error.option_name[:80]
    near = sorted(error.possibilities or ())
    if near:
        return InvalidError("cli-option-near", option=given, near=near[0], command=command)
    return InvalidError("cli-option", option=given, command=command)


def _no_such_command(given: str, group_path: str, names: Sequence[str]) -> DubanError:
    near = get_close_matches(given, names, n=1)
    if near:
        return InvalidError("cli-command-near", given=given[:80], near=near[0], command=group_path)
    known = ", ".join(names)
    return InvalidError("cli-command", given=given[:80], known=known, command=group_path)


def _is_flag(option: str, ctx: Any) -> bool:  # noqa: ANN401  # typer's own
    return any(
        option in param.opts and getattr(param, "is_flag", False)
        for param in ctx.command.get_params(ctx)
    )


def as_typed(fault: FieldFault, params: Sequence[Any]) -> FieldFault:
    """Name a faulty field by the option or argument in which it was typed, where one is known."""
    named = {name_of(p).lstrip("-").lower().replace("-", "_"): name_of(p) for p in params}
    first, _, rest = fault.field.partition(".")
    first = _CALLED.get(first, first)
    other = _ELSEWHERE.get(first, "")
    option = named.get(first) or named.get(first.removesuffix("s")) or named.get(other)
    if option is None:
        return fault
    if not rest:
        return FieldFault(option, fault.message)
    number, _, key = rest.partition(".")
    nth = message("cli-nth", n=int(number) + 1, key=key) if number.isdigit() and key else None
    inner = rest if nth is None else say(nth, locale())
    return FieldFault(say(message("cli-within", option=option, key=inner), locale()), fault.message)


def name_of(param: Any) -> str:  # noqa: ANN401  # typer's own
    """Give a parameter as people type it: the long option, or the argument in capitals."""
    if isinstance(param, TyperArgument):
        return param.metavar or (param.name or "").upper()
    return str(max(param.opts, key=len))


# --- help ----------------------------------------------------------------------------------------


def help_of(ctx: Any, params: Iterable[Any], names: Sequence[str]) -> str:  # noqa: ANN401  # typer's own
    """Write the help of a command or a group, in the language of this run."""
    path = ctx.command_path.split()[1:]
    arguments = [p for p in params if isinstance(p, TyperArgument)]
    options = [p for p in params if isinstance(p, TyperOption)]
    room = min(WIDEST, max(NARROWEST, shutil.get_terminal_size().columns))
    sections = [
        ("cli-help-commands", [(name, sentence([*path, name])) for name in names]),
        ("cli-help-arguments", [(name_of(p), sentence_of(path, p)) for p in arguments]),
        ("cli-help-options", [(spelt(p), sentence_of(path, p)) for p in options]),
    ]
    usage = _word("cli-help-usage") + " ".join([ctx.command_path, *_pieces(arguments, names)])
    lines = [usage, "", *wrapped(sentence(path), room)]
    for title, rows in sections:
        if rows:
            lines += ["", _word(title), *_table(rows, room)]
    return "\n".join(lines) + "\n"


def sentence(path: Sequence[str]) -> str:
    """Give the sentence of a command. Raises KeyError where it has none: a test asks for each."""
    return _word("-".join(["cli", *path]))


def sentence_of(path: Sequence[str], param: Parameter) -> str:
    """Give the sentence of a parameter: its own at this command, else the one it has everywhere.

    Raises KeyError where it has neither.
    """
    name = _key(param)
    own = "-".join(["cli", *path]) + f"--{name}"
    anywhere = f"cli-any--{name}" + ("-required" if param.required else "")
    return _word(own if own in entries(PACKAGE) else anywhere)


def _word(code: str) -> str:
    return wording(code, PACKAGE).in_(locale())


def _key(param: Parameter) -> str:
    return name_of(param).lstrip("-").lower()


def spelt(param: TyperOption) -> str:
    """Spell an option with what it takes: `--role ROLE…`."""
    value = "" if param.is_flag else f" {param.metavar or _key(param).upper()}"
    return ", ".join([*param.opts, *param.secondary_opts]) + value + ("…" if param.multiple else "")


def _pieces(arguments: Iterable[TyperArgument], names: Sequence[str]) -> Iterator[str]:
    for argument in arguments:
        shown = name_of(argument) + ("…" if argument.nargs != 1 else "")
        yield shown if argument.required else f"[{shown}]"
    if names:
        yield _word("cli-help-command")
    yield _word("cli-help-any-option")


def _table(rows: Sequence[tuple[str, str]], room: int) -> Iterator[str]:
    left = max(width(name) for name, _ in rows) + GAP
    for name, words in rows:
        first, *more = wrapped(words, max(NARROWEST // 2, room - left - GAP))
        yield " " * GAP + padded(name, left) + first
        yield from (" " * (GAP + left) + line for line in more)
