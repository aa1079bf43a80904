"""What a blog answers when it is called, or whatever stands at its address: a failure that says so, and no other."""

from __future__ import annotations

import json
import queue
import socket
import threading
import xmlrpc.client
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from requests.structures import CaseInsensitiveDict

from bridge import signing
from bridge.errors import DeliveryFailed
from bridge.model import BlogAccess, Transport
from bridge.pushes import PushObject
from bridge.wordpress.client import WordPressClient
from bridge.wordpress.transport import HttpAnswer, OutgoingDoor
from bridge.worker.context import Context
from bridge.worker.outbound.push import push
from tests.fuzz.chance import Chance
from tests.fuzz.trials import Fault, Trial
from tests.fuzz.web import OnBridge

NOW = datetime(2026, 5, 4, tzinfo=UTC)
KEY = "whsec_" + "b2" * 22
STATUSES = (200, 200, 200, 200, 201, 204, 400, 401, 403, 404, 405, 410, 429, 500, 503, 100, 299, 999)
PUSH_ANSWER = {
    "accepted": [{"kind": "related", "object": "7", "version": 3}],
    "refused": [{"kind": "related", "object": "8", "held": 9}],
    "unknown": [{"kind": "post", "object": "9"}],
}
HANDSHAKE_ANSWER = {
    "type": "handshake.answer",
    "uuid": "6f6c1c1e",
    "name": "Le carnet",
    "description": "",
    "language": "fr-CA",
    "home_url": "https://carol.example",
    "rest_url": "https://carol.example/wp-json/",
    "xmlrpc_url": "https://carol.example/xmlrpc.php",
    "username": "bridge",
    "application_password": "abcd",
    "wordpress_version": "6.8",
    "php_version": "8.2",
    "plugin_version": "0.1.0",
    "statistics": True,
    "further_homes": ["https://en.carol.example"],
    "install": "",
}


class ChanceDoor(OutgoingDoor):
    """Answers by chance instead of calling anybody."""

    def __init__(self) -> None:
        super().__init__(allow_private=True)
        self.answer = HttpAnswer(200, {}, b"")
        self.signed_answer: Any = None  # what a handshake is answered with, if its answer is to be signed

    def post(self, url: str, body: bytes, headers: Mapping[str, str], **_: Any) -> HttpAnswer:
        """What was laid ready."""
        if self.signed_answer is None:
            return self.answer
        key = json.loads(body).get("key_to_bridge", KEY)
        said = self.signed_answer
        return HttpAnswer(200, CaseInsensitiveDict(signing.headers(key, "handshake_12345678", NOW, said)), said)


def odd_headers(chance: Chance) -> Mapping[str, str]:
    """Of an answer."""
    names = ("Content-Type", "Retry-After", "webhook-id", "webhook-timestamp", "webhook-signature", "Location", "X")
    values = (chance.text, lambda: str(chance.scalar()), lambda: "9" * 400, lambda: "Fri, 31 Feb 99999 25:61:61 GMT")
    return CaseInsensitiveDict({chance.choice(names): chance.choice(values)() for _ in range(chance.randint(0, 3))})


class Answers(Trial):
    """Pushes, pokes and probes, each answered by chance."""

    transport: Transport

    def __init__(self) -> None:
        self._door = ChanceDoor()
        self._client = WordPressClient(self._door)
        home = "https://carol.example"
        self._blog = BlogAccess(
            "carol", home, f"{home}/wp-json/", f"{home}/xmlrpc.php", "bridge", self.transport, "secret", (KEY,)
        )

    def body(self, chance: Chance) -> bytes:
        """Of an answer."""
        return chance.json(PUSH_ANSWER)

    def try_one(self, chance: Chance, number: int) -> None:
        self._door.answer = HttpAnswer(chance.choice(STATUSES), odd_headers(chance), self.body(chance))
        self.tried = self._door.answer
        try:
            if chance.random() < 0.8:
                self._client.push(self._blog, [PushObject("related", "7", 3, "fr")], NOW)
            elif chance.random() < 0.5:
                self._client.probe(self._blog, NOW)
            else:
                self._client.poke(self._blog, NOW)
        except DeliveryFailed as failure:
            if not (str(failure) and failure.repair):
                raise Fault("a failure that says nothing") from failure


class RestAnswers(Answers):
    """JSON, or what stands there instead."""

    name = "rest"
    inputs = 20_000
    transport = Transport.REST


class XmlrpcAnswers(Answers):
    """XML-RPC, or what stands there instead."""

    name = "xmlrpc"
    inputs = 15_000
    transport = Transport.XMLRPC

    def body(self, chance: Chance) -> bytes:
        inner: Any = chance.choice(
            (
                lambda: chance.json(PUSH_ANSWER).decode(errors="replace"),
                lambda: "pong",
                lambda: chance.choice((1, True, 1.5, ["a"], {"a": [1]}, NOW.replace(tzinfo=None))),
                lambda: xmlrpc.client.Fault(chance.choice((403, 405, -32601, 0, 2**31 - 1)), chance.text()),
                lambda: xmlrpc.client.Binary(chance.text().encode(errors="replace")),
            )
        )()
        answer = inner if isinstance(inner, xmlrpc.client.Fault) else (inner,)
        raw = xmlrpc.client.dumps(answer, methodresponse=True, allow_none=True).encode(errors="replace")
        if chance.random() < 0.2:
            return chance.html().encode(errors="replace")
        return chance.bytes_like(raw) if chance.random() < 0.6 else raw


class Handshakes(OnBridge):
    """Wishes to be connected, and the signed answers of whoever is called back; and pushes of the whole worker."""

    name = "handshakes"
    inputs = 5_000

    @contextmanager
    def opened(self) -> Iterator[None]:
        with super().opened():
            self._door = ChanceDoor()
            self.bridge.service.door = self._door
            self._worker = Context(self.bridge.service, WordPressClient(self._door))
            yield

    def try_one(self, chance: Chance, number: int) -> None:
        if number % 4 == 0:
            self._push(chance)
            return
        host = chance.choice(("https://carol.example", f"https://c{number % 50}.example"))
        wish = {"type": "connect", "home_url": host, "rest_url": f"{host}/wp-json/", "nonce": "n" * 43}
        body = chance.json(wish) if chance.random() < 0.3 else json.dumps(wish).encode()
        answer = json.loads(json.dumps(HANDSHAKE_ANSWER).replace("https://carol.example", host))
        self._door.signed_answer = chance.json(answer)
        self.tried = (body, self._door.signed_answer)
        self.bridge.call("POST", "/v1/connections", body, {"Content-Type": "application/json"})

    def _push(self, chance: Chance) -> None:
        """What a blog makes of its lists is written down as far as it can be so."""
        answer = {
            "accepted": [
                {"kind": "related", "object": str(n), "version": chance.choice((1, 2, n))} for n in range(1, 6)
            ]
        }
        self._door.signed_answer = None
        self._door.answer = HttpAnswer(chance.choice((200, 200, 200, 503)), odd_headers(chance), chance.json(answer))
        self.tried = self._door.answer
        try:
            push(self._worker, "bob")
        except DeliveryFailed:
            return

    def settle(self) -> None:
        super().settle()
        self.bridge.bring_back("alice")
        self.bridge.bring_back("bob")


class RawAnswers(Trial):
    """Bytes on the wire, from a server that speaks HTTP nearly."""

    name = "wire"
    inputs = 3_000

    @contextmanager
    def opened(self) -> Iterator[None]:
        ready: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        listener = socket.create_server(("127.0.0.1", 0))
        self._ready, self._url = ready, f"http://127.0.0.1:{listener.getsockname()[1]}/"

        def serve() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                with client:
                    try:
                        client.recv(65536)
                        client.sendall(ready.get())
                        client.shutdown(socket.SHUT_WR)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()

    def try_one(self, chance: Chance, number: int) -> None:
        body = chance.json(PUSH_ANSWER)[:2000]
        length = chance.choice((len(body), 0, -1, 10**30, len(body) + 5, max(0, len(body) - 5)))
        framing = chance.choice(
            (f"Content-Length: {length}", "Transfer-Encoding: chunked", "Content-Encoding: gzip", "Connection: close")
        )
        if "chunked" in framing:
            size = chance.choice((f"{len(body):x}", "FFFFFFFFFFFFFFFFFF", "-1", "", "0x5", "zz"))
            body = f"{size}\r\n".encode() + body + b"\r\n0\r\n\r\n"
        raw = f"HTTP/1.1 {chance.choice(STATUSES)} OK\r\n{framing}\r\n\r\n".encode() + body
        answer = chance.bytes_like(raw) if chance.random() < 0.6 else raw
        self.tried = answer
        self._ready.put(answer)
        try:
            OutgoingDoor(allow_private=True).post(self._url, b"{}", {}, seconds=60)
        except DeliveryFailed:
            return
