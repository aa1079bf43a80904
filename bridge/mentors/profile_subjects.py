"""A profile with what its author is said to write about: the one way from posts to the words of a card and a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bridge.mentors.display_name import is_personal
from bridge.mentors.profiles import Profile
from bridge.mentors.skills import Skill
from bridge.mentors.subject_evidence import AuthorEvidence
from bridge.mentors.subjects import NO_AUTHOR_WORDS, AuthorWords, author_subjects, can_be_named
from bridge.text.terms import Frequencies
from bridge.text.text_quality import linked_host


def words_of_author(name: str, blog_name: str, home_url: str, offers: Sequence[str] = ()) -> AuthorWords:
    """What is known of an author beside the posts, but for what they corrected themselves."""
    host = linked_host(home_url)
    person = name if is_personal(name, blog_name) else ""
    names = (name, blog_name, host, *host.split(".")[:-1])
    return AuthorWords(person, tuple(part for part in names if part), tuple(offers))


def with_subjects(
    profile: Profile,
    evidence: AuthorEvidence,
    frequencies: Frequencies,
    skills: Mapping[str, Skill],
    words: AuthorWords = NO_AUTHOR_WORDS,
) -> Profile:
    """A profile with the words by which its author is spoken of.

    Args:
        evidence: of the posts that the profile is made of.
        frequencies: of their language, knowing `evidence.terms`.
        skills: all that there are, by id.
        words: what is known of the author beside the posts.
    """
    names = {
        skill: [name for name in skills[skill].aliases.get(evidence.language, ()) if name not in skills[skill].common]
        for skill in evidence.skills
        if skill in skills
    }
    nameable = tuple(
        place
        for place, (surface, used_in) in enumerate(zip(profile.surfaces, profile.used_in.tolist(), strict=True))
        if can_be_named(evidence, surface, used_in)
    )
    return replace(profile, subjects=author_subjects(evidence, frequencies, names, words), nameable=nameable)
