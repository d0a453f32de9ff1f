"""The one way out over HTTP: to allowed hosts alone, resolved once and pinned, never redirected.

A host and port that are not on the list of `DUBAN_OUTBOUND_ALLOW` are not asked. The address is
looked up once and the connection goes to that very address, so that a name cannot mean an allowed
host when it is checked and another when it is called. An address that no receiver has, such as that
at which machines of a cloud learn their keys, is not asked whatever name leads there. Nothing
follows a redirect, and of an answer no more is read than is needed to say that it came.
"""

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from engine.channels.limit import CONNECT_SECONDS, WHOLE_SECONDS, at_most, handshake, wrapped

MOST_READ = 64 * 1024
"""Bytes of an answer that are read at most."""
_PORTS = {"http": 80, "https": 443}
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""IPv4 as networks of IPv6 alone see it (RFC 6052)."""
_EVERYBODY = ipaddress.ip_address("255.255.255.255")
_TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


class ChannelError(Exception):
    """It was not taken. `permanent` says that trying again would not help.

    `unreachable` says that the peer itself failed, so that others' messages to it may wait too.
    `status` is what it answered, where it did.
    """

    def __init__(
        self,
        why: str,
        *,
        permanent: bool = False,
        unreachable: bool = False,
        status: int | None = None,
    ) -> None:
        self.why = why
        self.status = status
        self.permanent = permanent
        self.unreachable = unreachable
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Outbound:
    """The way out, for the hosts of `allow` (`host:port`)."""

    allow: tuple[str, ...]

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        """Send a body and give the beginning of the answer. Raises ChannelError."""
        return self._exchange("POST", url, body, headers)

    def get(self, url: str) -> bytes:
        """Ask for a document and give its beginning. Raises ChannelError."""
        return self._exchange("GET", url, None, {"Accept": "application/json"})

    def _exchange(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> bytes:
        parts, host, port = self._allowed(url)
        peer = _spelt(host, port)
        connection = _Pinned(host, port, _address(host, port), tls=parts.scheme == "https")
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        try:
            with at_most(WHOLE_SECONDS, lambda: connection.opened) as over:
                connection.request(method, path, body, {**headers, "Connection": "close"})
                response = connection.getresponse()
                answer = _beginning(response)
                if over.is_set():
                    raise TimeoutError
        except (OSError, HTTPException) as error:
            why = "TimeoutError" if over.is_set() else type(error).__name__
            raise ChannelError(f"{peer}: {why}", unreachable=True) from error
        finally:
            connection.close()
        _judge(response.status, peer)
        return answer

    def peer(self, url: str) -> str:
        """Name who would be reached. Raises ChannelError."""
        _, host, port = self._allowed(url)
        return _spelt(host, port)

    def _allowed(self, url: str) -> tuple[SplitResult, str, int]:
        try:
            parts = urlsplit(url)
            port = parts.port or _PORTS.get(parts.scheme, 0)
        except ValueError as error:
            raise ChannelError("the address cannot be read", permanent=True) from error
        host = (parts.hostname or "").lower()
        if parts.scheme not in _PORTS or not host or parts.username is not None:
            raise ChannelError("the address cannot be used", permanent=True)
        peer = _spelt(host, port)
        if peer not in {one.lower() for one in self.allow}:
            raise ChannelError(f"{peer} is not in DUBAN_OUTBOUND_ALLOW", permanent=True)
        return parts, host, port


def _spelt(host: str, port: int) -> str:
    """Spell a peer as the list does."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _address(host: str, port: int) -> str:
    """Look a host up, once."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ChannelError(f"{host}: its address is not known", unreachable=True) from error
    address = str(found[0][4][0])
    if not _is_somebody_s(address):
        raise ChannelError(f"{host} leads to {address}, where nobody receives", unreachable=True)
    return address


def _is_somebody_s(address: str) -> bool:
    """Tell whether a receiver can have an address: this machine may, and so may an intranet."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        within = found.packed[-4:] if found in _TRANSLATED else None
        found = ipaddress.IPv4Address(within) if within else found.ipv4_mapped or found
    nobody = found.is_unspecified or found.is_link_local or found.is_multicast
    return not nobody and found != _EVERYBODY


class _Pinned(HTTPConnection):
    """A connection to one address, whatever its name would mean by now."""

    def __init__(self, host: str, port: int, address: str, *, tls: bool) -> None:
        super().__init__(host, port, timeout=CONNECT_SECONDS)
        self.default_port = HTTPSConnection.default_port if tls else HTTPConnection.default_port
        self.opened: socket.socket | None = None
        self._address = address
        self._tls = tls

    def connect(self) -> None:
        """Connect, and for TLS hold the certificate to the name."""
        plain = socket.create_connection((self._address, self.port), CONNECT_SECONDS)
        self.sock = self.opened = wrapped(plain, self.host) if self._tls else plain
        handshake(self.sock)


def _beginning(response: HTTPResponse) -> bytes:
    """Read no more than needed: an answer may be endless."""
    read = b""
    while len(read) < MOST_READ:
        chunk = response.read1(MOST_READ - len(read))
        if not chunk:
            break
        read += chunk
    return read


def _judge(status: int, peer: str) -> None:
    if 200 <= status < 300:  # noqa: PLR2004  # the range of success
        return
    lasting = status not in _TRY_AGAIN
    raise ChannelError(f"{peer} answered {status}", permanent=lasting, status=status)
