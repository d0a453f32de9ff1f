"""A node that dies while it delivers has it sent again, by another, under the same name."""

import os
import subprocess
import sys
from pathlib import Path

from engine.domain.access import OPERATOR
from engine.domain.events import Kind
from engine.failpoints import CRASH_EXIT
from engine.service.delivery import LEASE
from engine.service.hooks import NewHook, add_hook
from engine.service.notices import notify
from engine.service.office import account_by_login, change, tell
from engine.service.principals import principal_of
from tests.faults.town import Town, environment
from tests.people import SHEN, ZHANG
from tests.sinks import HttpSink, MailSink

_DUBAN = str(Path(sys.executable).with_name("duban"))
DEATHS = ("outbox.after-claim", "outbox.after-send", "outbox.after-send", "outbox.after-send")
"""At the webhook, twice: before and after it is sent; at the digest; and at the mail."""


def test_what_a_dead_node_had_sent_comes_again_under_the_same_name(
    town: Town, database_url: str, tmp_path: Path
) -> None:
    sink, box = HttpSink(), MailSink()
    with sink.open() as peer, box.open() as url:
        known = environment(database_url, tmp_path) | {
            "DUBAN_SMTP_URL": url, "DUBAN_MAIL_FROM": "duban@office.test",
            "DUBAN_OUTBOUND_ALLOW": peer,
        }  # fmt: skip
        _have_something_to_tell(town, peer)
        ended = [_timers(known, DEATHS[0])]
        town.passes(seconds=LEASE.total_seconds() + 1)
        ended += [_timers(known, armed) for armed in DEATHS[1:]]
        town.passes(seconds=LEASE.total_seconds() + 1)
        ended.append(_timers(known, None))
    assert ended == [CRASH_EXIT] * len(DEATHS) + [0]
    assert len(sink.taken) == len(box.taken) == 2
    assert len({one.headers["duban-event-id"] for one in sink.taken}) == 1
    assert len({one.body for one in sink.taken}) == 1
    assert len({letter["Message-ID"] for letter in box.taken}) == 1
    town.check()


def _have_something_to_tell(town: Town, peer: str) -> None:
    with town.application.writing("cli") as desk:
        order = NewHook(f"http://{peer}/in", ("case.registered",))
        add_hook(desk, principal_of(desk, SHEN.login), order)
        account = account_by_login(desk, ZHANG.login)
        email = change("account", account, email="zhang@office.test")
        tell(desk, OPERATOR, Kind.ACCOUNT_CHANGED, [email])
    town.registered()
    town.passes(seconds=1)
    with town.application.writing("cli") as desk:
        notify(desk, account.id, "remind", {"code": "DB-2026-0001", "text": "甲"})


def _timers(known: dict[str, str], armed: str | None) -> int:
    points = {"DUBAN_FAILPOINTS": f"{armed}:crash:1" if armed else ""}
    run = subprocess.run(
        [_DUBAN, "timers", "--once"], env={**os.environ, **known, **points},
        capture_output=True, check=False,
    )  # fmt: skip
    return run.returncode
