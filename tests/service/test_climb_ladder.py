"""The escalation ladder: each rung once, none early, missed ones caught up in order."""

from datetime import date, datetime, time, timedelta

import pytest

from engine.domain.events import Delta
from engine.errors import StaleError
from engine.service import cases, ladder, letters, nudges
from engine.service.letters import LetterOrder
from engine.service.notices import show_inbox
from engine.service.paging import PageQuery
from engine.settings import Settings
from engine.store import rows
from tests.people import CHEN, LI, QIAN, WEI, ZHANG, ZHAO
from tests.service.case_office import CaseOffice
from tests.service.people_office import ZONE
from tests.service.timer_office import TimerOffice

RUNGS = ("remind", "overdue", "letter", "head", "meeting")
OFF_2026 = {*(date(2026, 4, d) for d in (4, 5, 6)), *(date(2026, 5, d) for d in range(1, 6))}
WORKS_2026 = {date(2026, 5, 9)}


def climbed(office: CaseOffice, code: str, kind: str) -> list[tuple[str, datetime]]:
    """Give the rungs of a kind of clock with the instants of their events."""
    numbers = {c["id"] for c in office.show(code)["clocks"] if c["kind"] == kind}
    found = []
    for event in office.history(code):
        if event["kind"].startswith("escalation."):
            row = next(r for place, r in event["after"].items() if place.startswith("escalation/"))
            if row["clock_no"] in numbers:
                found.append((row["rung"], datetime.fromisoformat(event["at"])))
    return found


def works(day: date) -> bool:
    """Tell whether a day works, by the notices of spring 2026 and nothing of the product."""
    return day in WORKS_2026 or (day.weekday() < 5 and day not in OFF_2026)


def after(day: date, working_days: int) -> date:
    """Give the day so many working days after another, or before it."""
    step = timedelta(days=1 if working_days > 0 else -1)
    left = abs(working_days)
    while left:
        day += step
        left -= works(day)
    return day


def due_times(limit: date) -> dict[str, datetime]:
    """Say when each rung of a limit is due, as the product's paper has it."""
    offsets = {"remind": -2, "letter": 1, "head": 3, "meeting": 5}
    found = {rung: datetime.combine(after(limit, n), time(), ZONE) for rung, n in offsets.items()}
    return found | {"overdue": datetime.combine(limit, time(23, 59, 59), ZONE)}


def test_every_rung_is_climbed_once_and_none_early(case_office: CaseOffice) -> None:
    code = case_office.started()
    timers = TimerOffice(case_office, Settings())
    due = due_times(date(2026, 5, 20))
    case_office.at = min(due.values()) - timedelta(hours=9)
    end = max(due.values()) + timedelta(days=1)
    while case_office.at < end:
        ladder.climb(timers)
        case_office.passes(hours=8)
    found = climbed(case_office, code, "resolve")
    assert [rung for rung, _ in found] == sorted(due, key=lambda rung: due[rung])
    for rung, at in found:
        assert timedelta() <= at - due[rung] <= timedelta(hours=8), rung
    assert ladder.climb(timers) == 0
    case_office.assert_intact()


def test_what_was_missed_is_caught_up_once_in_order(case_office: CaseOffice) -> None:
    code = case_office.started()
    case_office.at = datetime(2026, 6, 30, 10, tzinfo=ZONE)
    timers = TimerOffice(case_office, Settings())
    assert ladder.climb(timers) > 0
    assert [rung for rung, _ in climbed(case_office, code, "resolve")] == list(RUNGS)
    assert ladder.climb(timers) == 0


def test_the_ladder_drafts_one_letter_and_leaves_it_to_supervision(case_office: CaseOffice) -> None:
    code = case_office.started()
    case_office.at = datetime(2026, 6, 30, 10, tzinfo=ZONE)
    ladder.climb(TimerOffice(case_office, Settings()))
    (letter,) = case_office.show(code)["urges"]
    assert (letter["status"], letter["colour"], letter["drafted_by"]) == ("draft", "red", None)


def test_what_is_not_assigned_in_time_gets_a_nudge_and_no_letter(case_office: CaseOffice) -> None:
    code = case_office.registered()
    case_office.passes(days=7)
    ladder.climb(TimerOffice(case_office, Settings()))
    assert [rung for rung, _ in climbed(case_office, code, "assign")][:3] == list(RUNGS[:3])
    assert case_office.show(code)["urges"] == []
    duties = [
        row["does"]
        for event in case_office.history(code) if event["kind"] == "escalation.letter"
        for place, row in event["after"].items() if place.startswith("escalation/")
    ]  # fmt: skip
    assert duties == [None]
    inbox = case_office.does(CHEN, show_inbox)["items"]
    (told,) = [m["text"] for m in inbox if m["words"]["rung"] == "letter"]
    assert "nudge" in told
    assert "drafted" not in told
    given = LetterOrder("尽快交办", case_office.at.date() + timedelta(days=5))
    refusal = case_office.refuses(
        lambda: case_office.does(CHEN, letters.draft_letter, code, given), code
    )
    assert "nudge the office" in refusal.say("en")
    nudged = case_office.does(CHEN, nudges.nudge, code, "请尽快交办")
    assert nudged["clocks"] == ["assign"]
    assert {one["login"] for one in nudged["told"]} == {ZHAO.login, QIAN.login}


def test_a_suspended_clock_climbs_nothing_meanwhile(case_office: CaseOffice) -> None:
    code = case_office.started()
    case_office.step(ZHANG, code, "request-suspension", "等待鉴定", review_on="2026-06-01")
    case_office.step(WEI, code, "grant-suspension")
    case_office.at = datetime(2026, 6, 30, 10, tzinfo=ZONE)
    ladder.climb(TimerOffice(case_office, Settings()))
    assert climbed(case_office, code, "resolve") == []


def test_the_lead_leader_supervision_and_the_head_are_told(case_office: CaseOffice) -> None:
    code = case_office.started()
    case_office.at = datetime(2026, 6, 30, 10, tzinfo=ZONE)
    ladder.climb(TimerOffice(case_office, Settings()))
    for person, rung in ((ZHANG, "remind"), (CHEN, "letter"), (WEI, "head")):
        inbox = case_office.does(person, show_inbox)
        told = {(m["words"]["clock"], m["words"]["rung"]) for m in inbox["items"]}
        assert ("resolve", rung) in told
        assert {m["case"] for m in inbox["items"]} == {code}


def test_what_would_be_climbed_can_be_foreseen(case_office: CaseOffice) -> None:
    code = case_office.started()
    timers = TimerOffice(case_office, Settings())
    ladder.climb(timers)
    at = datetime(2026, 5, 21, 9, tzinfo=ZONE)
    with timers.reading("timer") as desk:
        foreseen = [(f.code, f.rung) for f in ladder.preview(desk, at) if f.clock == "resolve"]
    assert foreseen == [(code, rung) for rung in ("remind", "overdue", "letter")]
    assert climbed(case_office, code, "resolve") == []


def test_a_rung_leaves_the_form_that_somebody_has_open_as_good_as_before(
    case_office: CaseOffice,
) -> None:
    code = case_office.started()
    read = case_office.show(code)["version"]
    case_office.at = datetime(2026, 6, 30, 10, tzinfo=ZONE)
    assert ladder.climb(TimerOffice(case_office, Settings())) > 0
    order = cases.StepOrder("hand-over", read, "出差", {"to": LI.login})
    assert case_office.does(ZHANG, cases.take_step, code, order)["version"] == read + 1
    case_office.assert_intact()


def test_two_who_add_a_part_from_the_same_facts_are_told_apart(case_office: CaseOffice) -> None:
    code = case_office.started()
    with case_office.database.transaction() as conn:
        case = rows.fetch_one(conn, "case", code=code)
        taken = Delta("case", (case.id,), {"next_no": 99}, {"next_no": case.next_no - 1})
        with pytest.raises(StaleError):
            rows.apply(conn, [taken])


def test_a_limit_that_goes_on_does_not_climb_its_rungs_again(case_office: CaseOffice) -> None:
    code = case_office.started()
    case_office.finish(code)
    case_office.reply(code, "interim")
    timers = TimerOffice(case_office, Settings())
    case_office.at = datetime(2026, 5, 21, 10, tzinfo=ZONE)
    ladder.climb(timers)
    case_office.step(ZHANG, code, "stabilize")
    case_office.passes(days=60)
    case_office.step(ZHANG, code, "relapse", "再次停工")
    ladder.climb(timers)
    assert [rung for rung, _ in climbed(case_office, code, "resolve")] == list(RUNGS)
    assert ladder.climb(timers) == 0


def test_cases_are_climbed_by_the_time_at_which_their_rungs_were_due(
    case_office: CaseOffice,
) -> None:
    later, earlier = case_office.assigned(due="2026-05-26"), case_office.assigned(due="2026-05-12")
    timers = TimerOffice(case_office, Settings())
    case_office.at = datetime(2026, 6, 30, 10, tzinfo=ZONE)
    with timers.reading("timer") as desk:
        foreseen = [(f.code, f.clock, f.rung) for f in ladder.preview(desk, desk.now)]
    ladder.climb(timers)
    inbox = case_office.does(WEI, show_inbox, PageQuery(200))["items"]
    told = [(m["case"], m["words"]["clock"], m["words"]["rung"]) for m in reversed(inbox)]
    assert told == [rung for rung in foreseen if rung[2] in {"head", "meeting"}]
    assert {code for code, _, _ in told} == {later, earlier}
