"""From the stored posts of an author to profiles, one a language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from bridge.mentors.explain import NamedPost, Shelf
from bridge.mentors.profiles import CARD_FROM, OFF, STEADY, PostTerms, Profile
from bridge.mentors.related import moments
from bridge.mentors.trust import Rules
from bridge.mentors.weighing import weigh
from bridge.mentors.worth import Worth
from bridge.model import AuthorKey, MentorKey
from bridge.storage import blogs, holds, published, verdicts, writers
from bridge.storage.cards import MENTORING
from bridge.storage.database import Tx
from bridge.storage.declarations import declaration
from bridge.storage.epochs import Epoch
from bridge.storage.mentors import MentorRow
from bridge.text.terms import NOTHING, TermCounts, Vector, count_terms, post_vectors
from bridge.worker import crossing, texts
from bridge.worker.context import Context

NAMED = 50  # newest posts of a mentor that a reason may name


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an author's posts are read at all, who may meet them, and whether they get a list of their own."""

    known: bool
    takes_part: bool
    listed: bool  # as a mentor: takes part, and is willing to be one
    has_pages: bool  # a connected blog, where a list can be shown
    known_well: bool = False  # to the operator, who imported or confirmed the blog


def standing(tx: Tx, author: AuthorKey) -> Standing:
    """By the author's consent and declared role, and the state of the blog."""
    blog = blogs.find(tx, author.blog_id)
    row = writers.find_author(tx, author.blog_id, author.author_id)
    if blog is None or row is None:
        return Standing(False, False, False, False)
    takes_part = bool(row.takes_part) and blog.shown and verdicts.hidden_since(tx, author) is None
    willing = declaration(row.declared).get("role", "mentor") in MENTORING
    has_pages = takes_part and blog.origin == "connected"
    return Standing(True, takes_part, takes_part and willing, has_pages, blog.known_well)


def vectors_of_posts(context: Context, tx: Tx, epoch: Epoch, rows: Iterable[Any]) -> dict[int, Vector]:
    """Vectors of stored posts, by id: all at once, for they use much the same terms."""
    by_language: dict[str, list[Any]] = {}
    for row in rows:
        by_language.setdefault(row.language, []).append(row)
    found: dict[int, Vector] = {}
    for language, some in by_language.items():
        known = partial(context.frequencies(epoch).frequencies, tx, language)
        found |= zip((row.id for row in some), post_vectors([row.counts for row in some], known), strict=True)
    return found


def vector_of_post(context: Context, tx: Tx, epoch: Epoch, row: Any) -> Vector:
    """The vector of one stored post."""
    return vectors_of_posts(context, tx, epoch, [row])[row.id]


@dataclass(frozen=True, slots=True)
class Profiles:
    """An author's profiles, what each post counts in them, and since when what they write does not count in those that
    are held, by language."""

    rows: list[MentorRow]
    worths: Mapping[int, Worth]
    held: dict[str, datetime]


def profiles(context: Context, tx: Tx, epoch: Epoch, author: AuthorKey) -> Profiles:
    """As they follow from the stored posts and from what is declared; hubness is left 0."""
    stand = standing(tx, author)
    if not stand.known:
        return Profiles([], {}, {})
    found = Profiles([], texts.worths_of(context, tx, author), {})
    rules, known = rules_for(context, epoch, stand), holds.list_of(tx, author)
    offers = writers.offers_of(tx, author)
    for language, posts in sorted(_posts(context, tx, epoch, author, found.worths).items()):
        hold = known.get(language)
        declared = count_terms("", offers, language) if len(posts) < STEADY else NOTHING
        terms = {int(term) for post in posts for term in post.vector.ids} | set(declared.ids.tolist())
        frequencies = context.frequencies(epoch).frequencies(tx, language, terms)
        weighed = weigh(
            posts, frequencies, epoch.landmark, rules, context.clock(), held_at=hold.held_at if hold else None,
            confirmed_at=hold.confirmed_at if hold else None, declared=declared,
        )  # fmt: skip
        if weighed.held_at is not None:
            found.held[language] = weighed.held_at
        if weighed.profile is not None:
            listed = stand.listed and weighed.entered
            row = _row(context, tx, epoch, author, language, weighed.profile, listed)
            crossed = crossing.of_profile(context, tx, epoch, row.key, row.profile, {post.key for post in posts})
            found.rows.append(replace(row, crossing=crossed))
    return found


def _posts(
    context: Context, tx: Tx, epoch: Epoch, author: AuthorKey, worths: Mapping[int, Worth]
) -> dict[str, list[PostTerms]]:
    """The author's posts that count, by language."""
    rows = [row for row in published.list_posts_of(tx, author.blog_id, author.author_id) if worths[row.id].counts]
    vectors = vectors_of_posts(context, tx, epoch, rows)
    by_language: dict[str, list[PostTerms]] = {}
    for row in rows:
        counts, worth = TermCounts.from_bytes(row.counts), worths[row.id].counts
        post = PostTerms(row.id, row.published_at, vectors[row.id], counts, row.modified_at, worth)
        by_language.setdefault(row.language, []).append(post)
    return by_language


def rules_for(context: Context, epoch: Epoch, stand: Standing) -> Rules:
    """None in a small bank and for blogs that the operator knows; the epoch says for all how large the bank is."""
    return OFF if stand.known_well or epoch.authors < context.rules_from else context.rules


def _row(
    context: Context, tx: Tx, epoch: Epoch, author: AuthorKey, language: str, profile: Profile, listed: bool
) -> MentorRow:
    references = [(one.blog_id, one.author_id, one.vector) for one in context.references(tx, epoch)]
    mean, deviation = moments(profile.vector, author.blog_id, author.author_id, references)
    key = MentorKey(author.blog_id, author.author_id, language)
    return MentorRow(key, epoch.id, listed and profile.posts >= CARD_FROM, profile, 0, mean, deviation)


def named_posts(tx: Tx, mentor: MentorKey) -> Shelf:
    """Posts of a mentor that a reason may name."""
    return Shelf(
        NamedPost(row.title, row.url, row.published_at, *TermCounts.numbers_in(row.counts))
        for row in published.list_posts_of(tx, mentor.blog_id, mentor.author_id, mentor.language, NAMED)
    )
