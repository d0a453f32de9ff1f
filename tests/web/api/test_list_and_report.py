"""Listings and reports over HTTP: pages that hold together, figures that cover all of them."""

import csv
import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.people import BUILDING, CHEN, HAN, LABOUR, SHEN, ZHANG, ZHAO, ZHENG
from tests.web.api.api_office import Api
from tests.web.api.story import ASSIGNMENT, assigned, opened_issue, registered


def turned(api: Api, path: str, size: int) -> list[Any]:
    """Turn all pages of a listing; every page tells the same total."""
    found: list[Any] = []
    cursor, total = None, None
    sign = "&" if "?" in path else "?"
    while True:
        more = f"&cursor={cursor}" if cursor else ""
        page = api.get(ZHAO, f"{path}{sign}limit={size}{more}")
        assert len(page["items"]) <= size
        assert total in {None, page["total"]}
        found += page["items"]
        total, cursor = page["total"], page["next"]
        if cursor is None:
            assert len(found) == total
            return found


@pytest.fixture
def seven(api: Api) -> list[str]:
    """Register seven cases under two issues; the first three are assigned, each a day later."""
    first, second = opened_issue(api), opened_issue(api)
    codes = [registered(api, first if n < 4 else second) for n in range(7)]
    for n, code in enumerate(codes[:3]):
        unit = LABOUR.name if n == 2 else BUILDING.name
        data = ASSIGNMENT | {"due": f"2026-03-1{n}", "lead_unit": unit, "supporting_units": []}
        api.step(ZHAO, code, "assign", data=data)
    return codes


def test_pages_give_every_case_once(api: Api, seven: list[str]) -> None:
    for path in ("/cases", "/cases?sort=-due", "/cases?state=registered", "/cases?sort=code"):
        told = [item["code"] for item in turned(api, path, 2)]
        assert len(set(told)) == len(told)
        assert set(told) == set(seven if "state" not in path else seven[3:])
    assert [item["code"] for item in turned(api, "/cases?sort=code", 3)] == seven


def test_a_cursor_belongs_to_its_listing(api: Api, seven: list[str]) -> None:
    cursor = api.get(ZHAO, "/cases?limit=2&sort=code")["next"]
    assert len(seven) > 2
    for other in ("/cases?sort=due", "/cases?sort=code&state=registered", "/issues?limit=1",
                  "/reports/overdue?limit=1"):  # fmt: skip
        answer = api.ask(ZHAO, "GET", f"{other}&cursor={cursor}")
        assert [fault["field"] for fault in answer.json()["errors"]] == ["cursor"], other
    for forged in (cursor[:-1], cursor + "A", cursor[::-1], "a" * 500, "=", "%00"):
        assert api.ask(ZHAO, "GET", f"/cases?sort=code&cursor={forged}").status_code == 422


def test_an_issue_is_told_with_its_cases(api: Api, seven: list[str]) -> None:
    issues = turned(api, "/issues", 1)
    assert [issue["counts"]["all"] for issue in issues] == [3, 4]
    shown = api.get(CHEN, f"/issues/{issues[1]['code']}")
    assert sorted(case["code"] for case in shown["cases"]) == seven[:4]


def test_who_sees_nothing_is_told_of_nothing(api: Api, seven: list[str]) -> None:
    for path in ("/cases", "/issues", "/reports/overdue"):
        assert api.get(ZHENG, path)["total"] == 0
        assert api.ask(SHEN, "GET", path).status_code == 403
    assert [i["code"] for i in api.get(ZHANG, "/cases?sort=code")["items"]] == seven[:3]


def test_two_characters_are_enough_to_find(api: Api, seven: list[str]) -> None:
    assert api.get(ZHAO, "/cases", params={"q": "复工"})["total"] == len(seven)
    assert api.get(ZHAO, "/cases", params={"q": "停水"})["total"] == 0


def test_what_is_overdue_is_counted_whatever_the_page(api: Api, seven: list[str]) -> None:
    api.passes(days=30)
    whole = api.get(ZHAO, "/reports/overdue?by=unit")
    assert whole["total"] == len(seven) == sum(group["count"] for group in whole["groups"])
    page = api.get(ZHAO, "/reports/overdue?by=unit&limit=1")
    assert (page["total"], page["groups"]) == (whole["total"], whole["groups"])
    assert [item["code"] for item in turned(api, "/reports/overdue", 2)] == [
        item["code"] for item in whole["items"]
    ]
    listed = api.get(ZHAO, "/cases?overdue=true&limit=200")
    assert {i["code"] for i in listed["items"]} == {i["code"] for i in whole["items"]}


def test_a_past_instant_is_told_as_it_was(api: Api, seven: list[str]) -> None:
    then = api.at.isoformat()
    api.passes(days=30)
    before = api.get(ZHAO, "/reports/overdue", params={"as_of": then})
    assert (before["total"], before["as_of"]) == (0, "2026-03-03T15:00:00+08:00")
    assert api.get(ZHAO, "/reports/overdue")["total"] == len(seven)


def test_a_report_is_a_file_with_every_row(api: Api, seven: list[str]) -> None:
    api.passes(days=30)
    told = api.ask(ZHAO, "GET", "/reports/overdue?format=csv&limit=1")
    assert told.headers["content-type"] == "text/csv; charset=utf-8"
    assert told.headers["content-disposition"].startswith("attachment;")
    rows = list(csv.DictReader(io.StringIO(told.text)))
    items = api.get(ZHAO, "/reports/overdue")["items"]
    assert [row["code"] for row in rows] == [item["code"] for item in items]
    assert [row["days.working"] for row in rows] == [str(i["days"]["working"]) for i in items]
    book = api.ask(ZHAO, "GET", "/reports/overdue?format=xlsx", headers={"Accept-Language": "zh"})
    table = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0)
    lines = table.to_python()
    first = [line[0] for line in lines].index("编号") + 1
    assert [line[0] for line in lines[first:]] == [item["code"] for item in items]
    assert sorted(row["code"] for row in rows) == sorted(seven)


def test_no_cell_of_a_file_is_run_by_a_spreadsheet(api: Api) -> None:
    title = "=HYPERLINK(1)"
    issue = api.post(ZHAO, "/issues", {"title": "@SUM(1)", "origin": "public"})["code"]
    api.post(ZHAO, f"/issues/{issue}/cases", {"title": title})
    api.passes(days=30)
    told = api.ask(ZHAO, "GET", "/reports/overdue?format=csv").text
    row = next(csv.DictReader(io.StringIO(told)))
    assert (row["title"], row["issue.title"]) == (f"'{title}", "'@SUM(1)")


def test_a_report_in_a_format_that_is_none_is_refused(api: Api) -> None:
    answer = api.ask(HAN, "GET", "/reports/overdue?format=pdf")
    assert [fault["field"] for fault in answer.json()["errors"]] == ["format"]
    assert assigned(api)


def test_a_day_is_taken_as_its_end_at_the_office(api: Api, seven: list[str]) -> None:
    assert seven
    for path in ("/reports/overdue", "/cases?sort=code"):
        sign = "&" if "?" in path else "?"
        of_day = api.get(ZHAO, f"{path}{sign}as_of=2026-03-02")
        assert of_day == api.get(ZHAO, f"{path}{sign}as_of=2026-03-02T23:59:59%2B08:00")
    assert api.ask(ZHAO, "GET", "/reports/overdue?as_of=2026-02-30").status_code == 422
