"""Issues, never people: nothing that Duban keeps, takes in, is asked or says can watch anyone.

The list in `purpose.txt` is what was reviewed. A new name fails here until somebody has put it
there and answered the question of docs/explanation/scope.md.
"""

import tomllib
from pathlib import Path

import pytest
from sqlalchemy import Integer

from engine.domain.records import RECORDS
from engine.intake.columns import COLUMNS
from engine.store.tables import METADATA
from tests.house import purpose
from tests.house.tree import CODE, ROOT, files

REVIEWED = Path(__file__).with_name("purpose.txt").read_text(encoding="utf-8").splitlines()
SURFACE = purpose.surface()
COUNTS_OF_PEOPLE = {("issue", "people_affected"), ("claim", "people")}
"""All that is kept of those affected besides money, replies and disputes: two whole numbers."""


def test_every_name_was_reviewed() -> None:
    assert [name for name in SURFACE if name not in set(REVIEWED)] == []


def test_every_reviewed_name_is_still_there() -> None:
    assert [name for name in REVIEWED if name not in set(SURFACE)] == []


def test_no_name_stands_for_what_duban_never_keeps() -> None:
    assert [name for name in SURFACE if purpose.is_forbidden(name)] == []


def test_of_those_affected_only_whole_numbers_are_kept() -> None:
    found = {
        (table.name, column.name)
        for table in METADATA.tables.values()
        for column in table.columns
        if {"people", "affected"} & purpose.parts(column.name)
    }
    assert found == COUNTS_OF_PEOPLE
    for table, column in found:
        assert isinstance(METADATA.tables[table].c[column].type, Integer)


def test_no_record_is_about_a_person_but_the_accounts_of_officials() -> None:
    named = {
        record
        for record in RECORDS
        if "name" in METADATA.tables[record].columns.keys()  # noqa: SIM118  # names, not columns
    }
    assert named == {"account", "unit", "file", "setting"}


def test_no_import_header_could_hold_a_citizen() -> None:
    headers = [header for column in COLUMNS for header in column.headers]
    assert [header for header in headers if purpose.is_forbidden(header)] == []


def test_no_sentence_speaks_of_watching_anyone() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {code}"
        for path in files(".toml", under=CODE)
        if path.parent.name == "locale"
        for code, words in tomllib.loads(path.read_text(encoding="utf-8")).items()
        if any(word in str(words) for word in purpose.FORBIDDEN_ZH)
        and code not in purpose.SAID_AGAINST
    ]
    assert found == []


def test_every_argued_exception_is_still_needed() -> None:
    assert [a for a in purpose.ARGUED if not any(a in name for name in SURFACE)] == []


@pytest.mark.parametrize(
    "name",
    [
        "table case.petitioner_name",
        "table issue.watchList",
        "route GET /cases ?phone",
        "import column x 信访人姓名",
        "import column x 上访次数",
        "verbs reports.risk.RiskAnswer.score",
    ],
)
def test_a_name_that_would_serve_it_is_refused(name: str) -> None:
    assert purpose.is_forbidden(name)


@pytest.mark.parametrize("name", ["table case.lead_id", "import column issue 区交办信访重点问题"])
def test_a_name_about_issues_or_officials_is_not(name: str) -> None:
    assert not purpose.is_forbidden(name)
