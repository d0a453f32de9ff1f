"""On a phone: what is proposed is decided, and a form that others overtook shows both texts."""

from datetime import date

from engine.service.plans import MeasureOrder
from tests.browser.window import PHONE, Site
from tests.people import CHEN, WU, ZHANG
from tests.web.proposals import Proposed
from tests.web.story import Story
from tests.web.test_show_what_others_did import measures, replan

FINGER = 44
"""The least height of what a finger is to meet, in CSS pixels."""


def test_every_proposal_can_be_decided_on_a_phone(site: Site) -> None:
    proposed = Proposed(Story(site.application)).propose("close", "merge", "void")
    window = site.window(None, PHONE, "dark", locale="en-GB")
    places = [(CHEN, f"/cases/{code}/do/{kind}") for kind, code in proposed.codes.items()]
    assert site.faults(places, window, "en") == []
    answers = window.page.get_by_label("Your decision").get_by_role("link")
    assert answers.all_inner_texts() == ["Approve voiding", "Return proposal"]
    low = [box["height"] for one in answers.all() if (box := one.bounding_box())]
    assert len(low) == 2
    assert min(low) >= FINGER
    window.press("Return proposal")
    assert window.page.locator("#f-reason").is_visible()
    assert "赵六 (主任)" in window.words()


def test_a_form_that_others_overtook_shows_both_texts(site: Site) -> None:
    story, window = Story(site.application), site.window(ZHANG, PHONE)
    window.open(f"/cases/{story.code}/plan")
    (first,) = measures(story.case())
    told = "核清底数并公示"
    replan(story, MeasureOrder(told, WU.login, first.unit, None, date(2026, 3, 25), None, first.id))
    window.fill({"measures.0.title": "核清底数和欠薪名册", "reason": "补名册"})
    window.press("保存方案")
    assert window.page.evaluate("document.activeElement.className") == "error-summary"
    shown = window.page.locator("#since").inner_text()
    assert told in shown
    assert "核清底数和欠薪名册" in shown
    wrong = [one for one in window.wrong if "409" not in one]
    assert (window.barriers(), wrong, window.is_too_wide()) == ([], [], False)
    window.page.click(".error-summary a")
    assert window.page.evaluate("document.activeElement.id") == "since"
