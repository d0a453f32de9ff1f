"""Whether a matter is the caller's at all, told apart from what the caller sent about it.

A verb decides it in any case. This is for requests whose form cannot be read: whoever has no say in
a case learns only that, not how its forms are to be filled in.
"""

from collections.abc import Mapping
from typing import Any

from engine.domain.access import WRITERS, Principal
from engine.service import case_room, letters
from engine.service.desk import Desk

_OF_A_CASE = "case."
READ = "case.read"


def require_standing(desk: Desk, who: Principal, permission: str, named: Mapping[str, Any]) -> None:
    """Raise what keeps a caller from a case or a letter, as the verb would.

    `permission` is that of the route; `named` what its address names: the `code` of a case, or the
    `no` of a letter. Raises NotFoundError, ForbiddenError, ConflictError for a closed case.
    """
    part = permission.removeprefix(_OF_A_CASE)
    if "no" in named:
        _of_a_letter(desk, who, str(named["no"]), part)
    elif part in WRITERS:
        case_room.enter_to_write(desk, who, str(named["code"]), part)
    elif permission == READ:
        case_room.enter(desk, who, str(named["code"]))
    else:
        case_room.find(desk, who, str(named["code"]))


def _of_a_letter(desk: Desk, who: Principal, no: str, part: str) -> None:
    if part in WRITERS:
        letters.enter_letter(desk, who, no, part)
    else:
        letters.open_letter(desk, who, no)
