"""Read what was filled in about a case: every wrong field is named, all of them at once."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from engine.domain import fields
from engine.domain.access import is_fit
from engine.domain.fields import Directory, WrongField
from engine.domain.records import Account, Unit
from engine.errors import FieldFault, InvalidError
from engine.words import Message, listed, message

LARGEST = 2**53 - 1
"""The largest whole number that every reader of JSON reads exactly (RFC 7493, 2.2)."""


class Reader:
    """Collects the faults of an order while its fields are read; `refuse` raises them together."""

    def __init__(self, directory: Directory | None = None) -> None:
        self._directory = directory
        self.faults: list[FieldFault] = []

    def wrong(self, field: str, code: str, /, **params: Any) -> None:  # noqa: ANN401  # of the sentence
        """Note that a field is wrong."""
        self.faults.append(FieldFault(field, message(code, **params)))

    def refuse(self, code: str, /, **params: Any) -> None:  # noqa: ANN401  # of the sentence
        """Raise InvalidError where a field was wrong."""
        if self.faults:
            raise InvalidError(code, self.faults, **params)

    def text(
        self,
        field: str,
        value: Any,  # noqa: ANN401  # from a request
        *,
        optional: bool = False,
        longest: int = fields.LONGEST,
    ) -> str | None:
        """Read free text; a blank one is none where it is optional."""
        if optional and (value is None or (isinstance(value, str) and not value.strip())):
            return None
        found: str | None = self._read(field, lambda: fields.words(value, longest=longest))
        return found

    def _name(self, field: str, value: Any) -> str | None:  # noqa: ANN401  # from a request
        """Read what names an account or a unit."""
        found: str | None = self._read(field, lambda: fields.text(value))
        return found

    def day(self, field: str, value: date | str | None) -> date | None:
        """Read a day that may be absent."""
        if value is None:
            return None
        spelt = value.isoformat() if isinstance(value, date) else value
        found: date | None = self._read(field, lambda: fields.day(spelt))
        return found

    def choice(self, field: str, value: Any, known: Sequence[str]) -> str:  # noqa: ANN401  # from a request
        """Read one of a closed set of words."""
        if value not in known:
            self.wrong(field, "field-choice", known=listed(known))
        return str(value)

    def number(self, field: str, value: Any, least: int = 0, most: int = LARGEST) -> int:  # noqa: ANN401  # from a request
        """Read a whole number between two bounds, both included."""
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not least <= value <= most:
            self.wrong(field, "field-number", least=least, most=most)
            return least
        return int(value)

    def account(self, field: str, login: Any) -> Account | None:  # noqa: ANN401  # from a request
        """Read an enabled account by its login."""
        name = self._name(field, login)
        found = self._look().account(name) if name else None
        if name and (found is None or not found.enabled):
            self.wrong(field, "field-no-account", login=name[:80])
            return None
        return found

    def leader(self, field: str, login: str | None) -> Account | None:
        """Read a leader who may be absent."""
        if login is None:
            return None
        found = self.account(field, login)
        if found is not None and not is_fit(found.roles, "lead-leader"):
            self.wrong(field, "field-no-leader", name=found.name)
        return found

    def unit(self, field: str, name: str | None) -> Unit | None:
        """Read a unit that may be absent."""
        if name is None:
            return None
        spelt = self._name(field, name)
        found = self._look().unit(spelt) if spelt else None
        if spelt and found is None:
            self.wrong(field, "field-no-unit", name=spelt[:80])
        return found

    def units(self, field: str, names: Sequence[str]) -> list[Unit]:
        """Read units, each once."""
        found = [self.unit(field, name) for name in names]
        return list({unit.id: unit for unit in found if unit is not None}.values())

    def _look(self) -> Directory:
        if self._directory is None:
            raise AssertionError  # only readers of names are asked for names
        return self._directory

    def _read(self, field: str, read: Any) -> Any:  # noqa: ANN401  # a function and what it gives
        try:
            return read()
        except WrongField as wrong:
            words: Message = wrong.words
            self.faults.append(FieldFault(field, words))
            return None
