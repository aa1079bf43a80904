"""What authors declare in their own words, read as one of a few kinds that a list can be narrowed down by.

Their words are what is shown; a kind is only what is looked for. What is not understood has none: nobody is counted
among those they did not name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bridge.text.tokens import fold

STAGES: Mapping[str, str] = {  # kind → pattern over folded text; the first that fits
    "handing-over": r"transmi|releve|retrait|retir(e|ing)|cede|vendu|sold|handing|succession|exit",
    "taking-over": r"repri|repren|rachat|taking over|took over|takeover|buying",
    "starting": r"debut|demarr|lance|idee|projet|premiere annee|first year|start|idea|student|etudi|begin",
    "established": r"etabli|established|longtemps|experi|expert|matur|decenn|decade|veteran",
    "growing": r"croiss|grow|develop|jeune|young|scal",
}
STAGES_IN_ORDER = ("starting", "growing", "established", "taking-over", "handing-over")
AVAILABILITY: Mapping[str, str] = {  # kind → pattern; all that fit
    "day": r"matin|morning|apres-midi|afternoon|journee|daytime|midi|noon|lunch|"
    r"(lundi|mardi|mercredi|jeudi|vendredi|(mon|tues|wednes|thurs|fri)day)s?\b(?!.{0,3}\b(soir|evening|night))",
    "evening": r"soir|evening|night|\bnuit",
    "weekend": r"fins? de semaine|week-?end|samedi|dimanche|saturday|sunday",
}
ARRANGED = "arranged"  # said in another way: "two calls a month"
FORMATS: Mapping[str, str] = {  # kind → pattern; all that fit
    "video": r"visio|video|zoom|teams|meet\b|skype|ecran|screen",
    "call": r"appel|telephon|\bphone|\bcalls?\b",
    "written": r"courriel|e-?mail|\bmails?\b|messag|\bchat|ecrit|writing|written|lettre|letter",
    "in-person": r"visit|person|rencontre|cafe|coffee|dejeuner|lunch|diner|sur place|face|atelier|marche|walk",
    "event": r"evenement|\bevents?\b|meetup|colloque|congres",
}
WRITTEN = "written"
ONLY_WRITTEN = "written-only"  # and in no other way: a promise, so it holds only where all that was named is understood
YEARS = re.compile(r"(\d+|[a-z]+)\s+(?:ans?|annees?|years?)\b")
NUMBERS = {
    **dict.fromkeys(("un", "une", "one", "a"), 1),
    **dict.fromkeys(("deux", "two"), 2),
    **dict.fromkeys(("trois", "three"), 3),
    **dict.fromkeys(("quatre", "four"), 4),
    **dict.fromkeys(("cinq", "five"), 5),
    **dict.fromkeys(
        ("six", "sept", "seven", "huit", "eight", "neuf", "nine", "dix", "ten", "quinze", "vingt", "twenty"), 10
    ),
}
MAX_STARTING_YEARS, MAX_GROWING_YEARS = 1, 5


def read_stage(text: str) -> str:
    """The kind of a stage: a kind by its name, years in business, or what the words say; "" where nothing is clear."""
    folded = fold(text)
    if folded in STAGES:
        return folded
    years = YEARS.search(folded)
    number = (int(years[1][:3]) if years[1].isdigit() else NUMBERS.get(years[1], 0)) if years else 0
    if number:
        return (
            "starting" if number <= MAX_STARTING_YEARS else "growing" if number <= MAX_GROWING_YEARS else "established"
        )
    return next((kind for kind, pattern in STAGES.items() if re.search(pattern, folded)), "")


def read_availability(text: str) -> list[str]:
    """When somebody is there; "arranged" where they say it in another way."""
    folded = fold(text)
    if folded in (*AVAILABILITY, ARRANGED):
        return [folded]
    kinds = [kind for kind, pattern in AVAILABILITY.items() if re.search(pattern, folded)]
    return kinds or ([ARRANGED] if folded.strip() else [])


def read_formats(texts: Iterable[str]) -> list[str]:
    """How somebody meets others; "written-only" beside "written" where that is all that they name."""
    by_text = [_formats_of(fold(text)) for text in texts if text.strip()]
    kinds = [kind for kind in FORMATS if any(kind in read for read in by_text)]
    return [*kinds, ONLY_WRITTEN] if by_text and all(read == [WRITTEN] for read in by_text) else kinds


def read_format(text: str) -> str:
    """The one way to meet that is looked for; "" where nothing is clear."""
    folded = fold(text)
    return ONLY_WRITTEN if folded == ONLY_WRITTEN else next(iter(_formats_of(folded)), "")


def _formats_of(folded: str) -> list[str]:
    if folded in FORMATS:
        return [folded]
    return [kind for kind, pattern in FORMATS.items() if re.search(pattern, folded)]


def read_region(text: str) -> str:
    """A region without what only its author added: what follows a comma, a slash or a bracket."""
    place = " ".join(re.split(r"[,(/;]", text, maxsplit=1)[0].split())
    return place[:1].upper() + place[1:]
