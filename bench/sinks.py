"""Reading over HTTP while webhooks and mail go out, to sinks that are ill and well in turn."""

import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bench.lines import Line, show
from bench.place import Place
from bench.served import serving
from bench.steps import register
from engine.domain.access import OPERATOR
from engine.domain.events import Kind
from engine.service.hooks import NewHook, add_hook
from engine.service.notices import notify
from engine.service.office import change, tell
from engine.service.outbox import list_outbox, retry_outbox
from engine.service.principals import principal_of
from engine.service.tokens import NewToken, create_token
from engine.store import rows
from tests.people import SHEN, ZHAO
from tests.sinks import ILL, HttpSink, MailSink

BEGIN = datetime.fromisoformat("2026-03-03T09:00:00+08:00")
EVENTS, CONNECTIONS = 10, 4
HALF_DAYS = (timedelta(hours=6), timedelta(hours=18))
_DUBAN = str(Path(sys.executable).with_name("duban"))
_PATIENCE = 300.0


@dataclass
class Office:
    """A served office with webhooks and mail, and the clock that it goes by."""

    place: Place
    clock: Path
    at: datetime = BEGIN
    told: int = 0
    turns: int = 0

    def next_half_day(self) -> None:
        """Move on, so that everybody may be sent a message again."""
        self.at += HALF_DAYS[self.turns % 2]
        self.turns += 1
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(self.at.isoformat())
        fresh.replace(self.clock)

    def have_something_to_tell(self) -> None:
        """Register some cases, and remind everybody of something."""
        register(self.place, EVENTS)
        self.told += EVENTS
        with self.place.application.writing("cli") as desk:
            for account in rows.fetch(desk.conn, "account"):
                if account.email:
                    notify(desk, account.id, "remind", {"code": "DB-2026-0001", "text": "x"})

    def prepare(self, peer: str) -> str:
        """Register a webhook and give everybody an e-mail address; give a token to read with."""
        with self.place.application.writing("cli") as desk:
            order = NewHook(f"http://{peer}/in", (Kind.CASE_REGISTERED.value,))
            add_hook(desk, principal_of(desk, SHEN.login), order)
            for account in rows.fetch(desk.conn, "account"):
                if account.login:
                    email = change("account", account, email=f"{account.login}@office.test")
                    tell(desk, OPERATOR, Kind.ACCOUNT_CHANGED, [email])
            return create_token(desk, OPERATOR, NewToken(ZHAO.login, "read"))["token"]

    def is_quiet(self) -> bool:
        """Have dead letters tried again; tell whether nothing waits."""
        with self.place.application.writing("cli") as desk:
            retry_outbox(desk, OPERATOR)
            return not list_outbox(desk, OPERATOR)


def measure(place: Place, rounds: int, seconds: float) -> None:
    """Measure, for each way to be ill, beside the same sinks when they are well."""
    sink, box = HttpSink(), MailSink()
    office = Office(place, Path(place.application.settings.clock.removeprefix("file:")))
    with sink.open() as peer, box.open() as url:
        token = office.prepare(peer)
        settings = {
            "DUBAN_CLOCK": place.application.settings.clock, "DUBAN_OUTBOUND_ALLOW": peer,
            "DUBAN_SMTP_URL": url, "DUBAN_MAIL_FROM": "duban@office.test",
        }  # fmt: skip
        register(place, 60)
        office.told += 60
        with serving(place, [_DUBAN, "serve"], "/readyz", **settings) as port:
            for mood in ILL:
                ill, well = [], []
                for _ in range(rounds):
                    well.append(_turn(office, sink, box, "well", (port, token, seconds)))
                    ill.append(_turn(office, sink, box, mood, (port, token, seconds)))
                what = f"list of 50 cases while sinks {mood}, p95"
                show(Line(what, "ms", ill, "≤ 1.2", well, "while they are well"))
            _become(sink, box, "well")
            _wait_until_quiet(office)
    what = "events that arrived once the sinks were well"
    show(Line(what, f"of {office.told}", [len(sink.heard)], "all"))
    show(Line("mails that arrived", "", [len(box.taken)], "at least one a person"))


def _turn(
    office: Office, sink: HttpSink, box: MailSink, mood: str, asked: tuple[int, str, float]
) -> float:
    _become(sink, box, "well")
    _wait_until_quiet(office)
    _become(sink, box, mood)
    office.next_half_day()
    office.have_something_to_tell()
    time.sleep(0.5)
    port, token, seconds = asked
    until = time.perf_counter() + seconds
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        runs = [pool.submit(_ask, port, token, until) for _ in range(CONNECTIONS)]
        taken = sorted(second for run in runs for second in run.result())
    return taken[int(len(taken) * 0.95)] * 1e3


def _become(sink: HttpSink, box: MailSink, mood: str) -> None:
    sink.mood = mood
    wanted = "well" if mood == "redirect" else mood
    if box.mood != wanted:
        box.become(wanted)


def _ask(port: int, token: str, until: float) -> list[float]:
    url, taken = f"http://127.0.0.1:{port}/api/v1/cases?limit=50", []
    headers = {"Authorization": f"Bearer {token}"}
    while time.perf_counter() < until:
        began = time.perf_counter()
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            answer.read()
        taken.append(time.perf_counter() - began)
    return taken


def _wait_until_quiet(office: Office) -> None:
    last = time.monotonic() + _PATIENCE
    while not office.is_quiet() and time.monotonic() < last:
        office.next_half_day()
        time.sleep(0.5)
