"""A case goes from registration to closure through six roles, each at a browser of its own.

The office is served by `duban serve` itself. Once everybody has a mouse, the lead leader a phone,
and no browser runs a script; once nobody has anything but a keyboard.
"""

import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.browser.hands import Finger, Hands, Keyboard
from tests.browser.window import PHONE, Chromium, Site
from tests.faults.server import Server
from tests.people import (
    BUILDING,
    CHEN,
    JIANG,
    LABOUR,
    PASSWORD,
    SUN,
    UNHURRIED,
    WEI,
    WU,
    ZHANG,
    ZHAO,
    Person,
)  # fmt: skip
from tests.web import desk

MANNERS = ("no-scripts", "keyboard", "scripts")
WALKED = MANNERS[: int(os.environ.get("DUBAN_WALKS", "2"))]
"""`DUBAN_WALKS=3` walks with mouse and phone a second time, with scripts."""
TASK = "欠付工资"


class Office:
    """An office that `duban serve` serves, and its clock."""

    def __init__(self, folder: Path, chromium: Chromium) -> None:
        self.home = folder / "office"
        application = desk.new_office(self.home)
        self.now = desk.START
        given = {"DUBAN_HOME": str(self.home), "DUBAN_ENV": "test",
                 "DUBAN_CLOCK": f"file:{self.home / 'clock'}", **UNHURRIED}  # fmt: skip
        self.server = Server(given, folder)
        self.server.start()
        self.site = Site(application, chromium, f"http://127.0.0.1:{self.server.port}")

    def passes(self, **much: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**much)
        desk.set_clock(self.home, self.now)
        return self.now

    def day(self, ahead: int) -> str:
        """Give a day so many days from today."""
        return (self.now + timedelta(days=ahead)).date().isoformat()


@pytest.fixture(scope="module")
def office(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Serve one office; the walks follow one another in it."""
    found = Office(tmp_path_factory.mktemp("walk"), chromium)
    yield found
    found.site.close()
    found.site.application.close()
    found.server.kill()


class Walk:
    """Six people and their case."""

    def __init__(self, office: Office, manner: str) -> None:
        self.office = office
        self.manner = manner
        self.hands: dict[str, Hands] = {}
        self._known: set[str] = set()

    def at(self, person: Person) -> Hands:
        """Give somebody's browser, at which that one has signed in with the password."""
        if person.login not in self.hands:
            self.hands[person.login] = self._hands(person)
            hands = self.hands[person.login]
            hands.open("/login")
            hands.fill({"login": person.login, "password": PASSWORD})
            hands.press("登录")
            assert person.name in hands.page.inner_text("header")
        return self.hands[person.login]

    def _hands(self, person: Person) -> Hands:
        site, scripts = self.office.site, self.manner != "no-scripts"
        if person is ZHANG:
            more: dict[str, Any] = {"has_touch": True, "is_mobile": True}
            window = site.window(None, PHONE, java_script_enabled=scripts, **more)
            return Keyboard(window, self._known) if self.manner == "keyboard" else Finger(window)
        window = site.window(None, java_script_enabled=scripts)
        return Keyboard(window, self._known) if self.manner == "keyboard" else Hands(window)

    def finds(self, person: Person) -> Hands:
        """Let somebody go to the case by the menu and the list."""
        hands = self.at(person)
        hands.go("督办事项")
        hands.press(self.title)
        return hands

    @property
    def title(self) -> str:
        """What the case is called."""
        return f"{TASK}（{MANNERS.index(self.manner) + 1}）"

    def wrong(self) -> list[str]:
        """Tell everything that went wrong in any window."""
        return [wrong for hands in self.hands.values() for wrong in hands.window.wrong]


def step(hands: Hands, title: str, **given: str) -> None:
    """Take the step that a page offers: fill in, check, send."""
    hands.press(title)
    send(hands, title, **given)


def send(hands: Hands, title: str, **given: str) -> None:
    """Fill in the form of a step, check it and send it."""
    hands.fill(given)
    hands.press("下一步：核对")
    hands.fill({"ok": "1"})
    hands.press(f"提交：{title}")
    assert "已办理" in hands.window.words()


def letter(hands: Hands, act: str, does: str, **given: str) -> None:
    """Do something with a letter: fill in, check, send."""
    hands.press(act)
    hands.fill(given)
    hands.press("下一步：核对")
    hands.fill({"ok": "1"})
    hands.press(f"提交：{does}")


# --- the stages ---------------------------------------------------------------------------------


def registered(walk: Walk) -> None:
    """The duty officer opens the key issue and registers its task, at night."""
    duty = walk.at(JIANG)
    duty.go("重点问题")
    duty.press("登记重点问题")
    duty.fill({"title": "某某小区停工", "origin": "district"})
    duty.press("登记")
    assert "重点问题已登记" in duty.window.words()
    duty.press("增加任务")
    duty.fill({"title": walk.title})
    duty.press("登记")
    assert "事项已登记" in duty.window.words()


def assigned(walk: Walk) -> None:
    """The office assigns it: first for a day that has passed, which is refused at the field."""
    office = walk.finds(ZHAO)
    office.press("交办")
    given = {"lead_leader": ZHANG.login, "lead_unit": LABOUR.name,
             "supporting_units": BUILDING.name, "due": walk.office.day(-1)}  # fmt: skip
    office.fill(given)
    office.press("下一步：核对")
    assert "早于今天" in office.page.inner_text(".error-summary")
    assert "error-summary" in office.page.inner_html("main")
    office.window.wrong[:] = [one for one in office.window.wrong if "422" not in one]
    send(office, "交办", due=walk.office.day(28))


def begun(walk: Walk) -> None:
    """The lead leader accepts and names the task force; the officer writes the plan."""
    leader = walk.at(ZHANG)
    leader.go("我的事项")
    leader.press(f"签收：{walk.title}")
    send(leader, "签收")
    leader.press("组建专班")
    leader.fill({
        "liaison": WU.login, "members.0.account": WU.login, "members.0.unit": LABOUR.name,
        "members.1.account": SUN.login, "members.1.unit": BUILDING.name,
    })  # fmt: skip
    leader.press("保存专班")
    officer = walk.finds(WU)
    officer.press("修改方案")
    officer.fill({
        "measures.0.title": "核清底数", "measures.0.owner": WU.login,
        "measures.0.unit": LABOUR.name, "measures.0.due": walk.office.day(10),
    })  # fmt: skip
    officer.press("保存方案")
    leader = walk.finds(ZHANG)
    leader.press("批准方案")
    leader.press("批准方案")
    step(leader, "开始化解")


def extended(walk: Walk) -> None:
    """The lead leader asks for more time, and the group head grants it."""
    reason = "名册须由停产企业补交，核对需要两周。"
    step(walk.finds(ZHANG), "申请延期", due=walk.office.day(40), reason=reason)
    head = walk.at(WEI)
    head.go("我的事项")
    head.press(f"同意延期：{walk.title}")
    send(head, "同意延期")


def urged(walk: Walk) -> None:
    """Supervision urges by letter; the officer signs for it and answers; the answer is accepted."""
    supervision = walk.finds(CHEN)
    letter(supervision, "起草督办函", "保存草稿", demands="三日内到账，报送凭证",
           answer_by=walk.office.day(6))  # fmt: skip
    letter(supervision, "发出督办函", "发出督办函")
    number = re.search(r"〔\d+〕第\d+号", supervision.window.words())
    assert number
    officer = walk.at(WU)
    officer.go("我的事项")
    officer.press(f"签收督办函：{walk.title}")
    letter(officer, "签收督办函", "签收")
    letter(officer, "回复督办函", "回复", text="资金已到账")
    supervision.go("督查")
    supervision.press(number[0])
    letter(supervision, "审核回复", "审核结论", verdict="accepted", text="属实")
    assert "回复已认可" in supervision.window.words()


def proved(walk: Walk) -> None:
    """The officer logs progress with evidence and answers those affected; the leader reports."""
    officer = walk.finds(WU)
    officer.press("登记进展：第1项")
    officer.attach("f-upload", "核对表.txt", "核对")
    officer.fill({"status": "done", "note": "核对完毕"})
    officer.press("登记进展")
    assert "核对表.txt" in officer.window.words()
    replies(officer, "interim", "正在办理")
    step(walk.finds(ZHANG), "报稳定")


def replies(hands: Hands, kind: str, text: str) -> None:
    """Record a reply."""
    hands.press("登记答复")
    hands.fill({"kind": kind, "text": text, "means": "letter"})
    hands.press("登记答复")
    assert "答复已登记" in hands.window.words()


def closed(walk: Walk) -> None:
    """The observation passes; the leader proposes closure; supervision proves itself and closes."""
    walk.office.passes(days=17)
    replies(walk.finds(WU), "final", "已全部发放")
    step(walk.finds(ZHANG), "申请办结", outcome="resolved", summary="工资全部发放到位")
    desk.age(walk.office.site.application, CHEN)
    supervision = walk.finds(CHEN)
    supervision.press("办结")
    supervision.press("下一步：核对")
    supervision.fill({"again": PASSWORD, "ok": "1"})
    supervision.press("提交：办结")
    assert "已办结：已化解" in supervision.window.words()


def seen(walk: Walk) -> None:
    """The group head finds it closed, with everything that was done in its history."""
    head = walk.at(WEI)
    head.go("督办事项")
    head.press("已办结")
    head.press(walk.title)
    earlier = re.search(r"显示更早的\d+条", head.window.words())
    assert earlier
    head.press(earlier[0])
    told = head.window.words()
    for word in ("办结", "申请办结", "报稳定", "审核督办函回复", "同意延期"):
        assert word in told, word


STAGES: tuple[Callable[[Walk], None], ...] = (
    registered, assigned, begun, extended, urged, proved, closed, seen,
)  # fmt: skip


@pytest.mark.parametrize("manner", WALKED)
def test_a_case_is_walked_from_registration_to_closure(office: Office, manner: str) -> None:
    walk = Walk(office, manner)
    for stage in STAGES:
        stage(walk)
    assert not walk.wrong(), "\n".join(walk.wrong())
    assert len(walk.hands) == len({JIANG, ZHAO, ZHANG, WU, CHEN, WEI})
    office.passes(days=3)
