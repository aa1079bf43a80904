"""Who may stand under the posts of a blog: whom matching has found, the pinned first, less whom somebody said no to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bridge.mentors.vetoes import Choices
from bridge.model import AuthorKey, MentorKey
from bridge.storage.blogs.blogs import Blog
from bridge.storage.core.database import Tx
from bridge.storage.matching import feedback, profiles, vetoes
from bridge.storage.matching.profiles import ListedMentor
from bridge.worker.outbound.pinned import pinned_first


def allowed_lists(tx: Tx, blog: Blog, names: Mapping[int, tuple[str, str]]) -> dict[int, list[ListedMentor]]:
    """The lists under the posts of a blog as they may stand there.

    Args:
        names: post → (remote id, author).
    """
    lists = pinned_first(tx, blog.id, profiles.list_post_lists_by_blog(tx, blog.id), names)
    choices = vetoes.get_choices(tx, blog.id, blog.showing)
    if choices == Choices():
        return lists
    pinned = feedback.list_pinned(tx, blog.id)
    keys = profiles.list_keys(tx, {line.mentor_id for lines in lists.values() for line in lines})
    return {
        post_id: _allowed(choices, names[post_id][0], lines, keys, pinned.get(names[post_id][1], ()))
        for post_id, lines in lists.items()
        if post_id in names
    }


def _allowed(
    choices: Choices,
    post: str,
    lines: Sequence[ListedMentor],
    keys: Mapping[int, MentorKey],
    pinned: Collection[AuthorKey],
) -> list[ListedMentor]:
    allowed = []
    for line in lines:
        key = keys.get(line.mentor_id)
        if key is not None and choices.is_approved(key.author, pinned=key.author in pinned):
            reason = choices.allowed_reason(post, key, line.reason)
            if reason is not None:
                allowed.append(ListedMentor(line.mentor_id, line.score, reason))
    return allowed
