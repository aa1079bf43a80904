"""How much each post of an author counts in their profile: all, in part, or not at all.

The same text again counts once: all that say it share its weight, and only the oldest answers needs. What an author
says again after another is that author's (`mentors.duplicates`). What lists words instead of saying something counts
for nothing, and so does what somebody else wrote as a guest. A short note counts by its length, a post that mostly
quotes for a quarter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from bridge.text.quality_brief import THOUSANDTHS, UNKNOWN, Briefs
from bridge.text.sketches import Hashes, estimate_jaccard
from bridge.text.text_quality import TextQuality

QUOTING_WEIGHT = 0.25


@dataclass(frozen=True, slots=True)
class PostStandards:
    """Thresholds; 0 is off."""

    full_characters: int = 300  # from so many on a post counts in full
    variety_percent: int = 20  # different words among 200; natural texts have more than 45
    joining_percent: int = 5  # words such as "and" and "the"; natural texts have more than 20
    quoting_percent: int = 50  # more quoted than that: mostly somebody else's words
    alike_percent: int = 80  # runs of five words that two posts share: the same text


DEFAULT_STANDARDS = PostStandards()


@dataclass(frozen=True, slots=True)
class JudgedPost:
    """One post, as it is judged; `substance` None: not measured, which counts in full."""

    id: int
    published_at: datetime
    language: str
    substance: TextQuality | None
    url: str = ""
    canonical: str = ""  # where it is at home by its own word, if not at `url`
    blog: str = ""
    heard_at: datetime | None = None  # since when the bridge has known its text; None: since it came out


@dataclass(frozen=True, slots=True)
class PostWeight:
    """`counts`: how much a post counts, in [0, 1]; `first`: nothing that is older says the same."""

    counts: float
    first: bool = True


FULL_WEIGHT = PostWeight(1.0)


def weigh_posts(
    posts: Iterable[JudgedPost], standards: PostStandards, copies: Collection[int] = ()
) -> dict[int, PostWeight]:
    """{post: its worth} of all posts of one author; the same in any order.

    `copies`: those of them that are another author's.
    """
    posts = list(posts)
    alone = {post.id: 0.0 if post.id in copies else standalone_weight(post, standards) for post in posts}
    return share_weights(alone, repeats_among([post for post in posts if alone[post.id]], standards), copies)


def share_weights(
    alone: Mapping[int, float], first_of: Mapping[int, int], copies: Collection[int] = ()
) -> dict[int, PostWeight]:
    """{post: its worth} by what each is alone, and of which older one it says the same."""
    sharing = Counter(first_of.values())
    weights = {}
    for number, counts in alone.items():
        shared = sharing[first_of.get(number, number)] if first_of else 0
        first = number not in first_of and number not in copies
        full = counts == 1.0 and first and not shared
        weights[number] = FULL_WEIGHT if full else PostWeight(round(counts / (1 + shared), 6), first)
    return weights


def repeats_among(posts: Iterable[JudgedPost], standards: PostStandards) -> dict[int, int]:
    """{post: the oldest that says the same} of those of some posts of an author that say what an older one says."""
    ordered = sorted(posts, key=lambda post: (post.published_at, post.id))
    first_of: dict[int, int] = {}
    for language in sorted({post.language for post in ordered}):
        of_language = [post for post in ordered if post.language == language]
        first_of |= _again(of_language, standards.alike_percent / 100)
    return first_of


def standalone_weight(post: JudgedPost, standards: PostStandards) -> float:
    """By what a post is, whatever else its author wrote, in [0, 1]."""
    figures = post.substance
    if figures is None:
        return 1.0
    return _weight_of_figures(
        figures.characters, figures.variety, figures.joining, figures.quoted, guest=figures.guest, standards=standards
    )


def standalone_weights(briefs: Briefs, standards: PostStandards) -> list[float]:
    """The same of many posts at once."""
    weights = np.ones(len(briefs))
    full = (briefs["guest"] == 0) & (briefs["characters"] >= standards.full_characters)
    for name, percent in (("variety", standards.variety_percent), ("joining", standards.joining_percent)):
        full &= (briefs[name] == UNKNOWN) | (briefs[name] > THOUSANDTHS // 100 * percent)
    if standards.quoting_percent:
        full &= briefs["quoted"] < THOUSANDTHS // 100 * standards.quoting_percent
    for place in np.flatnonzero(~full).tolist():  # few: what is short, or on the edge
        characters, variety, joining, quoted, guest, *_ = briefs[place].item()
        weights[place] = _weight_of_figures(
            characters,
            None if variety == UNKNOWN else variety / THOUSANDTHS,
            None if joining == UNKNOWN else joining / THOUSANDTHS,
            quoted / THOUSANDTHS,
            guest=bool(guest),
            standards=standards,
        )
    values: list[float] = weights.tolist()
    return values


def _weight_of_figures(
    characters: int,
    variety: float | None,
    joining: float | None,
    quoted: float,
    *,
    guest: bool,
    standards: PostStandards,
) -> float:
    if guest or _below(variety, standards.variety_percent) or _below(joining, standards.joining_percent):
        return 0.0
    worth = min(1.0, characters / standards.full_characters) if standards.full_characters else 1.0
    if standards.quoting_percent and quoted * 100 > standards.quoting_percent:
        worth *= QUOTING_WEIGHT
    return round(worth, 3)


def _below(figure: float | None, percent: int) -> bool:
    return figure is not None and figure * 100 < percent


def _again(posts: Sequence[JudgedPost], enough: float) -> dict[int, int]:
    """{post: the oldest that says the same} of posts that say what an older one says; `posts` by time."""
    repeats: dict[int, int] = {}
    if not enough:
        return repeats
    originals: list[tuple[int, Hashes]] = []
    holding: dict[int, list[int]] = {}  # hash → places in `originals`
    sketched = [
        (post, post.substance.sketch) for post in posts if post.substance is not None and len(post.substance.sketch)
    ]
    for (post, sketch), hashes in zip(sketched, _repeated([sketch for _, sketch in sketched]), strict=True):
        shared = Counter(place for number in hashes for place in holding.get(number, ()))
        near = sorted(place for place, count in shared.items() if 2 * count >= len(sketch))
        same = next(
            (originals[place][0] for place in near if estimate_jaccard(sketch, originals[place][1]) >= enough), None
        )
        if same is not None:
            repeats[post.id] = same
            continue
        for number in hashes:
            holding.setdefault(number, []).append(len(originals))
        originals.append((post.id, sketch))
    return repeats


def _repeated(sketches: Sequence[Hashes]) -> list[list[int]]:
    """Of each sketch the hashes that stand in another one too: by the others no two posts are alike."""
    if not sketches:
        return []
    hashes = np.concatenate(sketches)
    _, place, counts = np.unique(hashes, return_inverse=True, return_counts=True)
    repeated = counts[place] > 1
    ends = np.cumsum([len(sketch) for sketch in sketches])
    starts = [0, *ends[:-1].tolist()]
    return [hashes[start:end][repeated[start:end]].tolist() for start, end in zip(starts, ends.tolist(), strict=True)]
