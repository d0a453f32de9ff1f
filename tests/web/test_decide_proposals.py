"""Supervision decides proposals knowing who asks and why, on what grounds, and what stands."""

import re

import pytest

from tests.people import CHEN, PASSWORD
from tests.web import desk
from tests.web.desk import Browser
from tests.web.proposals import PROPOSALS, Proposed
from tests.web.story import Story

KINDS = list(PROPOSALS)
GROUNDS = "佐证不足，请补勘查记录"


@pytest.fixture
def proposed(story: Story, request: pytest.FixtureRequest) -> Proposed:
    """Give an office in which one thing is proposed."""
    return Proposed(story).propose(request.param)


def panel(page: str) -> str:
    """Give what the panel about the proposal says."""
    found = re.search(r'<section[^>]*"decides-h".*?</section>', page, re.DOTALL)
    assert found
    return desk.text_of(found[0])


@pytest.mark.parametrize(("proposed", "kind"), list(zip(KINDS, KINDS, strict=True)),
                         indirect=["proposed"])  # fmt: skip
def test_a_proposal_is_returned_with_grounds_alone_and_approved_knowing_all_of_it(
    proposed: Proposed, kind: str
) -> None:
    one, told = PROPOSALS[kind], proposed.told(kind)
    base, there = f"/cases/{told.code}", desk.enter(told.application, CHEN)
    back = f"{base}/do/return-closure"
    for part in (one.asked, one.reason, *one.told):
        assert part in panel(there.get(back).text), part
    bare = there.submit(back, {}, f"{back}/confirm")
    assert bare.status_code == 422
    assert '<a href="#f-reason">' in bare.text
    assert panel(bare.text)
    decide(there, back, {"reason": GROUNDS})
    assert GROUNDS in desk.text_of(desk.enter(told.application, one.by).get(base).text)
    case = told.case()
    assert (case["closed_at"], case["requests"][-1]["state"]) == (None, "refused")

    proposed.propose_again(kind)
    place = f"{base}/do/{kind}"
    page = there.get(place).text
    state = "已稳定" if kind == "close" else "已登记"
    for part in (one.asked, one.reason, *one.told, f"现在 {state}"):
        assert part in panel(page), part
    ours, other = one.answers
    assert f'<a href="{place}" aria-current="true">{ours}</a>' in page
    assert f'<a href="{back}">{other}</a>' in page
    checked = decide(there, place, {})
    assert panel(checked) == panel(page)
    assert f"{4 if kind == 'merge' else 3}项全部满足" in checked
    assert one.after in desk.text_of(there.get(base).text)


def decide(there: Browser, place: str, given: dict[str, str]) -> str:
    """Take a step by its pages; give the one on which it was checked."""
    checked = there.submit(place, given, f"{place}/confirm")
    form = next(f for f in desk.forms_of(checked.text, place) if f.action == place)
    proof = {"again": PASSWORD} if "again" in form.values else {}
    assert there.post(place, form.filled({"ok": "1", **proof})).status_code == 303
    return str(checked.text)
