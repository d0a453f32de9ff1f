"""The search of every page: two characters find a text anywhere, and nothing beyond one's sight."""

import re
from datetime import date
from functools import partial

import pytest

from engine.service import letters, parts
from engine.service.letters import LetterOrder
from engine.service.search import pieces
from tests.people import CHEN, JIANG, SHEN, WU, ZHANG, ZHAO, ZHENG, Person
from tests.web import desk
from tests.web.story import Story


def found(story: Story, q: str, person: Person = ZHAO) -> str:
    """Look for words; give the page."""
    answer = desk.enter(story.application, person).get("/search", params={"q": q})
    assert answer.status_code == 200
    text: str = answer.text
    return text[text.index("<main") :]


def marked(page: str) -> list[str]:
    """Give what is marked on a page."""
    return re.findall(r"<mark>(.*?)</mark>", page)


@pytest.mark.parametrize(
    ("q", "place"), [("余额", "讨论"), ("停工", "重点问题"), ("某某 余额", "讨论")]
)
def test_words_are_found_where_they_stand_and_marked(story: Story, q: str, place: str) -> None:
    page = found(story, q)
    assert f'href="/cases/{story.code}"' in page
    assert set(marked(page)) <= set(q.split())
    assert marked(page)
    assert f">{place}</a>" in page


def test_letters_are_found_with_their_answers_once_these_are_given(story: Story) -> None:
    order = LetterOrder("请说明梧桐路进度", date(2026, 3, 20), "青松事由")
    draft = story.do(CHEN, letters.draft_letter, story.code, order)
    assert "没有找到" in found(story, "梧桐")
    no = draft["no"]
    story.do(CHEN, letters.issue_letter, no)
    for q, place in (("梧桐", "督办函要求"), ("青松", "督办函事由")):
        page = found(story, q)
        assert f'<a href="/letters/{no}">{place}</a>' in page
        assert marked(page) == [q]
    assert "没有找到" in found(story, "翠竹")
    story.do(ZHANG, letters.sign_letter, no)
    story.do(ZHANG, letters.answer_letter, no, "已按翠竹方案办理")
    assert f'<a href="/letters/{no}">督办函回复</a>' in found(story, "翠竹")
    story.do(CHEN, partial(letters.judge_letter, accepted=False), no, "海棠一节没有说清")
    assert f'<a href="/letters/{no}">答复认定</a>' in found(story, "海棠")


def test_words_are_looked_for_in_one_kind_of_text_alone(story: Story) -> None:
    there = desk.enter(story.application, ZHAO)
    kinds = {"title": False, "summary": False, "issue": False, "note": True, "letter": False}
    for kind, stands in kinds.items():
        page = there.get("/search", params={"q": "余额", "in": kind}).text
        assert (f'href="/cases/{story.code}"' in page) is stands, kind
        assert ('class="hits__place"' in page) is stands
        assert f'in={kind}" aria-current="true"' in page
    nothing = there.get("/search", params={"q": "余额", "in": "letter"}).text
    assert "在“督办函”中没有找到“余额”" in nothing
    assert 'class="btn btn--primary" href="/search?q=%E4%BD%99%E9%A2%9D"' in nothing
    issue = there.get("/search", params={"q": "停工", "in": "issue"}).text
    assert f'href="/issues/{story.issue}"' in issue
    duty = desk.enter(story.application, JIANG)
    assert story.code in duty.get("/search", params={"q": "工资", "in": "title"}).text
    assert story.code not in duty.get("/search", params={"q": "余额", "in": "note"}).text


def test_width_and_capitals_do_not_count_and_are_marked_as_written(story: Story) -> None:
    story.do(WU, parts.add_note, story.code, "地块ＡＢ１２已清退")
    page = found(story, "ab12")
    assert marked(page) == ["ＡＢ１２"]


def test_each_finds_only_what_one_may_see(story: Story) -> None:
    assert story.code in found(story, "余额", WU)
    assert story.code not in found(story, "余额", ZHENG)
    assert story.code not in found(story, "停工", ZHENG)
    assert story.issue not in found(story, "停工", ZHENG)
    summary = found(story, "工资", JIANG)
    assert story.code in summary
    assert 'class="hits__place"' not in summary
    assert story.code not in found(story, "余额", JIANG)
    admin = desk.enter(story.application, SHEN)
    assert admin.get("/search?q=工资").status_code == 403
    assert 'action="/search"' not in admin.get("/account").text


def test_a_whole_code_opens_what_it_names_for_who_may_see_it(story: Story) -> None:
    there = desk.enter(story.application, ZHAO)
    for code, place in ((story.code, "cases"), (story.issue, "issues")):
        answer = there.get(f"/search?q={code.lower()}")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/{place}/{code}")
    other = desk.enter(story.application, ZHENG)
    for code in (story.code, story.issue, "DB-2026-9999"):
        answer = other.get(f"/search?q={code}")
        assert answer.status_code == 200
        assert "没有找到" in answer.text


def test_what_is_typed_is_shown_as_typed(story: Story) -> None:
    story.do(WU, parts.add_note, story.code, '专户<b>"余额"</b>核对')
    for q in ("<b>", "&", "[", ".*", '"余额"', "%", "_"):
        page = found(story, q)
        assert "<b>余额" not in page
        assert all(len(piece) for piece in marked(page))
    assert "&lt;b&gt;" in found(story, "<b>")
    assert "没有找到" in found(story, ".*")


def test_nothing_typed_and_too_much_typed_are_told(story: Story) -> None:
    there = desk.enter(story.application, ZHAO)
    assert "请输入编号或词语" in there.get("/search").text
    assert there.get("/search", params={"q": "长" * 101}).status_code == 422
    assert there.get("/search", params={"q": "甲 乙 丙 丁 戊 己"}).status_code == 422
    assert there.get("/search", params={"q": "工资", "cursor": "x"}).status_code == 422


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("q=" + "长" * 101, "您输入了101字、1个词"),
        ("q=甲 乙 丙 丁 戊 己", "您输入了11字、6个词"),
        ("q=工资&in=nowhere", "不能只在“nowhere”中查找，可以选：编号和标题、"),
        ("q=工资&cursor=x", "翻页标识有误"),
    ],
)
def test_what_is_wrong_is_named_beside_the_form(story: Story, asked: str, says: str) -> None:
    answer = desk.enter(story.application, ZHAO).get(f"/search?{asked}")
    assert answer.status_code == 422
    assert says in answer.text
    assert 'id="q"' in answer.text
    assert '<a href="/search">重新查找</a>' in answer.text


def test_the_null_character_is_named_to_whoever_is_signed_in(story: Story) -> None:
    there = desk.enter(story.application, ZHAO)
    answer = there.get("/search?q=a%00b")
    main = answer.text[answer.text.index("<main") :]
    assert answer.status_code == 422
    assert "无法识别的字符" in main
    assert "q" in main
    assert 'href="/login"' not in main
    assert there.get("/cases/%00").status_code == 422


def test_pieces_put_together_are_the_text() -> None:
    for text, words in (
        ("Abc专户ABC", ["abc", "专户"]),
        ("工资工资", ["工", "工资"]),
        ("", ["一"]),
    ):
        cut = pieces(text, words)
        assert "".join(piece for piece, _ in cut) == text
        assert all(piece.lower() in words for piece, hit in cut if hit)
