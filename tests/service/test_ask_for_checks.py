"""Checks of the whole log that are asked for: one at a time, heard of, given up when silent."""

from datetime import timedelta

import pytest

from engine.errors import ConflictError, ForbiddenError
from engine.service import checks
from engine.settings import real_now
from engine.store import checks as stored
from tests.people import CHEN, HAN, SHEN, WEI, ZHANG, ZHAO
from tests.service.case_office import CaseOffice

FINDING = {"kind": "row", "case": None, "seq": None, "table": "case", "column": "title",
           "detail": {"zh": "不一致", "en": "differs"}}  # fmt: skip
OUTCOME = {"intact": False, "size": 9, "root": "", "unprovable_after": 0, "findings": [FINDING]}


def test_a_check_is_begun_once_heard_of_and_ended(case_office: CaseOffice) -> None:
    case_office.registered()
    assert case_office.does(HAN, checks.integrity)["last"] is None
    number = case_office.does(CHEN, checks.begin_check)
    with pytest.raises(ConflictError):
        case_office.does(WEI, checks.begin_check)
    with case_office.database.transaction() as conn:
        assert stored.hear(conn, number, 5, real_now())
    running = case_office.does(HAN, checks.integrity)["running"]
    assert running is not None
    assert (running["done"], running["asked_by"]["login"]) == (5, CHEN.login)
    with case_office.database.transaction() as conn:
        stored.end(conn, number, case_office.at, OUTCOME)
        assert not stored.hear(conn, number, 6, real_now())
    found = case_office.does(HAN, checks.integrity)
    assert (found["running"], found["broken_off"]) == (None, False)
    last = found["last"]
    assert last is not None
    assert last["outcome"] is not None
    assert [f["detail"] for f in last["outcome"]["findings"]] == ["differs"]
    case_office.assert_intact()


def test_a_check_whose_process_is_gone_makes_room_for_another(case_office: CaseOffice) -> None:
    first = case_office.does(CHEN, checks.begin_check)
    with case_office.database.transaction() as conn:
        stored.hear(conn, first, 1, real_now() - checks.SILENCE - timedelta(seconds=1))
    assert case_office.does(CHEN, checks.integrity)["broken_off"]
    second = case_office.does(CHEN, checks.begin_check)
    assert second > first
    with case_office.database.transaction() as conn:
        assert not stored.hear(conn, first, 2, real_now())
        stored.end(conn, first, case_office.at, OUTCOME)
    running = case_office.does(CHEN, checks.integrity)["running"]
    assert running is not None
    assert running["id"] == second


def test_only_those_who_supervise_ask_for_one(case_office: CaseOffice) -> None:
    for person in (ZHAO, ZHANG, SHEN):
        with pytest.raises(ForbiddenError):
            case_office.does(person, checks.begin_check)
