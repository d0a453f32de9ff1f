"""`duban init`: make an installation, or bring one up to date."""

import os
import secrets
from typing import Annotated

from engine.bootstrap import FirstAdministrator, Initialised, initialise
from engine.cli import show
from engine.cli.params import option
from engine.cli.tree import Command, group
from engine.cli.voice import told
from engine.settings import load_settings
from engine.words import listed

PASSWORD = "DUBAN_ADMIN_PASSWORD"  # noqa: S105  # the name of a variable
LOGIN = "admin"
_BYTES = 15
app = group()


@app.command(cls=Command)
def run(admin: Annotated[str | None, option("--admin", "LOGIN")] = None) -> None:
    """Make or upgrade everything; safe to repeat."""
    given = os.environ.get(PASSWORD)
    password = given or secrets.token_urlsafe(_BYTES)
    settings = load_settings()
    done = initialise(settings, FirstAdministrator(admin or LOGIN, password))
    _say(done, str(settings.home))
    if done.administrator is not None:
        code = "cli-init-admin-given" if given else "cli-init-admin"
        show.line(told(code, login=done.administrator, password=password))
    elif admin is not None:
        show.line(told("cli-init-admin-there", login=admin))


def _say(done: Initialised, home: str) -> None:
    if done.before is None:
        show.line(told("cli-init-made", home=home))
    elif done.before != done.after:
        show.line(told("cli-init-upgraded", before=done.before, after=done.after))
    else:
        show.line(told("cli-init-current", revision=done.after))
    if done.workflows:
        show.line(told("cli-init-workflows", names=listed(done.workflows)))
    for name, old, newest, count in done.behind:
        show.line(told("cli-init-behind", name=name, old=old, newest=newest, count=count))
    if done.years:
        years = told("cli-years", first=done.years[0], last=done.years[-1], count=len(done.years))
        show.line(told("cli-init-years", years=years))
    if done.role_granted is False:
        show.line(told("cli-init-no-role"))
