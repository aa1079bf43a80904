"""A synthetic bank: mentors whose posts draw their words from a topic and, Zipf-like, from a whole language.

Texts are never written out: a post begins as the counts that reading it would give, so that 20,000 mentors are
there in a minute. Profiles, postings and frequencies are made by the functions that the stations use.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import insert

from bridge.mentors.explain import Reason
from bridge.mentors.post_reading import reading_fingerprint
from bridge.mentors.profiles import PostTerms, build_profile
from bridge.mentors.related import AUTHOR_LIST_LENGTH, POST_LIST_LENGTH, hubness, post_score
from bridge.mentors.similarity import Candidate, score_mean_and_deviation, similarities
from bridge.mentors.skills import SkillMatcher
from bridge.model import AuthorKey, MentorKey, Version, stable_id
from bridge.storage.blogs import tables as blogs_tables
from bridge.storage.content import tables as content_tables
from bridge.storage.core import counters
from bridge.storage.core.database import Database
from bridge.storage.matching import epochs
from bridge.storage.matching import tables as matching_tables
from bridge.storage.matching.postings import MENTOR_TERMS, POST_TERMS, postings_of
from bridge.text.terms import Frequencies, TermCounts, Vector, post_vector, term_id
from bridge.text.text_quality import TextQuality
from bridge.text.tokens import STEMMER_VERSION

LANGUAGE = "fr"
WORDS = 40_000  # of the language
TOPIC_WORDS = 300
MENTORS_PER_TOPIC = 25  # mentors of a topic: a larger bank has more subjects, and as many who know each
DRAWN = (120, 80)  # words of a post from its language and from its topic
POSTS = 3  # of a mentor: as many as it takes to be one
AUTHORS_PER_BLOG = 4
REFERENCES = 300
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
LANDMARK = datetime(2026, 1, 1, tzinfo=UTC)
INSERT_BATCH_TOPICS = 20  # topics in a transaction; nobody else is writing
MEDIAN_DEVIATION = 0  # of the epoch: it is set only when all have been scored in it
Drawn = tuple[int, str, str, str, Vector]  # a post of the reference sample
READ_WITH = reading_fingerprint(
    SkillMatcher((), "0")
)  # by what is in force in a new database, so that nothing is read again
SUBSTANCE = TextQuality(2_000, None, None, 0.0, False, (), np.array([], np.uint32), ()).to_bytes()  # counts in full
REASON = json.dumps(Reason(("sujet",), ()).to_json())


def _zipf(words: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Cumulative shares of words by rank (Zipf, 1949; exponent 1)."""
    shares = 1 / np.arange(1, words + 1)
    return np.cumsum(shares / shares.sum())


LANGUAGE_SHARES, TOPIC_SHARES = _zipf(WORDS), _zipf(TOPIC_WORDS)


def counts_of(dice: np.random.Generator, topic: int) -> TermCounts:
    """What reading a post about a topic gives."""
    common = np.searchsorted(LANGUAGE_SHARES, dice.random(DRAWN[0]))
    special = WORDS + topic * TOPIC_WORDS + np.searchsorted(TOPIC_SHARES, dice.random(DRAWN[1]))
    words, frequency = np.unique(np.concatenate([common, special]), return_counts=True)
    ids = np.array([term_id(f"mot{word}") for word in words.tolist()], np.int64)
    order = np.argsort(ids)
    surfaces = tuple(f"mot{word}" for word in words[order].tolist())
    return TermCounts(ids[order], frequency[order].astype(np.int64), surfaces, sum(DRAWN))


def key_of(number: int) -> AuthorKey:
    """The author behind a mentor."""
    return AuthorKey(f"bench_{number // AUTHORS_PER_BLOG}", str(number % AUTHORS_PER_BLOG + 1))


class SyntheticBank:
    """So many mentors in an empty database, in an epoch of their own, each in the lists of its topic."""

    def __init__(self, database: Database, size: int) -> None:
        self.database = database
        self.size = size
        self.topics = size // MENTORS_PER_TOPIC
        self._dice = np.random.default_rng(size)

    def fill(self) -> None:
        """Blogs, authors, posts, profiles, what finds them, and the lists they stand in."""
        # The first post of each strays: nobody writes about one thing only.
        subjects = [
            [int(self._dice.integers(self.topics)) if n == 0 else number % self.topics for n in range(POSTS)]
            for number in range(self.size)
        ]
        written = [[counts_of(self._dice, topic) for topic in topics] for topics in subjects]
        frequencies = self._frequencies(written)
        sample = self._sample(written, frequencies)
        epoch_id = self._epoch(frequencies, sample)
        mates = [TopicMentor(key_of(number), posts, frequencies, sample) for number, posts in enumerate(written)]
        about: dict[int, list[tuple[TopicMentor, PostTerms]]] = {}
        for mate, topics in zip(mates, subjects, strict=True):
            for (_, post), topic in zip(mate.posts, topics, strict=True):
                about.setdefault(topic, []).append((mate, post))
        with self.database.begin() as tx:
            tx.execute(
                insert(blogs_tables.blogs), [blog_row(f"bench_{n}") for n in range(-(-self.size // AUTHORS_PER_BLOG))]
            )
        for start in range(0, self.topics, INSERT_BATCH_TOPICS):
            print(f"  bank of {self.size}: {start} of {self.topics} topics", file=sys.stderr, flush=True)
            rows: dict[Any, list[dict[str, Any]]] = {}
            for topic in range(start, min(start + INSERT_BATCH_TOPICS, self.topics)):
                for table, row in _of_topic(mates[topic :: self.topics], about.get(topic, []), epoch_id):
                    rows.setdefault(table, []).append(row)
            with self.database.begin() as tx:
                for table, values in rows.items():
                    tx.execute(insert(table), values)

    def _frequencies(self, written: list[list[TermCounts]]) -> Frequencies:
        df = _tally(counts.ids for posts in written for counts in posts)
        adf = _tally(np.unique(np.concatenate([counts.ids for counts in posts])) for posts in written)
        return Frequencies(self.size * POSTS, self.size, {term: (df[term], adf[term]) for term in df})

    def _sample(self, written: list[list[TermCounts]], frequencies: Frequencies) -> list[Drawn]:
        drawn = range(0, self.size, max(1, self.size // REFERENCES))
        return [
            (n, key_of(n).blog_id, key_of(n).author_id, LANGUAGE, post_vector(written[n][0], frequencies))
            for n in drawn
        ]

    def _epoch(self, frequencies: Frequencies, sample: list[Drawn]) -> int:
        sizes = {LANGUAGE: (frequencies.posts, frequencies.authors)}
        terms = [(term, *both) for term, both in sorted(frequencies.of.items())]
        with self.database.begin() as tx:
            epoch_id = epochs.record_new(tx, NOW, LANDMARK, STEMMER_VERSION, frequencies.posts, self.size, sizes)
            epochs.record_terms(tx, epoch_id, LANGUAGE, terms)
            epochs.record_references(tx, epoch_id, sample)
            epochs.mark_current(tx, epoch_id)
            counters.upsert_number(tx, counters.EPOCH_POSTS, frequencies.posts)
        return epoch_id


def _tally(lists: Iterator[Any]) -> dict[int, int]:
    terms, times = np.unique(np.concatenate(list(lists)), return_counts=True)
    return dict(zip(terms.tolist(), times.tolist(), strict=True))


def blog_row(blog_id: str) -> dict[str, Any]:
    """A blog that the operator knows."""
    return {
        "id": blog_id,
        "origin": "connected",
        "state": "connected",
        "confirmed": True,
        "name": blog_id,
        "language": "fr-FR",
        "home_url": f"https://{blog_id}.example",
        "connected_at": NOW,
        "seen_at": NOW,
    }


class TopicMentor:
    """One mentor with its posts and their vectors."""

    def __init__(
        self, author: AuthorKey, written: list[TermCounts], frequencies: Frequencies, sample: list[Drawn]
    ) -> None:
        self.author = author
        self.key = MentorKey(author.blog_id, author.author_id, LANGUAGE)
        self.posts = []
        for number, counts in enumerate(written):
            remote_id = f"{author.author_id}{number:03d}"
            published = NOW - timedelta(days=7 * number + 1)
            post_id = stable_id("post", author.blog_id, remote_id)
            self.posts.append((remote_id, PostTerms(post_id, published, post_vector(counts, frequencies), counts)))
        profile = build_profile([post for _, post in self.posts], frequencies, LANDMARK)
        assert profile is not None
        self.profile = profile
        references = [(blog, writer, vector) for _, blog, writer, _, vector in sample]
        self.mean, self.deviation = score_mean_and_deviation(
            profile.vector, author.blog_id, author.author_id, references
        )

    def as_candidate(self) -> Candidate:
        """As it is scored."""
        return Candidate(
            self.key.id,
            self.key.blog_id,
            self.key.author_id,
            LANGUAGE,
            self.profile.vector,
            0,
            self.mean,
            self.deviation,
        )


def _of_topic(
    mates: list[TopicMentor], about: list[tuple[TopicMentor, PostTerms]], epoch_id: int
) -> Iterator[tuple[Any, dict[str, Any]]]:
    """All rows of the mentors of one topic, their own lists, and the lists under all posts about it."""
    known = [mate.as_candidate() for mate in mates]
    cosines = [similarities(one.vector, LANGUAGE, known) for one in known]
    for place, row in enumerate(cosines):
        row[place] = 0
    hubs = [hubness(row) for row in cosines]
    for place, mate in enumerate(mates):
        yield from _of_mentor(mate, hubs[place], epoch_id)
        scores = [2 * cosine - hubs[place] - hubs[other] for other, cosine in enumerate(cosines[place])]
        for other, score in _best(scores, mate, mates, AUTHOR_LIST_LENGTH):
            yield (
                matching_tables.related,
                {
                    "mentor_id": mate.key.id,
                    "other_id": other,
                    "score": score,
                    "reason": REASON,
                    "epoch_id": epoch_id,
                },
            )
    for mate, post in about:
        near = similarities(post.vector, LANGUAGE, known)
        scores = [post_score(cosine, one, MEDIAN_DEVIATION) for cosine, one in zip(near, known, strict=True)]
        for other, score in _best(scores, mate, mates, POST_LIST_LENGTH):
            yield (
                matching_tables.post_related,
                {
                    "post_id": post.key,
                    "mentor_id": other,
                    "blog_id": mate.author.blog_id,
                    "score": score,
                    "reason": REASON,
                    "epoch_id": epoch_id,
                },
            )


def _best(scores: list[int], own: TopicMentor, mates: list[TopicMentor], count: int) -> list[tuple[int, int]]:
    found = [
        (mate.key.id, score)
        for mate, score in zip(mates, scores, strict=True)
        if mate.author.blog_id != own.author.blog_id
    ]
    return sorted(found, key=lambda item: (-item[1], item[0]))[:count]


def _of_mentor(mate: TopicMentor, hub: int, epoch_id: int) -> Iterator[tuple[Any, dict[str, Any]]]:
    author, profile = mate.author, mate.profile
    yield content_tables.authors, author_row(author)
    for remote_id, post in mate.posts:
        yield (
            content_tables.posts,
            post_row(author, remote_id, Version(1, 1), post.published_at, post.counts.to_bytes(), f"{epoch_id}:1:1"),
        )
        for term, weight in postings_of(post.vector, POST_TERMS):
            yield matching_tables.post_postings, {"term": term, "weight": weight, "post_id": post.key}
    yield (
        matching_tables.mentors,
        {
            "id": mate.key.id,
            "blog_id": author.blog_id,
            "author_id": author.author_id,
            "language": LANGUAGE,
            "epoch_id": epoch_id,
            "posts": profile.posts,
            "last_post_at": profile.last_post_at,
            "listed": True,
            "profile": profile.to_bytes(),
            "hubness": hub,
            "mean": mate.mean,
            "deviation": mate.deviation,
        },
    )
    for term, weight in postings_of(profile.vector, MENTOR_TERMS):
        yield matching_tables.postings, {"term": term, "weight": weight, "mentor_id": mate.key.id}


def author_row(author: AuthorKey) -> dict[str, Any]:
    """An author who takes part."""
    return {
        "blog_id": author.blog_id,
        "remote_id": author.author_id,
        "generation": 1,
        "revision": 1,
        "bio": "",
        "name": f"Auteur {author.author_id}",
        "url": f"https://{author.blog_id}.example/{author.author_id}",
        "takes_part": True,
        "consent_door": "profile",
        "consent_text": "",
        "declared": "{}",
    }


def post_row(
    author: AuthorKey, remote_id: str, version: Version, published: datetime, counts: bytes, listed_as: str = ""
) -> dict[str, Any]:
    """A stored post; `counts` as `TermCounts.to_bytes` gives them."""
    return {
        "id": stable_id("post", author.blog_id, remote_id),
        "blog_id": author.blog_id,
        "remote_id": remote_id,
        "generation": version.generation,
        "revision": version.revision,
        "author_id": author.author_id,
        "url": f"https://{author.blog_id}.example/?p={remote_id}",
        "title": f"Billet {remote_id}",
        "content": "",
        "excerpt": "",
        "said_language": LANGUAGE,
        "language": LANGUAGE,
        "published_at": published,
        "modified_at": published,
        "labels": "{}",
        "truncated": False,
        "counts": counts,
        "listed_as": listed_as,
        "substance": SUBSTANCE,
        "read_with": READ_WITH,
    }
