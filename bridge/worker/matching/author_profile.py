"""An author's profiles and all that is kept beside lists: built from one look at what is stored, then stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

import structlog

from bridge.mentors.pairing import PairingSide
from bridge.mentors.similarity import Candidate
from bridge.mentors.skill_offers import AuthorSkills
from bridge.model import AuthorKey
from bridge.operations import due
from bridge.storage.bank import cards, full_text
from bridge.storage.bank.cards import CardContent
from bridge.storage.content import posts as stored_posts
from bridge.storage.core.database import Tx
from bridge.storage.matching import (
    card_corrections,
    profile_holds,
)
from bridge.storage.matching import facets as stored_facets
from bridge.storage.matching import profiles as stored_profiles
from bridge.storage.matching.epochs import Epoch
from bridge.storage.matching.facets import FacetRecord
from bridge.storage.matching.post_parts import StoredPart
from bridge.storage.matching.profiles import MentorRow
from bridge.worker.context import Context
from bridge.worker.intake import post_analysis
from bridge.worker.matching import cards as matching_cards
from bridge.worker.matching import facets as matching_facets
from bridge.worker.matching import lists as matching_lists
from bridge.worker.matching import profiles as matching_profiles
from bridge.worker.matching.author_posts import store_parts
from bridge.worker.matching.pairing import pairing_side_of, store_pairing_side
from bridge.worker.matching.post_review import MAX_READINGS, posts_to_read_again
from bridge.worker.matching.subject import Subject, read_subject
from bridge.worker.turns import Turn

log = structlog.get_logger("worker")

INDEX_BATCH_POSTS = 20  # posts
MentorWithNear = tuple[MentorRow, list[Candidate]]  # and who is near enough to be scored exactly


def store_profiles(context: Context, epoch: Epoch, author: AuthorKey) -> None:
    """Read all posts of an author, rebuild and store the profiles; those that follow from nothing any more go."""
    built = build_author(context, epoch, author, Turn(), anew=True)
    assert built is not None, "a turn without an end was over"
    store_author(context, epoch, built)


@dataclass(frozen=True, slots=True)
class BuiltAuthor:
    """All that is kept of an author beside lists, as it follows from one look at what is stored."""

    subject: Subject
    mentors: list[MentorWithNear]
    held: dict[str, datetime]
    before: dict[int, bool]  # the mentors that there were, and whether others were shown them
    facets: list[FacetRecord]
    card: CardContent | None
    pair: tuple[PairingSide, AuthorSkills] | None
    index: IndexDifferences
    parts: list[StoredPart] | None  # None: they are as they should be


def build_author(
    context: Context, epoch: Epoch, author: AuthorKey, turn: Turn, *, anew: bool = False
) -> BuiltAuthor | None:
    """Read the posts of an author, those again that have to be; None: that is not done, and the turn is over.

    `anew`: all posts, whatever they added up to before.
    """
    for again in range(MAX_READINGS):
        with context.database.read() as tx:
            subject = read_subject(context, tx, epoch, author, anew=anew)
            posts = subject.posts
            stale = posts_to_read_again(tx, posts.columns, subject.matcher, posts.loose, posts.former_moments)
            if not stale or again == MAX_READINGS - 1:  # what is delivered meanwhile makes another refresh due
                return _built(context, tx, epoch, subject, settled=not stale)
        if not post_analysis.read_again(context, subject.matcher, stale, turn):
            return None
    raise AssertionError("the last reading ends it")


def _built(context: Context, tx: Tx, epoch: Epoch, subject: Subject, *, settled: bool) -> BuiltAuthor:
    profiles = matching_profiles.build_profiles(context, tx, epoch, subject)
    mentors = [_with_hubness(tx, row) for row in profiles.rows]
    rows = [row for row, _ in mentors]
    facets = [_ranked_facets(tx, row, subject) for row in rows]
    personal = [ranked.personal_percentile for ranked in facets]
    return BuiltAuthor(
        subject,
        mentors,
        profiles.held,
        stored_profiles.list_listed_by_author(tx, subject.key),
        facets,
        matching_cards.summarize_for_card(context, tx, epoch, subject, rows),
        pairing_side_of(context, tx, epoch, subject, personal),
        _index_differences(tx, subject, rows),
        subject.posts.new_parts() if settled else None,
    )


def store_author(context: Context, epoch: Epoch, built: BuiltAuthor) -> None:
    """Keep it; mentors that follow from nothing any more are removed."""
    subject, now, before = built.subject, context.clock(), built.before
    author, rows = subject.key, [row for row, _ in built.mentors]
    with context.database.begin() as tx:
        touched = stored_profiles.delete_everywhere(tx, set(before) - {row.key.id for row in rows})
        for row, facets in zip(rows, built.facets, strict=True):
            if before.get(row.key.id) and not row.listed:
                touched |= stored_profiles.mark_unlisted(tx, row.key.id)
            stored_profiles.upsert(tx, row)
            stored_facets.upsert(tx, row.key.id, row.key.language, facets)
        cards.upsert(tx, author, built.card)
        corrections = card_corrections.get_by_author(tx, author)
        if corrections != subject.corrections:  # struck while this was being worked out: they are due again by that
            cards.delete_themes(tx, author, corrections.strikes)
        store_pairing_side(tx, author, built.pair, corrections.refused - subject.corrections.refused)
        held_languages = profile_holds.record(tx, author, built.held, now)
        if built.parts is not None:
            store_parts(tx, epoch, subject.posts, built.parts)
        due.lists_changed(tx, touched, now)
    if held_languages:
        log.warning(
            "profile held", author=str(author), languages=held_languages, confirm=f"bridge mentors confirm {author}"
        )
    _index_posts(context, built.index)


def _ranked_facets(tx: Tx, row: MentorRow, subject: Subject) -> FacetRecord:
    measured = matching_facets.facets_of_mentor(row, subject.posts)
    return stored_facets.get_ranked(tx, row.key.id, row.key.language, measured)


class IndexDifferences(NamedTuple):
    """Posts that needs shall not find any more, and those that they do not find yet; who is listed, by language."""

    gone: list[int]
    stale: list[int]
    listed: dict[str, int]


def _index_differences(tx: Tx, subject: Subject, rows: list[MentorRow]) -> IndexDifferences:
    listed = {row.key.language: row.key.id for row in rows if row.listed}
    if not listed:
        return IndexDifferences([], [], {})  # whoever is listed no longer was taken out with the listing
    weights = subject.weights
    states = [
        (post.id, post.language, post.generation, post.revision)
        for post in subject.posts.states
        if (weight := weights[post.id]).counts and weight.first
    ]
    return IndexDifferences(*full_text.list_differences(tx, states, listed), listed)


def _index_posts(context: Context, index: IndexDifferences) -> None:
    """Typed needs find what the author has written, a few posts at a time."""
    gone, stale, listed = index
    for start in range(0, len(stale), INDEX_BATCH_POSTS):
        with context.database.begin() as tx:
            still = stored_profiles.list_listed_ids(tx, listed.values())
            posts = stored_posts.list_by_ids(tx, stale[start : start + INDEX_BATCH_POSTS])
            full_text.upsert_posts(
                tx, [(post, listed[post.language]) for post in posts if listed.get(post.language) in still]
            )
    if gone:
        with context.database.begin() as tx:
            full_text.delete_posts(tx, gone)


def _with_hubness(tx: Tx, row: MentorRow) -> MentorWithNear:
    near = matching_lists.candidates_near(tx, row)
    return replace(row, hubness=matching_lists.hubness_of_mentor(row, near)), near
