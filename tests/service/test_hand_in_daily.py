"""The daily report: drafted from the day, written by hand, handed in once, and then as it is."""

import re
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from engine.domain.access import Principal
from engine.errors import ConflictError, ForbiddenError, InvalidError, StaleError
from engine.service import accounts, calendar, daily, daily_units, roster
from engine.service.daily_chase import chase
from engine.service.daily_paper import daily_bytes
from engine.service.desk import Desk
from engine.service.notices import show_inbox
from engine.service.principals import principal_of
from engine.settings import load_settings
from engine.store import ledger, rows
from engine.store.database import Database
from engine.words import Locale
from tests.output.sheets import read_workbook
from tests.people import (
    BUILDING,
    CHEN,
    HAN,
    JIANG,
    LI,
    QIAN,
    SHEN,
    SUN,
    WU,
    ZHANG,
    ZHAO,
    ZHOU,
    Person,
)
from tests.service.case_office import CaseOffice, assert_said
from tests.service.people_office import ZONE
from tests.service.timer_office import TimerOffice

TODAY = date(2026, 3, 3)
"""Tuesday; the office opens at 15:00 of it."""
SATURDAY = date(2026, 3, 7)
Answer = dict[str, Any]


def shown(office: CaseOffice, on: date = TODAY) -> Answer:
    """Show a report as supervision sees it."""
    return dict(office.does(CHEN, daily.show_daily, on))


def handed(office: CaseOffice, on: date = TODAY, text: str | None = None) -> Answer:
    """Hand a report in for the office."""
    return dict(office.does(ZHAO, daily.hand_in, on, text))


def told(office: CaseOffice, who: Person) -> list[str]:
    """Give the kinds of what somebody was told, in order."""
    return [item["kind"] for item in reversed(office.does(who, show_inbox)["items"])]


def morning(office: CaseOffice, on: date = TODAY, hour: int = 10) -> None:
    """Set the office's clock to an hour of a day."""
    office.at = datetime(on.year, on.month, on.day, hour - 8, tzinfo=UTC)


# --- the draft --------------------------------------------------------------------------------


def test_a_day_without_anything_is_a_zero_report(case_office: CaseOffice) -> None:
    draft = shown(case_office)
    assert (draft["status"], draft["draft"], draft["number"]) == ("draft", None, None)
    assert "zero report" in draft["text"]
    assert draft["figures"]["steps"] == {}
    assert (draft["figures"]["open"], draft["figures"]["overdue"]) == (0, 0)


def test_a_draft_follows_what_happens(case_office: CaseOffice) -> None:
    code = case_office.started()
    case_office.report(code, "under-way")
    case_office.reply(code, "interim")
    figures = shown(case_office)["figures"]
    assert figures["steps"] == {"acknowledge": 1, "assign": 1, "register": 1, "start": 1}
    assert (figures["progress"], figures["replies"], figures["letters"]) == (1, 1, 0)
    assert figures["moved"] == [{"code": code, "title": "复工", "state": "in-resolution"}]
    assert f"{code} 复工" in shown(case_office)["text"]


def test_what_a_unit_reports_stands_in_the_draft(case_office: CaseOffice) -> None:
    case_office.assigned()
    assert shown(case_office)["figures"]["missing"] == [BUILDING.name]
    case_office.does(SUN, daily_units.report_unit, TODAY, "验收改约")
    draft = shown(case_office)
    assert draft["figures"]["missing"] == []
    assert f"{BUILDING.name}: 验收改约" in draft["text"]
    assert [(unit["unit"], unit["text"]) for unit in draft["units"]] == [
        (BUILDING.name, "验收改约")
    ]


def test_units_that_are_left_out_are_not_in_the_text(case_office: CaseOffice) -> None:
    case_office.assigned()
    case_office.does(SUN, daily_units.report_unit, TODAY, "验收改约")
    case_office.does(WU, daily_units.report_unit, TODAY, "补贴到账")
    anew = case_office.does(ZHAO, daily.draft_anew, TODAY, [WU.unit], 0)
    assert "补贴到账" in anew["text"]
    assert "验收改约" not in anew["text"]
    assert shown(case_office)["draft"]["version"] == 1


def test_a_saved_text_is_what_everybody_goes_on_with(case_office: CaseOffice) -> None:
    case_office.does(ZHAO, daily.save_draft, TODAY, "第一稿", 0)
    case_office.does(QIAN, daily.save_draft, TODAY, "第二稿", 1)
    draft = shown(case_office)
    assert (draft["written"], draft["draft"]["version"]) == ("第二稿", 2)
    assert draft["draft"]["saved_by"]["name"] == QIAN.name
    assert handed(case_office)["written"] == "第二稿"


def test_the_second_of_two_editors_is_told(case_office: CaseOffice) -> None:
    case_office.does(ZHAO, daily.save_draft, TODAY, "赵六的稿", 0)
    acts: list[Any] = [daily.save_draft, daily.hand_in]
    for act in acts:
        with pytest.raises(StaleError, match=ZHAO.name) as refusal:
            case_office.does(QIAN, act, TODAY, "钱七的稿", 0)
        assert_said(refusal.value)
    assert shown(case_office)["written"] == "赵六的稿"


# --- hand-in ----------------------------------------------------------------------------------


def test_the_words_of_whoever_hands_in_win(case_office: CaseOffice) -> None:
    morning(case_office)
    answer = handed(case_office, text="一切正常。")
    assert (answer["status"], answer["written"], answer["late"]) == (
        "handed-in", "一切正常。", False
    )  # fmt: skip
    assert answer["handed_in_by"] == {"login": ZHAO.login, "name": ZHAO.name, "post": ZHAO.post}
    assert answer["handed_in_at"] == "2026-03-03T10:00:00+08:00"
    assert answer["number"] == 1
    case_office.assert_intact()


def test_who_has_not_reported_stands_at_the_end_whatever_is_written(
    case_office: CaseOffice,
) -> None:
    case_office.assigned()
    missing = shown(case_office)["figures"]["missing"]
    assert missing
    line = shown(case_office)["text"].splitlines()[-1]
    assert all(unit in line for unit in missing)
    assert handed(case_office, text="今天一切正常")["text"].endswith(f"今天一切正常\n{line}")
    assert shown(case_office)["text"].splitlines()[-1] == line


# --- what was counted, and what people write --------------------------------------------------


def test_no_counted_line_can_be_taken_away_or_changed(case_office: CaseOffice) -> None:
    """Whatever is saved or handed in, what was counted stands first, once, as it was counted."""
    code = case_office.started()
    case_office.report(code, "under-way")
    counted = shown(case_office)["counted"]
    assert len(counted) == 4, "what stands, the steps, the work, the case that moved"
    for words in ("", "都好", "\n".join([counted[0], "都好"]), shown(case_office)["text"]):
        case_office.does(ZHAO, daily.save_draft, TODAY, words, _version(case_office))
        draft = shown(case_office)
        assert draft["text"].splitlines()[:4] == counted
        assert draft["written"] in {"", "都好"}
        assert draft["differs"] == []
    answer = handed(case_office, text=f"{counted[1]}\n都好")
    lines = answer["text"].splitlines()
    assert lines[:4] == answer["counted"] == counted
    assert lines[4].startswith("Written: ")
    assert lines[5:-1] == ["都好"]
    assert lines[-1] == f"Not reported: {BUILDING.name}."
    case_office.assert_intact()


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_figure_that_is_written_otherwise_is_shown_beside_the_counted_one(
    case_office: CaseOffice, locale: Locale
) -> None:
    """Each number of the counted lines, one more than it is; and none that is written as it is."""
    code = case_office.started()
    case_office.report(code, "under-way")
    with case_office.database.transaction() as conn:
        desk = Desk(conn, case_office.at, locale, "web", ZONE)
        who = principal_of(desk, ZHAO.login)
        lines = daily.show_daily(desk, who, TODAY)["counted"][:3]
        numbers = [int(n) for n in re.findall(r"\d+", "".join(lines))]
        same = "".join(lines).replace("总体。", "今天").replace("Overall:", "Today:")
        assert daily.save_draft(desk, who, TODAY, same, 0)["differs"] == []
        wrong = re.sub(r"\d+", lambda found: str(int(found[0]) + 1), "\n".join(lines))
        draft = daily.save_draft(desk, who, TODAY, wrong, 1)
    assert len(numbers) == 10, "open, overdue, soon; four steps; progress, replies, letters"
    assert sorted(one["counted"] for one in draft["differs"]) == sorted(numbers)
    for one in draft["differs"]:
        assert str(one["counted"] + 1) in one["stated"]
        (told,) = [line for line in draft["text"].splitlines() if f"“{one['stated']}”" in line]
        assert str(one["counted"]) in told.replace(one["stated"], "")
    assert draft["text"].splitlines()[:3] == lines


def test_what_a_line_says_of_a_unit_or_of_another_time_is_not_compared(
    case_office: CaseOffice,
) -> None:
    case_office.started()
    case_office.does(SUN, daily_units.report_unit, TODAY, "今天情况：\n在办8件，超期3件")
    draft = shown(case_office)
    assert "在办8件" in draft["written"]
    assert draft["differs"] == []
    words = f"{draft['written']}\n{BUILDING.name}在办5件。本月办结12件。共12340件"
    assert case_office.does(ZHAO, daily.save_draft, TODAY, words, 0)["differs"] == []
    words += "\n目前在办 6 件，需要协调。"
    assert case_office.does(ZHAO, daily.save_draft, TODAY, words, 1)["differs"] == [
        {"stated": "目前在办 6 件", "counted": 1}
    ]


def test_words_that_were_emptied_stay_empty(case_office: CaseOffice) -> None:
    case_office.assigned()
    case_office.does(SUN, daily_units.report_unit, TODAY, "验收改约")
    case_office.does(ZHAO, daily.save_draft, TODAY, " \n", 0)
    assert shown(case_office)["written"] == ""
    answer = handed(case_office)
    assert "验收改约" not in answer["text"]
    assert [unit["text"] for unit in answer["units"]] == ["验收改约"], "kept all the same"


def test_what_was_looked_at_is_handed_in_or_nothing(case_office: CaseOffice) -> None:
    case_office.registered()
    seen = daily.seal_of(shown(case_office)["text"])
    case_office.registered()
    with pytest.raises(StaleError, match="since you looked") as refusal:
        case_office.does(ZHAO, partial(daily.hand_in, seen=seen), TODAY)
    assert_said(refusal.value)
    assert shown(case_office)["status"] == "draft"
    seen = daily.seal_of(shown(case_office)["text"])
    answer = case_office.does(ZHAO, partial(daily.hand_in, seen=seen), TODAY)
    assert daily.seal_of(answer["text"]) == seen


def _version(case_office: CaseOffice) -> int:
    draft = shown(case_office)["draft"]
    return draft["version"] if draft else 0


@pytest.mark.parametrize(("minutes", "late"), [(0, False), (1, True)])
def test_it_is_late_after_its_hour_and_stays_so(
    case_office: CaseOffice, minutes: int, *, late: bool
) -> None:
    morning(case_office, hour=15)
    case_office.passes(minutes=minutes)
    assert handed(case_office)["late"] is late
    assert shown(case_office)["late"] is late


def test_a_report_is_handed_in_once(case_office: CaseOffice) -> None:
    handed(case_office)
    for act in (daily.hand_in, partial(daily.save_draft, version=0)):
        with pytest.raises(ConflictError, match="handed in") as refusal:
            case_office.does(QIAN, act, TODAY, "再来一次")
        assert_said(refusal.value)
    with pytest.raises(ConflictError):
        case_office.does(SUN, daily_units.report_unit, TODAY, "迟了")


def test_a_day_that_has_not_come_has_no_report(case_office: CaseOffice) -> None:
    for act in (daily.show_daily, daily.hand_in):
        with pytest.raises(InvalidError) as refusal:
            case_office.does(ZHAO, act, date(2026, 3, 4))
        assert [fault.field for fault in refusal.value.faults] == ["date"]


def test_who_hands_in_depends_on_the_day(case_office: CaseOffice) -> None:
    with pytest.raises(ForbiddenError) as refusal:
        case_office.does(JIANG, daily.hand_in, TODAY)
    assert_said(refusal.value)
    morning(case_office, SATURDAY)
    assert not shown(case_office, SATURDAY)["may_hand_in"]
    with pytest.raises(ForbiddenError):
        handed(case_office, SATURDAY)
    assert case_office.does(JIANG, daily.show_daily, SATURDAY)["may_hand_in"]
    assert case_office.does(JIANG, daily.hand_in, SATURDAY)["status"] == "handed-in"


def test_a_make_up_working_day_is_the_offices(case_office: CaseOffice) -> None:
    """Saturday 9 May 2026 is worked for Labour Day, Monday the 4th is off."""
    for on, person, other in [
        (date(2026, 5, 9), ZHAO, JIANG), (date(2026, 5, 4), JIANG, ZHAO),
    ]:  # fmt: skip
        morning(case_office, on)
        with pytest.raises(ForbiddenError):
            case_office.does(other, daily.hand_in, on)
        assert case_office.does(person, daily.hand_in, on)["status"] == "handed-in"


def test_the_roster_names_who_hands_in_and_who_stands_in(case_office: CaseOffice) -> None:
    case_office.does(ZHAO, roster.set_shift, SATURDAY, QIAN.login, ZHAO.login)
    for person in (JIANG, SUN, LI, HAN):
        with pytest.raises(ForbiddenError):
            case_office.does(person, roster.set_shift, SATURDAY, person.login)
    morning(case_office, SATURDAY)
    with pytest.raises(ForbiddenError):
        case_office.does(JIANG, daily.hand_in, SATURDAY)
    assert case_office.does(ZHAO, daily.hand_in, SATURDAY)["status"] == "handed-in"


@pytest.mark.parametrize("person", [ZHANG, SUN, SHEN], ids=lambda person: person.login)
def test_who_does_not_see_every_case_does_not_read_it(
    case_office: CaseOffice, person: Person
) -> None:
    with pytest.raises(ForbiddenError):
        case_office.does(person, daily.show_daily, TODAY)


# --- each event in one report -----------------------------------------------------------------


def test_what_happens_later_stands_in_the_next_days(case_office: CaseOffice) -> None:
    code = case_office.registered()
    first = handed(case_office)
    case_office.passes(hours=1)
    case_office.step(ZHAO, code, "assign", lead_leader=ZHANG.login, lead_unit=BUILDING.name,
                     due="2026-05-20")  # fmt: skip
    assert shown(case_office) == first
    morning(case_office, date(2026, 3, 4))
    second = shown(case_office, date(2026, 3, 4))
    assert first["figures"]["steps"] == {"register": 1}
    assert second["figures"]["steps"] == {"assign": 1}
    assert second["figures"]["after"] == first["figures"]["until"]


def test_a_report_goes_on_over_days_without_one(case_office: CaseOffice) -> None:
    handed(case_office)
    case_office.passes(days=1)
    case_office.registered()
    case_office.passes(days=1)
    assert shown(case_office, date(2026, 3, 5))["figures"]["steps"] == {"register": 1}


def test_an_event_of_a_late_report_stands_in_no_other(case_office: CaseOffice) -> None:
    """Registered on the 3rd, the 4th and the 5th; the 4th is handed in last of all."""
    case_office.registered()
    handed(case_office)
    case_office.passes(days=1)
    case_office.registered()
    case_office.passes(days=1)
    case_office.registered()
    last = handed(case_office, date(2026, 3, 5))
    case_office.passes(hours=1)
    between = handed(case_office, date(2026, 3, 4))
    assert last["figures"]["steps"] == {"register": 2}
    assert between["figures"]["steps"] == {}
    assert between["late"]
    case_office.passes(days=1)
    assert handed(case_office, date(2026, 3, 6))["figures"]["steps"] == {}


def test_a_report_that_is_late_by_a_day_leaves_the_next_day_its_events(
    case_office: CaseOffice,
) -> None:
    case_office.registered()
    case_office.passes(days=1)
    case_office.registered()
    first = handed(case_office)
    assert (first["late"], first["figures"]["steps"]) == (True, {"register": 1})
    case_office.registered()
    assert handed(case_office, date(2026, 3, 4))["figures"]["steps"] == {"register": 2}


def test_events_of_random_days_stand_in_one_report_each(
    case_office: CaseOffice, rng: Random
) -> None:
    """Whenever and in whatever order days are handed in, their steps add up to all there were."""
    made, open_days = 0, []
    for _ in range(6):
        for _ in range(rng.randrange(3)):
            case_office.registered()
            made += 1
        today = case_office.at.astimezone(ZONE).date()
        open_days.append(today)
        for on in rng.sample(open_days, rng.randrange(len(open_days) + 1)):
            person = ZHAO if on.weekday() < 5 else JIANG
            case_office.does(person, daily.hand_in, on)
            open_days.remove(on)
        case_office.passes(hours=rng.randrange(1, 40))
        if case_office.at.astimezone(ZONE).date() == today:
            case_office.passes(days=1)
    case_office.passes(days=1)
    for on in rng.sample(open_days, len(open_days)):
        case_office.does(ZHAO if on.weekday() < 5 else JIANG, daily.hand_in, on)
    with case_office.database.reading() as conn:
        kept = [row.figures["steps"].get("register", 0) for row in rows.fetch(conn, "daily")]
    case_office.passes(days=7)
    rest = shown(case_office, case_office.at.date())["figures"]["steps"].get("register", 0)
    assert sum(kept) + rest == made


# --- the archive ------------------------------------------------------------------------------


def test_the_copy_is_the_same_bytes_whatever_comes_later(case_office: CaseOffice) -> None:
    code = case_office.started()
    case_office.does(SUN, daily_units.report_unit, TODAY, "验收改约")
    answer = orjson.dumps(handed(case_office))

    case_office.report(code, "under-way")
    case_office.step(ZHANG, code, "hand-over", "调整分工", to=LI.login)
    case_office.step(LI, code, "accept-handover")
    with case_office.database.transaction() as conn:
        admin = Desk(conn, case_office.at, "en", "cli", ZONE)
        who = Principal(None, "", "", None, frozenset({"admin"}), None)
        calendar.override(admin, who, date(2026, 3, 4), works=False, reason="停电")
        accounts.disable_account(admin, who, QIAN.login)
    _rename(case_office.database)
    case_office.passes(days=400)
    assert orjson.dumps(shown(case_office)) == answer
    with case_office.database.reading() as conn:
        desk = Desk(conn, case_office.at, "zh", "web", ZONE)
        who = Principal(1, "", "", None, frozenset({"auditor"}), None)
        assert orjson.dumps(daily.show_daily(desk, who, TODAY)) == answer


def _rename(database: Database) -> None:
    """Rename everybody and every unit behind the verbs' back: no verb renames anything yet."""
    with database.transaction() as conn:
        conn.execute(text("UPDATE account SET name = 'X' || id, post = NULL"))
        conn.execute(text("UPDATE unit SET name = 'Y' || id"))
        conn.execute(text("UPDATE \"case\" SET title = 'Z'"))


def test_the_log_holds_nothing_that_people_wrote(case_office: CaseOffice) -> None:
    case_office.assigned()
    case_office.does(SUN, daily_units.report_unit, TODAY, "验收改约")
    handed(case_office, text="电梯验收改约")
    with case_office.database.reading() as conn:
        bodies = b"".join(event.body for event in ledger.history(conn, 0))
    assert b"daily.handed-in" in bodies
    for words in ("验收改约", "复工", ZHAO.name):
        assert words.encode() not in bodies
    case_office.assert_intact()


# --- chasing ----------------------------------------------------------------------------------


def test_a_unit_is_chased_by_hand_and_by_the_timer(case_office: CaseOffice) -> None:
    case_office.assigned()
    morning(case_office, hour=13)
    first = case_office.does(ZHAO, daily_units.chase_unit, TODAY, BUILDING.name)
    assert (first["chased"], first["chased_at"]) == (1, "2026-03-03T13:00:00+08:00")
    morning(case_office, hour=14)
    timer = TimerOffice(case_office, load_settings({}, Path.cwd()))
    assert [chase(timer), chase(timer)] == [2, 0], "each officer once, and once a day"
    (unit,) = shown(case_office)["units"]
    assert (unit["chased"], unit["returned"]) == (2, False)
    for officer in (SUN, ZHOU):
        assert told(case_office, officer).count("daily.chase") == 2
    case_office.assert_intact()


def test_a_unit_is_asked_for_more_and_reports_again(case_office: CaseOffice) -> None:
    case_office.assigned()
    morning(case_office, hour=11)
    case_office.does(SUN, daily_units.report_unit, TODAY, "有进展")
    case_office.passes(minutes=1)
    assert case_office.does(ZHAO, daily_units.chase_unit, TODAY, BUILDING.name)["returned"]
    assert told(case_office, SUN)[-1] == "daily.returned"
    case_office.passes(minutes=1)
    again = case_office.does(SUN, daily_units.report_unit, TODAY, "12套进入网签")
    assert (again["returned"], again["text"]) == (False, "12套进入网签")
    own = case_office.does(SUN, daily_units.show_own, TODAY)
    assert (own["report"], own["handed_in"]) == (again, False)


def test_a_unit_without_officers_cannot_be_chased(case_office: CaseOffice) -> None:
    with pytest.raises(ConflictError) as refusal:
        case_office.does(ZHAO, daily_units.chase_unit, TODAY, ZHAO.unit)
    assert_said(refusal.value)


def test_the_office_is_told_once_that_it_is_late(case_office: CaseOffice) -> None:
    timer = TimerOffice(case_office, load_settings({}, Path.cwd()))
    morning(case_office, hour=16)
    assert [chase(timer), chase(timer)] == [2, 0]
    assert told(case_office, ZHAO) == told(case_office, QIAN) == ["daily.late"]


def test_a_chase_after_the_hour_says_at_once(case_office: CaseOffice) -> None:
    case_office.assigned()
    morning(case_office, hour=16)
    case_office.does(ZHAO, daily_units.chase_unit, TODAY, BUILDING.name)
    (notice,) = [m for m in case_office.does(SUN, show_inbox)["items"] if "daily" in m["kind"]]
    assert notice["kind"] == "daily.chase-late"
    assert "at once" in notice["text"]
    case_office.does(SUN, daily_units.report_unit, TODAY, "有进展")
    case_office.passes(minutes=1)
    case_office.does(ZHAO, daily_units.chase_unit, TODAY, BUILDING.name)
    assert "daily.returned-late" in told(case_office, SUN)


def test_what_was_due_while_nothing_ran_is_caught_up_once(case_office: CaseOffice) -> None:
    case_office.assigned()
    timer = TimerOffice(case_office, load_settings({}, Path.cwd()))
    morning(case_office, hour=13)
    assert chase(timer) == 0
    morning(case_office, hour=9)
    case_office.passes(days=2)
    assert [chase(timer), chase(timer)] == [8, 0], "two days, two officers, two clerks"
    assert told(case_office, SUN).count("daily.chase-late") == 2
    assert told(case_office, ZHAO).count("daily.late") == 2
    case_office.assert_intact()


def test_there_is_no_report_of_a_day_before_the_office_began(case_office: CaseOffice) -> None:
    for verb in (daily.show_daily, daily.hand_in):
        with pytest.raises(InvalidError) as refusal:
            case_office.does(ZHAO, verb, date(1999, 1, 1))
        assert_said(refusal.value)
        assert "2026-03-03" in refusal.value.say("en")


def test_a_workbook_says_who_handed_in_and_which_units_did_not_report(
    case_office: CaseOffice,
) -> None:
    case_office.started()
    handed(case_office)
    answer = case_office.does(ZHAO, daily.show_daily, TODAY)
    rows = read_workbook(daily_bytes(answer, ".xlsx", "zh", ZONE))
    told = [str(cell) for row in rows for cell in row if cell is not None]
    assert not [one for one in told if one.startswith("：")]
    assert [one for one in told if one.startswith(f"报送：{ZHAO.name}于")]
    units = {str(row[0]): row[3] for row in rows if len(row) > 3}
    assert units[BUILDING.name] == "未报送"
