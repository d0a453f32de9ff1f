"""Races over more than one row: whatever wins, the promises on every case hold afterwards."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from random import Random

import pytest
from sqlalchemy import Connection

from engine.domain.access import Principal
from engine.domain.events import Delta
from engine.service import accounts, calendar, cases, deputies, issues, parts, plans, tokens
from engine.service.accounts import NewAccount
from engine.service.cases import NewCase
from engine.service.deputies import NewDeputy
from engine.service.desk import Desk
from engine.service.idempotency import Asked, Remembered, recall, remember
from engine.service.issues import NewIssue
from engine.service.tokens import NewToken
from engine.store import rows
from tests.faults.town import DUE, Act, Answer, Town, plan, race, refusals, won
from tests.people import (
    BUILDING,
    CHEN,
    CHU,
    HAN,
    LI,
    OFFICE,
    SHEN,
    SUN,
    WANG,
    WEI,
    ZHANG,
    ZHAO,
)

ROUNDS = 5


def shuffled(rng: Random, *acts: Act) -> list[object]:
    """Let acts race, in whatever order they come to the line."""
    order = rng.sample(range(len(acts)), len(acts))
    outcomes = race([acts[place] for place in order])
    return [outcomes[order.index(place)] for place in range(len(acts))]


def test_accepting_a_case_races_with_refusing_it(town: Town, rng: Random) -> None:
    for _ in range(ROUNDS):
        case = town.assigned()
        code, version = case["code"], case["version"] + 1
        town.step(ZHANG, code, "hand-over", case["version"], "出差", to=LI.login)
        outcomes = shuffled(
            rng,
            partial(town.step, LI, code, "accept-handover", version),
            partial(town.step, LI, code, "refuse-handover", version, "不熟悉"),
            partial(town.step, ZHANG, code, "decline", version, "不属于本单位"),
        )
        assert len(won(outcomes)) == 1
        assert refusals(outcomes).total() == 2
    town.check()


def test_two_grants_never_extend_past_the_cap(town: Town, rng: Random) -> None:
    for _ in range(ROUNDS):
        case = town.assigned()
        code, version = case["code"], case["version"] + 1
        town.step(ZHANG, code, "request-extension", case["version"], "等资金", due="2026-06-19")
        grants: list[Act] = [partial(town.step, WEI, code, "grant-extension", version)]
        assert len(won(shuffled(rng, *grants * 4))) == 1
        asks: list[Act] = [
            partial(town.step, ZHANG, code, "request-extension", version + more, "再等", due=due)
            for more in (0, 1)
            for due in ("2026-06-25", "2026-07-01")
        ]
        assert won(shuffled(rng, *asks)) == []
        assert town.show(code)["due"] == "2026-06-19"
    town.check()


def test_closing_races_with_handing_over(town: Town, rng: Random) -> None:
    case = town.closable()
    code, version = case["code"], case["version"]
    outcomes = shuffled(
        rng,
        partial(town.step, CHEN, code, "close", version),
        partial(town.step, CHU, code, "return-closure", version, "证据不足"),
        partial(town.step, ZHANG, code, "hand-over", version, "出差", to=LI.login),
        partial(town.step, ZHANG, code, "relapse", version, "复发"),
    )
    assert len(won(outcomes)) == 1
    assert refusals(outcomes).total() == 3
    town.check()


def test_changing_the_plan_races_with_starting_on_it(town: Town, rng: Random) -> None:
    for _ in range(ROUNDS):
        case = town.planned()
        code = case["code"]
        changed = plans.PlanOrder(case["version"], plan(case, "另议").measures, "情况有变")
        outcomes = shuffled(
            rng,
            partial(town.step, ZHANG, code, "start", case["version"]),
            partial(town.does, SUN, plans.write_plan, code, changed),
        )
        assert len(won(outcomes)) == 1
        assert refusals(outcomes) == {"StaleError": 1}
    town.check()


def test_what_carries_no_version_waits_and_is_not_lost(town: Town, rng: Random) -> None:
    case = town.in_resolution()
    code = case["code"]
    notes: list[Act] = [
        partial(town.does, SUN, parts.add_note, code, f"第{number}次协调") for number in range(12)
    ]
    assert len(won(shuffled(rng, *notes))) == 12
    shown = town.show(code)
    assert [note["id"] for note in shown["notes"]] == sorted(n["id"] for n in shown["notes"])
    assert {note["text"] for note in shown["notes"]} == {f"第{n}次协调" for n in range(12)}
    assert shown["version"] == case["version"] + 12
    town.check()


def test_the_end_of_a_deputy_races_with_the_deputys_step(town: Town, rng: Random) -> None:
    for _ in range(ROUNDS):
        case = town.assigned()
        code, version = case["code"], case["version"]
        order = NewDeputy(ZHANG.login, SUN.login, date(2026, 3, 1), date(2026, 3, 9), "开会")
        named = town.does(ZHANG, deputies.name_deputy, order)["id"]
        outcomes = shuffled(
            rng,
            partial(town.does, ZHANG, deputies.end_deputy, named),
            partial(town.step, SUN, code, "decline", version, "不属于本单位"),
        )
        assert outcomes[0] is None
        assert refusals(outcomes) in ({}, {"ForbiddenError": 1})
    town.check()


def test_the_end_of_an_account_races_with_what_it_writes(town: Town, rng: Random) -> None:
    code = town.in_resolution()["code"]
    writes: list[Act] = [
        partial(town.does, ZHANG, parts.add_note, code, "到场"),
        partial(town.does, SUN, parts.add_note, code, "到场"),
    ]
    ends: list[Act] = [partial(town.does, SHEN, accounts.disable_account, SUN.login)]
    outcomes = shuffled(rng, *writes * 3, *ends * 2)
    assert len(won(outcomes[6:])) == 2
    assert set(refusals(outcomes)) <= {"ForbiddenError"}
    told = [e for e in town.events(code) if e["kind"] == "note.added"]
    assert len(told) == len(won(outcomes[:6]))
    assert refusals(race([writes[1]])) == {"ForbiddenError": 1}
    town.check()


def test_no_leader_of_an_open_case_loses_the_role_meanwhile(town: Town, rng: Random) -> None:
    for lead in (ZHANG, LI, WANG):
        code = town.registered()["code"]
        data = {"lead_leader": lead.login, "lead_unit": BUILDING.name, "due": DUE}
        outcomes = shuffled(
            rng,
            partial(town.step, ZHAO, code, "assign", 1, **data),
            partial(town.does, SHEN, accounts.change_roles, lead.login, {"office"}, {"leader"}),
        )
        assert len(won(outcomes)) == 1
        assert set(refusals(outcomes)) <= {"ConflictError", "InvalidError", "StaleError"}
    town.check()


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_leader_who_loses_the_role_half_way_gets_no_case(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = town.registered()["code"]
    apply = rows.apply

    def demote_first(connection: Connection, deltas: Sequence[Delta]) -> None:
        monkeypatch.setattr(rows, "apply", apply)
        town.does(SHEN, accounts.change_roles, ZHANG.login, {"office"}, {"leader"})
        apply(connection, deltas)

    monkeypatch.setattr(rows, "apply", demote_first)
    data = {"lead_leader": ZHANG.login, "lead_unit": BUILDING.name, "due": DUE}
    assert refusals(race([partial(town.step, ZHAO, code, "assign", 1, **data)])) == {
        "StaleError": 1
    }
    assert town.show_past_rights(code).state == "registered"
    town.check()


def test_two_cases_never_merge_into_each_other(town: Town, rng: Random) -> None:
    for _ in range(ROUNDS):
        codes = [town.registered()["code"] for _ in range(2)]
        for one, other in (codes, codes[::-1]):
            town.step(ZHAO, one, "merge", 1, "同一件事", into=other)
        outcomes = shuffled(
            rng,
            partial(town.step, CHEN, codes[0], "merge", 2),
            partial(town.step, CHU, codes[1], "merge", 2),
        )
        assert len(won(outcomes)) <= 1
        assert sum(town.show_past_rights(c).closed_at is not None for c in codes) <= 1
    town.check()


def test_no_case_merges_into_one_that_closes_meanwhile(town: Town, rng: Random) -> None:
    for _ in range(ROUNDS):
        merged, survivor = (town.registered()["code"] for _ in range(2))
        town.step(ZHAO, merged, "merge", 1, "同一件事", into=survivor)
        town.step(ZHAO, survivor, "void", 1, "登记有误")
        outcomes = shuffled(
            rng,
            partial(town.step, CHEN, merged, "merge", 2),
            partial(town.step, CHU, survivor, "void", 2),
        )
        kinds = [event["kind"] for event in town.events(survivor)]
        ends = [event.get("to") == "closed" for event in town.events(survivor)]
        assert won(outcomes)
        assert "case.received-merger" not in kinds[[*ends, True].index(True) :]
    town.check()


def test_a_changed_calendar_races_with_steps(town: Town, rng: Random) -> None:
    found = [town.assigned() for _ in range(4)]
    steps: list[Act] = [
        partial(town.step, ZHANG, case["code"], "decline", case["version"], "不属于本单位")
        for case in found
    ]
    moves: list[Act] = [partial(town.does, SHEN, _day_off, date(2026, 3, day)) for day in (4, 5, 6)]
    outcomes = shuffled(rng, *steps, *moves)
    assert len(won(outcomes[4:])) == 3
    assert set(refusals(outcomes)) <= {"StaleError"}
    town.check()


def _day_off(desk: Desk, who: Principal, day: date) -> object:
    return calendar.override(desk, who, day, works=False, reason="停电")


@pytest.mark.parametrize("racers", [2, 8])
def test_one_login_is_given_away_once(town: Town, racers: int) -> None:
    order = NewAccount("xinren", "新人", OFFICE.name, ("office",))
    add: Act = partial(town.does, SHEN, accounts.add_account, order)
    outcomes = race([add] * racers)
    assert len(won(outcomes)) == 1
    assert refusals(outcomes) == {"ConflictError": racers - 1}
    town.check()


def test_the_last_administrator_stays(town: Town, rng: Random) -> None:
    second = NewAccount("erguan", "二管", OFFICE.name, ("admin",))
    town.does(SHEN, accounts.add_account, second)
    outcomes = shuffled(
        rng,
        partial(town.does, SHEN, accounts.disable_account, "erguan"),
        partial(town.does, SHEN, accounts.disable_account, SHEN.login),
    )
    assert len(won(outcomes)) == 1
    town.check()


def test_a_leader_never_has_two_deputies_on_one_day(town: Town, rng: Random) -> None:
    orders = [
        NewDeputy(ZHANG.login, deputy.login, date(2026, 3, 1 + day), date(2026, 3, 9), "开会")
        for day, deputy in enumerate((SUN, LI, ZHAO))
    ]
    acts: list[Act] = [partial(town.does, ZHANG, deputies.name_deputy, order) for order in orders]
    outcomes = shuffled(rng, *acts)
    assert len(won(outcomes)) == 1
    assert refusals(outcomes) == {"ConflictError": 2}
    town.check()


def test_a_token_that_was_revoked_is_of_no_use_afterwards(town: Town, rng: Random) -> None:
    made = town.does(HAN, tokens.create_token, NewToken(HAN.login))
    use: Act = partial(_use, town, made["token"])
    end: Act = partial(town.does, HAN, tokens.revoke_token, made["id"])
    outcomes = shuffled(rng, *[use] * 6, *[end] * 3)
    assert outcomes[6:] == [None] * 3
    assert set(refusals(outcomes)) <= {"UnauthenticatedError"}
    assert refusals(race([use])) == {"UnauthenticatedError": 1}
    town.check()


def _use(town: Town, token: str) -> str | None:
    with town.application.reading("api") as desk:
        return tokens.bearer(desk, token).login


def test_one_key_does_its_work_once(town: Town) -> None:
    def register() -> str:
        asked = Asked("POST /cases", "key-1", "digest")
        return town.does(ZHAO, _once, asked, town.issue)

    answers = race([register] * 12)
    assert len(set(answers)) == 1, answers
    with town.application.reading("api") as desk:
        assert [case.code for case in rows.fetch(desk.conn, "case")] == answers[:1]
    town.check()


def _once(desk: Desk, who: Principal, asked: Asked, issue: str) -> str:
    former = recall(desk, who, asked)
    if former is not None:
        return former.answer
    code = cases.register_case(desk, who, issue, NewCase("复工"))["code"]
    remember(desk, who, asked, Remembered(201, code))
    return code


def test_codes_have_neither_gaps_nor_twins(town: Town) -> None:
    def fails() -> Answer:
        return dict(town.does(ZHAO, cases.register_case, town.issue, NewCase("")))

    def opens() -> Answer:
        return dict(town.does(ZHAO, issues.open_issue, NewIssue("某某小区停工", "district")))

    outcomes = race([*[town.registered] * 10, *[fails] * 5, *[opens] * 10])
    found = sorted(answer["code"] for answer in won(outcomes))
    assert found[:10] == [f"DB-2026-{n:04d}" for n in range(1, 11)]
    assert found[10:] == [f"ZD-2026-{n:03d}" for n in range(2, 12)]
    assert refusals(outcomes) == {"InvalidError": 5}
    town.check()
