"""The environment of a process, read with checks: each message names the variable and says what may stand there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bridge.errors import ConfigError

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"", "0", "false", "no", "off"})


class Environment:
    """Variables by name; one that is empty counts as one that is not there.

    Every method raises `ConfigError` for a value that may not stand there.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def text(self, name: str, default: str = "") -> str:
        """A value as it stands."""
        return self._variables.get(name) or default

    def confidential(self, name: str, shortest: int = 0) -> str:
        """A value that may hold a secret, from the variable or from the file that `<name>_FILE` names; "" for none.

        One that is there has `shortest` characters or more; what it holds is not repeated.
        """
        value, file = self.text(name), self.text(f"{name}_FILE")
        if value and file:
            raise ConfigError(f"{name} and {name}_FILE are both set. Unset one of them.")
        value = read_text(Path(file), f"{name}_FILE") if file else value
        if (value or file) and len(value) < shortest:
            raise ConfigError(f"{name} needs at least {shortest} characters; it has {len(value)}.")
        return value

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdecimal() and len(value) < 10) or not least <= int(value) <= most:
            raise ConfigError(f"{name}: {value[:40]!r} is no number from {least} to {most}.")
        return int(value)

    def numbers(self, prefix: str, bounds: Mapping[str, tuple[int, int, int]]) -> dict[str, int]:
        """A number for each name, from the variable that is called like it behind the prefix."""
        return {name: self.number(f"{prefix}{name.upper()}", *limits) for name, limits in bounds.items()}

    def shares(self, name: str, allowed: tuple[str, ...]) -> dict[str, float]:
        """`complement=0.5,openness=0.2`: some of the allowed names, each with a share from 0 to 1."""
        shares: dict[str, float] = {}
        for part in filter(None, (part.strip() for part in self.text(name).split(","))):
            key, _, value = part.partition("=")
            try:
                shares[key.strip()] = float(value)
            except ValueError:
                raise ConfigError(f"{name}: {part[:40]!r} is no name=number. It looks like complement=0.6.") from None
            if key.strip() not in allowed or not 0 <= shares[key.strip()] <= 1:
                raise ConfigError(f"{name}: {part[:40]!r} is none of {', '.join(allowed)} with a number from 0 to 1.")
        return shares

    def one_of(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        """A word among several."""
        value = self.text(name, default).lower()
        if value not in choices:
            raise ConfigError(f"{name}: {value[:40]!r} is neither {' nor '.join(choices)}.")
        return value

    def yes_or_no(self, name: str) -> bool:
        """A switch, which is off by default."""
        value = self.text(name).lower()
        if value not in TRUE_WORDS | FALSE_WORDS:
            raise ConfigError(f"{name}: {value[:40]!r} is neither yes nor no.")
        return value in TRUE_WORDS


def read_text(path: Path, name: str) -> str:
    """What stands in a file that the setting `name` points to.

    Raises:
        ConfigError: it cannot be read, or is not text.
    """
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ConfigError(f"{name}: {path} cannot be read ({reason}).") from None
