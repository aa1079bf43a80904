"""A mentor that moved: which lists of others it enters, leaves or stands in elsewhere.

Only that mentor is scored again, and whoever stands there already keeps what is said of them. Where somebody who is not
in the list may be next, or may fill it up, it is made anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from bridge.mentors.explain import Reason
from bridge.mentors.related import (
    AUTHOR_LIST_LENGTH,
    MIN_LIST_LINES,
    POST_LIST_LENGTH,
    Match,
    best_of,
    closeness,
    post_score,
)
from bridge.mentors.similarity import Candidate, MentorQuery, similarities
from bridge.model import AuthorKey, MentorKey
from bridge.storage.content.posts import PostSummary
from bridge.storage.matching import list_entries
from bridge.storage.matching.list_entries import Entry, ExplainedMatches
from bridge.text.terms import Vector
from bridge.worker.matching.lists import (
    MAX_FOREIGN_IN_AUTHOR_LIST,
    MAX_FOREIGN_IN_POST_LIST,
    author_of_post,
    build_author_list,
    build_post_list,
    in_reach_of_author,
    query_of_post,
)
from bridge.worker.matching.profiles import vectors_of_posts
from bridge.worker.matching.short_lists import has_room, is_short
from bridge.worker.matching.snapshot import NO_REASONS, Snapshot

AskingPost = tuple[PostSummary, MentorQuery]  # a post, and what mentors are looked for with


def post_lists_after_move(
    look: Snapshot, posts: Sequence[PostSummary], mentor: Candidate | None, mentor_key: MentorKey
) -> Iterator[tuple[PostSummary, ExplainedMatches]]:
    """The lists under posts of others after a mentor moved, of those that change; `mentor`: None if unlisted."""
    standing = list_entries.list_under_posts(look.tx, [post.id for post in posts])
    look.keys({mentor_id for stand in standing.values() for mentor_id in stand})
    look.expect_refusals(AuthorKey(post.blog_id, post.author_id) for post in posts)
    changing = []  # lists for whose reasons their author is asked
    vectors = vectors_of_posts(look.context, look.tx, look.epoch, posts)
    asked = [(post, _asked_in(look, post, vectors[post.id], mentor_key.language)) for post in posts]
    matches = _matches_of_posts(look, asked, mentor)
    for post, mine in zip(posts, matches, strict=True):
        stand = standing.get(post.id, {})
        may_change = mentor_key.id in stand or (mine is not None and _may_enter(stand, mine, POST_LIST_LENGTH))
        if may_change or is_short(stand):
            changing.append(author_of_post(post))
    look.expect_rows(changing)
    for (post, asking), mine in zip(asked, matches, strict=True):
        stand = standing.get(post.id, {})
        lines: ExplainedMatches | None
        if has_room(stand) and (mentor is not None or mentor_key.id in stand):
            lines = build_post_list(look, post, query_of_post(look, post, asking.vector))
        elif mine is None and _only_fills(look, post, stand, mentor):
            lines = _still_filling(look, post, asking, stand, mentor_key)
        else:
            lines = _post_with(look, post, asking, stand, mine, mentor_key)
        if lines is not None:
            yield post, lines


def _matches_of_posts(look: Snapshot, posts: Sequence[AskingPost], mentor: Candidate | None) -> list[Match | None]:
    """What a mentor would be under each of some posts; None: nothing, because too little is shared, or unwelcome."""
    if mentor is None:
        return [None] * len(posts)
    matches: list[Match | None] = []
    asked = [asking for _, asking in posts]
    cosines = similarities(mentor.vector, mentor.language, asked, mentor.crossing, mentor.floor)
    for (post, _), cosine in zip(posts, cosines, strict=True):
        if not cosine or not look.welcome(AuthorKey(post.blog_id, post.author_id), [mentor]):
            matches.append(None)
            continue
        foreign = mentor.language != post.language
        score = post_score(cosine, mentor, look.epoch.median_deviation, foreign=foreign)
        matches.append(Match(mentor.id, score, cosine, foreign))
    return matches


def _asked_in(look: Snapshot, post: PostSummary, vector: Vector, language: str) -> MentorQuery:
    """What crosses languages is only asked where it is compared."""
    if post.language != language:
        return query_of_post(look, post, vector)
    return MentorQuery(vector, post.language, author=author_of_post(post))


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
        fillers = {mentor_id: place for mentor_id, place in entries.items() if place.nearest}
        entries = {mentor_id: place for mentor_id, place in entries.items() if not place.nearest}
        by_merit, discoveries = _placed(
            look, entries, mine, mentor_key.blog_id, post.language, POST_LIST_LENGTH, MAX_FOREIGN_IN_POST_LIST
        )
        if mine in by_merit:
            reason = look.reason(asked, mentor_key)
            if reason is not None:
                return _entered(mine, reason, _with_fillers([*by_merit, *discoveries], fillers))
    if before is None:
        return None
    return build_post_list(look, post, query_of_post(look, post, asked.vector))


def _with_fillers(near: Sequence[Match], fillers: Mapping[int, Entry]) -> list[Match]:
    """Those who are near, and behind them the best of those who fill the list, as long as it would be short."""
    best = sorted(fillers, key=lambda mentor_id: (-fillers[mentor_id].score, mentor_id))
    return [*near, *(Match(mentor_id, fillers[mentor_id].score, 0) for mentor_id in best)][
        : max(MIN_LIST_LINES, len(near))
    ]


def _only_fills(look: Snapshot, post: PostSummary, stand: Mapping[int, Entry], mentor: Candidate | None) -> bool:
    """Whether a mentor who may be shown there stands in a list only to fill it."""
    if mentor is None or mentor.id not in stand or not stand[mentor.id].nearest:
        return False
    return bool(look.welcome(AuthorKey(post.blog_id, post.author_id), [mentor]))


def _still_filling(
    look: Snapshot, post: PostSummary, asked: MentorQuery, stand: Mapping[int, Entry], mentor_key: MentorKey
) -> ExplainedMatches:
    """The list with what is said now of a mentor who only fills it; made anew when there is nothing to say any more."""
    row = look.row(author_of_post(post))
    reason = (look.reason(look.query_of_author(row), mentor_key) if row else None) or look.reason(asked, mentor_key)
    if reason is None:
        return build_post_list(look, post, query_of_post(look, post, asked.vector))
    matches = [Match(mentor_id, place.score, 0) for mentor_id, place in stand.items()]
    return [(match, replace(reason, nearest=True) if match.id == mentor_key.id else None) for match in matches]


def author_lists_after_move(
    look: Snapshot, others: Sequence[Candidate], mentor: Candidate | None, mentor_key: MentorKey
) -> dict[int, ExplainedMatches]:
    """The own lists of other authors after a mentor moved, of those that may change; `mentor`: None if unlisted."""
    standing = list_entries.list_own(look.tx, [neighbour.id for neighbour in others])
    affected = []
    moved = mentor_key.id  # a hash: worked out once
    for neighbour, mine in zip(others, _matches_of_authors(others, mentor), strict=True):
        stand = standing.get(neighbour.id, {})
        may_fill = mentor is not None and has_room(stand)
        if moved in stand or may_fill or (mine is not None and _may_enter(stand, mine)):
            affected.append((neighbour, stand, mine))
    look.expect_refusals(AuthorKey(neighbour.blog_id, neighbour.author_id) for neighbour, _, _ in affected)
    short = [neighbour for neighbour, stand, _ in affected if is_short(stand)]
    look.expect_rows(map(_key_of, short))
    look.expect_own_lists(neighbour.id for neighbour in short)
    changed = {}
    for neighbour, stand, mine in affected:
        if is_short(stand):
            lines = _made_anew(look, neighbour, stand.keys() - {moved})
        else:
            lines = _author_with(look, neighbour, stand, mine, mentor_key)
        if lines is not None:
            changed[neighbour.id] = lines
    return changed


def _may_enter(stand: Mapping[int, Entry], mine: Match, limit: int = AUTHOR_LIST_LENGTH) -> bool:
    """Whether somebody who is near may have a place in a list."""
    merit = [place.score for place in stand.values() if not place.discovery]
    return len(stand) < limit or mine.score >= min(merit)


def _matches_of_authors(others: Sequence[Candidate], mentor: Candidate | None) -> list[Match | None]:
    """What a mentor would be in the own list of each of some others; None: nothing, because too little is shared."""
    if mentor is None:
        return [None] * len(others)
    cosines = similarities(mentor.vector, mentor.language, others, mentor.crossing, mentor.floor)
    return [
        Match(
            mentor.id,
            closeness(cosine, neighbour.hubness, mentor.hubness),
            cosine,
            mentor.language != neighbour.language,
        )
        if cosine and mentor.blog_id != neighbour.blog_id
        else None
        for neighbour, cosine in zip(others, cosines, strict=True)
    ]


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
        row = look.row(_key_of(neighbour)) if mine in by_merit else None
        reason = look.reason(look.query_of_author(row), mentor_key) if row else None
        if reason is not None and not (sank and (last or second or mine.foreign)):
            return _entered(mine, reason, (*by_merit, *discoveries))
        if reason is not None:
            reasons[mine.id] = reason
    return None if before is None else _made_anew(look, neighbour, entries.keys(), reasons)


def _made_anew(
    look: Snapshot, neighbour: Candidate, unmoved: Collection[int], reasons: Mapping[int, Reason] = NO_REASONS
) -> ExplainedMatches | None:
    """An author's own list from everybody in reach; what is said of who has not moved still holds, and `reasons`."""
    row = look.row(_key_of(neighbour))
    if row is None:
        return None
    holding = {line.mentor_id: line.reason for line in look.own_list(neighbour.id) if line.mentor_id in unmoved}
    return build_author_list(look, row, in_reach_of_author(look, row), holding | dict(reasons))


def _key_of(mentor: Candidate) -> MentorKey:
    return MentorKey(mentor.blog_id, mentor.author_id, mentor.language)


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
