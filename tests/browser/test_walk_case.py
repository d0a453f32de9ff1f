"""A case walked from its table to closure by its people, in a real browser."""

from pathlib import Path

import pytest

from tests.browser.window import PHONE, Site, Window
from tests.people import BUILDING, CHEN, LABOUR, PASSWORD, SUN, WU, ZHANG, ZHAO, Person
from tests.web import desk

TABLE = Path(__file__).parents[1] / "data"


def take(window: Window, code: str, title: str, **given: str) -> None:
    """Take a step: fill in, check, send."""
    window.open(f"/cases/{code}")
    window.press(title)
    window.fill(given)
    window.press("下一步：核对")
    window.page.check('[name="ok"]')
    window.press(f"提交：{title}")
    assert "已办理" in window.words()


def write(window: Window, code: str, part: str, button: str, **given: str) -> None:
    """Fill in a form about a part of the case and send it."""
    window.open(f"/cases/{code}/{part}")
    window.fill(given)
    window.press(button)
    assert window.page.url.split("?")[0].endswith(f"/cases/{code}")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_case_is_walked_from_its_table_to_closure(fresh: Site, *, scripts: bool) -> None:
    def at(person: Person, width: int = 1440) -> Window:
        if person.login not in windows:
            windows[person.login] = fresh.window(person, width, java_script_enabled=scripts)
        return windows[person.login]

    windows: dict[str, Window] = {}
    office = fresh.window(None, java_script_enabled=scripts)
    windows[ZHAO.login] = office
    office.open("/import")
    office.fill({"login": ZHAO.login, "password": PASSWORD})
    office.press("登录") if not scripts else office.page.press("#f-password", "Enter")
    office.page.wait_for_url("**/import")
    table = (
        "重点问题,任务分解,责任领导,牵头单位,协办单位,化解措施,办结时限\n"
        "某某小区停工,欠付工资,张三,丙劳动所,乙建设办,核清底数,2026-03-31\n"
    )
    office.page.set_input_files(
        "#f-file", {"name": "分解表.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )
    office.press("上传并核对")
    office.press("导入这1行")
    assert "已登记1个新事项" in office.words()
    code = "DB-2026-0001"
    take(office, code, "交办")
    leader = at(ZHANG, PHONE)
    leader.open("/my")
    leader.press("签收：欠付工资")
    take(leader, code, "签收")
    write(leader, code, "task-force", "保存专班", **{
        "liaison": WU.login, "members.0.account": WU.login, "members.0.unit": LABOUR.name,
        "members.1.account": SUN.login, "members.1.unit": BUILDING.name,
    })  # fmt: skip
    officer = at(WU)
    write(officer, code, "plan", "保存方案", **{
        "measures.0.title": "核清底数", "measures.0.owner": WU.login,
        "measures.0.unit": LABOUR.name, "measures.0.due": "2026-03-20",
    })  # fmt: skip
    write(leader, code, "plan/adopt", "批准方案")
    take(leader, code, "开始化解")
    officer.open(f"/cases/{code}#plan")
    officer.page.locator("#plan a.btn", has_text="登记进展").click()
    officer.page.set_input_files(
        "#f-upload", {"name": "核对表.txt", "mimeType": "text/plain", "buffer": "核对".encode()}
    )
    officer.fill({"status": "done", "note": "核对完毕"})
    officer.press("登记进展")
    assert "核对表.txt" in officer.words()
    write(officer, code, "replies", "登记答复", kind="interim", text="正在办理", means="meeting")
    take(leader, code, "报稳定")
    desk.set_clock(fresh.application.settings.home, desk.START.replace(day=20))
    write(leader, code, "replies", "登记答复", kind="final", text="已全部发放", means="letter")
    take(leader, code, "申请办结", outcome="resolved", summary="工资全部发放到位")
    take(at(CHEN), code, "办结")
    assert "已办结：已化解" in at(CHEN).words()
    assert [wrong for window in windows.values() for wrong in window.wrong] == []
