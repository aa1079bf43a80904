"""`mentors search`: who has written about a need."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

from bridge.cli.common import open_for_reading, say_json, say_line, say_table
from bridge.cli.mentors import EpochNotBuilt, json_option, limit_option, read_json_objects
from bridge.mentors.explain_need import need_sentence
from bridge.operations import search as needs_search
from bridge.operations.search import MentorHit
from bridge.storage.bank import cards
from bridge.storage.bank.card_filters import FACET_NAMES, Filters
from bridge.storage.matching import epochs
from bridge.text.terms import WEIGHT_UNIT


@click.command()
@click.argument("need")
@click.option("--jsonl", is_flag=True, help='NEED is a file of lines {"id", "need"}; a line {"id", "mentors"} each.')
@click.option("--language", default=None, help="Only mentors who write in this language (fr, en, …).")
@click.option(
    "--facet",
    "facets",
    multiple=True,
    type=click.Choice(FACET_NAMES),
    help="Only mentors who tell what they have lived, go into depth, or answer within two days (known of "
    "authors whose blog sends statistics). May be given again.",
)
@click.option("--skill", default="", help="Only mentors who offer it: an id of `skills list`.")
@limit_option
@json_option
def search(
    need: str, jsonl: bool, language: str | None, facets: tuple[str, ...], skill: str, limit: int, as_json: bool
) -> None:
    """Who has written about NEED, in French or English. The mentors' posts vote; each is shown with those that did."""
    filters = Filters(facets=frozenset(facets), skill=skill)
    with open_for_reading() as (_, database), database.read() as tx:
        fitting = partial(cards.list_matching_mentor_ids, tx, filters=filters) if filters else None
        if epochs.find_current(tx) is None:
            raise EpochNotBuilt
        if jsonl:
            for asked in read_json_objects(Path(need)):
                answer = needs_search.search(
                    tx, str(asked.get("need", "")), language=language, limit=limit, fitting=fitting
                )
                say_json({"id": asked.get("id"), "mentors": _data(answer.mentors)})
            return
        results = needs_search.search(tx, need, language=language, limit=limit, fitting=fitting)
        for typed, understood in results.meant.items():
            say_line(f"'{typed}' is not a word of the bank; read as '{understood}'.", err=True)
        if results.missing:
            say_line(f"Nobody here writes much about {', '.join(results.missing)}; these touch on the rest.", err=True)
        data, further = _data(results.mentors), _data(results.further)
    if as_json:
        say_json(
            {
                "mentors": data,
                "further": further,
                "missing": list(results.missing),
                "total": results.total,
                "language": results.language,
            }
        )
        return
    rows = [
        [item["blog"], item["author"], f"{item['score']:.3f}", item["why"]["sentence"]] for item in (*data, *further)
    ]
    say_table(["blog", "author", "score", "why"], rows, "Nobody has written about it. Try other or fewer words.")


def _data(mentors: tuple[MentorHit, ...]) -> list[dict[str, Any]]:
    return [
        {
            "blog": mentor.key.blog_id,
            "author": mentor.key.author_id,
            "language": mentor.key.language,
            "score": mentor.score / WEIGHT_UNIT,
            "why": {
                "sentence": need_sentence(
                    mentor.votes, mentor.words, mentor.posts[0] if mentor.posts else None, "en", mentor.key.language
                ),
                "words": [word.written for word in mentor.words],
                "votes": mentor.votes,
                "posts": [
                    {"title": post.title, "url": post.url, "date": post.date.isoformat(), "snippet": post.snippet}
                    for post in mentor.posts
                ],
            },
        }
        for mentor in mentors
    ]
