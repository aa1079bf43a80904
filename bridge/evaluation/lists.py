"""T3, T9, T10: are the lists of related mentors right, fair, explained by what made them, and hard to game?"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from bridge.evaluation import baselines, figures
from bridge.evaluation.bank import EvaluationBank, build_bank
from bridge.evaluation.corpus import CorpusPost, ReportProgress, group_by_mentor
from bridge.evaluation.report import OUR_METHOD, FiguresByMethod, TaskOutcome, build_outcome, mentor_name
from bridge.mentors.explain import MAX_STORED_TERMS, NamedPostIndex, explain
from bridge.mentors.related import Candidate, closeness, related_mentors, similarity
from bridge.model import MentorKey

PSEUDO_MENTOR_POSTS = 15  # consecutive posts of one author make a pseudo-mentor
LIST_LENGTH = 10
FIRST_TERMS_METHOD = f"{OUR_METHOD}: the first five terms alone"
PRECISION_AT = 3
FIRST_TERMS = 5  # of the terms that are shown


def pseudo_mentors(readings: Sequence[CorpusPost]) -> dict[MentorKey, list[CorpusPost]]:
    """Authors cut into parts of fifteen posts, each standing for a mentor on a blog of their own."""
    groups = {}
    for key, posts in group_by_mentor(readings, 2 * PSEUDO_MENTOR_POSTS).items():
        for part in range(len(posts) // PSEUDO_MENTOR_POSTS):
            name = MentorKey(f"{key.blog_id}#{part}", key.author_id, key.language)
            groups[name] = posts[part * PSEUDO_MENTOR_POSTS : (part + 1) * PSEUDO_MENTOR_POSTS]
    return groups


def evaluate_lists(readings: Sequence[CorpusPost], seed: int, told: ReportProgress) -> TaskOutcome:
    """T3: the other parts of the same author come first, and nobody is shown to everybody or to nobody."""
    groups = pseudo_mentors(readings)
    if len(groups) < 2 * LIST_LENGTH:
        return TaskOutcome(
            "T3", "P@3", note=f"needs {2 * LIST_LENGTH} parts of {PSEUDO_MENTOR_POSTS} posts; there are {len(groups)}"
        )
    bank = build_bank(groups)
    bank.with_hubness()
    keys = {one.id: MentorKey(one.blog_id, one.author_id, one.language) for one in bank.mentors}
    centroid = baselines.Centroid(groups, bank.frequencies)
    shown: dict[str, dict[MentorKey, list[MentorKey]]] = {OUR_METHOD: {}, "centroid": {}, "chance": {}}
    for done, one in enumerate(bank.mentors):
        told("T3", done, len(bank.mentors))
        key = keys[one.id]
        others = [other for other in bank.mentors if other.id != one.id]
        listed = related_mentors(one.vector, one.language, one.hubness, others, LIST_LENGTH, one.crossing)
        shown[OUR_METHOD][key] = [keys[match.id] for match in listed]
        rest = [other for other in groups if other != key]
        shown["centroid"][key] = sorted(rest, key=lambda other: (-centroid.likeness(key, other), other.id))[
            :LIST_LENGTH
        ]
        shown["chance"][key] = baselines.random_order(rest, seed ^ key.id)[:LIST_LENGTH]
    found: FiguresByMethod = {}
    extra = {}
    for method, lists in shown.items():
        found[method] = {mentor_name(key): _precision(key, listed, groups) for key, listed in lists.items()}
        seen = dict.fromkeys(groups, 0)
        for names in lists.values():
            for other in names:
                seen[other] += 1
        extra[f"{method}: Gini of who is shown"] = figures.gini(list(seen.values()))
        extra[f"{method}: never shown"] = sum(not count for count in seen.values()) / len(seen)
    languages = {mentor_name(key): key.language for key in groups}
    return build_outcome("T3", "P@3, a part of an author → the other parts", found, languages, seed, extra=extra)


def _author(key: MentorKey) -> tuple[str, str, str]:
    return key.blog_id.rsplit("#", 1)[0], key.author_id, key.language


def _precision(key: MentorKey, listed: Sequence[MentorKey], everybody: Iterable[MentorKey]) -> float:
    """P@3; of an author with fewer than three other parts, as many places as there are."""
    places = min(PRECISION_AT, sum(_author(other) == _author(key) for other in everybody) - 1)
    return sum(_author(other) == _author(key) for other in listed[:places]) / places


def evaluate_faithfulness(readings: Sequence[CorpusPost], seed: int, told: ReportProgress) -> TaskOutcome:
    """T9: without the terms that are shown, the first of a list falls behind the second.

    Likeness here is the sum of hundreds of small shares, so that the five heaviest terms tell less of it than the ten
    that a reader sees; both are counted.
    """
    groups = group_by_mentor(readings, 10)
    bank = build_bank(groups)
    bank.with_hubness()
    by_id = {one.id: one for one in bank.mentors}
    found: FiguresByMethod = {OUR_METHOD: {}, FIRST_TERMS_METHOD: {}}
    for done, one in enumerate(bank.mentors):
        told("T9", done, len(bank.mentors))
        others = [other for other in bank.mentors if other.blog_id != one.blog_id]
        listed = related_mentors(one.vector, one.language, one.hubness, others)
        if len(listed) > 1:
            first = by_id[listed[0].id]
            for method, count in ((OUR_METHOD, MAX_STORED_TERMS), (FIRST_TERMS_METHOD, FIRST_TERMS)):
                found[method][mentor_name(_key(one))] = float(_falls(bank, one, first, listed[1].score, count))
    if not found[OUR_METHOD]:
        return TaskOutcome("T9", "share", note="no list has two mentors")
    languages = {mentor_name(key): key.language for key in groups}
    return build_outcome("T9", "share of lists where the shown terms carry the first place", found, languages, seed)


def _key(one: Candidate) -> MentorKey:
    return MentorKey(one.blog_id, one.author_id, one.language)


def _falls(bank: EvaluationBank, one: Candidate, first: Candidate, next_score: int, count: int) -> bool:
    profile = bank.profiles[_key(first)]
    reason = explain(one.vector, profile, bank.frequencies[first.language], NamedPostIndex(()))
    if reason is None:
        return False
    words = {word for word, _ in reason.terms[:count]}
    terms = [
        term for term, surface in zip(profile.vector.ids.tolist(), profile.surfaces, strict=True) if surface in words
    ]
    without = replace(first, vector=first.vector.without(np.array(terms, np.int64)))
    left = similarity(one.vector, one.language, without)
    return not left or closeness(left, one.hubness, first.hubness) < next_score


def random_pairs(keys: Sequence[MentorKey], count: int, seed: int) -> list[tuple[MentorKey, MentorKey]]:
    """Random pairs (attacker, target) of one language, never of one blog."""
    possible = [
        (one, other)
        for one in keys
        for other in keys
        if one.blog_id != other.blog_id and one.language == other.language
    ]
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    return dice.sample(possible, min(count, len(possible)))
