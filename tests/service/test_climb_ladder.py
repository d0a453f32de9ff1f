"""The escalation ladder: each rung once, none early, missed ones caught up in order."""

from datetime import date, datetime, time, timedelta

from engine.service import ladder
from engine.service.notices import show_inbox
from engine.settings import Settings
from tests.people import CHEN, WEI, ZHANG
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
        foreseen = [(f.code, f.due.rung.name) for f in ladder.preview(desk, at)
                    if f.due.clock.kind == "resolve"]  # fmt: skip
    assert foreseen == [(code, rung) for rung in ("remind", "overdue", "letter")]
    assert climbed(case_office, code, "resolve") == []
