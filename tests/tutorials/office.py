"""The sample office on one fixed morning, as tutorials tell of it and pictures show it."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from engine.bootstrap import Application, initialise, open_application
from engine.service import sample
from tests.web import desk

MORNING = datetime(2026, 4, 23, 1, 30, tzinfo=UTC)
"""Thursday, 9:30 in the office."""
PASSWORDS = {person.login: person.password for person in sample.SIGN_INS}


@cache
def model() -> Path:
    """Make the sample office once for all tests of this process."""
    home = Path(mkdtemp(prefix="duban-sample-"))
    desk.set_clock(home, MORNING)
    settings = desk.settings_in(home)
    initialise(settings, clock=sample.beginning(settings))
    application = open_application(settings, serving=True)
    sample.fill(application)
    application.close()
    return home


def copy_of(home: Path, **more: str) -> Application:
    """Open a copy of it, for somebody to act in."""
    return desk.copy_of(model(), home, **more)
