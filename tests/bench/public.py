"""Public pages: server time, queries and weight at 5,000 mentors on SQLite.

The baseline of the same run is the error page (no query, the same template).
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from bridge.app import create_app
from bridge.config import Config
from bridge.storage import cards, content, mentors, post_index, schema, tables
from bridge.storage.cards import Written
from bridge.storage.database import Database
from bridge.webhooks.service import Service
from tests.bench.bank import LANGUAGE, MATES, NOW, WORDS, SyntheticBank, key_of
from tests.bench.pages import BROWSER, LIMIT_MS, LIMIT_QUERIES, LIMIT_WEIGHT, Queries, _rank, _weight

MENTORS = 5_000
REPEAT = 40
TOPIC = f"mot{WORDS + 3}"  # a word of one topic
COMMON = "mot5"  # a word that most posts hold


def run() -> dict[str, Any]:
    """``{"pages": {page: {"p50_ms", "p95_ms", "queries", "weight"}}, "baseline", "met"}``."""
    with tempfile.TemporaryDirectory() as folder:
        config = Config.from_env({"BRIDGE_HOME": folder, "ALLOW_PRIVATE_ADDRESSES": "1"})
        database = Database.open(config.database_url)
        schema.migrate(database)
        SyntheticBank(database, MENTORS).fill()
        slug = _publish(database)
        client = create_app(config, service=Service(config, database, lambda: NOW)).test_client()
        found = _measured(client, Queries(database), slug)
        database.close()
    return found


def _publish(database: Database) -> str:
    """Cards and the index of needs, as a refresh makes them; the address of one card."""
    for number in range(MENTORS):
        if number % 1000 == 0:
            print(f"  cards: {number} of {MENTORS}", file=sys.stderr, flush=True)
        author = key_of(number)
        with database.begin() as tx:
            (row,) = mentors.list_of(tx, author.blog_id, author.author_id)
            vector = row.profile.vector
            best = zip(row.profile.surfaces, vector.weights.tolist(), row.profile.used_in.tolist(), strict=True)
            words = sorted(best, key=lambda one: -one[1])[:10]
            cards.keep(tx, author, Written(row.profile.posts, row.profile.last_post_at, {LANGUAGE: words}))
            posts = content.list_posts_of(tx, author.blog_id, author.author_id)
            post_index.index(tx, [(post, row.key.id) for post in posts])
    with database.read() as tx:
        return str(tx.execute(select(tables.cards.c.slug).limit(1).offset(MENTORS // 2)).scalar_one())


def _measured(client: FlaskClient, queries: Queries, slug: str) -> dict[str, Any]:
    paths = (
        "/nothing", "/", "/mentors", "/mentors?page=200", "/mentors?language=fr", f"/mentors?need={TOPIC}",
        f"/mentors?need={COMMON}+{TOPIC}", f"/mentors/{slug}", f"/mentors/{slug}/posts.atom", "/mentors.atom",
        f"/mentors.atom?need={TOPIC}", f"/mentors.opml?need={TOPIC}", "/mentors.opml", "/api/v1/mentors?limit=50",
        f"/api/v1/search?need={TOPIC}", f"/api/v1/mentors/{slug}", f"/api/v1/mentors/{slug}/related",
    )  # fmt: skip
    sheets = sum(_weight(client, path) for path in re.findall(r'"(/[^"]+\.(?:css|js|svg)\?v=[0-9a-f]+)"',
                                                                client.get("/").text))  # fmt: skip
    pages: dict[str, Any] = {}
    for path in paths:
        client.get(path, headers=BROWSER)
        queries.count, times = 0, []
        for _ in range(REPEAT):
            began = time.perf_counter()
            answer = client.get(path, headers=BROWSER)
            times.append((time.perf_counter() - began) * 1000)
        pages[path] = {
            "p50_ms": _rank(times, 0.5), "p95_ms": _rank(times, 0.95), "queries": queries.count / REPEAT,
            "weight": len(answer.data) + (sheets if answer.mimetype == "text/html" else 0),
            "status": answer.status_code,
        }  # fmt: skip
    baseline = pages.pop("/nothing")
    met = all(
        page["p95_ms"] <= LIMIT_MS and page["queries"] <= LIMIT_QUERIES and page["weight"] <= LIMIT_WEIGHT
        for page in pages.values()
    )
    return {"mentors": MENTORS, "topics": MENTORS // MATES, "pages": pages, "baseline": baseline, "met": met}
