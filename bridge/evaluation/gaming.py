"""T10: how hard is it to write oneself to the top of somebody's list?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np

from bridge.evaluation.bank import Bank, build
from bridge.evaluation.corpus import Reading, Told, by_mentor
from bridge.evaluation.lists import pairs
from bridge.evaluation.report import OURS, Outcome, outcome
from bridge.mentors.related import related_mentors
from bridge.mentors.trust import ON, Rules
from bridge.model import MentorKey, stable_id
from bridge.text.terms import TermCounts

PAIRS = 100
POSTS = 5  # natural ones that are stuffed
STUFFED = 20  # terms of the target, put into each twice
OVER = {"all on one day": timedelta(0), "over 30 days": timedelta(days=7)}
FEWEST = 10


def attack(readings: Sequence[Reading], seed: int, told: Told) -> Outcome:
    """Five of the attacker's own posts, with the target's twenty heaviest terms put in twice: who comes first then?"""
    groups = by_mentor(readings, FEWEST)
    chosen = pairs(list(groups), PAIRS, seed)
    if not chosen:
        return Outcome("T10", "share", note="no two authors of a language write on two blogs")
    found = {}
    languages = {}
    bank = build(groups)
    bank.with_hubness()
    # Some attackers come first by what they write anyway: "no attack" says how many.
    for name, rules, stuff in ((OURS, ON, STUFFED), ("undefended", Rules(), STUFFED), ("no attack", ON, 0)):
        for spread, gap in OVER.items():
            reached = {}
            for done, (attacker, target) in enumerate(chosen):
                told(f"T10 {name}, {spread}", done, len(chosen))
                label = f"{attacker} → {target}"
                languages[label] = target.language
                reached[label] = float(_first(bank, groups, attacker, target, gap, rules, stuff))
            found[f"{name}: {spread}"] = reached
    return outcome("T10", "share of attacks that reach the first place", found, languages, seed)


def _first(
    bank: Bank, groups: dict[MentorKey, list[Reading]], attacker: MentorKey, target: MentorKey, gap: timedelta,
    rules: Rules, stuff: int,
) -> bool:  # fmt: skip
    """Weighed after each post as `refresh` does: what is held stays so, and whoever has not entered is not shown."""
    own = next(one for one in bank.mentors if one.id == target.id)
    old, natural = groups[attacker][:-POSTS], groups[attacker][-POSTS:]
    stuffed = [_stuffed(post, bank, target, old[-1], number * gap, stuff) for number, post in enumerate(natural)]
    held_at = None
    for count in range(1 if rules.move_percent else POSTS, POSTS + 1):  # without that rule only the end matters
        now = stuffed[count - 1].published_at
        weighed = bank.weigh([*old, *stuffed[:count]], rules, now, held_at)
        held_at = weighed.held_at
    if weighed.profile is None or not weighed.entered:
        return False
    entered = bank.candidate(attacker, weighed.profile, [*old, *stuffed])
    entered = replace(entered, hubness=bank.hubness(entered))
    others = [one for one in bank.mentors if one.id not in (attacker.id, target.id) and one.blog_id != target.blog_id]
    listed = related_mentors(own.vector, own.language, own.hubness, [*others, entered])
    return bool(listed) and listed[0].id == attacker.id


def _stuffed(post: Reading, bank: Bank, target: MentorKey, last: Reading, after: timedelta, count: int) -> Reading:
    profile = bank.profiles[target]
    surfaces = dict(zip(profile.vector.ids.tolist(), profile.surfaces, strict=True))
    tf = dict(zip(post.counts.ids.tolist(), post.counts.tf.tolist(), strict=True))
    words = dict(zip(post.counts.ids.tolist(), post.counts.surfaces, strict=True))
    for term in profile.vector.heaviest(count).ids.tolist():
        tf[term] = tf.get(term, 0) + 2
        words.setdefault(term, surfaces[term])
    ids = sorted(tf)
    counts = TermCounts(
        np.array(ids, np.int64), np.array([tf[term] for term in ids], np.int64), tuple(words[term] for term in ids),
        post.counts.words + 2 * count,
    )  # fmt: skip
    at = last.published_at + timedelta(days=1) + after
    return Reading(stable_id("stuffed", post.id), post.key, at, counts, frozenset())
