"""Since when the addressee of a letter leads, as the letter says it."""

from datetime import UTC, datetime

from engine.domain.records import Tenure
from engine.service.letter_paper import last_turn


def held(no: int, unit: int, basis: str = "assign") -> Tenure:
    """Make a unit's tenure that began in a month of a year."""
    return Tenure(1, no, "lead-unit", None, unit, datetime(2026, no, 1, tzinfo=UTC), None, basis)


def test_a_case_reopened_has_been_the_units_since_it_was_first_assigned() -> None:
    assert last_turn([held(1, 7), held(2, 7, "reopen")], 7).no == 1


def test_what_came_back_from_another_unit_counts_from_then() -> None:
    assert last_turn([held(1, 7), held(2, 8), held(3, 7)], 7).no == 3
