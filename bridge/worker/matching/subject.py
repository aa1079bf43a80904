"""An author as a refresh looks at them: read once, at its start; what follows is computed from that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bridge.mentors.corrections import NO_CORRECTIONS, CardCorrections
from bridge.mentors.post_weight import PostWeight
from bridge.mentors.skills import SkillMatcher
from bridge.model import AuthorKey
from bridge.storage.bank.cards import MENTOR_ROLES
from bridge.storage.blogs import blogs
from bridge.storage.blogs.blogs import Blog
from bridge.storage.content import authors
from bridge.storage.content import posts as stored_posts
from bridge.storage.content.authors import AuthorRecord
from bridge.storage.content.posts import PostSummary
from bridge.storage.core.database import Tx
from bridge.storage.matching import card_corrections, feedback
from bridge.worker.context import Context
from bridge.worker.intake import post_analysis


@dataclass(frozen=True, slots=True)
class Standing:
    """Who an author is, and what is done with their posts; `blog`, `record`: None if there is none."""

    key: AuthorKey
    blog: Blog | None
    record: AuthorRecord | None
    takes_part: bool = False  # may be met at all
    listed: bool = False  # as a mentor: takes part, and is willing to be one
    has_pages: bool = False  # a connected blog, where a list can be shown

    @property
    def known(self) -> bool:
        """Whether their posts are read at all."""
        return self.blog is not None and self.record is not None

    @property
    def known_well(self) -> bool:
        """To the operator, who imported or confirmed the blog."""
        return self.known and self.blog is not None and self.blog.known_well

    @property
    def offers(self) -> str:
        """What they say they can help with, one a line."""
        return "\n".join(self.record.declared.offers) if self.record else ""


@dataclass(frozen=True, slots=True)
class Subject:
    """An author with all their posts, newest first and without their text, and what each of these counts, by id."""

    standing: Standing
    posts: Sequence[PostSummary]
    weights: Mapping[int, PostWeight]
    matcher: SkillMatcher  # finds the skills that are known by now
    corrections: CardCorrections = NO_CORRECTIONS  # of their own card
    # Posts that count for something; what is another's text does not. Worked out once, for it is asked of each post.
    counted: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        counted = frozenset(post for post, weight in self.weights.items() if weight.counts)
        object.__setattr__(self, "counted", counted)

    @property
    def key(self) -> AuthorKey:
        return self.standing.key


def standing_of(tx: Tx, author: AuthorKey) -> Standing:
    """By the author's consent and declared role, who hides them, and the state of the blog."""
    blog = blogs.find(tx, author.blog_id)
    record = authors.find(tx, author.blog_id, author.author_id)
    if blog is None or record is None:
        return Standing(author, blog, record)
    hidden = feedback.is_hidden(tx, author)
    takes_part = bool(record.takes_part) and blog.shown and not hidden
    willing = record.declared.role in MENTOR_ROLES
    has_pages = takes_part and blog.origin == "connected"
    return Standing(author, blog, record, takes_part, takes_part and willing, has_pages)


def read_subject(context: Context, tx: Tx, author: AuthorKey) -> Subject:
    """All that a refresh asks of the author themself; nobody's posts are weighed who is not known."""
    standing = standing_of(tx, author)
    weights = post_analysis.weights_of_posts(context, tx, author) if standing.known else {}
    posts = stored_posts.list_by_author(tx, author.blog_id, author.author_id)
    return Subject(standing, posts, weights, context.matcher(tx), card_corrections.get_by_author(tx, author))
