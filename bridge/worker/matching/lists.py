"""Lists: who stands under a post, and who in an author's own list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bridge.mentors.cross_language import lookup_vector, other_languages
from bridge.mentors.discovery import with_discoveries
from bridge.mentors.explain import Reason
from bridge.mentors.related import (
    AUTHOR_LIST_LENGTH,
    MAX_FOREIGN_ONE_IN,
    MIN_LIST_LINES,
    POST_LIST_LENGTH,
    Match,
    hubness,
    mentors_for_post,
    related_mentors,
)
from bridge.mentors.similarity import (
    ANYTHING_SHARED,
    NEAR,
    Bar,
    Candidate,
    MentorQuery,
    cosine_floor,
    dot_products,
)
from bridge.model import AuthorKey, MentorKey
from bridge.storage.content.posts import PostSummary
from bridge.storage.core.database import Tx
from bridge.storage.matching import candidates, epochs, profiles
from bridge.storage.matching.epochs import Epoch
from bridge.storage.matching.profiles import MentorRow
from bridge.text.terms import Vector
from bridge.worker.matching import cross_language
from bridge.worker.matching.short_lists import Filling, fill_up
from bridge.worker.matching.snapshot import NO_REASONS, MatchesWithReasons, Snapshot

FEW_AUTHORS = 1_000  # in a bank: many of few subjects are about as near, and the rest of a score decides among them
MAX_FOREIGN_CANDIDATES = 40  # mentors of other languages that are scored exactly
MAX_FOREIGN_IN_AUTHOR_LIST, MAX_FOREIGN_IN_POST_LIST = (
    AUTHOR_LIST_LENGTH // MAX_FOREIGN_ONE_IN,
    POST_LIST_LENGTH // MAX_FOREIGN_ONE_IN,
)  # of them that are shown


def candidates_near(tx: Tx, row: MentorRow, but_blog: str | None = None) -> list[Candidate]:
    """Mentors near enough to be scored exactly; never of the same blog."""
    epoch = epochs.find_current(tx)
    ids = candidates.list_mentor_ids(tx, row.profile.vector, _candidates_among(epoch.authors if epoch else 0))
    return candidates.list_by_ids(tx, ids, but_blog=but_blog or row.key.blog_id)


def _candidates_among(authors: int) -> int:
    return candidates.CANDIDATES_AMONG_FEW if authors < FEW_AUTHORS else candidates.CANDIDATES_PER_VECTOR


def _near_with_foreign(
    tx: Tx, epoch: Epoch, row: MentorRow, near: Sequence[Candidate] | None = None
) -> list[Candidate]:
    if near is None:
        mentors = {mentor.id: mentor for mentor in candidates_near(tx, row)}
    else:
        listed = profiles.list_listed_ids(tx, [mentor.id for mentor in near])  # who has left since is none of them
        mentors = {mentor.id: mentor for mentor in near if mentor.id in listed}
    foreign = set(_abroad(tx, epoch, row.crossing, row.key.language)) - mentors.keys()
    if foreign:
        more = candidates.list_by_ids(tx, sorted(foreign), but_blog=row.key.blog_id)
        mentors |= {mentor.id: mentor for mentor in more}
    return [mentors[mentor_id] for mentor_id in sorted(mentors)]


def foreign_lookup_vector(epoch: Epoch, crossing: Vector, language: str) -> Vector:
    """What a profile or post in a language is looked for by in the other languages of the bank."""
    return lookup_vector(crossing, other_languages(epoch.sizes, language))


def _abroad(tx: Tx, epoch: Epoch, crossing: Vector, language: str) -> list[int]:
    return candidates.list_mentor_ids(
        tx, foreign_lookup_vector(epoch, crossing, language), limit=MAX_FOREIGN_CANDIDATES
    )


def author_of_post(post: PostSummary) -> MentorKey:
    """Its author, as one who writes in its language."""
    return MentorKey(post.blog_id, post.author_id, post.language)


def query_of_post(look: Snapshot, post: PostSummary, vector: Vector) -> MentorQuery:
    """A stored post, as mentors are looked for with it."""
    crossed = cross_language.features_of_post(look.context, look.tx, look.epoch, post, vector)
    return MentorQuery(vector, post.language, crossed, author_of_post(post))


def hubness_of_mentor(row: MentorRow, near: list[Candidate]) -> int:
    """r of a mentor over its neighbours of the same language, whose cosines are of one kind."""
    alike = [mentor for mentor in near if mentor.language == row.key.language]
    return hubness(dot_products(row.profile.vector, [mentor.vector for mentor in alike]) if alike else [])


def in_reach_of_author(look: Snapshot, row: MentorRow, near: Sequence[Candidate] | None = None) -> list[Candidate]:
    """Who may stand in an author's own list: in a small bank everybody, else those who are near enough (`near`, if
    they were read before) and of other languages who share most of what crosses."""
    if look.bank_is_small:
        return look.everybody_but(row.key.blog_id)
    return _near_with_foreign(look.tx, look.epoch, row, near)


def build_author_list(
    look: Snapshot, row: MentorRow, reach: Sequence[Candidate], reasons: Mapping[int, Reason] = NO_REASONS
) -> MatchesWithReasons:
    """An author's own list of those in reach, explained; `reasons`: those that still hold, by mentor."""
    welcome = look.welcome(row.key.author, reach)

    def best(some: Sequence[Candidate], limit: int) -> list[Match]:
        return _near_author(look, row, some, limit, MAX_FOREIGN_IN_AUTHOR_LIST, NEAR)

    chosen = with_discoveries(best, welcome, look.seldom(welcome), AUTHOR_LIST_LENGTH)
    lines = look.explained(look.query_of_author(row), *chosen, reasons)
    return fill_up(look, lines, welcome, [_filling_by_author(look, row, ANYTHING_SHARED)], reasons)


def _near_author(
    look: Snapshot, row: MentorRow, some: Sequence[Candidate], limit: int, foreign_most: int, bar: Bar
) -> list[Match]:
    floor = cosine_floor(row.mean, row.deviation)
    asked = look.query_of_author(row)
    return related_mentors(
        asked.vector, asked.language, row.hubness, some, limit, asked.crossing, foreign_most, floor, bar
    )


def _filling_by_author(look: Snapshot, row: MentorRow, bar: Bar) -> Filling:
    return Filling(look.query_of_author(row), lambda some: _near_author(look, row, some, len(some), len(some), bar))


def build_post_list(look: Snapshot, post: PostSummary, asked: MentorQuery) -> MatchesWithReasons:
    """The list under a post, explained."""
    welcome = look.welcome(AuthorKey(post.blog_id, post.author_id), _in_reach_of_post(look, post, asked))
    deviation = look.epoch.median_deviation

    def rank(some: Sequence[Candidate], limit: int, foreign_most: int, bar: Bar) -> list[Match]:
        return mentors_for_post(asked.vector, post.language, some, deviation, limit, asked.crossing, foreign_most, bar)

    def best(some: Sequence[Candidate], limit: int) -> list[Match]:
        return rank(some, limit, MAX_FOREIGN_IN_POST_LIST, NEAR)

    lines = look.explained(asked, *with_discoveries(best, welcome, look.seldom(welcome), POST_LIST_LENGTH))
    if len(lines) >= MIN_LIST_LINES:
        return lines
    fillings = [Filling(asked, lambda some: rank(some, len(some), len(some), ANYTHING_SHARED))]
    row = look.row(author_of_post(post))
    if row is not None:  # somebody near to all that its author writes is nearer than an accident of one post
        fillings = [_filling_by_author(look, row, NEAR), *fillings, _filling_by_author(look, row, ANYTHING_SHARED)]
    return fill_up(look, lines, welcome, fillings)


def _in_reach_of_post(look: Snapshot, post: PostSummary, asked: MentorQuery) -> list[Candidate]:
    """In a small bank everybody; else who shares its heaviest terms, and who stands in its author's list."""
    if look.bank_is_small:
        return look.everybody_but(post.blog_id)
    ids = set(candidates.list_mentor_ids(look.tx, asked.vector, _candidates_among(look.epoch.authors)))
    ids.update(_abroad(look.tx, look.epoch, asked.crossing, post.language))
    ids.update(line.mentor_id for line in look.own_list(author_of_post(post).id))
    return look.listed(ids, but_blog=post.blog_id)


def list_state(post: PostSummary, epoch: Epoch) -> str:
    """From which state of post and bank a list follows."""
    return f"{epoch.id}:{post.generation}:{post.revision}"
