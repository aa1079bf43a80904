"""Which of an author's posts are at home elsewhere: on another blog, or under another name on the same.

A text that is published twice counts where it is at home: where its canonical address says, else where it was first.
Within a blog that is where it came out first. Between blogs only what a post says of itself counts against it: it is a
copy if by its own date it came out after the bridge had heard the same from another blog. What another blog says of its
own dates takes nothing from it; where that leaves it open who was first, each counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from bridge.mentors.post_weight import JudgedPost, PostStandards, standalone_weight
from bridge.text.sketches import estimate_jaccard


def original_of(post: JudgedPost, others: Sequence[JudgedPost], standards: PostStandards) -> JudgedPost | None:
    """The post that counts in the place of this one; None: this one is at home where it is.

    Args:
        post: as it is stored.
        others: posts of other authors that may say the same. Those that count for nothing themselves, such as a guest's
            on the host's blog, are nobody's home.
    """
    enough = standards.alike_percent / 100
    if not enough or post.substance is None:
        return None
    sketch = post.substance.sketch
    same = [
        other
        for other in others
        if other.substance is not None
        and estimate_jaccard(sketch, other.substance.sketch) >= enough
        and standalone_weight(other, standards)
    ]
    if not same:
        return None
    known = {_place(one.url) for one in (post, *same)}
    staying = [one for one in (post, *same) if _place(one.canonical) not in known - {_place(one.url)}] or [post, *same]
    gives_away = all(one is not post for one in staying)
    before = [one for one in staying if one is not post and (gives_away or _is_before(one, post))]
    return min(before, key=lambda one: (_since(one), one.id), default=None)


def _is_before(one: JudgedPost, other: JudgedPost) -> bool:
    """Whether one was there before another one that says the same; of two at most one was, and in no circle."""
    if one.blog == other.blog:
        return (_since(one), one.id) < (_since(other), other.id)
    return _heard(one) < _since(other)


def _heard(post: JudgedPost) -> datetime:
    return post.heard_at or post.published_at


def _since(post: JudgedPost) -> datetime:
    """Since when it has been there, by its own word, but no later than the bridge saw it."""
    return min(post.published_at, _heard(post))


def _place(url: str) -> str:
    """An address, without what is written in several ways; "" for none."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    host = parts.netloc.lower().removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}?{parts.query}" if host else ""
