"""A card as machines read it: schema.org, in JSON-LD."""

from __future__ import annotations

from typing import Any

from bridge.bank.views import CardView
from bridge.legible import legible_in
from bridge.pages.languages import language

MAX_DESCRIPTION_CHARACTERS = 300


def person_page(view: CardView, address: str) -> dict[str, Any]:
    """A page about a person, or a blog that names nobody, with what they say themselves that they know about."""
    card = view.card
    confirmed = [offer.skill.label(language()) for offer in view.offers if offer.confirmed]
    about: dict[str, Any] = {
        "@type": "Person" if card.personal else "Organization",
        "@id": f"{address}#mentor",
        "name": card.name,
        "url": card.url or address,
        "knowsAbout": [*card.declared.offers, *confirmed],
        "knowsLanguage": list(card.languages),
    }
    if card.bio:
        about["description"] = shorten(card.bio)
    if card.home_url:
        about["subjectOf"] = {"@type": "Blog", "name": card.blog, "url": card.home_url}
    page: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "url": address,
        "mainEntity": about,
    }
    page |= {"dateModified": card.last_post_at.date().isoformat()} if card.last_post_at else {}
    return dict(legible_in(page))


def shorten(text: str) -> str:
    """A text in one line, cut at a word."""
    flat = " ".join(text.split())
    if len(flat) <= MAX_DESCRIPTION_CHARACTERS:
        return flat
    return flat[:MAX_DESCRIPTION_CHARACTERS].rsplit(" ", 1)[0] + "…"
