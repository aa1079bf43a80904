"""Mails are handed in to a real mail server: with TLS or not at all, with a login, in plain text, to one address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from bridge.config import Config
from bridge.errors import ConfigError, MailFailed, NoSuchMailbox
from bridge.mail_settings import MailSettings, ascii_address
from bridge.wordpress.mail_server import Mail, MailServer
from tests.lab.mail import PASSWORD, USER, Letters, mail_server, make_certificate

MAIL = Mail(
    to="lea@xn--bcher-kva.example",
    name='Banque « des "mentors" »',
    subject="Votre demande a reçu une réponse",
    text="Amélie a répondu.\n\n.\nÀ lire ici : https://bank.example/asks/x\n",
    language="fr",
    stop_url="https://bank.example/ask-mail/y",
    id="ask-1-1-answer",
)


def settings(url: str, sender: str = "banque@bank.example") -> MailSettings:
    """What an operator's setting means."""
    read = Config.from_env({"SECRET_KEY": "k" * 43, "SMTP_URL": url, "SMTP_FROM": sender}).mail
    assert read is not None
    return read


def send(url: str, mail: Mail = MAIL) -> None:
    with MailServer(settings(url)).connected() as connection:
        connection.send(mail)


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of localhost, and trusted."""
    file = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return file


def test_a_mail_arrives_as_plain_text_with_a_way_to_stop() -> None:
    letters = Letters()
    with mail_server(letters) as port:
        send(f"smtp://127.0.0.1:{port}?tls=no")
    ((sender, to, mail),) = letters.received
    assert (sender, to) == ("banque@bank.example", [MAIL.to])
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().replace("\r\n", "\n") == MAIL.text
    assert mail["Subject"] == MAIL.subject
    assert mail["From"].addresses[0].addr_spec == "banque@bank.example"
    assert mail["From"].addresses[0].display_name == "Banque « des mentors »"
    assert mail["List-Unsubscribe"] == "<https://bank.example/ask-mail/y>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Message-ID"] == "<ask-1-1-answer@bank.example>"


@pytest.mark.parametrize(("scheme", "tls"), [("smtp", "starttls"), ("smtps", "from the start")])
def test_tls_and_a_login(scheme: str, tls: str, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    letters = Letters()
    with mail_server(letters, certificate, tls) as port:
        right = f"{scheme}://{USER}:{quote(PASSWORD, safe='')}@localhost:{port}"
        send(right)
        assert len(letters.received) == 1
        with pytest.raises(MailFailed, match="SMTPAuthenticationError 535"):
            send(f"{scheme}://{USER}:wrong@localhost:{port}")
        with pytest.raises(MailFailed, match="SSLCertVerificationError"):
            send(right.replace("localhost", "127.0.0.1"))
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(MailFailed, match="SSLCertVerificationError"):
            send(right)
    assert len(letters.received) == 1


def test_nothing_is_sent_to_a_server_that_speaks_no_tls() -> None:
    letters = Letters()
    with mail_server(letters) as port, pytest.raises(MailFailed, match="SMTPNotSupportedError"):
        send(f"smtp://127.0.0.1:{port}")
    assert letters.received == []


def test_a_verdict_is_of_now_or_for_good_and_repeats_nothing() -> None:
    letters = Letters()
    with mail_server(letters) as port:
        url = f"smtp://127.0.0.1:{port}?tls=no"
        letters.refusal = f"550 no such user {MAIL.to}"
        with pytest.raises(NoSuchMailbox) as gone:
            send(url)
        letters.refusal = f"450 {MAIL.to} is busy"
        with pytest.raises(MailFailed) as busy:
            send(url)
        letters.refusal, letters.bad_day = "", True
        with pytest.raises(MailFailed) as full:
            send(url)
        MailServer(settings(url)).probe()
    assert not isinstance(busy.value, NoSuchMailbox)
    assert not isinstance(full.value, NoSuchMailbox)
    assert "lea" not in f"{gone.value} {busy.value} {full.value}"
    with pytest.raises(MailFailed, match="ConnectionRefusedError"):
        MailServer(settings(url)).probe()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda mail: replace(mail, subject="x\r\nBcc: all@example.org"),
        lambda mail: replace(mail, name="x\nBcc: all@example.org"),
        lambda mail: replace(mail, to="lea@example.org\r\nRCPT TO:<all@example.org>"),
    ],
)
def test_no_other_header_and_nobody_else_is_smuggled_in(spoil: Callable[[Mail], Mail]) -> None:
    letters = Letters()
    with mail_server(letters) as port, pytest.raises((ValueError, MailFailed)):
        send(f"smtp://127.0.0.1:{port}?tls=no", spoil(MAIL))
    assert letters.received == []


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Lea.B+x@Example.ORG ", "Lea.B+x@example.org"),
        ("léa@example.org", ""),
        ("lea@bücher.example", "lea@xn--bcher-kva.example"),
        ("lea@例え.テスト", "lea@xn--r8jz45g.xn--zckzah"),
        ("lea@example.org\r\nBcc: x@y.org", ""),
        ("lea@example.org, b@example.org", ""),
        ('"lea b"@example.org', ""),
        ("lea..b@example.org", ""),
        ("lea@localhost", ""),
        ("lea@127.0.0.1", ""),
        ("lea@[127.0.0.1]", ""),
        ("@example.org", ""),
        ("lea", ""),
        (f"{'l' * 65}@example.org", ""),
        ("", ""),
    ],
)
def test_an_address_is_one_that_every_mail_server_takes(typed: str, address: str) -> None:
    assert ascii_address(typed) == address


@pytest.mark.parametrize(
    ("url", "sender", "says"),
    [
        ("smtp://mail.example", "", "SMTP_FROM"),
        ("smtp://mail.example", "bank", "SMTP_FROM"),
        ("http://mail.example", "a@b.example", "SMTP_URL is malformed"),
        ("smtps://:secretword@/", "a@b.example", "SMTP_URL is malformed"),
        ("smtps://u:secretword@mail.example:99999", "a@b.example", "SMTP_URL is malformed"),
        ("smtps://u:secretword@mail.example?tls=no", "a@b.example", "SMTP_URL is malformed"),
        ("smtp://u:secretword%0d%0a@mail.example", "a@b.example", "printable ASCII"),
        ("smtp://u:secretword%C3%BC@mail.example", "a@b.example", "printable ASCII"),
        ("smtp://u:secretword@mail.example?tls=no", "a@b.example", "not sent in the open"),
    ],
)
def test_a_wrong_setting_is_said_without_its_password(url: str, sender: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as error:
        Config.from_env({"SECRET_KEY": "k" * 43, "SMTP_URL": url, "SMTP_FROM": sender})
    assert "secretword" not in str(error.value)


def test_ports_and_passwords_as_they_are_written() -> None:
    assert settings("smtp://mail.example").port == 587
    read = settings("smtps://u%40x:p%2Fw@mail.example", "Bank@Bücher.example")
    assert (read.port, read.user, read.password, read.sender) == (465, "u@x", "p/w", "Bank@xn--bcher-kva.example")
    assert "p/w" not in repr(read)
