"""Lists of cases: filters, orders and pages against a plain reading, now and at past instants."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, insert, update

from engine.domain.access import Principal
from engine.errors import ForbiddenError, InvalidError
from engine.service.case_lists import CaseQuery, list_cases
from engine.service.desk import Desk
from engine.service.operator import OPERATOR, READER
from engine.store import passages
from engine.store.database import Database
from engine.store.tables import table
from tests.service import late_office
from tests.service.late_office import ISSUES, LEADERS, NOW, STATES, STEPS, UNITS, ZONE, Matter, grid

TRIALS = int(os.environ.get("DUBAN_LISTS", "60"))
FAR = datetime(9999, 1, 1, tzinfo=UTC)
Test = Callable[[Matter, datetime], bool]


def desk_at(connection: Connection, now: datetime = NOW) -> Desk:
    """Open a desk."""
    return Desk(connection, now, "en", "api", ZONE)


def whole(desk: Desk, who: Principal, query: CaseQuery) -> list[Any]:
    """Read a list page by page, and check the total on each."""
    items, cursor = list[Any](), None
    while True:
        answer = list_cases(desk, who, replace(query, cursor=cursor))
        items += answer["items"]
        assert len(items) <= answer["total"]
        cursor = answer["next"]
        if cursor is None:
            assert answer["total"] == len(items)
            return items


def choose(rng: Random) -> tuple[dict[str, Any], list[Test]]:
    """Choose some filters, each with what it means."""
    state, unit = rng.choice([*STATES, "closed"]), rng.choice(list(UNITS.values()))
    leader, issue = rng.choice(list(LEADERS.values())), rng.choice(list(ISSUES))
    late, closed = rng.random() < 0.5, rng.random() < 0.5
    offers: list[tuple[str, Any, Test]] = [
        ("state", state, lambda m, at: m.state_at(at) == state),
        ("unit", unit, lambda m, at: m.shown_unit_at(at) == unit),
        ("leader", leader, lambda m, at: m.lead_at(at) == leader),
        ("issue", ISSUES[issue], lambda m, _at: m.issue == issue),
        ("q", f"某 问题{issue}", lambda m, _at: m.issue == issue),
        ("overdue", late, lambda m, at: (m.late_at(at) is not None) is late),
        ("closed", closed, lambda m, at: (m.state_at(at) == "closed") is closed),
    ]
    chosen = rng.sample(offers, rng.choice([0, 1, 1, 2]))
    return {name: value for name, value, _ in chosen}, [test for _, _, test in chosen]


def order(sort: str, at: datetime) -> Callable[[Matter], tuple[Any, ...]]:
    """Give the key of an order that goes up; what has no value comes last."""
    keys: dict[str, Callable[[Matter], Any]] = {
        "limit": lambda m: m.limit_at(at) or FAR,
        "due": lambda m: m.due_at_instant(at) or FAR.date(),
        "registered_at": lambda m: m.at,
        "code": lambda m: m.code,
    }
    return lambda m: (keys[sort](m), m.id)


def valued(sort: str, matter: Matter, at: datetime) -> bool:
    """Tell whether a case has what an order goes by."""
    found = {"limit": matter.limit_at(at), "due": matter.due_at_instant(at)}
    return sort not in found or found[sort] is not None


def sorted_as(sort: str, matters: list[Matter], at: datetime) -> list[Matter]:
    """Put cases into an order, those without a value last whichever way it goes."""
    name, down = sort.removeprefix("-"), sort.startswith("-")
    key = order(name, at)
    some = sorted((m for m in matters if valued(name, m, at)), key=key, reverse=down)
    none = sorted((m for m in matters if not valued(name, m, at)), key=key, reverse=down)
    return some + none


def test_every_list_holds_what_its_filters_say_in_its_order(
    database: Database, rng: Random
) -> None:
    matters = late_office.imagine(rng, 60)
    shown = 0
    with database.transaction() as connection:
        late_office.put(connection, matters)
        desk = desk_at(connection)
        for _ in range(TRIALS):
            at = rng.choice([None, None, grid(rng.randrange(STEPS + 15))])
            given, tests = choose(rng)
            sort = rng.choice(["", "-"]) + rng.choice(["limit", "due", "registered_at", "code"])
            query = CaseQuery(as_of=at, sort=sort, limit=rng.choice([3, 20, 200]), **given)
            instant = at or NOW
            there = [m for m in matters if m.state_at(instant) is not None]
            wanted = [m for m in there if all(test(m, instant) for test in tests)]
            items = whole(desk, READER, query)
            told = sorted_as(sort, wanted, instant)
            assert [i["code"] for i in items] == [m.code for m in told], query
            for item, matter in zip(items, told, strict=True):
                check(item, matter, instant)
            shown += len(items)
    assert shown > TRIALS * 3


def check(item: dict[str, Any], matter: Matter, at: datetime) -> None:
    """Compare one line of a list with the case."""
    late, limit, due = matter.late_at(at), matter.limit_at(at), matter.due_at_instant(at)
    unit, lead = matter.shown_unit_at(at), matter.lead_at(at)
    waits = [r.kind for r in matter.requests if r.asked_at <= at and _undecided(r.decided_at, at)]
    assert item["state"] == matter.state_at(at)
    assert item["lead_leader"] == (lead and {"login": lead, "name": lead, "post": None})
    assert item["lead_unit"] == (unit and {"name": unit})
    assert item["overdue"] is (late is not None)
    assert item["days_overdue"] == (late_office.days(late, at) if late else _NONE)
    assert item["due"] == (due and due.isoformat())
    assert (item["limit"] or {}).get("due_at") == (limit and _spelt(limit))
    assert item["pending"] == sorted(waits)


_NONE = {"calendar": 0, "working": 0}


def _undecided(decided_at: datetime | None, at: datetime) -> bool:
    return decided_at is None or decided_at > at


def _spelt(at: datetime) -> str:
    return at.astimezone(ZONE).isoformat(timespec="seconds")


# --- pages -------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", ["limit", "-limit", "due", "-registered_at", "code"])
def test_no_case_is_skipped_or_repeated_while_others_change(
    database: Database, rng: Random, sort: str
) -> None:
    """Others come, close and move in the order between two pages; the rest is shown once each."""
    matters = late_office.imagine(rng, 80)
    steady = {m.code for m in matters if m.id % 2}
    case = table("case")
    with database.transaction() as connection:
        late_office.put(connection, matters)
        seen, cursor = list[str](), None
        while True:
            query = CaseQuery(sort=sort, limit=7, cursor=cursor)
            answer = list_cases(desk_at(connection), READER, query)
            seen += [item["code"] for item in answer["items"]]
            assert len(seen) <= 2 * len(matters)
            cursor = answer["next"]
            if cursor is None:
                break
            moved = rng.choice([m for m in matters if not m.id % 2])
            limit = rng.choice([None, NOW + timedelta(days=rng.randrange(-90, 90))])
            values: dict[str, Any] = {"limit_due_at": limit, "limit_kind": limit and "plan"}
            values["due_on"] = limit and limit.date()
            connection.execute(update(case).where(case.c.id == moved.id).values(**values))
    assert [code for code in seen if code in steady] == list(
        dict.fromkeys(code for code in seen if code in steady)
    )
    assert steady <= set(seen)


def test_codes_are_ordered_by_year_and_number(database: Database, rng: Random) -> None:
    codes = ["DB-2023-0002", "DB-2023-9999", "DB-2023-10000", "DB-2024-0001", "DB-2024-123456"]
    matters = late_office.imagine(rng, len(codes))
    case = table("case")
    with database.transaction() as connection:
        late_office.put(connection, matters)
        for matter, code in zip(matters, rng.sample(codes, len(codes)), strict=True):
            connection.execute(update(case).where(case.c.id == matter.id).values(code=code))
        up = whole(desk_at(connection), READER, CaseQuery(sort="code", limit=2))
        down = whole(desk_at(connection), READER, CaseQuery(sort="-code", limit=2))
    assert [item["code"] for item in up] == codes
    assert [item["code"] for item in down] == codes[::-1]


# --- search ------------------------------------------------------------------------------------

TEXTS = {
    "code": ("2024-0007", "DB-2024-0007", "db-2024-0007"),
    "title": ("欠薪", "工程", "B区", "b区", "100%", "a_c"),
    "issue": ("停工", "ZD-2024-002"),
    "summary": ("化解", "示范"),
    "note": ("入户", "核查"),
    "letter": ("函告", "〔2024〕12号"),
}


def fill(connection: Connection) -> None:
    """Give case 7 of issue 2 its texts."""
    case, issue = table("case"), table("issue")
    _set(connection, "case", case.c.id == 7, title="B区欠薪工程100% a_c", summary="化解与示范")
    _set(connection, "case", case.c.id == 7, issue_id=2)
    _set(connection, "case", case.c.id != 7, issue_id=1)
    _set(connection, "issue", issue.c.id == 2, title="示例家园停工")
    note = {"case_id": 7, "no": 201, "body": "已入户核查", "by_id": 1, "at": grid(50)}
    connection.execute(insert(table("note")), note)
    letter = {"case_id": 7, "no": 202, "number": "督办字〔2024〕12号", "status": "issued"}
    letter |= {"colour": "red", "demands": "函告进展", "answer_by": grid(60).date()}
    letter |= {"drafted_at": grid(50), "issued_at": grid(51), "issued_by": 1}
    connection.execute(insert(table("letter")), letter)
    passages.rebuild(connection)


def _set(connection: Connection, name: str, where: Any, **values: Any) -> None:  # noqa: ANN401  # column values
    connection.execute(update(table(name)).where(where).values(**values))


def test_words_of_two_characters_are_found_wherever_they_stand(
    database: Database, rng: Random
) -> None:
    with database.transaction() as connection:
        late_office.put(connection, late_office.imagine(rng, 12))
        fill(connection)
        desk = desk_at(connection)

        def found(q: str, as_of: datetime | None = None) -> list[str]:
            return [i["code"] for i in whole(desk, READER, CaseQuery(q=q, as_of=as_of))]

        for words in TEXTS.values():
            for word in words:
                assert found(word) == ["DB-2024-0007"], word
        assert found("欠薪 入户　停工") == ["DB-2024-0007"]
        for absent in ("薪欠", "10_%", "%", "欠薪 无此", "'", '"', "\\", "入 户 无"):
            assert found(absent) == [] or absent == "%"
        assert found("%") == ["DB-2024-0007"]
        assert found("入户", grid(51) - timedelta(microseconds=1)) == ["DB-2024-0007"]
        assert found("入户", grid(49)) == []
        assert len(found("  ")) == 12


# --- who is told what --------------------------------------------------------------------------


def test_duty_gets_a_summary_of_what_it_did_not_register(database: Database, rng: Random) -> None:
    duty = Principal(3, "jiang", "蒋班", None, frozenset({"duty"}), 1, frozenset({1}))
    case = table("case")
    with database.transaction() as connection:
        late_office.put(connection, late_office.imagine(rng, 12))
        fill(connection)
        _set(connection, "case", case.c.id == 3, registered_by=3)
        desk = desk_at(connection)
        items = whole(desk, duty, CaseQuery(sort="code"))
        full = [item["code"] for item in items if "issue" in item]
        summary = {name for item in items if "issue" not in item for name in item}
        more = [CaseQuery(overdue=None, q=q) for q in ("入户", "化解", "停工", "函告")]
        more += [CaseQuery(leader=login) for login in LEADERS.values()]
        more += [CaseQuery(issue="ZD-2024-002"), CaseQuery(overdue=True), CaseQuery(mine=True)]
        told = {item["code"] for query in more for item in whole(desk, duty, query)}
        titled = [item["code"] for item in whole(desk, duty, CaseQuery(q="欠薪"))]
    assert len(items) == 12
    assert full == ["DB-2024-0003"]
    assert summary == {"code", "title", "state", "lead_unit", "due"}
    assert told <= {"DB-2024-0003"}
    assert titled == ["DB-2024-0007"]


def test_the_administrator_is_refused(database: Database) -> None:
    with database.reading() as connection, pytest.raises(ForbiddenError):
        list_cases(desk_at(connection), OPERATOR, CaseQuery())


def test_mine_are_the_cases_in_which_one_has_a_part(database: Database, rng: Random) -> None:
    matters = late_office.imagine(rng, 60)
    leader = Principal(2, "lisi", "李四", None, frozenset({"leader"}), 1, frozenset({1}))
    officer = replace(leader, account_id=9, roles=frozenset({"unit"}), unit_id=3)
    deputy = replace(officer, roles=frozenset({"leader"}), stands_in_for=frozenset({2}))
    with database.transaction() as connection:
        late_office.put(connection, matters)
        led = [m.code for m in matters if m.lead_at(NOW) == "lisi"]
        theirs = [m.code for m in matters if m.unit_at(NOW) == UNITS[3]]
        for who, wanted in ((leader, led), (deputy, led), (officer, theirs)):
            reads_all = replace(who, roles=who.roles | {"auditor"})
            query = CaseQuery(mine=True, sort="code")
            codes = [item["code"] for item in whole(desk_at(connection), reads_all, query)]
            assert codes == wanted
            assert codes


WRONG = (
    (CaseQuery(state="overdue"), "state", "in-resolution"),
    (CaseQuery(unit="无此单位"), "unit", "无此单位"),
    (CaseQuery(leader="nobody"), "leader", "nobody"),
    (CaseQuery(issue="ZD-2024-999"), "issue", "ZD-2024-999"),
    (CaseQuery(sort="title"), "sort", "-registered_at"),
    (CaseQuery(sort="--code"), "sort", "-registered_at"),
    (CaseQuery(q="欠" * 101), "q", "100"),
    (CaseQuery(q="a b c d e f"), "q", "5"),
    (CaseQuery(as_of=NOW + timedelta(seconds=1)), "as_of", "2024-10-30T12:00:00+08:00"),
    (CaseQuery(as_of=NOW.replace(tzinfo=None)), "as_of", "+08:00"),
    (CaseQuery(as_of=grid(3), soon=True), "soon", ""),
    (CaseQuery(as_of=grid(3), acknowledged=False), "acknowledged", ""),
    (CaseQuery(limit=0), "limit", "200"),
    (CaseQuery(cursor="bnVsbA"), "cursor", ""),
)


def test_what_does_not_fit_is_named_with_what_would(database: Database, rng: Random) -> None:
    with database.transaction() as connection:
        late_office.put(connection, late_office.imagine(rng, 3))
        for query, field, helps in WRONG:
            with pytest.raises(InvalidError) as refused:
                list_cases(desk_at(connection), READER, query)
            assert [fault.field for fault in refused.value.faults] == [field]
            assert helps in refused.value.say("en")
            assert helps in refused.value.say("zh")
