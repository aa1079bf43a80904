"""The full-text index over posts of listed mentors, that typed needs are answered from.

The same tokens on both databases: FTS5 on SQLite, a tsvector under GIN on PostgreSQL. Each finds which posts hold a
word; how much that says is worked out once, from `need_posts` (``mentors.need_ranking``), so both answer
alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, select, text

from bridge.mentors.indexed_posts import IndexedPost, MentorSize, pack_terms, unpack_term_ids
from bridge.storage.bank.tables import need_index, need_posts, need_words
from bridge.storage.content import post_analysis
from bridge.storage.content.posts import PostSummary
from bridge.storage.content.tables import posts as posts_table
from bridge.text.terms import TermCounts

NOT_ALPHANUMERIC = re.compile("[^a-z0-9]")
POSTS_PER_STATEMENT = 500
POSTS_PER_MENTOR = 60  # posts that are looked at of a mentor who is found by what they write about as a whole


class Spelling(NamedTuple):
    """How a term of a language is spelt, folded, and in how many posts."""

    word: str
    term: int
    df: int


def token(language: str, term: int) -> str:
    """A term of a language as the full-text engines see it: letters and digits only, whatever the script."""
    return f"{NOT_ALPHANUMERIC.sub('', language)}{term:016x}"


def list_differences(
    tx: Connection, states: Iterable[tuple[int, str, int, int]], mentors: Mapping[str, int]
) -> tuple[list[int], list[int]]:
    """What the index lacks beside an author's posts: ids that are gone, ids that are new or changed.

    `states`: (post, language, generation, revision); `mentors`: {language: id} of those of the author that are listed.
    """
    expected = {
        post_id: (mentors[language], generation, revision)
        for post_id, language, generation, revision in states
        if language in mentors
    }
    columns = (need_posts.c.post_id, need_posts.c.mentor_id, need_posts.c.generation, need_posts.c.revision)
    rows = tx.execute(select(*columns).where(need_posts.c.mentor_id.in_(sorted(mentors.values()))))
    indexed = {row[0]: tuple(row[1:]) for row in rows}
    stale = [post_id for post_id, state in expected.items() if indexed.get(post_id) != state]
    return sorted(indexed.keys() - expected.keys()), sorted(stale)


def upsert_posts(tx: Connection, posts: Sequence[tuple[PostSummary, int]]) -> None:
    """Index posts (with the mentor they speak for), or replace what was indexed of them."""
    delete_posts(tx, [post.id for post, _ in posts])
    labels = post_analysis.list_labels(tx, [post.id for post, _ in posts])
    for post, mentor_id in sorted(posts, key=lambda pair: pair[0].id):
        _add(tx, post, mentor_id, labels.get(post.id, ()))


def _add(tx: Connection, post: PostSummary, mentor_id: int, labels: Sequence[str]) -> None:
    counts = TermCounts.from_bytes(post.counts)
    terms = pack_terms(counts, labels, post.language)
    tx.execute(
        insert(need_posts).values(
            post_id=post.id,
            mentor_id=mentor_id,
            language=post.language,
            generation=post.generation,
            revision=post.revision,
            words=counts.words,
            terms=terms,
        )
    )
    record_tokens(tx, [(post.id, post.language, unpack_term_ids(terms))])


def record_tokens(tx: Connection, posts: Sequence[tuple[int, str, Sequence[int]]]) -> None:
    """Tell the engine which terms posts hold that stand in `need_posts`: (post, language, ids of its terms)."""
    if not posts:
        return
    if tx.dialect.name == "sqlite":
        insertion = text("INSERT INTO need_index (rowid, tokens) VALUES (:id, :tokens)")
    else:
        insertion = text("INSERT INTO need_index (post_id, tokens) VALUES (:id, array_to_tsvector(:tokens))")
    values = []
    for post_id, language, terms in posts:
        tokens = [token(language, term) for term in terms]
        values.append({"id": post_id, "tokens": " ".join(tokens) if tx.dialect.name == "sqlite" else tokens})
    tx.execute(insertion, values)


def delete_posts(tx: Connection, post_ids: Sequence[int]) -> None:
    """Take posts out of the index: no need shall find them any more."""
    for start in range(0, len(post_ids), POSTS_PER_STATEMENT):
        _forget(tx, need_posts.c.post_id.in_(post_ids[start : start + POSTS_PER_STATEMENT]))


def delete_by_mentor(tx: Connection, mentor_id: int) -> None:
    """Take all posts of a mentor out of the index, who is not listed any more."""
    _forget(tx, need_posts.c.mentor_id == mentor_id)


def _forget(tx: Connection, which: ColumnElement[bool]) -> None:
    gone = tx.execute(
        delete(need_posts).where(which).returning(need_posts.c.post_id, need_posts.c.language, need_posts.c.terms)
    ).all()
    if not gone:
        return
    if tx.dialect.name == "sqlite":
        # A contentless index has to be told what it was given.
        tx.execute(
            text("INSERT INTO need_index (need_index, rowid, tokens) VALUES ('delete', :id, :tokens)"),
            [
                {
                    "id": row.post_id,
                    "tokens": " ".join(token(row.language, term) for term in unpack_term_ids(row.terms)),
                }
                for row in gone
            ],
        )
    else:
        ids = [row.post_id for row in gone]
        for start in range(0, len(ids), POSTS_PER_STATEMENT):
            tx.execute(delete(need_index).where(need_index.c.post_id.in_(ids[start : start + POSTS_PER_STATEMENT])))


_COLUMNS = (need_posts.c.post_id, need_posts.c.mentor_id, need_posts.c.language, need_posts.c.words, need_posts.c.terms)
_HOLDING = {
    "sqlite": "SELECT rowid FROM need_index WHERE need_index MATCH :query",
    "postgresql": "SELECT post_id FROM need_index WHERE tokens @@ CAST(:query AS tsquery)",
}
# In no order of an index: along that of the ids PostgreSQL would look into every post for the words, where it plans
# once for all queries and cannot know how few posts hold them.
_FIRST_BY_ID = {
    "sqlite": "ORDER BY rowid LIMIT :limit",
    "postgresql": "ORDER BY post_id + 0 LIMIT :limit",
}
_PLACE = func.row_number().over(partition_by=need_posts.c.mentor_id, order_by=need_posts.c.post_id)
_PLACED = (
    select(need_posts.c.post_id, _PLACE.label("place"))
    .where(need_posts.c.mentor_id.in_(bindparam("mentors", expanding=True)))
    .subquery()
)
_OF_MENTORS = select(*_COLUMNS).where(
    need_posts.c.post_id.in_(select(_PLACED.c.post_id).where(_PLACED.c.place <= POSTS_PER_MENTOR))
)


def list_matching(tx: Connection, any_of: Sequence[str], limit: int) -> list[IndexedPost]:
    """Posts that hold one of the tokens (`token`), the first by id."""
    if not any_of:
        return []
    holding = text(f"need_posts.post_id IN ({_HOLDING[tx.dialect.name]} {_FIRST_BY_ID[tx.dialect.name]})")
    statement = select(*_COLUMNS).where(holding.bindparams(query=_query(tx, any_of), limit=limit))
    return [IndexedPost(*row) for row in tx.execute(statement)]


def list_newest_matching(tx: Connection, any_of: Sequence[str], limit: int) -> list[IndexedPost]:
    """Posts that hold one of the tokens (`token`), the newest first."""
    if not any_of:
        return []
    holding = text(f"posts.id IN ({_HOLDING[tx.dialect.name]})")
    # Sorted before their terms are read, which are much and of most posts not wanted.
    newest = (
        select(posts_table.c.id, posts_table.c.published_at)
        .where(holding.bindparams(query=_query(tx, any_of)))
        .order_by(posts_table.c.published_at.desc(), posts_table.c.id)
        .limit(limit)
        .subquery()
    )
    statement = (
        select(*_COLUMNS)
        .join(newest, newest.c.id == need_posts.c.post_id)
        .order_by(newest.c.published_at.desc(), newest.c.id)
    )
    return [IndexedPost(*row) for row in tx.execute(statement)]


def _query(tx: Connection, any_of: Sequence[str]) -> str:
    if tx.dialect.name == "sqlite":
        return " OR ".join(f'"{token_}"' for token_ in any_of)
    return " | ".join(f"'{token_}'" for token_ in any_of)


def list_by_mentors(tx: Connection, mentor_ids: Sequence[int]) -> list[IndexedPost]:
    """Indexed posts of some mentors, a bounded number of each."""
    return [IndexedPost(*row) for row in tx.execute(_OF_MENTORS, {"mentors": mentor_ids}).all()] if mentor_ids else []


def list_spelling_differences(
    tx: Connection, language: str, words: Iterable[tuple[str, int, int]]
) -> tuple[list[Spelling], list[Spelling]]:
    """What the spellings of a language lack beside (folded word, term, df): those to go, those to add."""
    rows = tx.execute(
        select(need_words.c.word, need_words.c.term, need_words.c.df).where(need_words.c.language == language)
    )
    before, after = {Spelling(*row) for row in rows}, {Spelling(*word) for word in words}
    return sorted(before - after), sorted(after - before)


def delete_spellings(tx: Connection, language: str, words: Sequence[Spelling]) -> None:
    """Forget spellings of a language."""
    tx.execute(
        delete(need_words).where(
            need_words.c.language == language,
            need_words.c.head == bindparam("b_head"),
            need_words.c.word == bindparam("b_word"),
            need_words.c.term == bindparam("b_term"),
        ),
        [{"b_head": spelling.word[:2], "b_word": spelling.word, "b_term": spelling.term} for spelling in words],
    )


def record_spellings(tx: Connection, language: str, words: Sequence[Spelling]) -> None:
    """Add spellings of a language that are not there yet."""
    tx.execute(
        insert(need_words),
        [{"language": language, "head": spelling.word[:2], **spelling._asdict()} for spelling in words],
    )


def list_similar_words(
    tx: Connection, languages: Sequence[str], words: Sequence[str], limit: int = 3000
) -> dict[tuple[str, str], list[Spelling]]:
    """{(language, folded word): words that begin alike, the commonest first}."""
    heads = sorted({word[:2] for word in words})
    if not heads:
        return {}
    columns = (need_words.c.language, need_words.c.head, need_words.c.word, need_words.c.term, need_words.c.df)
    best_first = (need_words.c.df.desc(), need_words.c.term, need_words.c.word)
    place = func.row_number().over(partition_by=columns[:2], order_by=best_first).label("place")
    alike = select(*columns, place).where(need_words.c.language.in_(languages), need_words.c.head.in_(heads)).subquery()
    by_head: dict[tuple[str, str], list[Spelling]] = {}
    for row in tx.execute(select(alike).where(alike.c.place <= limit).order_by(alike.c.place)):
        by_head.setdefault((row.language, row.head), []).append(Spelling(row.word, row.term, row.df))
    return {(language, word): by_head.get((language, word[:2]), []) for language in languages for word in words}


def list_mentor_sizes(tx: Connection, mentor_ids: Iterable[int]) -> dict[int, MentorSize]:
    """How much the index holds of each of some mentors."""
    columns = (need_posts.c.mentor_id, func.count(), func.sum(need_posts.c.words))
    rows = tx.execute(
        select(*columns).where(need_posts.c.mentor_id.in_(sorted(mentor_ids))).group_by(need_posts.c.mentor_id)
    )
    return {row[0]: MentorSize(row[1], row[2]) for row in rows}
