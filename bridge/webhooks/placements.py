"""`POST /webhooks/<blog_id>/placements`: on which blogs an author is shown, for WordPress's export and eraser."""

from __future__ import annotations

from typing import Any

from bridge.contract.placements import MAX_NAME_CHARACTERS, MAX_PLACES, PlacementsRequest
from bridge.contract.pushes import cut_text
from bridge.contract.signing_in import load_message
from bridge.operations.standings import list_standings
from bridge.storage.matching import profiles
from bridge.webhooks.authenticate import SignedRequest
from bridge.webhooks.pulls import claim_question, message_for
from bridge.webhooks.service import Service


def answer_placements(service: Service, blog_id: str, caller: SignedRequest) -> dict[str, Any]:
    """The blogs that show one author of this very blog; of somebody unknown there are none.

    Raises:
        ContractError: no such question. SignatureRefused: one that was answered before.
    """
    author = str(load_message(PlacementsRequest(), message_for(caller.body, "placements").get("data"))["author"])
    with service.database.begin() as tx:
        claim_question(service, tx, blog_id, caller)
    with service.database.read() as tx:
        mentors = [row.key.id for row in profiles.list_by_blog(tx, blog_id, author)]
        shown_on = [standing for standing in list_standings(tx, blog_id, mentors)[0] if standing.home_url]
    blogs = [
        {"name": cut_text(blog.blog_name, MAX_NAME_CHARACTERS), "url": blog.home_url, "posts": blog.posts}
        for blog in shown_on[:MAX_PLACES]
    ]
    return {"blogs": blogs, "count": len(shown_on)}
