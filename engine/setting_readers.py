"""How the text of a setting is read, one function a kind; what cannot be used is refused by name.

A secret is never repeated in a refusal.
"""

import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.errors import SettingsError
from engine.words import message

MEBIBYTE = 1024 * 1024
_SIZE = re.compile(r"([0-9]{1,12}) *(MiB|KiB|)")
_FACTORS = {"": 1, "KiB": 1024, "MiB": MEBIBYTE}
_PEER = re.compile(r"(\[[0-9a-fA-F:]+\]|[^\s:/@\[\]]+):([0-9]{1,5})")
_ORIGIN = re.compile(r"[^\s+\x00-\x1f]{1,200}")
_NUMBER = re.compile(r"[1-9][0-9]{0,5}")
_LAST_PORT = 65535
_LONGEST_LINE = 300


def wrong(name: str, value: str, expected: str) -> SettingsError:
    """Refuse a value, and say what would do."""
    return SettingsError(
        "settings-value", name=name, value=value[:80], expected=message(f"expected-{expected}")
    )


def path(name: str, text: str) -> Path:
    """Take the path of a folder."""
    if "\x00" in text:
        raise wrong(name, ascii(text), "path")
    return Path(text).expanduser()


def url_of_database(name: str, text: str) -> str:
    """Leave the details to the store. Never repeat the text: it may hold a password."""
    if not text.startswith(("sqlite:///", "postgresql:", "postgres:", "postgresql+psycopg:")):
        raise wrong(name, "…", "database")
    return text


def one_of(allowed: tuple[str, ...]) -> Callable[[str, str], str]:
    """Take one of a few words."""

    def read(name: str, text: str) -> str:
        if text not in allowed:
            words = message("expected-one-of", known=", ".join(allowed))
            raise SettingsError("settings-value", name=name, value=text[:80], expected=words)
        return text

    return read


def clock(name: str, text: str) -> str:
    """Take the name of a clock."""
    if text != "system" and not text.removeprefix("file:") != text.strip() != "file:":
        raise wrong(name, text, "clock")
    return text


def zone(name: str, text: str) -> str:
    """Take the name of a time zone."""
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise wrong(name, text, "zone") from error
    return text


def web_address(name: str, text: str) -> str:
    """Take the address of a site."""
    parts = _split(name, text, "web-address")
    fit = parts.scheme in {"http", "https"} and parts.hostname and not parts.username
    if not fit or parts.query or parts.fragment:
        raise wrong(name, text, "web-address")
    return text.rstrip("/")


def mail_server(name: str, text: str) -> str:
    """Take the address of a mail server."""
    parts = _split(name, text, "mail-server")
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise wrong(name, "…", "mail-server")
    return text


def _split(name: str, text: str, expected: str) -> Any:  # noqa: ANN401  # urllib's SplitResult
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  # reading it is the check
    except ValueError as error:
        raise wrong(name, "…", expected) from error
    return parts


def mail_address(name: str, text: str) -> str:
    """Take a mail address."""
    local, _, host = text.rpartition("@")
    if not local or not host or not text.isprintable():
        raise wrong(name, text, "mail-address")
    return text


def networks(name: str, text: str) -> tuple[str, ...]:
    """Take addresses and networks, divided by commas."""
    try:
        return tuple(str(ipaddress.ip_network(item, strict=False)) for item in _items(text))
    except ValueError as error:
        raise wrong(name, text, "networks") from error


def peers(name: str, text: str) -> tuple[str, ...]:
    """Take `host:port`, divided by commas."""
    items = _items(text)
    for item in items:
        found = _PEER.fullmatch(item)
        if not found or not 0 < int(found[2]) <= _LAST_PORT:
            raise wrong(name, item, "peers")
    return items


def _items(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(",") if item.strip())


def size(name: str, text: str) -> int:
    """Take a size in bytes, KiB or MiB."""
    found = _SIZE.fullmatch(text.strip())
    if not found or int(found[1]) == 0:
        raise wrong(name, text, "size")
    return int(found[1]) * _FACTORS[found[2]]


def number(name: str, text: str) -> int:
    """Take how often something may be done."""
    if not _NUMBER.fullmatch(text.strip()):
        raise wrong(name, text, "number")
    return int(text)


def log_origin(name: str, text: str) -> str:
    """Take the name of a log."""
    if not _ORIGIN.fullmatch(text):
        raise wrong(name, text, "origin")
    return text


def issuer(name: str, text: str) -> str:
    """Take the issuer of an identity provider as it stands: it is compared character by character.

    A final slash is part of it. Plain http is for a provider on this very machine.
    """
    parts = _split(name, text, "issuer")
    local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    fit = parts.scheme == "https" or (parts.scheme == "http" and local)
    bare = not (parts.username or parts.query or parts.fragment) and text.isprintable()
    if not fit or not parts.hostname or not bare:
        raise wrong(name, "…" if parts.username else text, "issuer")
    return text


def line(name: str, text: str) -> str:
    """Take one line of text, which may be a secret."""
    if not text.isprintable() or len(text) > _LONGEST_LINE:
        raise wrong(name, "…", "line")
    return text


def names(name: str, text: str) -> tuple[str, ...]:
    """Take names divided by spaces."""
    return tuple(line(name, text).split())
