"""A value of one blog's can cost its own card or line, never a page: not what stands beside it, not for anybody.

Two hundred blogs stand in the bank beside the good ones, and as many lines in a blogger's dashboard, with an odd value
in one column after the other, straight into the tables. Then whatever can be asked for is asked for.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError
from werkzeug.routing import Rule

from bridge.contract.pushes import push_body
from bridge.engagement.facts import Window
from bridge.mentors.explain import Reason
from bridge.model import MentorKey, post_id
from bridge.storage.bank import full_text
from bridge.storage.bank import tables as bank_tables
from bridge.storage.blogs import blogs
from bridge.storage.blogs import tables as blogs_tables
from bridge.storage.content import posts
from bridge.storage.content import tables as content_tables
from bridge.storage.core.database import Database, Tx
from bridge.storage.engagement import tables as engagement_tables
from bridge.storage.matching import tables as matching_tables
from bridge.storage.people import private_feeds, sessions
from bridge.storage.people.sessions import Person
from bridge.webhooks.service import Service
from bridge.worker.engagement.tally import recount
from bridge.worker.outbound.list_wording import compile_objects
from tests.bank.conftest import BROWSER, House, bank, house, service
from tests.lab import odd_values

pytestmark = pytest.mark.slow

__all__ = ["bank", "house", "service"]
GOOD = {"alice", "bob"}
READER = "c" * 64
NEED = "embaucher"
# Columns by what they hold; each is written as it stands, so that the row is as nobody would write it.
TEXT: Callable[[str], Iterable[Any]] = lambda _good: odd_values.ODD_TEXTS  # noqa: E731
NUMBER: Callable[[str], Iterable[Any]] = lambda _good: odd_values.odd_numbers()  # noqa: E731
COLUMNS: Mapping[str, Callable[[str], Iterable[Any]]] = {
    "authors.name": TEXT,
    "authors.url": TEXT,
    "authors.bio": TEXT,
    "authors.declared": odd_values.odd_documents,
    "authors.consent_text": TEXT,
    "authors.consented_at": NUMBER,
    "blogs.name": TEXT,
    "blogs.home_url": TEXT,
    "blogs.language": TEXT,
    "blogs.description": TEXT,
    "cards.themes": odd_values.odd_documents,
    "card_languages.language": TEXT,
    "cards.region": TEXT,
    "cards.stage": TEXT,
    "cards.availability": TEXT,
    "cards.formats": TEXT,
    "cards.last_post_at": NUMBER,
    "cards.posts": NUMBER,
    "posts.title": TEXT,
    "posts.url": TEXT,
    "posts.content": TEXT,
    "posts.language": TEXT,
    "posts.canonical": TEXT,
    "posts.published_at": NUMBER,
    "posts.modified_at": NUMBER,
    "posts.lived": odd_values.odd_documents,
    "posts.labels": odd_values.odd_documents,
    "related.reason": odd_values.odd_documents,
    "post_related.reason": odd_values.odd_documents,
    "pairing_sides.data": odd_values.odd_documents,
    "comments.author_name": TEXT,
    "comments.published_at": NUMBER,
    "comments.words": NUMBER,
    "comments.excluded": TEXT,
    "call_log.error": TEXT,
    "call_log.at": NUMBER,
    "call_log.transport": TEXT,
    "call_log.act": TEXT,
    "call_log.sent": odd_values.odd_documents,
    "call_log.answer": odd_values.odd_documents,
    "deliveries.error": TEXT,
    "deliveries.type": TEXT,
    "deliveries.body": TEXT,
    "deliveries.received_at": NUMBER,
    "post_contributions.figures": odd_values.odd_documents,
    "commenter_contributions.figures": odd_values.odd_documents,
}
OF_OTHERS = (
    "authors",
    "blogs",
    "cards",
    "posts",
    "pairing_sides",
    "related",
    "post_related",
)  # what of 200 other blogs


@dataclass
class Crowd:
    """Odd rows beside good ones: which row of a table is the n-th odd one."""

    database: Database
    size: int
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # table → keys of its n-th rows
    term: int = 0
    delivery: int = 0

    def gather(self, house: House) -> None:
        """As many other blogs with a mentor, in the lists of Alice and in those under her posts, as odd values."""
        with self.database.begin() as tx:
            bob, alice = MentorKey("bob", "1", "fr"), MentorKey("alice", "1", "fr")
            reason = tx.execute(
                select(matching_tables.related.c.reason).where(matching_tables.related.c.mentor_id == alice.id)
            ).scalar()
            reason = reason or json.dumps(Reason(("prix",), (("prix", 10**8),)).to_json())
            names = [f"odd{n}" for n in range(self.size)]
            for table in (
                blogs_tables.blogs,
                content_tables.authors,
                bank_tables.cards,
                bank_tables.card_languages,
                matching_tables.pairing_sides,
                matching_tables.pairing_skills,
            ):
                key = {blogs_tables.blogs: "id", bank_tables.card_languages: "slug"}.get(table, "blog_id")
                self._copy(tx, table, key, names)
            self._copy(tx, content_tables.posts, "blog_id", names, remote_id="1", id=lambda name: post_id(name, "1"))
            self._copy(tx, matching_tables.mentors, "blog_id", names, id=lambda name: MentorKey(name, "1", "fr").id)
            others = posts.list_by_ids(tx, [post_id(name, "1") for name in names])
            full_text.upsert_posts(tx, [(post, MentorKey(post.blog_id, "1", "fr").id) for post in others])
            near = {"reason": reason, "epoch_id": 1}
            ids = [MentorKey(name, "1", "fr").id for name in names]
            self._add(
                tx,
                matching_tables.related,
                [{"mentor_id": alice.id, "other_id": one, "score": -(10**12) - n, **near} for n, one in enumerate(ids)],
                "mentor_id",
                "other_id",
            )
            first = post_id("alice", "1")
            below = {"post_id": first, "blog_id": "alice", **near}
            self._add(
                tx,
                matching_tables.post_related,
                [{**below, "mentor_id": one, "score": -(10**12) - n} for n, one in enumerate(ids)],
                "post_id",
                "mentor_id",
            )
            tx.execute(
                text("DELETE FROM post_related WHERE mentor_id = :bob AND post_id = :first"),
                {"bob": bob.id, "first": first},
            )
            tx.execute(insert(matching_tables.post_related).values(mentor_id=bob.id, score=10**12, **below))
            now = house.bank.clock()
            tx.execute(bank_tables.cards.update().where(bank_tables.cards.c.blog_id.in_(GOOD)).values(last_post_at=now))
            self.term = int(tx.execute(select(bank_tables.need_words.c.term).limit(1)).scalar() or 0)
        self._talk(house)

    def _copy(self, tx: Tx, table: Any, key: str, names: list[str], **instead: Any) -> None:
        """Bob's rows for everybody; those that values are put into are remembered."""
        rows = tx.execute(select(table).where(table.c[key] == "bob")).mappings().all()
        if table in (content_tables.posts, matching_tables.mentors):
            rows = rows[:1]
        every = []
        for name in names:
            for row in rows:
                given = {column: make(name) if callable(make) else make for column, make in instead.items()}
                slug = {"slug": name} if "slug" in row else {}
                every.append({**row, key: name, **slug, **given})
        self._add(tx, table, every, key)

    def _add(self, tx: Tx, table: Any, rows: list[dict[str, Any]], *keys: str) -> None:
        tx.execute(insert(table), rows)
        self.rows.setdefault(table.name, []).extend({key: row[key] for key in keys} for row in rows)

    def _talk(self, house: House) -> None:
        """As many posts, comments, calls and deliveries of Alice's own blog."""
        now = house.bank.clock()
        with self.database.begin() as tx:
            post = (
                tx.execute(select(content_tables.posts).where(content_tables.posts.c.blog_id == "alice"))
                .mappings()
                .first()
            )
            assert post is not None
            mine = [{**post, "id": post_id("alice", f"odd{n}"), "remote_id": f"odd{n}"} for n in range(self.size)]
            self._add(tx, content_tables.posts, mine, "blog_id", "remote_id")
            said = [_comment(n, now - timedelta(days=1 + n % 80)) for n in range(self.size)]
            self._add(tx, engagement_tables.comments, said, "blog_id", "remote_id")
            calls = [
                {
                    "id": 1000 + n,
                    "blog_id": "alice",
                    "at": now,
                    "act": "push",
                    "transport": "rest",
                    "objects": 1,
                    "milliseconds": 5,
                    "status": 200,
                    "error": "503" if n % 2 else None,
                    "sent": '{"related": ["1"], "commenter": 2}',
                    "answer": '{"accepted": 3}',
                }
                for n in range(self.size)
            ]
            self._add(tx, blogs_tables.call_log, calls, "id")
            sent = [
                {
                    "id": 1000 + n,
                    "blog_id": "alice",
                    "webhook_id": f"odd{n}",
                    "received_at": now,
                    "size": 9,
                    "state": "absorbed",
                    "type": "ping",
                    "body": b"{}",
                    "error": "x",
                }
                for n in range(self.size)
            ]
            self._add(tx, blogs_tables.deliveries, sent, "id")
        recount(house.bank.context, "alice", Window.before(now), frozenset({"fr"}))
        with self.database.read() as tx:
            for table, keys in (
                (engagement_tables.post_contributions, ("blog_id", "post_id")),
                (engagement_tables.commenter_contributions, ("blog_id", "commenter")),
            ):
                kept = tx.execute(select(*(table.c[key] for key in keys)).where(table.c.blog_id == "alice"))
                self.rows[table.name] = [dict(row) for row in kept.mappings()][: self.size]

    def _good(self, column: str) -> Any:
        """What stands in a column now."""
        with self.database.read() as tx:
            return _read(tx, column, self.rows[column.split(".")[0]][0])

    def put(self, column: str, turn: int = 0) -> list[tuple[dict[str, Any], Any]]:
        """Another value into each row, where the database takes it, another one each turn; what stood there."""
        values = list(COLUMNS[column](self._good(column)))
        rows = self.rows.get(column.split(".")[0], [])
        new = [(where, values[(n + 37 * turn) % len(values)]) for n, where in enumerate(rows)]
        with self.database.begin() as tx:
            before = [(where, _read(tx, column, where)) for where in rows]
            _write(tx, column, [(where, value) for where, value in new if _fits(value)])
        return before

    def put_back(self, column: str, before: list[tuple[dict[str, Any], Any]]) -> None:
        """As it was."""
        with self.database.begin() as tx:
            _write(tx, column, before)


def _fits(value: Any) -> bool:
    """Whether a driver can hand it over."""
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return not isinstance(value, str) or value == value.encode(errors="replace").decode()


def _read(tx: Tx, column: str, where: Mapping[str, Any]) -> Any:
    table, name = column.split(".")
    given = " AND ".join(f"{key} = '{value}'" for key, value in where.items())  # names and numbers of our own
    return tx.exec_driver_sql(f"SELECT {name} FROM {table} WHERE {given}").scalar()


def _write(tx: Tx, column: str, rows: Iterable[tuple[Mapping[str, Any], Any]]) -> None:
    """As it stands, past the types that the tables are declared with."""
    table, name = column.split(".")
    sign = "?" if tx.dialect.name == "sqlite" else "%s"
    for keys, some in itertools.groupby(rows, key=lambda row: tuple(row[0])):
        given = " AND ".join(f"{key} = {sign}" for key in keys)
        statement = f"UPDATE {table} SET {name} = {sign} WHERE {given}"
        values = [(value, *where.values()) for where, value in some]
        if tx.dialect.name == "sqlite":
            tx.exec_driver_sql(statement, values)
            continue
        for one in values:
            with suppress(DBAPIError), tx.begin_nested():  # a column of numbers takes no text here
                tx.exec_driver_sql(statement, one)


def _comment(n: int, at: Any) -> dict[str, Any]:
    person = READER if n == 0 else hashlib.sha256(f"{n}".encode()).hexdigest()
    return {
        "blog_id": "alice",
        "remote_id": f"{5000 + n}",
        "generation": 1,
        "revision": n + 1,
        "post_id": str(1 + n % 2),
        "parent_id": "",
        "commenter": person,
        "commenter_basis": "email",
        "author_name": f"Lectrice {n}",
        "author_id": "",
        "is_staff": False,
        "by_post_author": False,
        "comment_type": "comment",
        "words": 40,
        "text_hash": n.to_bytes(8),
        "language": "fr",
        "published_at": at,
        "historical": False,
        "question": True,
        "received_at": at,
    }


class Everything:
    """Whatever can be asked for, by the map of the addresses: a new one is asked by itself."""

    def __init__(self, app: Flask, browser: FlaskClient, crowd: Crowd, token: str) -> None:
        self._browser = browser
        self.size = crowd.size
        given = {
            "slug": ["alice", "bob"],
            "address": ["bookkeeping"],
            "blog_id": ["alice"],
            "author_id": ["1"],
            "name": ["1", "odd0"],
            "key": [READER],
            "language": ["fr"],
            "term": [str(crowd.term)],
            "number": ["1000"],
            "token": [token],
        }
        rules = [
            rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and "static" not in rule.endpoint
        ]
        self.addresses = sorted({address for rule in rules for address in _filled(app, rule, given)})

    def ask(self, address: str) -> str:
        """A page that is there."""
        answer = self._browser.get(address, headers=BROWSER)
        said = str(answer.data, errors="replace")
        assert answer.status_code < 500 or address == "/healthz", f"{address}: {said[:300]}"
        return said

    def ask_all(self) -> None:
        """Every address once, and the lists to their ends: whoever is good is in them."""
        for address in self.addresses:
            self.ask(address)
        for view in ("calls", "held", "received&only=absorbed"):
            self.ask(f"/dashboard/alice/deliveries?view={view}")
        for by in ("comments&order=up", "experience", "people", "waiting"):
            self.ask(f"/dashboard/alice/posts?by={by}")
        api, pages = self._turned("/api/v1/mentors?limit=50", 50), self._turned("/mentors?x=", 12)
        assert {one["slug"] for page in api for one in json.loads(page)["mentors"]} >= GOOD
        assert {slug for page in pages for slug in re.findall(r'u-url" href="/mentors/([^"]+)"', page)} >= GOOD
        found = self._turned(f"/api/v1/search?need={NEED}&limit=50", 50)
        assert "bob" in {one["slug"] for page in found for one in json.loads(page)["mentors"]}
        for address in (f"/mentors?need={NEED}", f"/mentors.atom?need={NEED}"):
            self.ask(address)
        for address in ("/mentors.opml", f"/mentors.opml?need={NEED}"):
            assert "https://bob.example/feed/" in self.ask(address), address
        assert "/mentors/bob" in self.ask("/mentors/alice")
        posts = "".join(self.ask(f"/dashboard/alice/posts?page={page}") for page in range(1, 2 + self.size // 50))
        assert posts.count('href="/dashboard/alice/posts/') >= 2

    def _turned(self, address: str, size: int) -> list[str]:
        return [self.ask(f"{address}&page={page}") for page in range(1, 2 + (self.size + len(GOOD)) // size)]


def _filled(app: Flask, rule: Rule, given: Mapping[str, list[str]]) -> Iterator[str]:
    missing = set(rule.arguments) - set(given)
    assert not missing, f"{rule.rule}: say what {missing} may be, or nobody asks for it"
    for chosen in itertools.product(*(given[name] for name in sorted(rule.arguments))):
        with app.test_request_context():
            made = rule.build(dict(zip(sorted(rule.arguments), chosen, strict=True)))
        if made is not None:
            yield made[1]


@pytest.fixture
def crowd(house: House, database: Database) -> Crowd:
    """Two hundred odd ones; on PostgreSQL, which is slower to be asked, some of them."""
    made = Crowd(database, odd_values.MIN_VALUES if database.dialect == "sqlite" else 12)
    made.gather(house)
    return made


@pytest.fixture
def everything(house: House, service: Service, crowd: Crowd) -> Everything:
    """Alice, signed in at her dashboard."""
    browser, now = house.client, service.clock()
    with service.database.begin() as tx:
        token = sessions.record_link(tx, Person("alice", "1", "administrator", True, "Alice"), now)
        private_feeds.record_feed(tx, service.vault, "alice", "1", True, now)
        feed = private_feeds.find_token(tx, service.vault, "alice", "1") or ""
    assert browser.get(f"/sign-in?token={token}", headers=BROWSER).status_code == 303
    return Everything(browser.application, browser, crowd, feed)


def passes() -> list[list[str]]:
    """Columns whose values are odd at the same time: of each table all that are text, then all numbers, each document.

    Where a text or number is odd its row is shown all the same; an odd document may cost the row, and hide the rest.
    """
    texts, rest = ([column for column, kind in COLUMNS.items() if kind is one] for one in (TEXT, NUMBER))
    documents: dict[str, list[str]] = {}
    for column in sorted(set(COLUMNS) - {*texts, *rest}):
        table = column.split(".")[0]
        documents.setdefault("cards" if table == "authors" else table, []).append(column)
    return [
        texts,
        rest,
        *([column for column in some if column] for some in itertools.zip_longest(*documents.values())),
    ]


def test_no_value_of_one_closes_a_page_for_the_others(crowd: Crowd, everything: Everything, house: House) -> None:
    for columns in passes():
        changed = {column: crowd.put(column, turn) for turn, column in enumerate(columns)}
        everything.ask_all()
        with crowd.database.read() as tx:
            objects = compile_objects(tx, blogs.get(tx, "alice"))
        shown = next(item for item in objects if item.object == "1")
        assert "Bob" in {mentor.name for mentor in shown.mentors}, columns
        assert json.loads(push_body([shown], house.bank.clock()))
        for column, before in changed.items():
            crowd.put_back(column, before)


def test_whoever_has_odd_values_everywhere_has_pages_that_stand(crowd: Crowd, everything: Everything) -> None:
    for turn, column in enumerate(COLUMNS):
        if column not in ("blogs.home_url", "cards.themes", "authors.declared"):  # beside which nothing else is read
            crowd.put(column, turn)
    for n in range(crowd.size):
        everything.ask(f"/mentors/odd{n}")
        if n % 4 == 0:
            for address in (f"/api/v1/mentors/odd{n}", f"/mentors/odd{n}/posts.atom"):
                everything.ask(address)
            everything.ask(f"/dashboard/alice/deliveries/{1000 + n}")
            everything.ask(f"/dashboard/alice/deliveries/calls/{1000 + n}")
