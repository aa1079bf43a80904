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
        twin
        for twin in others
        if twin.substance is not None
        and estimate_jaccard(sketch, twin.substance.sketch) >= enough
        and standalone_weight(twin, standards)
    ]
    if not same:
        return None
    addresses = {_place(copy.url) for copy in (post, *same)}
    staying = [copy for copy in (post, *same) if _place(copy.canonical) not in addresses - {_place(copy.url)}] or [
        post,
        *same,
    ]
    gives_away = all(copy is not post for copy in staying)
    before = [copy for copy in staying if copy is not post and (gives_away or _is_before(copy, post))]
    return min(before, key=lambda copy: (_since(copy), copy.id), default=None)


def _is_before(post: JudgedPost, twin: JudgedPost) -> bool:
    """Whether one was there before another one that says the same; of two at most one was, and in no circle."""
    if post.blog == twin.blog:
        return (_since(post), post.id) < (_since(twin), twin.id)
    return _heard(post) < _since(twin)


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
