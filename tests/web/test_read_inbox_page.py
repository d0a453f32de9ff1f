"""The inbox page: what one was told, by half day, and what of it one has read."""

import re
from datetime import date, timedelta

import pytest

from engine.service import daily_units
from engine.service.notices import notify
from engine.store.ladder import workflows_in_use
from tests.people import FENG, JIANG, LABOUR, PEOPLE, SHEN, SUN, WU, ZHAO, ZHENG, Person
from tests.web import desk
from tests.web.story import Story
from tests.web.test_show_pages import faults_of
from web.pages.inbox import PAGE

TODAY = date(2026, 3, 3)
STRANGERS = {ZHENG, FENG, JIANG, SHEN}
"""Those who do not read the case of the story."""


def tell(story: Story, person: Person, kind: str, **words: str) -> None:
    """Tell somebody something about the case, or about none."""

    def act(opened: object, who: object) -> None:
        about = 1 if kind == "remind" else None
        notify(opened, who.account_id, kind, words, case_id=about)  # type: ignore[arg-type, attr-defined]

    story.do(person, act)


def remind(story: Story, person: Person, text: str) -> None:
    """Remind somebody of the case."""
    tell(story, person, "remind", code=story.code, text=text)


def unread(html: str) -> str | None:
    """Give the count in the header of a page."""
    found = re.search(r'class="inbox-link".*?<span class="count">(\d+)', html, re.DOTALL)
    return found[1] if found else None


@pytest.mark.parametrize("person", PEOPLE, ids=lambda one: one.login)
def test_everybody_has_an_inbox(story: Story, person: Person) -> None:
    there = desk.enter(story.application, person)
    assert "没有消息" in there.get("/inbox").text
    remind(story, person, "请办理")
    page = there.get("/inbox").text
    assert (f'href="/cases/{story.code}"' in page) is (person not in STRANGERS)
    assert ("请办理" in page) is (person not in STRANGERS)
    assert ("此条消息所涉事项已不在您的查阅范围内" in page) is (person in STRANGERS)
    assert unread(there.get("/account").text) == "1"


def test_messages_are_grouped_by_half_day_newest_first(story: Story) -> None:
    home, at = story.application.settings.home, desk.START
    for hours, text in ((-5, "上午一"), (0, "下午一"), (1, "下午二"), (19, "次日")):
        desk.set_clock(home, at + timedelta(hours=hours))
        remind(story, WU, text)
    page = desk.text_of(desk.enter(story.application, WU).get("/inbox").text)
    heads = ["3月4日（周三）上午", "次日", "3月3日（周二）下午", "下午二", "下午一",
             "3月3日（周二）上午", "上午一"]  # fmt: skip
    places = [page.index(head) for head in heads]
    assert places == sorted(places)


def test_reading_marks_what_was_shown_and_nothing_newer(story: Story) -> None:
    there = desk.enter(story.application, WU)
    remind(story, WU, "第一条")
    form = there.form("/inbox", "/inbox/read")
    remind(story, WU, "第二条")
    assert there.post("/inbox/read", form.values).headers["location"] == "/inbox?done=read"
    page = there.get("/inbox").text
    assert unread(page) == "1"
    assert page.count('class="is-new"') == 1
    there.submit("/inbox", {}, "/inbox/read")
    assert unread(there.get("/inbox").text) is None
    assert "没有未读的消息" in there.get("/inbox").text


def test_marks_are_ones_own(story: Story) -> None:
    for person in (WU, SUN):
        remind(story, person, "请办理")
    desk.enter(story.application, WU).submit("/inbox", {}, "/inbox/read")
    assert unread(desk.enter(story.application, SUN).get("/").text) == "1"
    for odd in ("", "-1", "x", "9" * 30):
        there = desk.enter(story.application, SUN)
        sent = {**there.form("/inbox", "/inbox/read").values, "up_to": odd}
        assert there.post("/inbox/read", sent).status_code == 303
    assert unread(desk.enter(story.application, SUN).get("/").text) == "1"


def test_a_message_leads_to_where_its_matter_is_dealt_with(story: Story) -> None:
    story.do(ZHAO, daily_units.chase_unit, TODAY, LABOUR.name)
    tell(story, ZHAO, "daily.late", day="2026-03-03", at="15:00")
    tell(story, ZHAO, "calendar.moved", year="2026", count="1", codes="DB-2026-0001", reason="停电")
    assert 'href="/reports/daily/2026-03-03/unit"' in desk.enter(story.application, WU).get(
        "/inbox").text  # fmt: skip
    page = desk.enter(story.application, ZHAO).get("/inbox").text
    assert 'href="/reports/daily/2026-03-03"' in page
    assert 'href="/calendar/2026"' in page


def test_many_messages_are_turned_page_by_page(story: Story) -> None:
    for n in range(60):
        remind(story, WU, f"第{n:02d}条")
    there = desk.enter(story.application, WU)
    seen: list[str] = []
    place: str | None = "/inbox"
    while place:
        page = there.get(place).text
        assert faults_of(page) == []
        seen += re.findall(r"第\d\d条", page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        place = following[1].replace("&amp;", "&") if following else None
    assert seen == [f"第{n:02d}条" for n in reversed(range(60))]


def test_what_somebody_wrote_is_shown_and_never_run(story: Story) -> None:
    remind(story, WU, "<script>alert(1)</script>{{ 7*7 }}")
    page = desk.enter(story.application, WU).get("/inbox").text
    assert faults_of(page) == []
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in page


def rung(story: Story, person: Person, clock: str, code: str) -> None:
    """Tell somebody what a rung of the ladder says of the case, as the ladder does."""
    workflow = story.do(person, lambda opened, _: workflows_in_use(opened.conn)[0])
    label = f"{workflow[0]}@{workflow[1]}"
    found = {"code": code, "clock": clock, "rung": "remind", "due": "2026-03-05", "workflow": label}

    def act(opened: object, who: object) -> None:
        notify(opened, who.account_id, "escalation.remind", found, case_id=1, entry=clock)  # type: ignore[arg-type, attr-defined]

    story.do(person, act)


def test_reminders_of_one_rung_limit_and_half_day_are_one_entry(story: Story) -> None:
    home, at = story.application.settings.home, desk.START
    for n in range(60):
        rung(story, WU, "resolve", f"DB-{n:02d}")
    remind(story, WU, "另一件")
    desk.set_clock(home, at + timedelta(hours=19))
    rung(story, WU, "resolve", "DB-99")
    there = desk.enter(story.application, WU)
    page = there.get("/inbox").text
    assert faults_of(page) == []
    assert unread(page) == "3"
    assert "60件事项" in page
    english = there.get("/inbox", headers={"Accept-Language": "en"}).text
    assert "60 cases" in english
    assert re.findall(r">[^<]*(DB-\d\d)(?!\d)", page) == ["DB-99", "DB-59", "DB-58", "DB-57"]
    place = re.search(r'href="(/inbox\?entry=\d+)"', page)
    assert place is not None
    first = there.get(place[1]).text
    assert re.search(r"<p>[^<]*3月3日[^<]*下午</p>", first)
    assert first.count(">未读</span>") == PAGE
    seen: list[str] = []
    following: str | None = place[1]
    while following:
        page = there.get(following).text
        assert faults_of(page) == []
        seen += re.findall(r"DB-\d\d(?!\d)", page)
        found = re.search(r'href="([^"]+)" rel="next"', page)
        following = found[1].replace("&amp;", "&") if found else None
    assert seen == [f"DB-{n:02d}" for n in reversed(range(60))]
    assert desk.enter(story.application, SUN).get(place[1]).status_code == 404
    assert there.get("/inbox?entry=x").status_code == 404
    there.submit("/inbox", {}, "/inbox/read")
    assert unread(there.get("/inbox").text) is None
    rung(story, WU, "resolve", "DB-98")
    assert unread(there.get("/inbox").text) == "1"
