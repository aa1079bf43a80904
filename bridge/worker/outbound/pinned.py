"""Pinned mentors stand first under every post of whoever pinned them, as long as they are related at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bridge.mentors.related import POST_LIST_LENGTH
from bridge.model import AuthorKey
from bridge.storage.core.database import Tx
from bridge.storage.matching import profiles
from bridge.storage.matching.profiles import ListedMentor

Pins = Mapping[str, Sequence[ListedMentor]]  # by who pinned them


def pinned_by_authors(tx: Tx, blog_id: str, pinned: Mapping[str, list[AuthorKey]]) -> Pins:
    """What is said of whom the authors of a blog have pinned, as long as they are related at all."""
    return {author: _lines(tx, AuthorKey(blog_id, author), keys) for author, keys in pinned.items()}


def pinned_first(
    pins: Pins, lists: Mapping[int, Sequence[ListedMentor]], names: Mapping[int, tuple[str, str]]
) -> dict[int, Sequence[ListedMentor]]:
    """Lists under posts with each author's pinned mentors in front.

    Where a pinned mentor is not near to the post itself, what both authors share is said instead.

    Args:
        lists: by post.
        names: post → (remote id, author).
    """
    if not pins:
        return dict(lists)
    pinned: dict[int, Sequence[ListedMentor]] = {}
    for post, (_, author) in names.items():
        listed, first = lists.get(post, []), pins.get(author, [])
        near = {line.mentor_id: line for line in listed}
        ids = {line.mentor_id for line in first}
        chosen = [
            *(near.get(line.mentor_id, line) for line in first),
            *(line for line in listed if line.mentor_id not in ids),
        ]
        if chosen:
            pinned[post] = chosen[: max(POST_LIST_LENGTH, len(listed))]
    return pinned


def _lines(tx: Tx, author: AuthorKey, pinned: list[AuthorKey]) -> list[ListedMentor]:
    """Of each pinned mentor the best line in the author's own lists, in the order in which they were pinned."""
    rows = profiles.list_by_blog(tx, author.blog_id, author.author_id)
    lines = [line for row in rows if row.listed for line in profiles.list_related(tx, row.key.id)]
    keys = profiles.list_keys(tx, [line.mentor_id for line in lines])
    best: dict[AuthorKey, ListedMentor] = {}
    for line in sorted(lines, key=lambda line: (-line.score, line.mentor_id)):
        if line.mentor_id in keys:
            best.setdefault(keys[line.mentor_id].author, line)
    return [best[key] for key in pinned if key in best]
