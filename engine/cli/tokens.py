"""`duban token`: tokens for the API."""

from datetime import date
from typing import Annotated

import typer

from engine.cli import face, show
from engine.cli.params import As, Format, a_day, number_argument, one_of, option
from engine.cli.tree import Command, group
from engine.cli.voice import told
from engine.service.tokens import SCOPES, NewToken, create_token, list_tokens, revoke_token

COLUMNS = ("id", "login", "scope", "label", "created_at", "expires", "revoked")
app = group()


@app.command("create", cls=Command)
def create(
    login: str,
    *,
    scope: Annotated[str, one_of("--scope", SCOPES)] = "read",
    expires: Annotated[date | None, a_day("--expires")] = None,
    label: Annotated[str, option("--label", "LABEL")] = "token",
    shape: Format = None,
) -> None:
    """Make a token. It is printed once, alone on its line unless another format is asked for."""
    with face.writing() as desk:
        who = face.acting(desk, None)
        answer = create_token(desk, who, NewToken(login, scope, expires, label))
    if shape is None:
        show.line(answer["token"])
    else:
        show.record(answer, ("token", "id", "expires"), shape)


@app.command("list", cls=Command)
def listed(
    login: Annotated[str | None, typer.Argument()] = None, actor: As = None, shape: Format = None
) -> None:
    """List tokens, without their secrets."""
    with face.reading() as desk:
        answer = list_tokens(desk, face.acting(desk, actor), login)
    show.listing(answer, COLUMNS, shape)


@app.command("revoke", cls=Command)
def revoke(number: Annotated[int, number_argument("ID", 1)], actor: As = None) -> None:
    """End a token at once."""
    with face.writing() as desk:
        revoke_token(desk, face.acting(desk, actor), number)
    show.line(told("cli-token-revoked", id=number))
