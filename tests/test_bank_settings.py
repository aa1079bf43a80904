"""What an operator says about their bank: read whole, or refused with a sentence that names the place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.bank_settings import BankSettings, read_bank_settings
from bridge.config import Config
from bridge.errors import ConfigError

EXAMPLE = Path(__file__).parent.parent / "docs" / "bank.example.toml"


def test_the_example_says_everything() -> None:
    settings = read_bank_settings(EXAMPLE)
    assert settings.name.read_in("fr") == "La banque des blogues"
    assert settings.colour == "#24507a"
    assert settings.contact.href == "mailto:bonjour@banque.example"
    assert settings.publisher.address.splitlines() == ["12, rue de la Passerelle", "69001 Lyon, France"]
    assert settings.minimum_age == 16
    assert settings.missing == []


def test_without_a_file_nothing_is_said(tmp_path: Path) -> None:
    assert Config.from_env({"BRIDGE_HOME": str(tmp_path)}).bank == BankSettings()
    assert BankSettings().missing == ["contact", "privacy.responsible", "publisher.name"]


def test_a_text_is_in_the_readers_language_or_in_another(tmp_path: Path) -> None:
    file = tmp_path / "bank.toml"
    file.write_text('name = "One"\nwelcome = { fr = "Bonjour" }\n', encoding="utf-8")
    settings = read_bank_settings(file)
    assert (settings.name.read_in("fr"), settings.name.language_in("fr")) == ("One", "")
    assert (settings.welcome.read_in("en"), settings.welcome.language_in("en")) == ("Bonjour", "fr")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("name = 7", "name"),
        ("name = { de = 'x' }", "name.de"),
        ('name = "a\\u0000b"', "name"),
        ('name = "a\\u202eb"', "name"),
        (f"welcome = '{'x' * 601}'", "welcome"),
        ("colour = 'red'", "colour"),
        ("colour = '#ffee88'", "too light"),
        ("contact = 'javascript:alert(1)'", "contact"),
        ("contact = 'http://bank.example'", "contact"),
        ("contact = 'me@there.example?bcc=all'", "contact"),
        ("logo = 'none.svg'", "logo"),
        ("logo = 'logo.exe'", "logo"),
        ("privacy = 'us'", "privacy"),
        ("[privacy]\nofficer = 'Nadia'", "privacy.officer"),
        ("motto = 'x'", "motto"),
        ("minimum_age = '16'", "minimum_age"),
        ("minimum_age = true", "minimum_age"),
        ("minimum_age = -1", "minimum_age"),
        ("minimum_age = 160", "minimum_age"),
        ("name = ", "no TOML"),
        (f"x = {'[' * 5000}", "bank.toml"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, place: str) -> None:
    file = tmp_path / "bank.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="BANK_FILE") as caught:
        Config.from_env({"BRIDGE_HOME": str(tmp_path), "BANK_FILE": str(file)})
    assert place in str(caught.value)
    assert not (tmp_path / "secret_key").exists()


@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_no_file_is_worse_than_a_sentence(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_bytes(content)
    message = "BANK_FILE"
    try:
        read_bank_settings(file)
    except ConfigError as error:
        message = str(error)
    assert message.startswith("BANK_FILE")
