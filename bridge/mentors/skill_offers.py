"""Which skills somebody offers: by their own word, or because enough of their posts are on one.

What many authors refuse when their card asks "is that you?" is read too easily: of a disputed skill one post more is
asked for (docs/decisions/0020-what-authors-correct.md). Nobody loses a skill that they declare or confirm.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass

from bridge.mentors.corrections import NO_CORRECTIONS, CardCorrections
from bridge.mentors.pairing import offer_strength

MIN_POSTS_ON_OFFER = 2  # posts on a skill that make it an offer, where no title or tag names it
MORE_POSTS_IF_DISPUTED = 1
MIN_REFUSING_BLOGS = 5
MIN_REFUSING_SHARE = 0.5  # of the blogs that were asked


@dataclass(frozen=True, slots=True)
class SkillEvidence:
    """What an author's posts say: on how many each skill is, which a title or tag names, which they tell of having
    lived; `wishes`: skills they say they look for."""

    posts: Mapping[str, int]
    named: Set[str] = frozenset()
    lived: Set[str] = frozenset()
    wishes: Set[str] = frozenset()

    def founded(self, disputed: Set[str] = frozenset()) -> set[str]:
        """What there are enough posts on. What somebody looks for they do not give by writing of it."""
        return {
            skill
            for skill, number in self.posts.items()
            if number >= self._asked_posts(skill, disputed) and skill not in self.wishes
        }

    def _asked_posts(self, skill: str, disputed: Set[str]) -> int:
        least = 1 if skill in self.named else MIN_POSTS_ON_OFFER
        return least + (MORE_POSTS_IF_DISPUTED if skill in disputed else 0)


@dataclass(frozen=True, slots=True)
class AuthorSkills:
    """Skill → how much of it somebody can give, 0 … 1: what they offer, and what their card asks them about."""

    offers: Mapping[str, float]
    inferred: Mapping[str, float]


def skills_of_author(
    evidence: SkillEvidence,
    declared: Collection[str],
    corrections: CardCorrections = NO_CORRECTIONS,
    disputed: Set[str] = frozenset(),
) -> AuthorSkills:
    """What an author offers: declared, confirmed, or founded and not refused.

    They are asked about whatever the usual evidence founds, whether others dispute it or not: so who was asked does not
    depend on what was refused before.

    Args:
        declared: skills that their own words name; no answer takes these away.
        disputed: skills of which more posts are asked for.
    """
    inferred = evidence.founded()
    most = max((evidence.posts[skill] for skill in inferred), default=1)
    own_word = {*declared, *corrections.confirmed}

    def strength(skill: str) -> float:
        posts = evidence.posts.get(skill, 0)
        return offer_strength(posts / most, posts, lived=skill in evidence.lived, declared=skill in own_word)

    offered = (evidence.founded(disputed) - corrections.refused) | own_word
    return AuthorSkills(
        {skill: strength(skill) for skill in sorted(offered)},
        {skill: strength(skill) for skill in sorted(inferred - set(declared))},
    )


def disputed_skills(refusing: Mapping[str, int], asked: Mapping[str, int]) -> frozenset[str]:
    """Skills that five blogs refuse, and half of those asked.

    Args:
        refusing, asked: skill → how many blogs, each once however many authors it has.
    """
    return frozenset(
        skill
        for skill, blogs in refusing.items()
        if blogs >= MIN_REFUSING_BLOGS and blogs >= MIN_REFUSING_SHARE * asked.get(skill, blogs)
    )
