"""Operations on deputies: who acts for an absent leader between two days."""

from engine.domain.access import Principal
from engine.domain.events import Kind
from engine.service import people
from engine.service.desk import Desk
from engine.service.people_answers import DeputyAnswer
from web.api.answers import Listing, whole
from web.api.forms.people import DeputyForm
from web.api.operations import Operations

OPERATIONS = Operations("deputies")


@OPERATIONS.post(
    "/deputies", permission="deputy.name", object="deputy", events=(Kind.DEPUTY_NAMED,), status=201
)
def name_deputy(desk: Desk, who: Principal, form: DeputyForm) -> DeputyAnswer:
    """Name a deputy for a leader."""
    return people.name_deputy(desk, who, form.order())


@OPERATIONS.get("/deputies", permission="deputy.list", object="deputy")
def list_deputies(desk: Desk, who: Principal) -> Listing[DeputyAnswer]:
    """List the deputies there are and were."""
    return whole(people.list_deputies(desk, who))


@OPERATIONS.delete(
    "/deputies/{id}", permission="deputy.end", object="deputy", events=(Kind.DEPUTY_ENDED,),
    status=204,
)  # fmt: skip
def end_deputy(desk: Desk, who: Principal, id: int) -> None:  # noqa: A002  # as the address has it
    """End a deputy's time."""
    people.end_deputy(desk, who, id)
