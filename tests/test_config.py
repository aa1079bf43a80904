"""Settings: each checked, each message names the variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.config import Config
from bridge.errors import ConfigError


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"), ("PORT", "70000"), ("REGISTRATION", "closed"), ("ALLOW_PRIVATE_ADDRESSES", "maybe"),
        ("PUBLIC_URL", "http://bridge.example"), ("PUBLIC_URL", "bridge.example"), ("SECRET_KEY", "short"),
        ("DATABASE_URL", "mysql://x/y"), ("SECRET_KEY_FILE", "/nonexistent/key"), ("BROKER_URL", "redis://x"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        Config.from_env({"BRIDGE_HOME": str(tmp_path), name: value})


def test_a_key_is_made_once_for_this_user_only(tmp_path: Path) -> None:
    first = Config.from_env({"BRIDGE_HOME": str(tmp_path)})
    second = Config.from_env({"BRIDGE_HOME": str(tmp_path)})
    assert first.made_key is not None
    assert second.made_key is None
    assert first.made_key.stat().st_mode & 0o777 == 0o600
    assert first.derive("a") == second.derive("a") != first.derive("b")
    assert first.secret.decode() not in repr(first)


def test_both_spellings_of_postgresql_are_understood(tmp_path: Path) -> None:
    for url in ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"):
        config = Config.from_env({"BRIDGE_HOME": str(tmp_path), "DATABASE_URL": url})
        assert config.database_url == "postgresql+psycopg://u@h/d"
