"""The log's signing key: one file that nobody but the service's own user may read."""

import os
import secrets
import stat
from pathlib import Path

from engine.domain.note import Signer
from engine.errors import InvalidError, SettingsError
from engine.words import message

FILE = "log.key"
_SEED_BYTES = 32
_NAME_BYTES = 4
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


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
        with path.open(encoding="utf-8") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read()
    except FileNotFoundError as error:
        raise SettingsError("log-key-missing", file=str(path)) from error
    except (OSError, UnicodeDecodeError) as error:
        why = message("note-private-key")
        raise SettingsError("log-key-wrong", file=str(path), why=why) from error
    if mode & _OTHERS:
        raise SettingsError("log-key-open", file=str(path))
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
    """Write a fresh key beside its name and link it there whole: two processes make one key."""
    try:
        signer = Signer.make(origin, secrets.token_bytes(_SEED_BYTES))
    except InvalidError as error:
        raise SettingsError(error.message) from error
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{FILE}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{signer.secret_text()}\n")
            file.flush()
            os.fsync(file.fileno())
        _link(fresh, path)
    finally:
        fresh.unlink()


def _link(fresh: Path, path: Path) -> None:
    try:
        os.link(fresh, path)
    except FileExistsError:
        return  # another process was faster, and its key counts
