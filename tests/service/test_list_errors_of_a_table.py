"""What is wrong with a table can be taken along as a list; what nobody confirms is forgotten."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import engine
from engine.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from engine.intake.columns import KINDS, SYNONYMS, fold
from engine.output.paper import paper_bytes
from engine.service import imports
from engine.service.desk import Desk
from engine.service.expiry import expire
from engine.service.import_errors import MOST, error_list
from engine.service.import_sample import sample_table
from engine.service.imports import ImportOrder
from engine.store.database import Database
from engine.words import Locale, catalogue
from tests.intake.files import HEADER, ROW, csv_file, refusal
from tests.people import QIAN, SUN
from tests.service.import_office import NOW, all_of, build, office, writing

FLOORS = ("intake/rows.py", "intake/cells.py", "service/import_plan.py", "service/import_names.py")
RAISED = re.compile(r'"(?:import|field)-([a-z-]+)"')
ELSEWHERE = {"no-unit"}
"""What is no fault of a row."""


def uploaded(desk: Desk, *rows: list[str]) -> int:
    """Upload a table; give its number."""
    order = ImportOrder("分解表.csv", csv_file([HEADER, *rows]))
    return imports.upload(desk, office(desk), order)["id"]


def test_every_fault_of_a_row_has_words_on_what_would_help() -> None:
    home = Path(engine.__file__).parent
    raised = {code for name in FLOORS for code in RAISED.findall((home / name).read_text("utf-8"))}
    raised |= {"lead-leader-missing", "lead-unit-missing"}
    assert len(raised) > len(FLOORS) * 5
    helped = {code.removeprefix("import-help-") for code in catalogue() if "-help-" in code}
    assert raised - ELSEWHERE - helped == set()
    assert helped - raised == {"like"}


def test_the_list_tells_row_column_what_stood_what_is_wrong_and_what_would_help(
    database: Database,
) -> None:
    build(database)
    wrong = ["", "复工", "张山", "乙建设所", "丁司法所", "公布"]
    with writing(database) as desk:
        number = uploaded(desk, ROW, wrong, [*ROW[:3], "无人知晓", *ROW[4:]])
        paper = error_list(desk, office(desk), number)
        told = list(paper.rows)
        again = paper_bytes(error_list(desk, office(desk), number), ".csv").decode()
        assert paper_bytes(error_list(desk, office(desk), number), ".xlsx").startswith(b"PK")
    assert [row[:4] for row in told] == [
        (3, "error", "重点问题", None),
        (3, "error", "责任领导", "张山"),
        (3, "error", "牵头单位", "乙建设所"),
        (4, "error", "牵头单位", "无人知晓"),
        (4, "error", "任务分解", "复工"),
    ]
    assert "merge the two cells" in str(told[0][5])
    assert "Like it are: 张三" in str(told[1][5])
    assert "Like it are: 乙建设办" in str(told[2][5])
    assert "upload again and let it be made" in str(told[3][5])
    assert "There is no unit “无人知晓”" in str(told[3][4])
    assert again.splitlines()[0].endswith("Row,Kind,Column,What stands there,What is wrong,"
                                          "What would help")  # fmt: skip
    assert len(again.splitlines()) == 1 + len(told)


def test_a_list_without_end_says_how_much_it_leaves_off(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(database)
    monkeypatch.setattr("engine.service.import_errors.MOST", 3)
    with writing(database) as desk:
        number = uploaded(desk, *([f"第{n}个", "", "", "", "", ""] for n in range(4)))
        paper = error_list(desk, office(desk), number)
        assert paper.facts[-1] == ("Errors and notes left off", "9")
        assert len(list(paper.rows)) == 3 < MOST


def test_only_its_uploader_gets_the_list_and_none_of_what_is_imported(database: Database) -> None:
    build(database)
    with writing(database) as desk:
        number = uploaded(desk, ROW)
        with pytest.raises(NotFoundError):
            error_list(desk, office(desk, QIAN), number)
        digest = imports.show_upload(desk, office(desk), number)["sha256"]
        imports.confirm(desk, office(desk), number, digest)
        with pytest.raises(ConflictError):
            error_list(desk, office(desk), number)


class Later:
    """What the timers need of an application, days later."""

    def __init__(self, database: Database, days: float) -> None:
        self._database, self._at = database, NOW + timedelta(days=days)

    @contextmanager
    def reading(self, via: str, locale: str | None = None) -> Iterator[Desk]:
        """Open a desk."""
        del via, locale
        with writing(self._database, self._at) as desk:
            yield desk

    writing = reading


def test_a_table_that_nobody_confirms_is_forgotten_by_the_timers(database: Database) -> None:
    build(database)
    with writing(database) as desk:
        uploaded(desk, ROW)
    kept = imports.KEPT.days
    assert [expire(Later(database, days)) for days in (kept - 1, kept + 1, kept + 1)] == [0, 1, 0]
    with writing(database) as desk:
        assert (all_of(desk, "upload"), all_of(desk, "blob")) == ([], [])


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_blank_table_has_the_columns_of_its_kind_and_waits_to_be_filled_in(
    database: Database, kind: str, locale: Locale
) -> None:
    build(database)
    with writing(database) as desk:
        paper = sample_table(replace(desk, locale=locale), office(desk), kind)
        with pytest.raises(InvalidError):
            sample_table(desk, office(desk), "letter")
        with pytest.raises(ForbiddenError):
            sample_table(desk, office(desk, SUN), kind)
    fields = [column.key for column in paper.columns]
    assert [SYNONYMS[fold(head)] for head in paper.heads] == fields
    assert ("outcome" in fields) is (kind == "ledger")
    assert "There is nothing below the header" in refusal(paper_bytes(paper, ".xlsx"))
