"""Forms about officials."""

from typing import Annotated

from pydantic import Field

from engine.service.deputies import LONGEST_REASON
from engine.service.people import NewDeputy
from web.api.forms.kinds import Day, Form, Login, text


class DeputyForm(Form):
    """Who acts for whom, from one day to another, both included, and why."""

    principal: Login
    deputy: Login
    from_: Day = Field(alias="from")
    to: Day
    reason: Annotated[str, text(LONGEST_REASON)]

    def order(self) -> NewDeputy:
        """Give it as the verb takes it."""
        return NewDeputy(self.principal, self.deputy, self.from_, self.to, self.reason)
