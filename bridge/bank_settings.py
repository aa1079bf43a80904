"""What an operator says about their bank in a file: its name and look, whom to write to, who answers for it.

One TOML file, named by ``BANK_FILE``; `docs/bank.example.toml` shows all of it. Texts are one string for every
language, or a table of languages (``fr = "…"``). What is not said is left to the templates of the pages.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bridge import words
from bridge.errors import ConfigError

MAX_FILE_BYTES = 100_000  # of the settings file
MAX_LOGO_BYTES = 200_000
LOGO_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp"}
MAX_MINIMUM_AGE = 99
MIN_CONTRAST = 4.5  # WCAG 2.2, 1.4.3: of links and buttons in the bank's colour, on white
COLOUR = re.compile(r"#[0-9a-f]{6}\Z")
# Table of the file → what may stand in it, and how long each may be (characters).
LOCAL_TEXTS = {
    "": {"name": 80, "welcome": 600},
    "privacy": {"more": 6000},
    "publisher": {"more": 6000},
    "security": {},
}
PLAIN_TEXTS = {
    "": {"logo": 400, "colour": 7, "contact": 300},
    "privacy": {"responsible": 200, "contact": 300},
    "publisher": {"name": 200, "address": 400, "phone": 60, "number": 200, "director": 200, "host": 400},
    "security": {"contact": 300},
}
WHOLE_NUMBERS = {"minimum_age": MAX_MINIMUM_AGE}  # outside of the tables, and how large each may be
TABLES = ("privacy", "publisher", "security")


@dataclass(frozen=True, slots=True)
class LocalText:
    """A text in one or several languages."""

    by_language: Mapping[str, str] = field(default_factory=dict)  # "": for every language

    def __bool__(self) -> bool:
        return any(self.by_language.values())

    def read_in(self, language: str) -> str:
        """The text for a reader; in another language where theirs is not there, "" where there is none."""
        for code in (language, "", *sorted(self.by_language)):
            if text := self.by_language.get(code):
                return text
        return ""

    def language_in(self, language: str) -> str:
        """In which language `read_in` answers; "" where the file does not say."""
        return language if self.by_language.get(language) else next(iter(sorted(self.by_language)), "")


@dataclass(frozen=True, slots=True)
class Contact:
    """Where somebody is written to."""

    text: str = ""  # an e-mail address, or the address of a page

    @property
    def href(self) -> str:
        """Where a link leads."""
        return f"mailto:{self.text}" if "@" in self.text and "://" not in self.text else self.text


@dataclass(frozen=True, slots=True)
class Logo:
    """The picture beside the name."""

    content: bytes = field(repr=False)
    mimetype: str


@dataclass(frozen=True, slots=True)
class PrivacySettings:
    """Who is in charge of personal information (Quebec: RLRQ P-39.1, s. 3.1) and what the templates do not say."""

    responsible: str = ""  # name or title
    contact: Contact = Contact()
    more: LocalText = LocalText()


@dataclass(frozen=True, slots=True)
class PublisherSettings:
    """The legal notice (France: law 2004-575, art. 1-1)."""

    name: str = ""
    address: str = ""
    phone: str = ""
    number: str = ""  # under which the publisher is registered
    director: str = ""  # of publication
    host: str = ""  # name, address and telephone of who hosts the machine
    more: LocalText = LocalText()


@dataclass(frozen=True, slots=True)
class BankSettings:
    """All of the file; empty without one."""

    name: LocalText = LocalText()
    welcome: LocalText = LocalText()
    colour: str = ""  # "#rrggbb", dark enough to be read on white
    logo: Logo | None = None
    contact: Contact = Contact()
    minimum_age: int = 0  # of whoever asks a mentor, by their own word; 0: any
    privacy: PrivacySettings = PrivacySettings()
    publisher: PublisherSettings = PublisherSettings()
    security: Contact = Contact()  # whom to tell of a weak spot; nobody: `contact`

    @property
    def missing(self) -> list[str]:
        """What a bank that the public reads should say and does not, by its name in the file."""
        required = {
            "contact": self.contact.text,
            "privacy.responsible": self.privacy.responsible,
            "publisher.name": self.publisher.name,
        }
        return [name for name, value in required.items() if not value]


def read_bank_settings(path: Path | None) -> BankSettings:
    """What a file says; without one nothing is said.

    Raises:
        ConfigError: it cannot be read, or something in it is wrong; which, and what to do.
    """
    if path is None:
        return BankSettings()
    document = _document(path)
    apart = {*TABLES, *WHOLE_NUMBERS}
    tables = {"": {name: value for name, value in document.items() if name not in apart}}
    numbers = {name: _whole_number(document.get(name, 0), name, most) for name, most in WHOLE_NUMBERS.items()}
    for name in TABLES:
        tables[name] = _table(document.get(name, {}), name)
    local = {name: _local_texts(tables[name], name) for name in tables}
    plain = {name: _plain_texts(tables[name], name) for name in tables}
    for table, values in tables.items():
        if unknown := sorted(values.keys() - local[table].keys() - plain[table].keys()):
            raise _wrong(_named(table, unknown[0]), "is not known. docs/bank.example.toml shows what may be said")
    publisher = {name: text for name, text in plain["publisher"].items() if text}
    return BankSettings(
        name=local[""]["name"],
        welcome=local[""]["welcome"],
        colour=_colour(plain[""]["colour"]),
        logo=_logo(path.parent, plain[""]["logo"]),
        contact=_contact(plain[""]["contact"], "contact"),
        minimum_age=numbers["minimum_age"],
        privacy=PrivacySettings(
            plain["privacy"]["responsible"],
            _contact(plain["privacy"]["contact"], "privacy.contact"),
            local["privacy"]["more"],
        ),
        publisher=PublisherSettings(**publisher, more=local["publisher"]["more"]),
        security=_contact(plain["security"]["contact"], "security.contact"),
    )


def _wrong(name: str, problem: str) -> ConfigError:
    return ConfigError(f"BANK_FILE: {name} {problem}.")


def _named(table: str, name: str) -> str:
    return f"{table}.{name[:40]}" if table else name[:40]


def _document(path: Path) -> dict[str, Any]:
    try:
        raw = path.read_bytes()
        if len(raw) > MAX_FILE_BYTES:
            raise _wrong(str(path), f"is longer than {MAX_FILE_BYTES} bytes")
        return tomllib.loads(raw.decode("utf-8"))
    except OSError as error:
        raise _wrong(str(path), f"cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise _wrong(str(path), "is not UTF-8 text") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _wrong(str(path), f"is no TOML: {str(error)[:120]}") from None


def _table(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(name, f"is a table: begin it with [{name}] on a line of its own")
    return value


def _text(value: object, name: str, longest: int) -> str:
    if not isinstance(value, str):
        raise _wrong(name, "is a text: put it in quotation marks")
    if len(value) > longest or any(not (letter.isprintable() or letter == "\n") for letter in value):
        raise _wrong(name, f"has more than {longest} characters, or some that cannot be shown")
    return value.strip()


def _whole_number(value: object, name: str, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:  # `true` is no number
        raise _wrong(name, f"is a whole number from 0 to {most}, without quotation marks")
    return value


def _plain_texts(table: Mapping[str, Any], name: str) -> dict[str, str]:
    return {key: _text(table.get(key, ""), _named(name, key), longest) for key, longest in PLAIN_TEXTS[name].items()}


def _local_texts(table: Mapping[str, Any], name: str) -> dict[str, LocalText]:
    return {
        key: _local_text(table.get(key, ""), _named(name, key), longest) for key, longest in LOCAL_TEXTS[name].items()
    }


def _local_text(value: object, name: str, longest: int) -> LocalText:
    spoken = words.languages()
    by_language = value if isinstance(value, dict) else {"": value}
    for code in by_language:
        if code and code not in spoken:
            raise _wrong(_named(name, str(code)), f"is in none of the languages of the pages ({', '.join(spoken)})")
    texts = {code: _text(text, name, longest) for code, text in by_language.items()}
    return LocalText({code: text for code, text in texts.items() if text})


def _contact(value: str, name: str) -> Contact:
    if not value:
        return Contact()
    is_page = urlsplit(value).scheme == "https" and "." in value if "://" in value else False
    is_mail = "://" not in value and re.fullmatch(r"[^@\s<>?&]+@[^@\s<>?&]+\.[^@\s<>?&]+", value) is not None
    if not is_page and not (is_mail and parseaddr(value)[1] == value):
        raise _wrong(name, "is an e-mail address, or the https address of a page")
    return Contact(value)


def _colour(value: str) -> str:
    colour = value.lower()
    if not colour:
        return ""
    if not COLOUR.match(colour):
        raise _wrong("colour", 'is six hexadecimal digits, such as "#1f5c57"')
    if (contrast := 1.05 / (_luminance(colour) + 0.05)) < MIN_CONTRAST:
        raise _wrong(
            "colour", f"is too light to be read on white ({contrast:.1f} of {MIN_CONTRAST}). Take a darker one"
        )
    return colour


def _luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _logo(folder: Path, name: str) -> Logo | None:
    if not name:
        return None
    mimetype = LOGO_TYPES.get(Path(name).suffix.lower())
    if mimetype is None:
        raise _wrong("logo", f"is a file that ends in {', '.join(LOGO_TYPES)}")
    try:
        content = (folder / name).read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no such name"
        raise _wrong("logo", f"cannot be read ({reason}); it is looked for beside the file itself") from None
    if not 0 < len(content) <= MAX_LOGO_BYTES:
        raise _wrong("logo", f"is empty, or larger than {MAX_LOGO_BYTES} bytes")
    return Logo(content, mimetype)
