"""A blog of any size, straight into the tables: for looking at pages, and for measuring them."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import insert

from bridge.engagement.facts import Window
from bridge.mentors.explain import Reason
from bridge.mentors.profiles import Profile
from bridge.mentors.related import Match
from bridge.mentors.subjects import SubjectWord
from bridge.model import BlogFacts, MentorKey
from bridge.pushes import PushObject, ShownMentor
from bridge.storage.blogs import blogs, outbox
from bridge.storage.blogs.tables import call_log, deliveries
from bridge.storage.content.tables import authors, posts
from bridge.storage.core.database import Database, Tx
from bridge.storage.engagement.tables import comments
from bridge.storage.matching import list_entries, profiles
from bridge.storage.matching.profiles import MentorRow
from bridge.text.terms import WEIGHT_UNIT, TermCounts, Vector
from bridge.worker.context import Context
from bridge.worker.engagement.tally import recount

LONG_NAME = "Anticonstitutionnellement, l’hyperresponsabilisation interdépartementale"
WORDS = ("trésorerie", "acompte", "relance", "atelier", "embauche", "apprentie", "devis", "prix", "échec", "associé")


def fill_blog(
    database: Database,
    blog_id: str,
    now: datetime,
    *,
    posts_: int,
    comments_: int,
    mentors_: int,
    log: int,
    context: Context | None = None,
) -> None:
    """A connected blog of author "1", with so many posts, comments, other mentors, and lines in each log."""
    chance = random.Random(blog_id)
    home = f"https://{blog_id}.example"
    with database.begin() as tx:
        facts = BlogFacts(
            f"Blog {blog_id}", "", "fr-FR", home, f"{home}/wp-json/", f"{home}/xmlrpc.php", "", statistics=True
        )
        blogs.upsert(tx, blog_id, "connected", facts, now - timedelta(days=900))
        _author(tx, blog_id, "1", "Alice Archambault")
        _rows(tx, posts, (_post(blog_id, n, now) for n in range(posts_)))
        _rows(tx, comments, (_comment(blog_id, n, posts_, now, chance) for n in range(comments_ if posts_ else 0)))
        _rows(tx, deliveries, (_delivery(blog_id, n, now) for n in range(log)))
        _rows(tx, call_log, (_attempt(blog_id, n, now) for n in range(log)))
        shown = ShownMentor("Bob", "Le blogue de Bob", "https://bob.example/", "fr", "Thèmes communs : prix.")
        outbox.upsert_changed(
            tx, blog_id, [PushObject("related", str(n), 0, "fr", (shown,)) for n in range(1, min(log, 120))], now
        )
        if posts_:
            _mentors(tx, blog_id, mentors_, now)
    if context is not None and comments_:
        recount(context, blog_id, Window.before(now), frozenset({"fr"}))


def _rows(tx: Tx, table: Any, rows: Iterator[dict[str, Any]], portion: int = 5000) -> None:
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == portion:
            tx.execute(insert(table), chunk)
            chunk = []
    if chunk:
        tx.execute(insert(table), chunk)


def _author(tx: Tx, blog_id: str, name: str, shown: str) -> None:
    declared = {"offers": ["tenir une trésorerie", LONG_NAME], "needs": ["vendre en ligne"], "languages": ["fr"]}
    tx.execute(
        insert(authors).values(
            blog_id=blog_id,
            remote_id=name,
            generation=1,
            revision=1,
            name=shown,
            url=f"https://{blog_id}.example/",
            bio="J’écris ce que j’ai vécu.\nSouvent en retard.",
            takes_part=True,
            consented_at=None,
            consent_door="profile",
            consent_text="v1",
            declared=json.dumps(declared),
        )
    )


def _post(blog_id: str, n: int, now: datetime) -> dict[str, Any]:
    ids = np.arange(1, len(WORDS) + 1, dtype=np.int64)
    at = now - timedelta(days=1 + n * 0.9)
    return {
        "id": int.from_bytes(hashlib.blake2b(f"{blog_id} {n}".encode(), digest_size=8).digest()) >> 1,
        "blog_id": blog_id,
        "remote_id": str(n + 1),
        "generation": 1,
        "revision": n + 1,
        "author_id": "1",
        "url": f"https://{blog_id}.example/?p={n + 1}",
        "title": f"{LONG_NAME} {n}" if n % 9 == 0 else f"Ce que j’ai appris {n}",
        "excerpt": "",
        "said_language": "fr-FR",
        "content": "<p>" + "Un long texte de mon blogue. " * 150 + "</p>",
        "language": "fr",
        "published_at": at,
        "modified_at": at,
        "labels": "{}",
        "truncated": False,
        "counts": TermCounts(ids, ids, WORDS, 600).to_bytes(),
        "listed_as": "",
    }


def _comment(blog_id: str, n: int, posts_: int, now: datetime, chance: random.Random) -> dict[str, Any]:
    person = int(chance.paretovariate(0.9)) % 4000
    own = n % 4 == 3  # the author answers three in four
    at = now - timedelta(days=chance.random() ** 2 * min(800, posts_), minutes=n % 60)
    return {
        "blog_id": blog_id,
        "remote_id": str(n + 1),
        "generation": 1,
        "revision": n + 1,
        "post_id": str(chance.randrange(posts_) + 1 if not own else 1 + n % posts_),
        "parent_id": "",
        "commenter": hashlib.sha256(f"{person}".encode()).hexdigest(),
        "commenter_basis": "email",
        "author_name": "Alice" if own else f"Lectrice {person}",
        "author_id": "",
        "is_staff": own,
        "by_post_author": own,
        "comment_type": "comment",
        "words": 3 + n % 60,
        "text_hash": n.to_bytes(8),
        "language": "fr",
        "published_at": at,
        "historical": False,
        "question": n % 5 == 0,
        "received_at": at,
    }


def _delivery(blog_id: str, n: int, now: datetime) -> dict[str, Any]:
    state = "quarantined" if n % 50 == 7 else "absorbed"
    body = {
        "type": "ping",
        "timestamp": "2026-05-04T12:00:00Z",
        "data": {"version": {"generation": 1, "revision": n + 1}},
    }
    return {
        "blog_id": blog_id,
        "webhook_id": f"d{n}_{LONG_NAME[:20]}",
        "received_at": now - timedelta(minutes=n),
        "state": state,
        "type": "ping",
        "size": 900 + n,
        "body": json.dumps(body).encode(),
        "error": f"data.version: {LONG_NAME}" if state == "quarantined" else None,
        "settled_at": now - timedelta(minutes=n),
    }


def _attempt(blog_id: str, n: int, now: datetime) -> dict[str, Any]:
    failed = n % 20 == 3
    return {
        "blog_id": blog_id,
        "at": now - timedelta(minutes=7 * n),
        "act": "push",
        "transport": "rest",
        "objects": n % 50,
        "milliseconds": 40 + n % 900,
        "status": 503 if failed else 200,
        "error": "503: the blog is busy. Nothing to do: the bridge tries again by itself." if failed else None,
        "sent": json.dumps({"related": ["1", "2"], "commenter": 3}),
        "answer": None if failed else json.dumps({"accepted": 4, "unknown": 1}),
    }


def _mentors(tx: Tx, blog_id: str, count: int, now: datetime) -> None:
    own = MentorKey(blog_id, "1", "fr")
    profiles.upsert(tx, MentorRow(own, 1, True, _profile(now, 0), 0, 0, WEIGHT_UNIT))
    lines = []
    for n in range(count):
        other = f"{blog_id}-{n}"
        home = f"https://{other}.example"
        blogs.upsert(tx, other, "connected", BlogFacts(f"Blogue {n}", "", "fr", home, f"{home}/", "", ""), now)
        _author(tx, other, "1", f"Mentor {n} {LONG_NAME if n == 3 else ''}".strip())
        key = MentorKey(other, "1", "fr")
        profiles.upsert(tx, MentorRow(key, 1, True, _profile(now, n), 0, 0, WEIGHT_UNIT))
        if n < 20:
            reason = Reason(
                ("trésorerie", "acompte"), (("trésorerie", WEIGHT_UNIT // 2),), LONG_NAME, f"{home}/?p=1", now
            )
            lines.append((Match(key.id, WEIGHT_UNIT - n, WEIGHT_UNIT), reason))
    list_entries.upsert_own(tx, {own.id: lines}, 1)


def _profile(now: datetime, n: int) -> Profile:
    ids = np.arange(1, len(WORDS) + 1, dtype=np.int64) + (n % 7) * 100
    weights = np.linspace(WEIGHT_UNIT // 3, WEIGHT_UNIT // 9, len(WORDS)).astype(np.int64)
    used = np.arange(len(WORDS), 0, -1, dtype=np.int64)
    subjects = tuple(
        SubjectWord(word, weight, posts, (term,))
        for word, weight, posts, term in zip(WORDS, weights.tolist(), used.tolist(), ids.tolist(), strict=True)
    )
    return Profile(Vector(ids, weights), WORDS, used, 12, now - timedelta(days=3), 0.4, subjects=subjects)
