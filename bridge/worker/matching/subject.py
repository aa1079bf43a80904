"""An author as a refresh looks at them: read once, at its start; what follows is computed from that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bridge.mentors.anti_gaming import AntiGamingRules
from bridge.mentors.corrections import NO_CORRECTIONS, CardCorrections
from bridge.mentors.post_weight import PostWeight
from bridge.mentors.profiles import RULES_OFF
from bridge.mentors.skills import SkillMatcher
from bridge.model import AuthorKey
from bridge.storage.bank.cards import MENTOR_ROLES
from bridge.storage.blogs import blogs
from bridge.storage.blogs.blogs import Blog
from bridge.storage.content import authors, post_states
from bridge.storage.content.authors import AuthorRecord
from bridge.storage.core.database import Tx
from bridge.storage.matching import card_corrections, feedback
from bridge.storage.matching.epochs import Epoch
from bridge.worker.context import Context
from bridge.worker.intake.post_analysis import weights_of_states
from bridge.worker.matching.author_posts import AuthorPosts, PostColumns


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
    """An author with all their posts, and what each of these counts, by id."""

    standing: Standing
    posts: AuthorPosts
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


def rules_for(context: Context, epoch: Epoch, standing: Standing) -> AntiGamingRules:
    """None in a small bank and for blogs that the operator knows; the epoch says for all how large the bank is."""
    return RULES_OFF if standing.known_well or epoch.authors < context.rules_from else context.rules


def read_subject(context: Context, tx: Tx, epoch: Epoch, author: AuthorKey, *, anew: bool = False) -> Subject:
    """All that a refresh asks of the author themself; nobody's posts are weighed who is not known.

    `anew`: from the posts alone, whatever they added up to before.
    """
    standing = standing_of(tx, author)
    columns = PostColumns(post_states.list_by_author(tx, author))
    weights = weights_of_states(context, tx, author, columns.states) if standing.known else {}
    matcher, rules = context.matcher(tx), rules_for(context, epoch, standing)
    posts = AuthorPosts(context, tx, epoch, author, columns, weights, rules, matcher, anew=anew)
    return Subject(standing, posts, weights, matcher, card_corrections.get_by_author(tx, author))
