"""On which blogs mentors are shown: in the lists under posts, and in front of these as pinned."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection, Select, and_, select, union

from bridge.storage.matching.feedback import PINNED
from bridge.storage.matching.tables import feedback, mentors, post_related, related

NAMES_PER_STATEMENT = 400  # names in one statement


def list_blogs_showing(tx: Connection, blog_id: str, authors: Iterable[str]) -> set[str]:
    """Blogs under whose posts some authors of a blog stand, or might stand as pinned."""
    names, showing = sorted(set(authors)), set()
    for start in range(0, len(names), NAMES_PER_STATEMENT):
        theirs = (mentors.c.blog_id == blog_id, mentors.c.author_id.in_(names[start : start + NAMES_PER_STATEMENT]))
        under_posts = select(post_related.c.blog_id).join(mentors, mentors.c.id == post_related.c.mentor_id)
        near = select(related.c.mentor_id).join(mentors, mentors.c.id == related.c.other_id).where(*theirs)
        showing |= set(tx.execute(union(under_posts.where(*theirs), _with_pins(near))).scalars())
    return showing


def list_blogs_with_pins(tx: Connection, mentor_ids: Collection[int]) -> set[str]:
    """Blogs of those among some mentors who have pinned anybody: what is said there of the pinned is read from the own
    lists of these mentors."""
    ids, with_pins = sorted(mentor_ids), set()
    for start in range(0, len(ids), NAMES_PER_STATEMENT):
        with_pins |= set(tx.execute(_with_pins(ids[start : start + NAMES_PER_STATEMENT])).scalars())
    return with_pins


def _with_pins(mentor_ids: Sequence[int] | Select[int]) -> Select[str]:
    whose = and_(feedback.c.blog_id == mentors.c.blog_id, feedback.c.author_id == mentors.c.author_id)
    pinning = select(mentors.c.blog_id).join(feedback, whose)
    return pinning.where(mentors.c.id.in_(mentor_ids), feedback.c.verdict == PINNED).distinct()
