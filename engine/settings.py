"""Configuration: every variable of Duban, read once, checked, and told plainly where it is wrong.

Each setting is an environment variable `DUBAN_…` and a key of `duban.toml` in the working directory
(the name without `DUBAN_`, lower case). The environment wins; an empty variable counts as unset.
"""

import ipaddress
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.domain.reading import nearest
from engine.errors import SettingsError
from engine.failpoints import Failpoint, read_failpoints
from engine.words import LOCALES, Locale, message

Environment = Literal["production", "demo", "test"]
FILE = "duban.toml"
PREFIX = "DUBAN_"
MEBIBYTE = 1024 * 1024
_ENVIRONMENTS: tuple[Environment, ...] = ("production", "demo", "test")
_SIZE = re.compile(r"([0-9]{1,12}) *(MiB|KiB|)")
_FACTORS = {"": 1, "KiB": 1024, "MiB": MEBIBYTE}
_PEER = re.compile(r"(\[[0-9a-fA-F:]+\]|[^\s:/@\[\]]+):([0-9]{1,5})")
_ORIGIN = re.compile(r"[^\s+\x00-\x1f]{1,200}")
_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)"
)  # RFC 3339 section 5.6
_LAST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a running Duban. Sizes are bytes; `log_origin` None means the key's own."""

    home: Path = Path("duban-data")
    database_url: str = field(default="", repr=False)
    env: Environment = "production"
    clock: str = "system"
    failpoints: tuple[Failpoint, ...] = ()
    time_zone: str = "Asia/Shanghai"
    locale: Locale = "zh"
    public_url: str = "http://127.0.0.1:8000"
    trusted_proxies: tuple[str, ...] = ()
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str | None = None
    outbound_allow: tuple[str, ...] = ()
    max_body: int = MEBIBYTE
    max_upload: int = 20 * MEBIBYTE
    audit_key_dir: Path = Path()
    log_origin: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def origin(self) -> str:
        """The `Origin` that a browser on our pages sends."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def is_safe_address(self) -> bool:
        """Whether nobody on the way can overhear a sign-in: https, or this machine alone."""
        parts = urlsplit(self.public_url)
        return parts.scheme == "https" or parts.hostname in {"localhost", "127.0.0.1", "::1"}


def load_settings(
    environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> Settings:
    """Read the settings of the environment and of `duban.toml` in a folder (the working directory).

    Raises SettingsError naming the variable or key that is unknown, malformed or unsafe.
    """
    given = _from_file((folder or Path()) / FILE) | _from_environment(
        os.environ if environment is None else environment
    )
    values = {name: _READERS[name](_name(name), text) for name, text in given.items()}
    home = values.setdefault("home", Path("duban-data"))
    values.setdefault("database_url", f"sqlite:///{home / 'duban.db'}")
    values.setdefault("audit_key_dir", home / "keys")
    settings = Settings(**values)
    _refuse_unsafe(settings)
    return settings


def real_now() -> datetime:
    """Read the machine's clock: throttles and the lives of sessions, tokens and keys run on it."""
    return datetime.now(UTC)


def office_clock(settings: Settings) -> Callable[[], datetime]:
    """Give the office's clock. A `file:` clock reads its file again at every use.

    Calling it raises SettingsError where that file is missing or holds no instant.
    """
    if settings.clock == "system":
        return real_now
    return lambda: _written(Path(settings.clock.removeprefix("file:")))


def _written(path: Path) -> datetime:
    try:
        text = path.read_text(encoding="utf-8").strip()
        if _INSTANT.fullmatch(text):
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (OSError, ValueError, OverflowError) as error:
        raise SettingsError("clock-file", path=str(path)) from error
    raise SettingsError("clock-file", path=str(path))


def _from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Take our variables. Others that begin alike belong to other tools and are left alone."""
    return {name: environment[v] for name in _READERS if environment.get(v := _name(name))}


def _from_file(path: Path) -> dict[str, str]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingsError("settings-file", file=path.name, detail=str(error)) from error
    for key in values:
        if key not in _READERS:
            _refuse_unknown(path.name, key)
    return {key: _as_text(path.name, key, value) for key, value in values.items()}


def _refuse_unknown(file: str, key: str) -> None:
    close = nearest(key.lower().removeprefix("duban_"), _READERS)
    if close:
        raise SettingsError("settings-unknown-near", file=file, key=key, nearest=close)
    raise SettingsError("settings-unknown", file=file, key=key, known=", ".join(sorted(_READERS)))


def _as_text(file: str, key: str, value: Any) -> str:  # noqa: ANN401  # whatever TOML holds
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ",".join(value)
    if isinstance(value, str | int) and not isinstance(value, bool):
        return str(value)
    raise SettingsError("settings-kind", file=file, key=key)


def _refuse_unsafe(settings: Settings) -> None:
    """A clock that can be set, or a failpoint, would let somebody make lateness disappear."""
    if settings.env == "test":
        return
    for name, unsafe in (
        ("DUBAN_CLOCK", settings.clock != "system"),
        ("DUBAN_FAILPOINTS", bool(settings.failpoints)),
    ):
        if unsafe:
            raise SettingsError("settings-only-test", name=name, env=settings.env)


def _name(key: str) -> str:
    return PREFIX + key.upper()


def _wrong(name: str, value: str, expected: str) -> SettingsError:
    return SettingsError(
        "settings-value", name=name, value=value[:80], expected=message(f"expected-{expected}")
    )


def _path(name: str, text: str) -> Path:
    if "\x00" in text:
        raise _wrong(name, ascii(text), "path")
    return Path(text).expanduser()


def _url_of_database(name: str, text: str) -> str:
    """Leave the details to the store. Never repeat the text: it may hold a password."""
    if not text.startswith(("sqlite:///", "postgresql:", "postgres:", "postgresql+psycopg:")):
        raise _wrong(name, "…", "database")
    return text


def _one_of(allowed: tuple[str, ...]) -> Callable[[str, str], str]:
    def read(name: str, text: str) -> str:
        if text not in allowed:
            words = message("expected-one-of", known=", ".join(allowed))
            raise SettingsError("settings-value", name=name, value=text[:80], expected=words)
        return text

    return read


def _clock(name: str, text: str) -> str:
    if text != "system" and not text.removeprefix("file:") != text.strip() != "file:":
        raise _wrong(name, text, "clock")
    return text


def _zone(name: str, text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise _wrong(name, text, "zone") from error
    return text


def _web_address(name: str, text: str) -> str:
    parts = _split(name, text, "web-address")
    fit = parts.scheme in {"http", "https"} and parts.hostname and not parts.username
    if not fit or parts.query or parts.fragment:
        raise _wrong(name, text, "web-address")
    return text.rstrip("/")


def _mail_server(name: str, text: str) -> str:
    parts = _split(name, text, "mail-server")
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise _wrong(name, "…", "mail-server")
    return text


def _split(name: str, text: str, expected: str) -> Any:  # noqa: ANN401  # urllib's SplitResult
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  # reading it is the check
    except ValueError as error:
        raise _wrong(name, "…", expected) from error
    return parts


def _mail_address(name: str, text: str) -> str:
    local, _, host = text.rpartition("@")
    if not local or not host or not text.isprintable():
        raise _wrong(name, text, "mail-address")
    return text


def _networks(name: str, text: str) -> tuple[str, ...]:
    try:
        return tuple(str(ipaddress.ip_network(item, strict=False)) for item in _items(text))
    except ValueError as error:
        raise _wrong(name, text, "networks") from error


def _peers(name: str, text: str) -> tuple[str, ...]:
    items = _items(text)
    for item in items:
        found = _PEER.fullmatch(item)
        if not found or not 0 < int(found[2]) <= _LAST_PORT:
            raise _wrong(name, item, "peers")
    return items


def _items(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(",") if item.strip())


def _size(name: str, text: str) -> int:
    found = _SIZE.fullmatch(text.strip())
    if not found or int(found[1]) == 0:
        raise _wrong(name, text, "size")
    return int(found[1]) * _FACTORS[found[2]]


def _log_origin(name: str, text: str) -> str:
    if not _ORIGIN.fullmatch(text):
        raise _wrong(name, text, "origin")
    return text


_READERS: dict[str, Callable[[str, str], Any]] = {
    "home": _path,
    "database_url": _url_of_database,
    "env": _one_of(_ENVIRONMENTS),
    "clock": _clock,
    "failpoints": lambda _name, text: read_failpoints(text),
    "time_zone": _zone,
    "locale": _one_of(LOCALES),
    "public_url": _web_address,
    "trusted_proxies": _networks,
    "smtp_url": _mail_server,
    "mail_from": _mail_address,
    "outbound_allow": _peers,
    "max_body": _size,
    "max_upload": _size,
    "audit_key_dir": _path,
    "log_origin": _log_origin,
}
VARIABLES = tuple(_name(f.name) for f in fields(Settings))
"""Every variable, as the reference lists them."""
