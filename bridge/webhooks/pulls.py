"""What a blog fetches that nobody can reach: its waiting pushes, signed, against what it took of the last."""

from __future__ import annotations

import json
import secrets
from typing import Any

from bridge import signing
from bridge.contract import pull_request
from bridge.contract.parsing import installation_of
from bridge.contract.pushes import MAX_CALL_LISTS, object_data, wire_time
from bridge.errors import ContractError, SignatureRefused
from bridge.pushes import PushAnswer
from bridge.storage.blogs import (
    blogs,
    contact,
    idempotency,
    installations,
    keys,
    outbox,
    state_checks,
    withdrawal_receipts,
)
from bridge.storage.content import shown_times
from bridge.storage.core.database import Tx
from bridge.webhooks.authenticate import SignedRequest
from bridge.webhooks.service import Service


def message_for(body: bytes, message_type: str) -> dict[str, Any]:
    """The message, if it was signed for this.

    Raises:
        ContractError: it is no message, or one for another purpose.
    """
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        raise ContractError("", "The body is not JSON.") from None
    if not isinstance(message, dict) or message.get("type") != message_type:
        raise ContractError("type", f"This address takes '{message_type}'.")
    return message


def claim_question(service: Service, tx: Tx, blog_id: str, caller: SignedRequest) -> None:
    """Note that a question is being answered.

    Raises:
        SignatureRefused: it was answered before, or a copy of the site asks.
    """
    if installations.is_second(blogs.get(tx, blog_id), installation_of(json.loads(caller.body)), service.clock()):
        raise SignatureRefused("another installation is connected with this key")
    if not idempotency.claim_id(tx, blog_id, caller.message_id, service.clock()):
        raise SignatureRefused("this webhook-id was used before")
    contact.record_seen(tx, blog_id, service.clock())


def answer_pull(service: Service, blog_id: str, caller: SignedRequest) -> tuple[bytes, dict[str, str]]:
    """Body and signature headers of the answer.

    Raises:
        ContractError: no pull. SignatureRefused: one that was answered before.
    """
    acknowledged = pull_request(message_for(caller.body, "pull").get("data"))
    now = service.clock()
    with service.database.begin() as tx:
        claim_question(service, tx, blog_id, caller)
        answer = PushAnswer(accepted=acknowledged)
        shown_times.record_first_shown(tx, blog_id, answer, now)
        outbox.record_answer(tx, blog_id, answer)
        withdrawal_receipts.record_acknowledged(tx, blog_id, now)
        waiting = outbox.list_open(tx, blog_id, MAX_CALL_LISTS)
        left = outbox.count_open(tx, blog_id)
        rotate = keys.find_rotation_requested_at(tx, blog_id) is not None
        compares = state_checks.is_asked(tx, blog_id)
        outbound = keys.list_live_keys(tx, service.vault, blog_id, "outbound", now)
    data = {"objects": [object_data(item) for item in waiting]}
    message = {"type": "pull.answer", "timestamp": wire_time(now), "data": data, "waiting": left - len(waiting)}
    if rotate:
        message["rotate"] = True
    if compares:
        message["check"] = True
    body = json.dumps(message).encode()
    return body, signing.headers(outbound[0], f"pull_{secrets.token_hex(16)}", now, body)
