"""Mail and webhooks over TLS: a certificate that is the peer's own is trusted, no other is."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from engine.channels.mail import Mail, MailServer
from engine.channels.outbound import ChannelError, Outbound

AT = datetime(2026, 3, 3, 7, tzinfo=UTC)
MAIL = Mail("digest-1", "zhang@office.test", "督办提醒", "甲")


def certificate(folder: Path, name: str, days: int = 2) -> tuple[Path, Path]:
    """Make a throw-away certificate that signs itself; give its file and that of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)  # TLS judges by the machine's own clock
    made = (
        x509.CertificateBuilder()
        .subject_name(who).issuer_name(who).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3)).not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    cert, secret = folder / f"{name}-{days}.pem", folder / f"{name}-{days}.key"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ))  # fmt: skip
    return cert, secret


@pytest.fixture
def own(tmp_path: Path) -> tuple[Path, Path]:
    """Give the certificate of localhost."""
    return certificate(tmp_path, "localhost")


def context_of(pair: tuple[Path, Path]) -> ssl.SSLContext:
    """Give what a server shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    return context


class _Asked(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """Take a body."""
        self.server.taken.append(self.rfile.read(int(self.headers["Content-Length"])))  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Quiet(HTTPServer):
    taken: list[bytes]

    def handle_error(self, *_: object) -> None:
        """Let whoever broke off go: a wrong certificate is refused by the other side."""


@contextmanager
def https(pair: tuple[Path, Path]) -> Iterator[tuple[int, list[bytes]]]:
    """Listen with a certificate; give the port and what is taken."""
    server = _Quiet(("127.0.0.1", 0), _Asked)
    server.taken = []
    server.socket = context_of(pair).wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1], server.taken
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def smtp(pair: tuple[Path, Path], scheme: str) -> Iterator[tuple[str, list[bytes]]]:
    """Listen for mail, with TLS from the start (`smtps`) or after STARTTLS (`smtp`)."""
    taken: list[bytes] = []

    class Box:
        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802, ANN401  # of aiosmtpd
            """Take a message."""
            taken.append(envelope.content)
            return "250 OK"

    how: dict[str, Any] = (
        {"ssl_context": context_of(pair)} if scheme == "smtps"
        else {"tls_context": context_of(pair), "require_starttls": True}
    )  # fmt: skip
    port = _free_port()
    controller: Any = Controller(Box(), hostname="127.0.0.1", port=port, **how)
    # It would knock at its own door with TLS and take the refusal of the certificate for a failure.
    controller._trigger_server = lambda: socket.create_connection(("127.0.0.1", port)).close()  # noqa: SLF001
    controller.start()
    try:
        yield f"{scheme}://localhost:{port}", taken
    finally:
        controller.stop()


def _free_port() -> int:
    with HTTPServer(("127.0.0.1", 0), _Asked) as probe:
        return int(probe.server_address[1])


def test_https_reaches_who_shows_the_trusted_certificate(
    own: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(own[0]))
    with https(own) as (port, taken):
        Outbound((f"localhost:{port}",)).post(f"https://localhost:{port}/", b"{}", {})
        assert taken == [b"{}"]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_mail_reaches_who_shows_the_trusted_certificate(
    own: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(own[0]))
    with smtp(own, scheme) as (url, taken):
        MailServer(url, "duban@office.test", "office.test").send(MAIL, AT)
        assert len(taken) == 1


WRONG = {
    "unknown": ("localhost", 2, False), "another name": ("elsewhere.test", 2, True),
    "expired": ("localhost", -1, True),
}  # fmt: skip
"""What a peer may show that is not to be trusted: for which name, how long, and whether its maker
is known."""


@pytest.mark.parametrize("why", WRONG)
@pytest.mark.parametrize("scheme", ["https", "smtp", "smtps"])
def test_a_wrong_certificate_is_refused_and_nothing_is_sent(
    own: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: str, scheme: str
) -> None:
    name, days, known = WRONG[why]
    folder = tmp_path / "shown"
    folder.mkdir()
    shown = certificate(folder, name, days)
    monkeypatch.setenv("SSL_CERT_FILE", str(shown[0] if known else own[0]))
    if scheme == "https":
        with https(shown) as (port, taken):
            outbound = Outbound((f"localhost:{port}",))
            with pytest.raises(ChannelError, match="SSLCertVerificationError") as refused:
                outbound.post(f"https://localhost:{port}/", b"{}", {})
    else:
        with smtp(shown, scheme) as (url, taken):
            server = MailServer(url, "duban@office.test", "office.test")
            with pytest.raises(ChannelError, match="SSLCertVerificationError") as refused:
                server.send(MAIL, AT)
    assert taken == []
    assert refused.value.unreachable
    assert not refused.value.permanent
