"""The administrator's pages: accounts and units added, changed, shut and opened again."""

import pytest

from engine.bootstrap import Application
from engine.domain.access import OPERATOR
from engine.service.accounts import disable_account, list_accounts
from engine.service.people_answers import AccountAnswer
from tests.people import BUILDING, LABOUR, PASSWORD, SHEN, SITE, SUN, TOWN, WEI, WU, ZHANG, ZHAO
from tests.web import desk
from tests.web.desk import Browser
from tests.web.story import Story

NEW = {"login": "newhere", "name": "新来", "post": "科员", "unit": LABOUR.name, "roles": ["unit"]}


@pytest.fixture
def admin(office: Application) -> Browser:
    """Give the administrator's browser."""
    return desk.enter(office, SHEN)


def account(office: Application, login: str) -> AccountAnswer:
    """Read an account as it is kept."""
    with office.reading("web") as opened:
        return next(a for a in list_accounts(opened, OPERATOR) if a["login"] == login)


def test_an_account_is_added_changed_and_given_roles(office: Application, admin: Browser) -> None:
    made = admin.submit("/accounts/new", NEW)
    assert made.headers["location"] == "/accounts/newhere?done=account"
    at = "/accounts/newhere"
    admin.submit(at, {"name": "新来的", "unit": BUILDING.name, "email": "a@b.cn"})
    admin.submit(at, {"roles": ["unit", "leader"]}, action=f"{at}/roles")
    found = account(office, "newhere")
    assert (found["name"], found["post"], found["unit"]) == ("新来的", "科员", BUILDING.name)
    assert (found["roles"], found["email"]) == (["leader", "unit"], "a@b.cn")
    assert "新来的" in admin.get("/accounts").text


def test_a_unit_that_is_gone_or_was_not_chosen_is_said_at_its_field_and_nothing_typed_is_lost(
    office: Application, admin: Browser
) -> None:
    at = f"/accounts/{SUN.login}"
    for path, given in (("/accounts/new", NEW), (at, {"name": "孙改"})):
        for unit, says in (("", "请选择单位"), ("已改名的办", "没有名为“已改名的办”的单位")):
            refused = admin.submit(path, {**given, "unit": unit})
            assert refused.status_code == 422
            assert says in refused.text
            assert 'id="f-unit-e"' in refused.text
            assert f'value="{given["name"]}"' in refused.text
    assert account(office, SUN.login)["name"] == SUN.name
    wrong = admin.submit(at, {"name": "", "email": "x", "unit": ""})
    for name in ("name", "email", "unit"):
        assert f'id="f-{name}-e"' in wrong.text, name


def test_blanks_are_no_password_that_is_left_out(admin: Browser) -> None:
    refused = admin.submit("/accounts/new", {**NEW, "password": " " * 20})
    assert refused.status_code == 422
    assert 'id="f-password-e"' in refused.text


def test_a_password_is_set_and_opens_once_both_are_alike(nobody: Browser, admin: Browser) -> None:
    at = f"/accounts/{SUN.login}"
    unlike = {"password": "three green lanterns", "repeated": "three green lantern"}
    assert admin.submit(at, unlike, action=f"{at}/password").status_code == 422
    alike = dict.fromkeys(unlike, "three green lanterns")
    assert admin.submit(at, alike, action=f"{at}/password").status_code == 303
    assert nobody.sign_in(SUN, "three green lanterns").status_code == 303


def test_a_shut_account_is_out_at_its_next_request(office: Application, admin: Browser) -> None:
    theirs, at = desk.enter(office, SUN), f"/accounts/{SUN.login}"
    assert theirs.get("/account").status_code == 200
    admin.submit(at, {}, action=f"{at}/disable")
    assert theirs.get("/account").status_code == 303
    admin.submit(at, {}, action=f"{at}/enable")
    assert account(office, SUN.login)["enabled"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({**NEW, "login": ZHAO.login}, "已"),
        ({**NEW, "roles": ["admin", "unit"]}, "管理员"),
        ({**NEW, "roles": []}, "角色"),
        ({**NEW, "robot": "https://robot.example"}, "wecom"),
        ({**NEW, "password": "password123456"}, "太常见"),
    ],
)
def test_what_is_unfit_is_said_and_what_was_typed_stays(
    admin: Browser, given: dict[str, object], says: str
) -> None:
    refused = admin.submit("/accounts/new", given)
    assert refused.status_code in {409, 422}
    assert says in desk.text_of(refused.text)
    assert 'value="新来"' in refused.text
    assert "password123456" not in refused.text


def test_all_that_is_unfit_of_a_new_account_is_said_at_once_each_at_its_field(
    admin: Browser,
) -> None:
    faulty = {**NEW, "login": ZHAO.login, "email": "x", "roles": [], "password": "short"}
    refused = admin.submit("/accounts/new", faulty)
    assert refused.status_code == 422
    for name in ("login", "email", "roles", "password"):
        assert f'id="f-{name}-e"' in refused.text, name
    alone = admin.submit("/accounts/new", {**NEW, "login": ZHAO.login})
    assert alone.status_code == 409
    assert 'id="f-login-e"' in alone.text


def test_after_ten_minutes_the_password_is_asked_for_and_nothing_typed_is_lost(
    office: Application, admin: Browser
) -> None:
    desk.age(office, SHEN)
    at = f"/accounts/{SUN.login}"
    refused = admin.submit(at, {"name": "孙改"})
    assert refused.status_code == 422
    assert account(office, SUN.login)["name"] == SUN.name
    form = next(f for f in desk.forms_of(refused.text, at) if f.action == at)
    assert form.values["name"] == ["孙改"]
    assert admin.post(at, form.filled({"again": PASSWORD})).status_code == 303
    assert account(office, SUN.login)["name"] == "孙改"


def test_units_are_added_renamed_and_moved(admin: Browser) -> None:
    admin.submit("/units", {"name": "新设办", "parent": TOWN.name})
    page = f"/units?unit={SITE.name}"
    moved = admin.submit(page, {"name": "工地专班", "parent": "新设办"}, action="/units/change")
    assert moved.status_code == 303
    taken = admin.submit("/units", {"name": TOWN.name, "kind": "k" * 41})
    assert [name for name in ("name", "kind") if f'id="f-{name}-e"' not in taken.text] == []
    tree = desk.text_of(admin.get("/units").text)
    assert tree.index("新设办") < tree.index("工地专班")
    below_itself = admin.submit(
        f"/units?unit={TOWN.name}", {"parent": LABOUR.name}, action="/units/change"
    )
    assert below_itself.status_code == 409
    assert 'id="f-parent-e"' in below_itself.text
    assert "不能作它的上级" in below_itself.text


def test_the_kind_of_a_unit_is_chosen_by_its_word_and_an_own_one_stays(admin: Browser) -> None:
    page = admin.get("/units").text
    assert '<option value="town">镇街</option>' in page
    assert '<option value="unit" selected>单位</option>' in page
    admin.submit("/units", {"name": "西镇", "kind": "town"})
    assert "西镇 镇街" in desk.text_of(admin.get("/units").text)
    admin.submit("/units", {"name": "联席会议", "kind": "专题小组"})
    of_its_own = admin.get("/units?unit=联席会议").text
    assert '<option value="专题小组" selected>专题小组</option>' in of_its_own
    assert '<option value="town">镇街</option>' in of_its_own


def test_before_an_account_is_shut_what_is_still_theirs_is_shown_and_a_tick_asked_for(
    story: Story,
) -> None:
    admin, at = desk.enter(story.application, SHEN), f"/accounts/{ZHANG.login}"
    page = desk.text_of(admin.get(at).text)
    for said in ("仍由其负责的", "1件未办结事项", "赵六", "怎样移交", "系统管理员也不能抹去"):
        assert said in page
    assert story.code not in page
    refused = admin.submit(at, {}, action=f"{at}/disable")
    assert refused.status_code == 422
    assert 'id="f-kept-e"' in refused.text
    assert account(story.application, ZHANG.login)["enabled"]
    assert (
        "done=account-shut"
        in admin.submit(at, {"kept": "1"}, action=f"{at}/disable").headers["location"]
    )
    assert not account(story.application, ZHANG.login)["enabled"]
    assert "1件未办结事项" in desk.text_of(admin.get(at).text)
    assert f'href="{at}#left">1件事项待移交</a>' in admin.get("/accounts").text


def test_what_came_up_since_the_page_was_shown_is_asked_about_anew(story: Story) -> None:
    admin, at = desk.enter(story.application, SHEN), f"/accounts/{ZHANG.login}"
    form = admin.form(at, f"{at}/disable")
    Story(story.application).begin("另一问题", "另一任务").assign()
    refused = admin.post(form.action, form.filled({"kept": "1"}))
    assert refused.status_code == 422
    assert "有了变化" in refused.text
    assert "2件未办结事项" in desk.text_of(refused.text)
    again = next(f for f in desk.forms_of(refused.text, at) if f.action == form.action)
    assert again.values["kept"] == []
    assert admin.post(form.action, again.filled({"kept": "1"})).status_code == 303


def test_a_role_is_taken_with_a_tick_where_anything_is_left_and_never_from_who_leads(
    story: Story,
) -> None:
    admin, at = desk.enter(story.application, SHEN), f"/accounts/{WU.login}"
    refused = admin.submit(at, {"roles": ["duty"]}, action=f"{at}/roles")
    assert refused.status_code == 422
    assert 'id="f-kept_roles-e"' in refused.text
    form = next(f for f in desk.forms_of(refused.text, at) if f.action == f"{at}/roles")
    assert form.values["roles"] == ["duty"]
    assert admin.post(form.action, form.filled({"kept_roles": "1"})).status_code == 303
    assert account(story.application, WU.login)["roles"] == ["duty"]
    leads = f"/accounts/{ZHANG.login}"
    taken = admin.submit(leads, {"roles": ["unit"]}, action=f"{leads}/roles")
    assert taken.status_code == 409
    assert 'id="f-roles-e"' in taken.text
    assert "请先移交" in taken.text


def test_the_page_of_a_case_and_the_inbox_lead_the_office_to_handing_it_over(
    story: Story,
) -> None:
    with story.application.writing("web") as opened:
        disable_account(opened, OPERATOR, ZHANG.login)
    clerk, case = desk.enter(story.application, ZHAO), f"/cases/{story.code}"
    page = clerk.get(case).text
    assert "责任领导张三的账号已停用，须由领导小组办公室先办理“移交”" in desk.text_of(page)
    assert f'href="{case}/do/hand-over">移交</a>' in page
    assert f'href="{case}/do/hand-over">【待移交】' in clerk.get("/inbox").text
    assert f'href="{case}/do/hand-over"' in clerk.get("/my").text
    head = desk.enter(story.application, WEI)
    assert "轮到您" not in head.get(f"{case}?history=all").text
    assert f'href="{case}">【领导停用】' in head.get("/inbox").text


@pytest.mark.parametrize("path", ["/accounts", "/accounts/new", "/accounts/sunba", "/units"])
def test_nobody_else_sees_these_pages(office: Application, path: str) -> None:
    browser = desk.enter(office, ZHAO)
    assert browser.get(path).status_code == 403
    assert 'href="/accounts"' not in browser.get("/").text
