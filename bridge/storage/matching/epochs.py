"""Epochs: frozen frequencies and the reference sample that every score names."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, tuple_, update

from bridge.mentors.cross_language import ALL_LANGUAGES
from bridge.mentors.word_pairs import WordPair
from bridge.storage.core.database import list_plain_rows
from bridge.storage.core.predicates import IDS_FROM_JSON
from bridge.storage.matching.tables import epoch_pairs, epoch_references, epoch_terms, epochs
from bridge.text.terms import Frequencies, Vector

TERMS_PER_STATEMENT = 5_000  # terms asked for at once


@dataclass(frozen=True, slots=True)
class Epoch:
    """The frozen facts of an epoch; `sizes` is {language: (posts, authors)}, `disputed` skills ask for more posts."""

    id: int
    made_at: datetime
    landmark: datetime
    stemmer: str
    posts: int
    authors: int
    sizes: Mapping[str, tuple[int, int]]
    median_deviation: int
    disputed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reference:
    """A post of the reference sample."""

    blog_id: str
    author_id: str
    vector: Vector


def _epoch(row: Row[*tuple[Any, ...]]) -> Epoch:
    sizes = {language: (both[0], both[1]) for language, both in json.loads(row.sizes).items()}
    disputed = frozenset(json.loads(row.disputed))
    return Epoch(row.id, row.made_at, row.landmark, row.stemmer, row.posts, row.authors, sizes, row.median_sd, disputed)


def find_current(tx: Connection) -> Epoch | None:
    """The epoch in force, None before the first."""
    row = tx.execute(select(epochs).where(epochs.c.state == "current")).first()
    return _epoch(row) if row else None


def record_new(
    tx: Connection,
    now: datetime,
    landmark: datetime,
    stemmer: str,
    posts: int,
    authors: int,
    sizes: Mapping[str, tuple[int, int]],
    disputed: Collection[str] = (),
) -> int:
    """A new epoch in the making; its id."""
    done = tx.execute(
        insert(epochs).values(
            state="building",
            made_at=now,
            landmark=landmark,
            stemmer=stemmer,
            posts=posts,
            authors=authors,
            sizes=json.dumps({key: list(value) for key, value in sorted(sizes.items())}),
            median_sd=0,
            disputed=json.dumps(sorted(disputed)),
        )
    )
    return int((done.inserted_primary_key or (0,))[0])


def record_terms(tx: Connection, epoch_id: int, language: str, rows: Sequence[tuple[int, int, int]]) -> None:
    """Keep how many posts and authors of a language use each term: (term, df, adf)."""
    tx.execute(
        insert(epoch_terms),
        [{"epoch_id": epoch_id, "language": language, "term": t, "df": df, "adf": adf} for t, df, adf in rows],
    )


def record_references(tx: Connection, epoch_id: int, rows: Iterable[tuple[int, str, str, str, Vector]]) -> None:
    """Keep posts of the reference sample: (post id, blog, author, language, vector)."""
    values = [
        {
            "epoch_id": epoch_id,
            "post_id": post,
            "blog_id": blog,
            "author_id": author,
            "language": language,
            "vector": vector.to_bytes(),
        }
        for post, blog, author, language, vector in rows
    ]
    if values:
        tx.execute(insert(epoch_references), values)


def record_word_pairs(tx: Connection, epoch_id: int, pairs: Sequence[WordPair]) -> None:
    """Keep pairs of words that translate each other."""
    tx.execute(insert(epoch_pairs), [{"epoch_id": epoch_id, **asdict(pair)} for pair in pairs])


def list_word_pairs(tx: Connection, epoch_id: int) -> list[WordPair]:
    """The words of an epoch that translate each other, by language and term."""
    table = epoch_pairs.c
    columns = (table.language, table.term, table.other_language, table.other, table.likeness)
    return [WordPair(*row) for row in tx.execute(select(*columns).where(table.epoch_id == epoch_id).order_by(*columns))]


def count_word_pairs(tx: Connection, epoch_id: int) -> int:
    """How many pairs of words of an epoch translate each other."""
    counted = select(func.count()).select_from(epoch_pairs).where(epoch_pairs.c.epoch_id == epoch_id)
    return int(tx.execute(counted).scalar_one())


def mark_current(tx: Connection, epoch_id: int) -> None:
    """Swap: from here on every score names this epoch."""
    tx.execute(update(epochs).where(epochs.c.state == "current").values(state="old"))
    tx.execute(update(epochs).where(epochs.c.id == epoch_id).values(state="current"))


def record_median_deviation(tx: Connection, epoch_id: int, value: int) -> None:
    """Keep the median deviation, known only when every mentor has been scored over the sample."""
    tx.execute(update(epochs).where(epochs.c.id == epoch_id).values(median_sd=value))


def delete_old(tx: Connection, at_once: int) -> bool:
    """Some of what no score names any more, and of what a killed build left behind; False: there was nothing left."""
    gone = [row.id for row in tx.execute(select(epochs.c.id).where(epochs.c.state != "current"))]
    for table in (epoch_terms, epoch_references, epoch_pairs):
        some = select(*table.primary_key).where(table.c.epoch_id.in_(gone)).limit(at_once)
        if tx.execute(delete(table).where(tuple_(*table.primary_key).in_(some))).rowcount:
            return True
    tx.execute(delete(epochs).where(epochs.c.id.in_(gone)))
    return False


def delete_references_by_posts(tx: Connection, post_ids: Sequence[int]) -> None:
    """Posts that are gone are in no reference sample; the next epoch fills it again."""
    for start in range(0, len(post_ids), 500):
        gone = epoch_references.c.post_id.in_(post_ids[start : start + 500])
        tx.execute(delete(epoch_references).where(gone))


def list_references(tx: Connection, epoch_id: int) -> list[Reference]:
    """The posts of the reference sample of an epoch, by id."""
    rows = tx.execute(
        select(epoch_references).where(epoch_references.c.epoch_id == epoch_id).order_by(epoch_references.c.post_id)
    )
    return [Reference(row.blog_id, row.author_id, Vector.from_bytes(row.vector)) for row in rows]


_OF_TERMS = {
    dialect: select(epoch_terms.c.language, epoch_terms.c.term, epoch_terms.c.df, epoch_terms.c.adf).where(
        epoch_terms.c.epoch_id == bindparam("epoch"),
        epoch_terms.c.language.in_(bindparam("languages", expanding=True)),
        epoch_terms.c.term.in_(given),
    )
    for dialect, given in IDS_FROM_JSON.items()
}


class FrequencyCache:
    """Frequencies of one epoch, read as they are needed; what is frozen may be kept."""

    LARGEST = 400_000  # terms

    def __init__(self, epoch: Epoch) -> None:
        self.epoch = epoch
        self._known: dict[str, dict[int, tuple[int, int]]] = {}

    def frequencies(self, tx: Connection, language: str, terms: Iterable[int]) -> Frequencies:
        """Frequencies that know at least `terms`."""
        return self.by_language(tx, {language: terms})[language]

    def by_language(self, tx: Connection, terms: Mapping[str, Iterable[int]]) -> dict[str, Frequencies]:
        """Frequencies of several languages that know at least their terms: in one question, but for very many."""
        for language in terms:
            if len(self._known.setdefault(language, {})) > self.LARGEST:
                self._known[language].clear()
        # Asked term by term: a difference of sets would go through all that is known, each time.
        missing = sorted(
            (term, language)
            for language, some in terms.items()
            for term in set(some)
            if term not in self._known[language]
        )
        for start in range(0, len(missing), TERMS_PER_STATEMENT):
            self._read(tx, missing[start : start + TERMS_PER_STATEMENT])
        sizes = {language: self.epoch.sizes.get(language, (1, 1)) for language in terms}
        if ALL_LANGUAGES in terms:
            sizes[ALL_LANGUAGES] = (self.epoch.posts, self.epoch.authors)
        return {language: Frequencies(*sizes[language], self._known[language]) for language in terms}

    def _read(self, tx: Connection, missing: Sequence[tuple[int, str]]) -> None:
        for term, language in missing:
            self._known[language][term] = (1, 1)  # new since the epoch: counts as used once
        values = {
            "epoch": self.epoch.id,
            "languages": sorted({language for _, language in missing}),
            "ids": json.dumps(sorted({term for term, _ in missing})),
        }
        # Also of other languages that use a term: as true of them.
        for language, term, df, adf in list_plain_rows(tx, _OF_TERMS[tx.dialect.name], values):
            self._known[language][term] = (df, adf)
