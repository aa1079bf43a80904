"""Routes of both applications, what stands in the headers of a signature, and signed payloads until they are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlencode

from tests.contract.samples import NAMES, sample
from tests.fuzz.chance import Chance, corpus
from tests.fuzz.lab import BROWSER, NOW, Bridge, database_of
from tests.fuzz.trials import Fault, Trial
from tests.peer import OUTBOX_GENERATION

PARAMETERS = corpus("parameters")
HEADERS = corpus("headers")
METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "é")
FIELDS = corpus("fields")
USUAL = ("alice", "1", "bob", "good", "yes", "no", "end", "fr", "bookkeeping", "related", "0", "-1")
TYPES = ("application/json", "multipart/form-data; boundary=x", "text/plain", "")
GOOD = {"blog_id": "alice", "slug": "alice-1", "address": "bookkeeping", "language": "fr", "name": "1", "key": "c" * 64}
FORM = "application/x-www-form-urlencoded"
QUESTIONS: dict[str, dict[str, Any]] = {
    "/pushes": {"type": "pull", "data": {"acknowledged": [{"kind": "related", "object": 1, "version": 1}]}},
    "/digests": {
        "type": "digest",
        "data": {
            "sent": [{"kind": "post", "width": 100, "ranges": [[0, 3, 123456]]}],
            "shown": [{"kind": "related", "width": 100, "ranges": [[0, 3, 123456]]}],
        },
    },
    "/choices": {"type": "choices", "data": {"decision": "refuse", "key": "bob/1", "post": 0}},
    "/passages": {"type": "passages", "data": {"author": 1}},
    "/sign-ins": {"type": "sign-in", "data": {"user": 1, "role": "author", "manages": True, "name": "Alice"}},
    "/sign-outs": {"type": "sign-out", "data": {"users": [7, 8]}},
}


class OnBridge(Trial):
    """A trial on a bridge with something in it."""

    database = "sqlite"
    bridge: Bridge

    @contextmanager
    def opened(self) -> Iterator[None]:
        with database_of(self.database) as database:
            self.bridge = Bridge(database)
            self.bridge.fill()
            yield

    def settle(self) -> None:
        self.bridge.settle()


class Pages(OnBridge):
    """Whatever can be asked for, by the owner of a blog and by strangers."""

    name = "pages"
    inputs = 6_000

    @contextmanager
    def opened(self) -> Iterator[None]:
        with super().opened():
            self._cookie, self._token = self.bridge.sign_in()
            self._rules = [rule for rule in self.bridge.app.url_map.iter_rules() if "static" not in rule.endpoint]
            yield

    def try_one(self, chance: Chance, number: int) -> None:
        if number % 50 == 0:
            self._cookie, self._token = self.bridge.sign_in()  # whoever presses every button also signs out
        rule = chance.choice(self._rules)
        path = self._path(chance, rule.rule, sorted(rule.arguments))
        query = "&".join(f"{name}={quote(self._value(chance))}" for name in chance.choices(PARAMETERS, k=3))
        headers = {**BROWSER, "Host": "localhost", "Cookie": self._cookie if chance.random() < 0.8 else ""}
        for name in chance.choices(HEADERS, k=chance.choice((0, 0, 0, 1, 2))):
            headers[name] = chance.text().replace("\r", "").replace("\n", "")[:3000]
        method = (
            chance.choice(sorted((rule.methods or set()) - {"OPTIONS"}))
            if chance.random() < 0.8
            else chance.choice(METHODS)
        )
        body = self._form(chance) if method == "POST" else b""
        if method not in ("GET", "HEAD"):
            headers.setdefault("Content-Type", FORM if chance.random() < 0.9 else chance.choice(TYPES))
        self.tried = (method, path, query, headers, body)
        self.bridge.call(method, path, body, headers, query if chance.random() < 0.9 else chance.text())

    @staticmethod
    def _path(chance: Chance, rule: str, arguments: Sequence[str]) -> str:
        path = rule
        for argument in arguments:
            odd = chance.escaped(300, "%/;?é")
            value = GOOD.get(argument, "1") if chance.random() < 0.7 else odd
            for converter in ("", "int:", "path:", "string:"):
                path = path.replace(f"<{converter}{argument}>", value)
        return path + chance.text() if chance.random() < 0.05 else path

    def _form(self, chance: Chance) -> bytes:
        if chance.random() < 0.1:
            return chance.json({"need": "caisse", "page": 1})
        fields = {name: self._value(chance) for name in chance.choices(FIELDS, k=4)}
        if chance.random() < 0.9:
            fields["csrf_token"] = self._token
        return urlencode(fields).encode()

    @staticmethod
    def _value(chance: Chance) -> str:
        good = chance.choice(USUAL)
        value = chance.choice((chance.text, chance.words, lambda: good, lambda: str(chance.scalar())))()
        return value[:3000].encode(errors="replace").decode()


class SignatureHeaders(OnBridge):
    """Headers that nobody who signs would send: refused in one way, and nothing is stored of it."""

    name = "headers"
    inputs = 20_000

    def try_one(self, chance: Chance, number: int) -> None:
        body = b'{"type": "ping", "timestamp": "2026-01-31T10:00:00Z", "data": {}}'
        good = self.bridge._signed(self.bridge.alice, f"fuzz_{number:08d}", body)
        headers = dict(good)
        for name in chance.choices(tuple(good), k=chance.choice((1, 1, 2, 3))):
            raw = chance.bytes_like(good[name].encode()).decode("latin-1")
            headers[name] = chance.choice((raw, chance.text(), "", f"{good[name]} {raw}", good[name] * 9, raw * 40))
        path = chance.choice(("", "", *QUESTIONS))
        where = chance.choice(("alice", "alice", chance.escaped(80)))
        self.tried = (where, path, headers)
        status = self.bridge.call(
            "POST", f"/webhooks/{where}{path}", body, {**headers, "Content-Type": "application/json"}
        )
        intact = all(headers[name].split(" ")[0] == good[name] for name in good if name != "webhook-id")
        if status < 400 and not intact and headers["webhook-signature"].find(good["webhook-signature"]) < 0:
            raise Fault(f"{status} for what is not signed")


class Payloads(OnBridge):
    """Events as a plugin sends them but for some places, signed, stored, read, and all that follows from them."""

    name = "payloads"
    inputs = 8_000

    def try_one(self, chance: Chance, number: int) -> None:
        kind = chance.choice(NAMES)
        document = sample(kind)
        for event in document["data"]["events"] if kind == "batch" else [document]:
            version = event["data"]["version"]
            version["generation"], version["revision"] = OUTBOX_GENERATION, 1000 + number
            for name in ("id", "author_id", "post_id"):
                if name in event["data"]:
                    event["data"][name] = chance.randint(1, 9)
        body = chance.json(document)
        self.tried = body
        if b"blog.removed" in body and chance.random() < 0.95:
            return  # who has left says no more: some of them are enough
        status = self.bridge.deliver(self.bridge.alice, f"fuzz_{number:08d}", body)
        if status not in (200, 202):
            raise Fault(f"{status} for a signed delivery")

    def settle(self) -> None:
        super().settle()
        self.bridge.bring_back("alice")


class PostgresPayloads(Payloads):
    """The same where a text has no place for a zero, and a number not for any size."""

    name = "payloads-postgresql"
    inputs = 2_000
    database = "postgresql"


class Questions(OnBridge):
    """What a blog asks with its signature: the shape of the answer is ours, whatever is asked."""

    name = "questions"
    inputs = 8_000

    def try_one(self, chance: Chance, number: int) -> None:
        path = chance.choice(tuple(QUESTIONS))
        stamp = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
        body = chance.json({"timestamp": stamp, **QUESTIONS[path]})
        self.tried = (path, body)
        self.bridge.deliver(self.bridge.alice, f"fuzz_{number:08d}", body, path)
