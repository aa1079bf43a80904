"""`POST /webhooks/<blog_id>/sign-ins` and `/sign-outs`: a blog vouches for a user of its own, and takes that back."""

from __future__ import annotations

from typing import Any

from bridge.contract.signing_in import SignIn, SignOut, load_message
from bridge.storage.people import sessions
from bridge.storage.people.sessions import LINK_LIFETIME, Person
from bridge.webhooks.authenticate import SignedRequest
from bridge.webhooks.pulls import claim_question, message_for
from bridge.webhooks.service import Service


def answer_sign_in(service: Service, blog_id: str, caller: SignedRequest) -> dict[str, Any]:
    """The one-time address for the user that the blog names.

    Raises:
        ContractError: no sign-in. SignatureRefused: one that was answered before.
    """
    data = load_message(SignIn(), message_for(caller.body, "sign-in").get("data"))
    person = Person(blog_id, str(data["user"]), data["role"], data["manages"], data["name"])
    with service.database.begin() as tx:
        claim_question(service, tx, blog_id, caller)
        token = sessions.record_link(tx, person, service.clock())
    url = f"{service.config.public_url}/sign-in?token={token}"
    return {"url": url, "expires_in": round(LINK_LIFETIME.total_seconds())}


def answer_sign_out(service: Service, blog_id: str, caller: SignedRequest) -> dict[str, Any]:
    """How many sessions ended.

    Raises:
        ContractError: no sign-out. SignatureRefused: one that was answered before.
    """
    data = load_message(SignOut(), message_for(caller.body, "sign-out").get("data"))
    with service.database.begin() as tx:
        claim_question(service, tx, blog_id, caller)
        return {"ended": sessions.delete_by_users(tx, blog_id, [str(user) for user in data["users"]])}
