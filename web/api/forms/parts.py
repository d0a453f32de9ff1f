"""Forms of what is written between steps: notes, claims, replies."""

from typing import Annotated

from engine.service.office import UNSET
from engine.service.parts import (
    CLAIM_KINDS,
    MEANS,
    MOST_PEOPLE,
    REPLY_KINDS,
    ClaimChange,
    ClaimOrder,
    ReplyOrder,
)
from web.api.forms.kinds import Day, Form, choice, number, remark, text

Fen = Annotated[int, number()]


class NoteForm(Form):
    """A note."""

    text: Annotated[str, text()]


class ClaimForm(Form):
    """What a group of those affected is owed: how many they are, never who."""

    kind: Annotated[str, choice(*CLAIM_KINDS)]
    people: Annotated[int, number(1, MOST_PEOPLE)]
    owed_fen: Fen
    paid_fen: Fen | None = None

    def order(self) -> ClaimOrder:
        """Give it as the verb takes it."""
        return ClaimOrder(**dict(self))


class ClaimChangeForm(Form):
    """What changes in a claim; what is not named stays, null empties it."""

    paid_fen: Fen | None = None
    difference_reason: Annotated[str, remark()] | None = None

    def order(self) -> ClaimChange:
        """Give it as the verb takes it."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        return ClaimChange(**{"paid_fen": UNSET, "difference_reason": UNSET} | given)


class ReplyForm(Form):
    """A reply to those affected, its day and how it was delivered."""

    kind: Annotated[str, choice(*REPLY_KINDS)]
    text: Annotated[str, text()]
    delivered_on: Day
    means: Annotated[str, choice(*MEANS)]

    def order(self) -> ReplyOrder:
        """Give it as the verb takes it."""
        return ReplyOrder(**dict(self))
