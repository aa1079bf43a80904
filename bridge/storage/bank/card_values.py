"""A card, as it is shown and as the worker writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bridge.language_tags import language_code
from bridge.mentors.elsewhere import handle_address, newsletter_of_blog, read_handle
from bridge.mentors.own_addresses import readable_address
from bridge.mentors.profiles import MIN_CARD_POSTS
from bridge.model import AuthorKey
from bridge.storage.content.declarations import Declaration

Themes = Mapping[str, Sequence[tuple[str, int, int]]]  # language → (word, weight in 1e-9, posts)


@dataclass(frozen=True, slots=True)
class Card:
    """A card as it is shown. `themes`: {language: (word, weight in 1e-9, in how many posts), best first}.

    With fewer than three posts it rests on what is declared alone, and stands in no list of related mentors.
    """

    slug: str
    key: AuthorKey
    name: str
    personal: bool  # somebody's name; else the blog's
    bio: str
    url: str  # of the author's page on the blog, or of the blog
    blog: str
    home_url: str
    feed_url: str
    posts: int
    last_post_at: datetime | None  # None: nothing was published that counts
    languages: tuple[str, ...]
    themes: Themes
    declared: Declaration

    @property
    def place(self) -> str:
        """Where its blog stands, as people read it: beside every name, for names are not proven."""
        return readable_address(self.home_url)

    @property
    def fediverse(self) -> str:
        """Their handle in the Fediverse, "@name@host"; "" where none is named."""
        return read_handle(self.declared.fediverse)

    @property
    def fediverse_url(self) -> str:
        """The page of that handle."""
        return handle_address(self.fediverse)

    @property
    def newsletter(self) -> str:
        """Where the blog's newsletter is subscribed to; "" where none is named, or not on the blog."""
        return newsletter_of_blog(self.declared.newsletter, self.home_url)

    @property
    def declared_alone(self) -> bool:
        """Whether there are too few posts to go by."""
        return self.posts < MIN_CARD_POSTS

    @property
    def spoken(self) -> list[str]:
        """The languages they say they speak, then those that only their posts show."""
        declared = (language_code(tag) for tag in self.declared.languages)
        return list(dict.fromkeys(code for code in (*declared, *self.languages) if code))

    @property
    def words(self) -> list[str]:
        """What they write about, of all languages, heaviest first."""
        every = sorted((theme for words in self.themes.values() for theme in words), key=lambda theme: -theme[1])
        return list(dict.fromkeys(word for word, _, _ in every))

    def alone(self, compared: Card | None, shared: Sequence[str], limit: int) -> list[str]:
        """What only this one writes about, compared with another; `shared` is what both are known to."""
        theirs = {*(compared.words if compared else ()), *shared}
        return [word for word in self.words if word not in theirs][:limit]


@dataclass(frozen=True, slots=True)
class CardContent:
    """What follows from an author's posts, for their card."""

    posts: int
    last_post_at: datetime  # or when they joined
    themes: Themes = field(default_factory=dict)
    reply_minutes: int | None = None  # within which half of the comments are answered
