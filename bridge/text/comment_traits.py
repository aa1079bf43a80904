"""What a comment does: asks, tells of something lived or learned, links, praises, advertises.

Asking and telling follow the sentence patterns of `experience`, French and English. In other languages only length
and punctuation are looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from bridge.text.experience import asks_question, tells_experience
from bridge.text.tokens import fold

LINK = re.compile(r"https?://[^\s\"'<>)\]]+", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]+")
QUESTION_MARK = re.compile(r"[?？؟]+(?=[\s)»”\"'!.]|$)")  # in what is left when addresses are out

COMMERCIAL_WORDS = re.compile(
    r"\b(?:achat|agence|agency|assurances?|bet(?:ting)?|bitcoins?|boutique|buy|casino|cheap|consulting|coupons?"
    r"|credit|crypto|depannage|devis|discounts?|escort|forex|hosting|insurance|loans?|location|locksmith|marketing"
    r"|pas cher|pharma(?:cy)?|plombier|plumb(?:er|ing)|poker|promos?|rachat|referencement|seo|serrurier|services?"
    r"|shop(?:ping)?|store|viagra|voyance|vpn|webdesign)\b"
)


@lru_cache(maxsize=2)
def _listed(name: str) -> frozenset[str]:
    return frozenset((files("bridge.text") / "data" / f"{name}.txt").read_text(encoding="utf-8").split())


@dataclass(frozen=True, slots=True)
class CommentTraits:
    """What was read from one comment."""

    words: int
    question: bool
    experience: bool
    links: int  # distinct addresses
    praise: bool  # says nothing but that it was good
    commercial: bool  # an advertising name that links somewhere


def read_comment(html: str, text: str, language: str, name: str, *, has_website: bool) -> CommentTraits:
    """Read a comment.

    Args:
        html: as written, for its links.
        text: its words (`html.plain_text`).
        language: ISO 639-1 of the text.
        name: the public name of whoever wrote it.
        has_website: whether the name links somewhere.
    """
    plain = fold(text).replace("’", "'")
    return CommentTraits(
        words=len(text.split()),
        question=QUESTION_MARK.search(text) is not None or asks_question(text, language),
        experience=tells_experience(text, language),
        links=len({address.rstrip(".,;:!?") for address in LINK.findall(html)}),
        praise=_is_praise(plain),
        commercial=has_website and COMMERCIAL_WORDS.search(fold(name)) is not None,
    )


def _is_praise(plain: str) -> bool:
    words = WORD.findall(plain)
    praise = _listed("praise")
    return any(word in praise for word in words) and praise | _listed("praise_around") >= set(words)
