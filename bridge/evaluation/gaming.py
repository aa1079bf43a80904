"""T10: how hard is it to write oneself to the top of somebody's list?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np

from bridge.evaluation.bank import EvaluationBank, build_bank
from bridge.evaluation.corpus import CorpusPost, ReportProgress, group_by_mentor
from bridge.evaluation.lists import random_pairs
from bridge.evaluation.report import OUR_METHOD, TaskOutcome, build_outcome
from bridge.mentors.anti_gaming import RULES_ON, AntiGamingRules
from bridge.mentors.related import related_mentors
from bridge.model import MentorKey, stable_id
from bridge.text.terms import TermCounts

ATTACK_PAIRS = 100
ATTACK_POSTS = 5  # natural ones that are stuffed
STUFFED_TERMS = 20  # terms of the target, put into each twice
ATTACK_PACES = {"all on one day": timedelta(0), "over 30 days": timedelta(days=7)}
MIN_AUTHOR_POSTS = 10


def attack(readings: Sequence[CorpusPost], seed: int, progress: ReportProgress) -> TaskOutcome:
    """Five of the attacker's own posts, with the target's twenty heaviest terms put in twice: who comes first then?"""
    groups = group_by_mentor(readings, MIN_AUTHOR_POSTS)
    chosen = random_pairs(list(groups), ATTACK_PAIRS, seed)
    if not chosen:
        return TaskOutcome("T10", "share", note="no two authors of a language write on two blogs")
    figures_by_method = {}
    languages = {}
    bank = build_bank(groups)
    bank.with_hubness()
    # Some attackers come first by what they write anyway: "no attack" says how many.
    for name, rules, stuff in (
        (OUR_METHOD, RULES_ON, STUFFED_TERMS),
        ("undefended", AntiGamingRules(), STUFFED_TERMS),
        ("no attack", RULES_ON, 0),
    ):
        for spread, gap in ATTACK_PACES.items():
            reached = {}
            for done, (attacker, target) in enumerate(chosen):
                progress(f"T10 {name}, {spread}", done, len(chosen))
                label = f"{attacker} → {target}"
                languages[label] = target.language
                reached[label] = float(_first(bank, groups, attacker, target, gap, rules, stuff))
            figures_by_method[f"{name}: {spread}"] = reached
    return build_outcome("T10", "share of attacks that reach the first place", figures_by_method, languages, seed)


def _first(
    bank: EvaluationBank,
    groups: dict[MentorKey, list[CorpusPost]],
    attacker: MentorKey,
    target: MentorKey,
    gap: timedelta,
    rules: AntiGamingRules,
    stuff: int,
) -> bool:
    """Weighed after each post as `refresh` does: what is held stays so, and whoever has not entered is not shown."""
    target_mentor = next(mentor for mentor in bank.mentors if mentor.id == target.id)
    old, natural = groups[attacker][:-ATTACK_POSTS], groups[attacker][-ATTACK_POSTS:]
    stuffed = [_stuffed(post, bank, target, old[-1], number * gap, stuff) for number, post in enumerate(natural)]
    held_at = None
    for count in range(
        1 if rules.move_percent else ATTACK_POSTS, ATTACK_POSTS + 1
    ):  # without that rule only the end matters
        now = stuffed[count - 1].published_at
        weighed = bank.weigh([*old, *stuffed[:count]], rules, now, held_at)
        held_at = weighed.held_at
    if weighed.profile is None or not weighed.entered:
        return False
    entered = bank.candidate(attacker, weighed.profile, [*old, *stuffed])
    entered = replace(entered, hubness=bank.hubness(entered))
    others = [
        mentor
        for mentor in bank.mentors
        if mentor.id not in (attacker.id, target.id) and mentor.blog_id != target.blog_id
    ]
    listed = related_mentors(
        target_mentor.vector,
        target_mentor.language,
        target_mentor.hubness,
        [*others, entered],
        floor=target_mentor.floor,
    )
    return bool(listed) and listed[0].id == attacker.id


def _stuffed(
    post: CorpusPost, bank: EvaluationBank, target: MentorKey, last: CorpusPost, after: timedelta, count: int
) -> CorpusPost:
    profile = bank.profiles[target]
    surfaces = dict(zip(profile.vector.ids.tolist(), profile.surfaces, strict=True))
    tf = dict(zip(post.counts.ids.tolist(), post.counts.tf.tolist(), strict=True))
    words = dict(zip(post.counts.ids.tolist(), post.counts.surfaces, strict=True))
    for term in profile.vector.heaviest(count).ids.tolist():
        tf[term] = tf.get(term, 0) + 2
        words.setdefault(term, surfaces[term])
    ids = sorted(tf)
    counts = TermCounts(
        np.array(ids, np.int64),
        np.array([tf[term] for term in ids], np.int64),
        tuple(words[term] for term in ids),
        post.counts.words + 2 * count,
    )
    at = last.published_at + timedelta(days=1) + after
    return CorpusPost(stable_id("stuffed", post.id), post.key, at, counts, frozenset())
