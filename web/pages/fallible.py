"""Parts of a page that can do without each other: one that cannot be read leaves the others whole.

Only look-ups that nothing else on the page depends on are taken so, and they come last: a failure
may leave the reading transaction unusable. What was foreseen, a refusal or a busy database, is the
whole page's matter, as before.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from engine.errors import DubanError
from engine.failpoints import failpoint
from web.incidents import incident
from web.visit import Visit

Found = TypeVar("Found")
_LOG = logging.getLogger("duban.web")


@dataclass(frozen=True, slots=True)
class Fault:
    """A part that could not be read; `number` is what the log has it under."""

    number: str


def part(visit: Visit, look: Callable[[], Found]) -> Found | Fault:
    """Look a part up; where that fails as nobody foresaw, give what its place says instead."""
    try:
        failpoint("page.part")
        return look()
    except DubanError:
        raise
    except Exception:  # noqa: BLE001  # whatever it was, the log has it and the rest stands
        number = incident(visit.application.zone)
        _LOG.exception("incident %s: a part of a page could not be read", number)
        return Fault(number)


def apart(found: Found | Fault, empty: Found) -> tuple[Found, Fault | None]:
    """Give what was read and no fault, or what stands for nothing and the fault."""
    return (empty, found) if isinstance(found, Fault) else (found, None)
