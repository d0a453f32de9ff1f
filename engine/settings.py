"""Configuration: every variable of Duban, read once, checked, and told plainly where it is wrong.

Each setting is an environment variable `DUBAN_…` and a key of `duban.toml` in the working directory
(the name without `DUBAN_`, lower case). The environment wins; an empty variable counts as unset.
"""

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from engine import setting_readers as readers
from engine.domain.reading import nearest
from engine.errors import SettingsError, reason_of
from engine.failpoints import Failpoint, read_failpoints
from engine.setting_readers import MEBIBYTE
from engine.words import LOCALES, Locale

Environment = Literal["production", "demo", "test"]
FILE = "duban.toml"
PREFIX = "DUBAN_"
_ENVIRONMENTS: tuple[Environment, ...] = ("production", "demo", "test")
_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)"
)  # RFC 3339 section 5.6


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
    writes_a_minute: int = 60
    exports_an_hour: int = 10
    audit_key_dir: Path = Path()
    log_origin: str | None = None
    oidc_issuer: str | None = None
    oidc_client: str | None = None
    oidc_secret: str | None = field(default=None, repr=False)
    oidc_name: str | None = None
    oidc_acr: tuple[str, ...] = ()

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
    _refuse_halves(settings)
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
        raise SettingsError("settings-file", file=path.name, detail=reason_of(error)) from error
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


def _refuse_halves(settings: Settings) -> None:
    """An identity provider is named whole, and its host is one that may be asked, or not at all."""
    told = (settings.oidc_client, settings.oidc_secret, settings.oidc_name, *settings.oidc_acr)
    if settings.oidc_issuer is None:
        if any(told):
            raise SettingsError("settings-with", name="DUBAN_OIDC_ISSUER", other="DUBAN_OIDC_…")
        return
    if not settings.oidc_client:
        raise SettingsError("settings-with", name="DUBAN_OIDC_CLIENT", other="DUBAN_OIDC_ISSUER")
    if settings.env == "production" and not settings.oidc_issuer.startswith("https:"):
        raise SettingsError("settings-oidc-http", issuer=settings.oidc_issuer)


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


_READERS: dict[str, Callable[[str, str], Any]] = {
    "home": readers.path,
    "database_url": readers.url_of_database,
    "env": readers.one_of(_ENVIRONMENTS),
    "clock": readers.clock,
    "failpoints": lambda _name, text: read_failpoints(text),
    "time_zone": readers.zone,
    "locale": readers.one_of(LOCALES),
    "public_url": readers.web_address,
    "trusted_proxies": readers.networks,
    "smtp_url": readers.mail_server,
    "mail_from": readers.mail_address,
    "outbound_allow": readers.peers,
    "max_body": readers.size,
    "max_upload": readers.size,
    "writes_a_minute": readers.number,
    "exports_an_hour": readers.number,
    "audit_key_dir": readers.path,
    "log_origin": readers.log_origin,
    "oidc_issuer": readers.issuer,
    "oidc_client": readers.line,
    "oidc_secret": readers.line,
    "oidc_name": readers.line,
    "oidc_acr": readers.names,
}
VARIABLES = tuple(_name(f.name) for f in fields(Settings))
"""Every variable, as the reference lists them."""
