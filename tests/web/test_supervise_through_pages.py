"""The supervision workbench: who may see it, a whole check, differences, letters."""

import json
import re
import time
from datetime import date, timedelta
from functools import partial

import pytest

from engine.errors import ForbiddenError
from engine.service import calendar, checks, letters
from engine.service.letters import LetterOrder
from engine.service.publishing import publish_workflow
from engine.service.rules_log import recent_changes
from engine.settings import real_now
from engine.store.tables import table
from tests.people import CHEN, HAN, JIANG, SHEN, WEI, WU, ZHANG, ZHAO, Person
from tests.service.tampering import tampering
from tests.service.versions import version
from tests.web import desk
from tests.web.desk import Browser, text_of
from tests.web.story import Story

PAGE, CHECK = "/supervision", "/supervision/check"


def at(story: Story, person: Person) -> Browser:
    """Seat somebody at a browser."""
    return desk.enter(story.application, person)


def checked(browser: Browser) -> str:
    """Let everything be checked; give the page that says what came of it."""
    form = browser.form(PAGE, CHECK)
    assert browser.post(CHECK, form.filled({})).headers["location"] == CHECK
    for _ in range(600):
        shown = str(browser.get(CHECK).text)
        if "校验正在进行" not in shown:
            return shown
        time.sleep(0.1)
    raise AssertionError("the check did not end")


@pytest.mark.parametrize("person", [CHEN, WEI, HAN])
def test_those_who_supervise_see_the_workbench(story: Story, person: Person) -> None:
    browser = at(story, person)
    assert browser.get(PAGE).status_code == 200
    assert f'href="{PAGE}"' in browser.get("/").text


@pytest.mark.parametrize("person", [ZHAO, ZHANG, WU, JIANG, SHEN])
def test_nobody_else_does(story: Story, person: Person) -> None:
    browser = at(story, person)
    for path in (PAGE, CHECK, f"{CHECK}.json", f"{PAGE}?case={story.code}"):
        assert browser.get(path).status_code == 403
    assert f'href="{PAGE}"' not in browser.get("/").text
    form = browser.form("/account", "/logout")
    assert browser.post(CHECK, {"_csrf": form.values["_csrf"][0]}).status_code == 403


def test_a_check_tells_that_all_holds_and_then_what_does_not(story: Story) -> None:
    browser = at(story, CHEN)
    assert browser.get(f"{CHECK}.json").status_code == 404
    assert "首尾相接" in checked(browser)
    assert browser.get(f"{CHECK}.json").json()["outcome"]["intact"] is True
    case = table("case")
    with tampering(story.application.database) as conn:
        conn.execute(case.update().where(case.c.code == story.code).values(title="另一件事"))
        conn.commit()
    shown = checked(browser)
    assert "发现1处不一致" in shown
    assert re.search(rf'href="/supervision\?case={story.code}&amp;seq=[0-9]+#chain-case"', shown)
    (finding,) = browser.get(f"{CHECK}.json").json()["outcome"]["findings"]
    assert (finding["case"], finding["table"], finding["column"]) == (story.code, "case", "title")
    english = browser.get(CHECK, headers={"Accept-Language": "en"}).text
    assert "1 thing does not hold" in english
    assert "第2条" in text_of(browser.get(f"{PAGE}?case={story.code}&seq=1").text)


def test_one_check_runs_at_a_time_and_a_silent_one_is_given_up(story: Story) -> None:
    first = story.do(CHEN, checks.begin_check)
    browser = at(story, HAN)
    assert "校验正在进行" in browser.get(PAGE).text
    assert "hx-trigger" in browser.get(PAGE).text
    form = at(story, HAN).form("/account", "/logout")
    answer = browser.post(CHECK, {"_csrf": form.values["_csrf"][0]})
    assert answer.headers["location"] == CHECK
    runs = table("verify_run")
    long_ago = real_now() - checks.SILENCE - timedelta(seconds=1)
    with story.application.database.transaction() as conn:
        conn.execute(runs.update().where(runs.c.id == first).values(beat_at=long_ago))
    assert "上一次校验没有完成" in browser.get(PAGE).text
    assert story.do(CHEN, checks.begin_check) == first + 1


def test_differences_are_shown_as_what_is_gone_and_what_is_new(story: Story) -> None:
    browser = at(story, CHEN)
    story.step(ZHANG, "stabilize")
    shown = browser.get(f"{PAGE}?case={story.code}").text
    assert "<del>化解中</del>" in shown
    assert "<ins>已稳定</ins>" in shown
    assert "没有编号为“DB-1”的事项" in browser.get(f"{PAGE}?case=DB-1").text
    assert browser.get(f"{PAGE}?case={story.code}&a=999").status_code == 422


def test_letters_stand_under_what_they_wait_for(story: Story) -> None:
    order = LetterOrder("落实资金", desk.START.date() + timedelta(days=7))
    no = story.do(CHEN, letters.draft_letter, story.code, order)["no"]
    browser = at(story, CHEN)
    assert f'href="/letters/{no}"' in browser.get(f"{PAGE}?urge=issue").text
    story.do(CHEN, letters.issue_letter, no)
    assert f'href="/letters/{no}"' not in browser.get(f"{PAGE}?urge=issue").text
    assert f'href="/letters/{no}"' in browser.get(f"{PAGE}?urge=sign").text
    desk.set_clock(story.application.settings.home, desk.START + timedelta(days=20))
    assert "超期" in text_of(browser.get(f"{PAGE}?urge=sign").text)


def test_an_overdue_case_is_offered_to_be_urged_to_supervision_alone(story: Story) -> None:
    desk.set_clock(story.application.settings.home, desk.START.replace(month=4, day=8))
    draft = f'href="/cases/{story.code}/letters/new"'
    assert draft in at(story, CHEN).get(PAGE).text
    shown = at(story, WEI).get(PAGE).text
    assert draft not in shown
    assert "letter-colour--red" in shown


def test_who_changed_the_calendar_and_why_is_shown(story: Story) -> None:
    """An exception with its reason, a year, the shipped notices; what was written is shown only."""
    exception = partial(calendar.override, works=False, reason="防汛<b>停工")
    story.do(SHEN, exception, date(2026, 3, 12))
    for _ in range(2):
        days = [{"name": "元旦", "date": "2027-01-01", "isOffDay": True}]
        story.do(SHEN, calendar.import_year, json.dumps({"year": 2027, "days": days}).encode())
    for person in (CHEN, WEI, HAN):
        page = at(story, person).get(PAGE).text
        part = text_of(page[page.index('id="rules"') : page.index('id="urge"')])
        row = "3月12日（周四）改为休息 防汛"
        assert row in part
        again, first = part.index("重新导入2027年"), part.index(" 导入2027年")
        assert again < first < part.index(row) < part.index("导入2019、2020")
        assert part.index("服务器管理人员") > part.index(row)
        assert "防汛&lt;b&gt;停工" in page
    with pytest.raises(ForbiddenError):
        story.do(SHEN, recent_changes)


def test_who_changed_a_workflow_and_what_became_longer_is_shown(story: Story) -> None:
    """Beside the calendar, each difference with old and new, what is looser marked."""
    longer = version(3, ("days = 3\n", "days = 200\n"), ("days = 15", "days = 20"))
    story.do(SHEN, publish_workflow, "own.toml", longer, "减负<b>试行")
    for person in (CHEN, WEI, HAN):
        page = at(story, person).get(PAGE).text
        part = text_of(page[page.index('id="rules"') : page.index('id="urge"')])
        assert "发布流程“交办重点问题”第3版，此前是第2版" in part
        assert "放宽或无法相比 “制定方案”时限：3个工作日→200个工作日（延长）" in part
        assert "“观察期”最短时间：15日→20日（延长）" in part
        assert "放宽或无法相比 “观察期”" not in part
        assert part.index(SHEN.name) < part.index("导入2019、2020")
        assert "减负&lt;b&gt;试行" in page
        assert 'href="/workflows/key-issue?version=3"' in page
    inbox = at(story, CHEN).get("/inbox").text
    assert "沈管发布了流程“交办重点问题”第3版" in text_of(inbox)
    assert 'href="/workflows/key-issue?version=3"' in inbox
