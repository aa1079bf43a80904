"""Foreign text as it may be shown: nothing in it steers how it, or what stands beside it, is read.

Names, titles and addresses come from blogs. Characters without a shape of their own can turn the line around them
(U+202E), end it (U+2028), ring a terminal's bell, or make two names look alike. They go; letters never do. What joins
letters stays where it belongs: in emoji, and in the scripts that are written with it (Persian, the Indic ones).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

COMBINING_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
MAX_MARKS_PER_LETTER = 4  # on one letter; Vietnamese needs two, what stands higher covers the lines above
JOINER_CHARACTERS = (  # after these a joiner is part of how something is written
    "\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\u1a20-\u1aaf\u1b00-\u1c4f\ua840-\ua87f\ua8e0-\ua8ff"
    "\ua980-\ua9df\uaa60-\uaa7f\uabc0-\uabff\U00010a00-\U000119ff"
    "\u2190-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff"
)
LINE_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
INVISIBLE_CHARACTERS = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]"  # controls, halves of a pair
    "|[\xad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff"
    "\uffa0\ufff0-\ufffb\ufdd0-\ufdef\ufffe\uffff]"
    f"|(?<![{JOINER_CHARACTERS}])[\u200c\u200d]"
    "|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]"  # tags; of a black flag they are its region
)
# Nearly all texts have none of it, which one class of characters tells many times faster.
SUSPECT_CHARACTERS = re.compile(
    f"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad{COMBINING_MARKS}\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"
)
EXCESS_MARKS = re.compile(f"([{COMBINING_MARKS}]{{{MAX_MARKS_PER_LETTER}}})[{COMBINING_MARKS}]+")
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
WEB_SCHEMES = ("http", "https")
MAX_ADDRESS_CHARACTERS = 2000
FIRST_STRONG, POP_ISOLATE = "\u2068", "\u2069"


def legible(text: str) -> str:
    """The text without what is not seen but acts; a line ends with a line feed, however its author ended it."""
    if (text.isascii() and text.isprintable()) or not SUSPECT_CHARACTERS.search(text):
        return text
    return EXCESS_MARKS.sub(r"\1", INVISIBLE_CHARACTERS.sub("", LINE_BREAKS.sub("\n", text)))


def one_line(text: str) -> str:
    """A name or title: legible, in one line."""
    return " ".join(legible(text).split())


def legible_in(value: Any) -> Any:
    """The same of every text in a value that JSON can hold."""
    if isinstance(value, str):
        return legible(value)
    if isinstance(value, Mapping):
        return {legible(key) if isinstance(key, str) else key: legible_in(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [legible_in(inner) for inner in value]
    return value


def isolated(text: str) -> str:
    """Legible, to stand inside of a sentence: the words around keep their order beside right-to-left ones."""
    shown = legible(text)
    return f"{FIRST_STRONG}{shown}{POP_ISOLATE}" if RIGHT_TO_LEFT.search(shown) else shown


def web_address(url: str) -> str:
    """An address that a browser may be sent to; "" for anything else."""
    try:
        parts = urlsplit(url)
        fits = parts.scheme in WEB_SCHEMES and bool(parts.hostname) and len(url) <= MAX_ADDRESS_CHARACTERS
    except (AttributeError, TypeError, ValueError):
        return ""
    return url if fits and legible(url) == url and not any(char.isspace() for char in url) else ""
