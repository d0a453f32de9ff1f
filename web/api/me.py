"""The operation that says who asks."""

from engine.domain.access import Principal
from engine.service import people
from engine.service.desk import Desk
from engine.service.people_answers import MeAnswer
from web.api.operations import Operations

OPERATIONS = Operations("me")


@OPERATIONS.get("/me", permission="self.read", object="account")
def show_me(desk: Desk, who: Principal) -> MeAnswer:
    """Say who the caller is: account, units, roles."""
    return people.me(desk, who)
