"""Whatever an address looks like, nobody is asked but who stands in `DUBAN_OUTBOUND_ALLOW`.

Two real listeners: one within, which must never hear of us, one that is allowed. A client that does
not look would reach the one within by most of the spellings, which is tried too.
"""

import socket
from collections.abc import Iterator
from contextlib import suppress
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

from engine.channels.outbound import ChannelError, Outbound

WITHIN, ALLOWED = "127.0.0.1", "127.0.0.2"
SPELLINGS = (
    # the address as it is, and as other numbers
    "http://127.0.0.1:{within}/", "http://127.1:{within}/", "http://127.0.1:{within}/",
    "http://2130706433:{within}/", "http://0x7f000001:{within}/", "http://0x7F.0.0.1:{within}/",
    "http://0x7f.0x0.0x0.0x1:{within}/", "http://017700000001:{within}/",
    "http://0177.0.0.1:{within}/", "http://0177.0000.0000.0001:{within}/",
    "http://127.0x0.0.1:{within}/", "http://127.0.0.01:{within}/", "http://127.00.00.01:{within}/",
    "http://0:{within}/", "http://0.0.0.0:{within}/", "http://127.127.127.127:{within}/",
    # IPv6, IPv4 within it, zones
    "http://[::1]:{within}/", "http://[0:0:0:0:0:0:0:1]:{within}/", "http://[::]:{within}/",
    "http://[::ffff:127.0.0.1]:{within}/", "http://[::ffff:7f00:1]:{within}/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]:{within}/", "http://[::127.0.0.1]:{within}/",
    "http://[64:ff9b::7f00:1]:{within}/", "http://[::1%25lo]:{within}/", "http://[::1%lo]:{within}/",
    "http://[fe80::1%25lo]:{within}/",
    # names
    "http://localhost:{within}/", "http://LOCALHOST:{within}/", "http://localhost.:{within}/",
    "http://127.0.0.1.:{within}/", "http://within.test:{within}/",
    "http://127.0.0.2.within.test:{within}/", "http://within.test.:{within}/",
    "http://ｌｏｃａｌｈｏｓｔ:{within}/", "http://①②⑦.⓪.⓪.①:{within}/", "http://127。0。0。1:{within}/",
    "http://127%2e0%2e0%2e1:{within}/", "http://%31%32%37.0.0.1:{within}/",
    # whose host is it
    "http://127.0.0.2:{allowed}@127.0.0.1:{within}/", "http://127.0.0.2@127.0.0.1:{within}/",
    "http://@127.0.0.1:{within}/", "http://u:p@127.0.0.2:{allowed}/",
    "http://127.0.0.1:{within}\\@127.0.0.2:{allowed}/",
    "http://127.0.0.1:{within}#@127.0.0.2:{allowed}/",
    "http://127.0.0.1:{within}?@127.0.0.2:{allowed}/",
    "http://127.0.0.1:{within}/@127.0.0.2:{allowed}/",
    "http://127.0.0.2:{allowed}:{within}/", "http://127.0.0.2:{within}/",
    "http://127.0.0.1\t:{within}/", "http://127.0.\n0.1:{within}/", " http://127.0.0.1:{within}/",
    "http:\\\\127.0.0.1:{within}/", "http:///127.0.0.1:{within}/", "//127.0.0.1:{within}/",
    "127.0.0.1:{within}", "http:127.0.0.1:{within}", "http://127.0.0.1:0{within}/",
    "http://127.0.0.1:+{within}/", "http://127.0.0.1:{within}.0/",
    # another way than http
    "https://127.0.0.1:{within}/", "ftp://127.0.0.2:{allowed}/", "gopher://127.0.0.1:{within}/",
    "file:///etc/passwd", "unix:///run/x", "javascript:1", "http+unix://127.0.0.2:{allowed}/",
    "", "http://", "http://:{allowed}/",
)  # fmt: skip
STILL_ALLOWED = (
    "http://127.0.0.2:{allowed}#@127.0.0.1:{within}/", "http://127.0.0.2:{allowed}/?@127.0.0.1",
    "http://127.0.0.2:{allowed}\\@127.0.0.1:{within}/", "HTTP://127.0.0.2:{allowed}",
    "http://127.0.0.2:{allowed}/\r\nHost: 127.0.0.1",
    "http://127.0.0.2:{allowed}//127.0.0.1:{within}/",
)  # fmt: skip
"""Addresses of the one that is allowed; some look as if they were another's."""
NOBODY_S = (
    "169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "fe80::1",
    "0.0.0.0",  # noqa: S104  # nothing is bound to it
    "::", "::ffff:0.0.0.0", "224.0.0.1", "ff02::1", "255.255.255.255",
)  # fmt: skip
SOMEBODY_S = ("127.0.0.1", "::1", "10.0.0.8", "192.168.1.9", "fd00::8", "8.8.8.8", "2001:db8::1")


class Listener:
    """Listens on an address, and answers whoever connects the same; `heard` is what was sent."""

    def __init__(self, host: str, port: int = 0, answer: bytes = b"") -> None:
        self.answer = answer or b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
        self.heard: list[bytes] = []
        self._socket = socket.create_server((host, port))
        self.port: int = self._socket.getsockname()[1]
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                one, _ = self._socket.accept()
                with one, suppress(OSError):
                    one.settimeout(2)
                    self.heard.append(b"")
                    self.heard[-1] = one.recv(65536)
                    one.sendall(self.answer)

    def close(self) -> None:
        """Listen no more."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@pytest.fixture
def within() -> Iterator[Listener]:
    """Give who must never hear of us."""
    listener = Listener(WITHIN)
    yield listener
    listener.close()


@pytest.fixture
def allowed() -> Iterator[Listener]:
    """Give who is allowed."""
    listener = Listener(ALLOWED)
    yield listener
    listener.close()


def resolving(patch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let names of the tests mean these addresses, one answer after the other; give who asked."""
    real, asked, left = socket.getaddrinfo, list[str](), list(answers)

    def look_up(host: Any, port: Any, *more: Any, **named: Any) -> Any:  # noqa: ANN401  # of the system
        if not str(host).rstrip(".").endswith(".test"):
            return real(host, port, *more, **named)
        asked.append(str(host))
        told = left.pop(0) if len(left) > 1 else left[0]
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "",
             (one, port))
            for one in told
        ]  # fmt: skip

    patch.setattr(socket, "getaddrinfo", look_up)
    return asked


def spelt(spelling: str, within: Listener, allowed: Listener) -> str:
    """Give an address of a spelling."""
    return spelling.format(within=within.port, allowed=allowed.port)


def test_no_spelling_of_an_address_within_is_asked(
    within: Listener, allowed: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = resolving(monkeypatch, [WITHIN])
    outbound = Outbound((f"{ALLOWED}:{allowed.port}", "hooks.test:443", "[fd00::8]:443"))
    for spelling in SPELLINGS:
        url = spelt(spelling, within, allowed)
        for ask in (outbound.get, outbound.peer, lambda to: outbound.post(to, b"{}", {})):
            with pytest.raises(ChannelError) as refused:
                ask(url)
            assert refused.value.permanent, (url, refused.value.why)
    assert (within.heard, allowed.heard, asked) == ([], [], [])


def test_a_client_that_does_not_look_reaches_it_by_most_of_them(
    within: Listener, allowed: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch, [WITHIN])
    reached = 0
    for spelling in SPELLINGS:
        with suppress(OSError, ValueError, UnicodeError):
            parts = urlsplit(spelt(spelling, within, allowed))
            host = str(parts.hostname)
            if not host.rstrip(".").endswith((".test", "localhost")):
                socket.getaddrinfo(host, parts.port, flags=socket.AI_NUMERICHOST)  # no names
            if parts.port == within.port and parts.scheme == "http":
                with socket.create_connection((host, parts.port), 2):
                    reached += 1
    assert reached >= 25


def test_whoever_is_allowed_is_reached_however_it_is_dressed(
    within: Listener, allowed: Listener
) -> None:
    outbound = Outbound((f"{ALLOWED}:{allowed.port}",))
    for number, spelling in enumerate(STILL_ALLOWED, 1):
        with suppress(ChannelError):  # what HTTP cannot say is not sent
            outbound.post(spelt(spelling, within, allowed), b"{}", {})
        assert within.heard == []
        assert len(allowed.heard) <= number
    asked = [heard for heard in allowed.heard if heard]
    assert len(asked) >= 4
    for heard in asked:
        head = heard.partition(b"\r\n\r\n")[0].split(b"\r\n")
        assert [line for line in head if line.lower().startswith(b"host:")] == [
            f"Host: {ALLOWED}:{allowed.port}".encode()
        ]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_leads_within(within: Listener, status: int) -> None:
    answer = (
        f"HTTP/1.1 {status} Elsewhere\r\nLocation: http://{WITHIN}:{within.port}/\r\n"
        f"Refresh: 0; url=http://{WITHIN}:{within.port}/\r\nContent-Length: 0\r\n\r\n"
    )
    sender = Listener(ALLOWED, answer=answer.encode())
    outbound, url = Outbound((f"{ALLOWED}:{sender.port}",)), f"http://{ALLOWED}:{sender.port}/"
    with pytest.raises(ChannelError, match=str(status)):
        outbound.get(url)
    with pytest.raises(ChannelError, match=str(status)):
        outbound.post(url, b"{}", {})
    sender.close()
    assert len(sender.heard) == 2
    assert within.heard == []


def test_a_name_is_looked_up_once_and_its_first_answer_counts(
    within: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that means another machine a moment later, or two at once, leads nowhere else."""
    other = Listener(ALLOWED, within.port)
    asked = resolving(monkeypatch, [ALLOWED], [WITHIN])
    outbound = Outbound((f"hooks.test:{within.port}",))
    url = f"http://hooks.test:{within.port}/"
    outbound.post(url, b"{}", {})
    assert (len(asked), len(other.heard), within.heard) == (1, 1, [])
    resolving(monkeypatch, [ALLOWED, WITHIN])
    outbound.post(url, b"{}", {})
    other.close()
    with pytest.raises(ChannelError) as refused:
        outbound.post(url, b"{}", {})
    assert refused.value.unreachable
    assert (len(other.heard), within.heard) == (2, [])


def test_of_a_name_that_leads_within_by_tls_no_certificate_fits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = Listener(WITHIN, answer=b"HTTP/1.1 200 OK\r\n\r\n")
    resolving(monkeypatch, [WITHIN])
    outbound = Outbound((f"hooks.test:{plain.port}",))
    with pytest.raises(ChannelError) as refused:
        outbound.post(f"https://hooks.test:{plain.port}/", b"canary", {})
    plain.close()
    assert "SSL" in refused.value.why
    assert all(b"canary" not in heard for heard in plain.heard)


@pytest.mark.parametrize("address", NOBODY_S)
def test_an_address_that_no_receiver_has_is_not_asked(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch, [address])
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("it was asked"))
    outbound = Outbound(("hooks.test:80", f"[{address}]:80", f"{address}:80"))
    literal = f"[{address}]" if ":" in address else address
    for host in ("hooks.test", literal):
        with pytest.raises(ChannelError, match="where nobody receives"):
            outbound.get(f"http://{host}/")


@pytest.mark.parametrize("address", SOMEBODY_S)
def test_an_intranet_and_this_machine_may_receive(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch, [address])
    called: list[Any] = []

    def connect(peer: Any, _: float) -> Any:  # noqa: ANN401  # of the system
        called.append(peer)
        raise OSError

    monkeypatch.setattr(socket, "create_connection", connect)
    literal = f"[{address}]" if ":" in address else address
    outbound = Outbound(("hooks.test:80", f"{literal}:80"))
    for host in ("hooks.test", literal):
        with pytest.raises(ChannelError, match="OSError"):
            outbound.get(f"http://{host}/")
    assert called == [(address, 80), (address, 80)]


def test_a_peer_of_ipv6_is_reached_as_the_list_spells_it(
    allowed: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    called, connect = [], socket.create_connection

    def instead(peer: tuple[str, int], seconds: float) -> socket.socket:
        """Stand for a machine that has IPv6, whether or not this one has."""
        called.append(peer)
        return connect((ALLOWED, allowed.port), seconds)

    monkeypatch.setattr(socket, "create_connection", instead)
    Outbound((f"[::1]:{allowed.port}",)).post(f"http://[::1]:{allowed.port}/", b"{}", {})
    assert called == [("::1", allowed.port)]
    assert f"Host: [::1]:{allowed.port}".encode() in allowed.heard[0]
