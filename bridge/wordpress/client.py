"""A WordPress blog as the worker sees it: push, poke, probe."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bridge.contract.pushes import Pushed
from bridge.errors import DeliveryFailed, Gone
from bridge.model import BlogAccess, Transport
from bridge.pushes import PushAnswer
from bridge.wordpress import rest, xmlrpc
from bridge.wordpress.transport import OutgoingDoor


class WordPressClient:
    """Speaks to blogs that run the plugin; threads may share one."""

    def __init__(self, door: OutgoingDoor) -> None:
        self._door = door

    def push(self, blog: BlogAccess, objects: Sequence[Pushed], now: datetime) -> PushAnswer:
        """Hand over whole states by the way that was found to work.

        Raises:
            DeliveryFailed: says whether and when to try again.
        """
        way = xmlrpc.push if blog.transport is Transport.XMLRPC else rest.push
        return way(self._door, blog, objects, now)

    def poke(self, blog: BlogAccess, now: datetime) -> None:
        """Ask the blog to send what waits there."""
        rest.poke(self._door, blog, now)

    def rotate(self, blog: BlogAccess, now: datetime) -> None:
        """Ask the blog to shake hands anew, for new keys."""
        rest.rotate(self._door, blog, now)

    def check(self, blog: BlogAccess, now: datetime) -> None:
        """Ask the blog to compare what both sides hold."""
        rest.check(self._door, blog, now)

    def probe(self, blog: BlogAccess, now: datetime) -> Transport:
        """The first way that works: XML-RPC, REST; if none does, the plugin must come and fetch.

        Raises:
            Gone: the blog says that it has left.
        """
        if xmlrpc.is_usable(blog):
            try:
                xmlrpc.ping(self._door, blog, now)
            except Gone:
                raise
            except DeliveryFailed:
                pass  # the next way may work
            else:
                return Transport.XMLRPC
        try:
            rest.ping(self._door, blog, now)
        except Gone:
            raise
        except DeliveryFailed:
            return Transport.PULL
        return Transport.REST
