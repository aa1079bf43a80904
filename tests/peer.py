"""A blog that is no WordPress: it speaks the contract over real HTTP, for tests of the bridge alone.

It answers the handshake, signs what it sends, checks the signature of what it gets, and keeps the pushed
lists by version as the plugin does. What WordPress itself does is tested on WordPress (tests/e2e).
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import secrets
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from bridge import signing

OUTBOX_GENERATION = 1_760_000_000_000


@dataclass
class PeerAnswer:
    """Status and JSON of one answer of the bridge."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


class PeerBlog:
    """One blog on a loopback port; use as a context manager."""

    def __init__(self, name: str = "Peer", language: str = "fr-FR") -> None:
        self.name = name
        self.language = language
        self.blog_id = ""
        self.key_to_bridge = ""
        self.key_to_blog = ""
        self.nonce = ""
        self.further_homes: list[str] = []
        self.away = False  # it answers nothing
        self.bridge_url = ""
        self.install = ""  # "": its plugin is too old to have one
        self.revision = 0
        self.lists: dict[str, dict[str, Any]] = {}  # remote post id → pushed object
        self.statistics: dict[str, dict[str, dict[str, Any]]] = {}  # kind → the same
        self.received: list[str] = []  # webhook ids of pushes and pokes
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> PeerBlog:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    # -- what the blog does ------------------------------------------------------------------------

    def connect(self, bridge_url: str, code: str = "") -> PeerAnswer:
        """The handshake, as the plugin begins it."""
        self.bridge_url = bridge_url
        self.nonce = base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
        body = {"type": "connect", "home_url": self.url, "rest_url": f"{self.url}/wp-json/", "nonce": self.nonce}
        if code:
            body["code"] = code
        return post(bridge_url + "/v1/connections", json.dumps(body).encode(), {})

    def event(self, kind: str, **data: Any) -> tuple[str, bytes]:
        """A new event with the next revision: its webhook-id and its body."""
        with self._lock:
            self.revision += 1
            revision = self.revision
        data["version"] = {"generation": OUTBOX_GENERATION, "revision": revision}
        letter = kind[0]
        message_id = f"{letter}{data.get('id', 0)}_{OUTBOX_GENERATION}_{revision}".ljust(8, "0")
        return message_id, self._enveloped(kind, data)

    def _enveloped(self, kind: str, data: dict[str, Any]) -> bytes:
        body = {"type": kind, "timestamp": wire_time(datetime.now(UTC)), "data": data}
        return json.dumps(body | ({"install": self.install} if self.install else {})).encode()

    def send(self, message_id: str, body: bytes) -> PeerAnswer:
        """One signed delivery."""
        headers = self.sign(message_id, body)
        return post(f"{self.bridge_url}/webhooks/{self.blog_id}", body, headers)

    def sign(self, message_id: str, body: bytes) -> dict[str, str]:
        """The three headers of a delivery."""
        now = int(datetime.now(UTC).timestamp())
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(now),
            "webhook-signature": signing.sign(self.key_to_bridge, message_id, now, body),
        }

    def author(self, author_id: int, name: str, *, bio: str = "", **declared: Any) -> tuple[str, bytes]:
        """An author who takes part, and what they declare."""
        return self.event(
            "author.updated",
            id=author_id,
            name=name,
            url=f"{self.url}/author/{author_id}",
            bio=bio,
            takes_part=True,
            consented_at="2026-01-01T00:00:00Z",
            consent_door="profile",
            consent_text="v1",
            offers=[],
            needs=[],
            languages=[],
            declared=declared,
        )

    def blog_updated(self, **facts: Any) -> tuple[str, bytes]:
        """What the blog says about itself."""
        named = {"uuid": self.blog_id, "name": self.name.title(), "language": self.language, "home_url": self.url}
        rest = {"rest_url": f"{self.url}/wp-json/", "xmlrpc_url": "", "statistics": True}
        return self.event("blog.updated", **named | rest | facts)

    def declaring(self, *, offers: list[str], needs: list[str], role: str) -> tuple[str, bytes]:
        """The blog's first author, who says what they offer and look for."""
        return self.event(
            "author.updated",
            id=1,
            name=self.blog_id.title(),
            url=f"{self.url}/author/1",
            bio="",
            takes_part=True,
            consented_at="2026-01-01T00:00:00Z",
            consent_door="profile",
            consent_text="v1",
            offers=offers,
            needs=needs,
            languages=["fr-CA"],
            declared={"role": role},
        )

    def post(
        self, post_id: int, author_id: int, title: str, content: str, day: int = 1, **more: Any
    ) -> tuple[str, bytes]:
        """A public post; `more`: what it says beside or instead of the usual."""
        when = f"2026-{1 + day // 28 % 12:02d}-{1 + day % 28:02d}T10:00:00Z"
        said = {
            "url": f"{self.url}/?p={post_id}",
            "language": self.language,
            "published_at": when,
            "modified_at": when,
            "tags": [],
            "categories": [],
        }
        return self.event(
            "post.published",
            id=post_id,
            author_id=author_id,
            title=title,
            content=content,
            excerpt="",
            truncated=False,
            **(said | more),
        )

    def batch(self, events: list[tuple[str, bytes]]) -> tuple[str, bytes]:
        """Several events in one delivery; its id is the hash of theirs."""
        digest = hashlib.sha256("\n".join(message_id for message_id, _ in events).encode()).hexdigest()
        inside = [{"id": message_id, **json.loads(body)} for message_id, body in events]
        return f"batch_{digest[:40]}", self._enveloped("batch", {"events": inside})

    # -- what the blog answers ---------------------------------------------------------------------

    def _answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any], dict[str, str]]:
        message = json.loads(body)
        if self.away:
            return 503, {}, {}
        if path.endswith("mentor-bridge/v1/handshake"):
            return self._shake_hands(message) if message["type"] == "handshake" else self._at(message, headers, body)
        signing.verify(headers, body, [self.key_to_blog], datetime.now(UTC))
        self.received.append(headers["webhook-id"])
        if path.endswith("/push") and message["type"] != "ping":
            return 200, self._take(message["data"]["objects"]), {}
        return 200, {"status": "ok"}, {}

    def _shake_hands(self, message: dict[str, Any]) -> tuple[int, dict[str, Any], dict[str, str]]:
        if not secrets.compare_digest(message["nonce"], self.nonce):
            return 403, {"error": {"type": "refused", "message": "wrong nonce"}}, {}
        self.blog_id = message["blog_id"]
        self.key_to_bridge, self.key_to_blog = message["key_to_bridge"], message["key_to_blog"]
        answer = {
            "type": "handshake.answer",
            "uuid": secrets.token_hex(16),
            "name": self.name,
            "description": "",
            "language": self.language,
            "home_url": self.url,
            "rest_url": f"{self.url}/wp-json/",
            "xmlrpc_url": f"{self.url}/xmlrpc.php",
            "username": "",
            "application_password": "",
            "wordpress_version": "6.1",
            "php_version": "8.2",
            "plugin_version": "0.1.0",
            "statistics": True,
            "further_homes": self.further_homes,
            "install": self.install,
        }
        body = json.dumps(answer).encode()
        return 200, answer, self.sign(f"handshake_{secrets.token_hex(8)}", body)

    def _at(
        self, message: dict[str, Any], headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, Any], dict[str, str]]:
        """At a further address of its own: whoever asks has the key just handed over, and so have we."""
        signing.verify(headers, body, [self.key_to_blog], datetime.now(UTC))
        answer = {"type": "address.answer", "address": message["address"]}
        return 200, answer, self.sign(f"address_{secrets.token_hex(8)}", json.dumps(answer).encode())

    def _take(self, objects: list[dict[str, Any]]) -> dict[str, Any]:
        accepted, refused = [], []
        for item in objects:
            taken = self.lists if item["kind"] == "related" else self.statistics.setdefault(item["kind"], {})
            held = taken.get(str(item["object"]), {"version": 0})["version"]
            name = {"kind": item["kind"], "object": item["object"]}
            if item["version"] < held:
                refused.append({**name, "held": held})
            else:
                taken[str(item["object"])] = item
                accepted.append({**name, "version": item["version"]})
        return {"accepted": accepted, "refused": refused, "unknown": []}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        peer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                try:
                    status, answer, extra = peer._answer(self.path, headers, body)
                except Exception as error:  # the bridge must see a refusal, not a hang
                    status, answer, extra = 400, {"error": {"type": "bad", "message": str(error)}}, {}
                raw = json.dumps(answer).encode()
                self.send_response(status)
                for name, value in {**extra, "Content-Type": "application/json"}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, format: str, *args: object) -> None:
                """Keep the test output quiet."""

        return Handler


def silent_blog(name: str, url: str, language: str = "fr-FR", revision: int = 0) -> PeerBlog:
    """A blog that is never served, and has said so much."""
    peer = PeerBlog(name, language)
    peer._server.server_close()
    peer.blog_id, peer.url, peer.revision = name, url, revision
    return peer


def wire_time(moment: datetime) -> str:
    """A time as it travels."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def post(url: str, body: bytes, headers: dict[str, str], timeout: float = 600) -> PeerAnswer:
    """One POST over a fresh connection."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        connection.request("POST", parts.path, body, {"Content-Type": "application/json", **headers})
        response = connection.getresponse()
        raw = response.read()
    finally:
        connection.close()
    return PeerAnswer(response.status, json.loads(raw or b"{}"), {k.lower(): v for k, v in response.getheaders()})
