"""A post that holds its own translations, as translation plugins keep them in one field, is read in each language."""

from __future__ import annotations

from dataclasses import replace

from bridge.model import PART_SIGN, Post
from bridge.text.shortcodes import in_one_language, languages_in
from bridge.text.titles import plain_title

MAX_PARTS = 4  # further languages of a post: each is read as another post would be
MAX_PART_NAME = 191  # characters, as many as a remote id may have


def main_language(post: Post, preferred: str) -> str:
    """ISO 639-1 of the language in which a post is read first: the preferred one, unless it holds others only."""
    languages = languages_in(post.content)
    return preferred if preferred in languages or not languages else languages[0]


def in_language(post: Post, language: str) -> Post:
    """A post with title and labels as readers of one language see them; its text stays as it was sent."""
    return replace(
        post,
        title=plain_title(post.title, language),
        tags=_names(post.tags, language),
        categories=_names(post.categories, language),
    )


def _names(stored: tuple[str, ...], language: str) -> tuple[str, ...]:
    return tuple(name for label in stored if (name := plain_title(label, language)))


def further_languages(post: Post, main: str) -> list[Post]:
    """A post for each language that a text holds beside its main one."""
    return [
        replace(
            in_language(post, language),
            remote_id=name,
            content=in_one_language(post.content, language),
            excerpt=in_one_language(post.excerpt, language),
            language=language,
            url=post.language_urls.get(language, post.url),
            translations=(post.remote_id,),
        )
        for language in [code for code in languages_in(post.content) if code != main][:MAX_PARTS]
        if len(name := part_name(post.remote_id, language)) <= MAX_PART_NAME
    ]


def part_name(remote_id: str, language: str) -> str:
    """The remote id of a further language of a post; WordPress calls no post so."""
    return f"{remote_id}{PART_SIGN}{language}"
