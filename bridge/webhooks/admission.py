"""What a connection rests on, and what follows from it: for the blog, and for whoever held its address before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bridge.errors import BridgeError
from bridge.model import AuthorKey, BlogFacts, BlogState, Transport
from bridge.operations import due
from bridge.operations.withdrawal import reset_content, withdraw
from bridge.storage.blogs import address_claims, blogs, idempotency, installations, keys, registration_codes
from bridge.storage.content import authors as stored_authors
from bridge.storage.core.database import Tx
from bridge.storage.matching import placements
from bridge.webhooks.service import Service
from bridge.wordpress import rest


class ConnectionRefused(BridgeError):
    """The blog is not connected; `kind` and the sentence are all that a stranger learns."""

    def __init__(self, kind: str, status: int = 422, retry_after: int | None = None) -> None:
        super().__init__(REFUSAL_SENTENCES[kind])
        self.kind = kind
        self.status = status
        self.retry_after = retry_after


REFUSAL_SENTENCES = {
    "not_reachable": "The bridge cannot reach this blog. Check that its address opens in a browser from elsewhere.",
    "not_our_plugin": "The bridge reached an address where the Mentor bridge plugin does not answer.",
    "taken": "A blog is connected at this address, and the bridge could not look there. Ask its operator for a code "
    "that replaces it.",
    "refused": "The connection was refused. Check the code, or ask the operator of the bridge for one.",
    "still_there": "The blog still answers at its earlier address. Switch it off there, or connect as another one.",
    "blocked": "The operator of this bridge does not take this blog.",
    "busy": "The bridge is busy. Try again in a minute.",
    "too_often": "Too many tries. Try again in an hour, or with a code from the operator of the bridge.",
    "malformed": "The request is not one of the plugin's.",
}


@dataclass(frozen=True, slots=True)
class ConnectionRequest:
    """A blog's wish to be connected."""

    home_url: str
    rest_url: str
    nonce: str
    code: str
    known_as: str  # its blog_id when the request was signed with its current key, else ""
    message_id: str  # of the signature, else ""
    install: str = ""  # which installation asks, as it says


@dataclass(frozen=True, slots=True)
class Proof:
    """On what a connection rests."""

    facts: BlogFacts
    access: tuple[str, str] = ("", "")  # user and password, from the call back
    install: str = ""  # which installation answered (storage.blogs.installations)
    seen: bool = True  # the blog was called back and answered as the one that had asked
    coded: bool = False  # it was not, and the operator's code stands for it


def admit(service: Service, asked: ConnectionRequest, handed: rest.HandshakeOffer, proof: Proof) -> None:
    """Make the connection, with all that follows for others.

    Raises:
        ConnectionRefused: its code is spent, it has left, or somebody else is there.
    """
    now = service.clock()
    facts = replace(proof.facts, home_url=asked.home_url)
    with service.database.begin() as tx:
        _spend(tx, service, asked, proof, now)
        _make_room(tx, asked, handed.blog_id, proof, now)
        before = blogs.find(tx, handed.blog_id)
        blogs.upsert(tx, handed.blog_id, "connected", facts, now)
        if proof.seen:
            address_claims.record_proven(tx, handed.blog_id, facts.further_homes)
        moved = before is not None and before.facts.home_url != asked.home_url
        keys.record_rotation(tx, service.vault, handed.blog_id, "inbound", handed.key_to_bridge, now)
        keys.record_rotation(tx, service.vault, handed.blog_id, "outbound", handed.key_to_blog, now)
        if moved:
            # Whoever held the keys of the old address speaks for that one alone.
            keys.delete_previous(tx, handed.blog_id)
        contested = installations.record_proven(tx, handed.blog_id, proof.install, now)
        blogs.record_access(tx, service.vault, handed.blog_id, *proof.access)
        blogs.record_transport(tx, handed.blog_id, None if proof.seen else Transport.PULL)
        due.blog_connected(tx, handed.blog_id, now)
        if before is not None:
            _follow(tx, handed.blog_id, now, moved=moved)
        for outer in address_claims.list_enclosing_blogs(tx, blogs.get(tx, handed.blog_id)):
            _follow(tx, outer.id, now, moved=False)  # what lies here is not theirs any more
        if contested:
            reset_content(tx, handed.blog_id, now)


def _make_room(tx: Tx, asked: ConnectionRequest, blog_id: str, proof: Proof, now: datetime) -> None:
    """Whoever has proven that they hold the address now inherits nothing of who held it before, who is gone.

    Unseen, nobody puts another out: but by a code that the operator made for that.

    Raises:
        ConnectionRefused: somebody is there.
    """
    for older in blogs.list_at(tx, asked.home_url):
        if older.id == blog_id or not older.present or older.origin != "connected":
            continue
        if not proof.seen and not (proof.coded and registration_codes.is_for_replacement(tx, asked.code)):
            raise ConnectionRefused("taken", 409)
        withdraw(tx, older.id, now)


def _follow(tx: Tx, blog_id: str, now: datetime, *, moved: bool) -> None:
    """Its address stands in the lists of others; and which posts are at home with it depends on where it is."""
    changed = address_claims.record_own_addresses(tx, blogs.get(tx, blog_id))
    if moved:
        changed |= {author for _, author in stored_authors.list_named_by_posts(tx, blog_id)}
    due.authors_changed(tx, (AuthorKey(blog_id, author) for author in changed), now)
    due.bylines_changed(tx, placements.list_blogs_showing(tx, blog_id, changed), now)


def _spend(tx: Tx, service: Service, asked: ConnectionRequest, proof: Proof, now: datetime) -> None:
    """Spend what was shown, once, in the transaction that makes the connection."""
    needs_code = proof.coded or (service.config.registration == "code" and not asked.known_as)
    if needs_code and not registration_codes.claim(tx, asked.code, asked.home_url, now):
        raise ConnectionRefused("refused", 403)
    if not asked.known_as:
        return
    blog = blogs.get(tx, asked.known_as)
    if blog.has_left or not idempotency.claim_id(tx, blog.id, asked.message_id, now):
        raise ConnectionRefused("refused", 403)
    if blog.state is BlogState.PAUSED:
        blogs.record_state(tx, blog.id, BlogState.CONNECTED, now)
        due.authors_changed(tx, (AuthorKey(*key) for key in stored_authors.list_named_by_posts(tx, blog.id)), now)
