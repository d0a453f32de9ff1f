"""Sinks that refuse, hang, trickle, redirect or never end hold nothing up and lose nothing.

What goes out is held against an HMAC of the standard library.
"""

import hashlib
import hmac
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.channels import mail, outbound
from engine.domain.access import OPERATOR
from engine.domain.events import Kind
from engine.service.delivery import Node
from engine.service.hooks import NewHook, add_hook
from engine.service.notices import notify
from engine.service.office import account_by_login, change, tell
from engine.service.outbox import list_outbox, retry_outbox
from engine.service.principals import principal_of
from engine.settings import Settings
from tests.people import SHEN, ZHANG
from tests.service.case_office import CaseOffice
from tests.service.people_office import START
from tests.service.timer_office import TimerOffice
from tests.sinks import ILL, HttpSink, MailSink, Received

EVENTS = 3
_DUBAN = str(Path(sys.executable).with_name("duban"))


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut exchanges off after half a second; otherwise it is ten."""
    for channel in (outbound, mail):
        monkeypatch.setattr(channel, "WHOLE_SECONDS", 0.5)


@pytest.fixture
def office(case_office: CaseOffice) -> Iterator[CaseOffice]:
    """Give an office at nine in the morning."""
    case_office.at = START.replace(hour=1)
    yield case_office
    case_office.assert_intact()


def hooked(office: CaseOffice, peer: str) -> str:
    """Register a webhook; give its secret."""
    with TimerOffice(office, Settings()).writing("cli") as desk:
        order = NewHook(f"http://{peer}/in", ("case.registered",))
        return add_hook(desk, principal_of(desk, SHEN.login), order)["secret"]


def dead(office: CaseOffice) -> list[Any]:
    """List the dead letters."""
    with TimerOffice(office, Settings()).reading("cli") as desk:
        return [one for one in list_outbox(desk, OPERATOR) if one["dead"]]


def retry(office: CaseOffice) -> int:
    """Have dead letters tried again."""
    with TimerOffice(office, Settings()).writing("cli") as desk:
        return retry_outbox(desk, OPERATOR)


def is_signed(one: Received, secret: str) -> bool:
    """Check a signature as a receiver would that read the documentation alone."""
    parts = dict(part.split("=", 1) for part in one.headers["duban-signature"].split(","))
    signed = parts["t"].encode() + b"." + one.body
    right = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return hmac.compare_digest(parts["v1"], right)


@pytest.mark.parametrize("mood", ILL)
def test_a_webhook_is_delivered_once_its_receiver_is_well_again(
    office: CaseOffice, mood: str
) -> None:
    sink, other = HttpSink(mood), HttpSink()
    with sink.open() as peer, other.open() as healthy:
        secret, _ = hooked(office, peer), hooked(office, healthy)
        codes = [office.registered() for _ in range(EVENTS)]
        node = Node(TimerOffice(office, Settings(outbound_allow=(peer, healthy))))
        node.drain()
        assert sink.taken == []
        assert len(other.taken) == EVENTS, "the one who is well waits for nobody"
        asked = sink.asked
        sink.mood = "well"
        assert len(dead(office)) == (EVENTS if mood == "redirect" else 0)
        retry(office)
        office.passes(minutes=5)
        node.drain()
    if mood == "huge":  # it said 200 before it went on for ever, so it has it
        assert (asked, sink.asked) == (EVENTS, EVENTS)
        assert sink.sent < EVENTS * 64 * 1024 * 1024
        return
    assert sorted(json.loads(one.body)["case"] for one in sink.taken) == codes
    assert all(is_signed(one, secret) for one in sink.taken)
    assert len({one.headers["duban-event-id"] for one in sink.taken}) == EVENTS
    assert asked == (EVENTS if mood == "redirect" else 1), "an ill one is left alone for a while"


@pytest.mark.parametrize("mood", [mood for mood in ILL if mood != "redirect"])
def test_a_mail_is_delivered_once_the_server_is_well_again(office: CaseOffice, mood: str) -> None:
    box = MailSink()
    with box.open(mood) as url:
        with TimerOffice(office, Settings()).writing("cli") as desk:
            account = account_by_login(desk, ZHANG.login)
            email = change("account", account, email="zhang@office.test")
            tell(desk, OPERATOR, Kind.ACCOUNT_CHANGED, [email])
            notify(desk, account.id, "remind", {"code": "DB-2026-0001", "text": "甲"})
        settings = Settings(smtp_url=url, mail_from="duban@office.test")
        node = Node(TimerOffice(office, settings))
        node.drain()
        box.become("well")
        office.passes(minutes=5)
        node.drain()
    (letter,) = box.taken
    assert letter["To"] == "zhang@office.test"
