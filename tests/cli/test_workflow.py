import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from engine.domain.loader import load
from engine.service import installation
from tests.cli.conftest import Terminal
from tests.people import PASSWORD
from tests.service.versions import version
from workflows.needs import VOCABULARY

SHIPPED = Path(__file__).parents[2] / "workflows"


def registered(office: Terminal) -> str:
    """Give a case that nobody leads yet."""
    table = office.folder / "table.csv"
    table.write_text("重点问题,任务分解,责任领导\n停工,复工,张三(副镇长)\n", encoding="utf-8")
    (code,) = office.done("import", str(table), "--as", "zhaoliu").json()["codes"]
    return str(code)


def test_published_workflows_are_listed(duban: Terminal) -> None:
    assert [w["name"] for w in duban.done("workflow", "list").json()] == ["key-issue", "petition"]
    assert "petition" in duban.done("workflow", "list", "--format", "table").out


def test_sound_definitions_are_said_to_be(bare: Terminal) -> None:
    files = [str(SHIPPED / name) for name in ("key-issue.toml", "petition.toml")]
    out = bare.done("workflow", "check", *files).out
    assert [line.partition(":")[0] for line in out.splitlines()] == [
        "key-issue.toml", "petition.toml",
    ]  # fmt: skip


def test_every_fault_of_a_wrong_one_is_told_and_the_exit_code_is_one(
    bare: Terminal, tmp_path: Path
) -> None:
    text = (SHIPPED / "key-issue.toml").read_text(encoding="utf-8")
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(text.replace('"lead-leader"', '"lead-laeder"', 2), encoding="utf-8")
    ran = bare("workflow", "check", str(wrong), str(SHIPPED / "petition.toml"))
    assert (ran.code, ran.err) == (1, "")
    assert sum("lead-leader" in line for line in ran.out.splitlines()) == 2
    assert "petition" in ran.out
    (tmp_path / "none.toml").write_text("= = =")
    assert bare("workflow", "check", str(tmp_path / "none.toml")).code == 1


def test_a_file_that_cannot_be_read_is_wrong_use(bare: Terminal, tmp_path: Path) -> None:
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    assert "not a text file" in bare.refused("workflow", "check", str(tmp_path / "bytes.toml"))
    assert "gone.toml" in bare.refused("workflow", "check", "gone.toml")
    assert "FILES is missing" in bare.refused("workflow", "check")


def test_a_workflow_is_drawn_by_the_ending_of_the_file(duban: Terminal, tmp_path: Path) -> None:
    assert duban.done("workflow", "diagram", "key-issue").out.startswith("stateDiagram-v2\n")
    picture, text = tmp_path / "flow.svg", tmp_path / "flow.mmd"
    duban.done("workflow", "diagram", "key-issue", "--out", str(picture))
    duban.done("workflow", "diagram", "petition", "--out", str(text))
    assert ET.parse(picture).getroot().tag.endswith("svg")
    assert text.read_text().startswith("stateDiagram-v2\n")
    told = duban.refused("workflow", "diagram", "key-issue", "--out", "flow.png")
    assert ".svg, .mmd" in told
    assert "petition" in duban.refused("workflow", "diagram", "nothing")
    assert "version" in duban.refused("workflow", "diagram", "key-issue", "--version", "99")


def test_a_version_is_published_and_running_cases_go_over_after_a_dry_run(
    office: Terminal, tmp_path: Path
) -> None:
    code = registered(office)
    file = tmp_path / "next.toml"
    file.write_text(version(3, ("days = 15", "days = 20")), encoding="utf-8")
    assert office.done("workflow", "publish", str(file)).json()["version"] == 3
    words = ("workflow", "migrate", "key-issue", "--from", "2", "--to", "3")
    dry = office.done(*words, "--dry-run").json()
    assert [fate["code"] for fate in dry["cases"]] == [code]
    assert (dry["done"], dry["blocked"]) == (False, 0)
    assert "Nothing was changed" in office.done(*words, "--dry-run", "--format", "table").out
    assert office.done(*words, "--reason", "a new version").json()["done"] is True
    history = office.done("case", "history", code, "--as", "zhaoliu").json()
    assert (history[-1]["kind"], history[-1]["reason"]) == ("case.migrated", "a new version")
    assert "administrator" in office.refused(*words, "--as", "zhaoliu")


LONGER = (("days = 3\n", "days = 200\n"), ("extension_cap_days = 30", "extension_cap_days = 3000"))


def test_a_looser_file_is_told_of_when_it_is_checked_published_and_tried(
    office: Terminal, tmp_path: Path
) -> None:
    code = registered(office)
    file = tmp_path / "next.toml"
    file.write_text(version(3, *LONGER), encoding="utf-8")
    cap = "looser, or not comparable: cap on all extensions: 30 calendar days → 3000 calendar days"
    checked = office.done("workflow", "check", str(file)).out
    assert "new cases alone could take it, running ones stay" in checked
    assert cap in checked
    words = ("workflow", "publish", str(file), "--reason", "减负", "--format", "table")
    assert cap in office.done(*words).out
    migrate = ("workflow", "migrate", "key-issue", "--from", "2", "--to", "3")
    dry = office(*migrate, "--dry-run", "--format", "table")
    assert (dry.code, cap in dry.out) == (2, True)
    refused = office.refused(*migrate, "--reason", "减负")
    assert "limit “Plan”: 3 working days → 200 working days (longer)" in refused
    shown = office.done("case", "show", code, "--as", "zhaoliu").json()
    assert shown["workflow"]["version"] == 2


def test_a_file_is_compared_with_the_published_version_of_its_name(
    office: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "next.toml"
    told = {
        (): "no limit, cap, rung or step changed",
        (("days = 15", "days = 20"),): "key-issue@2 it is nowhere looser",
    }
    for changes, expected in told.items():
        file.write_text(version(3, *changes), encoding="utf-8")
        assert expected in office.done("workflow", "check", str(file)).out
    (line,) = office.done("workflow", "check", str(SHIPPED / "key-issue.toml")).out.splitlines()
    assert "key-issue@2" in line
    file.write_text(version(3, ('"key-issue"', '"road-works"')), encoding="utf-8")
    assert len(office.done("workflow", "check", str(file)).out.splitlines()) == 1


def former(folder: Path, name: str = "key-issue") -> str:
    """Write the definition as an earlier release had it: its number, and the title of a clock."""
    text = version(1, ("审核办结等提请", "审核办结"), name=name)
    file = folder / f"{name}.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_a_release_brings_a_version_and_says_how_running_cases_are_taken_over(
    bare: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = Path(former(tmp_path)).read_text(encoding="utf-8")
    released = list(installation.shipped())
    monkeypatch.setattr(
        installation, "shipped", lambda: iter([(load(text, "former.toml", VOCABULARY), text)])
    )
    bare.set("DUBAN_ADMIN_PASSWORD", PASSWORD)
    assert "follow version" not in bare.done("init").out
    bare.done("unit", "add", "甲镇")
    for login, name, role in (("zhaoliu", "赵六", "office"), ("zhangsan", "张三", "leader")):
        bare.done("account", "add", login, "--name", name, "--unit", "甲镇",
                  "--role", role)  # fmt: skip
    (tmp_path / "table.csv").write_text(
        "重点问题,任务,责任领导\n停工,复工,张三\n", encoding="utf-8"
    )
    (code,) = bare.done("import", str(tmp_path / "table.csv"), "--as", "zhaoliu").json()["codes"]
    monkeypatch.setattr(installation, "shipped", lambda: iter(released))
    told = bare.done("init").out
    assert "Published the workflows key-issue@2, petition@2." in told
    offered = re.findall(r"try first: duban (workflow migrate key-issue .*) --dry-run", told)
    assert offered == ["workflow migrate key-issue --from 1 --to 2"]
    assert bare.done(*offered[0].split(), "--dry-run").json()["blocked"] == 0
    assert bare.done(*offered[0].split()).json()["total"] == 1
    history = bare.done("case", "history", code, "--as", "zhaoliu").json()
    assert history[-1]["kind"] == "case.migrated"
    assert "follow version" not in bare.done("init").out
    assert bare.done("verify").code == 0


def test_a_version_that_a_case_cannot_go_over_to_is_told_and_refused(
    office: Terminal, tmp_path: Path
) -> None:
    registered(office)
    file = tmp_path / "next.toml"
    file.write_text(version(3, ("registered", "entered")), encoding="utf-8")
    office.done("workflow", "publish", str(file))
    words = ("workflow", "migrate", "key-issue", "--from", "2", "--to", "3")
    dry = office(*words, "--dry-run", "--format", "csv")
    assert (dry.code, "no state" in dry.out) == (2, True)
    assert "1 case(s) cannot go over" in office.refused(*words)
    assert "no version 7" in office.refused(*words[:-1], "7")
