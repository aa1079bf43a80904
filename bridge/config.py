"""Settings from the environment, each checked once, with a message that names it and says what to do."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bridge.errors import ConfigError

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"", "0", "false", "no", "off"})
SHORTEST_SECRET = 32
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Config:
    """What an operator decides. Secrets are kept out of ``repr``."""

    home: Path
    database_url: str = field(repr=False)  # may hold a password
    host: str
    port: int
    public_url: str
    registration: str  # "code" | "open"
    allow_private_addresses: bool
    threads: int
    secret: bytes = field(repr=False)
    made_key: Path | None  # the key file that was made just now, to be said

    @property
    def on_sqlite(self) -> bool:
        """Whether the database is a file."""
        return self.database_url.startswith("sqlite")

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose (HKDF, RFC 5869), so that no key is used for two things."""
        return HKDF(SHA256(), 32, salt=None, info=f"mentor-bridge {purpose}".encode()).derive(self.secret)

    @classmethod
    def from_env(
        cls, environ: Mapping[str, str] | None = None, *, host: str | None = None, port: int | None = None
    ) -> Config:
        """Read and check everything; `host` and `port` come from the command line and win.

        Raises:
            ConfigError: a setting is wrong.
        """
        env = os.environ if environ is None else environ
        home = Path(env.get("BRIDGE_HOME") or "var").absolute()
        chosen_host = host or env.get("HOST") or "127.0.0.1"
        chosen_port = port if port is not None else _number(env, "PORT", 8000, 1, 65535)
        if env.get("BROKER_URL"):
            raise ConfigError(
                "BROKER_URL: this version needs no broker. Run several `bridge worker` on PostgreSQL instead, "
                "and unset BROKER_URL."
            )
        secret, made = _secret(env, home)
        return cls(
            home=home,
            database_url=_database(env, home),
            host=chosen_host,
            port=chosen_port,
            public_url=_public_url(env.get("PUBLIC_URL") or f"http://{_bracketed(chosen_host)}:{chosen_port}"),
            registration=_one_of(env, "REGISTRATION", "code", ("code", "open")),
            allow_private_addresses=_yes_or_no(env, "ALLOW_PRIVATE_ADDRESSES"),
            threads=_number(env, "THREADS", 16, 2, 256),
            secret=secret,
            made_key=made,
        )


def _bracketed(host: str) -> str:
    if host in ("0.0.0.0", "::"):  # noqa: S104 - everywhere is reached on loopback, too
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _database(env: Mapping[str, str], home: Path) -> str:
    url = env.get("DATABASE_URL") or f"sqlite:///{home / 'bridge.sqlite'}"
    scheme, separator, rest = url.partition("://")
    if scheme in ("postgresql", "postgres"):
        return f"postgresql+psycopg://{rest}"
    if not separator or scheme not in ("sqlite", "postgresql+psycopg"):
        raise ConfigError(f"DATABASE_URL: '{scheme}' is not known. Use sqlite:///… or postgresql://…")
    return url


def _public_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ConfigError(f"PUBLIC_URL: '{url}' is no address such as https://bridge.example")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ConfigError("PUBLIC_URL must begin with https, unless it is on this machine (127.0.0.1, localhost).")
    return url.rstrip("/")


def _secret(env: Mapping[str, str], home: Path) -> tuple[bytes, Path | None]:
    given, named = env.get("SECRET_KEY"), env.get("SECRET_KEY_FILE")
    if given and named:
        raise ConfigError("Set SECRET_KEY or SECRET_KEY_FILE, not both.")
    made = None
    if not given:
        path = Path(named) if named else home / "secret_key"
        if not named and not path.exists():
            made = _make_key(path)
        try:
            given = path.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ConfigError(f"SECRET_KEY_FILE: {path} cannot be read ({error.strerror}).") from None
    if len(given) < SHORTEST_SECRET:
        raise ConfigError(f"SECRET_KEY needs at least {SHORTEST_SECRET} characters; it has {len(given)}.")
    return given.encode(), made


def _make_key(path: Path) -> Path | None:
    """A key of our own, for this user's eyes only; None when another process was first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
    try:
        os.link(draft, path)  # never over one that is there
    except FileExistsError:
        return None
    finally:
        draft.unlink()
    return path


def _number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    said = env.get(name) or str(default)
    if not said.isdigit() or not least <= int(said) <= most:
        raise ConfigError(f"{name}: '{said}' is no number from {least} to {most}.")
    return int(said)


def _one_of(env: Mapping[str, str], name: str, default: str, choices: tuple[str, ...]) -> str:
    said = (env.get(name) or default).lower()
    if said not in choices:
        raise ConfigError(f"{name}: '{said}' is neither {' nor '.join(choices)}.")
    return said


def _yes_or_no(env: Mapping[str, str], name: str) -> bool:
    said = (env.get(name) or "").lower()
    if said not in YES | NO:
        raise ConfigError(f"{name}: '{said}' is neither yes nor no.")
    return said in YES
