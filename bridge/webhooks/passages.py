"""`POST /webhooks/<blog_id>/passages`: what an author may allow to be quoted, for the profile screen of their blog."""

from __future__ import annotations

from typing import Any

from bridge.contract.events import MAX_QUOTABLE_PASSAGES
from bridge.contract.passages import MAX_PASSAGE_CHARACTERS, MAX_TITLE_CHARACTERS, PassagesRequest
from bridge.contract.pushes import cut_text, wire_time
from bridge.contract.signing_in import load_message
from bridge.errors import NotFound
from bridge.storage.content import post_analysis
from bridge.storage.content.post_analysis import PostAnalysis
from bridge.text.experience import Passage
from bridge.webhooks.authenticate import SignedRequest
from bridge.webhooks.pulls import claim_question, message_for
from bridge.webhooks.service import Service


def answer_passages(service: Service, blog_id: str, caller: SignedRequest) -> dict[str, Any]:
    """All passages of one author of this very blog; another blog's are out of its reach.

    Raises:
        ContractError: no such question. SignatureRefused: one that was answered before. NotFound: nobody who takes
            part, as far as the bridge has heard.
    """
    author = str(load_message(PassagesRequest(), message_for(caller.body, "passages").get("data"))["author"])
    with service.database.begin() as tx:
        claim_question(service, tx, blog_id, caller)
    with service.database.read() as tx:
        if not post_analysis.is_participating(tx, blog_id, author):
            raise NotFound("Nobody of this id takes part.")
        rows = post_analysis.list_passages(tx, blog_id, author)
    passages: dict[str, dict[str, Any]] = {}
    for post, passage in rows:  # a sentence that stands in two posts is asked about once, with the newer one
        passages.setdefault(passage.key, _data(post, passage))
    return {"passages": list(passages.values())[:MAX_QUOTABLE_PASSAGES]}


def _data(post: PostAnalysis, passage: Passage) -> dict[str, Any]:
    return {
        "key": passage.key,
        "text": cut_text(passage.text, MAX_PASSAGE_CHARACTERS),
        "label": passage.label,
        "language": post.language,
        "title": cut_text(post.title, MAX_TITLE_CHARACTERS),
        "url": post.url,
        "date": wire_time(post.published_at),
    }
