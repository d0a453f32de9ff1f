from pathlib import Path
from xml.etree import ElementTree as ET

from tests.cli.conftest import Terminal

SHIPPED = Path(__file__).parents[2] / "workflows"


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
