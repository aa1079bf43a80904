"""XML-RPC through python-wordpress-xmlrpc, against a real XML-RPC server."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from xmlrpc.client import Fault
from xmlrpc.server import SimpleXMLRPCServer

import pytest

from bridge.errors import BadAnswer, NotOurPlugin, Refused
from bridge.model import BlogAccess, Transport
from bridge.pushes import PushObject
from bridge.wordpress import xmlrpc
from bridge.wordpress.transport import OutgoingDoor
from tests.wordpress.test_transport import server

NOW = datetime(2026, 5, 4, tzinfo=UTC)


@pytest.fixture
def blog() -> Iterator[BlogAccess]:
    """Answers as the plugin does."""
    server = SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False)

    def put(_blog: Any, _user: Any, password: Any, body: Any) -> str:
        if password != "right":
            raise Fault(403, "Incorrect username or password.")
        objects = json.loads(body)["data"]["objects"]
        return json.dumps({"accepted": [{k: o[k] for k in ("kind", "object", "version")} for o in objects]})

    server.register_function(put, "mentorBridge.putRelated")
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield access(f"http://127.0.0.1:{server.server_address[1]}/RPC2")
    server.shutdown()
    server.server_close()


def access(url: str, password: str = "right") -> BlogAccess:
    return BlogAccess("alice", url, url, url, "bridge", Transport.XMLRPC, password, ())


def push(blog: BlogAccess) -> object:
    # A version beyond 32 bits must get through.
    return xmlrpc.push(OutgoingDoor(allow_private=True), blog, [PushObject("related", "7", 2**40, "fr")], NOW)


def test_a_push_is_answered(blog: BlogAccess) -> None:
    answer = push(blog)
    assert getattr(answer, "accepted", None) == (("related", "7", 2**40),)


def test_a_wrong_password_and_a_missing_plugin(blog: BlogAccess) -> None:
    with pytest.raises(Refused, match="password"):
        push(access(blog.xmlrpc_url, "wrong"))
    with pytest.raises((NotOurPlugin, Refused)):
        xmlrpc.ping(OutgoingDoor(allow_private=True), blog, NOW)


@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><html><body>Maintenance</body></html>",
        b"not xml at all",
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><methodResponse>&b;</methodResponse>',
        b"<?xml version='1.0'?><methodResponse></methodResponse>",
        b"",
    ],
)
def test_what_is_no_answer_is_a_bad_answer(body: bytes) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with server(lambda s: s.sendall(head + body)) as url, pytest.raises(BadAnswer):
        push(access(url))


def test_the_shim_is_still_needed() -> None:
    """When this fails, the library works by itself: remove the shim in `bridge/wordpress/xmlrpc.py`."""
    use = "b.XmlrpcMethod.results_class = list; b.XmlrpcMethod().process_result([1])"
    broken = f"import collections, wordpress_xmlrpc.base as b; {use}"
    done = subprocess.run([sys.executable, "-c", broken], capture_output=True, text=True, check=False)
    assert "has no attribute 'Iterable'" in done.stderr
