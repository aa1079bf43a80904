"""Why a pairing, in one or two sentences: what each gives the other, and what both have lived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from babel.lists import format_list

from bridge.mentors.pairing import Pairing
from bridge.words import N_, supported_language, translate

# (whether something comes back, whether both tell of the same) → the sentences
PAIRING_SENTENCES = {
    (False, False): N_("Can help with %(gives)s."),
    (False, True): N_("Can help with %(gives)s. Both tell of %(themes)s."),
    (True, False): N_("Can help with %(gives)s; looks for %(gets)s."),
    (True, True): N_("Can help with %(gives)s; looks for %(gets)s. Both tell of %(themes)s."),
}
THEME_NAMES = {
    "failure": N_("failure"),
    "success": N_("success"),
    "lesson": N_("lessons learned"),
    "turning point": N_("turning points"),
}


def pairing_sentence(pairing: Pairing, labels: Mapping[str, str], tag: str) -> str:
    """What each gives the other, for a reader of the language `tag`; in English where theirs is not spoken here.

    Args:
        pairing: the proposal, read from the side of the mentee.
        labels: skill → its name in that language.
        tag: BCP 47.
    """
    language = supported_language(tag)
    themes = [translate(language, THEME_NAMES[theme]) if theme in THEME_NAMES else theme for theme in pairing.themes]
    return translate(
        language,
        PAIRING_SENTENCES[bool(pairing.gets), bool(themes)],
        gives=_listed(pairing.gives, labels, language),
        gets=_listed(pairing.gets, labels, language),
        themes=format_list(themes, locale=language),
    )


def _listed(side: Iterable[tuple[str, float]], labels: Mapping[str, str], language: str) -> str:
    return str(format_list([labels.get(skill, skill) for skill, _ in side], locale=language))
