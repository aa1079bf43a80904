"""The plugin's own REST routes: the handshake, pushes and pokes, signed as the contract says."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bridge import signing
from bridge.contract.pushes import Pushed, push_answer, push_body, wire_time
from bridge.errors import BadAnswer, DeliveryFailed, NotAsked, NotOurPlugin, SignatureRefused
from bridge.model import BlogAccess
from bridge.pushes import PushAnswer
from bridge.wordpress.transport import HttpAnswer, OutgoingDoor, raise_for_status

REST_NAMESPACE = "mentor-bridge/v1"
HANDSHAKE_SECONDS = 10.0
ADDRESS_CHECK_SECONDS = 2.0  # up to five of them fit into the time for which the plugin waits
NOT_ASKED_CODE = b'"mentor_bridge_not_asked"'  # the code of the plugin's own refusal
JSON_HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}


@dataclass(frozen=True, slots=True)
class HandshakeOffer:
    """What the bridge hands over in a handshake."""

    nonce: str
    bridge: str
    blog_id: str
    key_to_bridge: str
    key_to_blog: str


def route_url(rest_url: str, name: str) -> str:
    """The address of one of the plugin's routes, for pretty permalinks and for ``?rest_route=``."""
    return f"{rest_url.rstrip('/')}/{REST_NAMESPACE}/{name}"


def handshake(door: OutgoingDoor, rest_url: str, handed: HandshakeOffer, now: datetime) -> dict[str, Any]:
    """Call the blog back with its nonce; what it says about itself, proven with the key just handed over.

    Raises:
        DeliveryFailed: it cannot be reached, is not our plugin, or refuses.
    """
    message = {
        "type": "handshake",
        "timestamp": wire_time(now),
        "nonce": handed.nonce,
        "bridge": handed.bridge,
        "blog_id": handed.blog_id,
        "key_to_bridge": handed.key_to_bridge,
        "key_to_blog": handed.key_to_blog,
    }
    answer = door.post(
        route_url(rest_url, "handshake"), json.dumps(message).encode(), JSON_HEADERS, seconds=HANDSHAKE_SECONDS
    )
    if answer.status == 403 and NOT_ASKED_CODE in answer.body:
        raise NotAsked("the plugin there has not asked for a connection", status=answer.status)
    raise_for_status(answer, now.timestamp())
    _proven(answer, [handed.key_to_bridge], now)
    data = _json(answer)
    if data.get("type") != "handshake.answer":
        raise NotOurPlugin("the answer is no handshake", status=answer.status)
    return data


def answers_at(door: OutgoingDoor, home_url: str, handed: HandshakeOffer, now: datetime) -> bool:
    """Whether the blog that was handed these keys answers at another address, too; whatever fails is a no."""
    message = {
        "type": "address",
        "timestamp": wire_time(now),
        "nonce": handed.nonce,
        "bridge": handed.bridge,
        "blog_id": handed.blog_id,
        "address": home_url,
    }
    body = json.dumps(message).encode()
    headers = signing.headers(handed.key_to_blog, f"address_{secrets.token_hex(16)}", now, body)
    where = route_url(f"{home_url}/?rest_route=/", "handshake")
    try:
        answer = door.post(where, body, {**JSON_HEADERS, **headers}, seconds=ADDRESS_CHECK_SECONDS)
        raise_for_status(answer, now.timestamp())
        _proven(answer, [handed.key_to_bridge], now)
        reply = _json(answer)
    except DeliveryFailed:
        return False
    return reply.get("type") == "address.answer" and reply.get("address") == home_url


def push(door: OutgoingDoor, blog: BlogAccess, objects: Sequence[Pushed], now: datetime) -> PushAnswer:
    """Hand over whole states through the plugin's route."""
    answer = _signed(door, blog, "push", push_body(objects, now), now)
    return push_answer(answer.body)


def poke(door: OutgoingDoor, blog: BlogAccess, now: datetime) -> None:
    """Ask the plugin to send what waits in its outbox."""
    _signed(door, blog, "poke", _message("poke", now), now)


def rotate(door: OutgoingDoor, blog: BlogAccess, now: datetime) -> None:
    """Ask the plugin to connect anew, for new keys."""
    _signed(door, blog, "poke", _message("rotate", now), now)


def check(door: OutgoingDoor, blog: BlogAccess, now: datetime) -> None:
    """Ask the plugin to compare what both sides hold."""
    _signed(door, blog, "poke", _message("check", now), now)


def ping(door: OutgoingDoor, blog: BlogAccess, now: datetime) -> None:
    """Whether the route answers and takes our signature."""
    _json(_signed(door, blog, "push", _message("ping", now), now))


def _message(kind: str, now: datetime) -> bytes:
    return json.dumps({"type": kind, "timestamp": wire_time(now), "data": {}}).encode()


def _signed(door: OutgoingDoor, blog: BlogAccess, name: str, body: bytes, now: datetime) -> HttpAnswer:
    if not blog.keys_to_blog:
        raise NotOurPlugin("there is no key for this blog")
    headers = signing.headers(blog.keys_to_blog[0], f"{name}_{secrets.token_hex(16)}", now, body)
    answer = door.post(route_url(blog.rest_url, name), body, {**JSON_HEADERS, **headers})
    raise_for_status(answer, now.timestamp())
    return answer


def _json(answer: HttpAnswer) -> dict[str, Any]:
    try:
        data = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise BadAnswer("the answer is not JSON", status=answer.status) from None
    if not isinstance(data, dict):
        raise BadAnswer("the answer is not a JSON object", status=answer.status)
    return data


def _proven(answer: HttpAnswer, keys: Sequence[str], now: datetime) -> None:
    """Make sure that the plugin answered: a page that says 200 to everything signs nothing."""
    try:
        signing.verify(answer.headers, answer.body, keys, now)
    except SignatureRefused as refusal:
        raise NotOurPlugin(f"the answer is not signed by the plugin ({refusal})", status=answer.status) from None
