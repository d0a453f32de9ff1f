"""The wiring: settings, database and clock become an application, a folder an installation.

What only making an installation or signing needs is imported there: every command of the command
line comes through here, and is waited for.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from engine import failpoints
from engine.errors import DubanError, SettingsError, reason_of
from engine.service.desk import Desk
from engine.service.first import FirstAdministrator
from engine.settings import Settings, office_clock
from engine.store import migrations
from engine.store.database import Database, database_url, open_database, sqlite_path
from engine.words import Locale

if TYPE_CHECKING:
    from engine.channels.provider import Provider
    from engine.domain.note import Signer
    from engine.service.seal import Seal

__all__ = [
    "Application", "FirstAdministrator", "Initialised", "initialise", "log_signer",
    "open_application",
]  # fmt: skip


class Application:
    """An open installation. Safe to share between threads; close it at the end of the process."""

    def __init__(
        self, settings: Settings, database: Database, clock: Callable[[], datetime] | None = None
    ) -> None:
        self.settings = settings
        self.database = database
        self.zone = settings.zone
        self._clock = clock or office_clock(settings)

    @cached_property
    def seal(self) -> "Seal":
        """What closes secrets that the database keeps; its key is a file beside the log's."""
        from engine.service.seal import Seal  # noqa: PLC0415  # see the top

        return Seal(self.settings.audit_key_dir)

    @cached_property
    def provider(self) -> "Provider | None":
        """The identity provider of the settings; None where officials sign in by password alone."""
        from engine.channels.provider import Provider  # noqa: PLC0415  # see the top

        return Provider(self.settings) if self.settings.oidc_issuer else None

    def now(self) -> datetime:
        """Give the office's instant, aware. Raises SettingsError for an unreadable clock file."""
        return self._clock()

    @contextmanager
    def writing(self, via: str, locale: Locale | None = None) -> Iterator[Desk]:
        """Open a desk in one transaction: committed at the end of the block, or nothing of it.

        The instant is read after it is this writer's turn, so that the order of instants is that
        of the commits on SQLite. Raises BusyError; what the block raises undoes it.
        """
        with self.database.transaction() as connection:
            yield Desk(connection, self.now(), locale or self.settings.locale, via, self.zone)

    @contextmanager
    def reading(self, via: str, locale: Locale | None = None) -> Iterator[Desk]:
        """Open a desk on one consistent state, which cannot write. Raises BusyError."""
        with self.database.reading() as connection:
            yield Desk(connection, self.now(), locale or self.settings.locale, via, self.zone)

    def is_ready(self) -> bool:
        """Say whether requests can be served: the database is reached and its schema current."""
        try:
            with self.database.reading() as connection:
                return migrations.is_current_on(connection)
        except DubanError:
            return False

    def close(self) -> None:
        """Give back the database's connections."""
        self.database.close()


@dataclass(frozen=True, slots=True)
class Initialised:
    """What `initialise` found and did; `administrator` is the login that it made, if any.

    `role_granted` is None on SQLite; False says that an operator has to make PostgreSQL's role.
    `behind` names older versions that running cases follow, each with the newest and how many.
    """

    before: str | None
    after: str | None
    role_granted: bool | None
    workflows: tuple[str, ...]
    behind: tuple[tuple[str, int, int, int], ...]
    years: tuple[int, ...]
    administrator: str | None


def initialise(
    settings: Settings,
    first: FirstAdministrator | None = None,
    clock: Callable[[], datetime] | None = None,
) -> Initialised:
    """Make an installation, or bring one up to date; safe to repeat.

    `clock` is for the sample office, which begins in the past, and stays within this process.
    Raises SettingsError for a folder, key or URL of no use; ConflictError for a newer database or
    a shipped workflow that was altered; InvalidError for the administrator's login or password.
    """
    from engine.service import calendar, installation  # noqa: PLC0415  # see the top

    _make_home(settings.home)
    upgraded = migrations.upgrade(settings.database_url)
    log_signer(settings, make=True)
    application = Application(settings, open_database(settings.database_url), clock)
    try:
        with application.writing("cli") as desk:
            labels = installation.publish_shipped(desk)
            behind = installation.behind(desk)
            years = calendar.load_shipped(desk)
            made = first is not None and installation.make_administrator(desk, first)
    finally:
        application.close()
    login = first.login if first is not None and made else None
    return Initialised(
        upgraded.before,
        upgraded.after,
        upgraded.role_granted,
        tuple(labels),
        tuple(behind),
        tuple(years),
        login,
    )


def open_application(settings: Settings, *, serving: bool = False) -> Application:
    """Open an installation; `serving` as `open_database` has it. Arms failpoints where set.

    Raises SettingsError where there is no database or it has another shape: `duban init` helps.
    """
    failpoints.arm(settings.failpoints)
    url = database_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not sqlite_path(url).is_file():
        raise SettingsError("not-initialised")
    database = open_database(settings.database_url, serving=serving)
    with database.reading() as connection:
        found = migrations.current_on(connection)
    if found != migrations.newest():
        database.close()
        raise SettingsError("schema-old" if found else "not-initialised", revision=found)
    return Application(settings, database)


def log_signer(settings: Settings, *, make: bool = False) -> "Signer":
    """Load the log's key; `make` one where there is none.

    A log without a configured name gets one of its own, `duban.local/` and eight letters: two logs
    of one name would look like one that forked. Raises SettingsError for an unusable key.
    """
    from engine.service import log_key  # noqa: PLC0415  # see the top

    folder = settings.audit_key_dir
    origin = settings.log_origin or log_key.own_name(folder) or log_key.fresh_name()
    return log_key.open_key(folder, origin) if make else log_key.load_key(folder, origin)


def _make_home(home: Path) -> None:
    """Nobody but the service's own user has business in there."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        detail = reason_of(error)
        raise SettingsError("home-unusable", path=str(home), detail=detail) from error
