"""What pages say of what was left out, and to whom they say what to do next."""

from engine.bootstrap import Application
from tests.people import SHEN, ZHAO
from tests.web import desk


def test_an_import_without_a_file_says_that_none_was_chosen(office: Application) -> None:
    there = desk.enter(office, ZHAO)
    refused = there.post("/import", there.form("/import", "/import").values)
    assert refused.status_code == 422
    said = desk.text_of(refused.text)
    assert "没有选择文件" in said
    assert "文件是空的" not in said


def test_an_administrator_is_not_sent_to_the_administrator(office: Application) -> None:
    refused = desk.enter(office, SHEN).get("/import")
    assert refused.status_code == 403
    assert "请系统管理员授予角色" not in refused.text


def test_the_header_leads_to_the_search_where_its_field_has_no_room(office: Application) -> None:
    assert '<a class="find" href="/search">' in desk.enter(office, ZHAO).get("/account").text
    assert 'class="find"' not in desk.enter(office, SHEN).get("/account").text
