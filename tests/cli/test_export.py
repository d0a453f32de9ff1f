import json
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal
from tests.eventlogs import read_ocel, read_xes

TABLE = "重点问题,任务分解,责任领导\n停工,复工,张三(副镇长)\n停工,验收,李四(副书记)\n"


@pytest.fixture
def filled(office: Terminal) -> Terminal:
    table = office.folder / "table.csv"
    table.write_text(TABLE, encoding="utf-8")
    office.done("import", str(table), "--as", "zhaoliu")
    return office


def test_the_operator_exports_every_case_in_each_format(filled: Terminal, tmp_path: Path) -> None:
    for kind in ("xes", "ocel", "json"):
        said = filled.done("export", "--kind", kind, "--out", str(tmp_path / kind)).out
        assert said == f"Written to {tmp_path / kind}.\n"
    text = (tmp_path / "xes").read_text(encoding="utf-8")
    assert [events[0]["concept:name"] for _, events in read_xes(text).traces] == ["register"] * 2
    assert len(read_ocel(json.loads((tmp_path / "ocel").read_bytes())).events) == 2
    assert len((tmp_path / "json").read_text().splitlines()) == 2
    assert not list(tmp_path.glob("*.part"))


def test_an_account_exports_what_it_may_read(filled: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "log.json"
    filled.done("export", "--kind", "json", "--out", str(out), "--as", "zhangsan")
    assert out.read_text() == ""
    filled.done("export", "--kind", "json", "--out", str(out), "--as", "hanji")
    assert len(out.read_text().splitlines()) == 2


def test_a_refused_export_leaves_the_file_that_was_there(filled: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "log.xes"
    out.write_text("kept")
    words = ("export", "--kind", "xes", "--out", str(out))
    assert "office" in filled.refused(*words, "--as", "shenguan")
    assert out.read_text() == "kept"
    assert not list(tmp_path.glob("*.part"))
    assert "cannot be used" in filled.refused(*words[:-1], str(tmp_path / "no" / "log.xes"))
    assert "xes, ocel, json" in filled.refused("export", "--kind", "csv", "--out", str(out))
    assert "--out" in filled.refused("export", "--kind", "xes")
