"""What is stored of conversations as documents, and the rows that are read of them."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, TypedDict


class PostFigures(TypedDict):
    """The figures of one post, of all time."""

    comments: int
    commenters: int
    depth: int
    substance: int
    insightful: int
    relevance: int | None
    unanswered: int
    waiting: list[str]  # remote ids of comments that wait for an answer


class CommenterFigures(TypedDict):
    """The figures of one commenter in the window."""

    comments: int
    posts: int
    days: int
    first: str  # times as they travel
    last: str
    standing: str
    questions: int
    questions_answered: int
    replies: int
    latest: str  # remote id of their last comment


class WaitingComment(TypedDict):
    """A comment that waits for an answer."""

    comment: str  # remote ids
    post: str
    since: str
    question: bool
    first: bool
    words: int


class Cohort(TypedDict):
    """Those whose first comment fell in a month, and which share of them commented so many months later."""

    month: str  # "2026-05"
    people: int
    complete: bool
    retained: list[float | None]


class SilentCommenter(NamedTuple):
    """A commenter on several posts, since when they are silent."""

    commenter: str
    silent_since: datetime
    posts: int


class FirstComment(NamedTuple):
    """The first comment of somebody on a blog."""

    remote_id: str
    post_id: str  # remote id
    commenter: str
    published_at: datetime


class UnanalysedComment(NamedTuple):
    """A version of a comment that has not been read beside its post."""

    remote_id: str
    generation: int
    revision: int
    terms: bytes  # text.terms.TermCounts
    language: str
    received_at: datetime
    post_id: str  # remote id
    commenter: str
    post: int | None  # our id of the post; None: it is not here (yet)


class CommentAnalysis(NamedTuple):
    """What was read of that version beside its post."""

    comment: UnanalysedComment
    deep: bool  # it names what comes late in the post
    relevance: int | None  # cosine in thousandths
    analysed_with: str  # by which state of the post and which epoch
