"""Settings: each checked, each message names the variable, none repeats a secret."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.config import Config
from bridge.errors import ConfigError

SECRET = "a sentence that is long enough to be a key"


def config(home: Path, **environ: str) -> Config:
    return Config.from_env({"BRIDGE_HOME": str(home), **environ})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("PORT", "0"),
        ("PORT", "²"),
        ("PORT", "9" * 5000),
        ("PORT", "-1"),
        ("THREADS", "1"),
        ("REGISTRATION", "closed"),
        ("ALLOW_PRIVATE_ADDRESSES", "maybe"),
        ("PUBLIC_URL", "http://bridge.example"),
        ("PUBLIC_URL", "bridge.example"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://[::1"),
        ("PUBLIC_URL", "https://bridge.example:port"),
        ("PUBLIC_URL", "https://me:secret@bridge.example"),
        ("PUBLIC_URL", "https://bridge.example/inside"),
        ("PUBLIC_URL", "https://bridge.example/?x"),
        ("PUBLIC_URL", "ftp://127.0.0.1"),
        ("HOST", "192.168.1.7"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY_FILE", "/nonexistent/key"),
        ("DATABASE_URL", "mysql://x/y"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_DIRECT_URL", "sqlite:////var/lib/bridge.sqlite"),
        ("DATABASE_CONNECTIONS", "3"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite:///a?mode=ro"),
        ("LIMITS_URL", "memcached://127.0.0.1"),
        ("LIMITS_URL", "redis://127.0.0.1:many"),
        ("TRUSTED_PROXIES", "many"),
        ("TRUSTED_PROXIES", "10.0.0.0/99"),
        ("TRUSTED_HOSTS", "https://bridge.example"),
        ("TRUSTED_HOSTS", "bridge.example,a b/c"),
        ("METRICS_TOKEN", "short"),
        ("KEEP_PAYLOADS_DAYS", "8"),
        ("KEEP_QUARANTINE_DAYS", "31"),
        ("KEEP_DELIVERIES_DAYS", "30"),
        ("METRICS_TOKEN_FILE", "/nonexistent/t"),
        ("SECRET_KEY_OLD", "short"),
        ("SECRET_KEY_OLD_FILE", "/nonexistent/key"),
        ("DATABASE_URL", "postgresql://me:secret@host:port/name"),
        ("DATABASE_URL_FILE", "/nonexistent/url"),
    ],
)
def test_a_wrong_value_is_named_and_leaves_no_key_behind(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match="PUBLIC_URL" if name == "HOST" else name) as caught:
        config(tmp_path, **{name: value})
    assert "secret" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["PORT", "HOST", "PUBLIC_URL", "DATABASE_URL", "REGISTRATION", "ALLOW_PRIVATE_ADDRESSES"]),
    value=st.text() | st.text(":/@[]%#?.0123456789aé", max_size=12).map(lambda rest: "https://" + rest),
)
def test_no_value_is_worse_than_a_sentence(tmp_path: Path, name: str, value: str) -> None:
    message = ""
    try:
        config(tmp_path, SECRET_KEY=SECRET, **{name: value})
    except ConfigError as error:
        message = str(error)
    assert "\n" not in message
    assert len(message) < 300


def test_without_settings_it_is_a_bridge_on_this_machine(tmp_path: Path) -> None:
    settings = config(tmp_path)
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert (settings.registration, settings.allow_private_addresses) == ("code", False)
    assert settings.database_url == f"sqlite:///{tmp_path}/bridge.sqlite"


@pytest.mark.parametrize(
    ("host", "public"),
    [("0.0.0.0", "http://127.0.0.1:81"), ("::1", "http://[::1]:81"), ("localhost", "http://localhost:81")],
)
def test_the_public_address_follows_host_and_port(tmp_path: Path, host: str, public: str) -> None:
    assert Config.from_env({"BRIDGE_HOME": str(tmp_path), "HOST": host}, port=81).public_url == public


def test_a_public_address_has_one_spelling_and_says_who_ends_tls(tmp_path: Path) -> None:
    settings = config(tmp_path, PUBLIC_URL="https://bridge.example/")
    assert settings.public_url == "https://bridge.example"
    assert settings.behind_proxy
    assert not config(tmp_path).behind_proxy
    assert (settings.proxies.count, config(tmp_path).proxies.count) == (1, 0)
    assert settings.hosts == {"bridge.example"}


def test_a_key_is_made_once_for_this_user_only(tmp_path: Path) -> None:
    first, second = config(tmp_path), config(tmp_path)
    assert first.made_key is not None
    assert second.made_key is None
    assert first.made_key.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]
    assert first.derive("a") == second.derive("a") != first.derive("b")


def test_secrets_stay_out_of_sight(tmp_path: Path) -> None:
    settings = config(
        tmp_path,
        SECRET_KEY=SECRET,
        DATABASE_URL="postgresql://me:hush@h/d",
        METRICS_TOKEN="m" * 16,
        SECRET_KEY_OLD="o" * 32,
    )
    for secret in (SECRET, "hush", "m" * 16, "o" * 32):
        assert secret not in repr(settings)


def test_secrets_may_lie_in_files(tmp_path: Path) -> None:
    key, url = tmp_path / "key", tmp_path / "url"
    key.write_text(SECRET + "\n")
    url.write_text("postgresql://me:hush@h/d\n")
    settings = config(tmp_path / "home", SECRET_KEY_FILE=str(key), DATABASE_URL_FILE=str(url))
    assert settings.secrets == (SECRET.encode(),)
    assert settings.database_url == "postgresql+psycopg://me:hush@h/d"
    assert not (tmp_path / "home").exists()


def test_a_secret_is_said_in_one_place(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="SECRET_KEY and SECRET_KEY_FILE are both set"):
        config(tmp_path, SECRET_KEY=SECRET, SECRET_KEY_FILE=str(tmp_path))


def test_older_keys_come_after_the_one_of_now(tmp_path: Path) -> None:
    first, second = "first, with a comma, and long enough", "the second one is as long as it must be"
    settings = config(tmp_path, SECRET_KEY=SECRET, SECRET_KEY_OLD=first)
    assert settings.secrets == (SECRET.encode(), first.encode()), "a key with commas in it is one key"
    two = config(tmp_path, SECRET_KEY=SECRET, SECRET_KEY_OLD=f"{second}, {SECRET}")
    assert {second.encode(), SECRET.encode()} <= set(two.secrets[1:])
    assert settings.derive_all("a")[0] == settings.derive("a") == config(tmp_path, SECRET_KEY=SECRET).derive("a")


@pytest.mark.parametrize("content", [b"", b"too short", b"\xff" * 40])
def test_a_file_without_a_key_in_it_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(ConfigError, match="SECRET_KEY_FILE"):
        config(tmp_path, SECRET_KEY_FILE=str(tmp_path / "key"))


def test_a_home_that_is_no_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="BRIDGE_HOME"):
        config(tmp_path / "file")


@pytest.mark.parametrize("url", ["postgresql://u@h/d", "postgres://u@h/d", "postgresql+psycopg://u@h/d"])
def test_every_spelling_of_postgresql_is_understood(tmp_path: Path, url: str) -> None:
    settings = config(tmp_path, DATABASE_URL=url)
    assert settings.database_url == "postgresql+psycopg://u@h/d"
    assert not settings.on_sqlite
