"""A page of the list of cases holds twenty, or fifty where the address asks for them."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from starlette.datastructures import QueryParams

from web.pages.case_filters import asked_of


@pytest.mark.parametrize(("text", "rows"), [("", 20), ("rows=50", 50), ("rows=7", 20)])
def test_the_address_says_how_many_and_those_that_follow_say_so_too(text: str, rows: int) -> None:
    asked = asked_of(QueryParams(text))
    assert asked.query(date(2026, 4, 23), ZoneInfo("Asia/Shanghai")).limit == rows
    assert asked_of(QueryParams(asked.at(cursor="x").partition("?")[2])).rows == rows
