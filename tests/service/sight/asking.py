"""Asks the faces of the service for all that they show, and says what each should."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from engine.domain.access import Principal
from engine.errors import ForbiddenError, NotFoundError
from engine.service.desk import Desk
from tests.service.sight.oracle import Sight

Told = tuple[str, Any, Any]
"""What was asked, what was found, and what should have been."""
Ask = Callable[[], Any]


@dataclass(frozen=True)
class Reader:
    """Whoever asks, at a desk, and what may be shown to that one."""

    desk: Desk
    who: Principal
    sight: Sight


Face = Callable[[Reader], Iterator[Told]]


def of(ask: Ask) -> Any:  # noqa: ANN401  # any answer
    """Ask; whoever may not ask at all is shown nothing."""
    try:
        return ask()
    except ForbiddenError:
        return None


def is_there(ask: Ask) -> bool:
    """Tell whether there is something for whoever asks."""
    with suppress(NotFoundError, ForbiddenError):
        ask()
        return True
    return False
