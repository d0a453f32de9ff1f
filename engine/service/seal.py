"""Secrets that the database keeps sealed: AES-256-GCM (NIST SP 800-38D) under a key beside it.

Whoever has the database alone, a backup say, can read none of them.
"""

import base64
import binascii
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.errors import SettingsError
from engine.service.private_file import make_private, read_private

FILE = "factor.key"
_KEY_BYTES, _NONCE_BYTES = 32, 12


class Seal:
    """Seals and opens under the key of one file, which is made where there is none yet."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._cipher: AESGCM | None = None

    def close(self, secret: bytes, about: str) -> bytes:
        """Seal a secret. `about` says whose it is: sealed for one, it opens for no other."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._key().encrypt(nonce, secret, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """Open a sealed secret. Raises SettingsError where another key sealed it."""
        nonce, text = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return self._key().decrypt(nonce, text, about.encode())
        except InvalidTag as error:
            raise SettingsError("seal-other-key", file=str(self._path)) from error

    def _key(self) -> AESGCM:
        if self._cipher is None:
            if not self._path.exists():
                make_private(self._path, _spelt(secrets.token_bytes(_KEY_BYTES)))
            self._cipher = AESGCM(self._read())
        return self._cipher

    def _read(self) -> bytes:
        try:
            return base64.b64decode(read_private(self._path).strip(), validate=True)
        except (OSError, UnicodeDecodeError, binascii.Error) as error:
            raise SettingsError("seal-key-wrong", file=str(self._path)) from error


def _spelt(key: bytes) -> str:
    return f"{base64.b64encode(key).decode()}\n"
