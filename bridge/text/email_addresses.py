"""E-mail addresses in what should be a name: as they are, disguised, or with their signs taken out.

WordPress makes a login and the end of an address from an e-mail address when nothing else was given: `a.b@c.org`
becomes `a-bc-org`. Nothing of that is shown. The plugin has the same rule (Public_Name), beside the writer's own
address, which never leaves the blog; both are held to the samples in tests/samples/names.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit

MAX_NAME_CHARACTERS = 2000  # characters that are looked at; a name has 300 at most, what a blog says of itself more
MAX_LOGIN_CHARACTERS = 320  # an address has no more; what is longer is told from a login by that alone
GENERIC_TLDS = "com|org|net|info|biz|edu"
NATIONAL_TLDS = "fr|ca|be|ch|eu|uk|re"
TLDS = (
    f"{GENERIC_TLDS}|{NATIONAL_TLDS}|quebec|paris|bzh|"
    "gov|de|es|it|pt|nl|ie|lu|dk|se|pl|us|au|nz|io|co|me|tv|ma|dz|tn|sn|ci|cm|mg|email|online"
)
PROVIDERS = (
    "gmail|googlemail|hotmail|outlook|yahoo|ymail|rocketmail|icloud|protonmail|tutanota|wanadoo|laposte|videotron|"
    "sympatico|numericable|bluewin|skynet|fastmail|gmx"
)
SHORT_PROVIDERS = "free|orange|sfr|live|msn|aol|neuf|proton|me|mac|bbox|web|mail|bell"  # words of their own, too

IGNORED_CHARACTERS = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
DISGUISED_SIGNS = (
    (re.compile(r"&#0*64;?|&#x0*40;?|&commat;?|%40|[\uff20\ufe6b]", re.IGNORECASE), "@"),
    (re.compile(r"&#0*46;?|&#x0*2e;?|&period;?|[\uff0e\u3002\uff61\ufe52\u2024]", re.IGNORECASE), "."),
)
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
SPACES = re.compile(r"\s+")

_OPEN, _CLOSE = r" ?[(\[{<] ?", r" ?[)\]}>] ?"
_NO_LOCAL = r"\s@,;:()<>\[\]{}\"«»“”/\\|"
# From where it begins to where it ends, and nowhere in between: each sign is looked at once.
_LOCAL = rf"(?<![^{_NO_LOCAL}])[^{_NO_LOCAL}]++"
_LABEL = r"[^\s@.,;:!?()<>\[\]{}\"'«»“”/\\|&=+*…]+"
_POINT = rf"(?:{_OPEN}(?:\.|dot|point|punkt){_CLOSE}| (?:dot|point|punkt) )"
_DOT = rf"(?:\.| \. |{_POINT})"
_SIGN = rf"(?: ?@ ?|{_OPEN}(?:@|at|ät|arobase|arobas|a|chez){_CLOSE})"
_BEFORE = r"(?:\b(?:mailto|e-?mail|courriel|m[ée]l|mail) ?: ?)?"
_WHO = rf"(?:\"[^\"]{{1,64}}\"|{_LOCAL}(?:{_POINT}{_LOCAL})*)"
_DOMAIN = rf"{_LABEL}(?:{_DOT}{_LABEL})+"
_IN_WORDS = rf"{_LABEL}(?:{_DOT}{_LABEL})*(?:{_POINT}{_LABEL}|\.(?:{TLDS})(?![^\s.,;:!?)]))"
EMAIL_ADDRESS = re.compile(
    rf"{_BEFORE}{_WHO}(?:{_SIGN}(?:\[[0-9a-f:.]+\]|localhost\b|{_DOMAIN})| (?:at|arobase|arobas) {_IN_WORDS})",
    re.IGNORECASE,
)
REPEATED_SEPARATOR = re.compile(r" *[,;:|/](?= *[,;:|/])")  # a sign between nothing and something
EMPTY_BRACKETS = re.compile(r"[(\[{<«“\"] *[)\]}>»”\"]")
STRIPPED_CHARACTERS = " -‐‑–—_,;:|/\\·•=+~"
LETTER = re.compile(r"[^\W\d_]")

# The whole of a login or of the end of an address, in lower case.
MADE_OF_ADDRESS = (
    re.compile(rf"(?=.{{7,}})[a-z0-9]+(?:[-_.]+[a-z0-9]+)*[-_](?:{GENERIC_TLDS})"),
    re.compile(rf"(?=.{{12,}})[a-z0-9]+(?:[-_.]+[a-z0-9]+)*[-_](?:{NATIONAL_TLDS})"),
    re.compile(rf"[a-z0-9._+-]+[-_.](?:at|arobase|arobas)[-_.][a-z0-9._-]+[-_.](?:{TLDS})"),
    re.compile(rf"[^ ]*[a-z0-9][^ ]*(?:(?:{SHORT_PROVIDERS})[-_]|[._](?:{SHORT_PROVIDERS})\.)(?:{TLDS})"),
    re.compile(rf".*[a-z0-9].*(?:{PROVIDERS})[-_. ]?(?:co[-_. ]?)?(?:{TLDS})"),
)


@lru_cache(maxsize=4096)  # the same people come back
def without_address(name: str) -> str:
    """A name without the e-mail addresses in it; "" when it is nothing else, or was made of one.

    Args:
        name: as somebody wrote it; what holds no address comes back as it is.
    """
    plain = _plain(name[:MAX_NAME_CHARACTERS])
    bare = EMAIL_ADDRESS.sub(" ", plain)
    if bare == plain:
        return "" if _is_made_of_one(plain) else name
    while (emptied := EMPTY_BRACKETS.sub(" ", bare)) != bare:
        bare = emptied
    bare = SPACES.sub(" ", REPEATED_SEPARATOR.sub("", bare)).strip(STRIPPED_CHARACTERS)
    return "" if "@" in bare or not LETTER.search(bare) or _is_made_of_one(bare) else bare


def reveals_address(url: str) -> bool:
    """Whether an e-mail address, or what is left of one, stands in the path or the query of a web address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    pieces = re.split(r"[/&=]", f"{parts.path}&{parts.query}")
    return any(without_address(piece) != piece for piece in map(unquote, pieces))


def _plain(name: str) -> str:
    """One way of writing signs and spaces."""
    for written, sign in DISGUISED_SIGNS:
        name = written.sub(sign, name)
    return SPACES.sub(" ", IGNORED_CHARACTERS.sub("", name.translate(FULL_WIDTH))).strip()


def _is_made_of_one(name: str) -> bool:
    if len(name) > MAX_LOGIN_CHARACTERS:
        return False
    lowered = name.lower()
    return any(form.fullmatch(lowered) for form in MADE_OF_ADDRESS)
