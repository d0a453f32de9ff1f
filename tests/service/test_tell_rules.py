"""Whoever changes a workflow can abolish no limit, and cannot do it unseen."""

from datetime import date
from functools import partial
from typing import Any

import pytest

from engine.domain.access import OPERATOR, Principal
from engine.errors import ConflictError, ForbiddenError, InvalidError
from engine.service import calendar
from engine.service.desk import Desk
from engine.service.digest import digest_of
from engine.service.migrate import MigrationOrder, migrate_cases, preview_migration
from engine.service.notices import show_inbox
from engine.service.principals import principal_of
from engine.service.publishing import publish_workflow
from engine.service.rules_log import recent_changes
from engine.store import messages, rows
from engine.store.database import Database
from engine.words import Locale
from tests.people import CHEN, HAN, LI, PEOPLE, SHEN, SUN, WEI, ZHANG, ZHAO, Person
from tests.service.case_office import CaseOffice, settle
from tests.service.people_office import ZONE
from tests.service.versions import publish, version

ABOLISHED = (
    ("days = 1\n", "days = 200\n"),
    ("days = 3\n", "days = 200\n"),
    ("extension_cap_days = 30", "extension_cap_days = 3000"),
)
"""What a new administrator tried: every limit at 200 working days, extensions of years."""
STRICTER = (("days = 3\n", "days = 2\n"), ("max_declines = 2 ", "max_declines = 1 "))
UP = MigrationOrder("key-issue", 2, 3, "按新制度办理")
MIGRATED = (
    "【制度变更】服务器管理人员把流程“交办重点问题”的2件在办事项从第2版转入第3版，"
    "理由：按新制度办理。变动：退回次数上限：2次→1次（收紧）；“制定方案”时限："
    "3个工作日→2个工作日（缩短）；“批复延期”时限：3个工作日→2个工作日（缩短）；"
    "“批复中止”时限：3个工作日→2个工作日（缩短）；“审核办结等提请”时限："
    "3个工作日→2个工作日（缩短）；升级“报告组长”：超期后3个工作日→超期后2个工作日（提前）。"
    "正在计时的时限照旧"
)
OVERSEERS = (ZHAO, CHEN, WEI)


@pytest.fixture
def office(database: Database) -> CaseOffice:
    settle(database)
    return CaseOffice(database)


def bring(office: CaseOffice, *changes: tuple[str, str], why: str | None = "减轻基层负担") -> None:
    office.does(SHEN, publish_workflow, "own.toml", version(3, *changes), why)


def inbox(office: CaseOffice, person: Person, locale: Locale = "zh") -> list[tuple[str, str]]:
    """Give kind and text of what somebody was told of rules, the oldest first, in a language."""
    with office.database.transaction() as conn:
        desk = Desk(conn, office.at, locale, "web", ZONE)
        items = show_inbox(desk, principal_of(desk, person.login))["items"]
    found = [(item["kind"], item["text"]) for item in reversed(items)]
    return [one for one in found if one[0].partition(".")[0] in ("workflow", "calendar")]


def log(office: CaseOffice, locale: Locale = "zh", person: Person = CHEN) -> list[Any]:
    with office.database.transaction() as conn:
        desk = Desk(conn, office.at, locale, "web", ZONE)
        return list(recent_changes(desk, principal_of(desk, person.login)))


def test_no_running_case_follows_a_version_with_longer_limits(office: CaseOffice) -> None:
    codes = [office.registered(), office.acknowledged(), office.started(), office.proposed()]
    before = [office.show(code) for code in codes]
    bring(office, *ABOLISHED)
    dry = office.does(SHEN, preview_migration, UP)
    assert (dry["total"], dry["blocked"], dry["done"]) == (4, 4, False)
    assert [one["obstacle"] for one in dry["obstacles"]] == ["time-won"]
    looser = [one["message"] for one in dry["changes"] if one["looser"]]
    assert "limit “Assign”: 1 working day → 200 working days (longer)" in looser
    assert "cap on all extensions: 30 calendar days → 3000 calendar days (longer)" in looser
    for who in (SHEN, None):
        with pytest.raises(ConflictError, match="1 working day → 200 working days") as refusal:
            migrate(office, who)
        assert "30日→3000日（延长）" in refusal.value.say("zh")
    assert [office.show(code) for code in codes] == before
    office.assert_intact()


def migrate(office: CaseOffice, who: Person | None) -> None:
    with office.database.transaction() as conn:
        desk = Desk(conn, office.at, "en", "cli", ZONE)
        migrate_cases(desk, principal_of(desk, who.login) if who else OPERATOR, UP)


def test_a_case_registered_afterwards_follows_it_and_reopened_ones_do_not(
    office: CaseOffice,
) -> None:
    closed = office.closed()
    bring(office, *ABOLISHED)
    assert office.show(office.registered())["workflow"]["version"] == 3
    office.step(CHEN, closed, "reopen", "群众反映属实")
    with pytest.raises(ConflictError, match="looser"):
        migrate(office, SHEN)
    assert office.show(closed)["workflow"]["version"] == 2


def test_a_stricter_version_takes_running_cases_over_and_not_back(office: CaseOffice) -> None:
    code = office.acknowledged()
    due = office.clocks(code, "plan")[-1]["due_at"]
    bring(office, *STRICTER)
    migrate(office, SHEN)
    assert office.show(code)["workflow"]["version"] == 3
    assert office.clocks(code, "plan")[-1]["due_at"] == due
    with pytest.raises(ConflictError, match="2 working days → 3 working days"):
        office.does(SHEN, migrate_cases, MigrationOrder("key-issue", 3, 2))
    office.assert_intact()


def test_who_watches_over_the_office_is_told_of_every_version(office: CaseOffice) -> None:
    bring(office, *ABOLISHED)
    for who in OVERSEERS:
        kind, text = inbox(office, who)[-1]
        assert kind == "workflow.published"
        assert text.startswith(
            "【制度变更】沈管发布了流程“交办重点问题”第3版（此前是第2版），理由：减轻基层负担。"
        )
        assert "“交办”时限：1个工作日→200个工作日（延长）" in text
        assert "延期总天数上限：30日→3000日（延长）" in text
        english = inbox(office, who, "en")[-1][1]
        assert "limit “Assign”: 1 working day → 200 working days (longer)" in english
    for who in PEOPLE:
        if who not in OVERSEERS and not {"office", "supervision", "head"} & set(who.roles):
            assert inbox(office, who) == [], who.login


def test_who_watches_over_the_office_is_told_of_every_migration(office: CaseOffice) -> None:
    office.acknowledged()
    office.registered()
    bring(office, *STRICTER, why=None)
    migrate(office, None)
    for who in OVERSEERS:
        published, migrated = inbox(office, who)[-2:]
        assert "理由：没有写明。" in published[1]
        assert migrated == ("workflow.migrated", MIGRATED)
        assert "The operator of the server took 2 running cases" in inbox(office, who, "en")[-1][1]
    migrate(office, None)
    assert inbox(office, CHEN)[-1] == migrated


def test_it_goes_out_by_mail_in_the_language_of_the_office(office: CaseOffice) -> None:
    bring(office, *ABOLISHED)
    with office.database.transaction() as conn:
        account = rows.fetch(conn, "account", login=CHEN.login)[0]
        told = messages.inbox(conn, account.id, None, 1)
        parts: dict[Locale, str] = {"zh": "（延长）", "en": "(longer)"}
        for locale, part in parts.items():
            desk = Desk(conn, office.at, locale, "timer", ZONE)
            assert part in digest_of(desk, account, told, "http://127.0.0.1")


def test_the_log_lists_versions_and_migrations_beside_the_calendar(office: CaseOffice) -> None:
    office.acknowledged()
    exception = partial(calendar.override, works=False, reason="停电")
    office.does(SHEN, exception, date(2026, 12, 4))
    bring(office, *STRICTER)
    migrate(office, SHEN)
    publish(office.database, version(4, *ABOLISHED))
    fourth, moved, third, day = log(office)[:4]
    assert (fourth["by"], fourth["reason"]) == (None, None)
    assert [fourth["workflow"][name] for name in ("old", "new", "cases")] == [3, 4, None]
    assert fourth["workflow"]["changes"][0]["looser"]
    assert (moved["by"]["name"], moved["reason"]) == (SHEN.name, UP.reason)
    assert [moved["workflow"][name] for name in ("old", "new", "cases")] == [2, 3, 1]
    assert (third["by"]["name"], third["reason"]) == (SHEN.name, "减轻基层负担")
    assert not any(one["looser"] for one in third["workflow"]["changes"])
    assert (day["date"], day["workflow"], day["reason"]) == ("2026-12-04", None, "停电")
    first = log(office)[-2:]
    assert {one["workflow"]["old"] for one in first if one["workflow"]} <= {None}
    for who in (ZHANG, SUN, SHEN, ZHAO, LI):
        with pytest.raises(ForbiddenError):
            log(office, person=who)
    assert len(log(office, "en", HAN)) == len(log(office))


def test_what_is_told_of_the_calendar_is_in_the_language_of_its_reader(office: CaseOffice) -> None:
    office.acknowledged()
    friday = date(2026, 3, 6)
    with office.database.transaction() as conn:
        desk = Desk(conn, office.at, "en", "cli", ZONE)
        calendar.override(desk, OPERATOR, friday, works=False, reason="停电")
    text = inbox(office, ZHAO)[-1][1]
    assert text.startswith(
        "【日历变更】服务器管理人员把2026年3月6日改为休息（本地例外），理由：停电。"
    )
    assert "made 6 March 2026 off by local exception" in inbox(office, ZHAO, "en")[-1][1]
    moved = inbox(office, ZHANG)[-1][1]
    assert "2026年3月6日（周五）改为休息（本地例外），时限重新计算：您的1项时限有变动" in moved
    assert "[Calendar] Fri 2026-03-06 became off" in inbox(office, ZHANG, "en")[-1][1]


def test_a_reason_holds_no_number_of_anybody(office: CaseOffice) -> None:
    office.registered()
    for why in (" ", "长" * 501, "手机13800138000"):
        with pytest.raises(InvalidError):
            bring(office, *STRICTER, why=why)
    bring(office, *STRICTER)
    with pytest.raises(InvalidError):
        office.does(SHEN, migrate_cases, MigrationOrder("key-issue", 2, 3, "手机13800138000"))


def test_a_message_of_before_is_said_in_the_words_that_it_keeps(office: CaseOffice) -> None:
    words = {
        "by": "沈管",
        "on": "2026年3月6日",
        "how": "休息",
        "why": "停电",
        "count": 0,
        "late": 0,
    }
    with office.database.transaction() as conn:
        me: Principal = principal_of(Desk(conn, office.at, "zh", "web", ZONE), CHEN.login)
        messages.tell(
            conn, me.account_id or 0, case_id=None, kind="calendar.overridden",
            words={"year": 2026, "late": 0, **words}, at=office.at,
        )  # fmt: skip
    assert "沈管把2026年3月6日改为休息" in inbox(office, CHEN)[-1][1]
