"""Notices go out within office hours, one a half day, each robot at its pace, and none is lost."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from engine.channels import robots
from engine.domain.access import OPERATOR
from engine.domain.events import Kind
from engine.service.delivery import Node
from engine.service.notices import notify, show_inbox
from engine.service.office import account_by_login, change, tell
from engine.service.paging import PageQuery
from engine.settings import Settings
from engine.store import jobs
from engine.store.database import Database
from engine.store.jobs import Pace
from tests.model.days import shipped
from tests.people import LEADERS, ZHANG, Person
from tests.service.case_office import CaseOffice
from tests.service.people_office import START, ZONE
from tests.service.timer_office import TimerOffice
from tests.sinks import HttpSink

MINUTES = 9 * 24 * 60
"""Nine days, with Qingming and a make-up working day near them."""
SPELLS = ((8 * 60 + 30, 12 * 60), (14 * 60, 17 * 60 + 30))


def half_of(at: datetime) -> tuple[str, int] | None:
    """Give the half day of work of an instant, None outside office hours."""
    local = at.astimezone(ZONE)
    minute = local.hour * 60 + local.minute
    inside = [n for n, (begin, end) in enumerate(SPELLS) if begin <= minute < end]
    works = shipped().works(local.date())
    return (local.date().isoformat(), inside[0]) if inside and works else None


def reached(office: CaseOffice, person: Person, robot: str) -> None:
    """Give somebody a robot."""
    with TimerOffice(office, Settings()).writing("cli") as desk:
        row = account_by_login(desk, person.login)
        tell(desk, OPERATOR, Kind.ACCOUNT_CHANGED, [change("account", row, robot=robot)])


def told(office: CaseOffice, person: Person, text: str) -> None:
    """Remind somebody."""
    with TimerOffice(office, Settings()).writing("cli") as desk:
        account = account_by_login(desk, person.login)
        notify(desk, account.id, "remind", {"code": "DB-2026-0001", "text": text})


def said(sink: HttpSink) -> list[str]:
    """Give what a robot was told."""
    return [one.body.decode("unicode_escape") for one in sink.taken]


def test_nobody_gets_more_than_one_message_a_half_day_or_one_after_hours(
    case_office: CaseOffice, rng: Random
) -> None:
    case_office.at = datetime(2026, 4, 1, 8, tzinfo=ZONE)
    begin, texts, sent = case_office.at, list[str](), list[datetime]()
    sink = HttpSink()
    with sink.open() as peer:
        reached(case_office, ZHANG, f"wecom+http://{peer}/hook")
        node = Node(TimerOffice(case_office, Settings(outbound_allow=(peer,))))
        for minute in sorted(rng.sample(range(MINUTES), 60)):
            case_office.at = begin + timedelta(minutes=minute)
            if rng.random() < 0.5:
                texts.append(f"<{minute}>")
                told(case_office, ZHANG, texts[-1])
            if rng.random() < 0.5:
                before = len(sink.taken)
                node.drain()
                sent += [case_office.at] * (len(sink.taken) - before)
        for hours in range(7 * 24):
            case_office.at = begin + timedelta(minutes=MINUTES, hours=hours)
            before = len(sink.taken)
            node.drain()
            sent += [case_office.at] * (len(sink.taken) - before)
    halves = Counter(map(half_of, sent))
    assert None not in halves
    assert max(halves.values()) == 1
    everything = "".join(said(sink))
    assert all(everything.count(text) == 1 for text in texts), "each once, none lost"
    inbox = case_office.does(ZHANG, show_inbox, PageQuery(200))["items"]
    assert [m["words"]["text"] for m in reversed(inbox)] == texts


def test_a_robot_of_several_people_is_spared_by_all_nodes_together(
    case_office: CaseOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(robots.LIMITS, "wecom", ((2, 3600.0),))
    case_office.at = START.replace(hour=1)
    sink = HttpSink()
    with sink.open() as peer:
        for person in LEADERS:
            reached(case_office, person, f"wecom+http://{peer}/hook")
            told(case_office, person, "甲")
        office = TimerOffice(case_office, Settings(outbound_allow=(peer,)))
        for _ in range(2):
            Node(office).drain()
        assert len(sink.taken) == 2
        with office.reading("cli") as desk:
            (waiting,) = jobs.waiting(desk.conn)
    assert (waiting.kind, waiting.attempts, waiting.last_error) == ("robot", 0, "pace")
    late = waiting.run_at - case_office.at
    assert timedelta(minutes=59) < late <= timedelta(hours=1)


def test_turns_never_exceed_a_limit_and_none_waits_longer_than_it_must(
    database: Database, rng: Random
) -> None:
    pace = Pace("robot", ((5, 60.0), (2, 7.0)))
    now, taken = datetime(2026, 3, 3, tzinfo=UTC), list[datetime]()
    for _ in range(120):
        now += timedelta(seconds=rng.choice((0, 0, 0.5, 3, 20)))
        with database.transaction() as conn:
            wait = jobs.take_turn(conn, pace, now)
        full = [
            sorted(at for at in taken if at > now - timedelta(seconds=seconds))
            for count, seconds in pace.limits
        ]
        free = all(len(one) < count for one, (count, _) in zip(full, pace.limits, strict=True))
        assert (wait is None) == free
        if wait is None:
            taken.append(now)
        else:
            now += wait
            with database.transaction() as conn:
                assert jobs.take_turn(conn, pace, now) is None, "it was told when"
            taken.append(now)
