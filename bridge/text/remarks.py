"""What a comment does: asks, tells of something lived or learned, links, praises, advertises.

Sentence patterns in French and English. In other languages only length and punctuation are looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from bridge.text.tokens import fold

LINK = re.compile(r"https?://[^\s\"'<>)\]]+", re.IGNORECASE)
SENTENCE_END = re.compile(r"(?<=[.!?…？؟])\s+|\n+")
WORD = re.compile(r"[^\W\d_]+")
MARK = re.compile(r"[?？؟]+(?=[\s)»”\"'!.]|$)")  # in what is left when addresses are out

# Questions without a question mark; matched on folded text (no accents, lower case).
ASKS = {
    "fr": re.compile(
        r"\b(est[- ]ce qu|qu'est[- ]ce|pourquoi (?:est|n|ne|avez|as|ne pas)"
        r"|comment (?:faire|fait|faites|fais|avez|as|est)"
        r"|(?:pouvez|pourriez|pourrais|peux|avez|auriez|as|savez|connaissez)[- ](?:vous|tu)\b"
        r"|je me demande|j'aimerais savoir|je serais curieu|quelqu'un (?:sait|saurait|aurait|connait))"
    ),
    "en": re.compile(
        r"\b(how (?:do|did|does|can|would|should|to) |what (?:do|did|does|would|is your|was your) "
        r"|why (?:do|did|does|is|are) "
        r"|(?:could|can|would|did|do|have) you |i wonder|i(?:'d| would) (?:like|love) to know|i(?:'m| am) curious"
        r"|(?:does|has) any(?:one|body)|any (?:advice|idea|tips)\b)"
    ),
}  # fmt: skip
# Something the writer lived or learned.
TELLS = {
    "fr": re.compile(
        r"\bj'(?:ai|avais) (?:aussi |moi aussi |moi[- ]meme |deja |longtemps |fini par |failli )*"
        r"(?:appris|arrete|achete|change|commence|compris|cree|decouvert|demissionne|echoue|embauche|essaye|essaie"
        r"|fait|fonde|ferme|gagne|lance|monte|perdu|quitte|rate|refuse|regrette|reussi|rencontre|teste|travaille|vecu|vendu)\b"
        r"|\bje me suis (?:aussi )?(?:fait|lance|mis|plante|rendu compte|retrouve|trompe)"
        r"|\b(?:nous avons|on a) (?:aussi )?"
        r"(?:appris|arrete|commence|cree|embauche|essaye|fait|lance|perdu|rate|reussi|vecu|vendu)\b"
        r"|\b(?:mon experience|dans mon cas|chez (?:moi|nous)|quand j'(?:ai|etais|avais)|lorsque j'(?:ai|etais|avais)"
        r"|a l'epoque,? (?:je|j'|nous|on)|la lecon que|(?:il y a|voila) [\w ]{1,12} ans,? (?:je|j'|nous|on)\b)"
    ),
    "en": re.compile(
        r"\b(?:i|we)(?:'ve| have| had)? (?:also |once |already |nearly |almost |just |recently |finally )*"
        r"(?:built|changed|closed|created|discovered|failed|founded|hired|launched|learned|learnt|left|lived through"
        r"|lost|made|managed|met|quit|realised|realized|regretted|sold|started|stopped|switched|tested|tried|worked)\b"
        r"|\b(?:in my (?:case|experience)|my (?:own )?experience"
        r"|when (?:i|we) (?:was|were|had|first|started|left|tried)"
        r"|the lesson (?:i|we|was)|(?:back then|years ago),? (?:i|we)\b)"
    ),
}  # fmt: skip
COMMERCE = re.compile(
    r"\b(?:achat|agence|agency|assurances?|bet(?:ting)?|bitcoins?|boutique|buy|casino|cheap|consulting|coupons?"
    r"|credit|crypto|depannage|devis|discounts?|escort|forex|hosting|insurance|loans?|location|locksmith|marketing"
    r"|pas cher|pharma(?:cy)?|plombier|plumb(?:er|ing)|poker|promos?|rachat|referencement|seo|serrurier|services?"
    r"|shop(?:ping)?|store|viagra|voyance|vpn|webdesign)\b"
)


@lru_cache(maxsize=2)
def _listed(name: str) -> frozenset[str]:
    return frozenset((files("bridge.text") / "data" / f"{name}.txt").read_text(encoding="utf-8").split())


@dataclass(frozen=True, slots=True)
class Remark:
    """What was read from one comment."""

    words: int
    question: bool
    experience: bool
    links: int  # distinct addresses
    praise: bool  # says nothing but that it was good
    commercial: bool  # an advertising name that links somewhere


def read(html: str, text: str, language: str, name: str, *, has_website: bool) -> Remark:
    """Read a comment.

    Args:
        html: as written, for its links.
        text: its words (`html.plain_text`).
        language: ISO 639-1 of the text.
        name: the public name of whoever wrote it.
        has_website: whether the name links somewhere.
    """
    plain = fold(text).replace("’", "'")
    return Remark(
        words=len(text.split()),
        question=_asks(text, plain, language),
        experience=language in TELLS and TELLS[language].search(plain) is not None,
        links=len({address.rstrip(".,;:!?") for address in LINK.findall(html)}),
        praise=_is_praise(plain),
        commercial=has_website and COMMERCE.search(fold(name)) is not None,
    )


def _asks(text: str, plain: str, language: str) -> bool:
    if MARK.search(text):
        return True
    return language in ASKS and ASKS[language].search(plain) is not None


def _is_praise(plain: str) -> bool:
    words = WORD.findall(plain)
    praise = _listed("praise")
    return any(word in praise for word in words) and praise | _listed("praise_around") >= set(words)
