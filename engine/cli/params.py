"""Parameters that many commands share, and makers for those that take a value of one kind."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any, Literal

import typer

from engine.cli import values

Shape = Literal["table", "json", "csv"]
SHAPES: tuple[Shape, ...] = ("table", "json", "csv")


def option(name: str, metavar: str, read: Callable[[str], Any] | None = None) -> Any:  # noqa: ANN401  # typer's own
    """Make an option that takes a value."""
    return typer.Option(name, metavar=metavar, parser=read and _of_text(read))


def argument(name: str, read: Callable[[str], Any] | None = None) -> Any:  # noqa: ANN401  # typer's own
    """Make an argument."""
    return typer.Argument(metavar=name, parser=read and _of_text(read))


def _of_text(read: Callable[[str], Any]) -> Callable[[Any], Any]:
    """Read what was typed; typer hands over defaults as well, which have been read."""
    return lambda given: read(given) if isinstance(given, str) else given


def one_of(name: str, allowed: Sequence[str]) -> Any:  # noqa: ANN401  # typer's own
    """Make an option that takes one of a few words."""
    return option(name, "|".join(allowed), partial(values.one_of, name, allowed))


def a_day(name: str) -> Any:  # noqa: ANN401  # typer's own
    """Make an option that takes a day."""
    return option(name, "DATE", partial(values.day, name))


def a_number(name: str, least: int = 0) -> Any:  # noqa: ANN401  # typer's own
    """Make an option that takes a whole number."""
    return option(name, "N", partial(values.number, name, least))


def word_argument(name: str, allowed: Sequence[str]) -> Any:  # noqa: ANN401  # typer's own
    """Make an argument that takes one of a few words."""
    return argument(name, partial(values.one_of, name, allowed))


def day_argument(name: str) -> Any:  # noqa: ANN401  # typer's own
    """Make an argument that takes a day."""
    return argument(name, partial(values.day, name))


def number_argument(name: str, least: int = 0) -> Any:  # noqa: ANN401  # typer's own
    """Make an argument that takes a whole number."""
    return argument(name, partial(values.number, name, least))


As = Annotated[str | None, option("--as", "LOGIN")]
"""Who acts; without it the operator of the machine."""
Doer = Annotated[str, option("--as", "LOGIN")]
"""Who acts, where nobody may act without a name."""
AsOf = Annotated[str | None, option("--as-of", "TIME")]
Format = Annotated[Shape | None, one_of("--format", SHAPES)]
Out = Annotated[str | None, option("--out", "FILE")]
Limit = Annotated[int | None, a_number("--limit", 1)]
Version = Annotated[int | None, a_number("--version", 1)]
