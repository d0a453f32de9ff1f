"""A refusal in Chinese is Chinese to its end, and names what was typed."""

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal
from tests.people import OFFICE, ZHANG, ZHAO

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}")
"""Three English words in a row; commands that are named begin with `duban` and may stand."""
ADD = ("account", "add", "neu", "--name", "某甲", "--unit", OFFICE.name, "--role", "office")
BY = ("--as", ZHAO.login)
CODE = "DB-2026-0001"
WRONG: dict[tuple[str, ...], str] = {
    ("import", "none.csv", *BY): "没有这个文件或文件夹",
    ("import", "folder.csv", *BY): "这是文件夹，不是文件",
    ("import", "none.csv/x", *BY): "没有这个文件或文件夹",
    ("export", "--kind", "xes", "--out", "no/where.xes"): "没有这个文件或文件夹",
    ("audit", "checkpoint", "--out", "folder.csv"): "这是文件夹，不是文件",
    ("case", "step", "X", "assign", *BY, "--data", "{"): "第1行第2列有误",
    ("case", "step", "X", "assign", *BY, "--data", "[" * 5000): "--data不是 JSON",
    ("calendar", "import", "half.json"): "第1行第2列有误",
    ("calendar", "import", "half.toml"): "有误",
    ("workflow", "publish", "half.toml"): "不是有效的 TOML：内容不完整或写法有误",
    ("serve", "--port", "70000"): "端口须为0至65535",
    ("serve", "--host", "no.such.host.invalid"): "找不到这个主机名",
    ("token", "create", ZHAO.login, "--expires", "2030-01-01"): "--expires：令牌的到期日须在",
    (*ADD, "--email", "x"): "--email：",
    (*ADD, "--robot", "x"): "--robot：",
    ("account", "add", "neu", "--name", "", "--unit", OFFICE.name, "--role", "office"): "--name：",
    ("account", "add", "n@u", "--name", "某", "--unit", OFFICE.name, "--role", "duty"): "LOGIN：",
    ("account", "add", "neu", "--name", "某", "--unit", OFFICE.name, "--role", "king"): "--role：",
    ("account", "deputy", ZHAO.login, "sunba", "--from", "2026-03-04", "--to", "2026-03-03",
     "--reason", "外出"): "LOGIN：",
    ("unit", "add", ""): "NAME：",
    ("unit", "change", OFFICE.name, "--parent", "没有"): "没有名为“没有”的单位",
    ("calendar", "override", "2026-03-04", "off", "--reason", ""): "--reason：",
    ("report", "overdue", "--as-of", "2030-01-01"): "--as-of：截至时间不能晚于现在",
    ("report", "overdue", "--stage", "late"): "--stage：须为其一",
    ("case", "list", "--sort", "x"): "--sort：须为其一",
    ("outbox", "retry", "9999"): "没有编号为“9999”的待发通知",
    ("verify", "--against", "none"): "没有这个文件或文件夹",
}  # fmt: skip


@pytest.fixture
def chinese(office: Terminal, tmp_path: Path) -> Terminal:
    """Give an office that speaks Chinese, and some files that are nothing."""
    office.set("DUBAN_LOCALE", "zh")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "half.json").write_text('{"')
    (tmp_path / "half.toml").write_text("x = [")
    return office


def test_no_refusal_ends_in_english(chinese: Terminal) -> None:
    for words, told in WRONG.items():
        line = chinese.refused(*words)
        assert told in line, (words[:6], line)
        kept = re.sub(r"duban [a-z]+( [a-z]+)?|\S+\.(json|toml|csv)", "", line)
        assert not ENGLISH.search(kept), line


def test_a_faulty_part_of_what_was_given_is_named_with_its_place(chinese: Terminal) -> None:
    chinese.done("import", _table(chinese), *BY, "--create-missing")
    soon = chinese.refused("case", "step", "DB-2026-0001", "assign", *BY, "--data",
                           '{"due": "soon"}')  # fmt: skip
    assert "--data 的 due：须为日期" in soon
    assert "data.due" not in soon


def test_a_table_shows_words_and_no_names_of_data(chinese: Terminal) -> None:
    shown = chinese.done("unit", "list", "--format", "table").out
    assert "镇街" in shown
    assert "town" not in shown
    kinds = {unit["kind"] for unit in chinese.done("unit", "list").json()}
    assert "town" in kinds
    assert ",town," in chinese.done("unit", "list", "--format", "csv").out


def _table(terminal: Terminal) -> str:
    file = terminal.folder / "table.csv"
    file.write_text("重点问题,任务\n停工,复工\n")
    return str(file)


TABLES = (
    ("case", "show", CODE), ("case", "history", CODE), ("case", "list"), ("account", "list"),
    ("unit", "list"), ("report", "overdue"), ("report", "ledger"), ("report", "responsibility"),
    ("timers", "--preview-at", "2026-03-30"), ("timers", "--rules"), ("letter", "list"),
    ("issue", "list"), ("token", "list"),
)  # fmt: skip
RAW = re.compile(
    r"\dT\d|\b(?:registered|assigned|acknowledge|closed|overdue|remind|letter|ladder|outbox"
    r"|daily-report|office|leader|unit|duty|admin|auditor|supervision|root|town|read|write"
    r"|(?:case|plan|escalation)\.[a-z]+)\b"
)
"""An instant as programs have it, or a name of data."""


def test_tables_hold_words_and_no_names_of_data(chinese: Terminal) -> None:
    table = chinese.folder / "table.csv"
    table.write_text("重点问题,任务,责任领导\n停工,复工,张三(副镇长)\n", encoding="utf-8")
    chinese.done("import", str(table), *BY)
    data = f'{{"lead_leader": "{ZHANG.login}", "lead_unit": "{OFFICE.name}", "due": "2026-03-19"}}'
    chinese.done("case", "step", CODE, "assign", *BY, "--data", data)
    chinese.done("token", "create", ZHAO.login)
    chinese.at("2026-03-18T15:00:00+08:00")
    chinese.done("timers", "--once")
    for words in TABLES:
        shown = chinese.done(*words, "--format", "table").out
        trigger_column = r"(?m)^(?:[a-z]+-?[a-z]*)(?=  )"  # what is typed after `case step`
        told = re.sub(trigger_column, "", shown) if words[:2] == ("case", "show") else shown
        assert not RAW.search(told), (words, RAW.search(told))
        assert len(shown.splitlines()) > 2, words
    history = chinese.done("case", "history", CODE, "--format", "table").out
    assert re.search(r"2026-03-03 15:00 +交办 +已登记 +已交办 +赵六", history)
    assert re.search(r"2026-03-18 15:00 +超期告知 +– +– +系统 ", history)
    assert (
        "截至2026年3月18日15:00，共1项。"
        in chinese.done("report", "overdue", "--format", "table").out
    )
    raw = chinese.done("case", "history", CODE).json()
    (step,) = [event for event in raw if event.get("trigger") == "assign"]
    assert (step["kind"], step["from"], step["to"]) == ("case.stepped", "registered", "assigned")
