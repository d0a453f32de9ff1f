"""The history on the page of a case: by topic, with gaps drawn, and the conditions ahead."""

import re

from engine.bootstrap import Application
from engine.service import cases
from tests.people import CHEN, WU, ZHANG, ZHAO
from tests.web import desk
from tests.web.story import Story
from web.pages.case_told import TOPICS, told


def topics(html: str) -> dict[str, int]:
    """Give how many records each topic is said to have."""
    found = re.findall(r'href="/cases/[^"]*\?history=([a-z]+)#history".*?<b>(\d+)</b>', html)
    return {topic: int(count) for topic, count in found}


def seqs(html: str) -> list[int]:
    """Give the numbers of the records that are shown, as they stand."""
    return [int(number) for number in re.findall(r'id="e(\d+)"', html)]


def gaps(html: str) -> list[int]:
    """Give how many records each gap says that it hides."""
    history = html[html.index('id="history"') : html.index('id="talk"')]
    return [int(n) for n in re.findall(r"显示(?:中间|更早)的(\d+)条", history)]


def test_every_record_is_under_one_topic_and_every_gap_is_drawn(story: Story) -> None:
    there = desk.enter(story.application, ZHAO)
    page = there.get(f"/cases/{story.code}").text
    counted = topics(page)
    whole = seqs(there.get(f"/cases/{story.code}?history=all").text)
    assert set(counted) == set(TOPICS) - {"urging"}
    assert sum(counted.values()) == len(whole)
    assert whole == list(range(len(whole), 0, -1))
    for topic, count in counted.items():
        shown = there.get(f"/cases/{story.code}?history={topic}").text
        assert len(seqs(shown)) == count
        assert sum(gaps(shown)) == len(whole) - count, topic
        assert f'?history={topic}#history" aria-current="true"' in shown


def test_time_is_a_topic_of_its_own(story: Story) -> None:
    story.step(ZHANG, "request-extension", "材料未齐，尚待两个单位核对", due="2026-04-10")
    there = desk.enter(story.application, ZHAO)
    for topic, there_is in (("urging", True), ("steps", False)):
        shown = there.get(f"/cases/{story.code}?history={topic}").text
        assert ("理由：材料未齐" in desk.text_of(shown)) is there_is


def test_an_unknown_topic_shows_the_newest_records(story: Story) -> None:
    there = desk.enter(story.application, ZHAO)
    odd = there.get(f"/cases/{story.code}", params={"history": '"><script>'}).text
    assert seqs(odd) == seqs(there.get(f"/cases/{story.code}").text)


def test_a_record_leads_to_its_measure_and_its_evidence(story: Story) -> None:
    page = desk.enter(story.application, WU).get(f"/cases/{story.code}?history=progress").text
    assert "登记进展：核清底数" in desk.text_of(page)
    assert len(re.findall(r'tl__foot.*?/files/\d+">核对表.txt', page)) == 2


def test_a_chain_that_does_not_join_is_told(story: Story) -> None:
    case, events = story.case(), story.do(ZHAO, cases.history, story.code)
    assert told(case, events, "")["joined"] is True
    for place in range(1, len(events)):
        changed = [*events]
        changed[place] = {**events[place], "prev": "0" * 64}
        assert told(case, changed, "")["joined"] is False
        assert told(case, events[:place] + events[place + 1 :], "")["joined"] is (
            place == len(events) - 1
        )


def test_conditions_ahead_are_told_met_unmet_and_waiting(office: Application) -> None:
    story = Story(office).begin().assign()
    words = desk.text_of(desk.enter(office, ZHANG).get(f"/cases/{story.code}").text)
    assert "转为“化解中”的条件 满足1项，还差5项" in words
    assert "已满足 没有转办、合并或作废提请待批准" in words
    assert "未满足 责任领导已签收" in words
    assert "待前项 开始化解 以上各项满足后，由责任领导张三办理" in words
    story.start().prove()
    there = desk.enter(office, ZHANG).get(f"/cases/{story.code}")
    assert "已全部满足，由责任领导张三办理“报稳定”" in desk.text_of(there.text)
    assert f'/cases/{story.code}/do/stabilize">报稳定</a></span></li>' in there.text
    watching = desk.enter(office, CHEN).get(f"/cases/{story.code}").text
    assert f"/cases/{story.code}/do/stabilize" not in watching


def test_the_five_ones_lead_to_what_completes_them(office: Application) -> None:
    story = Story(office).begin()
    ones = desk.enter(office, ZHAO).get(f"/cases/{story.code}").text
    ones = ones[ones.index('id="ones"') : ones.index('id="facts-h"')]
    assert f'/cases/{story.code}/do/assign">交办' in ones
    story.assign()
    ones = desk.enter(office, ZHANG).get(f"/cases/{story.code}").text
    ones = ones[ones.index('id="ones"') : ones.index('id="facts-h"')]
    assert f"/cases/{story.code}/task-force" in ones
    assert f"/cases/{story.code}/plan" in ones


def test_a_late_measure_is_marked_with_its_days(office: Application) -> None:
    story = Story(office).begin().assign().start()
    desk.set_clock(office.settings.home, desk.START.replace(month=3, day=25))
    page = desk.enter(office, WU).get(f"/cases/{story.code}").text
    plan = page[page.index('id="plan"') : page.index('id="history"')]
    assert 'class="is-over"' in plan
    assert "超期3个工作日" in desk.text_of(plan)


def test_the_form_of_a_step_shows_that_its_conditions_are_met(story: Story) -> None:
    page = desk.enter(story.application, ZHANG).get(f"/cases/{story.code}/do/stabilize").text
    words = desk.text_of(page[page.index('id="met-h"') :])
    assert "条件核对 6项全部满足 方案没有未批准的新版" in words
