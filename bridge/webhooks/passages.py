"""`POST /webhooks/<blog_id>/passages`: what an author may allow to be quoted, for the profile screen of their blog."""

from __future__ import annotations

from typing import Any

from bridge.contract.events import MAX_QUOTABLE
from bridge.contract.passages import MAX_TEXT, MAX_TITLE, PassagesAsked
from bridge.contract.pushes import cut, wire_time
from bridge.contract.signing_in import loaded
from bridge.errors import NotFound
from bridge.storage import readings
from bridge.storage.readings import PostReading
from bridge.text.experience import Passage
from bridge.webhooks.gate import Caller
from bridge.webhooks.pulls import once, purpose
from bridge.webhooks.service import Service


def answer_passages(service: Service, blog_id: str, caller: Caller) -> dict[str, Any]:
    """All passages of one author of this very blog; another blog's are out of its reach.

    Raises:
        ContractError: no such question. SignatureRefused: one that was answered before. NotFound: nobody who takes
            part, as far as the bridge has heard.
    """
    author = str(loaded(PassagesAsked(), purpose(caller.body, "passages").get("data"))["author"])
    with service.database.begin() as tx:
        once(service, tx, blog_id, caller)
    with service.database.read() as tx:
        if not readings.takes_part(tx, blog_id, author):
            raise NotFound("Nobody of this id takes part.")
        found = readings.list_passages(tx, blog_id, author)
    told: dict[str, dict[str, Any]] = {}
    for post, passage in found:  # a sentence that stands in two posts is asked about once, with the newer one
        told.setdefault(passage.key, _data(post, passage))
    return {"passages": list(told.values())[:MAX_QUOTABLE]}


def _data(post: PostReading, passage: Passage) -> dict[str, Any]:
    return {
        "key": passage.key, "text": cut(passage.text, MAX_TEXT), "label": passage.label, "language": post.language,
        "title": cut(post.title, MAX_TITLE), "url": post.url, "date": wire_time(post.published_at),
    }  # fmt: skip
