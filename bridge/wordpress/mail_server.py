"""The way to the operator's mail server: plain text in, a verdict out.

The host is the operator's own word, so it may be a private address, as a database may. Every wait has an end; nothing
is said before TLS is there where it is asked for, and the server's certificate is checked.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as WIRE_POLICY
from email.utils import formatdate

from bridge.errors import MailFailed, NoSuchMailbox
from bridge.mail_settings import MailSettings

STEP_SECONDS = 15.0  # for the connection, and for each answer
PERMANENT = 500  # SMTP: from here on the same will be answered again


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail in plain text."""

    to: str  # mail_settings.ascii_address
    name: str  # of who writes: the bank
    subject: str
    text: str
    language: str
    stop_url: str  # one click there, and no more mails come
    id: str  # the same for the same mail, so that one sent twice is shown once


class MailServer:
    """Hands mails in, several over one connection."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """A connection that is ready to take mails.

        Raises:
            MailFailed: there is none, or it speaks no TLS, or it does not know us.
        """
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            raise MailFailed(f"the mail server cannot be used: {_verdict(error)}") from None
        try:
            yield Connection(server, self._settings.sender)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()

    def probe(self) -> None:
        """Whether it answers, and knows us; nothing is sent.

        Raises:
            MailFailed: it does not.
        """
        with self.connected():
            pass

    def _connect(self) -> smtplib.SMTP:
        settings, context = self._settings, ssl.create_default_context()
        name = settings.sender.rpartition("@")[2]
        server: smtplib.SMTP
        if settings.tls == "from the start":
            server = smtplib.SMTP_SSL(settings.host, settings.port, name, timeout=STEP_SECONDS, context=context)
        else:
            server = smtplib.SMTP(settings.host, settings.port, name, timeout=STEP_SECONDS)
        try:
            if settings.tls == "starttls":
                server.starttls(context=context)
            if settings.user:
                server.login(settings.user, settings.password)
        except BaseException:
            server.close()
            raise
        return server


class Connection:
    """An open connection to the mail server."""

    def __init__(self, server: smtplib.SMTP, sender: str) -> None:
        self._server = server
        self._sender = sender

    def send(self, mail: Mail) -> None:
        """Hand one mail in.

        Raises:
            NoSuchMailbox: nothing is taken for this address, now or later. MailFailed: not now.
        """
        try:
            # The envelope says what the header says, and no more: one sender, one who gets it.
            self._server.sendmail(self._sender, [mail.to], wire_mail(mail, self._sender))
        except smtplib.SMTPRecipientsRefused as refusal:
            code = max((status for status, _ in refusal.recipients.values()), default=PERMANENT)
            if code >= PERMANENT:
                raise NoSuchMailbox(f"the mail server refuses the address ({code})", status=code) from None
            raise MailFailed(f"the mail server takes nothing for the address now ({code})") from None
        except (OSError, smtplib.SMTPException) as error:
            raise MailFailed(f"the mail server did not take a mail: {_verdict(error)}") from None


def wire_mail(mail: Mail, sender: str) -> bytes:
    """A mail as it travels; a line break in what should be one line is an error of ours, and raises `ValueError`."""
    message = EmailMessage(policy=WIRE_POLICY.clone(cte_type="7bit"))
    message["From"] = f'"{mail.name.translate(QUOTED)}" <{sender}>'
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers
    message["List-Unsubscribe"] = f"<{mail.stop_url}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    message.set_content(mail.text)
    message["Content-Language"] = mail.language  # after the text, which replaces all that is said of it
    return message.as_bytes()


QUOTED = {ord(sign): None for sign in '"\\<>'}


def _verdict(error: Exception) -> str:
    """What went wrong, without anything of what was sent: an answer may repeat an address or a login."""
    code = error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None
    return f"{type(error).__name__} {code}" if code else type(error).__name__
