"""Views of one's own: filters under a name, for oneself alone, and nothing that names anyone."""

import pytest

from engine.errors import InvalidError
from engine.service import views
from engine.service.case_lists import CaseQuery
from engine.service.views import KEPT, MOST, SavedView
from tests.people import BUILDING, LABOUR, QIAN, SHEN, WU, ZHANG, ZHAO, Person
from tests.web import desk
from tests.web.story import Story

FILTERED = f"/cases/views?view=open&unit={LABOUR.name}&due=overdue"
HOLDS = {"view": "open", "unit": LABOUR.name, "due": "overdue"}


def kept(story: Story, person: Person = ZHAO) -> list[SavedView]:
    """Give the views of somebody."""
    found: list[SavedView] = story.do(person, views.list_views)
    return found


def save(there: desk.Browser, name: str, path: str = FILTERED, **more: str) -> int:
    """Keep the filters of an address under a name."""
    status: int = there.submit(path, {"name": name, **more}, "/cases/views").status_code
    return status


def test_filters_are_kept_and_come_back_as_an_address(story: Story) -> None:
    there = desk.enter(story.application, ZHAO)
    listed = there.get(f"/cases?view=open&unit={LABOUR.name}").text
    assert 'href="/cases/views?view=open&amp;unit=' in listed
    assert save(there, "劳动所超期") == 303
    (view,) = kept(story)
    assert (view.name, view.filters, view.usual) == ("劳动所超期", HOLDS, False)
    shown = there.get("/cases").text
    assert ">劳动所超期</a>" in shown
    opened = there.get(f"/cases?view=open&unit={LABOUR.name}&due=overdue").text
    assert 'aria-current="true">劳动所超期 <b>' in opened
    tabs = opened[opened.index('class="views"') : opened.index('id="list-h"')]
    assert tabs.count("aria-current") == 1


def test_words_and_dates_are_never_kept(story: Story) -> None:
    there = desk.enter(story.application, ZHAO)
    asked = f"{FILTERED}&q=张某某&as_of=2026-03-03&opened=2026-03-02&rested=2026-03-02"
    shown = there.get(asked).text
    assert "搜索词和日期不存入视图" in shown
    assert "张某某" not in shown[shown.index('action="/cases/views"') : shown.index("</form>")]
    form = there.form(asked, "/cases/views")
    sent = {**form.filled({"name": "甲"}), "q": ["张某某"], "opened": ["2026-03-02"]}
    assert there.post(form.action, sent).status_code == 303
    assert [view.filters for view in kept(story)] == [HOLDS]
    for name in ("q", "opened", "rested", "as_of", "cursor", "citizen"):
        with pytest.raises(InvalidError, match="does not hold"):
            story.do(ZHAO, views.save_view, "乙", {name: "张某某"}, CaseQuery())
    assert not {"q", "opened", "rested", "as_of"} & set(KEPT)


def test_only_values_that_the_list_knows_are_kept(story: Story) -> None:
    there = desk.enter(story.application, ZHAO)
    form = there.form(FILTERED, "/cases/views")
    bare = {name: value for name, value in form.values.items() if name not in HOLDS}
    for name in ("unit", "leader", "state", "due", "view", "issue", "origin", "late", "sort"):
        answer = there.post(form.action, {**bare, "name": ["甲"], name: ["张某某"]})
        assert answer.status_code in {404, 422}, name
    assert kept(story) == []


def test_the_usual_view_is_what_the_list_opens_with(story: Story) -> None:
    there = desk.enter(story.application, ZHAO)
    save(there, "甲", usual="1")
    opened = there.get("/cases")
    assert opened.status_code == 303
    assert there.get(opened.headers["location"]).status_code == 200
    assert "due=overdue" in opened.headers["location"]
    assert there.get("/cases?view=open").status_code == 200
    save(there, "乙", f"/cases/views?unit={BUILDING.name}", usual="1")
    assert [view.usual for view in kept(story)] == [False, True]
    there.submit("/cases/views", {}, "/cases/views/2/usual")
    assert [view.usual for view in kept(story)] == [False, False]
    assert there.get("/cases").status_code == 200


def test_a_view_is_renamed_and_deleted(story: Story) -> None:
    there = desk.enter(story.application, ZHAO)
    save(there, "甲")
    save(there, "乙")
    assert there.submit("/cases/views", {"name": "丙"}, "/cases/views/1/rename").status_code == 303
    assert [view.name for view in kept(story)] == ["丙", "乙"]
    taken = there.submit("/cases/views", {"name": "丙"}, "/cases/views/2/rename")
    assert taken.status_code == 422
    assert "已有名为“丙”的视图" in taken.text
    assert there.submit("/cases/views", {}, "/cases/views/1/delete").status_code == 303
    assert [view.name for view in kept(story)] == ["乙"]


def test_what_was_typed_stays_where_a_name_is_refused(story: Story) -> None:
    there = desk.enter(story.application, ZHAO)
    save(there, "甲")
    for name, says in (("甲", "已有名为“甲”的视图"), (" ", "1至20字"), ("长" * 21, "1至20字")):
        answer = there.submit(FILTERED, {"name": name}, "/cases/views")
        assert answer.status_code == 422
        assert says in answer.text
        assert f'name="unit" value="{LABOUR.name}"' in answer.text


def test_there_is_an_end_to_views(story: Story) -> None:
    there = desk.enter(story.application, ZHAO)
    assert [save(there, str(n)) for n in range(MOST)] == [303] * MOST
    assert save(there, "又一个") == 409
    assert len(kept(story)) == MOST


def test_views_are_of_their_account_alone(story: Story) -> None:
    save(desk.enter(story.application, ZHAO), "甲")
    other = desk.enter(story.application, QIAN)
    assert ">甲</a>" not in other.get("/cases").text
    save(other, "乙")
    save(other, "丙")
    first = desk.enter(story.application, ZHAO)
    form = other.form("/cases/views", "/cases/views/2/delete")
    token = first.form("/cases/views", "/cases/views/1/delete").values
    for act, more in (("rename", {"name": "丁"}), ("usual", {"usual": "1"}), ("delete", {})):
        path = form.action.replace("delete", act)
        assert first.post(path, {**token, **more}).status_code == 404
    assert [view.name for view in kept(story, QIAN)] == ["乙", "丙"]


def test_whoever_reads_cases_may_keep_views_and_nobody_else(story: Story) -> None:
    for person in (WU, ZHANG):
        assert save(desk.enter(story.application, person), "甲") == 303
    assert desk.enter(story.application, SHEN).get("/cases/views").status_code == 403
