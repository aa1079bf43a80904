"""The secrets that all keys of the bridge are derived from: given in the environment, or made once in its home."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from bridge.environment import Environment, read_text
from bridge.errors import ConfigError

MIN_SECRET_CHARACTERS = 32


def read_secret(env: Environment, home: Path, *, make: bool) -> tuple[bytes, Path | None]:
    """The secret of now, and the key file if it was made just now.

    `make`: whether one is made where there is none; without it the secret is empty then.

    Raises:
        ConfigError: it is too short, or cannot be read or made.
    """
    given, new_key = env.confidential("SECRET_KEY"), None
    name = "SECRET_KEY_FILE" if env.text("SECRET_KEY_FILE") else "SECRET_KEY"
    if not given and name == "SECRET_KEY":
        path = home / "secret_key"
        if not path.exists():
            if not make:
                return b"", None
            new_key = _make_key(path)
        given = read_text(path, f"SECRET_KEY (in {home})")
    if len(given) < MIN_SECRET_CHARACTERS:
        raise ConfigError(
            f"{name} needs at least {MIN_SECRET_CHARACTERS} characters; it has {len(given)}. "
            "Make one: openssl rand -base64 48"
        )
    return given.encode(), new_key


def read_older_secrets(env: Environment) -> list[bytes]:
    """One older secret, or several with commas between them.

    An older secret may have commas in it: that is tried, too.
    """
    given = env.confidential("SECRET_KEY_OLD", MIN_SECRET_CHARACTERS)
    parts = [part.strip() for part in given.split(",")]
    several = parts if len(parts) > 1 and all(len(part) >= MIN_SECRET_CHARACTERS for part in parts) else []
    return [key.encode() for key in (given, *several) if key]


def _make_key(path: Path) -> Path | None:
    """A key of our own, for this user's eyes only; None when another process was first."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
        os.link(draft, path)  # never over one that is there
    except FileExistsError:
        if path.exists():
            return None
        raise ConfigError(f"BRIDGE_HOME: {path.parent} is no folder.") from None
    except OSError as error:
        raise ConfigError(
            f"BRIDGE_HOME: no key can be written to {path.parent} ({error.strerror}). "
            "Make it a folder of this user's, or set SECRET_KEY."
        ) from None
    finally:
        with suppress(OSError):
            draft.unlink()
    return path
