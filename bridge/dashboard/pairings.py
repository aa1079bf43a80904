"""Pairings: who could help, and whom one could help; both have said that they want to. Not the list of the related."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from bridge.dashboard import links
from bridge.logs import make_each
from bridge.mentors.display_name import name_with_address
from bridge.mentors.explain_pairing import pairing_sentence
from bridge.mentors.pairing import Pairing, PairingWeights, rank_pairings
from bridge.model import AuthorKey
from bridge.pages.languages import language
from bridge.runtime import Runtime
from bridge.storage.bank import cards
from bridge.storage.blogs import blogs
from bridge.storage.content import authors
from bridge.storage.core.database import Tx
from bridge.storage.matching import pairing, skills
from bridge.words import N_

MAX_PAIRINGS_EACH_WAY = 5  # each way
WEIGHT_NAMES = {
    "complement": N_("what each gives the other"),
    "affinity": N_("affinity"),
    "openness": N_("openness"),
}


@dataclass(frozen=True, slots=True)
class ProposedPairing:
    """Somebody to write to, and why."""

    name: str
    blog: str
    url: str
    why: str
    slug: str = ""  # of the card of somebody who could help, where they are asked


@dataclass(frozen=True, slots=True)
class ProposedPairings:
    """Both ways, with the weights that ranked them; `asks`: whether the author looks for anything, `only_asked`: only
    by what they ask in their posts."""

    helpers: list[ProposedPairing]
    helped: list[ProposedPairing]
    weights: list[tuple[str, float]]
    asks: bool
    only_asked: bool


def propose_pairings(runtime: Runtime, tx: Tx, author: AuthorKey) -> ProposedPairings:
    """The proposals for an author, both ways, as they follow now from what is stored of both sides."""
    weights = PairingWeights(**runtime.config.pairing_weights)
    side = pairing.find(tx, author)
    first, second = (
        rank_pairings(side, pairing.list_candidates(tx, side), weights, MAX_PAIRINGS_EACH_WAY) if side else ([], [])
    )
    named = {skill for pair in (*first, *second) for skill, _ in (*pair.gives, *pair.gets)}
    labels = skills.list_labels(tx, named, language())
    helpers = {AuthorKey.parse(pair.mentor): pair for pair in first}
    helped = {AuthorKey.parse(pair.mentee): pair for pair in second}
    people = _people(tx, {*helpers, *helped})
    asked_at = {key: card.slug for key, card in cards.list_by_author(tx, helpers).items()}
    shares = asdict(weights)
    return ProposedPairings(
        _each(people, helpers, labels, asked_at),
        _each(people, helped, labels, {}),
        [(title, shares[name]) for name, title in WEIGHT_NAMES.items()],
        bool(side and side.needs),
        bool(side and side.needs and not side.wishes),
    )


def _people(tx: Tx, keys: set[AuthorKey]) -> dict[AuthorKey, tuple[str, str, str]]:
    """Author → name, blog, address."""
    if not keys:
        return {}
    places = blogs.list_by_ids(tx, {key.blog_id for key in keys})
    bylines_by_author = authors.list_bylines(tx, [(key.blog_id, key.author_id) for key in sorted(keys)])
    bylines = {}
    for key in keys:
        card, blog = bylines_by_author.get((key.blog_id, key.author_id)), places.get(key.blog_id)
        if card is not None and blog is not None:
            bylines[key] = (
                card.name,
                name_with_address(blog.facts.name, blog.facts.home_url),
                links.web_link(card.url) or links.web_link(blog.facts.home_url),
            )
    return bylines


def _each(
    people: dict[AuthorKey, tuple[str, str, str]],
    pairs: dict[AuthorKey, Pairing],
    labels: dict[str, str],
    slugs: Mapping[AuthorKey, str],
) -> list[ProposedPairing]:
    named = [(key, pair) for key, pair in pairs.items() if key in people]
    return make_each(
        named,
        lambda item: ProposedPairing(
            *people[item[0]], pairing_sentence(item[1], labels, language()), slugs.get(item[0], "")
        ),
        "proposal",
    )
