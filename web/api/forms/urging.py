"""Forms of urging letters, the daily report, the roster, webhooks and the inbox."""

from typing import Annotated

from pydantic import Field

from engine.service.hooks import LONGEST_URL, NewHook
from engine.service.letter_lists import WAITING
from engine.service.letters import LetterOrder
from web.api.forms.kinds import (
    Day,
    Form,
    Instant,
    Login,
    UnitName,
    choice,
    line,
    number,
    remark,
    text,
)
from web.api.forms.listings import FORMATS, PageForm

MOST_KINDS = 100


class LetterForm(Form):
    """What a letter demands, and by when it asks for an answer."""

    demands: Annotated[str, text()]
    answer_by: Day
    basis: Annotated[str, remark()] | None = None

    def order(self) -> LetterOrder:
        """Give it as the verb takes it."""
        return LetterOrder(self.demands, self.answer_by, self.basis or None)


class LettersForm(PageForm):
    """Which letters are listed: those that wait for this, or all."""

    waits_for: Annotated[str, choice(*WAITING)] | None = None


class LetterShapeForm(Form):
    """Whether a letter is told or written as a document."""

    format: Annotated[str, choice("json", "docx")] = "json"


class AnswerForm(Form):
    """The answer to a letter."""

    text: Annotated[str, text()]


class VerdictForm(Form):
    """The verdict on an answer."""

    accepted: bool
    text: Annotated[str, text()]


class FormatForm(Form):
    """In which format a report is answered; files are saved, never shown."""

    format: Annotated[str, choice(*FORMATS)] = "json"


class HandInForm(Form):
    """A daily report's text; the saved or drafted one where it is left out.

    With the `version` of the draft that was read, it is refused once somebody saved another.
    """

    text: Annotated[str, remark()] | None = None
    version: Annotated[int, number(0)] | None = None


class DraftForm(Form):
    """A text for a daily report; `version` is that of the draft that was read, 0 for none."""

    text: Annotated[str, remark()]
    version: Annotated[int, number(0)]


class ChaseForm(Form):
    """The unit that is asked to report."""

    unit: UnitName


class UnitReportForm(Form):
    """What a unit reports for a day."""

    text: Annotated[str, text()]


class ShiftForm(Form):
    """Who is on duty on a day, and who stands in."""

    date: Day
    account: Login
    stands_in: Login | None = None


class SpanForm(Form):
    """A stretch of days, both ends included."""

    from_: Day = Field(alias="from")
    to: Day


class HookForm(Form):
    """Where signed events shall go, and which kinds; every kind where none is named."""

    url: Annotated[str, line(LONGEST_URL)]
    events: list[Annotated[str, line()]] = Field(default_factory=list)

    def order(self) -> NewHook:
        """Give it as the verb takes it."""
        return NewHook(self.url, tuple(self.events[:MOST_KINDS]))


class ReadForm(Form):
    """Up to which message the inbox was read."""

    up_to: Annotated[int, number(0)]


class ForeseeForm(Form):
    """As of which instant rungs are foreseen."""

    at: Instant
