"""A connected blog acts against another one, a real WordPress: nothing of that one changes, and nothing shown of it.

Each act is one that the protocol lets anybody try; after each the rows of the victim, and the bytes of its card, feed,
API and lines in lists, are what they were.
"""

from __future__ import annotations

import base64
import json
import secrets
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from bridge import signing
from bridge.app import create_app
from bridge.config import Config
from bridge.model import AuthorKey
from bridge.runtime import build_runtime
from bridge.storage.blogs import blogs, keys, registration_codes
from bridge.storage.blogs.tables import deliveries
from bridge.storage.content.tables import posts
from bridge.storage.core import counters, migrate
from bridge.storage.core.database import Database
from bridge.storage.core.tables import metadata
from bridge.webhooks.service import Service
from bridge.wordpress.client import WordPressClient
from bridge.wordpress.url_checks import normalize_home
from bridge.worker.context import Context
from bridge.worker.intake import post_analysis
from bridge.worker.loop import run_until_idle
from tests.lab.fixtures import blog_id, public_posts, write_post
from tests.lab.texts import CASH, LONG
from tests.lab.wordpress import Blog
from tests.peer import PeerAnswer, PeerBlog, post, wire_time
from tests.running import HANG_SECONDS, free_port
from tests.serving import served

QUEUES = {"jobs", "dirty_statistics", "list_marks"}  # what is due says nothing of anybody
CARD = ("/mentors/{}", "/mentors/{}/posts.atom", "/api/v1/mentors/{}")
# That somebody has claimed its address, and who; how much others write like it, which every neighbour changes; when
# its lists were made anew; and which of its posts are compared with those of others.
HEARD = {"contested_at", "contested_by", "hubness", "visited_at", "changed_at", "shared"}
PLUGIN = "Mentor_Bridge\\"


@dataclass
class Scene:
    """The two blogs, and what the attacker may know of the victim: everything but its keys."""

    url: str
    config: Config
    context: Context
    victim: Blog
    victim_id: str
    mallory: PeerBlog
    delivery: tuple[str, bytes] = ("", b"")  # one of the victim's, seen on its way
    signed: dict[str, str] = field(default_factory=dict)  # its headers
    gone: bool = False  # Mallory has left the bridge

    @property
    def database(self) -> Database:
        return self.context.database

    def settle(self) -> None:
        """All that was sent is read, and what follows from it is done."""
        run_until_idle(self.context)

    def drain(self) -> None:
        """The victim sends what waits there."""
        self.victim.eval(f"return {PLUGIN}Sender::drain( 'cron', 20.0 );")

    def overhear(self) -> None:
        """A delivery of the victim's, as it stood on the wire."""
        with self.database.read() as tx:
            rows = select(deliveries.c.webhook_id, deliveries.c.body).where(deliveries.c.blog_id == self.victim_id)
            self.delivery = next((name, body) for name, body in tx.execute(rows) if body is not None)
            (key, *_) = keys.list_live_keys(tx, self.context.vault, self.victim_id, "inbound", datetime.now(UTC))
        self.signed = signing.headers(key, self.delivery[0], datetime.now(UTC), self.delivery[1])

    def get(self, path: str) -> tuple[int, str]:
        """A page of the bridge."""
        with urllib.request.urlopen(self.url + path, timeout=HANG_SECONDS) as answer:
            return answer.status, answer.read().decode()

    def code(self, address: str, *, replaces: bool = False) -> str:
        """What the operator has made for an address."""
        home_url = normalize_home(address, allow_private=True)
        with self.database.begin() as tx:
            return registration_codes.record_code(tx, home_url, datetime.now(UTC), replaces=replaces)

    def known(self, blog: str) -> Any:
        with self.database.read() as tx:
            return blogs.get(tx, blog)

    def send(self, kind: str, **data: Any) -> PeerAnswer:
        return self.mallory.send(*self.mallory.event(kind, **data))

    def at_victims(self, path: str, kind: str, data: dict[str, Any]) -> PeerAnswer:
        """A question at the victim's address at the bridge, signed by Mallory."""
        body = json.dumps({"type": kind, "timestamp": wire_time(datetime.now(UTC)), "data": data}).encode()
        headers = self.mallory.sign(f"{kind}_{secrets.token_hex(8)}", body)
        return post(f"{self.url}/webhooks/{self.victim_id}{path}", body, headers)

    def connect(self, *, sign: bool = True, **said: Any) -> PeerAnswer:
        """A wish to be connected at the victim's address."""
        home = self.victim.url
        wish = {"type": "connect", "home_url": home, "rest_url": f"{home}/wp-json/", "nonce": nonce()}
        if sign:
            wish["blog_id"] = self.mallory.blog_id
        body = json.dumps(wish | said).encode()
        headers = self.mallory.sign(f"connect_{secrets.token_hex(8)}", body) if sign else {}
        self.mallory.away = True  # or its own address would speak against it
        try:
            return post(f"{self.url}/v1/connections", body, headers)
        finally:
            self.mallory.away = False

    def nonce_of_victim(self, known_as: str) -> str:
        """As if the victim's own wish had been read on its way."""
        return str(
            self.victim.eval(
                f"return {PLUGIN}Handshake::begin( '{self.url}', true, {PLUGIN}Connection::install(), '{known_as}' );"
            )
        )

    def facts(self, **said: Any) -> PeerAnswer:
        own = {
            "uuid": "mallory",
            "name": "Mallory",
            "language": "en-US",
            "home_url": self.mallory.url,
            "rest_url": f"{self.mallory.url}/wp-json/",
            "xmlrpc_url": f"{self.mallory.url}/xmlrpc.php",
            "statistics": True,
        }
        return self.send("blog.updated", **own | said)

    def author(self, author: int = 1, name: str = "Mallory", **said: Any) -> PeerAnswer:
        message, body = self.mallory.author(author, name)
        message_body = json.loads(body)
        message_body["data"] |= {"offers": ["Invoices"], **said}
        return self.mallory.send(message, json.dumps(message_body).encode())

    def publish(self, post_id: int, words: str, **said: Any) -> PeerAnswer:
        return self.mallory.send(*self.mallory.post(post_id, 1, "A post", words, **said))

    def worths(self) -> dict[int, float]:
        """What each post of the victim's author counts."""
        with self.database.read() as tx:
            found = post_analysis.weights_of_posts(self.context, tx, AuthorKey(self.victim_id, "1"))
            return {number: worth.counts for number, worth in found.items()}

    # -- what is held and shown of the victim --------------------------------------------------------------

    def rows(self) -> dict[str, list[str]]:
        """All rows that bear the victim's name, as they are."""
        found = {}
        with self.database.read() as tx:
            for name, table in sorted(metadata.tables.items()):
                key = table.c.get("blog_id") if name != "blogs" else table.c.id
                if key is None or name in QUEUES:
                    continue
                columns = [column for column in table.c if column.name not in HEARD]
                found[name] = sorted(
                    repr(tuple(row)) for row in tx.execute(select(*columns).where(key == self.victim_id))
                )
        return found

    def shown(self) -> dict[str, Any]:
        """What everybody sees of it."""
        pages: dict[str, Any] = {}
        listed = json.loads(self.get("/api/v1/mentors")[1])["mentors"]
        mine = [one for one in listed if one["blog_url"] == self.victim.url]
        assert mine, "the victim's author is in the bank"
        for one in mine:
            for path in CARD:
                pages[path] = self.get(path.format(one["slug"]))
        for path in ("/mentors", "/mentors.opml", "/mentors.atom", "/sitemap.xml", "/skills"):
            status, body = self.get(path)
            pages[path] = status, [line for line in body.splitlines() if self.victim.url in line]
        return {"api": mine, **pages, "under another name": self.shown_as_anothers(listed)}

    def shown_as_anothers(self, listed: list[dict[str, Any]]) -> list[str]:
        """Where the victim's address stands on what belongs to somebody else."""
        others = [one for one in listed if one["blog_url"] != self.victim.url]
        assert others or self.gone, "Mallory has a card"
        pages = [path.format(one["slug"]) for one in others for path in CARD]
        return [path for path in pages if self.victim.url in self.get(path)[1]] + [
            one["slug"] for one in others if self.victim.url in json.dumps(one)
        ]


def nonce() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()


def refused(answer: PeerAnswer) -> None:
    assert answer.status >= 400, answer


def unharmed(answer: PeerAnswer) -> None:
    assert answer.status in (202, 200), answer


def claim_by_event(s: Scene) -> None:
    unharmed(
        s.facts(home_url=s.victim.url, rest_url=f"{s.victim.url}/wp-json/", xmlrpc_url=f"{s.victim.url}/xmlrpc.php")
    )


def claim_then_handshake(s: Scene) -> None:
    """How it was done before."""
    claim_by_event(s)
    s.settle()
    refused(s.connect())


def claim_routes(s: Scene) -> None:
    unharmed(s.facts(rest_url=f"{s.victim.url}/wp-json/", xmlrpc_url=f"{s.victim.url}/xmlrpc.php"))


def claim_as_further(s: Scene) -> None:
    unharmed(s.facts(further_homes=[s.victim.url]))


def further_in_handshake(s: Scene) -> None:
    """An honest handshake at one's own address that names the victim's as well."""
    s.mallory.further_homes = [s.victim.url]
    wish = {
        "type": "connect",
        "home_url": s.mallory.url,
        "rest_url": f"{s.mallory.url}/wp-json/",
        "nonce": nonce(),
        "blog_id": s.mallory.blog_id,
    }
    s.mallory.nonce = wish["nonce"]
    body = json.dumps(wish).encode()
    answer = post(f"{s.url}/v1/connections", body, s.mallory.sign(f"connect_{secrets.token_hex(8)}", body))
    s.mallory.further_homes = []
    assert answer.status == 201, answer
    assert s.known(s.mallory.blog_id).further_homes == ()


def handshake(s: Scene) -> None:
    refused(s.connect())


def handshake_unsigned(s: Scene) -> None:
    refused(s.connect(sign=False))


def handshake_in_its_name(s: Scene) -> None:
    refused(s.connect(sign=False, blog_id=s.victim_id))
    refused(s.connect(blog_id=s.victim_id))


def handshake_otherwise_spelled(s: Scene) -> None:
    port = s.victim.port
    for said in (
        f"HTTP://127.0.0.1:{port}/",
        f"http://127.0.0.1.:{port}",
        f"http://127.0.0.1:{port}//",
        f"http://127.0.0.1:{port}/%2e",
        f"http://127.0.0.1:{port}/x/..",
        f"http://localhost:{port}",
        f"http://mallory@127.0.0.1:{port}",
    ):
        refused(s.connect(home_url=said, rest_url=f"{said.rstrip('/')}/wp-json/"))


def handshake_from_below(s: Scene) -> None:
    """A neighbour's folder on the same host does not answer for all of it."""
    for below in ("~mallory/wp-json/", "~mallory/?rest_route=/", "wp-content/uploads/"):
        refused(s.connect(rest_url=f"{s.victim.url}/{below}"))


def stolen_nonce(s: Scene) -> None:
    refused(s.connect(nonce=s.nonce_of_victim(s.victim_id)))
    s.victim.eval(f"{PLUGIN}Handshake::end(); return true;")


def stolen_nonce_unsigned(s: Scene) -> None:
    refused(s.connect(sign=False, nonce=s.nonce_of_victim(s.victim_id), blog_id=s.victim_id))
    s.victim.eval(f"{PLUGIN}Handshake::end(); return true;")


def code_of_another_address(s: Scene) -> None:
    refused(s.connect(code=s.code(s.mallory.url)))


def code_for_its_address(s: Scene) -> None:
    """The operator was talked into one; even one that replaces needs that nobody answers there."""
    refused(s.connect(code=s.code(s.victim.url)))
    refused(s.connect(sign=False, code=s.code(s.victim.url, replaces=True)))


def its_post_address(s: Scene) -> None:
    unharmed(s.publish(1, "Stolen.", url=f"{s.victim.url}/?p=1"))


def its_canonical(s: Scene) -> None:
    unharmed(s.publish(2, CASH[0][1], canonical=f"{s.victim.url}/?p=1", published_at=wire_time(datetime.now(UTC))))


def its_texts_backdated(s: Scene) -> None:
    """All that it wrote, as if that had come out here long before; which of it counts is what it was, too."""
    with s.database.read() as tx:
        kept = tx.execute(select(posts).where(posts.c.blog_id == s.victim_id)).all()
    before = s.worths()
    assert min(before.values()) > 0.5
    for number, row in enumerate(kept, 40):
        unharmed(s.publish(number, row.content, language="fr-FR", published_at="1990-01-01T00:00:00Z"))
    s.settle()
    assert s.worths() == before
    for number, _ in enumerate(kept, 40):
        unharmed(s.send("post.removed", id=number))


def its_page(s: Scene) -> None:
    unharmed(s.author(url=f"{s.victim.url}/author/admin/"))


def its_names(s: Scene) -> None:
    unharmed(s.author(name="admin"))
    unharmed(s.facts(name=s.victim.title))


def its_ids(s: Scene) -> None:
    for number in range(1, 12):
        unharmed(s.send("post.removed", id=number))
        unharmed(s.send("comment.removed", id=number, post_id=number))
    unharmed(s.send("author.removed", id=1))
    unharmed(s.author())


def its_reader(s: Scene) -> None:
    with s.database.read() as tx:
        known = (
            tx.execute(text("SELECT commenter FROM comments WHERE blog_id = :b"), {"b": s.victim_id}).scalars().all()
        )
    for commenter in {*known, "1" * 64}:
        unharmed(s.send("commenter.removed", commenter=commenter or "2" * 64))


def pull(s: Scene) -> None:
    with s.database.read() as tx:
        rows = tx.execute(text("SELECT kind, object, version FROM outbox WHERE blog_id = :b"), {"b": s.victim_id}).all()
    taken = [{"kind": kind, "object": int(name), "version": version} for kind, name, version in rows if name.isdigit()]
    refused(s.at_victims("/pushes", "pull", {"acknowledged": taken[:20]}))


def passages(s: Scene) -> None:
    refused(s.at_victims("/passages", "passages", {"author_id": 1}))


def sign_in(s: Scene) -> None:
    refused(s.at_victims("/sign-ins", "sign-in", {"user": 1, "role": "owner", "manages": True, "name": "admin"}))


def sign_out(s: Scene) -> None:
    refused(s.at_victims("/sign-outs", "sign-out", {"users": [1]}))


def leave_in_its_name(s: Scene) -> None:
    for kind in ("blog.removed", "author.removed", "blog.updated", "ping"):
        refused(s.at_victims("", kind, {"id": 1, "version": {"generation": 1_800_000_000_000, "revision": 1}}))


def replay(s: Scene) -> None:
    name, body = s.delivery
    again = post(f"{s.url}/webhooks/{s.victim_id}", body, s.signed)
    assert again.body.get("duplicate") is True, again
    refused(post(f"{s.url}/webhooks/{s.mallory.blog_id}", body, s.signed))
    assert name


def another_purpose(s: Scene) -> None:
    for path in ("/pushes", "/passages", "/sign-ins", "/sign-outs"):
        refused(post(f"{s.url}/webhooks/{s.victim_id}{path}", s.delivery[1], s.signed))
    refused(post(f"{s.url}/v1/connections", s.delivery[1], s.signed))


def changed_on_its_way(s: Scene) -> None:
    refused(post(f"{s.url}/webhooks/{s.victim_id}", s.delivery[1] + b" ", s.signed))


def from_the_future(s: Scene) -> None:
    name, body = s.mallory.event("ping")
    wild = body.replace(b'"generation": 1760000000000', b'"generation": 9223372036854775807')
    assert wild != body
    unharmed(s.mallory.send(name, wild))


def clone(s: Scene) -> None:
    """It says that it is the same installation of the same blog."""
    same = s.victim.eval(f"return array( {PLUGIN}Connection::uuid(), {PLUGIN}Connection::install() );")
    unharmed(s.facts(uuid=same[0], name=s.victim.title, home_url=s.victim.url, install=same[1]))


def knock(s: Scene) -> None:
    """At the victim itself, with the key that the bridge signs with to Mallory."""
    for route, kind in (("push", "push.related"), ("push", "ping"), ("poke", "rotate"), ("poke", "poke")):
        body = json.dumps({"type": kind, "timestamp": wire_time(datetime.now(UTC)), "data": {"objects": []}}).encode()
        headers = signing.headers(s.mallory.key_to_blog, f"{kind}_{secrets.token_hex(8)}", datetime.now(UTC), body)
        refused(post(f"{s.victim.url}/wp-json/mentor-bridge/v1/{route}", body, headers))


def shake_its_hand(s: Scene) -> None:
    """As if it were the bridge."""
    key = signing.new_key()
    call = {
        "type": "handshake",
        "nonce": nonce(),
        "bridge": s.url,
        "blog_id": s.mallory.blog_id,
        "key_to_bridge": key,
        "key_to_blog": key,
    }
    refused(post(f"{s.victim.url}/wp-json/mentor-bridge/v1/handshake", json.dumps(call).encode(), {}))


def its_comment(s: Scene) -> None:
    """Under its post, by its author."""
    unharmed(
        s.send(
            "comment.published",
            id=1,
            post_id=1,
            parent_id=0,
            commenter="3" * 64,
            commenter_basis="email",
            author_name="admin",
            author_id=1,
            is_staff=True,
            by_post_author=True,
            content="Mine.",
            published_at="2026-04-02T10:00:00Z",
        )
    )


def leave_and_come_back_there(s: Scene) -> None:
    assert s.send("blog.removed").status in (200, 202)
    s.gone = True
    s.settle()
    refused(s.connect())
    refused(s.connect(sign=False))


ACTS: list[Callable[[Scene], None]] = [
    claim_by_event,
    claim_then_handshake,
    claim_routes,
    claim_as_further,
    further_in_handshake,
    handshake,
    handshake_unsigned,
    handshake_in_its_name,
    handshake_otherwise_spelled,
    handshake_from_below,
    stolen_nonce,
    stolen_nonce_unsigned,
    code_of_another_address,
    code_for_its_address,
    its_post_address,
    its_canonical,
    its_texts_backdated,
    its_page,
    its_names,
    its_ids,
    its_reader,
    its_comment,
    pull,
    passages,
    sign_in,
    sign_out,
    leave_in_its_name,
    replay,
    another_purpose,
    changed_on_its_way,
    from_the_future,
    clone,
    knock,
    shake_its_hand,
    leave_and_come_back_there,
]


@pytest.fixture(scope="module")
def scene(new_blog: Callable[..., Blog], folder: Path) -> Iterator[Scene]:
    """A real blog with posts and a comment, and Mallory, at a bridge whose worker this test is."""
    home = folder / "identity"
    home.mkdir()
    port = free_port()
    environ = {
        "BRIDGE_HOME": str(home),
        "REGISTRATION": "open",
        "ALLOW_PRIVATE_ADDRESSES": "1",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    config = Config.from_env(environ)
    database = Database.open(config.database_url, durable=False)
    migrate.upgrade(database)
    service = Service(build_runtime(config, database))
    context = Context(service, WordPressClient(service.door))
    blog = new_blog("victim", posts=(*LONG[:1], *CASH[:3]))
    first = min(public_posts(blog))
    blog.comment(first, "Nora", "Et comment faites-vous quand un client ne paie pas ?")
    with served(create_app(service), port) as url, PeerBlog("Mallory", "en-US") as mallory:
        scene = Scene(url, config, context, blog, "", mallory)
        assert mallory.connect(url).status == 201
        assert scene.author().status == 202
        done = f"return mentor_bridge_connect( '{url}', array( 1 ), array( 'statistics' => true ) );"
        assert blog.eval(done) is True
        scene.victim_id = blog_id(blog)
        scene.drain()
        scene.settle()
        with database.begin() as tx:  # a new epoch weighs everybody anew, whoever made it due
            counters.upsert_number(tx, counters.EPOCH_POSTS, 10**6)
        scene.overhear()
        yield scene
    database.close()


def test_whatever_a_connected_blog_tries_nothing_of_another_one_changes(scene: Scene) -> None:
    assert len(ACTS) >= 20
    rows, shown = scene.rows(), scene.shown()
    assert rows["posts"]
    assert rows["comments"]
    assert rows["authors"]
    for act in ACTS:
        act(scene)
        scene.settle()
        assert scene.rows() == rows, act.__name__
        assert scene.shown() == shown, act.__name__
    connection = scene.victim.eval(f"return {PLUGIN}Connection::status();")
    assert (connection["state"], connection["blog_id"]) == ("connected", scene.victim_id)
    before = len(rows["posts"])
    write_post(scene.victim, "Après tout cela", CASH[3][1])
    scene.drain()
    scene.settle()
    assert len(scene.rows()["posts"]) == before + 1, "its next post arrives"
    heard = scene.victim.eval(f"return get_option( {PLUGIN}Address_Notice::OPTION )['claim'];")
    assert heard["by"] == scene.mallory.url, "and it has heard who claimed its address"
    assert scene.victim.complaints() == []
