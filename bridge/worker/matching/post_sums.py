"""From posts that were read to what they add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from bridge.mentors.author_sums import AuthorSums, LivedSums
from bridge.mentors.cross_language import FeatureCounts, PostFeatures
from bridge.mentors.skills import SkillMatcher
from bridge.mentors.term_sums import PostTerms, TermSums, microseconds, sums_of_posts
from bridge.storage.content.post_contents import PostContent
from bridge.storage.core.database import Tx
from bridge.storage.matching.epochs import Epoch
from bridge.text.terms import TermCounts, post_vectors
from bridge.worker.context import Context


def author_sums_of(
    context: Context,
    tx: Tx,
    epoch: Epoch,
    posts: Sequence[PostContent],
    factors: Mapping[int, float],
    matcher: SkillMatcher,
) -> AuthorSums:
    """All that some posts of an author add up to.

    Args:
        factors: how much each of them counts beside the author's others.
        matcher: finds the skills that passages tell of.
    """
    languages = sorted({post.language for post in posts})
    terms = {
        language: sums
        for language in languages
        if (sums := terms_of_posts(context, tx, epoch, [p for p in posts if p.language == language], factors))
    }
    features = {language: features_of_posts([p for p in posts if p.language == language]) for language in languages}
    return AuthorSums(terms, features, lived_of_posts(posts, matcher))


def terms_of_posts(
    context: Context, tx: Tx, epoch: Epoch, posts: Sequence[PostContent], factors: Mapping[int, float]
) -> TermSums | None:
    """The words of some posts of one language; None if they have none."""
    if not posts:
        return None
    frequencies = partial(context.frequencies(epoch).frequencies, tx, posts[0].language)
    vectors = post_vectors([post.counts for post in posts], frequencies)
    terms = [
        PostTerms(post.id, post.published_at, vector, TermCounts.from_bytes(post.counts))
        for post, vector in zip(posts, vectors, strict=True)
    ]
    return sums_of_posts(terms, [factors[post.id] for post in posts], epoch.landmark)


def features_of_posts(posts: Iterable[PostContent]) -> FeatureCounts:
    """What of some posts crosses languages beside their words."""
    return FeatureCounts.of(
        PostFeatures.of(post.id, post.language, post.url, post.hosts, post.lived.named_skills) for post in posts
    )


def lived_of_posts(posts: Iterable[PostContent], matcher: SkillMatcher) -> LivedSums:
    """On how many posts each skill is, by their text or a tag, and what their passages tell of.

    What a post says in two languages was lived once.
    """
    sums = LivedSums()
    requests: list[tuple[str, int]] = []
    for post in posts:
        if post.part_of:
            continue
        sums.skills.update({*post.lived.skills, *post.lived.tagged})
        sums.named.update({*post.lived.titled, *post.lived.tagged})
        telling = Counter[str]()
        for passage in post.lived.passages:
            telling.update(matcher.find(passage.text, post.language))
        sums.lived.update(telling.keys())
        sums.themes.update({passage.label for passage in post.lived.passages})
        requests += _requests(post, matcher)
    return replace(sums, requests=tuple(sorted(requests)))


def _requests(post: PostContent, matcher: SkillMatcher) -> Iterator[tuple[str, int]]:
    """(skill, when) of what a post asks for; in a request's own words, else in those of its title."""
    for request in post.lived.requests:
        skills = matcher.find(request.text, post.language) or matcher.find(post.title, post.language)
        yield from ((skill, microseconds(post.published_at)) for skill in skills)
