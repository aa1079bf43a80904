"""Search: from a typed need to mentors, over what the index holds. Pages, API and command line all ask here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bridge.mentors.explain_need import ReasonWord
from bridge.mentors.indexed_posts import IndexedPost
from bridge.mentors.need_ranking import RankedMentor, TitleTerms, Vote, rank_for_need, vote
from bridge.mentors.skill_names import is_narrower
from bridge.mentors.skills import bundled_matcher
from bridge.model import MentorKey
from bridge.operations.need_query import NeedQuery
from bridge.operations.need_reasons import POSTS_CONSIDERED, posts_to_name, reason_for_need, title_terms
from bridge.operations.quotes import quote_for_need
from bridge.storage.bank import directory, full_text
from bridge.storage.content import posts as stored_posts
from bridge.storage.content.posts import QuotablePost
from bridge.storage.core.database import Tx
from bridge.storage.matching import card_corrections, epochs, profiles

MAX_OFFERING = 1000  # mentors who are taken from the page of a skill


@dataclass(frozen=True, slots=True)
class PostHit:
    """A post that voted, as it is shown; the snippet is plain text around the words of the need."""

    id: int
    title: str
    url: str
    date: datetime
    snippet: str


@dataclass(frozen=True, slots=True)
class MentorHit:
    """A mentor for a need: how many posts voted, the best of them, and the words of theirs that speak of it."""

    id: int
    key: MentorKey
    score: int
    votes: int
    posts: tuple[PostHit, ...]
    words: tuple[ReasonWord, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """One page of an answer.

    `language`: what the need was read as; `meant`: {typed: understood} where they differ; `words`: those that were
    looked for, none when the need says too little; `missing`: those that nobody here writes much about: then nobody is
    right, and `further` are who touch on the rest.
    """

    mentors: tuple[MentorHit, ...] = ()
    further: tuple[MentorHit, ...] = ()
    missing: tuple[str, ...] = ()
    total: int = 0
    language: str = ""
    meant: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()


def search(
    tx: Tx,
    need: str,
    *,
    language: str | None = None,
    page_language: str | None = None,
    limit: int = 10,
    offset: int = 0,
    fitting: Callable[[Sequence[int]], Sequence[int]] | None = None,
    reasons: bool = True,
) -> Results:
    """Listed mentors who wrote about `need`, best first.

    Args:
        language: only mentors who write in it (ISO 639-1); None: all, whatever language the need is in.
        page_language: of the page that asks, which most needs are written in.
        fitting: given mentors best first, those of them that may be answered.
        reasons: whether posts and words are named and the best post is quoted, which takes most of the time of a long
            answer.
    """
    epoch = epochs.find_current(tx)
    if epoch is None or not epoch.sizes:  # nothing was written yet when it was made
        return Results()
    asked = NeedQuery(tx, epoch, need, language, page_language)
    skill = bundled_matcher().of_whole_name(asked.need)
    ranking = _rank(tx, asked, skill, language)
    ranked = ranking.mentors
    if fitting is not None:
        fit = set(fitting([mentor.mentor_id for mentor in ranked]))
        ranked = [mentor for mentor in ranked if mentor.mentor_id in fit]
    page = ranked[offset : offset + limit]
    words = tuple(word.written for word in asked.words)
    shown = _explained(tx, page, asked, ranking.titles) if reasons else _plain(tx, page)
    # A skill that is named is there with whoever offers it, by whatever words they do.
    named = ranking.is_offered and skill is not None and not is_narrower(asked.need, bundled_matcher().skills[skill])
    missing = () if named or not ranked else _missing_words(tx, epoch, asked, ranking.posts)
    if missing:
        further = shown if not offset else ()
        return Results((), further, missing, 0, asked.language, asked.meant, words)
    return Results(shown, (), (), len(ranked), asked.language, asked.meant, words)


@dataclass(frozen=True, slots=True)
class _Ranking:
    """Mentors for a need, best first; the posts that could vote, the titles of those that do, and whether anybody
    offers the skill that it names."""

    mentors: Sequence[RankedMentor]
    posts: Sequence[IndexedPost]
    titles: Mapping[int, TitleTerms]
    is_offered: bool


def _rank(tx: Tx, asked: NeedQuery, skill: str | None, language: str | None) -> _Ranking:
    posts = asked.posts()
    refusals = card_corrections.list_refusals(tx, sorted({post.mentor_id for post in posts}), skill or "")
    posts = without_struck_words(posts, refusals)
    votes = vote(asked.words, posts, asked.frequencies)
    sizes = full_text.list_mentor_sizes(tx, {post.mentor_id for post in posts})
    counted = [post for post in posts if post.mentor_id in sizes]
    offering = directory.list_offering_mentor_ids(tx, skill, language, MAX_OFFERING) if skill else []
    rows = stored_posts.list_titles(tx, [ballot.post_id for ballot in votes])
    titles = {post_id: title_terms(row) for post_id, row in rows.items()}
    ranked = rank_for_need(asked.words, votes, counted, sizes, asked.frequencies, titles, offering)
    # Whoever says that the skill is not theirs is not found by its name, though their posts hold the words.
    refusing = {mentor for mentor, refused in refusals.items() if refused.skill} - set(offering)
    fit = [mentor for mentor in ranked if mentor.mentor_id not in refusing]
    return _Ranking(fit, posts, titles, bool(offering))


def _missing_words(tx: Tx, epoch: epochs.Epoch, asked: NeedQuery, posts: Sequence[IndexedPost]) -> tuple[str, ...]:
    """What of a need nobody here writes about, in whatever language.

    A word that stands in no post of the language that is asked for may only be called otherwise there: where the bank
    knows what is meant, who writes in that language about the rest answers.
    """
    missing = asked.missing(posts)
    if not missing or asked.language_asked is None:
        return missing
    everywhere = NeedQuery(tx, epoch, asked.need, None, asked.language)
    posts_everywhere = everywhere.posts()
    refusals = card_corrections.list_refusals(tx, sorted({post.mentor_id for post in posts_everywhere}), "")
    return everywhere.missing(without_struck_words(posts_everywhere, refusals))


def without_struck_words(
    posts: Sequence[IndexedPost], refusals: Mapping[int, card_corrections.Refusals]
) -> list[IndexedPost]:
    """A word that a mentor struck from their card finds them no more: it is no reason to be shown."""
    return [post.without(refusals[post.mentor_id].struck) if post.mentor_id in refusals else post for post in posts]


def _plain(tx: Tx, page: Sequence[RankedMentor]) -> tuple[MentorHit, ...]:
    keys = profiles.list_keys(tx, [mentor.mentor_id for mentor in page])
    return tuple(
        MentorHit(ranked.mentor_id, keys[ranked.mentor_id], ranked.score, len(ranked.votes), (), ()) for ranked in page
    )


def _explained(
    tx: Tx, page: Sequence[RankedMentor], asked: NeedQuery, titles: Mapping[int, TitleTerms]
) -> tuple[MentorHit, ...]:
    keys = profiles.list_keys(tx, [mentor.mentor_id for mentor in page])
    named = {mentor.mentor_id: posts_to_name(mentor.votes[:POSTS_CONSIDERED], titles) for mentor in page}
    # Reading a text takes time: only the best post of a mentor gets a snippet.
    best = [ballots[0].post_id for ballots in named.values() if ballots]
    rows = stored_posts.list_quotable(tx, [ballot.post_id for ballots in named.values() for ballot in ballots], best)
    return tuple(
        MentorHit(
            mentor.mentor_id,
            keys[mentor.mentor_id],
            mentor.score,
            reason.posts,
            tuple(_post(rows[ballot.post_id], ballot) for ballot in named[mentor.mentor_id]),
            reason.words,
        )
        for mentor in page
        for reason in [reason_for_need(named[mentor.mentor_id], mentor.votes, rows, asked)]
    )


def _post(row: QuotablePost, ballot: Vote) -> PostHit:
    return PostHit(row.id, row.title, row.url, row.published_at, quote_for_need(row, set(ballot.terms)))
