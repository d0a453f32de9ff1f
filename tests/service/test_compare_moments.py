"""What differs in a case between two of its events, and the links of its chain."""

import pytest

from engine.errors import ForbiddenError, InvalidError, NotFoundError
from engine.service import plans
from engine.service.case_chain import case_chain
from engine.service.case_diff import case_diff, pieces
from engine.store import ledger, rows
from engine.store.tables import table
from tests.people import CHEN, LABOUR, SUN, WU, ZHANG, ZHAO
from tests.service.case_office import MEASURE, CaseOffice
from tests.service.tampering import tampering

Changed = dict[tuple[str, str], tuple[object, object]]


def changed(office: CaseOffice, code: str, a: int | None = None, b: int | None = None) -> Changed:
    """Give the differences by record and column."""
    answer = office.does(CHEN, case_diff, code, a, b)
    return {(c["record"], c["column"]): (c["before"], c["after"]) for c in answer["changes"]}


def test_a_changed_plan_is_shown_measure_by_measure(case_office: CaseOffice) -> None:
    code = case_office.planned()
    before = len(case_office.history(code))
    (measure,) = case_office.measures(code)
    other = plans.MeasureOrder(
        "协调专项资金", WU.login, LABOUR.name, MEASURE.start, MEASURE.due, MEASURE.evidence,
        measure["id"],
    )  # fmt: skip
    case_office.plan(code, other, why="换人")
    assert changed(case_office, code, before) == {
        ("measure", "title"): ("协调资金", "协调专项资金"),
        ("measure", "owner_id"): (SUN.name, WU.name),
        ("measure", "unit_id"): ("乙建设办", "丙劳动所"),
    }


def test_what_was_changed_and_changed_back_is_no_difference(case_office: CaseOffice) -> None:
    code = case_office.started()
    case_office.finish(code)
    case_office.reply(code, "interim")
    before = len(case_office.history(code))
    case_office.step(ZHANG, code, "stabilize")
    assert changed(case_office, code, before)["case", "state"] == ("in-resolution", "stabilized")
    case_office.step(ZHANG, code, "relapse", "又停工了")
    assert ("case", "state") not in changed(case_office, code, before)


def test_without_moments_it_is_what_the_newest_event_changed(case_office: CaseOffice) -> None:
    code = case_office.registered()
    case_office.step(ZHAO, code, "assign", lead_leader=ZHANG.login, lead_unit=LABOUR.name,
                     due="2026-05-20")  # fmt: skip
    found = changed(case_office, code)
    assert found["tenure", "lead"] == (None, ZHANG.name)
    assert found["tenure", "lead-unit"] == (None, LABOUR.name)
    assert found["case", "due_on"] == (None, "2026-05-20")


def test_moments_that_are_not_there_are_refused(case_office: CaseOffice) -> None:
    code = case_office.registered()
    for a, b in ((0, None), (None, 9)):
        with pytest.raises(InvalidError):
            case_office.does(CHEN, case_diff, code, a, b)
    with pytest.raises(NotFoundError):
        case_office.does(CHEN, case_diff, "DB-2026-9999")
    for person in (ZHAO, ZHANG):
        with pytest.raises(ForbiddenError):
            case_office.does(person, case_diff, code)
        with pytest.raises(ForbiddenError):
            case_office.does(person, case_chain, code)


def test_texts_are_compared_by_their_characters() -> None:
    left, right = pieces("督促总包单位尽快支付工资", "督促总包单位垫付工资")
    assert "".join(p["text"] for p in left) == "督促总包单位尽快支付工资"
    assert "".join(p["text"] for p in right) == "督促总包单位垫付工资"
    assert [p["text"] for p in left if p["how"] == "gone"] == ["尽快支"]
    assert [p["text"] for p in right if p["how"] == "new"] == ["垫"]
    whole = "长" * 5000
    assert pieces(whole, whole + "文")[1] == [{"how": "new", "text": whole + "文"}]


def test_the_links_around_an_event_hold(case_office: CaseOffice) -> None:
    code = case_office.planned()
    chain = case_office.does(CHEN, case_chain, code, 3)
    assert [link["seq"] for link in chain["links"]] == [2, 3, 4]
    assert all(link["intact"] and link["joined"] for link in chain["links"])
    assert case_office.does(CHEN, case_chain, code)["seq"] == chain["length"]


def test_an_altered_event_breaks_its_link_and_the_next(case_office: CaseOffice) -> None:
    code = case_office.planned()
    with case_office.database.reading() as conn:
        stream = rows.fetch_one(conn, "case", code=code).id
        row = ledger.event(conn, stream, 3)
    assert row is not None
    altered = row.body.replace(b'"seq":3', b'"seq":7', 1)
    assert altered != row.body
    with tampering(case_office.database) as conn:
        event = table("event")
        conn.execute(event.update().where(event.c.stream == stream, event.c.seq == 3)
                     .values(body=altered))  # fmt: skip
        conn.commit()
    links = case_office.does(CHEN, case_chain, code, 3)["links"]
    assert [(link["intact"], link["joined"]) for link in links] == [
        (True, True), (False, True), (True, False),
    ]  # fmt: skip
