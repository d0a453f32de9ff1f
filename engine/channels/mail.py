"""Mail: one message to one official, by SMTP."""

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from engine.channels.outbound import ChannelError

SECONDS = 10.0
_PORTS = {"smtp": 25, "smtps": 465}
_TEMPORARY = 500


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
        try:
            with self._connected() as server:
                server.send_message(_letter(self, mail, at))
        except smtplib.SMTPResponseException as error:
            permanent = error.smtp_code >= _TEMPORARY
            raise ChannelError(f"mail: {error.smtp_code}", permanent=permanent) from error
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            permanent = all(code >= _TEMPORARY for code in codes)
            raise ChannelError(f"mail: {codes}", permanent=permanent) from error
        except (OSError, smtplib.SMTPException) as error:
            raise ChannelError(f"mail: {type(error).__name__}") from error

    def _connected(self) -> smtplib.SMTP:
        """Connect and sign in; nothing stays open where that fails."""
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        context = ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=SECONDS)
        try:
            server.ehlo_or_helo_if_needed()
            if parts.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=context)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except Exception:
            server.close()
            raise
        return server


def _letter(server: MailServer, mail: Mail, at: datetime) -> EmailMessage:
    letter = EmailMessage()
    letter["Subject"] = " ".join(mail.subject.split())
    letter["From"], letter["To"] = server.sender, mail.to
    letter["Date"] = format_datetime(at)
    letter["Message-ID"] = f"<{mail.key.replace(':', '.')}@{server.domain}>"
    letter.set_content(mail.text)
    return letter
