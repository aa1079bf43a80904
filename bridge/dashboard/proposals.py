"""Pairings: who could help, and whom one could help; both have said that they want to. Not the list of the related."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from bridge.dashboard import links
from bridge.dashboard.desk import Desk
from bridge.logs import each
from bridge.mentors.naming import with_place
from bridge.mentors.pairing import Pairing, Weights, pairings, sentence
from bridge.model import AuthorKey
from bridge.pages.languages import N_, language
from bridge.storage import blogs, parties, skills, writers
from bridge.storage.database import Tx

SHOWN = 5  # each way
WEIGHTS = {
    "complement": N_("what each gives the other"), "affinity": N_("affinity"), "openness": N_("openness"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposal:
    """Somebody to write to, and why."""

    name: str
    blog: str
    url: str
    why: str


@dataclass(frozen=True, slots=True)
class Proposals:
    """Both ways, with the weights that ranked them; `asks`: whether the author looks for anything, `only_asked`: only
    by what they ask in their posts."""

    helpers: list[Proposal]
    helped: list[Proposal]
    weights: list[tuple[str, float]]
    asks: bool
    only_asked: bool


def proposals(desk: Desk, tx: Tx, author: AuthorKey) -> Proposals:
    """As they follow now from what is kept of both sides."""
    weights = Weights(**desk.config.pairing_weights)
    own = parties.find(tx, author)
    first, second = pairings(own, parties.list_around(tx, own), weights, SHOWN) if own else ([], [])
    named = {skill for found in (*first, *second) for skill, _ in (*found.gives, *found.gets)}
    labels = skills.labels(tx, named, language())
    helpers = {AuthorKey.parse(found.mentor): found for found in first}
    helped = {AuthorKey.parse(found.mentee): found for found in second}
    people = _people(tx, {*helpers, *helped})
    shares = asdict(weights)
    return Proposals(
        _each(people, helpers, labels),
        _each(people, helped, labels),
        [(title, shares[name]) for name, title in WEIGHTS.items()],
        bool(own and own.needs),
        bool(own and own.needs and not own.wishes),
    )


def _people(tx: Tx, keys: set[AuthorKey]) -> dict[AuthorKey, tuple[str, str, str]]:
    """Author → name, blog, address."""
    if not keys:
        return {}
    places = blogs.named(tx, {key.blog_id for key in keys})
    cards = writers.author_cards(tx, [(key.blog_id, key.author_id) for key in sorted(keys)])
    found = {}
    for key in keys:
        card, blog = cards.get((key.blog_id, key.author_id)), places.get(key.blog_id)
        if card is not None and blog is not None:
            name, url = card
            found[key] = (
                name,
                with_place(blog.facts.name, blog.facts.home_url),
                links.web(url) or links.web(blog.facts.home_url),
            )
    return found


def _each(
    people: dict[AuthorKey, tuple[str, str, str]], pairs: dict[AuthorKey, Pairing], labels: dict[str, str]
) -> list[Proposal]:
    known = [(key, found) for key, found in pairs.items() if key in people]
    return each(known, lambda one: _told(people[one[0]], one[1], labels), "proposal")


def _told(person: tuple[str, str, str], found: Pairing, labels: dict[str, str]) -> Proposal:
    return Proposal(*person, sentence(found, labels, language()))
