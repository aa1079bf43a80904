"""`POST /v1/connections`: a blog asks to be connected, and is called back to prove that it is what it says.

What a stranger learns is one of three sentences, without status, body or timing of the called address: the bridge
is no instrument to look into other networks with.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, Response, request
from marshmallow import Schema, ValidationError

from bridge import signing
from bridge.contract.connect import Connect, HandshakeAnswer, facts_of
from bridge.errors import BridgeError, ContractError, DeliveryFailed, Moved, NotOurPlugin, SignatureRefused
from bridge.model import AuthorKey, BlogFacts, BlogState, Station, Transport
from bridge.storage import blogs, installations, keys, work, writers
from bridge.storage.database import Tx
from bridge.storage.leaving import withdraw
from bridge.webhooks.limits import CONNECTIONS, TooOften
from bridge.webhooks.pulls import purpose
from bridge.webhooks.service import Service
from bridge.wordpress import rest
from bridge.wordpress.addresses import checked, home, is_under, same_host

log = structlog.get_logger("connections")

AT_ONCE = 4


class ConnectionRefused(BridgeError):
    """The blog is not connected; `kind` and the sentence are all that a stranger learns."""

    def __init__(self, kind: str, status: int = 422, retry_after: int | None = None) -> None:
        super().__init__(SENTENCES[kind])
        self.kind = kind
        self.status = status
        self.retry_after = retry_after


SENTENCES = {
    "not_reachable": "The bridge cannot reach this blog. Check that its address opens in a browser from elsewhere.",
    "not_our_plugin": "The bridge reached an address where the Mentor bridge plugin does not answer.",
    "refused": "The connection was refused. Check the code, or ask the operator of the bridge for one.",
    "busy": "The bridge is busy. Try again in a minute.",
    "too_often": "Too many tries. Try again in an hour.",
    "still_there": "The blog still answers at its earlier address. Switch it off there, or connect as another one.",
    "malformed": "The request is not one of the plugin's.",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A blog's wish to be connected."""

    home_url: str
    rest_url: str
    nonce: str
    code: str
    known_as: str  # its blog_id when the request was signed with its current key, else ""
    message_id: str  # of the signature, else ""


def blueprint(service: Service) -> Blueprint:
    """The route that makes connections."""
    routes = Blueprint("connections", __name__)
    turns = threading.BoundedSemaphore(AT_ONCE)

    @contextmanager
    def turn() -> Iterator[None]:
        if not turns.acquire(blocking=False):
            raise ConnectionRefused("busy", 503, retry_after=30)
        try:
            yield
        finally:
            turns.release()

    @routes.post("/v1/connections")
    def connect() -> Response:
        now = service.clock()
        caller = service.limits.caller(request)
        try:
            service.limits.hit(CONNECTIONS, "connect from", caller)
            asked = _read(service, now)
            _check_code(service, asked, now)
            # Last: nobody uses up a blog's tries without a code for it.
            service.limits.hit(CONNECTIONS, "connect to", urlsplit(asked.home_url).hostname or "")
        except TooOften as error:
            raise ConnectionRefused("too_often", 429, retry_after=error.retry_after) from None
        with turn():
            said = _connect(service, asked, now)
        return Response(json.dumps(said), 201, mimetype="application/json")

    return routes


def _read(service: Service, now: datetime) -> Asked:
    """The wish, well-formed, with addresses that may be called."""
    body = service.gate.read_body(request)
    allow_private = service.config.allow_private_addresses
    try:
        data = _loaded(Connect(), purpose(body, "connect"))
        home_url = home(data["home_url"], allow_private=allow_private)
        checked(data["rest_url"], allow_private=allow_private)
    except (ContractError, ValidationError):
        raise ConnectionRefused("malformed", 400) from None
    except DeliveryFailed:
        raise ConnectionRefused("not_reachable") from None
    if not is_under(data["rest_url"], home_url):
        raise ConnectionRefused("malformed", 400)
    known_as, message_id = _known_as(service, data["blog_id"], body, now)
    return Asked(home_url, data["rest_url"], data["nonce"], data["code"], known_as, message_id)


def _loaded(schema: Schema, data: dict[str, Any]) -> dict[str, Any]:
    loaded: dict[str, Any] = schema.load(data)
    return loaded


def _known_as(service: Service, blog_id: str, body: bytes, now: datetime) -> tuple[str, str]:
    """The blog that signed with its current key, and the webhook-id. An old key, or none, makes a new blog."""
    if not blog_id or "webhook-signature" not in request.headers:
        return "", ""
    with service.database.read() as tx:
        blog = blogs.find(tx, blog_id)
        current = keys.live_keys(tx, service.vault, blog_id, "inbound", now)[:1]
    if blog is None or blog.has_left:
        return "", ""
    try:
        return blog_id, signing.verify(request.headers, body, current, now)
    except SignatureRefused:
        return "", ""


def _check_code(service: Service, asked: Asked, now: datetime) -> None:
    if service.config.registration == "open" or asked.known_as:
        return
    with service.database.read() as tx:
        if not asked.code or not blogs.code_is_valid(tx, asked.code, asked.home_url, now):
            raise ConnectionRefused("refused", 403)


def _connect(service: Service, asked: Asked, now: datetime) -> dict[str, Any]:
    if asked.known_as and _is_still_there(service, asked, now):
        raise ConnectionRefused("still_there", 409)
    handed = rest.Handed(
        asked.nonce, service.config.public_url, asked.known_as or blogs.new_id(), signing.new_key(), signing.new_key()
    )
    try:
        raw = rest.handshake(service.door, asked.rest_url, handed, now)
        answer = _loaded(HandshakeAnswer(), raw)
    except ValidationError:
        raise ConnectionRefused("not_our_plugin") from None
    except DeliveryFailed as failure:
        log.info("handshake failed", home_url=asked.home_url, error=str(failure), repair=failure.repair)
        if isinstance(failure, NotOurPlugin | Moved):
            raise ConnectionRefused("not_our_plugin") from None
        if not _trusted_unseen(service, asked):
            raise ConnectionRefused("not_reachable") from None
        return _connect_unseen(service, asked, handed, now)
    facts = facts_of(answer)
    if not _is_home(facts.home_url, asked.home_url) or not is_under(facts.rest_url, asked.home_url):
        raise ConnectionRefused("not_our_plugin")
    if facts.xmlrpc_url and not same_host(facts.xmlrpc_url, asked.home_url):
        facts = replace(facts, xmlrpc_url="")
    access = (answer["username"], answer["application_password"])
    _store(service, asked, handed, facts, access, None, answer["install"])
    log.info("connected", blog=handed.blog_id, home_url=asked.home_url)
    return {"blog_id": handed.blog_id}


def _is_still_there(service: Service, asked: Asked, now: datetime) -> bool:
    """Whether a blog that says it has moved answers at its earlier address all the same: then a copy asks."""
    with service.database.read() as tx:
        if blogs.get(tx, asked.known_as).facts.home_url == asked.home_url:
            return False
        access = blogs.access(tx, service.vault, asked.known_as, now)
    try:
        rest.ping(service.door, access, now)
    except DeliveryFailed:
        return False
    return True


def _is_home(said: str, home_url: str) -> bool:
    try:
        return home(said, allow_private=True) == home_url
    except DeliveryFailed:
        return False


def _trusted_unseen(service: Service, asked: Asked) -> bool:
    """Whether a blog that could not be called may claim its address: by a code for it, or as it has held it before.

    A key alone is not enough: its owner could put another blog out of its address.
    """
    if not asked.known_as:
        return service.config.registration == "code"  # and the code has been checked
    with service.database.read() as tx:
        return blogs.get(tx, asked.known_as).facts.home_url == asked.home_url


def _connect_unseen(service: Service, asked: Asked, handed: rest.Handed, now: datetime) -> dict[str, Any]:
    """A blog that nobody can reach, but whose operator was given a code for its address: it will come and fetch."""
    facts = BlogFacts(urlsplit(asked.home_url).hostname or "", "", "", asked.home_url, asked.rest_url, "", "")
    _store(service, asked, handed, facts, ("", ""), Transport.PULL, "")
    log.info("connected, to fetch by itself", blog=handed.blog_id, home_url=asked.home_url)
    return {"blog_id": handed.blog_id, "key_to_bridge": handed.key_to_bridge, "key_to_blog": handed.key_to_blog}


def _store(
    service: Service, asked: Asked, handed: rest.Handed, facts: BlogFacts, access: tuple[str, str],
    transport: Transport | None, install: str,
) -> None:  # fmt: skip
    now = service.clock()
    facts = replace(facts, home_url=asked.home_url)
    with service.database.begin() as tx:
        _admit(tx, service, asked, now)
        for older in blogs.list_at(tx, asked.home_url):
            # Whoever holds the address now inherits nothing of who held it before.
            if older.id != handed.blog_id and older.present and older.origin == "connected":
                withdraw(tx, older.id, now)
        blogs.upsert(tx, handed.blog_id, "connected", facts, now)
        keys.rotate(tx, service.vault, handed.blog_id, "inbound", handed.key_to_bridge, now)
        keys.rotate(tx, service.vault, handed.blog_id, "outbound", handed.key_to_blog, now)
        blogs.set_access(tx, service.vault, handed.blog_id, *access)
        blogs.set_transport(tx, handed.blog_id, transport)
        installations.prove(tx, handed.blog_id, install, now)
        work.mark_due(tx, Station.PUSH, [handed.blog_id], now, blog_id=handed.blog_id, urgent=True)


def _admit(tx: Tx, service: Service, asked: Asked, now: datetime) -> None:
    """Spend what was shown, once, in the transaction that makes the connection."""
    if not asked.known_as:
        if service.config.registration == "code" and not blogs.use_code(tx, asked.code, asked.home_url, now):
            raise ConnectionRefused("refused", 403)
        return
    blog = blogs.get(tx, asked.known_as)
    if blog.has_left or not blogs.use_id(tx, blog.id, asked.message_id, now):
        raise ConnectionRefused("refused", 403)
    if blog.state is BlogState.PAUSED:
        blogs.set_state(tx, blog.id, BlogState.CONNECTED, now)
        authors = [str(AuthorKey(blog.id, author)) for _, author in writers.list_authors(tx, blog.id)]
        work.mark_due(tx, Station.REFRESH, authors, now, blog_id=blog.id)
