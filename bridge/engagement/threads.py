"""Conversations under a post: their threads, and who was answered when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from bridge.engagement.facts import BEGINNING_OF_TIME, CommentFacts, time_order

NO_ANSWERS: Mapping[str, datetime] = {}
CONVERSING_EXCLUSIONS = ("", "author", "staff")


class Thread(NamedTuple):
    """A comment at the top (or whose parent is gone) and all below it, in order of time."""

    root: CommentFacts
    said: Sequence[CommentFacts]  # the root first
    depth: int  # levels, 1 for a comment that nobody answered
    answers: Mapping[str, datetime]  # comment → when the post's author first answered it

    @property
    def replied(self) -> bool:
        """Whether anybody answered."""
        return len(self.said) > 1

    @property
    def last(self) -> datetime:
        """When the last comment of the thread was written."""
        return max(self.root.at, self.said[-1].at)

    @property
    def back_and_forth(self) -> bool:
        """The post's author, then a reader, then the author again."""
        turn = 0
        for comment in self.said:
            if comment.by_author if turn % 2 == 0 else comment.counts:
                turn += 1
        return turn >= 3


@dataclass(frozen=True, slots=True)
class Conversation:
    """The conversation under one post: all its comments, and the threads of those that take part in it.

    Echoes, repetitions and what is held out as spam are no part of a conversation.
    """

    comments: Sequence[CommentFacts]
    threads: Sequence[Thread]
    last: datetime  # when anything was said last

    @classmethod
    def of(cls, comments: Iterable[CommentFacts]) -> Conversation:
        """The conversation under one post, from its comments in any order."""
        everything = list(comments)
        last = max((c.at for c in everything), default=BEGINNING_OF_TIME)
        return cls(
            everything,
            _threads(sorted((c for c in everything if c.excluded in CONVERSING_EXCLUSIONS), key=time_order)),
            last,
        )

    def until(self, end: datetime) -> Conversation:
        """The conversation as it stood at a moment."""
        return self if self.last < end else Conversation.of(c for c in self.comments if c.at < end)


def _threads(comments: Sequence[CommentFacts]) -> list[Thread]:
    if not any(comment.parent for comment in comments):
        # Many blogs have no answers to a comment: there the whole conversation is one line, and what follows is next.
        lines = zip(comments, [*comments[1:], None], strict=True) if comments else ()
        return [
            Thread(root, (root,), 1, {root.id: after.at} if after is not None and after.by_author else NO_ANSWERS)
            for root, after in lines
        ]
    by_id = {c.id: c for c in comments}
    placed: dict[str, tuple[str, int]] = {}  # comment → root, level
    for comment in comments:
        chain: dict[str, None] = {}  # upwards, until what is placed, gone, or (in a ring, which no blog makes) met
        name = comment.id
        while name in by_id and name not in placed and name not in chain:
            chain[name] = None
            name = by_id[name].parent
        for name in reversed(chain):
            root, level = placed.get(by_id[name].parent, (name, 0))
            placed[name] = root, level + 1
    members: dict[str, list[CommentFacts]] = {}
    for comment in comments:
        members.setdefault(placed[comment.id][0], []).append(comment)
    return [
        Thread(
            by_id[name],
            [by_id[name], *(c for c in group if c.id != name)],
            max(placed[c.id][1] for c in group),
            _answers(group),
        )
        for name, group in members.items()
    ]


def _answers(comments: Sequence[CommentFacts]) -> dict[str, datetime]:
    """Whom the post's author answered, and when first: directly below, or as the next in the thread.

    Under a post where nobody answers to a comment, the next that is said there is the next in the thread.
    """
    answers: dict[str, datetime] = {}
    before: dict[str, None] = {}
    for comment in comments:
        if comment.by_author:
            if comment.parent in before:
                answers.setdefault(comment.parent, comment.at)
            if before:
                answers.setdefault(next(reversed(before)), comment.at)
        before[comment.id] = None
    return answers


def reactions(talk: Conversation) -> dict[str, tuple[bool, int]]:
    """For each comment of one post whether its author answered it, and how many others replied to it directly."""
    reactions_by_id: dict[str, tuple[bool, int]] = {}
    for thread in talk.threads:
        if not thread.replied:
            reactions_by_id[thread.root.id] = thread.root.id in thread.answers, 0
            continue
        people = {c.id: c.person for c in thread.said}
        replies: dict[str, int] = {}
        for comment in thread.said:
            above = people.get(comment.parent)
            if above is not None and not (above and above == comment.person):
                replies[comment.parent] = replies.get(comment.parent, 0) + 1
        for comment in thread.said:
            reactions_by_id[comment.id] = comment.id in thread.answers, replies.get(comment.id, 0)
    return reactions_by_id
