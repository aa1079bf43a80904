"""`POST /webhooks/<blog_id>`: verify, store, 202. Nothing is understood here, so nothing can be misunderstood."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, Response, g, request
from prometheus_client import Counter, Histogram

from bridge.contract import parse
from bridge.contract.pushes import wire_time
from bridge.errors import Gone
from bridge.model import Removal
from bridge.operations.withdrawal import is_erased
from bridge.storage.blogs import deliveries
from bridge.storage.blogs.address_claims import CLAIM_NOTICE_LIFETIME
from bridge.storage.blogs.inbox import InboundDelivery, Receipt
from bridge.storage.blogs.withdrawal_receipts import count_blogs_awaited
from bridge.storage.content import suspensions
from bridge.webhooks.authenticate import DEPARTED_MESSAGE, SignedRequest
from bridge.webhooks.choices import answer_choices
from bridge.webhooks.digests import answer_digest
from bridge.webhooks.passages import answer_passages
from bridge.webhooks.placements import answer_placements
from bridge.webhooks.pulls import answer_pull
from bridge.webhooks.service import Service
from bridge.webhooks.signing_in import answer_sign_in, answer_sign_out

CONFIRMED_EVENTS = ("blog.removed", "commenter.removed")
ANSWERED_EVENTS = (*CONFIRMED_EVENTS, "ping")
MAX_REFUSALS = 100  # that a blog is told of at once
QuestionHandler = Callable[[Service, str, SignedRequest], dict[str, Any]]
QUESTIONS: Mapping[str, tuple[QuestionHandler, int]] = {
    "choices": (answer_choices, 200),
    "digests": (answer_digest, 200),
    "passages": (answer_passages, 200),
    "placements": (answer_placements, 200),
    "sign-ins": (answer_sign_in, 201),
    "sign-outs": (answer_sign_out, 200),
}
BLOG_ROUTES = ("pushes", *QUESTIONS)
ACKNOWLEDGEMENT_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)  # seconds
ACKNOWLEDGEMENTS = Histogram(
    "bridge_acknowledgement_seconds",
    "How long this process took to answer a blog",
    ["route"],
    buckets=ACKNOWLEDGEMENT_BUCKETS,
)
ANSWER_COUNTER = Counter("bridge_webhook_answers", "Answers of this process to what blogs sent", ["route", "status"])


def blueprint(service: Service) -> Blueprint:
    """The routes that blogs call once they are connected."""
    routes = Blueprint("webhooks", __name__)

    @routes.post("/webhooks/<blog_id>")
    def receive(blog_id: str) -> Response:
        now = service.clock()
        caller = service.authenticator.verify(request, blog_id, now)
        act = _act(caller.body)
        leaving = act == "blog.removed"
        if not leaving:
            caller.must_be_here()
        news = _news(service, blog_id) if act == "ping" else {}
        receipt = service.ingest.submit(InboundDelivery(blog_id, caller.message_id, now, caller.body))
        if receipt.departed and not leaving:
            raise Gone(DEPARTED_MESSAGE)
        if receipt.departed:
            return _farewell(service, blog_id)
        if act == "commenter.removed" and _is_done(service, blog_id, caller.body):
            return _json({"erased": True}, 200)
        return _json(_receipt_data(receipt, now) | news, 202)

    @routes.post("/webhooks/<blog_id>/pushes")
    def pulled(blog_id: str) -> Response:
        caller = service.authenticator.verify(request, blog_id, service.clock())
        caller.must_be_here()
        answer, headers = answer_pull(service, blog_id, caller)
        return Response(answer, 200, headers, mimetype="application/json")

    for path, (answer_to, status) in QUESTIONS.items():
        routes.add_url_rule(
            f"/webhooks/<blog_id>/{path}", path, partial(_answered, service, answer_to, status), methods=["POST"]
        )

    _measure(routes)
    return routes


def _measure(routes: Blueprint) -> None:
    """Count and time what is answered."""

    @routes.before_request
    def begin() -> None:
        g.begun = time.perf_counter()

    @routes.after_request
    def count(response: Response) -> Response:
        last = request.path.rpartition("/")[2]
        route = last if last in BLOG_ROUTES else "webhooks"
        ANSWER_COUNTER.labels(route, response.status_code).inc()
        if "begun" in g:  # not where it was turned away before
            ACKNOWLEDGEMENTS.labels(route).observe(time.perf_counter() - g.begun)
        return response


def _answered(service: Service, answer: QuestionHandler, status: int, blog_id: str) -> Response:
    """Answer a question for which a blog vouches: signed, from one that is here."""
    caller = service.authenticator.verify(request, blog_id, service.clock())
    caller.must_be_here()
    return _json(answer(service, blog_id, caller), status)


def _farewell(service: Service, blog_id: str) -> Response:
    """Answer a blog that leaves, each time it asks whether that is done."""
    with service.database.begin() as tx:
        awaited = count_blogs_awaited(tx, blog_id, service.clock())
    # Nothing of it is stored here as soon as it counts as leaving; others may still show it.
    return _json({"withdrawn": False, "shown_by": awaited}, 202) if awaited else _json({"withdrawn": True}, 200)


def _receipt_data(receipt: Receipt, now: datetime) -> dict[str, Any]:
    highest = receipt.highest and {"generation": receipt.highest.generation, "revision": receipt.highest.revision}
    answer = {"status": "accepted", "duplicate": receipt.duplicate, "waiting": receipt.waiting, "highest": highest}
    if receipt.site:
        answer["site"] = dict(zip(("install", "home"), receipt.site, strict=True))
    if receipt.unproven:
        answer["unproven"] = receipt.unproven
    if receipt.contested_at is not None and now - receipt.contested_at < CLAIM_NOTICE_LIFETIME:
        answer["contested"] = {"by": receipt.contested_by, "at": wire_time(receipt.contested_at)}
    return answer


def _news(service: Service, blog_id: str) -> dict[str, list[dict[str, str]]]:
    """What a sign of life is answered with: everything that was not taken as it was last sent, once that is sure, and
    the authors whom the operator hides."""
    with service.database.read() as tx:
        refusals = deliveries.find_refusals(tx, blog_id, MAX_REFUSALS)
        suspended = suspensions.list_by_blog(tx, blog_id)  # all: whoever is not named counts as shown
    news = {"hidden": [{"author": item.author.author_id, "reason": item.reason} for item in suspended]}
    if refusals is not None:
        news["refused"] = [{"kind": kind, "object": name, "reason": why} for (kind, name), why in refusals.items()]
    return news


def _act(body: bytes) -> str:
    """Which of the acts a body says of which the answer tells more than that it came; only a short one can."""
    if len(body) > 2000 or not any(act.encode() in body for act in ANSWERED_EVENTS):
        return ""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    message_type = message.get("type") if isinstance(message, dict) else ""
    return message_type if message_type in ANSWERED_EVENTS else ""


def _is_done(service: Service, blog_id: str, body: bytes) -> bool:
    """Whether the commenter is erased whom a body names; what cannot be read is quarantined, and never done."""
    asked = [event for event in parse(body, blog_id).events if isinstance(event, Removal)]
    with service.database.read() as tx:
        return bool(asked) and all(is_erased(tx, blog_id, event.remote_id, event.version) for event in asked)


def _json(data: dict[str, Any], status: int) -> Response:
    return Response(json.dumps(data), status, mimetype="application/json")
