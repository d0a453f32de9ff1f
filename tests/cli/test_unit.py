from engine.cli.width import width
from tests.cli.conftest import Terminal
from tests.people import BUILDING, TOWN, ZHAO


def test_units_are_added_and_listed_as_a_tree(duban: Terminal) -> None:
    duban.done("unit", "add", TOWN.name, "--kind", "town")
    made = duban.done("unit", "add", BUILDING.name, "--parent", TOWN.name).json()
    assert made == {"name": BUILDING.name, "kind": "unit", "parent": TOWN.name, "depth": 1}
    names = [unit["name"] for unit in duban.done("unit", "list").json()]
    assert names[-2:] == [TOWN.name, BUILDING.name]


def test_a_table_is_aligned_though_chinese_is_twice_as_wide(duban: Terminal) -> None:
    duban.done("unit", "add", TOWN.name, "--kind", "town")
    duban.done("unit", "add", BUILDING.name, "--parent", TOWN.name)
    lines = duban.done("unit", "list", "--format", "table").out.splitlines()
    assert [line.split() for line in lines[-2:]] == [
        [TOWN.name, "town", "–"], [BUILDING.name, "unit", TOWN.name],
    ]  # fmt: skip
    assert len({width(line[: line.index(kind)]) for line, kind in
                zip(lines[-2:], ("town", "unit"), strict=True)}) == 1  # fmt: skip
    assert lines[-1].startswith("  ")
    assert lines[0].split() == ["name", "kind", "above"]


def test_csv_has_the_names_that_json_has(duban: Terminal) -> None:
    duban.done("unit", "add", TOWN.name, "--kind", "=town")
    lines = duban.done("unit", "list", "--format", "csv").out.splitlines()
    assert lines[0] == "name,kind,parent"
    assert lines[-1] == "甲镇,'=town,"


def test_what_cannot_be_is_refused(office: Terminal) -> None:
    assert "Choose another name" in office.refused("unit", "add", TOWN.name)
    assert "There is no unit" in office.refused("unit", "add", "新办", "--parent", "没有")
    assert "one line of text" in office.refused("unit", "add", " ")
    assert "admin" in office.refused("unit", "add", "新办", "--as", ZHAO.login)
    assert "no account" in office.refused("unit", "list", "--as", "nobody")
