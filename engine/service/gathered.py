"""What is wrong with an order told in one go: every field that is unfit, not the first alone."""

from collections.abc import Callable
from typing import TypeVar

from engine.errors import ConflictError, DubanError, FieldFault, InvalidError, NotFoundError

Taken = TypeVar("Taken")


class Gathered:
    """The refusals of the fields that were looked at so far."""

    def __init__(self) -> None:
        self._errors: list[DubanError] = []
        self._faults: list[FieldFault] = []

    def take(self, field: str, read: Callable[[], Taken], otherwise: Taken) -> Taken:
        """Read a field; note what is wrong with it, and go on with something else in its place."""
        try:
            return read()
        except (InvalidError, NotFoundError, ConflictError) as error:
            named = error.faults if isinstance(error, InvalidError) else ()
            self._errors.append(error)
            self._faults += named or (FieldFault(field, error.message),)
            return otherwise

    def hold(self) -> None:
        """Go on where all is well. Raises what was wrong; InvalidError where several fields are."""
        if len(self._errors) == 1:
            raise self._errors[0]
        if self._errors:
            raise InvalidError("invalid", self._faults)
