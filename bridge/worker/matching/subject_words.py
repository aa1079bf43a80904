"""What an author is said to write about, from their newest posts: the same words wherever they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bridge.mentors.corrections import CardCorrections
from bridge.mentors.profile_subjects import with_subjects, words_of_author
from bridge.mentors.profiles import Profile
from bridge.mentors.skills import SkillMatcher
from bridge.mentors.subject_evidence import AuthorEvidence, SubjectPost
from bridge.mentors.subjects import NO_AUTHOR_WORDS, AuthorWords
from bridge.storage.content.post_contents import PostContent
from bridge.storage.core.database import Tx
from bridge.storage.matching.epochs import Epoch
from bridge.text.terms import Ints, TermCounts
from bridge.worker.context import Context
from bridge.worker.matching.subject import Standing

SUBJECT_POSTS = 160  # newest posts of a language that count: what somebody left behind long ago is no subject of theirs


def profile_with_subjects(
    context: Context,
    tx: Tx,
    epoch: Epoch,
    profile: Profile,
    language: str,
    posts: Sequence[PostContent],
    matcher: SkillMatcher,
    words: AuthorWords,
) -> Profile:
    """A profile with what its author is said to write about, by the newest posts that it is made of."""
    terms = [TermCounts.ids_in(post.counts)[0] for post in posts]
    subject_posts = [
        SubjectPost(
            post.title,
            post.labels,
            frozenset(ids.tolist()),
            *post.lived.nouns,
            tuple(sorted({*post.lived.skills, *post.lived.tagged})),
            post.lived.spoken,
        )
        for post, ids in sorted(zip(posts, terms, strict=True), key=lambda pair: pair[0].id)
    ]
    evidence = AuthorEvidence(subject_posts, language)
    frequencies = context.frequencies(epoch).frequencies(tx, language, evidence.terms)
    recent = replace(profile, used_in=_used_in(profile, terms)) if profile.posts > len(posts) else profile
    named = with_subjects(recent, evidence, frequencies, matcher.skills, words)
    return replace(named, used_in=profile.used_in)


def _used_in(profile: Profile, terms: Sequence[Ints]) -> Ints:
    """In how many of some posts each term of a profile stands."""
    ids, counts = np.unique(np.concatenate([np.array([], np.int64), *terms]), return_counts=True)
    used = dict(zip(ids.tolist(), counts.tolist(), strict=True))
    return np.array([used.get(term, 0) for term in profile.vector.ids.tolist()], np.int64)


def words_of_standing(standing: Standing, corrections: CardCorrections) -> AuthorWords:
    """What is known of an author beside their posts."""
    record, blog = standing.record, standing.blog
    if record is None or blog is None:
        return replace(NO_AUTHOR_WORDS, corrections=corrections)
    words = words_of_author(record.name, blog.facts.name, blog.facts.home_url, record.declared.offers)
    return replace(words, corrections=corrections)
