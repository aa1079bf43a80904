"""`POST /webhooks/<blog_id>/choices`: who waits for a yes or no of a blog, for its screens in wp-admin."""

from __future__ import annotations

from typing import Any

from bridge.contract.choices import MAX_WAITING_LINES, ChoicesRequest
from bridge.contract.pushes import cut_text
from bridge.contract.signing_in import load_message
from bridge.legible import one_line, web_address
from bridge.mentors.explain import reason_sentence
from bridge.mentors.vetoes import Side, Veto
from bridge.model import AuthorKey
from bridge.operations import choices, standings
from bridge.operations.standings import Candidate
from bridge.storage.blogs import blogs
from bridge.storage.content import authors
from bridge.storage.content.authors import Byline
from bridge.webhooks.authenticate import SignedRequest
from bridge.webhooks.pulls import claim_question, message_for
from bridge.webhooks.service import Service


def answer_choices(service: Service, blog_id: str, caller: SignedRequest) -> dict[str, Any]:
    """Whom this very blog may decide about; a decision that comes along is heeded first.

    Raises:
        ContractError: no such question. SignatureRefused: one that was answered before. NotFound: a decision about
            nobody.
    """
    asked = load_message(ChoicesRequest(), message_for(caller.body, "choices").get("data"))
    with service.database.begin() as tx:
        claim_question(service, tx, blog_id, caller)
        if asked["decision"]:
            mentor = AuthorKey.parse(asked["key"])
            post = str(asked["post"]) if asked["post"] else ""
            about = Veto(Side.BLOG, mentor.blog_id, mentor.author_id, post)
            choices.decide(tx, blog_id, asked["decision"], about, service.clock())
    with service.database.read() as tx:
        blog = blogs.get(tx, blog_id)
        candidates = standings.list_candidates(tx, blog)
        waiting = candidates.waiting[:MAX_WAITING_LINES]
        people = authors.list_bylines(tx, [(line.mentor.blog_id, line.mentor.author_id) for line in waiting])
    return {
        "showing": blog.showing,
        "waiting": candidates.waiting_count,
        "candidates": [
            _data(line, byline, blog.facts.language)
            for line in waiting
            if (byline := people.get((line.mentor.blog_id, line.mentor.author_id)))
        ],
    }


def _data(line: Candidate, byline: Byline, reader: str) -> dict[str, Any]:
    return {
        "key": str(line.mentor),
        "name": cut_text(one_line(byline.name or byline.home_url), 120),
        "blog": cut_text(one_line(byline.blog or byline.home_url), 120),
        "url": web_address(byline.url) or web_address(byline.home_url),
        "why": cut_text(reason_sentence(line.sample.reason, reader), 400),
        "posts": line.posts,
    }
