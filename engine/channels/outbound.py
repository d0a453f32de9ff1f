"""The one way out over HTTP: to allowed hosts alone, resolved once and pinned, never redirected.

A host and port that are not on the list of `DUBAN_OUTBOUND_ALLOW` are not asked. The address is
looked up once and the connection goes to that very address, so that a name cannot mean an allowed
host when it is checked and another when it is called. Nothing follows a redirect, and of an answer
no more is read than is needed to say that it came.
"""

import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

CONNECT_SECONDS, WHOLE_SECONDS = 5.0, 10.0
MOST_READ = 64 * 1024
"""Bytes of an answer that are read at most."""
_PORTS = {"http": 80, "https": 443}
_TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


class ChannelError(Exception):
    """It was not taken. `permanent` says that trying again would not help."""

    def __init__(self, why: str, *, permanent: bool = False) -> None:
        self.why = why
        self.permanent = permanent
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Outbound:
    """The way out, for the hosts of `allow` (`host:port`)."""

    allow: tuple[str, ...]

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        """Send a body and give the beginning of the answer. Raises ChannelError."""
        parts, host, port = self._allowed(url)
        connection = _connection(parts.scheme, host, port, _address(host, port))
        deadline = time.monotonic() + WHOLE_SECONDS
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        try:
            connection.request("POST", path, body, {**headers, "Connection": "close"})
            response = connection.getresponse()
            answer = _beginning(response, deadline)
        except (OSError, HTTPException) as error:
            raise ChannelError(f"{host}:{port}: {type(error).__name__}") from error
        finally:
            connection.close()
        _judge(response.status, f"{host}:{port}")
        return answer

    def _allowed(self, url: str) -> tuple[SplitResult, str, int]:
        try:
            parts = urlsplit(url)
            port = parts.port or _PORTS.get(parts.scheme, 0)
        except ValueError as error:
            raise ChannelError("the address cannot be read", permanent=True) from error
        host = (parts.hostname or "").lower()
        if parts.scheme not in _PORTS or not host or parts.username is not None:
            raise ChannelError("the address cannot be used", permanent=True)
        if f"{host}:{port}" not in {peer.lower() for peer in self.allow}:
            raise ChannelError(f"{host}:{port} is not in DUBAN_OUTBOUND_ALLOW", permanent=True)
        return parts, host, port


def _address(host: str, port: int) -> str:
    """Look a host up, once."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ChannelError(f"{host}: its address is not known") from error
    return str(found[0][4][0])


def _connection(scheme: str, host: str, port: int, address: str) -> HTTPConnection:
    """Connect to the address that was looked up; the name is kept for the certificate alone."""
    pinned = _Pinned(host, port, address, tls=scheme == "https")
    pinned.timeout = CONNECT_SECONDS
    return pinned


class _Pinned(HTTPConnection):
    """A connection to one address, whatever its name would mean by now."""

    def __init__(self, host: str, port: int, address: str, *, tls: bool) -> None:
        super().__init__(host, port, timeout=CONNECT_SECONDS)
        self.default_port = HTTPSConnection.default_port if tls else HTTPConnection.default_port
        self._address = address
        self._tls = ssl.create_default_context() if tls else None

    def connect(self) -> None:
        """Connect, and for TLS hold the certificate to the name."""
        plain = socket.create_connection((self._address, self.port), CONNECT_SECONDS)
        self.sock = plain
        if self._tls is not None:
            self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


def _beginning(response: HTTPResponse, deadline: float) -> bytes:
    """Read no more than needed, and not for ever: an answer may trickle or be endless."""
    read = b""
    while len(read) < MOST_READ:
        if time.monotonic() > deadline:
            raise OSError("too slow")
        chunk = response.read1(MOST_READ - len(read))
        if not chunk:
            break
        read += chunk
    return read


def _judge(status: int, peer: str) -> None:
    if 200 <= status < 300:  # noqa: PLR2004  # the range of success
        return
    raise ChannelError(f"{peer} answered {status}", permanent=status not in _TRY_AGAIN)
