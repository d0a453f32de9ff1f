"""Is this installation sound? What is wrong, and what would help, in one line a check."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection
from typing_extensions import TypedDict

from engine.channels.provider import Provider
from engine.domain.note import Signer
from engine.errors import BusyError, DubanError
from engine.service.almanac import calendar_of
from engine.settings import Settings, office_clock
from engine.store import jobs, migrations
from engine.store.database import (
    database_url,
    open_database,
    sqlite_path,
    sqlite_version,
)
from engine.store.passage_checks import compare
from engine.words import Locale, Message, message, say

LEAST_FREE = 512 * 1024 * 1024
"""Bytes; below it a large import or a backup may fail."""
LEAST_SQLITE = (3, 35, 0)
"""RETURNING, which counters use (sqlite.org/lang_returning.html)."""
LONGEST_PAUSE = timedelta(hours=1)
"""So long after the last evaluation of a rule nobody seems to run the timers."""
_MEBIBYTE = 1024 * 1024
_NOVEMBER, _DECEMBER = 11, 12
"""The next year's notice comes out in November; from December on its lack does not hold."""


class CheckAnswer(TypedDict):
    """One check: its name, whether it holds, and what to know or to do."""

    check: str
    ok: bool
    says: str


Result = tuple[bool, Message]


def examine(
    settings: Settings, signer: Callable[[], Signer], locale: Locale = "zh"
) -> list[CheckAnswer]:
    """Check configuration, database, calendar, keys, search, disk and more; change nothing.

    `signer` loads the log's key. No check stops the others.
    """
    checks: list[tuple[str, Callable[[], Result]]] = [
        ("configuration", lambda: _configuration(settings)),
        ("database", lambda: _database(settings)),
        ("schema", lambda: _schema(settings)),
        ("calendar", lambda: _asked(settings, _coverage)),
        ("keys", lambda: _keys(settings, signer)),
        ("timers", lambda: _asked(settings, _timers)),
        ("outbox", lambda: _asked(settings, _outbox)),
        ("search", lambda: _asked(settings, _search)),
        ("provider", lambda: _provider(settings)),
        ("disk", lambda: _disk(settings.home)),
        ("sqlite", lambda: _sqlite(settings)),
    ]
    return [_run(name, check, locale) for name, check in checks]


def _run(name: str, check: Callable[[], Result], locale: Locale) -> CheckAnswer:
    try:
        holds, words = check()
    except DubanError as error:
        holds, words = False, error.message
    return {"check": say(message(f"check-{name}"), locale), "ok": holds, "says": say(words, locale)}


def _configuration(settings: Settings) -> Result:
    office_clock(settings)()
    if settings.env == "production" and not settings.is_safe_address:
        return False, message("doctor-http", url=settings.public_url)
    words = message(
        "doctor-configuration", env=settings.env, home=str(settings.home), zone=settings.time_zone
    )
    return True, words


def _exists(settings: Settings) -> bool:
    """Look before opening: opening a SQLite database makes it."""
    url = database_url(settings.database_url)
    return url.get_backend_name() != "sqlite" or sqlite_path(url).is_file()


def _database(settings: Settings) -> Result:
    if not _exists(settings):
        return False, message("not-initialised")
    migrations.current(settings.database_url)
    kind = database_url(settings.database_url).get_backend_name()
    return True, message("doctor-database", kind=kind)


def _schema(settings: Settings) -> Result:
    found = migrations.current(settings.database_url) if _exists(settings) else None
    if found is None:
        return False, message("not-initialised")
    fits = found == migrations.newest()
    return fits, message("doctor-schema" if fits else "schema-old", revision=found)


def _asked(settings: Settings, question: Callable[[Connection, datetime], Result]) -> Result:
    """Ask the database something, where there is one that can be asked."""
    if not _exists(settings) or not migrations.is_current(settings.database_url):
        return False, message("doctor-not-checked")
    now = office_clock(settings)().astimezone(settings.zone)
    database = open_database(settings.database_url)
    try:
        with database.reading() as connection:
            return question(connection, now)
    finally:
        database.close()


def _coverage(connection: Connection, today: datetime) -> Result:
    """Tell of the next year's notice from November on; by December due dates reach into it."""
    years = calendar_of(connection).years
    if today.year not in years:
        return False, message("doctor-calendar-missing", year=today.year)
    if today.year + 1 not in years and today.month >= _NOVEMBER:
        words = message("doctor-calendar-next", year=today.year, next=today.year + 1)
        return today.month < _DECEMBER, words
    return True, message("doctor-calendar", year=today.year)


def _timers(connection: Connection, now: datetime) -> Result:
    """Rules that nobody evaluates remind nobody; one that fails says why."""
    runs = jobs.runs(connection)
    if not runs:
        return True, message("doctor-timers-never")
    last = min(run["at"] for run in runs)
    shown = last.astimezone(now.tzinfo).strftime("%Y-%m-%d %H:%M")
    failing = next((run for run in runs if run["last_error"]), None)
    if failing is not None:
        words = {"rule": failing["name"], "why": failing["last_error"]}
        return False, message("doctor-timers-failing", **words)
    rests = now - last > LONGEST_PAUSE
    return not rests, message("doctor-timers-rest" if rests else "doctor-timers", at=shown)


def _outbox(connection: Connection, _now: datetime) -> Result:
    waiting, dead = jobs.counts(connection)
    words = "doctor-outbox-dead" if dead else "doctor-outbox"
    return not dead, message(words, waiting=waiting, dead=dead)


def _search(connection: Connection, _now: datetime) -> Result:
    """Compare the index of search with all texts: what is not in it is not found."""
    found = compare(connection)
    sound = not found.astray and not found.pairs
    words = "doctor-search" if sound else "doctor-search-astray"
    return sound, message(words, count=found.passages, astray=found.astray, pairs=found.pairs)


def _provider(settings: Settings) -> Result:
    """Ask the identity provider who it is: officials find out later, at the sign-in page."""
    if settings.oidc_issuer is None:
        return True, message("doctor-not-used")
    try:
        Provider(settings).description()
    except BusyError as error:
        why = error.__cause__ or error
        return False, message("doctor-provider", issuer=settings.oidc_issuer, why=str(why))
    return True, message("doctor-provider-there", issuer=settings.oidc_issuer)


def _keys(settings: Settings, signer: Callable[[], Signer]) -> Result:
    if not _exists(settings):
        return False, message("doctor-not-checked")
    return True, message("doctor-keys", name=signer().name)


def _disk(home: Path) -> Result:
    place = next((p for p in (home, *home.absolute().parents) if p.exists()), Path("/"))
    free = shutil.disk_usage(place).free
    shown = free // _MEBIBYTE
    if free < LEAST_FREE:
        return False, message("doctor-disk-low", free=shown, least=LEAST_FREE // _MEBIBYTE)
    return True, message("doctor-disk", free=shown)


def _sqlite(settings: Settings) -> Result:
    if database_url(settings.database_url).get_backend_name() != "sqlite":
        return True, message("doctor-not-used")
    version = sqlite_version()
    shown = ".".join(map(str, version))
    if version < LEAST_SQLITE:
        least = ".".join(map(str, LEAST_SQLITE))
        return False, message("doctor-sqlite-old", version=shown, least=least)
    return True, message("doctor-sqlite", version=shown)
