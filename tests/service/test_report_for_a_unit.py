"""A unit's part of the daily report: each unit's own words come back to it."""

from engine.service import daily_units
from tests.people import SUN, ZHOU
from tests.service.case_office import CaseOffice


def test_two_units_may_report_in_the_same_words(case_office: CaseOffice) -> None:
    case_office.assigned()
    answers = [
        case_office.does(
            who, lambda desk, me: daily_units.report_unit(desk, me, desk.today, "无新情况")
        )
        for who in (SUN, ZHOU)
    ]
    assert [answer["unit"] for answer in answers] == [SUN.unit, ZHOU.unit]
    assert all(answer["text"] == "无新情况" for answer in answers)
