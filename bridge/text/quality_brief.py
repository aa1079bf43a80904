"""The figures of a post in a few bytes: what weighs it beside ten thousand others without reading any of them.

Of what it shares with others only signs are kept (bands of its sketch): two posts that say the same have one in common,
and only of those the whole sketches are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from bridge.model import stable_id
from bridge.text.sketches import Hashes, lookup_shingles
from bridge.text.text_quality import TextQuality

BANDS = 8  # of a post; 0: none
THOUSANDTHS = 1000
UNKNOWN = 0xFFFF  # a share that could not be told
BRIEF = np.dtype(
    [
        ("characters", "<u4"),
        ("variety", "<u2"),
        ("joining", "<u2"),
        ("quoted", "<u2"),
        ("guest", "<u2"),
        ("paragraphs", "<i8"),  # equal where two posts have the same ones
        ("bands", "<i8", (BANDS,)),
    ]
)
Briefs = npt.NDArray[Any]  # of BRIEF
# Odd numbers that put the hashes of a text into other orders, so that each has another smallest.
ORDERS = np.array([(number * 0x9E3779B1 & 0xFFFFFFFF) | 1 for number in range(1, BANDS + 1)], np.uint64)


def brief_of(quality: TextQuality) -> bytes:
    """What is kept of the figures of one post."""
    brief = np.zeros(1, BRIEF)
    brief["characters"], brief["guest"] = min(quality.characters, 0xFFFFFFFF), quality.guest
    brief["quoted"] = round(quality.quoted * THOUSANDTHS)
    for name, share in (("variety", quality.variety), ("joining", quality.joining)):
        brief[name] = UNKNOWN if share is None else round(share * THOUSANDTHS)
    brief["paragraphs"] = stable_id("paragraphs", *map(str, (number for number, _ in quality.paragraphs)))
    bands = _bands(quality.sketch)
    brief["bands"][0, : len(bands)] = bands
    return brief.tobytes()


def _bands(sketch: Hashes) -> Sequence[int]:
    """As posts of others are looked up; of what is too short for that the smallest hash in some orders."""
    if bands := lookup_shingles(sketch):
        return bands
    if not len(sketch):
        return ()
    mixed = (sketch.astype(np.uint64)[:, None] * ORDERS) & np.uint64(0xFFFFFFFF)
    return [int(smallest) << 4 | place for place, smallest in enumerate(mixed.min(axis=0).tolist())]


def read_briefs(stored: Sequence[bytes]) -> Briefs:
    """Those of many posts, as columns."""
    return np.frombuffer(b"".join(stored), BRIEF)


def with_shared_bands(briefs: Briefs, groups: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which posts have a band in common with another one of their group, and so may say the same."""
    bands = briefs["bands"].astype(np.int64)
    present = bands != 0
    keys = np.stack([bands[present], np.broadcast_to(groups[:, None], bands.shape)[present]])
    order = np.lexsort(keys)
    ordered = keys[:, order]
    same = np.zeros(len(order), bool)
    if len(order) > 1:
        twins = (ordered[:, 1:] == ordered[:, :-1]).all(axis=0)
        same[1:] |= twins
        same[:-1] |= twins
    rows = np.broadcast_to(np.arange(len(briefs))[:, None], bands.shape)[present][order]
    shared = np.zeros(len(briefs), bool)
    shared[rows[same]] = True
    return shared
