"""Which of an author's posts are at home elsewhere: on another blog, or under another name on the same.

A text that is published twice counts once, where it is at home: where its canonical address says, else where it came
out first. So nobody is related to somebody for having copied them, and no text speaks for two.

A date is a blog's own word, and so is an address; the latter can only give weight away.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from bridge.mentors.worth import Judged, Standards, worth_alone
from bridge.text.sketches import alike


def original_of(post: Judged, others: Sequence[Judged], standards: Standards) -> Judged | None:
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
        other for other in others
        if other.substance is not None and alike(sketch, other.substance.sketch) >= enough
        and worth_alone(other, standards)
    ]  # fmt: skip
    if not same:
        return None
    known = {_place(one.url) for one in (post, *same)}

    def rank(one: Judged) -> tuple[object, ...]:
        elsewhere = _place(one.canonical) in known - {_place(one.url)}
        return elsewhere, one.published_at, one.id

    first = min((post, *same), key=rank)
    return None if first is post else first


def _place(url: str) -> str:
    """An address, without what is written in several ways; "" for none."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    host = parts.netloc.lower().removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}?{parts.query}" if host else ""
