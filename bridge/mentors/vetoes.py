"""Who stands on the pages of a blog: what its people chose, and what the mentors themselves want.

Both may say no: a blog to a whole blog, an author, a word, or to somebody under one post; a mentor to a blog, or to
standing there for a word. No reason is asked for, and nobody is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from bridge.mentors.corrections import CardCorrections
from bridge.mentors.explain import Reason
from bridge.model import AuthorKey, MentorKey, ShowingMode

MAX_VETOES = 2000  # that one blog, or one mentor, may keep


class Side(StrEnum):
    """Who says no."""

    BLOG = "blog"
    MENTOR = "mentor"


@dataclass(frozen=True, slots=True)
class Veto:
    """What shall not stand on the pages of a blog; "" stands for any."""

    said_by: Side
    other_blog: str = ""
    other_author: str = ""
    post_id: str = ""  # remote id of a post of the blog
    word: str = ""  # folded (`mentors.corrections.folded_word`)

    @property
    def mentor(self) -> AuthorKey:
        """Whom it is about, where it is about an author."""
        return AuthorKey(self.other_blog, self.other_author)

    @property
    def is_general(self) -> bool:
        """Whether it holds under all posts and whatever is said, so that somebody else may have the place."""
        return not self.post_id and not self.word


@dataclass(frozen=True, slots=True)
class Refusals:
    """Who is out of the question for an author's lists."""

    authors: frozenset[AuthorKey] = frozenset()
    blogs: frozenset[str] = frozenset()

    def __contains__(self, mentor: AuthorKey) -> bool:
        return mentor in self.authors or mentor.blog_id in self.blogs

    def __bool__(self) -> bool:
        return bool(self.authors or self.blogs)


def refusals_of(vetoes: Iterable[Veto], authors: Iterable[AuthorKey] = ()) -> Refusals:
    """Whom the vetoes over the pages of a blog leave out everywhere, and some authors besides."""
    general = [veto for veto in vetoes if veto.is_general]
    return Refusals(
        frozenset({*authors, *(veto.mentor for veto in general if veto.other_author)}),
        frozenset(veto.other_blog for veto in general if not veto.other_author),
    )


Place = tuple[str, str, str]  # post, blog and author; "" stands for any


@dataclass(frozen=True, slots=True)
class Choices:
    """All that decides who stands on the pages of one blog, of those whom matching has found."""

    mode: ShowingMode = ShowingMode.ALL
    approved: frozenset[AuthorKey] = frozenset()
    vetoes: tuple[Veto, ...] = ()
    refusals: Refusals = field(init=False)
    _words_by_place: dict[Place, set[str]] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        words: dict[Place, set[str]] = {}
        for veto in self.vetoes:
            if not veto.is_general:
                words.setdefault((veto.post_id, veto.other_blog, veto.other_author), set()).add(veto.word)
        object.__setattr__(self, "refusals", refusals_of(self.vetoes))
        object.__setattr__(self, "_words_by_place", words)

    def is_approved(self, mentor: AuthorKey, *, pinned: bool) -> bool:
        """Whether a mentor needs no yes, or has one; whoever is pinned has that of the author of the post."""
        return self.mode is ShowingMode.ALL or pinned or mentor in self.approved

    def allowed_reason(self, post: str, mentor: MentorKey, reason: Reason) -> Reason | None:
        """What may be said of a mentor under a post (remote id); None: they shall not stand there."""
        if mentor.author in self.refusals:
            return None
        whose = (mentor.blog_id, mentor.author_id)
        words = [self._words_by_place.get(place, set()) for place in (("", "", ""), ("", *whose), (post, *whose))]
        struck = frozenset[str]().union(*words)
        if "" in struck:  # whatever is said
            return None
        corrections = CardCorrections(struck=struck)
        allowed = reason.without(lambda word: corrections.strikes(word, mentor.language))
        return allowed if allowed.topics or allowed.sites else None
