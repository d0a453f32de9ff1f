"""What a change of the calendar would move is known before, and is just what it moves then."""

import json
from datetime import UTC, date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest

from engine.domain.access import OPERATOR
from engine.errors import DefinitionError, ForbiddenError, InvalidError, StaleError
from engine.service import calendar
from engine.service.desk import Desk
from engine.service.notices import show_inbox
from engine.store import ledger, rows
from tests.people import CHEN, LI, SHEN, SUN, WEI, WU, ZHANG, ZHAO, ZHOU, Person
from tests.service.case_office import CaseOffice, assert_said, fields_of
from tests.service.people_office import ZONE

PLAN_DUE, NEXT = date(2026, 3, 6), date(2026, 3, 9)
"""Three working days after Tuesday 3 March, and where Friday off moves that."""
FRIDAY = date(2026, 3, 6)
Answer = dict[str, Any]


def notice(year: int, **off: bool) -> bytes:
    """Write a notice of a year: days like d0101 that are off, or work."""
    days = [
        {"name": "假日", "date": f"{year}-{name[1:3]}-{name[3:]}", "isOffDay": is_off}
        for name, is_off in off.items()
    ]
    return json.dumps({"year": year, "papers": [], "days": days}).encode()


def foreseen(office: CaseOffice, on: date = FRIDAY, *, works: bool = False) -> Answer:
    """Foresee what a local exception would move."""
    act = partial(calendar.preview_override, works=works, reason="停电")
    return dict(office.does(SHEN, act, on))


def changed(office: CaseOffice, digest: str | None, on: date = FRIDAY) -> Answer:
    """Make the local exception."""
    act = partial(calendar.override, works=False, reason="停电", digest=digest)
    return dict(office.does(SHEN, act, on))


def told(office: CaseOffice, who: Person) -> list[Answer]:
    """Give what somebody was told of the calendar, the newest first."""
    items = office.does(who, show_inbox)["items"]
    return [dict(item) for item in items if item["kind"] == "calendar.moved"]


def events(office: CaseOffice) -> int:
    """Count the events there are."""
    with office.database.transaction() as conn:
        ledger.sequence(conn, wait=True)
        return ledger.head(conn)


def test_a_preview_names_every_date_and_changes_nothing(case_office: CaseOffice) -> None:
    code = case_office.acknowledged()
    before = case_office.show(code), events(case_office)
    answer = foreseen(case_office)
    assert answer["moved"] == [
        {"code": code, "kind": "plan", "former": PLAN_DUE.isoformat(), "due": NEXT.isoformat()}
    ]
    assert (case_office.show(code), events(case_office)) == before
    assert told(case_office, ZHANG) == []


def test_what_was_foreseen_is_what_moves(case_office: CaseOffice) -> None:
    code = case_office.acknowledged()
    answer = foreseen(case_office)
    assert changed(case_office, answer["digest"]) == answer
    assert case_office.clocks(code, "plan")[-1]["due_at"].startswith(NEXT.isoformat())
    last = case_office.history(code)[-1]
    assert last["kind"] == "clock.moved"
    assert "2026-03-06" in last["reason"]
    case_office.assert_intact()


def test_a_change_in_between_is_told_and_nothing_is_changed(case_office: CaseOffice) -> None:
    case_office.acknowledged()
    answer = foreseen(case_office)
    case_office.acknowledged()
    before = events(case_office)
    for digest in (answer["digest"], "0" * 64):
        with pytest.raises(StaleError) as refusal:
            changed(case_office, digest)
        assert_said(refusal.value)
    assert events(case_office) == before
    assert calendar_of(case_office)["overrides"] == []
    again = foreseen(case_office)
    assert len(again["moved"]) == 2
    assert changed(case_office, again["digest"]) == again


def calendar_of(office: CaseOffice, year: int = 2026) -> Answer:
    """Show a year."""
    return dict(office.does(SHEN, calendar.show_year, year))


def test_a_digest_is_of_one_change_alone(case_office: CaseOffice) -> None:
    """Nothing moves either way, and yet a day that works is not a day off."""
    on = date(2026, 6, 6)
    digests = {foreseen(case_office, on, works=works)["digest"] for works in (True, False)}
    digests.add(foreseen(case_office, on + timedelta(days=1))["digest"])
    assert len(digests) == 3


def test_who_watches_over_the_office_is_told_of_every_change(case_office: CaseOffice) -> None:
    """Who made it, which day, why, and how many dates moved; one message, also where none did."""
    case_office.acknowledged()
    changed(case_office, None)
    changed(case_office, None, date(2026, 6, 1))
    with case_office.database.transaction() as conn:
        desk = Desk(conn, case_office.at, "zh", "cli", ZONE)
        calendar.import_year(desk, OPERATOR, notice(2027, d0101=True))
    for who in (ZHAO, WEI, CHEN):
        loaded, later, first = (
            item for item in case_office.does(who, show_inbox)["items"]
            if item["kind"].startswith("calendar.")
        )  # fmt: skip
        for part in (SHEN.name, "6 March 2026", "停电", "moved: 1"):
            assert part in first["text"]
        assert "moved: 0" in later["text"]
        assert (
            "The operator of the server loaded the holiday notice cn-2027 (1 days" in loaded["text"]
        )
    for who in (ZHANG, SUN, WU, SHEN):
        kinds = {item["kind"] for item in case_office.does(who, show_inbox)["items"]}
        assert not kinds & {"calendar.overridden", "calendar.loaded"}, who.login


def test_each_of_those_concerned_gets_one_message(case_office: CaseOffice) -> None:
    codes = [case_office.acknowledged() for _ in range(12)]
    changed(case_office, None)
    for who in (ZHANG, SUN, ZHOU):
        (message,) = told(case_office, who)
        assert (message["words"]["count"], message["words"]["year"]) == (12, 2026)
        assert codes[0] in message["text"]
        assert "2026-03-06→2026-03-09" in message["text"]
    for who in (WU, LI, ZHAO, CHEN, WEI, SHEN):
        assert told(case_office, who) == [], who.login


def test_a_liaison_is_told_too(case_office: CaseOffice) -> None:
    code = case_office.acknowledged()
    case_office.force(code)
    changed(case_office, None)
    assert len(told(case_office, SUN)) == 1
    assert told(case_office, WU) == [], "a member is not"


def test_a_provisional_year_becomes_final(case_office: CaseOffice) -> None:
    """Two cases over the turn of the year: one date moves, one becomes final where it was."""
    case_office.at = datetime(2026, 12, 29, 2, 0, tzinfo=UTC)
    moving = case_office.acknowledged(due="2027-03-01")
    case_office.passes(days=7)
    staying = case_office.acknowledged(due="2027-03-01")
    clock = case_office.clocks(moving, "plan")[-1]
    assert (clock["due_at"][:10], clock["provisional"]) == ("2027-01-01", True)

    case_office.at = datetime(2026, 12, 30, 2, 0, tzinfo=UTC)
    data = notice(2027, d0101=True, d0102=True, d0103=True)
    preview: Answer = dict(case_office.does(SHEN, calendar.preview_import, data))
    assert {(m["code"], m["kind"], m["former"], m["due"]) for m in preview["moved"]} >= {
        (moving, "plan", "2027-01-01", "2027-01-04"),
        (staying, "plan", "2027-01-08", "2027-01-08"),
    }
    assert calendar_of(case_office, 2027)["provisional"]
    act = partial(calendar.import_year, digest=preview["digest"])
    assert dict(case_office.does(SHEN, act, data)) == preview
    assert not calendar_of(case_office, 2027)["provisional"]
    for code in (moving, staying):
        (last,) = [c for c in case_office.clocks(code, "plan") if c["stopped_at"] is None]
        assert not last["provisional"]
        assert case_office.history(code)[-1]["kind"] == "clock.moved"
    (message,) = told(case_office, ZHANG)
    assert staying not in message["text"], "a date that stays is nobody's news"
    case_office.assert_intact()


def test_a_provisional_date_that_has_passed_becomes_final_as_well(case_office: CaseOffice) -> None:
    case_office.at = datetime(2026, 12, 29, 2, 0, tzinfo=UTC)
    code = case_office.acknowledged(due="2027-03-01")
    case_office.at = datetime(2027, 1, 2, 2, 0, tzinfo=UTC)
    assert case_office.show(code)["overdue"]
    data = notice(2027, d0101=True, d0102=True, d0103=True)
    preview = case_office.does(SHEN, calendar.preview_import, data)
    assert ("2027-01-01", "2027-01-04") in {(m["former"], m["due"]) for m in preview["moved"]}
    case_office.does(SHEN, calendar.import_year, data)
    assert not case_office.show(code)["overdue"], "it was never due on a holiday"


def test_random_changes_move_what_was_foreseen(case_office: CaseOffice, rng: Random) -> None:
    """Whatever day becomes whatever, at whatever time: the preview is the change."""
    for _ in range(4):
        case_office.acknowledged()
        case_office.passes(hours=rng.randrange(1, 60))
        on = case_office.at.date() + timedelta(days=rng.randrange(2, 25))
        works = rng.random() < 0.5
        preview = foreseen(case_office, on, works=works)
        act = partial(calendar.override, works=works, reason="停电", digest=preview["digest"])
        assert dict(case_office.does(SHEN, act, on)) == preview
        nothing = foreseen(case_office, on, works=works)
        assert nothing["moved"] == [], "the same once more moves nothing"
    with case_office.database.reading() as conn:
        kinds = [row.kind for row in rows.fetch(conn, "clock", ended_at=None)]
    assert kinds
    case_office.assert_intact()


def test_wrong_changes_are_refused_before_they_are_foreseen(case_office: CaseOffice) -> None:
    with pytest.raises(InvalidError) as refusal:
        case_office.does(SHEN, partial(calendar.preview_override, works=True, reason=" "), FRIDAY)
    assert fields_of(refusal.value) == {"reason"}
    with pytest.raises(DefinitionError):
        case_office.does(SHEN, calendar.preview_import, b"{}")
    for who in (ZHAO, CHEN, ZHANG, WEI):
        with pytest.raises(ForbiddenError):
            case_office.does(who, calendar.preview_import, notice(2027, d0101=True))
        act = partial(calendar.preview_override, works=True, reason="停电")
        with pytest.raises(ForbiddenError):
            case_office.does(who, act, FRIDAY)
