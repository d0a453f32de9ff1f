"""A decomposition table becomes cases in a real browser."""

import pytest

from tests.browser.hands import Hands
from tests.browser.window import Site
from tests.people import PASSWORD, ZHAO

TABLE = (
    "重点问题,任务分解,责任领导,牵头单位,协办单位,化解措施,办结时限\n"
    "某某小区停工,欠付工资,张三,丙劳动所,乙建设办,核清底数,2026-03-31\n"
)


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_table_becomes_cases(fresh: Site, *, scripts: bool) -> None:
    office = Hands(fresh.window(None, java_script_enabled=scripts))
    office.open("/import")
    office.fill({"login": ZHAO.login, "password": PASSWORD})
    office.press("登录")
    assert office.page.url.endswith("/import")
    office.page.set_input_files(
        "#f-file", {"name": "分解表.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    )
    office.press("上传并核对")
    office.press("导入这1行")
    assert "已登记1个新事项" in office.window.words()
    office.go("督办事项")
    assert "欠付工资" in office.window.words()
    assert office.window.wrong == []
