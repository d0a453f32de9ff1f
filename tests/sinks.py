"""Real sinks on loopback: an SMTP server and an HTTP receiver that can be well or ill in every way.

An ill one keeps its port: it closes each connection at once (`refuse`), says nothing (`hang`), says
a byte now and then (`trickle`), sends elsewhere (`redirect`), or answers without end (`huge`).
"""

import socket
import socketserver
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from threading import Event, Thread
from typing import Any

from aiosmtpd.controller import Controller

ILL = ("refuse", "hang", "trickle", "redirect", "huge")
_HUGE = 1024 * 1024 * 1024
_CHUNK = b"x" * 65_536
_REDIRECT = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Received:
    """A request that was taken."""

    headers: dict[str, str]
    body: bytes


@dataclass
class HttpSink:
    """An HTTP receiver; `mood` is `well` or how it is ill, and may change at any time.

    `heard` are the events to which it answered 200, however the answer went on.
    """

    mood: str = "well"
    taken: list[Received] = field(default_factory=list)
    heard: set[str] = field(default_factory=set)
    asked: int = 0
    sent: int = 0
    over: Event = field(default_factory=Event)

    @contextmanager
    def open(self) -> Iterator[str]:
        """Listen; give the peer."""
        with _Listening(("127.0.0.1", 0), _Asked) as server:
            server.sink = self
            Thread(target=server.serve_forever, daemon=True).start()
            try:
                yield f"127.0.0.1:{server.server_address[1]}"
            finally:
                self.over.set()
                server.shutdown()


class _Listening(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    sink: Any


class _Asked(socketserver.StreamRequestHandler):
    server: _Listening

    def handle(self) -> None:
        """Answer one request in the mood of the moment."""
        sink = self.server.sink
        sink.asked += 1
        with suppress(OSError):
            if sink.mood == "refuse":
                return
            received = self._read()
            if sink.mood in {"well", "huge"}:
                sink.heard.add(received.headers.get("duban-event-id", ""))
            if sink.mood == "well":
                sink.taken.append(received)
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            else:
                _be_ill(sink, self.wfile, _REDIRECT, b"HTTP/1.1 200 OK\r\nX-Slow: ")

    def _read(self) -> Received:
        self.rfile.readline()
        headers = {}
        while line := self.rfile.readline().decode().strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return Received(headers, self.rfile.read(int(headers.get("content-length", 0))))


def _be_ill(sink: Any, out: Any, elsewhere: bytes, slowly: bytes) -> None:  # noqa: ANN401  # either sink, a file
    if sink.mood == "redirect":
        out.write(elsewhere)
    elif sink.mood == "huge":
        out.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % _HUGE)
        for _ in range(_HUGE // len(_CHUNK)):
            out.write(_CHUNK)
            sink.sent += len(_CHUNK)
    else:
        out.write(slowly if sink.mood == "trickle" else b"")
        while not sink.over.wait(0.05):
            out.write(b"x" if sink.mood == "trickle" else b"")


@dataclass
class MailSink:
    """An SMTP server; while it is ill another one keeps its port."""

    taken: list[Message] = field(default_factory=list)
    mood: str = "well"
    over: Event = field(default_factory=Event)
    port: int = 0
    _close: Any = None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802, ANN401  # of aiosmtpd
        """Take a message."""
        self.taken.append(message_from_bytes(envelope.content))
        return "250 OK"

    @contextmanager
    def open(self, mood: str = "well") -> Iterator[str]:
        """Listen; give the URL."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.become(mood)
        try:
            yield f"smtp://127.0.0.1:{self.port}"
        finally:
            self._close()

    def become(self, mood: str) -> None:
        """Be well or ill from now on."""
        if self._close is not None:
            self._close()
        self.mood, self.over = mood, Event()
        if mood == "well":
            controller = Controller(self, hostname="127.0.0.1", port=self.port)
            controller.start()
            self._close = controller.stop
            return
        server = _Listening(("127.0.0.1", self.port), _Connected)
        server.sink = self
        Thread(target=server.serve_forever, daemon=True).start()

        def close() -> None:
            self.over.set()
            server.shutdown()
            server.server_close()

        self._close = close


class _Connected(socketserver.StreamRequestHandler):
    server: _Listening

    def handle(self) -> None:
        """Treat one client in the mood of the moment."""
        sink = self.server.sink
        with suppress(OSError):
            if sink.mood == "huge":
                for _ in range(_HUGE // 1000):
                    self.wfile.write(b"220-" + b"x" * 994 + b"\r\n")
            elif sink.mood == "refuse":
                self.wfile.write(b"421 not now\r\n")
            else:
                _be_ill(sink, self.wfile, b"", b"220-slow")


def wait_until(holds: Any, seconds: float = 60.0) -> None:  # noqa: ANN401  # a call
    """Wait until something holds."""
    last = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < last, "it did not come about"
        time.sleep(0.02)
