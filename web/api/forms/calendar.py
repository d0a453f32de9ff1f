"""Forms of questions to the working-day calendar."""

from typing import Annotated

from pydantic import Field

from engine.domain.duedates import LONGEST, WORKING_DAY
from engine.service.calendar import ASKABLE
from web.api.forms.kinds import Day, Form, choice, digits


class DueForm(Form):
    """When so many days after a day end; the starting day does not count."""

    from_: Day = Field(alias="from")
    days: Annotated[int, digits(1, LONGEST)]
    unit: Annotated[str, choice(*ASKABLE)] = WORKING_DAY
