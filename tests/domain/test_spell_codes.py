"""Codes of issues and cases are spelt one way and read back only from that."""

from hypothesis import given
from hypothesis import strategies as st

from engine.domain.codes import case_code, issue_code, parse_case_code, parse_issue_code


def test_codes_look_as_the_office_writes_them() -> None:
    assert issue_code(2026, 1) == "ZD-2026-001"
    assert case_code(2026, 18) == "DB-2026-0018"


@given(st.integers(1000, 9999), st.integers(1, 10**9 - 1))
def test_a_code_reads_back_as_its_year_and_number(year: int, number: int) -> None:
    assert parse_issue_code(issue_code(year, number)) == (year, number)
    assert parse_case_code(case_code(year, number)) == (year, number)
    assert parse_case_code(issue_code(year, number)) is None


def test_an_odd_spelling_is_no_code() -> None:
    for odd in ("DB-2026-18", "db-2026-0018", "DB-2026-00018", "DB-2026-0018 ", "DB-２０２６-0018"):
        assert parse_case_code(odd) is None
