"""What was late is told for good: by which limit, since when, and by how many working days."""

from datetime import date, timedelta

import pytest

from engine.service import case_files, plans
from tests.people import WU, ZHANG, ZHAO
from tests.web import desk
from tests.web.desk import text_of
from tests.web.story import Story


def panel(story: Story) -> str | None:
    """Give the words of the panel of limits that were met late; None where there is none."""
    page = desk.enter(story.application, ZHAO).get(f"/cases/{story.code}").text
    _, found, rest = page.partition('id="met-late"')
    return text_of(rest[: rest.index("</section>")]) if found else None


def test_a_case_in_time_has_nothing_to_tell(story: Story) -> None:
    assert panel(story) is None


def test_a_case_that_was_stabilized_late_says_so_ever_after(story: Story) -> None:
    desk.set_clock(story.application.settings.home, desk.START + timedelta(days=41))
    assert panel(story) is None
    story.step(ZHANG, "stabilize")
    told = panel(story)
    assert told is not None
    assert "化解 3月31日到期，4月13日结束， 超期8个工作日" in told
    desk.set_clock(story.application.settings.home, desk.START + timedelta(days=90))
    assert panel(story) == told


@pytest.mark.parametrize("late", [True, False])
def test_a_measure_is_named_with_its_limit(story: Story, *, late: bool) -> None:
    story.begin("另一问题", "另一事项").assign().start()
    days = 30 if late else 3
    desk.set_clock(story.application.settings.home, desk.START + timedelta(days=days))
    measure = story.case()["plan"]["measures"][0]["id"]  # type: ignore[index]  # it has a plan
    on = date(2026, 3, 3) + timedelta(days=days)
    file = story.do(WU, case_files.add_file, story.code, "核对表.txt", "核对".encode())
    story.do(WU, plans.record_progress, story.code, measure,
             plans.ProgressOrder("done", "核对完毕", on, [file["id"]]))  # fmt: skip
    told = panel(story)
    assert (told is not None) is late
    assert not late or "核清底数" in str(told)


def test_a_claim_without_evidence_is_told_what_it_lacks(story: Story) -> None:
    story.begin("另一问题", "另一事项").assign().start()
    measure = story.case()["plan"]["measures"][0]["id"]  # type: ignore[index]  # it has a plan
    there, place = (
        desk.enter(story.application, WU),
        f"/cases/{story.code}/measures/{measure}/progress",
    )
    sent = there.submit(place, {"status": "done", "note": "核对完毕", "date": "2026-03-03"}, place)
    told = text_of(there.get(sent.headers["location"]).text)
    assert "没有佐证，该措施的时限不停" in told
    assert "缺佐证，时限未停" in told
    assert "1项措施完成0项" in told


def test_a_file_that_must_be_chosen_again_is_named(story: Story) -> None:
    measure = story.case()["plan"]["measures"][0]["id"]  # type: ignore[index]  # it has a plan
    there, place = (
        desk.enter(story.application, WU),
        f"/cases/{story.code}/measures/{measure}/progress",
    )
    form = there.form(place, place)
    filled = form.filled({"status": "done", "note": "", "date": "2026-03-03"})
    answer = there.post(place, filled, files={"upload": ("核对表.txt", b"x", "text/plain")})
    assert answer.status_code == 422
    assert "文件没有保留，请重新选择：核对表.txt" in text_of(answer.text)
