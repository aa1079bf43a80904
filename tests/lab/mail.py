"""A real mail server on loopback: in the open, with STARTTLS, or with TLS from the start; it may ask for a password."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.running import free_port

USER, PASSWORD = "bank", "p:@/% word"


@dataclass
class Letters:
    """What arrived, and what is answered."""

    received: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list)
    refusal: str = ""  # of every address
    bad_day: bool = False  # nothing is taken just now
    members_only: bool = False  # who has not logged in is turned away

    async def handle_RCPT(self, _server: Any, session: Any, envelope: Any, address: str, _options: list[str]) -> str:  # noqa: N802
        """Who may be written to."""
        if self.members_only and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """One mail."""
        if self.bad_day:
            return "451 Requested action aborted: local error in processing"
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.received.append((envelope.mail_from, list(envelope.rcpt_tos), mail))
        return "250 OK"

    @property
    def texts(self) -> list[str]:
        """What people read of the mails, in their order."""
        return [str(mail.get_content()) for _, _, mail in self.received]


@contextmanager
def mail_server(letters: Letters, certificate: Path | None = None, tls: str = "no") -> Iterator[int]:
    """The port of one that runs until the end of the block; with a certificate it wants a login, too."""
    options: dict[str, Any] = {}
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        if tls == "starttls":
            options = {"tls_context": context, "require_starttls": True}
        else:
            options = {"ssl_context": context, "auth_require_tls": False}
        options["authenticator"] = _is_bank
        letters.members_only = True
    controller = Controller(letters, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def make_certificate(folder: Path) -> Path:
    """Key and certificate of localhost, in one file, which is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "localhost.pem"
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file


def _is_bank(_server: Any, _session: Any, _envelope: Any, _mechanism: str, login: Any) -> AuthResult:
    right = isinstance(login, LoginPassword) and (login.login, login.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)
