"""Blogs and their connection."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, insert, select, update

from bridge.errors import NotFound
from bridge.mentors import own_addresses
from bridge.model import BlogAccess, BlogFacts, BlogState, ShowingMode, Transport, Version
from bridge.storage.blogs.keys import Vault, list_live_keys
from bridge.storage.blogs.tables import blogs
from bridge.storage.core.documents import parse_array
from bridge.text.email_addresses import without_address
from bridge.text.titles import plain_title


@dataclass(frozen=True, slots=True)
class Blog:
    """One blog as the bridge knows it; no secrets."""

    id: str
    origin: str
    state: BlogState
    facts: BlogFacts
    transport: Transport | None
    version: Version
    highest: Version | None
    connected_at: datetime
    seen_at: datetime
    failing_since: datetime | None
    failure: str | None
    confirmed: bool
    install: str  # which installation it is (storage.blogs.installations); "": it never said
    installed_at: datetime | None
    second_at: datetime | None  # when another installation last spoke with its key
    began_anew_at: datetime | None  # since when only what it says again is shown
    further_homes: tuple[str, ...] = ()  # proven, too: a second domain for a second language
    claimed_url: str = ""  # where it says that it stands, without having proven it
    contested_by: str = ""
    contested_at: datetime | None = None
    showing: ShowingMode = ShowingMode.ALL  # by its owner's last word, there or here

    @property
    def present(self) -> bool:
        """Whether anything of it may be kept."""
        return self.state in (BlogState.CONNECTED, BlogState.PAUSED)

    @property
    def has_left(self) -> bool:
        """Whether it asked to leave, or was made to: nothing more is taken from it."""
        return not self.present

    @property
    def known_well(self) -> bool:
        """Whether the operator vouches for it: the rules against gaming do not apply."""
        return self.origin == "imported" or self.confirmed

    @property
    def counted(self) -> bool:
        """Whether anybody wants to know its figures: it sends comments, or they were imported."""
        return self.facts.statistics or self.origin == "imported"

    @property
    def homes(self) -> tuple[str, ...]:
        """The addresses below which its posts are its own; none for an imported one, which the operator vouches for."""
        return (self.facts.home_url, *self.further_homes) if self.origin == "connected" else ()

    @property
    def shown(self) -> bool:
        """Whether its mentors may be shown to others."""
        return self.state is BlogState.CONNECTED


def _blog(row: Row[*tuple[Any, ...]]) -> Blog:
    facts = BlogFacts(
        name=row.name,
        description=row.description,
        language=row.language,
        home_url=row.home_url,
        rest_url=row.rest_url,
        xmlrpc_url=row.xmlrpc_url,
        uuid=row.uuid,
        wordpress_version=row.wordpress_version,
        php_version=row.php_version,
        plugin_version=row.plugin_version,
        statistics=row.statistics,
    )
    highest = Version(row.highest_generation, row.highest_revision)
    return Blog(
        id=row.id,
        origin=row.origin,
        state=BlogState(row.state),
        facts=facts,
        transport=Transport(row.transport) if row.transport else None,
        version=Version(row.generation, row.revision),
        highest=highest if highest.generation else None,
        connected_at=row.connected_at,
        seen_at=row.seen_at,
        failing_since=row.failing_since,
        failure=row.failure,
        confirmed=row.confirmed,
        install=row.install,
        installed_at=row.installed_at,
        second_at=row.second_at,
        began_anew_at=row.began_anew_at,
        further_homes=tuple(map(str, parse_array(row.further_homes))),
        claimed_url=row.claimed_url,
        contested_by=row.contested_by,
        contested_at=row.contested_at,
        showing=ShowingMode(row.showing),
    )


def find(tx: Connection, blog_id: str) -> Blog | None:
    """The blog of that id, or None."""
    row = tx.execute(_by_id(), {"blog": blog_id}).first()
    return _blog(row) if row else None


@cache
def _by_id() -> Select[*tuple[Any, ...]]:
    return select(blogs).where(blogs.c.id == bindparam("blog"))


def get(tx: Connection, blog_id: str) -> Blog:
    """The blog of that id.

    Raises:
        NotFound: there is none of that id.
    """
    blog = find(tx, blog_id)
    if blog is None:
        raise NotFound(f"There is no blog '{blog_id}'. `bridge blog list` shows those there are.")
    return blog


def list_all(tx: Connection) -> list[Blog]:
    """All blogs by id."""
    return [_blog(row) for row in tx.execute(select(blogs).order_by(blogs.c.id))]


def list_at(tx: Connection, home_url: str) -> list[Blog]:
    """Blogs that were ever connected from this address, by http or by https."""
    spellings = [f"{scheme}://{own_addresses.readable_address(home_url)}" for scheme in own_addresses.DEFAULT_PORTS]
    return [_blog(row) for row in tx.execute(select(blogs).where(blogs.c.home_url.in_(spellings)))]


def new_id() -> str:
    """A new id for a blog, which tells nothing of it."""
    return "blog_" + secrets.token_hex(12)


def mark_confirmed(tx: Connection, blog_id: str) -> None:
    """Note that the operator knows whose blog it is."""
    tx.execute(update(blogs).where(blogs.c.id == blog_id).values(confirmed=True))


def upsert(tx: Connection, blog_id: str, origin: str, facts: BlogFacts, now: datetime) -> None:
    """Write down a new blog, or an imported one again."""
    values = _columns(facts)
    if find(tx, blog_id) is None:
        tx.execute(
            insert(blogs).values(
                id=blog_id, origin=origin, state=BlogState.CONNECTED, connected_at=now, seen_at=now, **values
            )
        )
    else:
        tx.execute(update(blogs).where(blogs.c.id == blog_id).values(seen_at=now, **values))


def record_facts(tx: Connection, blog_id: str, facts: BlogFacts, version: Version, state_hash: int = 0) -> bool:
    """What the blog now says about itself; False when something newer is known.

    But for its addresses: only a handshake proves them (`claims`).
    """
    blog = get(tx, blog_id)
    if blog.version >= version:
        return False
    columns = {name: value for name, value in _columns(facts).items() if not name.endswith("_url")}
    if facts.showing is not None:
        record_showing(tx, blog_id, facts.showing, declared=True)
    tx.execute(
        update(blogs)
        .where(blogs.c.id == blog_id)
        .values(generation=version.generation, revision=version.revision, state_hash=state_hash, **columns)
    )
    return True


def record_showing(tx: Connection, blog_id: str, mode: ShowingMode, *, declared: bool = False) -> None:
    """Whom a blog shows. `declared`: the blog itself says so, which counts as a choice when it says something new."""
    chosen = update(blogs).where(blogs.c.id == blog_id)
    if declared:
        chosen = chosen.where(blogs.c.showing_declared != mode).values(showing_declared=mode)
    tx.execute(chosen.values(showing=mode))


def _columns(facts: BlogFacts) -> dict[str, object]:
    fields = facts.__dataclass_fields__.keys() - {"further_homes", "showing"}
    columns = {name: getattr(facts, name) for name in fields}
    return columns | {
        "name": without_address(plain_title(facts.name, facts.language)),
        "description": without_address(plain_title(facts.description, facts.language)),
        "home_url": facts.home_url.rstrip("/"),  # one spelling, so that an address finds its blog
    }


def record_access(tx: Connection, vault: Vault, blog_id: str, username: str, password: str) -> None:
    """Keep how the dedicated user of a blog signs in; the ways to it are tried anew."""
    sealed = vault.seal(password) if password else None
    tx.execute(
        update(blogs)
        .where(blogs.c.id == blog_id)
        .values(username=username, application_password=sealed, transport=None)
    )


def get_access(tx: Connection, vault: Vault, blog_id: str, now: datetime) -> BlogAccess:
    """All that is needed to reach a blog."""
    return _access(tx, vault, tx.execute(_by_id(), {"blog": blog_id}).one(), now)


def find_with_access(
    tx: Connection, vault: Vault, blog_id: str, now: datetime
) -> tuple[Blog, BlogAccess | None] | None:
    """A blog, and how to reach it if it is connected; None: there is none of that id."""
    row = tx.execute(_by_id(), {"blog": blog_id}).first()
    if row is None:
        return None
    blog = _blog(row)
    is_called = blog.origin == "connected" and blog.state is BlogState.CONNECTED
    return blog, _access(tx, vault, row, now) if is_called else None


def _access(tx: Connection, vault: Vault, row: Row[*tuple[Any, ...]], now: datetime) -> BlogAccess:
    return BlogAccess(
        blog_id=row.id,
        home_url=row.home_url,
        rest_url=row.rest_url,
        xmlrpc_url=row.xmlrpc_url,
        username=row.username,
        transport=Transport(row.transport) if row.transport else None,
        application_password=vault.open(row.application_password),
        keys_to_blog=tuple(list_live_keys(tx, vault, row.id, "outbound", now)),
    )


def record_state(tx: Connection, blog_id: str, state: BlogState, now: datetime) -> None:
    """Put a blog into another state; when it leaves is dated."""
    left = now if state in (BlogState.WITHDRAWING, BlogState.DISCONNECTED) else None
    tx.execute(update(blogs).where(blogs.c.id == blog_id).values(state=state, disconnected_at=left))


def delete_access(tx: Connection, blog_id: str) -> None:
    """Forget how to reach a blog that has left."""
    tx.execute(
        update(blogs)
        .where(blogs.c.id == blog_id)
        .values(
            username="", application_password=None, transport=None, failing_since=None, failure=None, description=""
        )
    )


def record_transport(tx: Connection, blog_id: str, transport: Transport | None) -> None:
    """Keep the way on which a blog can be reached; None: try them all again."""
    tx.execute(update(blogs).where(blogs.c.id == blog_id).values(transport=transport))


def list_by_ids(tx: Connection, blog_ids: Iterable[str]) -> dict[str, Blog]:
    """Several blogs by id."""
    ids = list(blog_ids)
    if not ids:
        return {}
    rows = tx.execute(select(blogs).where(blogs.c.id.in_(ids)))
    return {row.id: _blog(row) for row in rows}
