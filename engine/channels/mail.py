"""Mail: one message to one official, by SMTP."""

import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from engine.channels.limit import CONNECT_SECONDS, WHOLE_SECONDS, at_most, handshake, wrapped
from engine.channels.outbound import MOST_READ, ChannelError

_PORTS = {"smtp": 25, "smtps": 465}
_TEMPORARY = 500
_READY = 220


@dataclass(frozen=True, slots=True)
class Mail:
    """A message; `key` is its stable id: sent again, it is the same message."""

    key: str
    to: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server of `DUBAN_SMTP_URL`, and the sender of `DUBAN_MAIL_FROM`."""

    url: str
    sender: str
    domain: str

    def send(self, mail: Mail, at: datetime) -> None:
        """Send a message. Raises ChannelError."""
        server = _Server(self.url)
        try:
            with at_most(WHOLE_SECONDS, lambda: server.sock):
                self._greet(server)
                server.send_message(_letter(self, mail, at))
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()  # it is taken, whatever the server says to a farewell
        except smtplib.SMTPResponseException as error:
            permanent = error.smtp_code >= _TEMPORARY
            raise ChannelError(f"mail: {error.smtp_code}", permanent=permanent) from error
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            permanent = all(code >= _TEMPORARY for code in codes)
            raise ChannelError(f"mail: {codes}", permanent=permanent) from error
        except (OSError, smtplib.SMTPException) as error:
            raise ChannelError(f"mail: {type(error).__name__}", unreachable=True) from error
        finally:
            server.close()

    def _greet(self, server: "_Server") -> None:
        """Connect and sign in."""
        parts = urlsplit(self.url)
        code, _ = server.connect(parts.hostname or "", parts.port or _PORTS[parts.scheme])
        if code != _READY:
            raise smtplib.SMTPResponseException(code, b"")
        server.ehlo_or_helo_if_needed()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))


class _Server(smtplib.SMTP):
    """Speaks with a mail server that may be slow, talk for ever or fall silent."""

    def __init__(self, url: str) -> None:
        super().__init__(timeout=CONNECT_SECONDS)
        parts = urlsplit(url)
        self._host = parts.hostname or ""  # what STARTTLS holds the certificate to
        self._tls = parts.scheme == "smtps"

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((host, port), timeout)
        self.sock = wrapped(plain, host) if self._tls else plain  # can be cut off from now on
        handshake(self.sock)
        return self.sock

    def getreply(self) -> tuple[int, bytes]:
        """Read a reply, of so much at most."""
        if self.file is None and self.sock is not None:
            self.file = _Few(self.sock.makefile("rb"))
        return super().getreply()


class _Few:
    """A file of which no more is read than replies need."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._left = MOST_READ

    def readline(self, size: int) -> bytes:
        """Read a line. Raises OSError after too many."""
        line = self._file.readline(size)
        self._left -= len(line)
        if self._left < 0:
            raise OSError("too much")
        return line

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _letter(server: MailServer, mail: Mail, at: datetime) -> EmailMessage:
    letter = EmailMessage()
    letter["Subject"] = " ".join(mail.subject.split())
    letter["From"], letter["To"] = server.sender, mail.to
    letter["Date"] = format_datetime(at)
    letter["Message-ID"] = f"<{mail.key.replace(':', '.')}@{server.domain}>"
    letter.set_content(mail.text)
    return letter
