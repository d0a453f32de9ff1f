"""Notices on their way out: one message a half day, each way once, through real sinks."""

import json
import socket
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from engine.channels.mail import Mail, MailServer
from engine.channels.outbound import ChannelError
from engine.domain.access import OPERATOR
from engine.domain.events import Kind
from engine.errors import ConflictError, NotFoundError
from engine.service.delivery import MOST_ATTEMPTS, Node
from engine.service.notices import notify
from engine.service.office import account_by_login, change, tell
from engine.service.outbox import list_outbox, retry_outbox
from engine.settings import Settings
from engine.store import jobs
from tests.people import ZHANG
from tests.service.case_office import CaseOffice
from tests.service.people_office import START
from tests.service.timer_office import TimerOffice

MORNING = START.replace(hour=1)
"""09:00 in the office, in its hours."""


class Mailbox:
    """An SMTP sink on loopback; `answers` go to the first messages in place of taking them."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.taken: list[Any] = []
        self.offered: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802, ANN401  # of aiosmtpd
        """Take a message, or give the next answer."""
        letter = message_from_bytes(envelope.content)
        self.offered.append(letter)
        if self.answers:
            return self.answers.pop(0)
        self.taken.append(letter)
        return "250 OK"

    @contextmanager
    def open(self) -> Iterator[str]:
        """Listen; give the URL."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        controller = Controller(self, hostname="127.0.0.1", port=port)
        controller.start()
        try:
            yield f"smtp://127.0.0.1:{port}"
        finally:
            controller.stop()


class Robot(ThreadingHTTPServer):
    """A chat robot on loopback; it answers `codes` one by one, then 0 for ever."""

    def __init__(self, *codes: int) -> None:
        super().__init__(("127.0.0.1", 0), _Said)
        self.codes, self.said = list(codes), list[str]()

    @contextmanager
    def open(self) -> Iterator[str]:
        """Listen; give the peer."""
        Thread(target=self.serve_forever, daemon=True).start()
        try:
            yield f"127.0.0.1:{self.server_port}"
        finally:
            self.shutdown()
            self.server_close()


class _Said(BaseHTTPRequestHandler):
    server: Robot

    def do_POST(self) -> None:  # of http.server
        """Hear one message."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        code = self.server.codes.pop(0) if self.server.codes else 0
        if code == 0:
            self.server.said.append(body["text"]["content"])
        answer = json.dumps({"errcode": code}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def reached(office: CaseOffice, **ways: str) -> None:
    """Give 张三 an address."""
    with TimerOffice(office, Settings()).writing("cli") as desk:
        row = account_by_login(desk, ZHANG.login)
        tell(desk, OPERATOR, Kind.ACCOUNT_CHANGED, [change("account", row, **ways)])


def told(office: CaseOffice, *names: str) -> None:
    """Remind 张三 of something."""
    with TimerOffice(office, Settings()).writing("cli") as desk:
        account = account_by_login(desk, ZHANG.login)
        for name in names:
            notify(desk, account.id, "remind", {"code": "DB-2026-0001", "text": name})


def undelivered(office: CaseOffice) -> list[Any]:
    """List what is undelivered."""
    with TimerOffice(office, Settings()).reading("cli") as desk:
        return list(list_outbox(desk, OPERATOR))


@pytest.fixture
def office(case_office: CaseOffice) -> CaseOffice:
    """Give an office in the morning, in which nobody was told anything yet."""
    case_office.at = MORNING
    return case_office


def node(office: CaseOffice, **settings: Any) -> Node:  # noqa: ANN401  # of the settings
    """Give a node that empties the outbox."""
    return Node(TimerOffice(office, Settings(mail_from="duban@office.test", **settings)))


def text_of(letter: Any) -> str:  # noqa: ANN401  # an e-mail
    """Read the text of a mail."""
    return str(letter.get_payload(decode=True).decode())


def test_all_of_a_half_day_is_one_mail(office: CaseOffice) -> None:
    reached(office, email="zhang@office.test")
    told(office, "甲", "乙")
    box = Mailbox()
    with box.open() as url:
        sender = node(office, smtp_url=url)
        sender.drain()
        assert sender.drain() == 0
    (letter,) = box.taken
    assert letter["To"] == "zhang@office.test"
    assert "甲" in text_of(letter)
    assert "乙" in text_of(letter)
    assert undelivered(office) == []


def test_a_robot_that_fails_has_no_mail_sent_again(office: CaseOffice) -> None:
    box, robot = Mailbox(), Robot(45009)
    with box.open() as url, robot.open() as peer:
        reached(office, email="zhang@office.test", robot=f"wecom+http://{peer}/hook")
        told(office, "甲")
        sender = node(office, smtp_url=url, outbound_allow=(peer,))
        sender.drain()
        assert (len(box.taken), len(robot.said)) == (1, 0)
        assert "45009" in undelivered(office)[0]["last_error"]
        office.passes(minutes=2)
        sender.drain()
    assert (len(box.taken), len(robot.said)) == (1, 1)
    assert undelivered(office) == []


def test_a_mail_that_is_tried_again_is_the_very_same(office: CaseOffice) -> None:
    reached(office, email="zhang@office.test")
    told(office, "甲")
    box = Mailbox("452 later")
    with box.open() as url:
        sender = node(office, smtp_url=url)
        sender.drain()
        assert box.taken == []
        told(office, "乙")
        office.passes(minutes=2)
        sender.drain()
        first, again = box.offered
        assert (first["Message-ID"], text_of(first)) == (again["Message-ID"], text_of(again))
        assert "乙" not in text_of(again)
        office.at = MORNING + timedelta(hours=6)  # the afternoon
        sender.drain()
    assert "乙" in text_of(box.taken[-1])
    assert box.taken[-1]["Message-ID"] != again["Message-ID"]


def test_what_is_refused_for_good_is_laid_aside_and_holds_nothing_up(office: CaseOffice) -> None:
    reached(office, email="zhang@office.test")
    told(office, "甲")
    box = Mailbox("550 no such user")
    with box.open() as url:
        sender = node(office, smtp_url=url)
        sender.drain()
        (dead,) = undelivered(office)
        assert (dead["dead"], dead["attempts"]) == (True, 1)
        assert "550" in dead["last_error"]
        told(office, "乙")
        office.at = MORNING + timedelta(hours=6)
        sender.drain()
        assert "乙" in text_of(box.taken[0])
        with TimerOffice(office, Settings()).writing("cli") as desk:
            for unknown in ("9999", "", "没有", dead["key"][:-1]):
                with pytest.raises(NotFoundError, match="no undelivered notice"):
                    retry_outbox(desk, OPERATOR, [dead["key"], unknown])
            assert retry_outbox(desk, OPERATOR, [dead["key"]]) == 1
            with pytest.raises(ConflictError, match="is not laid aside"):
                retry_outbox(desk, OPERATOR, [dead["key"]])
        sender.drain()
    assert "甲" in text_of(box.taken[1])
    assert undelivered(office) == []


def test_what_fails_too_often_is_laid_aside(office: CaseOffice) -> None:
    reached(office, email="zhang@office.test")
    told(office, "甲")
    sender = node(office, smtp_url="smtp://127.0.0.1:1")
    for _ in range(MOST_ATTEMPTS * 7):
        sender.drain()
        office.passes(hours=1)
        (dead,) = undelivered(office)
        if dead["dead"]:
            break
    assert (dead["dead"], dead["attempts"]) == (True, MOST_ATTEMPTS)
    assert sender.drain() == 0


class _Offering(socketserver.StreamRequestHandler):
    """Offers STARTTLS and then cannot; notes every line that it was sent."""

    def handle(self) -> None:
        """Speak until told to quit."""
        self.wfile.write(b"220 sink\r\n")
        for line in self.rfile:
            verb = line.split()[0].upper() if line.split() else b""
            self.server.heard.append(verb)  # type: ignore[attr-defined]
            if verb == b"EHLO":
                self.wfile.write(b"250-sink\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n")
            elif verb == b"STARTTLS":
                self.wfile.write(b"454 not now\r\n")
            elif verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 OK\r\n")


def test_where_starttls_is_offered_no_word_goes_in_the_clear() -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Offering) as sink:
        sink.heard = []  # type: ignore[attr-defined]
        Thread(target=sink.serve_forever, daemon=True).start()
        url = f"smtp://duban:secret@127.0.0.1:{sink.server_address[1]}"
        server = MailServer(url, "duban@office.test", "office.test")
        mail = Mail("digest:1", "zhang@office.test", "一", "二")
        with pytest.raises(ChannelError) as refused:
            server.send(mail, MORNING)
        sink.shutdown()
        assert not refused.value.permanent
        heard = sink.heard  # type: ignore[attr-defined]
        assert b"STARTTLS" in heard
        assert not {b"AUTH", b"MAIL", b"DATA"} & set(heard)


def test_a_flood_of_webhooks_keeps_no_mail_waiting(office: CaseOffice) -> None:
    """Mail and webhooks go out by turns, however long the one or the other has been due."""
    reached(office, email="zhang@office.test")
    told(office, "甲")
    with office.database.transaction() as conn:
        for n in range(50):
            payload = {"webhook": 1, "stream": 1, "seq": n}
            jobs.put(conn, f"flood:{n}", "webhook", office.at - timedelta(days=1), payload)
    sender = node(office)
    taken = [sender._claim() for _ in range(4)]  # noqa: SLF001  # the turns themselves
    assert [job.kind for job in taken if job] in (
        ["webhook", "digest", "webhook", "webhook"], ["digest", "webhook", "webhook", "webhook"],
    )  # fmt: skip
