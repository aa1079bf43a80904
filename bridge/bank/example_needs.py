"""Needs to press on the first page: three that somebody in this bank answers, said as people say them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bridge.mentors.skills import Skill
from bridge.pages.languages import gettext, language
from bridge.words import N_

MAX_EXAMPLES = 3
# Skill → a need that it answers, the most telling first.
EXAMPLE_NEEDS: Mapping[str, str] = {
    "first-hire": N_("hiring my first employee"),
    "late-payment": N_("getting unpaid invoices paid"),
    "business-takeover": N_("taking over a business"),
    "saying-no": N_("saying no to a client"),
    "burnout": N_("coming back from burnout"),
    "succession": N_("passing the business on"),
    "starting-business": N_("starting a business"),
    "quotes": N_("writing quotes that people read"),
    "pricing": N_("setting prices without fear"),
    "freelancing": N_("going freelance"),
    "delegation": N_("delegating at last"),
    "negotiation": N_("negotiating with a big client"),
    "cash-flow": N_("cash flow in a slow season"),
}


def example_needs(offered: Iterable[Skill]) -> list[tuple[str, Skill]]:
    """In the reader's words, with the skill that answers: the most telling first; the names of others fill up.

    They lead to who offers the skill, so that nobody presses one and finds nothing: a search reads words, and those of
    the reader may stand in no post of a bank in another language.
    """
    by_id = {skill.id: skill for skill in offered}
    situations = [(gettext(need), by_id[skill]) for skill, need in EXAMPLE_NEEDS.items() if skill in by_id]
    names = [(skill.label(language()), skill) for skill in by_id.values() if skill.id not in EXAMPLE_NEEDS]
    return [*situations, *names][:MAX_EXAMPLES]
