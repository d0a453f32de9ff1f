"""Cast the bytes of many events from one that was told: they differ only by the values put in.

A mould is made of an event whose values are marks (`mark(place)`), told by `events.tell` itself; so
its spelling is that of every event. A test holds what is cast to what `tell` would say.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.domain.canonical import SALT_BYTES, canonical, commitment, leaf_hash
from engine.domain.events import Happening, Secret, Told, plain, tell

_FEW = frozenset({type(None), bool})
_SPELT = {None: b"null", True: b"true", False: b"false"}
_FORMER = b"\xfe" * 32
_FORMER_MARK = "former"
_NO_SALT = b"\x00" * SALT_BYTES
_MARK = re.compile(rb'"\\u0001([0-9a-z]+)\\u0002"')
_TEXT = re.compile("\x01([0-9]+)\x02")


def mark(place: int) -> Any:  # noqa: ANN401  # stands for a value of any kind
    """Give what stands in a happening for the value of a place."""
    return f"\x01{place}\x02"


def spell(value: Any) -> bytes:  # noqa: ANN401  # any column value
    """Spell a value as it stands in an event. Raises InvalidError as `canonical` does."""
    found = _SPELT.get(value) if type(value) in _FEW else None
    return found or canonical(plain(value))


@dataclass(frozen=True, slots=True)
class _Text:
    """A committed text: which part of the body it is, its place, and its field around the id."""

    part: int
    place: int
    before: str
    after: str


class Mould:
    """The event of a step of a case, without its values.

    `at` is the place of its instant, `case` that of the case's id.
    """

    def __init__(self, happening: Happening, seq: int, at: int, case: int) -> None:
        self._at, self._case = at, case
        told = tell(happening, seq, _FORMER if seq > 1 else None, lambda: _NO_SALT)
        self._seq, self._kind, self._recorded_at = seq, told.kind, told.recorded_at
        self._parts = _MARK.split(_marked(told, f"{happening.stream}/{seq}"))
        marks = {self._parts[part].decode(): part for part in range(1, len(self._parts), 2)}
        self._former = marks.get(_FORMER_MARK)
        self._holes = [
            (part, int(self._parts[part]))
            for part in range(1, len(self._parts), 2)
            if self._parts[part].isdigit()
        ]
        self._texts = [
            _text(marks[f"t{number}"], secret, mark(case))
            for number, secret in enumerate(told.vault)
        ]

    def cast(
        self,
        values: Sequence[Any],
        spelt: Sequence[bytes],
        former: bytes | None,
        salt: Callable[[], bytes],
    ) -> Told:
        """Put in values by their places, as they are `spelt`, and the leaf hash of the former."""
        case_id: int = values[self._case]
        parts, vault = self._parts.copy(), list[Secret]()
        for part, place in self._holes:
            parts[part] = spelt[place]
        if self._former is not None and former is not None:
            parts[self._former] = b'"%b"' % former.hex().encode()
        for text in self._texts:
            value = values[text.place]
            if value is None:
                parts[text.part] = b"null"
                continue
            field = f"{text.before}{case_id}{text.after}"
            vault.append(Secret(field, salt(), value))
            committed = commitment(f"{case_id}/{self._seq}", field, vault[-1].salt, value)
            parts[text.part] = b'{"c":"%b"}' % committed.encode()
        body = b"".join(parts)
        return Told(
            case_id, self._seq, self._kind, values[self._at], self._recorded_at, body,
            leaf_hash(body), tuple(vault),
        )  # fmt: skip


def _marked(told: Told, subject: str) -> bytes:
    """Put marks also where an event holds what no value is: the former leaf, and commitments."""
    body = told.body.replace(b'"%b"' % _FORMER.hex().encode(), _raw_mark(_FORMER_MARK))
    for number, secret in enumerate(told.vault):
        spelt = commitment(subject, secret.field, secret.salt, secret.value).encode()
        body = body.replace(b'{"c":"%b"}' % spelt, _raw_mark(f"t{number}"))
    return body


def _raw_mark(name: str) -> bytes:
    return b'"\\u0001%b\\u0002"' % name.encode()


def _text(part: int, secret: Secret, case: str) -> _Text:
    before, after = secret.field.split(case)
    found = _TEXT.fullmatch(secret.value)
    if found is None:
        raise ValueError(secret.field)
    return _Text(part, int(found[1]), before, after)
