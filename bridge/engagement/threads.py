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
        """When anything was said here last."""
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
        """Of one post, in any order."""
        told = list(comments)
        last = max((c.at for c in told), default=BEGINNING_OF_TIME)
        return cls(
            told, _threads(sorted((c for c in told if c.excluded in CONVERSING_EXCLUSIONS), key=time_order)), last
        )

    def until(self, end: datetime) -> Conversation:
        """As it stood at a moment."""
        return self if self.last < end else Conversation.of(c for c in self.comments if c.at < end)


def _threads(said: Sequence[CommentFacts]) -> list[Thread]:
    if not any(comment.parent for comment in said):
        # Many blogs have no answers to a comment: there the whole conversation is one line, and what follows is next.
        lines = zip(said, [*said[1:], None], strict=True) if said else ()
        return [
            Thread(root, (root,), 1, {root.id: after.at} if after is not None and after.by_author else NO_ANSWERS)
            for root, after in lines
        ]
    known = {c.id: c for c in said}
    placed: dict[str, tuple[str, int]] = {}  # comment → root, level
    for comment in said:
        chain: dict[str, None] = {}  # upwards, until what is placed, gone, or (in a ring, which no blog makes) met
        name = comment.id
        while name in known and name not in placed and name not in chain:
            chain[name] = None
            name = known[name].parent
        for name in reversed(chain):
            root, level = placed.get(known[name].parent, (name, 0))
            placed[name] = root, level + 1
    members: dict[str, list[CommentFacts]] = {}
    for comment in said:
        members.setdefault(placed[comment.id][0], []).append(comment)
    return [
        Thread(
            known[name],
            [known[name], *(c for c in group if c.id != name)],
            max(placed[c.id][1] for c in group),
            _answers(group),
        )
        for name, group in members.items()
    ]


def _answers(said: Sequence[CommentFacts]) -> dict[str, datetime]:
    """Whom the post's author answered, and when first: directly below, or as the next in the thread.

    Under a post where nobody answers to a comment, the next that is said there is the next in the thread.
    """
    found: dict[str, datetime] = {}
    before: dict[str, None] = {}
    for comment in said:
        if comment.by_author:
            if comment.parent in before:
                found.setdefault(comment.parent, comment.at)
            if before:
                found.setdefault(next(reversed(before)), comment.at)
        before[comment.id] = None
    return found


def reactions(talk: Conversation) -> dict[str, tuple[bool, int]]:
    """Of one post: for each comment whether its author answered it, and how many others replied to it directly."""
    found: dict[str, tuple[bool, int]] = {}
    for thread in talk.threads:
        if not thread.replied:
            found[thread.root.id] = thread.root.id in thread.answers, 0
            continue
        people = {c.id: c.person for c in thread.said}
        replies: dict[str, int] = {}
        for comment in thread.said:
            above = people.get(comment.parent)
            if above is not None and not (above and above == comment.person):
                replies[comment.parent] = replies.get(comment.parent, 0) + 1
        for comment in thread.said:
            found[comment.id] = comment.id in thread.answers, replies.get(comment.id, 0)
    return found
