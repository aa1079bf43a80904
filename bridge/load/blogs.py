"""Blogs of a load: each has keys of its own, says what plugins say, and takes what the bridge brings."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bridge import signing
from bridge.contract.digests import MAX_REFUSED
from bridge.errors import BridgeError
from bridge.load import messages
from bridge.load.messages import Writer, envelope

COMPARED_WIDTH = 1000
KINDS = ("author", "post", "comment")
MAX_PUSH_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class StatedObject:
    """What an event says of an object: its kind, its id and the hash of its state."""

    kind: str
    id: int
    hash: str


@dataclass(frozen=True, slots=True)
class Message:
    """Something that a blog sends: under which id, and which objects it states."""

    id: str
    body: bytes
    states: tuple[StatedObject, ...] = ()


@dataclass
class LoadBlog:
    """One blog; senders and the server share it."""

    number: int
    home: str
    id: str = ""
    key_to_bridge: str = field(default="", repr=False)
    key_to_blog: str = field(default="", repr=False)
    nonce: str = field(default="", repr=False)
    sent: dict[str, dict[int, str]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    unsure: dict[str, set[int]] = field(default_factory=lambda: {kind: set() for kind in KINDS})
    acknowledged_at: dict[int, float] = field(default_factory=dict)  # post → when it was accepted
    listed_at: dict[int, float] = field(default_factory=dict)  # post → when its first list came
    held: dict[tuple[str, str], int] = field(default_factory=dict)  # (kind, object) → version of what was brought

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._revision = 0
        self._counts = dict.fromkeys(KINDS, 0)
        self._generation = time.time_ns() // 1_000_000
        self._writer = Writer(self.number)

    @property
    def rest_url(self) -> str:
        """Where it is called."""
        return f"{self.home}/wp-json/"

    def wish(self) -> bytes:
        """What it says to be connected."""
        self.nonce = base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
        return json.dumps(
            {"type": "connect", "home_url": self.home, "rest_url": self.rest_url, "nonce": self.nonce}
        ).encode()

    def author(self) -> Message:
        """Its author."""
        return self._stated("author", "author.updated", messages.author_state(self.home, f"Writer {self.number}"))

    def post(self) -> Message:
        """One more post."""
        with self._lock:
            self._counts["post"] += 1
            state = messages.post_state(self.home, self._counts["post"], self._writer)
            return self._stated("post", "post.published", state)

    def comment(self) -> Message:
        """One more comment, under its newest post."""
        with self._lock:
            self._counts["comment"] += 1
            state = messages.comment_state(self._counts["comment"], max(1, self._counts["post"]), self._writer)
            return self._stated("comment", "comment.published", state)

    def history(self, count: int) -> Message:
        """So many further posts in one delivery."""
        posts = [self.post() for _ in range(count)]
        digest = hashlib.sha256("\n".join(post.id for post in posts).encode()).hexdigest()
        events = [{"id": post.id, **json.loads(post.body)} for post in posts]
        states = tuple(state for post in posts for state in post.states)
        return Message(f"batch_{digest[:40]}", envelope("batch", {"events": events}), states)

    def farewell(self) -> Message:
        """It leaves, with everything that it has said."""
        with self._lock:
            version = self._version()
        return Message(f"bye_{secrets.token_hex(16)}", envelope("blog.removed", {"version": version}))

    def comparison(self) -> Message:
        """What it has sent, to be compared with what the bridge holds."""
        with self._lock:
            sent = [
                {
                    "kind": kind,
                    "width": COMPARED_WIDTH,
                    "ranges": messages.sent_ranges(list(hashes.items()), COMPARED_WIDTH),
                    "without": sorted(self.unsure[kind])[:MAX_REFUSED],
                }
                for kind, hashes in self.sent.items()
            ]
        return Message(f"digest_{secrets.token_hex(16)}", envelope("digest", {"sent": sent, "shown": []}))

    def sign(self, message: Message) -> dict[str, str]:
        """The headers of a delivery, as of now."""
        return signing.headers(self.key_to_bridge, message.id, datetime.now(UTC), message.body)

    def note_acknowledged(self, message: Message, at: float) -> None:
        """The bridge answers for it from now on."""
        with self._lock:
            for state in message.states:
                self.sent[state.kind][state.id] = state.hash
                if state.kind == "post":
                    self.acknowledged_at.setdefault(state.id, at)

    def note_given_up(self, message: Message) -> None:
        """Nobody knows whether it has arrived: it is compared on neither side."""
        with self._lock:
            for state in message.states:
                self.unsure[state.kind].add(state.id)

    def _version(self) -> dict[str, int]:
        self._revision += 1
        return {"generation": self._generation, "revision": self._revision}

    def _stated(self, kind: str, event: str, state: dict[str, Any]) -> Message:
        with self._lock:
            data = messages.stated(self._version(), state)
        message_id = f"{kind}_{data['id']}_{self._generation}_{data['version']['revision']}"
        return Message(message_id, envelope(event, data), (StatedObject(kind, data["id"], data["hash"]),))

    # -- what it answers -------------------------------------------------------------------------------

    def answer(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[dict[str, Any], dict[str, str]]:
        """JSON and further headers for a call of the bridge.

        Raises:
            BridgeError: not signed by the bridge, or no answer to a wish of its own.
        """
        message = json.loads(body)
        if path.endswith("/handshake"):
            return self._shake_hands(message)
        signing.verify(headers, body, [self.key_to_blog], datetime.now(UTC))
        if message["type"] in ("push.related", "push.stats") or "objects" in message.get("data", {}):
            return self._take(message["data"]["objects"]), {}
        return {"status": "ok"}, {}

    def _shake_hands(self, message: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        if not self.nonce or not secrets.compare_digest(str(message["nonce"]), self.nonce):
            raise BridgeError("nobody asked")
        self.id = message["blog_id"]
        self.key_to_bridge, self.key_to_blog = message["key_to_bridge"], message["key_to_blog"]
        answer = {
            "type": "handshake.answer",
            "uuid": secrets.token_hex(16),
            "name": f"Load {self.number}",
            "language": self._writer.language,
            "home_url": self.home,
            "rest_url": self.rest_url,
            "xmlrpc_url": "",
            "statistics": True,
        }
        body = json.dumps(answer).encode()
        message_id = f"handshake_{secrets.token_hex(16)}"
        return answer, signing.headers(self.key_to_bridge, message_id, datetime.now(UTC), body)

    def _take(self, objects: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        accepted, refused = [], []
        now = time.monotonic()
        with self._lock:
            for item in objects:
                name = {"kind": item["kind"], "object": item["object"]}
                place = (item["kind"], str(item["object"]))
                stored = self.held.get(place, 0)
                if item["version"] < stored:
                    refused.append({**name, "held": stored})
                    continue
                self.held[place] = item["version"]
                accepted.append({**name, "version": item["version"]})
                if item["kind"] == "related" and item.get("mentors"):
                    self.listed_at.setdefault(int(item["object"]), now)
        return {"accepted": accepted, "refused": refused, "unknown": []}


class BlogServer(ThreadingHTTPServer):
    """Answers for all blogs of a load, each below a folder of its own."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, count: int) -> None:
        """`host`: the name by which the bridge reaches this machine; it is listened on there alone."""
        super().__init__((host, 0), _Handler)
        port = self.server_address[1]
        self.blogs = [LoadBlog(number, f"http://{host}:{port}/blog{number}") for number in range(count)]
        self._by_folder = {f"blog{blog.number}": blog for blog in self.blogs}

    def find(self, path: str) -> LoadBlog | None:
        """The blog that a path belongs to."""
        return self._by_folder.get(path.lstrip("/").partition("/")[0])

    def __enter__(self) -> BlogServer:
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    server: BlogServer

    def do_POST(self) -> None:
        """A call of the bridge."""
        length = self.headers.get("Content-Length", "0")
        body = self.rfile.read(min(int(length), MAX_PUSH_BYTES) if length.isdecimal() else 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        blog = self.server.find(self.path)
        status = 404
        answer: dict[str, Any] = {}
        extra: dict[str, str] = {}
        if blog is not None:
            try:
                answer, extra = blog.answer(self.path, headers, body)
                status = 200
            except (BridgeError, ValueError, KeyError):  # the bridge sees a refusal, and no hang
                status = 403
        raw = json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {**extra, "Content-Type": "application/json", "Content-Length": str(len(raw))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
