"""How a command comes to the verbs: the installation of the settings, one desk, and who acts."""

from collections.abc import Iterator
from contextlib import contextmanager

from engine.bootstrap import Application, open_application
from engine.cli.voice import locale
from engine.domain.access import Principal
from engine.service.desk import Desk
from engine.service.operator import OPERATOR
from engine.service.principals import principal_of
from engine.settings import load_settings

VIA = "cli"


@contextmanager
def opened() -> Iterator[Application]:
    """Open the installation. Raises SettingsError where there is none: `duban init` helps."""
    application = open_application(load_settings())
    try:
        yield application
    finally:
        application.close()


@contextmanager
def writing() -> Iterator[Desk]:
    """Open a desk that writes; all of the block is committed at its end, or nothing of it."""
    with opened() as application, application.writing(VIA, locale()) as desk:
        yield desk


@contextmanager
def reading() -> Iterator[Desk]:
    """Open a desk that reads one consistent state."""
    with opened() as application, application.reading(VIA, locale()) as desk:
        yield desk


def acting(desk: Desk, login: str | None, operator: Principal = OPERATOR) -> Principal:
    """Give who acts: an account by its login, else the operator of this machine.

    Raises NotFoundError for an unknown login, ForbiddenError for a disabled account.
    """
    return operator if login is None else principal_of(desk, login)
