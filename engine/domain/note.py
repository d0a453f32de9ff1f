"""Signed notes and checkpoints: what the log hands out, and anybody can check.

After C2SP `signed-note`, `tlog-checkpoint` and `tlog-cosignature`: a text, an empty line, and lines
`— name base64(key id, signature)`. A checkpoint's text is origin, size and root, a line each.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64Error
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from engine.errors import InvalidError

LOG, WITNESS = 0x01, 0x04
"""Kinds of keys: an Ed25519 key that signs notes, one that cosigns checkpoints with a time."""

MOST_SIGNATURES = 100
_KEY_BYTES, _ID_BYTES, _TIME_BYTES = 32, 4, 8
_SIGNATURE = re.compile(r"— (\S+) (\S+)")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_PRIVATE = "PRIVATE+KEY+"


@dataclass(frozen=True, slots=True)
class Signature:
    """A line under a note: who says to have signed, with which key (first 4 bytes), and what."""

    name: str
    key_id: bytes
    payload: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the signatures under it, checked or not."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, signed: str) -> Self:
        """Read a signed note. Raises InvalidError that says which rule of the form is broken."""
        text, gap, lines = signed.rpartition("\n\n")
        if not gap or not lines.endswith("\n") or not _is_plain(signed):
            raise InvalidError("note-form")
        signatures = tuple(_signature(line) for line in lines[:-1].split("\n"))
        if len(signatures) > MOST_SIGNATURES:
            raise InvalidError("note-many", most=MOST_SIGNATURES)
        return cls(text + "\n", signatures)


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A signature that was checked: whose, and for a witness when (seconds since 1970, UTC)."""

    name: str
    time: int | None


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with the name that it signs under; spelt `name+id+base64`."""

    name: str
    public: bytes
    kind: int = LOG

    @property
    def key_id(self) -> bytes:
        """Give the four bytes that signatures name the key by."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return sha256(named).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        return _spelt(self.name, self.key_id, self.kind, self.public)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a verifier key. Raises InvalidError when it is none, or its id does not fit it."""
        verifier = cls(*_key(text))
        if verifier.key_id.hex() != text.split("+", 2)[1]:
            raise InvalidError("note-key-id", name=verifier.name)
        return verifier

    def check(self, text: str, signature: Signature) -> Cosigned:
        """Check one signature over a text. Raises InvalidError when it does not hold."""
        signed, time, payload = text.encode(), None, signature.payload
        if self.kind == WITNESS:
            time = int.from_bytes(payload[:_TIME_BYTES], "big")
            signed = f"cosignature/v1\ntime {time}\n".encode() + signed
            payload = payload[_TIME_BYTES:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(payload, signed)
        except (InvalidSignature, ValueError) as error:
            raise InvalidError("note-signature", name=self.name) from error
        return Cosigned(self.name, time)


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with the name that it signs under. Its text is a secret."""

    name: str
    _seed: bytes

    @classmethod
    def make(cls, name: str, seed: bytes) -> Self:
        """Build a key from 32 random bytes. Raises InvalidError for a name that notes forbid."""
        if not _is_name(name) or len(seed) != _KEY_BYTES:
            raise InvalidError("note-name", name=ascii(name))
        return cls(name, seed)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a key as `secret_text` spells it. Raises InvalidError when it is none."""
        if not text.startswith(_PRIVATE):
            raise InvalidError("note-private-key")
        name, seed, kind = _key(text.removeprefix(_PRIVATE))
        signer = cls(name, seed)
        if kind != LOG or signer.secret_text() != text:
            raise InvalidError("note-private-key")
        return signer

    def __repr__(self) -> str:
        return f"Signer({self.name!r})"

    def secret_text(self) -> str:
        """Spell the key for its file."""
        return _PRIVATE + _spelt(self.name, self.verifier().key_id, LOG, self._seed)

    def verifier(self) -> Verifier:
        """Give the public key that goes with it."""
        public = Ed25519PrivateKey.from_private_bytes(self._seed).public_key()
        return Verifier(self.name, public.public_bytes_raw())

    def sign(self, text: str) -> str:
        """Sign a text, which ends in a new line. Raises InvalidError for one that notes forbid."""
        if not text.endswith("\n") or not _is_plain(text):
            raise InvalidError("note-form")
        payload = Ed25519PrivateKey.from_private_bytes(self._seed).sign(text.encode())
        line = b64encode(self.verifier().key_id + payload).decode()
        return f"{text}\n— {self.name} {line}\n"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: its name, how many leaves it has, and their root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Spell it as the text of a note."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read it from the text of a note. Raises InvalidError when it is no checkpoint."""
        lines = text.split("\n")
        if len(lines) < 4 or not lines[0] or not _SIZE.fullmatch(lines[1]):  # noqa: PLR2004  # three lines and the end
            raise InvalidError("note-no-checkpoint")
        return cls(lines[0], int(lines[1]), _decoded(lines[2], "note-no-checkpoint"))


def verified(note: Note, verifiers: Iterable[Verifier]) -> list[Cosigned]:
    """Check the signatures of known keys; others are passed over, as C2SP demands.

    Raises InvalidError when a known key's signature does not hold, and when no known key signed.
    """
    known = {(v.name, v.key_id): v for v in verifiers}
    found = [
        known[line.name, line.key_id].check(note.text, line)
        for line in note.signatures
        if (line.name, line.key_id) in known
    ]
    if not found:
        raise InvalidError("note-unknown", names=", ".join(s.name for s in note.signatures))
    return found


def _signature(line: str) -> Signature:
    found = _SIGNATURE.fullmatch(line)
    if found is None or not _is_name(found[1]):
        raise InvalidError("note-line", line=ascii(line))
    payload = _decoded(found[2], "note-form")
    if len(payload) <= _ID_BYTES:
        raise InvalidError("note-line", line=ascii(line))
    return Signature(found[1], payload[:_ID_BYTES], payload[_ID_BYTES:])


def _key(text: str) -> tuple[str, bytes, int]:
    parts = text.split("+", 2)
    if len(parts) != 3 or not _is_name(parts[0]):  # noqa: PLR2004  # name, id, key
        raise InvalidError("note-key")
    data = _decoded(parts[2], "note-key")
    if len(data) != 1 + _KEY_BYTES or data[0] not in {LOG, WITNESS}:
        raise InvalidError("note-key")
    return parts[0], data[1:], data[0]


def _spelt(name: str, key_id: bytes, kind: int, key: bytes) -> str:
    return f"{name}+{key_id.hex()}+{b64encode(bytes([kind]) + key).decode()}"


def _decoded(text: str, code: str) -> bytes:
    """Decode base64 in its one spelling only."""
    try:
        data = b64decode(text, validate=True)
    except (NotBase64Error, ValueError) as error:
        raise InvalidError(code) from error
    if b64encode(data).decode() != text:
        raise InvalidError(code)
    return data


def _is_name(name: str) -> bool:
    return (
        name != "" and "+" not in name and not any(c.isspace() for c in name) and name.isprintable()
    )


def _is_plain(text: str) -> bool:
    """Notes hold no control characters besides the new line, and whole characters only."""
    if any(c < " " and c != "\n" for c in text):
        return False
    return not any("\ud800" <= c <= "\udfff" for c in text)
