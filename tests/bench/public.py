"""Public pages: server time, queries and weight at 5,000 mentors on SQLite, as `pages` measures them."""

from __future__ import annotations

import json
import sys
import tempfile
from typing import Any

from sqlalchemy import select, update

from bridge.app import create_app
from bridge.config import Config
from bridge.mentors.pairing import PairingSide, Role
from bridge.mentors.skills import bundled_skills
from bridge.model import AuthorKey
from bridge.runtime import build_runtime
from bridge.storage.bank import cards, full_text
from bridge.storage.bank import tables as bank_tables
from bridge.storage.bank.cards import CardContent
from bridge.storage.content import posts as stored_posts
from bridge.storage.content import tables as content_tables
from bridge.storage.core import migrate
from bridge.storage.core.database import Database, Tx
from bridge.storage.matching import pairing, profiles
from bridge.webhooks.service import Service
from tests.bench.bank import LANGUAGE, MENTORS_PER_TOPIC, NOW, WORDS, SyntheticBank, key_of
from tests.bench.pages import Queries, measured

MENTORS = 5_000
SKILL = "cash-flow"
OFFERED = 10  # skills of each mentor
TOPIC = f"mot{WORDS + 3}"  # a word of one topic
COMMON = "mot5"  # a word that most posts hold


def run() -> dict[str, Any]:
    """``{"pages": {page: {"p50_ms", "p95_ms", "queries", "weight"}}, "baseline", "met"}``."""
    with tempfile.TemporaryDirectory() as folder:
        config = Config.from_env({"BRIDGE_HOME": folder, "ALLOW_PRIVATE_ADDRESSES": "1"})
        database = Database.open(config.database_url)
        migrate.upgrade(database)
        SyntheticBank(database, MENTORS).fill()
        slug = _publish(database)
        client = create_app(Service(build_runtime(config, database, lambda: NOW))).test_client()
        found = measured(client, Queries(database), _paths(slug), look="/")
        database.close()
    return {"mentors": MENTORS, "topics": MENTORS // MENTORS_PER_TOPIC, **found}


def _publish(database: Database) -> str:
    """Cards and the index of needs, as a refresh makes them; the address of one card."""
    for number in range(MENTORS):
        if number % 1000 == 0:
            print(f"  cards: {number} of {MENTORS}", file=sys.stderr, flush=True)
        author = key_of(number)
        with database.begin() as tx:
            (row,) = profiles.list_by_blog(tx, author.blog_id, author.author_id)
            vector = row.profile.vector
            best = zip(row.profile.surfaces, vector.weights.tolist(), row.profile.used_in.tolist(), strict=True)
            words = sorted(best, key=lambda one: -one[1])[:10]
            written = CardContent(row.profile.posts, row.profile.last_post_at, {LANGUAGE: words}, number % 4000)
            cards.upsert(tx, author, written)
            posts = stored_posts.list_by_author(tx, author.blog_id, author.author_id)
            full_text.upsert_posts(tx, [(post, row.key.id) for post in posts])
            _offer(tx, author, number)
    with database.read() as tx:
        return str(tx.execute(select(bank_tables.cards.c.slug).limit(1).offset(MENTORS // 2)).scalar_one())


def _paths(slug: str) -> list[str]:
    return [
        "/",
        "/mentors",
        "/mentors?page=200",
        "/mentors?language=fr",
        f"/mentors?need={TOPIC}",
        f"/mentors?need={COMMON}+{TOPIC}",
        "/mentors?responsive=1",
        "/skills",
        f"/skills/{SKILL}",
        f"/mentors?skill={SKILL}",
        f"/mentors?need={TOPIC}&skill={SKILL}",
        f"/mentors/{slug}",
        f"/mentors/{slug}/posts.atom",
        "/mentors.atom",
        f"/mentors.atom?need={TOPIC}",
        f"/mentors.atom?skill={SKILL}",
        f"/mentors.opml?need={TOPIC}",
        "/mentors.opml",
        f"/mentors.opml?skill={SKILL}",
        "/robots.txt",
        "/api/v1/mentors?limit=50",
        f"/api/v1/search?need={TOPIC}",
        f"/api/v1/mentors/{slug}",
        f"/api/v1/mentors/{slug}/related",
        "/api/v1/skills",
    ]


def _offers(number: int) -> list[str]:
    """Ten skills of one mentor; one in seven offers each, and each offers the one that is asked for."""
    own = bundled_skills()
    return [SKILL, *(own[(number * 7 + 31 * place) % len(own)].id for place in range(OFFERED - 1))]


def _offer(tx: Tx, author: AuthorKey, number: int) -> None:
    offers = dict.fromkeys(_offers(number), 0.3 + number % 70 / 100)
    pairing.upsert(tx, author, PairingSide(str(author), author.blog_id, frozenset({LANGUAGE}), Role.MENTOR, offers, {}))
    lived = json.dumps({"skills": dict.fromkeys(offers, 1), "tagged": []}, sort_keys=True)
    mine = (content_tables.posts.c.blog_id == author.blog_id, content_tables.posts.c.author_id == author.author_id)
    tx.execute(update(content_tables.posts).where(*mine).values(lived=lived))
