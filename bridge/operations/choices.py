"""Who stands on the pages of a blog: a no and a yes, as its people or a mentor say it, and what follows.

What is shown follows with the next push, whoever said it; that somebody else may have the place, a moment later, when
the lists are made anew.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from bridge.errors import NotFound
from bridge.mentors.vetoes import MAX_VETOES, Side, Veto
from bridge.model import AuthorKey, ShowingMode
from bridge.operations import due
from bridge.storage.blogs import blogs
from bridge.storage.content import authors, posts
from bridge.storage.core.database import Tx
from bridge.storage.matching import profiles, vetoes


class Decision(StrEnum):
    """What somebody of a blog may say of a mentor, a blog or a word."""

    APPROVE = "approve"
    FORGET = "forget"  # the yes: they are to be asked again
    REFUSE = "refuse"
    ALLOW = "allow"  # what was refused


def decide(tx: Tx, blog_id: str, decision: str, about: Veto, now: datetime) -> None:
    """A decision of a blog, about what a veto would name.

    Raises:
        NotFound: there is no such decision, or nobody whom it could be about.
    """
    if decision not in [*Decision]:
        raise NotFound("no such decision")
    act = Decision(decision)
    if act in (Decision.APPROVE, Decision.REFUSE) and not _is_there(tx, blog_id, about):
        raise NotFound("no such mentor, post or word")
    if act is Decision.APPROVE:
        approve(tx, blog_id, about.mentor, now)
    elif act is Decision.FORGET:
        forget_approval(tx, blog_id, about.mentor, now)
    elif act is Decision.REFUSE:
        say_no(tx, blog_id, about, now)
    else:
        take_no_back(tx, blog_id, about, now)


def _is_there(tx: Tx, blog_id: str, about: Veto) -> bool:
    """Whether what a veto names is there to be decided about."""
    if about.word:
        return not (about.other_blog or about.other_author or about.post_id)
    if about.other_author:
        known_author = authors.find(tx, about.other_blog, about.other_author) is not None
        return known_author and about.other_blog != blog_id
    return about.other_blog != blog_id and not about.post_id and blogs.find(tx, about.other_blog) is not None


def choose_mode(tx: Tx, blog_id: str, mode: ShowingMode, now: datetime) -> None:
    """A blog chooses which of the related mentors it shows."""
    blogs.record_showing(tx, blog_id, mode)
    due.choices_made(tx, blog_id, (), now)


def say_no(tx: Tx, blog_id: str, veto: Veto, now: datetime) -> bool:
    """Something shall not stand on the pages of a blog. False: there are too many vetoes, or it names nothing."""
    mine = (
        vetoes.count_by_mentor(tx, veto.mentor)
        if veto.said_by is Side.MENTOR
        else len(vetoes.list_by_blog(tx, blog_id, Side.BLOG))
    )
    if mine >= MAX_VETOES or not (veto.other_blog or veto.word):
        return False
    vetoes.upsert(tx, blog_id, veto, now)
    if veto.said_by is Side.BLOG and veto.is_general and veto.other_author:
        vetoes.delete_approval(tx, blog_id, veto.mentor)
    _follow(tx, blog_id, veto, now)
    return True


def take_no_back(tx: Tx, blog_id: str, veto: Veto, now: datetime) -> bool:
    """A veto holds no longer; False: there was none."""
    if not vetoes.delete_one(tx, blog_id, veto):
        return False
    _follow(tx, blog_id, veto, now)
    return True


def approve(tx: Tx, blog_id: str, mentor: AuthorKey, now: datetime) -> None:
    """A blog says yes to a mentor, whatever it said before."""
    vetoes.record_approval(tx, blog_id, mentor, now)
    refused = Veto(Side.BLOG, mentor.blog_id, mentor.author_id)
    if not take_no_back(tx, blog_id, refused, now):
        due.choices_made(tx, blog_id, (), now)


def forget_approval(tx: Tx, blog_id: str, mentor: AuthorKey, now: datetime) -> None:
    """A blog takes its yes back: where it asks first, the mentor waits for a decision again."""
    vetoes.delete_approval(tx, blog_id, mentor)
    due.choices_made(tx, blog_id, (), now)


def _follow(tx: Tx, blog_id: str, veto: Veto, now: datetime) -> None:
    if not veto.is_general:  # nobody else comes into question by that
        due.choices_made(tx, blog_id, (), now)
        return
    posts.mark_blog_unlisted(tx, blog_id)
    due.choices_made(tx, blog_id, {row.key.author for row in profiles.list_by_blog(tx, blog_id)}, now)
