"""The plugin's own XML-RPC methods, through python-wordpress-xmlrpc.

The library is of 2015: on Python 3.10 and later it misses ``collections.Iterable``, and it opens connections
without time-outs. The shim and the transport here put both right, in this module only; a test says when the shim
can go. Answers are parsed by defusedxml, so that an entity bomb is a refusal.

Payloads travel as a JSON string: XML-RPC integers have 32 bits, versions and times have more; and the plugin hands
the same bytes to the same handler as for REST.
"""

from __future__ import annotations

import collections
import collections.abc
import xmlrpc.client
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from defusedxml.common import DefusedXmlException
from defusedxml.xmlrpc import DefusedExpatParser

from bridge.contract.pushes import Pushed, push_answer, push_body, push_type
from bridge.errors import BadAnswer, DeliveryFailed, NotOurPlugin, Refused
from bridge.model import BlogAccess
from bridge.pushes import PushAnswer
from bridge.wordpress.transport import OutgoingDoor, raise_for_status

if not hasattr(collections, "Iterable"):
    collections.Iterable = collections.abc.Iterable  # type: ignore[attr-defined]

from wordpress_xmlrpc import AuthenticatedMethod, Client
from wordpress_xmlrpc.exceptions import InvalidCredentialsError, XmlrpcDisabledError

UNKNOWN_METHOD = -32601


class Ping(AuthenticatedMethod):  # type: ignore[misc]
    """``mentorBridge.ping``: "pong"."""

    method_name = "mentorBridge.ping"


class PutRelated(AuthenticatedMethod):  # type: ignore[misc]
    """``mentorBridge.putRelated``: a `push.related` as JSON; answers JSON."""

    method_name = "mentorBridge.putRelated"
    method_args = ("body",)


class PutStats(AuthenticatedMethod):  # type: ignore[misc]
    """``mentorBridge.putStats``: a `push.stats` as JSON; answers JSON."""

    method_name = "mentorBridge.putStats"
    method_args = ("body",)


class _Transport(xmlrpc.client.Transport):
    """XML-RPC through the one door."""

    def __init__(self, door: OutgoingDoor, url: str, now: datetime) -> None:
        super().__init__()
        self._door = door
        self._url = url
        self._now = now

    def request(self, host: Any, handler: str, request_body: Any, verbose: bool = False) -> Any:
        answer = self._door.post(self._url, bytes(request_body), {"Content-Type": "text/xml"})
        raise_for_status(answer, self._now.timestamp())
        # feedparser-like leniency would hide what stands before the blog: HTML is not an answer.
        unmarshaller = xmlrpc.client.Unmarshaller()
        parser = DefusedExpatParser(unmarshaller)
        try:
            parser.feed(answer.body)
            parser.close()
            return unmarshaller.close()
        except xmlrpc.client.Fault:
            raise
        except (DefusedXmlException, xmlrpc.client.Error, ValueError, TypeError, IndexError, KeyError) as error:
            raise BadAnswer(f"the answer is not XML-RPC ({type(error).__name__})", status=answer.status) from None
        except Exception as error:  # expat raises its own kind for what is no XML
            raise BadAnswer("the answer is not XML", status=answer.status) from error


class _Client(Client):  # type: ignore[misc]
    """The library's client without its first call, which asks for the names of all methods."""

    def __init__(self, door: OutgoingDoor, blog: BlogAccess, now: datetime) -> None:
        self.url = blog.xmlrpc_url
        self.username = blog.username
        self.password = blog.application_password
        self.blog_id = 0
        self.supported_methods = (Ping.method_name, PutRelated.method_name, PutStats.method_name)
        scheme = urlsplit(blog.xmlrpc_url).scheme
        uri = blog.xmlrpc_url if scheme in ("http", "https") else "https://invalid"
        self.server = xmlrpc.client.ServerProxy(uri, transport=_Transport(door, blog.xmlrpc_url, now))


def is_usable(blog: BlogAccess) -> bool:
    """Whether there is an address, a user and a password to try with."""
    return bool(blog.xmlrpc_url and blog.username and blog.application_password)


def push(door: OutgoingDoor, blog: BlogAccess, objects: Sequence[Pushed], now: datetime) -> PushAnswer:
    """Hand over whole states by the plugin's XML-RPC methods."""
    method = PutStats if push_type(objects) == "push.stats" else PutRelated
    return push_answer(str(_call(door, blog, method(push_body(objects, now).decode()), now)))


def ping(door: OutgoingDoor, blog: BlogAccess, now: datetime) -> None:
    """Whether our method answers and takes our password."""
    if _call(door, blog, Ping(), now) != "pong":
        raise NotOurPlugin("mentorBridge.ping is answered by something else")


def _call(door: OutgoingDoor, blog: BlogAccess, method: Any, now: datetime) -> Any:
    try:
        return _Client(door, blog, now).call(method)
    except DeliveryFailed:
        raise
    except InvalidCredentialsError as error:
        raise Refused(f"the blog does not take the password: {str(error)[:200]}", status=403) from None
    except XmlrpcDisabledError:
        raise Refused("XML-RPC is switched off on the blog", status=405) from None
    except xmlrpc.client.Fault as fault:
        if fault.faultCode == UNKNOWN_METHOD:
            raise NotOurPlugin("the plugin's XML-RPC methods are not there") from None
        raise Refused(f"the blog answered with fault {fault.faultCode}: {fault.faultString[:200]}") from None
