"""Lists: who stands under a post, who in an author's own list, and where a mentor that moved enters or leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bridge.mentors.cross_language import lookup_vector, other_languages
from bridge.mentors.discovery import with_discoveries
from bridge.mentors.explain import Reason
from bridge.mentors.related import (
    AUTHOR_LIST_LENGTH,
    MAX_FOREIGN_ONE_IN,
    POST_LIST_LENGTH,
    Match,
    best_of,
    closeness,
    hubness,
    mentors_for_post,
    post_score,
    related_mentors,
)
from bridge.mentors.similarity import Candidate, MentorQuery, cosine_floor, dot_products, similarities
from bridge.model import AuthorKey, MentorKey
from bridge.storage.content.posts import PostSummary
from bridge.storage.core.database import Tx
from bridge.storage.matching import candidates, list_entries, profiles
from bridge.storage.matching.epochs import Epoch
from bridge.storage.matching.list_entries import Entry, ExplainedMatches
from bridge.storage.matching.profiles import MentorRow
from bridge.text.terms import Vector
from bridge.worker.matching import cross_language
from bridge.worker.matching.profiles import vectors_of_posts
from bridge.worker.matching.snapshot import NO_REASONS, MatchesWithReasons, Snapshot

MAX_FOREIGN_CANDIDATES = 40  # mentors of other languages that are scored exactly
MAX_FOREIGN_IN_AUTHOR_LIST, MAX_FOREIGN_IN_POST_LIST = (
    AUTHOR_LIST_LENGTH // MAX_FOREIGN_ONE_IN,
    POST_LIST_LENGTH // MAX_FOREIGN_ONE_IN,
)  # of them that are shown


def candidates_near(tx: Tx, row: MentorRow, but_blog: str | None = None) -> list[Candidate]:
    """Mentors near enough to be scored exactly; never of the same blog."""
    ids = candidates.list_mentor_ids(tx, row.profile.vector)
    return candidates.list_by_ids(tx, ids, but_blog=but_blog or row.key.blog_id)


def candidates_near_with_foreign(
    tx: Tx, epoch: Epoch, row: MentorRow, near: Sequence[Candidate] | None = None
) -> list[Candidate]:
    """Those near enough, and of other languages who share most of what crosses.

    `near`: those near enough, if they were read before; who has left since is none of them.
    """
    if near is None:
        mentors = {mentor.id: mentor for mentor in candidates_near(tx, row)}
    else:
        listed = profiles.list_listed_ids(tx, [mentor.id for mentor in near])
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


def query_of_post(look: Snapshot, post: PostSummary, vector: Vector) -> MentorQuery:
    """A stored post, as mentors are looked for with it."""
    crossed = cross_language.features_of_post(look.context, look.tx, look.epoch, post, vector)
    return MentorQuery(vector, post.language, crossed)


def hubness_of_mentor(row: MentorRow, near: list[Candidate]) -> int:
    """r of a mentor over its neighbours of the same language, whose cosines are of one kind."""
    alike = [mentor for mentor in near if mentor.language == row.key.language]
    return hubness(dot_products(row.profile.vector, [mentor.vector for mentor in alike]) if alike else [])


def build_author_list(
    look: Snapshot, row: MentorRow, near: list[Candidate], reasons: Mapping[int, Reason] = NO_REASONS
) -> MatchesWithReasons:
    """An author's own list, explained; `reasons`: those that still hold, by mentor."""
    vector, welcome = row.profile.vector, look.welcome(row.key.author, near)

    def best(some: Sequence[Candidate], limit: int) -> list[Match]:
        return related_mentors(
            vector,
            row.key.language,
            row.hubness,
            some,
            limit,
            row.crossing,
            MAX_FOREIGN_IN_AUTHOR_LIST,
            cosine_floor(row.mean, row.deviation),
        )

    asked = MentorQuery(vector, row.key.language, row.crossing)
    return look.explained(asked, *with_discoveries(best, welcome, look.seldom(welcome), AUTHOR_LIST_LENGTH), reasons)


def build_post_list(look: Snapshot, post: PostSummary, asked: MentorQuery, near: list[Candidate]) -> MatchesWithReasons:
    """The list under a post: candidates from its own heaviest terms and from its author's list (`near`)."""
    ids = set(candidates.list_mentor_ids(look.tx, asked.vector)) | {candidate.id for candidate in near}
    ids.update(_abroad(look.tx, look.epoch, asked.crossing, post.language))
    author = AuthorKey(post.blog_id, post.author_id)
    welcome = look.welcome(author, candidates.list_by_ids(look.tx, sorted(ids), but_blog=post.blog_id))

    def best(some: Sequence[Candidate], limit: int) -> list[Match]:
        deviation = look.epoch.median_deviation
        return mentors_for_post(
            asked.vector, post.language, some, deviation, limit, asked.crossing, MAX_FOREIGN_IN_POST_LIST
        )

    return look.explained(asked, *with_discoveries(best, welcome, look.seldom(welcome), POST_LIST_LENGTH))


def list_state(post: PostSummary, epoch: Epoch) -> str:
    """From which state of post and bank a list follows."""
    return f"{epoch.id}:{post.generation}:{post.revision}"


def post_lists_after_move(
    look: Snapshot, posts: Sequence[PostSummary], mentor: Candidate | None, mentor_key: MentorKey
) -> Iterator[tuple[PostSummary, ExplainedMatches]]:
    """The lists under posts of others after a mentor moved, of those that change; `mentor`: None if unlisted."""
    standing = list_entries.list_under_posts(look.tx, [post.id for post in posts])
    look.keys({mentor_id for stand in standing.values() for mentor_id in stand})
    look.expect_refusals(AuthorKey(post.blog_id, post.author_id) for post in posts)
    vectors = vectors_of_posts(look.context, look.tx, look.epoch, posts)
    asked = [_asked_in(look, post, vectors[post.id], mentor_key.language) for post in posts]
    cosines = [0] * len(posts)
    if mentor is not None:
        cosines = similarities(mentor.vector, mentor.language, asked, mentor.crossing, mentor.floor)
    for post, asking, cosine in zip(posts, asked, cosines, strict=True):
        mine = None
        if mentor is not None and cosine and look.welcome(AuthorKey(post.blog_id, post.author_id), [mentor]):
            foreign = mentor.language != post.language
            score = post_score(cosine, mentor, look.epoch.median_deviation, foreign=foreign)
            mine = Match(mentor.id, score, cosine, foreign)
        lines = _post_with(look, post, asking, standing.get(post.id, {}), mine, mentor_key)
        if lines is not None:
            yield post, lines


def _asked_in(look: Snapshot, post: PostSummary, vector: Vector, language: str) -> MentorQuery:
    """What crosses languages is only asked where it is compared."""
    return MentorQuery(vector, post.language) if post.language == language else query_of_post(look, post, vector)


def _post_with(
    look: Snapshot,
    post: PostSummary,
    asked: MentorQuery,
    stand: Mapping[int, Entry],
    mine: Match | None,
    mentor_key: MentorKey,
) -> ExplainedMatches | None:
    """One of them, where the mentor would have that place (None: it can have none); None: unchanged.

    `stand`: who stands there by now. Only that mentor is scored again; when it leaves a gap all is made anew.
    """
    entries = dict(stand)
    before = entries.pop(mentor_key.id, None)
    if mine is not None and not (before and before.discovery):
        by_merit, discoveries = _placed(
            look, entries, mine, mentor_key.blog_id, post.language, POST_LIST_LENGTH, MAX_FOREIGN_IN_POST_LIST
        )
        if mine in by_merit:
            reason = look.reason(asked, mentor_key)
            if reason is not None:
                return _entered(mine, reason, (*by_merit, *discoveries))
    if before is None:
        return None
    return build_post_list(look, post, query_of_post(look, post, asked.vector), [])


def author_lists_after_move(
    look: Snapshot, others: Sequence[Candidate], mentor: Candidate | None, mentor_key: MentorKey
) -> dict[int, ExplainedMatches]:
    """The own lists of other authors after a mentor moved, of those that may change; `mentor`: None if unlisted."""
    standing = list_entries.list_own(look.tx, [neighbour.id for neighbour in others])
    cosines = [0] * len(others)
    if mentor is not None:
        cosines = similarities(mentor.vector, mentor.language, others, mentor.crossing, mentor.floor)
    affected = []
    moved = mentor_key.id  # a hash: worked out once
    for neighbour, cosine in zip(others, cosines, strict=True):
        stand = standing.get(neighbour.id, {})
        mine = None
        if mentor is not None and cosine and mentor.blog_id != neighbour.blog_id:
            score = closeness(cosine, neighbour.hubness, mentor.hubness)
            mine = Match(mentor.id, score, cosine, mentor.language != neighbour.language)
        if moved not in stand:
            merit = [place.score for place in stand.values() if not place.discovery]
            if mine is None or (len(stand) >= AUTHOR_LIST_LENGTH and mine.score < min(merit)):
                continue
        affected.append((neighbour, stand, mine))
    look.expect_refusals(AuthorKey(neighbour.blog_id, neighbour.author_id) for neighbour, _, _ in affected)
    changed = {}
    for neighbour, stand, mine in affected:
        lines = _author_with(look, neighbour, stand, mine, mentor_key)
        if lines is not None:
            changed[neighbour.id] = lines
    return changed


def _author_with(
    look: Snapshot, neighbour: Candidate, stand: Mapping[int, Entry], mine: Match | None, mentor_key: MentorKey
) -> ExplainedMatches | None:
    """One of them, where the mentor would have that place (None: it can have none); None: unchanged.

    What was said of everybody else still holds. Only where somebody who is not in the list may be next is it made
    anew, and then for the sake of the scores.
    """
    entries = dict(stand)
    before = entries.pop(mentor_key.id, None)
    reasons: dict[int, Reason] = {}
    refused = look.refused(AuthorKey(neighbour.blog_id, neighbour.author_id))
    if mine is not None and mentor_key.author not in refused and not (before and before.discovery):
        by_merit, discoveries = _placed(
            look, entries, mine, mentor_key.blog_id, neighbour.language, AUTHOR_LIST_LENGTH, MAX_FOREIGN_IN_AUTHOR_LIST
        )
        sank = before is not None and mine.score < before.score
        last = len(stand) >= AUTHOR_LIST_LENGTH and by_merit[-1] is mine
        keys = look.keys(entries)
        second = any(keys[match.id].blog_id == mentor_key.blog_id for match in by_merit if match is not mine)
        asked = MentorQuery(neighbour.vector, neighbour.language, neighbour.crossing)
        reason = look.reason(asked, mentor_key) if mine in by_merit else None
        if reason is not None and not (sank and (last or second or mine.foreign)):
            return _entered(mine, reason, (*by_merit, *discoveries))
        if reason is not None:
            reasons[mine.id] = reason
    if before is None:
        return None
    row = profiles.find(look.tx, neighbour.id)
    if row is None:
        return None
    lines = profiles.list_related(look.tx, neighbour.id)
    reasons |= {line.mentor_id: line.reason for line in lines if line.mentor_id in entries}
    return build_author_list(look, row, candidates_near_with_foreign(look.tx, look.epoch, row), reasons)


def _entered(mine: Match, reason: Reason, chosen: Iterable[Match]) -> ExplainedMatches:
    return [(match, reason if match is mine else None) for match in chosen]


def _placed(
    look: Snapshot,
    entries: Mapping[int, Entry],
    mine: Match,
    blog_id: str,
    language: str,
    limit: int,
    foreign_most: int,
) -> tuple[list[Match], list[Match]]:
    """Who has a place by merit when the mentor of that blog has joined, and whose is a discovery's: it stays theirs
    until the list is made anew."""
    keys = look.keys(entries)
    merit, discoveries = [(blog_id, mine)], []
    for mentor_id, place in entries.items():
        key = keys[mentor_id]
        match = Match(mentor_id, place.score, 0, key.language != language)
        if place.discovery:
            discoveries.append(match)
        else:
            merit.append((key.blog_id, match))
    return best_of(merit, limit - len(discoveries), foreign_most=foreign_most), discoveries
