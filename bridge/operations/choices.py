"""Who stands on the pages of a blog: a no and a yes, as its people or a mentor say it, and what follows.

What is shown follows with the next push, whoever said it; that somebody else may have the place, a moment later, when
the lists are made anew.
"""

from __future__ import annotations

from datetime import datetime

from bridge.errors import NotFound
from bridge.mentors.corrections import folded_word
from bridge.mentors.vetoes import MAX_VETOES, Side, Veto
from bridge.model import AuthorKey, ShowingMode
from bridge.operations import due
from bridge.storage.blogs import blogs
from bridge.storage.content import posts
from bridge.storage.core.database import Tx
from bridge.storage.matching import profiles, vetoes


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


def word_veto(said_by: Side, text: str, mentor: AuthorKey | None = None) -> Veto:
    """A veto over a word as somebody wrote it.

    Raises:
        NotFound: it is no word.
    """
    word = folded_word(text)
    if not word:
        raise NotFound("no word")
    return Veto(said_by, mentor.blog_id if mentor else "", mentor.author_id if mentor else "", word=word)


def _follow(tx: Tx, blog_id: str, veto: Veto, now: datetime) -> None:
    if not veto.is_general:  # nobody else comes into question by that
        due.choices_made(tx, blog_id, (), now)
        return
    posts.mark_blog_unlisted(tx, blog_id)
    due.choices_made(tx, blog_id, {row.key.author for row in profiles.list_by_blog(tx, blog_id)}, now)
