"""Settings from the environment, each checked once, with a message that names it and says what to do."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bridge.bank_settings import BankSettings, read_bank_settings
from bridge.errors import ConfigError
from bridge.proxies import Proxies, is_loopback, parse_host

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"", "0", "false", "no", "off"})
MIN_SECRET_CHARACTERS = 32
MIN_TOKEN_CHARACTERS = 16
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
    rules: Mapping[str, int]  # thresholds of ``mentors.anti_gaming.AntiGamingRules``; 0 is off
    rules_from: int  # authors in the bank before they apply
    standards: Mapping[str, int]  # thresholds of ``mentors.post_weight.PostStandards``; 0 is off
    pairing_weights: Mapping[str, float]  # those that differ from ``mentors.pairing.PairingWeights``
    proxies: Proxies  # who may say for whom they call
    hosts: frozenset[str]  # names by which people may call the bridge
    metrics_token: str = field(repr=False)  # "": the figures are for this machine only
    bank: BankSettings  # how the bank calls itself, and who answers for it
    secrets: tuple[bytes, ...] = field(repr=False)  # the one of now, then older ones that still open
    made_key: Path | None  # the key file that was made just now, to be said

    @property
    def behind_proxy(self) -> bool:
        """Whether somebody else ends TLS for us."""
        return self.public_url.startswith("https:")

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
        env = os.environ if environ is None else environ
        home = Path(env.get("BRIDGE_HOME") or "var").absolute()
        chosen_host = host or env.get("HOST") or "127.0.0.1"
        chosen_port = port if port is not None else _number(env, "PORT", 8000, 1, 65535)
        database_url = _database(env, home)
        public_url = _public_url(env.get("PUBLIC_URL") or f"http://{_bracketed(chosen_host)}:{chosen_port}")
        registration = _one_of(env, "REGISTRATION", "code", ("code", "open"))
        allow_private_addresses = _yes_or_no(env, "ALLOW_PRIVATE_ADDRESSES")
        threads = _number(env, "THREADS", 32, 2, 256)
        rules = {name: _number(env, f"RULE_{name.upper()}", *limits) for name, limits in RULE_BOUNDS.items()}
        standards = {name: _number(env, f"POST_{name.upper()}", *limits) for name, limits in STANDARD_BOUNDS.items()}
        pairing_weights = _shares(env, "PAIRING_WEIGHTS", PAIRING_WEIGHT_NAMES)
        proxies = _proxies(env, "1" if public_url.startswith("https:") else "0")
        hosts = _hosts(env, public_url)
        token = _secret_enough(env, "METRICS_TOKEN", MIN_TOKEN_CHARACTERS)
        bank = read_bank_settings(Path(env["BANK_FILE"]) if env.get("BANK_FILE") else None)
        older = _older_secrets(_secret_enough(env, "SECRET_KEY_OLD", MIN_SECRET_CHARACTERS))
        # Last: a key is made, and said, only where all else is right.
        secret, new_key = _secret(env, home, make=make_key)
        return cls(
            home,
            database_url,
            chosen_host,
            chosen_port,
            public_url,
            registration,
            allow_private_addresses,
            threads,
            rules,
            _number(env, "RULES_FROM_AUTHORS", 50, 0, 999_999_999),
            standards,
            pairing_weights,
            proxies,
            hosts,
            token,
            bank,
            (secret, *older) if secret else (),
            new_key,
        )


def _bracketed(host: str) -> str:
    if host in ("0.0.0.0", "::"):  # noqa: S104 - everywhere is reached on loopback, too
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _given(env: Mapping[str, str], name: str) -> str:
    """A setting that may hold a secret, from the variable or from the file that `<name>_FILE` names; "" for none."""
    value, file = env.get(name), env.get(f"{name}_FILE")
    if value and file:
        raise ConfigError(f"{name} and {name}_FILE are both set. Unset one of them.")
    return _read(Path(file), f"{name}_FILE") if file else value or ""


def _read(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ConfigError(f"{name}: {path} cannot be read ({reason}).") from None


def _database(env: Mapping[str, str], home: Path) -> str:
    url = _given(env, "DATABASE_URL") or f"sqlite:///{home / 'bridge.sqlite'}"
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in ("sqlite", "postgresql", "postgres", "postgresql+psycopg"):
        raise ConfigError(f"DATABASE_URL: {scheme[:20]!r} is not known. Use sqlite:///… or postgresql://…")
    if scheme != "sqlite":
        _parts(url, "DATABASE_URL", "postgresql://user:password@host/name, with odd characters percent-encoded")
        return f"postgresql+psycopg://{rest}"
    if not rest.startswith("/") or rest[1:] in ("", ":memory:") or "?" in rest:
        raise ConfigError("DATABASE_URL: the web side and the worker need one file: sqlite:////path/to/bridge.sqlite")
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


def _secret(env: Mapping[str, str], home: Path, *, make: bool) -> tuple[bytes, Path | None]:
    given, new_key = _given(env, "SECRET_KEY"), None
    name = "SECRET_KEY_FILE" if env.get("SECRET_KEY_FILE") else "SECRET_KEY"
    if not given and not env.get("SECRET_KEY_FILE"):
        name, path = "SECRET_KEY", home / "secret_key"
        if not path.exists():
            if not make:
                return b"", None
            new_key = _make_key(path)
        given = _read(path, f"SECRET_KEY (in {home})")
    if len(given) < MIN_SECRET_CHARACTERS:
        raise ConfigError(
            f"{name} needs at least {MIN_SECRET_CHARACTERS} characters; it has {len(given)}. "
            "Make one: openssl rand -base64 48"
        )
    return given.encode(), new_key


def _secret_enough(env: Mapping[str, str], name: str, shortest: int) -> str:
    """A secret that need not be there, but not a short one; what it holds is not repeated."""
    given = _given(env, name)
    if (given or env.get(f"{name}_FILE")) and len(given) < shortest:
        raise ConfigError(f"{name} needs at least {shortest} characters; it has {len(given)}.")
    return given


def _older_secrets(given: str) -> list[bytes]:
    """One older key, or several with commas between them. An older key may have commas in it: that is tried, too."""
    parts = [part.strip() for part in given.split(",")]
    several = parts if len(parts) > 1 and all(len(part) >= MIN_SECRET_CHARACTERS for part in parts) else []
    return [key.encode() for key in (given, *several) if key]


def _proxies(env: Mapping[str, str], default: str) -> Proxies:
    value = env.get("TRUSTED_PROXIES") or default
    try:
        return Proxies.parse(value)
    except ValueError:
        raise ConfigError(
            f"TRUSTED_PROXIES: {value[:40]!r} is neither how many proxies stand before the bridge (0 to 20) nor their "
            "addresses or networks, such as 127.0.0.1,10.0.0.0/8."
        ) from None


def _hosts(env: Mapping[str, str], public_url: str) -> frozenset[str]:
    """The names by which the bridge may be called: that of its public address, and those of the setting."""
    names = [part.strip() for part in (env.get("TRUSTED_HOSTS") or "").split(",")]
    hosts = {part: parse_host(part) for part in names if part}
    wrong = next((part for part, host in hosts.items() if not host), None)
    if wrong is not None:
        raise ConfigError(f"TRUSTED_HOSTS: {wrong[:40]!r} is no host name. It looks like bridge.example,10.0.0.7.")
    return frozenset({*hosts.values(), parse_host(urlsplit(public_url).netloc)})


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


def _number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    value = env.get(name) or str(default)
    if not (value.isascii() and value.isdecimal() and len(value) < 10) or not least <= int(value) <= most:
        raise ConfigError(f"{name}: {value[:40]!r} is no number from {least} to {most}.")
    return int(value)


def _shares(env: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> dict[str, float]:
    """`complement=0.5,openness=0.2`: some of the known names, each with a share from 0 to 1."""
    shares: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in (env.get(name) or "").split(","))):
        key, _, value = part.partition("=")
        try:
            shares[key.strip()] = float(value)
        except ValueError:
            raise ConfigError(f"{name}: {part[:40]!r} is no name=number. It looks like complement=0.6.") from None
        if key.strip() not in allowed or not 0 <= shares[key.strip()] <= 1:
            raise ConfigError(f"{name}: {part[:40]!r} is none of {', '.join(allowed)} with a number from 0 to 1.")
    return shares


def _one_of(env: Mapping[str, str], name: str, default: str, choices: tuple[str, ...]) -> str:
    value = (env.get(name) or default).lower()
    if value not in choices:
        raise ConfigError(f"{name}: {value[:40]!r} is neither {' nor '.join(choices)}.")
    return value


def _yes_or_no(env: Mapping[str, str], name: str) -> bool:
    value = (env.get(name) or "").lower()
    if value not in TRUE_WORDS | FALSE_WORDS:
        raise ConfigError(f"{name}: {value[:40]!r} is neither yes nor no.")
    return value in TRUE_WORDS
