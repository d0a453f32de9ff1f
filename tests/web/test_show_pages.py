"""Every page as everybody sees it: whole, in both languages, and with nothing that could be run."""

import re
from datetime import date
from html.parser import HTMLParser
from importlib import resources
from typing import ClassVar

import pytest

from engine.bootstrap import Application
from engine.service import cases, issues, parts
from engine.service.cases import NewCase
from engine.service.issues import NewIssue
from engine.words import catalogue
from tests.people import (
    CHEN,
    HAN,
    JIANG,
    LABOUR,
    LI,
    PEOPLE,
    WANG,
    WEI,
    WU,
    ZHANG,
    ZHAO,
    ZHENG,
    Person,
)
from tests.web import desk
from tests.web.desk import Browser
from tests.web.story import Story

PLACES = (
    "/", "/my", "/cases", "/cases?view=overdue", "/cases?view=all&q=工资", "/issues", "/account",
    "/reports/overdue", "/reports/overdue?by=leader&as_of=2026-03-02", "/import", "/issues/new",
    "/reports/daily/2026-03-03", "/reports/daily/2026-03-03/hand-in", "/roster", "/inbox",
    "/calendar/2026", "/calendar/2030?from=2030-01-02&days=5&unit=working-day", "/reports",
    "/reports/ageing", "/reports/ledger", "/reports/decomposition", "/reports/workload",
    "/reports/responsibility", "/reports/pingpong", "/issues/ZD-2026-001/annex",
)  # fmt: skip
OF_CASE = (
    "", "?history=all", "/do/stabilize", "/do/request-extension", "/do/hand-over", "/do/relapse",
    "/plan", "/plan/adopt", "/task-force", "/claims", "/replies", "/files", "/do/no-such-step",
)  # fmt: skip


class Whole(HTMLParser):
    """Checks that a page is whole: every tag closed in its order, every id once."""

    VOID: ClassVar = {
        "meta",
        "link",
        "input",
        "br",
        "hr",
        "col",
        "use",
        "rect",
        "path",
        "circle",
        "img",
    }

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.faults: list[str] = []
        self.labels: set[str] = set()
        self.controls: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in the beginning of an element."""
        given = dict(attrs)
        if tag not in self.VOID:
            self.open.append(tag)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "label" and given.get("for"):
            self.labels.add(str(given["for"]))
        self.faults += [name for name, _ in attrs if name.startswith("on") or name == "style"]

    def handle_startendtag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in an element of drawings that closes itself."""
        if dict(attrs).get("id"):
            self.ids.append(str(dict(attrs)["id"]))

    def handle_endtag(self, tag: str) -> None:
        """Take in the end of one."""
        if tag in self.VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")


def faults_of(html: str) -> list[str]:
    """Say what is wrong with a page."""
    reader = Whole()
    reader.feed(html)
    twice = {one for one in reader.ids if reader.ids.count(one) > 1}
    dangling = reader.labels - set(reader.ids)
    return [*reader.faults, *reader.open, *twice, *dangling]


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.login)
def test_every_page_is_whole_for_everybody(story: Story, person: Person) -> None:
    there = desk.enter(story.application, person)
    places = [*PLACES, *(f"/cases/{story.code}{part}" for part in OF_CASE),
              f"/issues/{story.issue}", f"/issues/{story.issue}/cases/new"]  # fmt: skip
    for place in places:
        answer = there.get(place)
        assert answer.status_code in {200, 403, 404, 409}, (place, answer.status_code)
        assert faults_of(answer.text) == [], place


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_page_speaks_one_language(story: Story, locale: str) -> None:
    """Everything that is not somebody's own words is in the language of the reader."""
    there = {ZHAO: PLACES, ZHANG: [f"/cases/{story.code}{part}" for part in OF_CASE[:10]]}
    other = {text.in_("zh" if locale == "en" else "en") for text in catalogue("web").values()}
    strange = {words for words in other if len(words) > 3 and "{" not in words}
    own = {text.in_(locale) for text in catalogue("web").values()}  # type: ignore[arg-type]
    for person, place in [(who, place) for who, places in there.items() for place in places]:
        reader = desk.enter(story.application, person)
        form = reader.form("/account", "/preferences")
        reader.post("/preferences", {**form.values, "locale": locale})
        words = desk.text_of(reader.get(place).text)
        found = [
            one for one in strange - own
            if one in words and re.search(rf"(?<!\w){re.escape(one)}(?!\w)", words)
        ]  # fmt: skip
        assert found == [], place


def test_every_sentence_of_the_pages_has_both_languages_and_the_same_places() -> None:
    for code, text in catalogue("web").items():
        if code.startswith(("format-", "home-unit")):
            continue
        assert text.zh, code
        assert text.en, code
        names = [set(re.findall(r"\{(\w+)", words)) for words in (text.zh, text.en)]
        assert names[0] == names[1], code


def test_no_word_of_the_pages_is_unused() -> None:
    folder = resources.files("web")
    used = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (*folder.rglob("*.html"), *folder.rglob("*.py"))  # type: ignore[attr-defined]
    )
    prefixes = set(re.findall(r'(?:t|told)\("([a-z-]+-)" ~', used)) | set(
        re.findall(r'f"([a-z-]+-)\{', used)
    )
    prefixes |= set(re.findall(r'worded\(\w+(?:\.\w+)?, "([a-z-]+)"', used))
    unused = [
        code for code in catalogue("web")
        if f'"{code}"' not in used
        and not any(code.startswith(prefix) for prefix in prefixes if prefix)
        and not code.startswith(("label-", "done-", "outcome-", "event-", "problem-"))
    ]  # fmt: skip
    assert unused == []


ODD = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'onfocus='alert(1)",
    "javascript:alert(1)", "{{ 7*7 }}", "{% raw %}", "</textarea><svg/onload=alert(1)>",
    "&lt;b&gt;", "${7*7}", "\u202eoverride", "<!--", "]]>", "\\u003cscript\\u003e",
    "</title><script>",
)  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_what_people_write_is_shown_and_never_run(office: Application, odd: str) -> None:
    story = Story(office).begin(f"问题{odd}", f"任务{odd}").assign().start().prove()
    story.do(WU, parts.add_note, story.code, f"讨论{odd}")
    story.do(WU, parts.record_reply, story.code,
             parts.ReplyOrder("interim", f"答复{odd}", date(2026, 3, 3), "letter"))  # fmt: skip
    story.step(ZHANG, "request-extension", f"理由{odd}", due="2026-04-10")
    there = desk.enter(office, ZHANG)
    escaped = (odd.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
               .replace('"', "&#34;").replace("'", "&#39;"))  # fmt: skip
    for place in ("/my", "/cases", f"/cases/{story.code}", f"/issues/{story.issue}",
                  f"/cases/{story.code}/do/hand-over"):  # fmt: skip
        page = there.get(place).text
        assert faults_of(page) == [], place
        assert f"任务{escaped}" in page, place
    page = there.get(f"/cases/{story.code}?history=all").text
    for what in ("讨论", "答复", "理由"):
        assert f"{what}{escaped}" in page


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_what_was_typed_wrongly_comes_back_and_is_never_run(story: Story, odd: str) -> None:
    there = desk.enter(story.application, ZHAO)
    refused = [
        there.submit("/issues/new", {"title": odd, "summary": odd, "people_affected": "many"}),
        there.submit(f"/cases/{story.code}/claims", {"people": odd[:40], "owed": odd[:40]}),
        there.submit("/account", {"current": odd}, "/account/password"),
    ]
    for answer in refused:
        assert answer.status_code == 422
        assert faults_of(answer.text) == []
    search = there.get("/cases", params={"q": odd[:60]})
    assert faults_of(search.text) == []


def test_a_closed_door_says_what_is_missing_and_who_can_help(office: Application) -> None:
    story = Story(office).begin().assign()
    words = desk.text_of(desk.enter(office, ZHANG).get(f"/cases/{story.code}/do/start").text)
    assert "“开始化解”现在不能由您办理" in words
    for need in ("尚未签收", "尚未指定联络员", "尚未批准执行"):
        assert need in words
    others = desk.text_of(desk.enter(office, ZHAO).get(f"/cases/{story.code}").text)
    assert "由责任领导张三办理" in others


def test_a_link_that_meets_a_need_is_shown_to_whom_it_helps(office: Application) -> None:
    story = Story(office).begin().assign()
    story.step(ZHANG, "acknowledge")
    place = f"/cases/{story.code}/task-force"
    assert place in desk.enter(office, ZHANG).get(f"/cases/{story.code}").text
    assert place not in desk.enter(office, ZHAO).get(f"/cases/{story.code}").text


@pytest.mark.parametrize("person", [CHEN, HAN, WEI], ids=lambda person: person.login)
def test_who_watches_is_offered_no_form_about_a_part(story: Story, person: Person) -> None:
    there = desk.enter(story.application, person)
    for part in ("plan", "task-force", "claims", "replies", "plan/adopt"):
        assert there.get(f"/cases/{story.code}/{part}").status_code == 403, part


def test_the_duty_officer_sees_a_summary_and_nothing_else(story: Story) -> None:
    there = desk.enter(story.application, JIANG)
    words = desk.text_of(there.get(f"/cases/{story.code}").text)
    assert "值班人员只看概要" in words
    assert LABOUR.name in words
    assert ZHANG.name not in words
    assert "概要" in desk.text_of(there.get("/cases?view=all").text)
    assert there.get(f"/cases/{story.code}/do/stabilize").status_code == 403


def test_no_figure_is_shown_to_who_sees_too_little_to_count(story: Story) -> None:
    there = desk.enter(story.application, JIANG)
    front = desk.text_of(there.get("/").text)
    assert "事项概要" in front
    assert "超期0件" not in front
    assert 'href="/reports/daily"' in there.get("/").text
    assert 'class="views__n' not in there.get("/cases").text


def test_a_case_of_others_is_not_there(story: Story) -> None:
    there = desk.enter(story.application, ZHENG)
    ours = there.get(f"/cases/{story.code}")
    none = there.get("/cases/DB-2026-9999")
    assert (ours.status_code, none.status_code) == (404, 404)
    assert ours.text.replace(story.code, "") == none.text.replace("DB-2026-9999", "")


def test_filters_and_pages_of_a_list_live_in_its_address(office: Application) -> None:
    story = Story(office).begin()
    for n in range(25):
        story.do(ZHAO, cases.register_case, story.issue, NewCase(f"任务第{n:02d}号"))
    there = desk.enter(office, ZHAO)
    seen: list[str] = []
    place: str | None = "/cases?view=all&sort=code"
    while place:
        page = there.get(place).text
        seen += re.findall(r'href="/cases/(DB-2026-\d{4})"', page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        place = following[1].replace("&amp;", "&") if following else None
    assert seen == [f"DB-2026-{n:04d}" for n in range(1, 27)]
    assert "任务第07号" in there.get("/cases?q=第07号").text
    assert "这个视图里没有事项" in there.get("/cases?view=overdue").text


def test_a_key_issue_and_its_task_are_opened_through_forms(office: Application) -> None:
    there = desk.enter(office, JIANG)
    answer = there.submit("/issues/new", {"title": "供水中断", "origin": "public",
                                          "people_affected": "1240"})  # fmt: skip
    assert answer.headers["location"] == "/issues/ZD-2026-001?done=issue"
    page = there.get(answer.headers["location"]).text
    assert "重点问题已登记" in page
    assert "1,240" in page
    task = {"title": "恢复供水", "measures_text": "每日通报", "lead_leader": ZHANG.login,
            "lead_unit": ZHANG.unit, "due": "4月30日", "summary": "管网爆裂"}  # fmt: skip
    refused = there.submit("/issues/ZD-2026-001/cases/new", task)
    assert refused.status_code == 422
    assert "每日通报" in refused.text, "nothing that was typed is lost"
    made = there.submit("/issues/ZD-2026-001/cases/new", {**task, "due": "2026-04-30"})
    assert made.headers["location"] == "/cases/DB-2026-0001?done=case"
    page = there.get(made.headers["location"]).text
    assert f"拟由{ZHANG.name}" in re.sub(r"<[^>]+>", "", page)
    assert "4月30日" in page


def test_a_form_with_nothing_in_it_says_so_at_every_field(office: Application) -> None:
    there = desk.enter(office, ZHAO)
    answer = there.submit("/issues/new", {})
    assert answer.status_code == 422
    summary = re.search(r'<div class="error-summary".*?</div>', answer.text, re.DOTALL)
    assert summary
    for name in ("title", "origin"):
        sentence = re.search(rf'<a href="#f-{name}">([^<]+)</a>', summary[0])
        assert sentence
        assert answer.text.count(sentence[1]) == 2, "at the control in the same words"
        assert f'id="f-{name}"' in answer.text


def test_what_was_typed_is_not_lost_by_a_refusal(story: Story) -> None:
    there = desk.enter(story.application, ZHANG)
    place = f"/cases/{story.code}/do/request-extension"
    typed = {"due": "2026-02-01", "reason": "房源处置款四月到账"}
    answer = there.submit(place, typed, f"{place}/confirm")
    assert answer.status_code == 422
    again = next(f for f in desk.forms_of(answer.text, place) if f.action == f"{place}/confirm")
    assert (again.values["due"], again.values["reason"]) == (["2026-02-01"], [typed["reason"]])
    assert "承诺时限：" in desk.text_of(answer.text)


def test_somebody_elses_change_is_told_and_the_input_kept(story: Story) -> None:
    there = desk.enter(story.application, ZHANG)
    place = f"/cases/{story.code}/do/request-extension"
    form = there.form(place, f"{place}/confirm")
    story.do(WU, parts.add_note, story.code, "刚刚写的")
    typed = {"due": "2026-04-10", "reason": "房源处置款四月到账"}
    for action in (f"{place}/confirm", place):
        answer = there.post(action, form.filled(typed))
        assert answer.status_code == 409
        assert "没有保存：这个事项刚被修改过" in desk.text_of(answer.text)
        again = next(f for f in desk.forms_of(answer.text, place) if f.action.endswith("/confirm"))
        assert again.values["reason"] == [typed["reason"]]
        assert again.values["version"] != form.values["version"]
    assert "看过之后仍要办理的" in desk.text_of(answer.text)
    assert there.post(again.action, again.values).status_code == 200


def test_a_handover_offers_everybody_but_who_leads_already_and_says_so(story: Story) -> None:
    there = desk.enter(story.application, ZHANG)
    page = there.get(f"/cases/{story.code}/do/hand-over").text
    offered = re.findall(r'<option value="([a-z]+)"', page)
    assert offered == [LI.login, WANG.login]
    assert "张三是现任责任领导，不在其列。" in desk.text_of(page)
    assert "李四是现任" not in page


def test_whoever_decides_finds_the_other_answer_beside_the_one(story: Story) -> None:
    story.step(ZHANG, "request-extension", "待到账", due="2026-04-10")
    there = desk.enter(story.application, WEI)
    page = there.get(f"/cases/{story.code}/do/grant-extension").text
    assert 'aria-label="您的决定"' in page
    assert f'<a href="/cases/{story.code}/do/refuse-extension">不同意延期</a>' in page
    assert "/do/stabilize" not in page
    assert faults_of(page) == []


def test_a_case_names_its_workflow_by_its_title(story: Story) -> None:
    page = desk.text_of(desk.enter(story.application, ZHANG).get(f"/cases/{story.code}").text)
    assert "流程 交办重点问题 第2版" in page
    assert "key-issue" not in page


def test_a_step_that_is_gone_meanwhile_is_not_to_be_sent_again(story: Story) -> None:
    there = desk.enter(story.application, ZHANG)
    place = f"/cases/{story.code}/do/request-extension"
    form = there.form(place, f"{place}/confirm")
    typed = form.filled({"due": "2026-04-10", "reason": "房源处置款四月到账"})
    story.step(ZHANG, "stabilize")
    answer = there.post(f"{place}/confirm", typed)
    assert answer.status_code == 409
    told = desk.text_of(answer.text.partition("<h1")[2])
    assert "当前状态下没有这个步骤" in told
    assert "再提交一次" not in told


@pytest.mark.parametrize(
    ("part", "given"),
    [
        ("claims", {"kind": "wages", "people": "3", "owed": "5"}),
        ("replies", {"kind": "interim", "text": "正在办理", "means": "phone"}),
    ],
)
def test_a_form_that_is_sent_twice_is_heard_once(
    story: Story, part: str, given: dict[str, str]
) -> None:
    there, place = desk.enter(story.application, WU), f"/cases/{story.code}/{part}"
    sent = there.form(place).filled(given)
    assert [there.post(place, sent).status_code for _ in range(2)] == [303, 409]


def test_switching_the_language_leads_back_to_what_was_shown(story: Story) -> None:
    there = desk.enter(story.application, ZHANG)
    place = f"/cases/{story.code}/do/request-extension"
    checked = there.submit(place, {"due": "2026-04-10", "reason": "理由"}, f"{place}/confirm")
    form = next(f for f in desk.forms_of(checked.text, place) if f.action == "/preferences")
    assert there.post("/preferences", {**form.values, "locale": "en"}).headers["location"] == place
    listed = there.form("/cases?view=overdue&q=工资", "/preferences")
    back = there.post("/preferences", {**listed.values, "locale": "zh"}).headers["location"]
    assert back.startswith("/cases?view=overdue&q=")


def test_checking_a_step_changes_nothing(story: Story) -> None:
    there, before = desk.enter(story.application, ZHANG), story.case()
    place = f"/cases/{story.code}/do/request-extension"
    given = {"due": "2026-04-10", "reason": "房源处置款四月到账"}
    answer = there.submit(place, given, f"{place}/confirm")
    assert answer.status_code == 200
    assert story.case() == before


def test_a_filled_step_can_be_changed_once_more(story: Story) -> None:
    there = desk.enter(story.application, ZHANG)
    place = f"/cases/{story.code}/do/request-extension"
    checked = there.submit(place, {"due": "2026-04-10", "reason": "理由甲"}, f"{place}/confirm")
    form = next(f for f in desk.forms_of(checked.text, place) if f.action == place)
    again = there.post(f"{place}/edit", form.values)
    assert again.status_code == 200
    shown = next(f for f in desk.forms_of(again.text, place) if f.action == f"{place}/confirm")
    assert (shown.values["due"], shown.values["reason"]) == (["2026-04-10"], ["理由甲"])


def test_a_plan_grows_by_a_row_and_an_empty_one_is_dropped(story: Story) -> None:
    there = desk.enter(story.application, WU)
    place = f"/cases/{story.code}/plan"
    form = there.form(place)
    grown = there.post(place, {**form.values, "_add": "measures"})
    form = next(f for f in desk.forms_of(grown.text, place) if f.action == place)
    assert "measures.1.title" in form.values
    form.values["measures.2.title"] = ["第三项"]
    wrong = there.post(place, form.filled({"reason": "调整", "measures.2.title": ""}) | {
        "measures.2.due": "2026-13-45"})  # fmt: skip
    assert wrong.status_code == 422
    assert '<a href="#f-measures.2.due">' in wrong.text
    good = there.post(place, form.filled({"reason": "调整", "measures.2.title": "公示结果"}))
    assert good.status_code == 303
    plan = story.case()["plan"]
    assert plan
    assert [m["title"] for m in plan["measures"]] == ["核清底数", "公示结果"]


def test_money_is_typed_in_yuan_and_kept_in_fen(story: Story) -> None:
    there = desk.enter(story.application, WU)
    place = f"/cases/{story.code}/claims"
    for typed, fen in [("1442000.5", 144200050), ("1,442,000", 144200000), ("0.01", 1)]:
        given = {"kind": "housing", "people": "3", "owed": typed}
        assert there.submit(place, given).status_code == 303
        assert story.case()["claims"][-1]["owed_fen"] == fen
    for typed in ("1.234", "-5", "1e9", "１２", "一百", "9" * 30):
        answer = there.submit(place, {"kind": "housing", "people": "3", "owed": typed})
        assert answer.status_code == 422, typed
        assert "最多两位小数" in answer.text


def test_a_file_is_handed_out_to_be_saved_and_never_opened_here(story: Story) -> None:
    there = desk.enter(story.application, WU)
    form = there.form(f"/cases/{story.code}/files")
    answer = there.post(form.action, form.values, files={
        "file": ("../../<b>页面.html", b"<html><script>alert(1)</script>")})  # fmt: skip
    assert answer.status_code in {303, 415, 422}
    files = story.case()["files"]
    for file in files:
        got = there.get(f"/cases/{story.code}/files/{file['id']}")
        assert got.headers["content-disposition"].startswith("attachment; filename=")
        assert got.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in got.headers["content-security-policy"]
        assert "html" not in got.headers["content-type"]


def test_the_overdue_report_is_exact_about_the_past(office: Application) -> None:
    story = Story(office).begin().assign()
    desk.set_clock(office.settings.home, desk.START.replace(month=4, day=8))
    there = desk.enter(office, CHEN)
    assert "1件超期" in desk.text_of(there.get("/reports/overdue").text)
    assert story.code in there.get("/reports/overdue?by=leader").text
    past = desk.text_of(there.get("/reports/overdue?as_of=2026-03-03").text)
    assert "没有超期的事项" in past
    assert "截至2026年3月3日23:59" in past
    assert there.get("/reports/overdue?as_of=2026-02-30").status_code == 422


def test_leaders_land_on_their_own_cases(nobody: Browser) -> None:
    assert nobody.sign_in(ZHANG).headers["location"] == "/my"


def test_issues_of_others_are_not_there(office: Application) -> None:
    story = Story(office).begin().assign()
    other = story.do(ZHAO, issues.open_issue, NewIssue("别处的问题", "screening"))["code"]
    there = desk.enter(office, ZHANG)
    assert there.get(f"/issues/{story.issue}").status_code == 200
    assert there.get(f"/issues/{other}").status_code == 404


def test_a_key_issue_tells_how_far_each_task_is_and_what_comes_next(story: Story) -> None:
    story.do(ZHAO, cases.register_case, story.issue, cases.NewCase("另一项"))
    page = desk.enter(story.application, ZHAO).get(f"/issues/{story.issue}").text
    told = desk.text_of(page[page.index('id="tasks-h"') :])
    assert "完成1/1 齐全5/5 报稳定 责任领导张三" in told
    assert "无 齐全1/5 交办" in told
    assert f"/reports/decomposition?issue={story.issue}&amp;format=xlsx" in page
    duty = desk.text_of(desk.enter(story.application, JIANG).get(f"/issues/{story.issue}").text)
    assert "齐全" not in duty
