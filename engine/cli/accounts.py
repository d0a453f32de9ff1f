"""`duban account`: officials' accounts, their roles, passwords and deputies."""

from datetime import date
from typing import Annotated

import typer

from engine.cli import face, show
from engine.cli.params import As, Format, a_day, option
from engine.cli.tree import Command, group
from engine.cli.values import password_line, several
from engine.cli.voice import told
from engine.domain.access import ROLES
from engine.errors import NotFoundError
from engine.service import identities, second_factor
from engine.service.account_upkeep import AccountChange, change_account, enable_account
from engine.service.accounts import (
    NewAccount,
    add_account,
    change_roles,
    disable_account,
    list_accounts,
    set_password,
)
from engine.service.deputies import NewDeputy, name_deputy
from engine.service.duties import duties_of
from engine.settings import load_settings
from engine.words import LOCALES, wording

COLUMNS = ("login", "name", "post", "unit", "roles", "enabled", "sign_in", "email")
DEPUTY = ("id", "principal", "deputy", "from", "to", "reason")
LEFT = (
    "login", "leads", "late", "still_leads", "letters", "offered", "asked", "measures", "forces",
    "shifts", "deputies", "stands_in", "alone", "hand_over",
)  # fmt: skip
IDENTITY = ("login", "issuer", "subject", "made_at")
Roles = list[str] | None
app = group()


@app.command("add", cls=Command)
def add(  # noqa: PLR0913  # an account has so many parts
    login: str,
    *,
    name: Annotated[str, option("--name", "NAME")],
    unit: Annotated[str, option("--unit", "UNIT")],
    roles: Annotated[list[str], option("--role", "ROLE")],
    post: Annotated[str | None, option("--post", "POST")] = None,
    email: Annotated[str | None, option("--email", "ADDRESS")] = None,
    robot: Annotated[str | None, option("--robot", "URL")] = None,
    password: Annotated[bool, typer.Option("--password-stdin")] = False,
    actor: As = None,
    shape: Format = None,
) -> None:
    """Add an account."""
    given = password_line() if password else None
    order = NewAccount(login, name, unit, _named(roles), post, email, robot, given)
    with face.writing() as desk:
        answer = add_account(desk, face.acting(desk, actor), order)
    show.record(answer, COLUMNS, shape)


@app.command("list", cls=Command)
def listed(actor: As = None, shape: Format = None) -> None:
    """List all accounts."""
    with face.reading() as desk:
        answer = list_accounts(desk, face.acting(desk, actor))
    show.listing(answer, COLUMNS, shape)


@app.command("change", cls=Command)
def change(  # noqa: PLR0913  # an account has so many parts
    login: str,
    *,
    name: Annotated[str | None, option("--name", "NAME")] = None,
    post: Annotated[str | None, option("--post", "POST")] = None,
    unit: Annotated[str | None, option("--unit", "UNIT")] = None,
    email: Annotated[str | None, option("--email", "ADDRESS")] = None,
    robot: Annotated[str | None, option("--robot", "URL")] = None,
    actor: As = None,
    shape: Format = None,
) -> None:
    """Change an account's particulars."""
    given = {"name": name, "post": post, "unit": unit, "email": email, "robot": robot}
    order = AccountChange(**{key: text for key, text in given.items() if text is not None})
    with face.writing() as desk:
        answer = change_account(desk, face.acting(desk, actor), login, order)
    show.record(answer, COLUMNS, shape)


@app.command("enable", cls=Command)
def enable(login: str, actor: As = None, shape: Format = None) -> None:
    """Open a shut account again."""
    with face.writing() as desk:
        answer = enable_account(desk, face.acting(desk, actor), login)
    show.record(answer, COLUMNS, shape)


@app.command("disable", cls=Command)
def disable(
    login: str,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    actor: As = None,
    shape: Format = None,
) -> None:
    """Shut an account, or only tell what its owner still answers for."""
    if dry_run:
        with face.reading() as desk:
            left = duties_of(desk, face.acting(desk, actor), login)
        show.record(left, LEFT, shape)
        return
    with face.writing() as desk:
        answer = disable_account(desk, face.acting(desk, actor), login)
    show.record(answer, ("login", "leads", "still_leads", "told"), shape)


@app.command("role", cls=Command)
def role(
    login: str,
    add: Annotated[Roles, option("--add", "ROLE")] = None,
    remove: Annotated[Roles, option("--remove", "ROLE")] = None,
    actor: As = None,
    shape: Format = None,
) -> None:
    """Give and take roles."""
    with face.writing() as desk:
        who = face.acting(desk, actor)
        answer = change_roles(desk, who, login, _named(add), _named(remove))
    show.record(answer, COLUMNS, shape)


@app.command("password", cls=Command)
def password(
    login: str,
    from_input: Annotated[bool, typer.Option("--password-stdin")],
    actor: As = None,
) -> None:
    """Set somebody's password."""
    given = password_line() if from_input else ""
    with face.writing() as desk:
        set_password(desk, face.acting(desk, actor), login, given)
    show.line(told("cli-password-set", login=login))


@app.command("factor", cls=Command)
def factor(login: str, actor: As = None) -> None:
    """Take the second factor from somebody who lost it."""
    with face.writing() as desk:
        second_factor.remove(desk, face.acting(desk, actor), login)
    show.line(told("cli-factor-removed", login=login))


@app.command("link", cls=Command)
def link(
    login: str,
    subject: str,
    issuer: Annotated[str | None, option("--issuer", "URL")] = None,
    actor: As = None,
    shape: Format = None,
) -> None:
    """Link an account to an identity of a provider."""
    with face.writing() as desk:
        who = face.acting(desk, actor)
        answer = identities.link_account(desk, who, login, _issuer(issuer), subject)
    show.record(answer, IDENTITY, shape)


@app.command("unlink", cls=Command)
def unlink(
    login: str, issuer: Annotated[str | None, option("--issuer", "URL")] = None, actor: As = None
) -> None:
    """End such a link."""
    with face.writing() as desk:
        identities.unlink_account(desk, face.acting(desk, actor), login, _issuer(issuer))
    show.line(told("cli-identity-unlinked", login=login))


@app.command("links", cls=Command)
def links(login: str, actor: As = None, shape: Format = None) -> None:
    """List the identities of an account."""
    with face.reading() as desk:
        answer = identities.identities_of(desk, face.acting(desk, actor), login)
    show.listing(answer, IDENTITY, shape)


def _issuer(given: str | None) -> str:
    """Give the issuer that is meant: by itself that of the settings."""
    found = given or load_settings().oidc_issuer
    if found is None:
        raise NotFoundError("provider-off")
    return found


@app.command("deputy", cls=Command)
def deputy(  # noqa: PLR0913  # a deputy has so many parts
    login: str,
    deputy: str,
    *,
    start: Annotated[date, a_day("--from")],
    end: Annotated[date, a_day("--to")],
    reason: Annotated[str, option("--reason", "REASON")],
    actor: As = None,
    shape: Format = None,
) -> None:
    """Name a deputy."""
    order = NewDeputy(login, deputy, start, end, reason)
    with face.writing() as desk:
        answer = name_deputy(desk, face.acting(desk, actor), order)
    show.record(answer, DEPUTY, shape)


def _named(values: Roles) -> list[str]:
    """Give the roles that an option names: as they are typed, or as their holders are called."""
    titles = {role: wording(f"role-{role}") for role in ROLES}
    called = {words.in_(locale).casefold(): role for role, words in titles.items()
              for locale in LOCALES}  # fmt: skip
    return [called.get(name.casefold(), name) for name in several(values)]
