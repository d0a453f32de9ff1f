"""The log's signing key: one file that nobody but the service's own user may read."""

import secrets
from pathlib import Path

from engine.domain.note import Signer
from engine.errors import InvalidError, SettingsError
from engine.service.private_file import make_private, read_private
from engine.words import message

FILE = "log.key"
_SEED_BYTES = 32
_NAME_BYTES = 4


def open_key(folder: Path, origin: str) -> Signer:
    """Load the key of the log called `origin`, or make one where there is none yet.

    Raises SettingsError for a file that others may read, that holds no key, or another log's.
    """
    path = folder / FILE
    if not path.exists():
        _make(path, origin)
    return load_key(folder, origin)


def load_key(folder: Path, origin: str) -> Signer:
    """Load the key of the log called `origin`. Raises SettingsError where it is not usable."""
    path = folder / FILE
    try:
        text = read_private(path)
    except FileNotFoundError as error:
        raise SettingsError("log-key-missing", file=str(path)) from error
    except (OSError, UnicodeDecodeError) as error:
        why = message("note-private-key")
        raise SettingsError("log-key-wrong", file=str(path), why=why) from error
    return _read(text, path, origin)


def fresh_name() -> str:
    """Make up a name for a log that was given none."""
    return f"duban.local/{secrets.token_hex(_NAME_BYTES)}"


def own_name(folder: Path) -> str | None:
    """Give the name that the key itself says; None where there is no usable one."""
    try:
        text = (folder / FILE).read_text(encoding="utf-8")
        return Signer.parse(text.removesuffix("\n")).name
    except (OSError, UnicodeDecodeError, InvalidError):
        return None  # loading it says what is wrong with it


def _read(text: str, path: Path, origin: str) -> Signer:
    try:
        signer = Signer.parse(text.removesuffix("\n"))
    except InvalidError as error:
        raise SettingsError("log-key-wrong", file=str(path), why=error.message) from error
    if signer.name != origin:
        raise SettingsError("log-key-other", file=str(path), name=signer.name, origin=origin)
    return signer


def _make(path: Path, origin: str) -> None:
    """Make a fresh key of a log."""
    try:
        signer = Signer.make(origin, secrets.token_bytes(_SEED_BYTES))
    except InvalidError as error:
        raise SettingsError(error.message) from error
    make_private(path, f"{signer.secret_text()}\n")
