"""A secret in a file that nobody but the service's own user may read, made once and whole."""

import os
import secrets
import stat
from pathlib import Path

from engine.errors import SettingsError

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def read_private(path: Path) -> str:
    """Read a secret's text.

    Raises FileNotFoundError or OSError as reading does, UnicodeDecodeError where it is no text,
    SettingsError where others may read it.
    """
    with path.open(encoding="utf-8") as file:
        mode = os.fstat(file.fileno()).st_mode
        text = file.read()
    if mode & _OTHERS:
        raise SettingsError("key-open", file=str(path))
    return text


def make_private(path: Path, text: str) -> None:
    """Write a fresh secret beside its name and link it there whole.

    Two processes make one: where another was faster, its secret counts.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _link(fresh, path)
    finally:
        fresh.unlink()


def _link(fresh: Path, path: Path) -> None:
    try:
        os.link(fresh, path)
    except FileExistsError:
        return
