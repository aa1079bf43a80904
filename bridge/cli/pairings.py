"""`mentors pairings`: who could help an author, and whom they could help; both have said that they want to."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from bridge.cli.blog_names import author_named, get_named_blog
from bridge.cli.common import open_for_reading, say_json, say_line, say_table
from bridge.cli.mentors import json_option, limit_option
from bridge.errors import NotFound
from bridge.mentors.explain_pairing import pairing_sentence
from bridge.mentors.pairing import Pairing, PairingWeights, rank_pairings
from bridge.model import AuthorKey
from bridge.storage.content import authors
from bridge.storage.matching import pairing, skills

NO_PAIRINGS_MESSAGE = (
    "Nobody to propose. A pairing needs an author who looks for something (on their profile screen in wp-admin: "
    "“I am looking for”, and “mentee” or “both”) and a mentor of another blog who can give it."
)


@click.command("pairings")
@click.option("--author", required=True, help="The author: BLOG/AUTHOR, or AUTHOR with --blog.")
@click.option("--blog", "blog_id", default=None, help="The author's blog.")
@click.option("--language", default="en", show_default=True, help="Of the reasons: en or fr.")
@limit_option
@json_option
def pairings_command(author: str, blog_id: str | None, language: str, limit: int, as_json: bool) -> None:
    """Proposals for an author, best first: as the one who is helped, and as the one who helps."""
    with open_for_reading() as (config, database), database.read() as tx:
        key = AuthorKey(get_named_blog(tx, blog_id).id, author) if blog_id else author_named(tx, author)
        if authors.find(tx, key.blog_id, key.author_id) is None:
            raise NotFound(f"There is no author '{key.author_id}' on the blog '{key.blog_id}'. Name them BLOG/AUTHOR.")
        weights = PairingWeights(**config.pairing_weights)
        side = pairing.find(tx, key)
        helped, helps = rank_pairings(side, pairing.list_candidates(tx, side), weights, limit) if side else ([], [])
        named = {skill for proposal in (*helped, *helps) for skill, _ in (*proposal.gives, *proposal.gets)}
        labels = skills.list_labels(tx, named, language)
    mentors = [_data(proposal, proposal.mentor, labels, language) for proposal in helped]
    mentees = [_data(proposal, proposal.mentee, labels, language) for proposal in helps]
    if as_json:
        say_json({"mentors": mentors, "mentees": mentees, "weights": asdict(weights)})
        return
    rows = [
        [role, item["blog"], item["author"], f"{item['score']:.3f}", item["why"]["sentence"]]
        for role, items in (("helps you", mentors), ("you help", mentees))
        for item in items
    ]
    say_table(["", "blog", "author", "score", "why"], rows, NO_PAIRINGS_MESSAGE)
    say_line("Weights, which are choices: " + ", ".join(f"{k} {v:g}" for k, v in asdict(weights).items()), err=True)


def _data(pair: Pairing, partner: str, labels: dict[str, str], language: str) -> dict[str, Any]:
    key = AuthorKey.parse(partner)
    why = {
        "sentence": pairing_sentence(pair, labels, language),
        "gives": [{"skill": skill, "label": labels.get(skill, skill), "weight": part} for skill, part in pair.gives],
        "gets": [{"skill": skill, "label": labels.get(skill, skill), "weight": part} for skill, part in pair.gets],
        "themes": list(pair.themes),
        "gap": pair.gap,
        "return": pair.comes_back,
        "affinity": pair.affinity,
    }
    return {"blog": key.blog_id, "author": key.author_id, "score": pair.score, "why": why}
