"""`duban demo`: a sample office of its own, served from a folder that is gone when it stops."""

import os
import shlex
import sys
import tempfile
from pathlib import Path
from typing import Annotated

from engine.bootstrap import initialise, open_application
from engine.cli import serving, show
from engine.cli.params import a_number
from engine.cli.tree import Command, group
from engine.cli.voice import told
from engine.service import sample
from engine.settings import PREFIX, Settings, load_settings

HOST = "127.0.0.1"
KEPT = ("DUBAN_LOCALE",)
"""The only setting of the surroundings that a demo follows."""
COLUMNS = ("login", "password", "name", "post", "roles")
app = group()


@app.command(cls=Command)
def run(port: Annotated[int, a_number("--port")] = 0) -> None:
    """Fill the sample office, say how to sign in, and serve it until interrupted."""
    taken = serving.bind(HOST, port)
    with tempfile.TemporaryDirectory(prefix="duban-demo-", ignore_cleanup_errors=True) as folder:
        show.line(told("cli-demo-making"))
        sys.stdout.flush()
        settings = _isolated(Path(folder))
        _fill(settings)
        address = serving.make_address_known(settings, HOST, taken.getsockname()[1])
        _say(address, settings)
        serving.serve(taken)


def _isolated(folder: Path) -> Settings:
    """Leave the settings of any real installation behind, in the environment and in a file."""
    for name in [name for name in os.environ if name.startswith(PREFIX) and name not in KEPT]:
        del os.environ[name]
    os.environ["DUBAN_ENV"] = "demo"
    os.environ["DUBAN_HOME"] = str(folder / "home")
    os.chdir(folder)
    return load_settings()


def _fill(settings: Settings) -> None:
    initialise(settings, clock=sample.beginning(settings))
    application = open_application(settings)
    try:
        sample.fill(application)
    finally:
        application.close()


def _say(address: str, settings: Settings) -> None:
    show.line(told("cli-demo-ready", address=address))
    people = [
        {"login": p.login, "password": p.password, "name": p.name, "post": p.post,
         "roles": list(p.roles)}
        for p in sample.SIGN_INS
    ]  # fmt: skip
    show.listing(people, COLUMNS, "table")
    show.line(told("cli-demo-data"))
    home, url = shlex.quote(str(settings.home)), shlex.quote(settings.database_url)
    show.line(f"  export DUBAN_ENV=demo DUBAN_HOME={home} DUBAN_DATABASE_URL={url}")
    show.line(told("cli-demo-stop"))
