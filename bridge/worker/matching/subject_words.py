"""What an author is said to write about, from their stored posts: the same words wherever they are shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from bridge.mentors.profile_subjects import with_subjects, words_of_author
from bridge.mentors.profiles import Profile
from bridge.mentors.subject_evidence import AuthorEvidence, SubjectPost
from bridge.mentors.subjects import NO_AUTHOR_WORDS, AuthorWords
from bridge.storage.content import post_analysis
from bridge.storage.content.post_analysis import PostWords
from bridge.storage.content.posts import PostSummary
from bridge.storage.core.database import Tx
from bridge.storage.matching.epochs import Epoch
from bridge.text.terms import TermCounts
from bridge.worker.context import Context
from bridge.worker.matching.subject import Standing, Subject


class SubjectReader:
    """Reads once what the subjects of an author are made of, then answers for each of their languages."""

    def __init__(self, context: Context, tx: Tx, epoch: Epoch, subject: Subject) -> None:
        self._context, self._tx, self._epoch = context, tx, epoch
        self._posts = {post.id: post for post in subject.posts}
        self._read: Mapping[int, PostWords] = post_analysis.list_words(tx, subject.key)
        self._words = replace(_author_words(subject.standing), corrections=subject.corrections)
        self._skills = subject.matcher.skills

    def with_subjects(self, profile: Profile, language: str, post_ids: Collection[int]) -> Profile:
        """A profile with what its author is said to write about, by the posts that it is made of."""
        posts = [self._posts[post_id] for post_id in sorted(post_ids)]
        evidence = AuthorEvidence(self._subject_posts(posts), language)
        frequencies = self._context.frequencies(self._epoch).frequencies(self._tx, language, evidence.terms)
        return with_subjects(profile, evidence, frequencies, self._skills, self._words)

    def _subject_posts(self, posts: Sequence[PostSummary]) -> list[SubjectPost]:
        subject_posts = []
        for post in posts:
            words = self._read.get(post.id, PostWords())
            terms = frozenset(TermCounts.ids_in(post.counts)[0].tolist())
            subject_posts.append(SubjectPost(post.title, words.labels, terms, *words.nouns, words.skills, words.spoken))
        return subject_posts


def _author_words(standing: Standing) -> AuthorWords:
    record, blog = standing.record, standing.blog
    if record is None or blog is None:
        return NO_AUTHOR_WORDS
    return words_of_author(record.name, blog.facts.name, blog.facts.home_url, record.declared.offers)
