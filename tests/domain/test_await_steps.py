"""What a clock waits for is named by the step that does it in the state in which a case stands."""

import pytest

from engine.domain.awaited import Awaited, awaited
from engine.domain.loader import load
from tests.domain.stage import FILE
from workflows.needs import VOCABULARY


def waits_for(kind: str) -> Awaited:
    """Tell what a kind of clock of the shipped workflow waits for."""
    flow = load(FILE.read_text(encoding="utf-8"), FILE.name, VOCABULARY)
    return next(one for one in awaited(flow, VOCABULARY.needs) if one.kind == kind)


@pytest.mark.parametrize(
    ("state", "trigger", "title"),
    [("stabilized", "close", "办结"), ("assigned", None, "审核办结等提请")],
    ids=["a closure", "a merger, referral or voiding: which, the case says"],
)
def test_a_proposal_is_decided_by_what_was_proposed(
    state: str, trigger: str | None, title: str
) -> None:
    waiting = waits_for("closure")
    step = waiting.step_in(state)
    assert (None if step is None else step.trigger, waiting.title_in(state).zh) == (trigger, title)
