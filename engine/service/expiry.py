"""What is kept for a while is forgotten in time, whether or not anybody comes back to it."""

from contextlib import AbstractContextManager
from typing import Protocol

from engine.service import imports, long_runs
from engine.service.desk import Desk
from engine.words import Locale


class Office(Protocol):
    """What forgetting needs of the application."""

    def reading(self, via: str, locale: Locale | None = None) -> AbstractContextManager[Desk]:
        """Open a desk that reads."""

    def writing(self, via: str, locale: Locale | None = None) -> AbstractContextManager[Desk]:
        """Open a desk that writes."""


def expire(office: Office) -> int:
    """Forget tables that nobody confirmed, and files that exports made; tell how many.

    Safe beside other nodes and to repeat; mostly there is nothing, and then nothing is written.
    """
    with office.reading("timer") as desk:
        if not (imports.has_old(desk) or long_runs.has_old(desk)):
            return 0
    with office.writing("timer") as desk:
        return imports.forget_old(desk) + long_runs.forget_old(desk)
