"""Typed needs are answered from the index of words, however PostgreSQL plans."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from bridge.storage.bank import full_text
from bridge.storage.core.database import Database
from tests.lab.postgres import PostgresDatabases

POSTS = 20_000
HOLDING = 20  # of them the word that is asked for
LANGUAGE, ASKED = "fr", 1


@pytest.fixture
def postgresql_database(postgres_databases: PostgresDatabases) -> Iterator[Database]:
    """Of the kind that plans; SQLite has one way to a word."""
    with postgres_databases.migrated() as url:
        database = Database.open(url)
        yield database
        database.close()


@pytest.mark.postgres
def test_only_posts_that_hold_a_word_are_looked_at(postgresql_database: Database) -> None:
    database = postgresql_database
    word = full_text.token(LANGUAGE, ASKED)
    with database.begin() as tx:
        tx.execute(
            text(
                "INSERT INTO need_index (post_id, tokens) SELECT n, array_to_tsvector(CASE WHEN n % :every = 0"
                " THEN ARRAY[:word, 'fr' || n] ELSE ARRAY['fr' || n] END) FROM generate_series(1, :posts) AS n"
            ),
            {"every": POSTS // HOLDING, "word": word, "posts": POSTS},
        )
        tx.execute(
            text(
                "INSERT INTO need_posts (post_id, mentor_id, language, generation, revision, words, terms)"
                " SELECT n * :every, 1, 'fr', 1, 1, 1, '' FROM generate_series(1, :holding) AS n"
            ),
            {"every": POSTS // HOLDING, "holding": HOLDING},
        )
        tx.execute(text("ANALYZE need_index, need_posts"))
    with database.read() as tx:
        # As it plans by itself from some repetitions on: once, for whatever words.
        tx.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
        for _ in range(8):
            assert len(full_text.list_matching(tx, [word], 1_500)) == HOLDING
        looked_at = "SELECT idx_tup_fetch + seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 'need_index'"
        assert tx.scalar(text(looked_at)) <= 8 * HOLDING
