"""Supervision decides proposals knowing who asks and why, on what grounds, and what stands."""

import re

import pytest

from tests.people import CHEN, PASSWORD
from tests.web import desk
from tests.web.proposals import PROPOSALS, Proposed
from tests.web.story import Story

KINDS = list(PROPOSALS)


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
def test_a_proposal_is_approved_knowing_all_of_it(proposed: Proposed, kind: str) -> None:
    one, base = PROPOSALS[kind], f"/cases/{proposed.codes[kind]}"
    there, place = desk.enter(proposed.story.application, CHEN), f"{base}/do/{kind}"
    page = there.get(place).text
    state = "已稳定" if kind == "close" else "已登记"
    for part in (one.asked, one.reason, *one.told, f"现在 {state}"):
        assert part in panel(page), part
    ours, other = one.answers
    assert f'<a href="{place}" aria-current="true">{ours}</a>' in page
    assert f'<a href="{base}/do/return-closure">{other}</a>' in page
    checked = there.submit(place, {}, f"{place}/confirm")
    assert panel(checked.text) == panel(page)
    assert f"{4 if kind == 'merge' else 3}项全部满足" in checked.text
    form = next(f for f in desk.forms_of(checked.text, place) if f.action == place)
    given = {"ok": "1"} | ({"again": PASSWORD} if "again" in form.values else {})
    assert there.post(place, form.filled(given)).status_code == 303
    assert one.after in desk.text_of(there.get(base).text)


@pytest.mark.parametrize(("proposed", "kind"), list(zip(KINDS, KINDS, strict=True)),
                         indirect=["proposed"])  # fmt: skip
def test_a_proposal_is_returned_with_grounds_alone(proposed: Proposed, kind: str) -> None:
    one, base = PROPOSALS[kind], f"/cases/{proposed.codes[kind]}"
    there, place = desk.enter(proposed.story.application, CHEN), f"{base}/do/return-closure"
    for part in (one.asked, one.reason, *one.told):
        assert part in panel(there.get(place).text), part
    bare = there.submit(place, {}, f"{place}/confirm")
    assert bare.status_code == 422
    assert '<a href="#f-reason">' in bare.text
    assert panel(bare.text)
    checked = there.submit(place, {"reason": "佐证不足，请补勘查记录"}, f"{place}/confirm")
    form = next(f for f in desk.forms_of(checked.text, place) if f.action == place)
    assert there.post(place, form.filled({"ok": "1"})).status_code == 303
    told = desk.text_of(desk.enter(proposed.story.application, one.by).get(base).text)
    assert "佐证不足，请补勘查记录" in told
    case = Story(proposed.story.application, code=proposed.codes[kind]).case()
    assert (case["closed_at"], case["requests"][-1]["state"]) == (None, "refused")
