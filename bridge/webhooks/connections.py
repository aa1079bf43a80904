"""`POST /v1/connections`: a blog asks to be connected, and is called back to prove that it is what it says.

What a stranger learns is one of three sentences, without status, body or timing of the called address: the bridge
is no instrument to look into other networks with.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, Response, request
from marshmallow import Schema, ValidationError

from bridge import signing
from bridge.contract.connect import Connect, HandshakeAnswer, facts_of
from bridge.errors import (
    AddressRefused,
    BadAnswer,
    ContractError,
    DeliveryFailed,
    NotAsked,
    NotSeen,
    Refused,
    SignatureRefused,
)
from bridge.mentors.own_addresses import is_within, readable_address
from bridge.model import BlogFacts
from bridge.storage.blogs import blocked_addresses, blogs, keys, registration_codes
from bridge.webhooks.admission import ConnectionRefused, ConnectionRequest, Proof, admit
from bridge.webhooks.limits import CONNECTION_LIMIT, STRANGER_LIMIT, TooOften
from bridge.webhooks.pulls import message_for
from bridge.webhooks.service import Service
from bridge.wordpress import rest
from bridge.wordpress.url_checks import check_rest_root, check_url, normalize_home

log = structlog.get_logger("connections")

MAX_CONCURRENT_HANDSHAKES = 4


def blueprint(service: Service) -> Blueprint:
    """The route that makes connections."""
    routes = Blueprint("connections", __name__)
    # Who is vouched for waits for nobody else: strangers may name hosts that keep us waiting.
    turns = {vouched: threading.BoundedSemaphore(MAX_CONCURRENT_HANDSHAKES) for vouched in (True, False)}

    @contextmanager
    def turn(vouched: bool) -> Iterator[None]:
        if not turns[vouched].acquire(blocking=False):
            raise ConnectionRefused("busy", 503, retry_after=30)
        try:
            yield
        finally:
            turns[vouched].release()

    @routes.post("/v1/connections")
    def connect() -> Response:
        now = service.clock()
        try:
            asked, vouched = _let_in(service, now)
        except TooOften as error:
            raise ConnectionRefused("too_often", 429, retry_after=error.retry_after) from None
        with turn(vouched):
            answer = _connect(service, asked, now)
        return Response(json.dumps(answer), 201, mimetype="application/json")

    return routes


def _let_in(service: Service, now: datetime) -> tuple[ConnectionRequest, bool]:
    """The wish, and whether somebody vouches for it: its own key, or the operator's code for its address.

    Such a one has tries of its own. Of the others each blog at an address has some and the address has more, for
    thousands share one; and a host is called for strangers so often and no more.

    Raises:
        TooOften: no more of them for now.
    """
    limits, caller = service.limits, service.limits.caller(request)
    try:
        asked = _read(service, now)
    except ConnectionRefused:
        limits.hit(STRANGER_LIMIT, "connect from", caller)
        raise
    with service.database.read() as tx:
        is_blocked = blocked_addresses.is_blocked(tx, asked.home_url)
    if is_blocked:
        limits.hit(STRANGER_LIMIT, "connect from", caller)
        raise ConnectionRefused("blocked", 403)
    if asked.known_as or _has_code(service, asked, now):
        limits.hit(CONNECTION_LIMIT, "connect vouched", asked.known_as or asked.home_url)
        return asked, True
    host = urlsplit(asked.home_url).hostname or ""
    limits.hit(CONNECTION_LIMIT, "connect from", caller, host)
    limits.hit(STRANGER_LIMIT, "connect from", caller)
    if service.config.registration != "open":
        raise ConnectionRefused("refused", 403)  # whom nobody sent is not called
    limits.hit(STRANGER_LIMIT, "connect to", host)
    return asked, False


def _read(service: Service, now: datetime) -> ConnectionRequest:
    """The wish, well-formed, with addresses that may be called."""
    body = service.authenticator.read_body(request)
    allow_private = service.config.allow_private_addresses
    try:
        data = _loaded(Connect(), message_for(body, "connect"))
        home_url = normalize_home(data["home_url"], allow_private=allow_private)
        check_url(data["rest_url"], allow_private=allow_private)
    except (ContractError, ValidationError):
        raise ConnectionRefused("malformed", 400) from None
    except DeliveryFailed:
        raise ConnectionRefused("not_reachable") from None
    if not is_within(data["rest_url"], home_url):
        raise ConnectionRefused("malformed", 400)
    rest_url = check_rest_root(data["rest_url"], home_url)
    known_as, message_id = _known_as(service, data["blog_id"], body, now)
    return ConnectionRequest(home_url, rest_url, data["nonce"], data["code"], known_as, message_id, data["install"])


def _loaded(schema: Schema, data: dict[str, Any]) -> dict[str, Any]:
    loaded: dict[str, Any] = schema.load(data)
    return loaded


def _known_as(service: Service, blog_id: str, body: bytes, now: datetime) -> tuple[str, str]:
    """The blog that signed with its current key, and the webhook-id. An old key, or none, makes a new blog."""
    if not blog_id or "webhook-signature" not in request.headers:
        return "", ""
    with service.database.read() as tx:
        blog = blogs.find(tx, blog_id)
        current = keys.list_live_keys(tx, service.vault, blog_id, "inbound", now)[:1]
    if blog is None or blog.has_left:
        return "", ""
    try:
        return blog_id, signing.verify(request.headers, body, current, now)
    except SignatureRefused:
        return "", ""


def _has_code(service: Service, asked: ConnectionRequest, now: datetime) -> bool:
    with service.database.read() as tx:
        return bool(asked.code) and registration_codes.is_valid(tx, asked.code, asked.home_url, now)


def _connect(service: Service, asked: ConnectionRequest, now: datetime) -> dict[str, Any]:
    if asked.known_as and _is_still_there(service, asked, now):
        raise ConnectionRefused("still_there", 409)
    handed = rest.HandshakeOffer(
        asked.nonce, service.config.public_url, asked.known_as or blogs.new_id(), signing.new_key(), signing.new_key()
    )
    try:
        raw = rest.handshake(service.door, asked.rest_url, handed, now)
        answer = _loaded(HandshakeAnswer(), raw)
    except ValidationError:
        raise ConnectionRefused("not_our_plugin") from None
    except DeliveryFailed as failure:
        log.info("handshake failed", home_url=asked.home_url, error=str(failure), repair=failure.repair)
        return _connect_unproven(service, asked, handed, failure, now)
    facts = facts_of(answer)
    if not _is_home(facts.home_url, asked.home_url) or not is_within(facts.rest_url, asked.home_url):
        raise ConnectionRefused("not_our_plugin")
    if facts.xmlrpc_url and not is_within(facts.xmlrpc_url, asked.home_url):
        facts = replace(facts, xmlrpc_url="")
    proof = Proof(
        replace(facts, rest_url=asked.rest_url, further_homes=_further_homes(service, facts, handed, now)),
        (answer["username"], answer["application_password"]),
        answer["install"],
    )
    admit(service, asked, handed, proof)
    log.info("connected", blog=handed.blog_id, home_url=asked.home_url)
    return {"blog_id": handed.blog_id}


def _is_still_there(service: Service, asked: ConnectionRequest, now: datetime) -> bool:
    """Whether a blog that says it has moved answers at its earlier address all the same: then a copy asks."""
    with service.database.read() as tx:
        if readable_address(blogs.get(tx, asked.known_as).facts.home_url) == readable_address(asked.home_url):
            return False
        access = blogs.get_access(tx, service.vault, asked.known_as, now)
    try:
        rest.ping(service.door, access, now)
    except DeliveryFailed:
        return False
    return True


def _further_homes(service: Service, facts: BlogFacts, handed: rest.HandshakeOffer, now: datetime) -> tuple[str, ...]:
    """Of the addresses that a blog has as well, those at which it answers with the key just handed over."""
    homes = []
    for claimed in facts.further_homes:
        try:
            address = normalize_home(claimed, allow_private=service.config.allow_private_addresses)
        except DeliveryFailed:
            continue
        if rest.answers_at(service.door, address, handed, now):
            homes.append(address)
    return tuple(homes)


def _is_home(url: str, home_url: str) -> bool:
    try:
        return normalize_home(url, allow_private=True) == home_url
    except DeliveryFailed:
        return False


def _connect_unproven(
    service: Service, asked: ConnectionRequest, handed: rest.HandshakeOffer, failure: DeliveryFailed, now: datetime
) -> dict[str, Any]:
    """A blog that could not be called, for which somebody vouches all the same: it will come and fetch.

    The operator does by a code for its address, on an open bridge too; its own key does for the address that it has
    proven. Whatever answers there otherwise is a refusal, and never "out of reach".
    """
    coded = _has_code(service, asked, now)
    present = None
    if asked.known_as:
        with service.database.read() as tx:
            present = blogs.get(tx, asked.known_as)
    at_home = present is not None and present.facts.home_url == asked.home_url
    if present is not None and present.install not in ("", asked.install):
        at_home = False  # a copy behind the same name has the key as well
    # A wall before the REST API says nothing about who is behind it; our plugin that was not asked says no.
    walled = isinstance(failure, Refused | BadAnswer) and not isinstance(failure, NotAsked)
    if not isinstance(failure, NotSeen | AddressRefused) and not (walled and (coded or at_home)):
        raise ConnectionRefused("not_our_plugin") from None
    if not coded and not at_home:
        raise ConnectionRefused("not_reachable") from None
    host = urlsplit(asked.home_url).hostname or ""
    facts = present.facts if at_home and present else BlogFacts(host, "", "", asked.home_url, asked.rest_url, "", "")
    admit(service, asked, handed, Proof(facts, install=asked.install, seen=False, coded=coded and not at_home))
    log.info("connected, to fetch by itself", blog=handed.blog_id, home_url=asked.home_url)
    return {"blog_id": handed.blog_id, "key_to_bridge": handed.key_to_bridge, "key_to_blog": handed.key_to_blog}
