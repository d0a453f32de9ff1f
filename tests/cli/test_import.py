from pathlib import Path
from random import Random

import pytest

from engine.store.database import open_database
from tests import planted
from tests.cli.conftest import Terminal
from tests.planted import Planted

HEAD = "区交办信访重点问题,任务分解,责任领导,牵头单位,协办单位\n"
GOOD = HEAD + "小区停工,复工交付,张三,乙建设办,丙劳动所\n小区停工,欠薪,李四,丙劳动所,\n"
STRANGE = HEAD + "小区停工,复工交付,无名氏,乙建设办,\n小区停工,欠薪,李四,没有办,\n"


def planted_files(folder: Path, numbers: Planted, rows: list[list[str]]) -> list[str]:
    """Write a table with planted numbers as files of every kind; give their paths."""
    for name, content in planted.as_files(numbers, rows):
        (folder / name).write_bytes(content)
    return [str(file) for file in folder.iterdir() if file.suffix in {".csv", ".xlsx"}]


def table(folder: Path, text: str, name: str = "table.csv") -> str:
    """Write a table; give its path."""
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_a_table_is_imported_once_however_often_it_is_given(
    office: Terminal, tmp_path: Path
) -> None:
    file = table(tmp_path, GOOD)
    first = office.done("import", file, "--as", "zhaoliu").json()
    assert (first["imported"], first["issues"], len(first["codes"])) == (2, 1, 2)
    again = office.done("import", file).json()
    assert (again["imported"], again["there"]) == (0, 2)
    assert office.done("case", "list").json()["total"] == 2
    issues = office.done("issue", "list").json()["items"]
    assert [(i["title"], i["counts"]["all"]) for i in issues] == [("小区停工", 2)]
    shown = office.done("issue", "show", issues[0]["code"]).json()
    assert sorted(case["code"] for case in shown["cases"]) == sorted(first["codes"])
    assert "小区停工" in office.done("issue", "show", issues[0]["code"], "--format", "table").out
    assert "ZD-1999-001" in office.refused("issue", "show", "ZD-1999-001")


def test_a_dry_run_tells_each_rows_fate_and_changes_nothing(
    office: Terminal, tmp_path: Path
) -> None:
    told = office.done("import", table(tmp_path, GOOD), "--dry-run").json()
    assert [row["fate"] for row in told["rows"]] == ["new", "new"]
    assert (told["kind"], told["can_confirm"]) == ("decomposition", True)
    words = office.done("import", table(tmp_path, GOOD), "--dry-run", "--format", "table").out
    assert "2 rows: 2 new" in words
    assert office.done("case", "list").json()["total"] == 0


def test_wrong_rows_are_named_with_row_and_column_and_nothing_is_imported(
    office: Terminal, tmp_path: Path
) -> None:
    file = table(tmp_path, STRANGE)
    for words in ((file,), (file, "--dry-run")):
        ran = office("import", *words, "--format", "table")
        assert ran.code == 2
        assert ran.err.count("\n") == 1
        assert "Row 2, column “责任领导”" in ran.out
        assert "Row 3, column “牵头单位”" in ran.out
    assert office("import", file).json()["errors"][0]["field"] == "rows.2.lead_leader"
    assert office.done("case", "list").json()["total"] == 0


def test_who_and_what_is_missing_is_made_on_demand(office: Terminal, tmp_path: Path) -> None:
    file = table(tmp_path, STRANGE)
    told = office.done("import", file, "--create-missing", "--dry-run", "--format", "table").out
    assert "These will be made" in told
    made = office.done("import", file, "--create-missing").json()
    assert (made["imported"], made["units"]) == (2, ["没有办"])
    accounts = {a["name"]: a for a in office.done("account", "list").json()}
    assert not accounts["无名氏"]["sign_in"]


def test_a_header_of_ones_own_is_mapped(office: Terminal, tmp_path: Path) -> None:
    file = table(tmp_path, GOOD.replace("任务分解", "办什么"))
    assert office("import", file).code == 2
    assert office.done("import", file, "--map", "办什么=task").json()["imported"] == 2
    assert "HEADER=FIELD" in office.refused("import", file, "--map", "办什么")
    assert "lead_leader" in office.refused("import", file, "--map", "办什么=boss")


def test_what_cannot_be_read_is_refused_in_a_sentence(office: Terminal, tmp_path: Path) -> None:
    (tmp_path / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 not really")
    good = table(tmp_path, GOOD)
    for words, told in (
        (("gone.csv",), "gone.csv"),
        ((str(tmp_path),), "cannot be used"),
        ((str(tmp_path / "old.doc"),), ".docx"),
        ((str(tmp_path / "broken.xlsx"),), ""),
        ((table(tmp_path, "", "empty.csv"),), ""),
        ((table(tmp_path, "a,b\n1,2\n", "other.csv"),), "key issue, task"),
        ((good, "--kind", "letter"), "decomposition, ledger"),
        ((good, "--as", "zhangsan"), "not yours"),
        ((good, "--as", "nobody"), "no account"),
        ((), "FILE is missing"),
    ):
        assert told in office.refused("import", *words), words


def test_a_number_that_belongs_to_somebody_is_printed_and_kept_nowhere(
    office: Terminal, tmp_path: Path, rng: Random, caplog: pytest.LogCaptureFixture
) -> None:
    numbers = Planted(rng)
    told = []
    for file in planted_files(tmp_path, numbers, planted.wrong_rows(numbers)):
        for more in (("--dry-run",), ("--dry-run", "--format", "table"), ()):
            ran = office("import", file, *more)
            assert ran.code == 2
            told += [ran.out, ran.err]
    assert "＊" * 11 in told[0]
    told.append(office.refused("import", file, "--map", "没有=task"))
    database = open_database(office.url)
    with database.reading() as connection:
        told += planted.everything(connection)
    database.close()
    assert not planted.leaks(numbers, [*told, caplog.text])
