"""What an operator decides, read once from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bridge.bank_settings import BankSettings, read_bank_settings
from bridge.environment import Environment
from bridge.errors import ConfigError
from bridge.mail_settings import MailSettings, read_mail_settings
from bridge.proxies import Proxies, is_loopback, parse_host
from bridge.secret_keys import read_older_secrets, read_secret

MIN_TOKEN_CHARACTERS = 16
MAX_CONNECTIONS = 16  # of a process to PostgreSQL
PAIRING_WEIGHT_NAMES = ("complement", "affinity", "openness", "likeness", "themes", "context")
# What a rule is by default, at least and at most.
RULE_BOUNDS = {
    "per_day": (1, 0, 100),
    "per_week": (2, 0, 100),
    "entry_posts": (10, 0, 1000),
    "entry_days": (60, 0, 3650),
    "steady_posts": (10, 0, 1000),
    "move_percent": (30, 0, 100),
}
# The same of what a post must be to count.
STANDARD_BOUNDS = {
    "full_characters": (300, 0, 10_000),
    "variety_percent": (20, 0, 100),
    "joining_percent": (5, 0, 100),
    "quoting_percent": (50, 0, 100),
    "alike_percent": (80, 0, 100),
}
# The same of the days for which something is kept: payloads and quarantine for no longer than blogs have promised to
# those who comment there (the plugin's privacy policy, the text under the form); a delivery outlives its payload.
RETENTION_BOUNDS = {
    "payloads_days": (7, 2, 7),
    "quarantine_days": (30, 2, 30),
    "deliveries_days": (90, 31, 3650),
    "calls_days": (90, 2, 3650),
}


@dataclass(frozen=True, slots=True)
class Config:
    """What an operator decides. Secrets are kept out of ``repr``."""

    home: Path
    database_url: str = field(repr=False)  # may hold a password
    database_direct_url: str = field(repr=False)  # of PostgreSQL itself, behind a pooler; "": the same
    database_connections: int  # of a process, at most
    broker_url: str = field(repr=False)  # of RabbitMQ, for a fleet; "": there is none
    limits_url: str = field(repr=False)  # of Redis, for several web processes; "": each counts by itself
    qdrant_url: str  # of a server that finds candidates; "": the database does
    qdrant_key: str = field(repr=False)
    host: str
    port: int
    public_url: str
    registration: str  # "code" | "open"
    allow_private_addresses: bool
    threads: int
    rules: Mapping[str, int]  # thresholds of ``mentors.anti_gaming.AntiGamingRules``; 0 is off
    rules_from: int  # authors in the bank before they apply
    standards: Mapping[str, int]  # thresholds of ``mentors.post_weight.PostStandards``; 0 is off
    retention: Mapping[str, int]  # days, by what is kept
    pairing_weights: Mapping[str, float]  # those that differ from ``mentors.pairing.PairingWeights``
    proxies: Proxies  # who may say for whom they call
    hosts: frozenset[str]  # names by which people may call the bridge
    metrics_token: str = field(repr=False)  # "": the figures are for this machine only
    alert_url: str = field(repr=False)  # where the operator hears of what is wrong; it may hold a secret
    websub_hub: str  # the hub that tells followers of feeds what is new; "": there is none
    mail: MailSettings | None  # who hands in mails to seekers; None: nobody is written to
    bank: BankSettings  # how the bank calls itself, and who answers for it
    secrets: tuple[bytes, ...] = field(repr=False)  # the one of now, then older ones that still open
    made_key: Path | None  # the key file that was made just now, to be said

    @property
    def behind_proxy(self) -> bool:
        """Whether somebody else ends TLS for us."""
        return self.public_url.startswith("https:")

    @property
    def database_session_url(self) -> str:
        """The address of the database for what needs more than a transaction."""
        return self.database_direct_url or self.database_url

    @property
    def on_sqlite(self) -> bool:
        """Whether the database is a file."""
        return self.database_url.startswith("sqlite")

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose (HKDF, RFC 5869), so that no key is used for two things."""
        return self.derive_all(purpose)[0]

    def derive_all(self, purpose: str) -> list[bytes]:
        """The same from each secret, the one of now first: what was sealed or signed with an older one still counts."""
        info = f"mentor-bridge {purpose}".encode()
        return [HKDF(SHA256(), 32, salt=None, info=info).derive(secret) for secret in self.secrets]

    @classmethod
    def from_env(
        cls,
        environ: Mapping[str, str] | None = None,
        *,
        host: str | None = None,
        port: int | None = None,
        make_key: bool = True,
    ) -> Config:
        """Read and check everything; `host` and `port` come from the command line and win.

        `make_key`: whether a secret key is made where there is none; without it there are no `secrets` then.

        Raises:
            ConfigError: a setting is wrong.
        """
        env = Environment(os.environ if environ is None else environ)
        home = Path(env.text("BRIDGE_HOME", "var")).absolute()
        host = host or env.text("HOST", "127.0.0.1")
        port = port if port is not None else env.number("PORT", 8000, 1, 65535)
        public_url = _public_url(env.text("PUBLIC_URL", f"http://{_bracketed(host)}:{port}"))
        bank_file = env.text("BANK_FILE")
        settings = cls(
            home=home,
            database_url=database_address(env.confidential("DATABASE_URL") or f"sqlite:///{home / 'bridge.sqlite'}"),
            database_direct_url=_direct_address(env.confidential("DATABASE_DIRECT_URL")),
            database_connections=env.number("DATABASE_CONNECTIONS", MAX_CONNECTIONS, 4, 200),
            broker_url=_broker(env.confidential("BROKER_URL")),
            limits_url=_limits(env.confidential("LIMITS_URL")),
            qdrant_url=_qdrant(env.text("QDRANT_URL")),
            qdrant_key=env.confidential("QDRANT_API_KEY"),
            host=host,
            port=port,
            public_url=public_url,
            registration=env.one_of("REGISTRATION", "code", ("code", "open")),
            allow_private_addresses=env.yes_or_no("ALLOW_PRIVATE_ADDRESSES"),
            threads=env.number("THREADS", 32, 2, 256),
            rules=env.numbers("RULE_", RULE_BOUNDS),
            rules_from=env.number("RULES_FROM_AUTHORS", 50, 0, 999_999_999),
            standards=env.numbers("POST_", STANDARD_BOUNDS),
            retention=env.numbers("KEEP_", RETENTION_BOUNDS),
            pairing_weights=env.shares("PAIRING_WEIGHTS", PAIRING_WEIGHT_NAMES),
            proxies=_proxies(env, "1" if public_url.startswith("https:") else "0"),
            hosts=_hosts(env, public_url),
            metrics_token=env.confidential("METRICS_TOKEN", MIN_TOKEN_CHARACTERS),
            alert_url=env.confidential("ALERT_URL"),
            websub_hub=env.text("WEBSUB_HUB"),
            mail=read_mail_settings(env),
            bank=read_bank_settings(Path(bank_file) if bank_file else None),
            secrets=tuple(read_older_secrets(env)),
            made_key=None,
        )
        # Last: a key is made, and said, only where all else is right.
        secret, new_key = read_secret(env, home, make=make_key)
        return replace(settings, secrets=(secret, *settings.secrets) if secret else (), made_key=new_key)


def _bracketed(host: str) -> str:
    if host in ("0.0.0.0", "::"):  # noqa: S104 - everywhere is reached on loopback, too
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def database_address(url: str) -> str:
    """The address of a database as it is opened: ``sqlite:///path`` or ``postgresql+psycopg://…``.

    Raises:
        ConfigError: it is of another kind, or malformed.
    """
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in ("sqlite", "postgresql", "postgres", "postgresql+psycopg"):
        raise ConfigError(f"DATABASE_URL: {scheme[:20]!r} is not known. Use sqlite:///… or postgresql://…")
    if scheme != "sqlite":
        _parts(url, "DATABASE_URL", "postgresql://user:password@host/name, with odd characters percent-encoded")
        return f"postgresql+psycopg://{rest}"
    if not rest.startswith("/") or rest[1:] in ("", ":memory:") or "?" in rest:
        raise ConfigError("DATABASE_URL: the web side and the worker need one file: sqlite:////path/to/bridge.sqlite")
    return url


def _direct_address(url: str) -> str:
    if not url:
        return ""
    if not url.startswith("postgres"):
        raise ConfigError("DATABASE_DIRECT_URL: only PostgreSQL is behind a pooler. Use postgresql://…")
    return database_address(url)


def _broker(url: str) -> str:
    if url and not url.startswith(("amqp://", "amqps://")):
        raise ConfigError("BROKER_URL: only RabbitMQ is known. Use amqp://user:password@host/virtual-host")
    return url


def _limits(url: str) -> str:
    if url and not url.startswith(("redis://", "rediss://")):
        raise ConfigError("LIMITS_URL: only Redis is known. Use redis://:password@host:6379/0")
    _parts(url, "LIMITS_URL", "redis://:password@host:6379/0")
    return url


def _qdrant(url: str) -> str:
    if not url:
        return ""
    parts = _parts(url, "QDRANT_URL", "http://qdrant.internal:6333")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password or parts.query:
        raise ConfigError(
            "QDRANT_URL is the address of a Qdrant server, such as http://qdrant.internal:6333. "
            "Its key, if it has one, is QDRANT_API_KEY."
        )
    return url


def _parts(url: str, name: str, example: str) -> SplitResult:
    """The parts of an address; what it holds is not repeated, for it may hold a password."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - read to be checked
    except ValueError:
        raise ConfigError(f"{name} is malformed. It looks like {example}.") from None
    return parts


def _public_url(url: str) -> str:
    parts = _parts(url, "PUBLIC_URL", "https://bridge.example")
    extra = parts.query or parts.fragment or parts.username or parts.path.strip("/")
    if parts.scheme not in ("http", "https") or not parts.hostname or extra:
        raise ConfigError(
            "PUBLIC_URL is a scheme and a host, such as https://bridge.example: no path, no name, no question mark. "
            "Give the bridge a host name of its own."
        )
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ConfigError("PUBLIC_URL must begin with https, unless it is on this machine (127.0.0.1, localhost).")
    return url.rstrip("/")


def _proxies(env: Environment, default: str) -> Proxies:
    value = env.text("TRUSTED_PROXIES", default)
    try:
        return Proxies.parse(value)
    except ValueError:
        raise ConfigError(
            f"TRUSTED_PROXIES: {value[:40]!r} is neither how many proxies stand before the bridge (0 to 20) nor their "
            "addresses or networks, such as 127.0.0.1,10.0.0.0/8."
        ) from None


def _hosts(env: Environment, public_url: str) -> frozenset[str]:
    """The names by which the bridge may be called: that of its public address, and those of the setting."""
    names = [part.strip() for part in env.text("TRUSTED_HOSTS").split(",")]
    hosts = {part: parse_host(part) for part in names if part}
    wrong = next((part for part, host in hosts.items() if not host), None)
    if wrong is not None:
        raise ConfigError(f"TRUSTED_HOSTS: {wrong[:40]!r} is no host name. It looks like bridge.example,10.0.0.7.")
    return frozenset({*hosts.values(), parse_host(urlsplit(public_url).netloc)})
