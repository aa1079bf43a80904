"""T3, T9, T10: are the lists of related mentors right, fair, explained by what made them, and hard to game?"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from bridge.evaluation import baselines, figures
from bridge.evaluation.bank import EvaluationBank, build_bank
from bridge.evaluation.corpus import CorpusPost, ReportProgress, group_by_mentor
from bridge.evaluation.report import OUR_METHOD, FiguresByMethod, TaskOutcome, build_outcome, mentor_name
from bridge.mentors.explain import MAX_STORED_TERMS, NamedPostIndex, explain
from bridge.mentors.related import closeness, related_mentors
from bridge.mentors.similarity import Candidate, similarity
from bridge.model import MentorKey

HALF_POSTS = 6  # posts that make a half of an author, spread over all of their years
BANK_SIZES = (20, 60)  # halves in a bank, beside all of them
LIST_LENGTH = 10
FEW_LINES = 3  # a list with fewer leaves its author alone
FIRST_TERMS_METHOD = f"{OUR_METHOD}: the first five terms alone"
FIRST_TERMS = 5  # of the terms that are shown
NAMED_TOPICS_METHOD = f"{OUR_METHOD}: the topics of the sentence alone"
Lists = dict[MentorKey, list[MentorKey]]


def author_halves(readings: Sequence[CorpusPost]) -> dict[MentorKey, list[CorpusPost]]:
    """Of each author with twelve posts two halves of six, each on a blog of its own.

    The posts are spread over all the years of the author and go to the halves by turns. So time passes within a half,
    as it does in a bank; of consecutive posts it would not.
    """
    halves = {}
    counting = [reading for reading in readings if reading.worth]
    for key, posts in group_by_mentor(counting, 2 * HALF_POSTS).items():
        spread = [posts[round(n * (len(posts) - 1) / (2 * HALF_POSTS - 1))] for n in range(2 * HALF_POSTS)]
        for half in range(2):
            halves[MentorKey(f"{key.blog_id}#{half}", key.author_id, key.language)] = spread[half::2]
    return halves


def evaluate_lists(readings: Sequence[CorpusPost], seed: int, progress: ReportProgress) -> TaskOutcome:
    """T3: the other half of an author comes first, nobody is left alone, and nobody is shown to all or to none."""
    halves = author_halves(readings)
    if len(halves) < 2 * LIST_LENGTH:
        return TaskOutcome(
            "T3", "hit@1", note=f"needs {LIST_LENGTH} authors with {2 * HALF_POSTS} posts; there are {len(halves) // 2}"
        )
    lists = {
        OUR_METHOD: _our_lists(halves, progress),
        "centroid": _centroid_lists(halves),
        "chance": {
            key: baselines.random_order([half for half in halves if half != key], seed ^ key.id)[:LIST_LENGTH]
            for key in halves
        },
    }
    figures_by_method = {
        method: {mentor_name(key): float(_author(key) in map(_author, listed[:1])) for key, listed in each.items()}
        for method, each in lists.items()
    }
    extra = {f"{method}: {what}": value for method, each in lists.items() for what, value in _coverage(each).items()}
    for size in BANK_SIZES:
        if size < len(halves):
            some = _our_lists(_draw(halves, size, seed), progress)
            hits = figures.mean(_author(key) in map(_author, listed[:1]) for key, listed in some.items())
            extra |= {f"{OUR_METHOD}, {size} halves: {what}": value for what, value in _coverage(some).items()}
            extra[f"{OUR_METHOD}, {size} halves: hit@1"] = hits
    languages = {mentor_name(key): key.language for key in halves}
    return build_outcome(
        "T3", "hit@1, a half of an author → the other half", figures_by_method, languages, seed, extra=extra
    )


def _our_lists(halves: Mapping[MentorKey, Sequence[CorpusPost]], progress: ReportProgress) -> Lists:
    bank = build_bank(halves)
    bank.with_hubness()
    keys = {mentor.id: _key(mentor) for mentor in bank.mentors}
    lists: Lists = {key: [] for key in halves}
    for done, mentor in enumerate(bank.mentors):
        progress("T3", done, len(bank.mentors))
        others = [candidate for candidate in bank.mentors if candidate.id != mentor.id]
        matches = related_mentors(
            mentor.vector, mentor.language, mentor.hubness, others, LIST_LENGTH, mentor.crossing, floor=mentor.floor
        )
        lists[keys[mentor.id]] = [keys[match.id] for match in matches]
    return lists


def _centroid_lists(halves: Mapping[MentorKey, Sequence[CorpusPost]]) -> Lists:
    centroid = baselines.Centroid(halves, build_bank(halves).frequencies)
    return {
        key: sorted(
            (half for half in halves if half != key), key=lambda half: (-centroid.likeness(key, half), half.id)
        )[:LIST_LENGTH]
        for key in halves
    }


def _draw(halves: Mapping[MentorKey, list[CorpusPost]], size: int, seed: int) -> dict[MentorKey, list[CorpusPost]]:
    """So many halves, the two of an author together."""
    authors = sorted({_author(key) for key in halves})
    drawn = set(random.Random(seed).sample(authors, size // 2))  # noqa: S311 - repeatable on purpose
    return {key: posts for key, posts in halves.items() if _author(key) in drawn}


def _coverage(lists: Lists) -> dict[str, float]:
    """What a list of the right ones does not tell: who is left alone, and who is shown to nobody or to everybody."""
    shown = dict.fromkeys(lists, 0)
    for listed in lists.values():
        for mentor in listed:
            shown[mentor] += 1
    return {
        f"the other half among {LIST_LENGTH}": figures.mean(
            _author(key) in map(_author, listed) for key, listed in lists.items()
        ),
        "mean length": figures.mean(len(listed) for listed in lists.values()),
        f"fewer than {FEW_LINES} lines": figures.mean(len(listed) < FEW_LINES for listed in lists.values()),
        "never shown": figures.mean(not count for count in shown.values()),
        "Gini of who is shown": figures.gini(list(shown.values())),
    }


def _author(key: MentorKey) -> tuple[str, str, str]:
    return key.blog_id.rsplit("#", 1)[0], key.author_id, key.language


def evaluate_faithfulness(readings: Sequence[CorpusPost], seed: int, progress: ReportProgress) -> TaskOutcome:
    """T9: without the terms that are shown, the first of a list falls behind the second.

    Likeness here is the sum of hundreds of small shares, so that the five heaviest terms tell less of it than all
    that a reader sees, and the three topics of the sentence less still; all three are counted.
    """
    groups = group_by_mentor(readings, 10)
    bank = build_bank(groups)
    bank.with_hubness()
    by_id = {mentor.id: mentor for mentor in bank.mentors}
    figures_by_method: FiguresByMethod = {OUR_METHOD: {}, FIRST_TERMS_METHOD: {}, NAMED_TOPICS_METHOD: {}}
    for done, mentor in enumerate(bank.mentors):
        progress("T9", done, len(bank.mentors))
        others = [candidate for candidate in bank.mentors if candidate.blog_id != mentor.blog_id]
        listed = related_mentors(mentor.vector, mentor.language, mentor.hubness, others, floor=mentor.floor)
        if len(listed) > 1:
            first = by_id[listed[0].id]
            for method, terms in _terms_shown(bank, mentor, first).items():
                falls = _falls(mentor, first, listed[1].score, terms)
                figures_by_method[method][mentor_name(_key(mentor))] = float(falls)
    if not figures_by_method[OUR_METHOD]:
        return TaskOutcome("T9", "share", note="no list has two mentors")
    languages = {mentor_name(key): key.language for key in groups}
    return build_outcome(
        "T9", "share of lists where the shown terms carry the first place", figures_by_method, languages, seed
    )


def _key(mentor: Candidate) -> MentorKey:
    return MentorKey(mentor.blog_id, mentor.author_id, mentor.language)


def _terms_shown(bank: EvaluationBank, mentor: Candidate, first: Candidate) -> dict[str, list[int]]:
    """{method: the terms of what is shown beside the first of a list}; none of them where no reason is."""
    profile = bank.profiles[_key(first)]
    reason = explain(mentor.vector, profile, bank.frequencies[first.language], NamedPostIndex(()))
    by_word = dict(zip(profile.surfaces, ((term,) for term in profile.vector.ids.tolist()), strict=True))
    words = [word for word, _ in reason.terms] if reason else []
    by_topic = by_word | {subject.word: subject.terms for subject in profile.subjects}
    return {
        OUR_METHOD: [term for word in words[:MAX_STORED_TERMS] for term in by_word[word]],
        FIRST_TERMS_METHOD: [term for word in words[:FIRST_TERMS] for term in by_word[word]],
        NAMED_TOPICS_METHOD: [term for word in (reason.topics if reason else ()) for term in by_topic[word]],
    }


def _falls(mentor: Candidate, first: Candidate, next_score: int, terms: Sequence[int]) -> bool:
    if not terms:
        return False
    without = replace(first, vector=first.vector.without(np.array(sorted(terms), np.int64)))
    left = similarity(mentor.vector, mentor.language, without, floor=mentor.floor)
    return not left or closeness(left, mentor.hubness, first.hubness) < next_score


def random_pairs(keys: Sequence[MentorKey], count: int, seed: int) -> list[tuple[MentorKey, MentorKey]]:
    """Random pairs (attacker, target) of one language, never of one blog."""
    possible = [
        (attacker, target)
        for attacker in keys
        for target in keys
        if attacker.blog_id != target.blog_id and attacker.language == target.language
    ]
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    return dice.sample(possible, min(count, len(possible)))
