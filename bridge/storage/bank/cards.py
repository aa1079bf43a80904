"""Cards: what the bank shows of an author, one for all languages, at an address of its own.

Whoever took their consent back is gone from every answer here with the transaction that says so: consent and the
state of the blog are asked each time. The address then says that it is gone, and is given to nobody else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, literal, select, update

from bridge.language_tags import language_code
from bridge.legible import legible, one_line, web_address
from bridge.logs import make_each
from bridge.mentors.declared_kinds import read_availability, read_formats, read_region, read_stage
from bridge.mentors.display_name import display_name, is_personal
from bridge.mentors.profiles import MIN_CARD_POSTS
from bridge.model import AuthorKey
from bridge.storage.bank import card_addresses
from bridge.storage.bank.card_filters import Filters, apply_filters, select_public, spaced
from bridge.storage.bank.card_values import Card as Card
from bridge.storage.bank.card_values import CardContent as CardContent
from bridge.storage.bank.tables import card_languages, cards
from bridge.storage.blogs.tables import blogs
from bridge.storage.content import authors as stored_authors
from bridge.storage.content import suspensions
from bridge.storage.content.declarations import parse_declaration
from bridge.storage.content.posts import HEADLINE_COLUMNS, PostHeadline
from bridge.storage.content.tables import IS_WHOLE_POST, authors, post_skills, posts
from bridge.storage.core.predicates import author_in
from bridge.storage.matching.tables import mentors, pairing_skills

LANGUAGES_PER_CARD = 20  # on one card
MENTOR_ROLES = ("mentor", "both")  # what an author is willing to be, to be in the bank
KEYS_PER_STATEMENT = 1000  # authors asked for at once


# -- written by the worker and by whoever removes ---------------------------------------------------------


def upsert(tx: Connection, key: AuthorKey, written: CardContent | None) -> None:
    """Make or renew the card of an author; `written` None: there is nothing to show (any more) for now."""
    mine = and_(cards.c.blog_id == key.blog_id, cards.c.author_id == key.author_id)
    author = stored_authors.find(tx, key.blog_id, key.author_id)
    if author is None or not author.takes_part or suspensions.find(tx, key):  # perhaps while this was being made
        mark_gone(tx, key.blog_id, key.author_id)
        return
    declared = author.declared
    if written is None or declared.role not in MENTOR_ROLES:
        tx.execute(update(cards).where(mine).values(shown=False))
        return
    themes = dict(list(written.themes.items())[:LANGUAGES_PER_CARD])
    values = {
        "shown": True,
        "posts": written.posts,
        "last_post_at": written.last_post_at,
        "themes": json.dumps({language: list(words) for language, words in themes.items()}, ensure_ascii=False),
        "region": read_region(declared.region)[:120],
        "stage": spaced([read_stage(declared.stage)]),
        "availability": spaced(read_availability(declared.availability)),
        "formats": spaced(read_formats(declared.formats)),
        "reply_minutes": written.reply_minutes,
    }
    slug = tx.execute(update(cards).where(mine).values(**values).returning(cards.c.slug)).scalar()
    if slug is None:
        slug = card_addresses.claim_free(tx, key, author.name)
        tx.execute(insert(cards).values(slug=slug, blog_id=key.blog_id, author_id=key.author_id, **values))
    _upsert_languages(tx, slug, themes)


def _upsert_languages(tx: Connection, slug: str, languages: Iterable[str]) -> None:
    tx.execute(delete(card_languages).where(card_languages.c.slug == slug))
    rows = [{"slug": slug, "language": language} for language in sorted(languages)]
    if rows:
        tx.execute(insert(card_languages), rows)


def delete_themes(tx: Connection, key: AuthorKey, is_gone: Callable[[str, str], bool]) -> None:
    """Take words from what a card says its author writes about; `is_gone` is asked of each word and its language."""
    mine = and_(cards.c.blog_id == key.blog_id, cards.c.author_id == key.author_id)
    for slug, document in tx.execute(select(cards.c.slug, cards.c.themes).where(mine)).all():
        themes = json.loads(document)
        remaining = {
            language: [theme for theme in words if not is_gone(theme[0], language)]
            for language, words in themes.items()
        }
        if remaining != themes:
            values = {"themes": json.dumps(remaining, ensure_ascii=False)}
            tx.execute(update(cards).where(cards.c.slug == slug).values(**values))


def mark_hidden_unless_listed(tx: Connection, mentor_id: int) -> None:
    """A mentor is listed no longer: without another of theirs the author's card is shown no longer."""
    mine = and_(mentors.c.blog_id == cards.c.blog_id, mentors.c.author_id == cards.c.author_id)
    is_this = select(literal(1)).where(mine, mentors.c.id == mentor_id).exists()
    has_another = select(literal(1)).where(mine, mentors.c.listed, mentors.c.id != mentor_id).exists()
    tx.execute(update(cards).where(is_this, ~has_another).values(shown=False))


def mark_blog_hidden(tx: Connection, blog_id: str) -> None:
    """Show no card of a blog for now; the addresses stay with their authors."""
    tx.execute(update(cards).where(cards.c.blog_id == blog_id).values(shown=False))


def find_owner(tx: Connection, slug: str) -> AuthorKey | None:
    """Whose card stands at an address, shown or not."""
    row = tx.execute(select(cards.c.blog_id, cards.c.author_id).where(cards.c.slug == slug)).first()
    return None if row is None else AuthorKey(row.blog_id, row.author_id)


def list_unconfirmed(tx: Connection, blog_id: str) -> list[str]:
    """Authors who had a card and of whom the blog does not say that they take part."""
    has_record = select(literal(1)).where(
        authors.c.blog_id == cards.c.blog_id, authors.c.remote_id == cards.c.author_id
    )
    unconfirmed = select(cards.c.author_id).where(cards.c.blog_id == blog_id, ~has_record.exists())
    return list(tx.execute(unconfirmed.order_by(cards.c.author_id)).scalars())


def mark_gone(tx: Connection, blog_id: str, author_id: str | None = None) -> None:
    """Delete the cards of an author, or of a whole blog, who left or may not be shown; the addresses are gone."""
    which = cards.c.blog_id == blog_id
    if author_id is not None:
        which &= cards.c.author_id == author_id
    for row in tx.execute(delete(cards).where(which).returning(cards.c.slug, cards.c.author_id)).all():
        tx.execute(delete(card_languages).where(card_languages.c.slug == row.slug))
        card_addresses.record_gone(tx, row.slug, AuthorKey(blog_id, row.author_id))


# -- read by the bank -------------------------------------------------------------------------------------

_NEWEST = (posts.c.published_at.desc(), posts.c.id)
_COLUMNS = (
    cards.c.slug,
    cards.c.blog_id,
    cards.c.author_id,
    cards.c.posts,
    cards.c.last_post_at,
    cards.c.themes,
    authors.c.name,
    authors.c.bio,
    authors.c.url,
    authors.c.declared,
    blogs.c.name.label("blog"),
    blogs.c.home_url,
)


def _card(row: Row[*tuple[Any, ...]]) -> Card:
    themes = {
        language: tuple((legible(word), int(weight), int(posts)) for word, weight, posts in words)
        for language, words in json.loads(row.themes).items()
        if language_code(language)
    }
    home = web_address(row.home_url.rstrip("/"))
    return Card(
        slug=row.slug,
        key=AuthorKey(row.blog_id, row.author_id),
        name=display_name(row.name, row.blog) or home,
        personal=is_personal(row.name, row.blog),
        bio=legible(row.bio),
        url=web_address(row.url) or home,
        blog=one_line(row.blog) or home,
        home_url=home,
        feed_url=f"{home}/feed/" if home else "",
        posts=int(row.posts),
        last_post_at=row.last_post_at if row.posts else None,
        languages=tuple(sorted(themes)),
        themes=themes,
        declared=parse_declaration(row.declared),
    )


def find(tx: Connection, slug: str) -> Card | None:
    """The card at an address, if it may be shown."""
    row = tx.execute(select_public(*_COLUMNS).where(cards.c.slug == slug)).first()
    return next(iter(make_each([row], _card, "card")), None) if row else None


def list_page(tx: Connection, filters: Filters, limit: int, offset: int = 0) -> tuple[list[Card], int]:
    """Cards and how many there are: whoever offers most of the skill first, where one is asked for; then last posts."""
    total = tx.execute(apply_filters(select_public(func.count()), filters)).scalar_one()
    best = [pairing_skills.c.weight.desc()] if filters.skill else []
    rows = tx.execute(
        apply_filters(select_public(*_COLUMNS), filters)
        .order_by(*best, cards.c.last_post_at.desc(), cards.c.slug.desc())
        .limit(limit)
        .offset(offset)
    )
    return make_each(rows, _card, "card"), int(total)


def list_by_author(tx: Connection, keys: Iterable[AuthorKey], filters: Filters | None = None) -> dict[AuthorKey, Card]:
    """Cards of some authors, of those who may be shown."""
    unique = sorted(set(keys))
    by_author: dict[AuthorKey, Card] = {}
    for start in range(0, len(unique), KEYS_PER_STATEMENT):
        these = author_in(cards.c.blog_id, cards.c.author_id, unique[start : start + KEYS_PER_STATEMENT])
        rows = tx.execute(apply_filters(select_public(*_COLUMNS), filters or Filters()).where(these))
        by_author |= {card.key: card for card in make_each(rows, _card, "card")}
    return by_author


def list_newcomers(tx: Connection, skills: Iterable[str], filters: Filters, limit: int) -> list[Card]:
    """Cards without enough posts to be found by, of those who say they can help with one of the skills."""
    offers = pairing_skills.alias("said")
    mine = and_(offers.c.blog_id == cards.c.blog_id, offers.c.author_id == cards.c.author_id, offers.c.side == "offer")
    offer = (
        select(literal(1)).select_from(offers).where(mine, offers.c.skill.in_(sorted(skills))).correlate(cards).exists()
    )
    rows = apply_filters(select_public(*_COLUMNS), filters).where(cards.c.posts < MIN_CARD_POSTS, offer)
    return make_each(tx.execute(rows.order_by(cards.c.last_post_at.desc(), cards.c.slug).limit(limit)), _card, "card")


def list_matching_mentor_ids(tx: Connection, mentor_ids: Sequence[int], filters: Filters) -> list[int]:
    """Of mentors, best first, those whose card may be shown and fits; of each author the best one."""
    author_by_mentor: dict[int, tuple[str, str]] = {}
    for start in range(0, len(mentor_ids), KEYS_PER_STATEMENT):
        these = mentors.c.id.in_(mentor_ids[start : start + KEYS_PER_STATEMENT])
        same = and_(mentors.c.blog_id == cards.c.blog_id, mentors.c.author_id == cards.c.author_id)
        columns = (mentors.c.id, cards.c.blog_id, cards.c.author_id)
        rows = tx.execute(
            apply_filters(select_public(*columns).join(mentors, same), filters).where(these, mentors.c.listed)
        )
        author_by_mentor |= {row.id: (row.blog_id, row.author_id) for row in rows}
    best: dict[tuple[str, str], int] = {}
    for mentor_id in mentor_ids:
        if mentor_id in author_by_mentor:
            best.setdefault(author_by_mentor[mentor_id], mentor_id)
    return list(best.values())


def list_for_first_page(tx: Connection, language: str, limit: int) -> list[Card]:
    """Cards of whom search engines may list, for they read that page; who writes in the language first, then newest."""
    written = select(literal(1)).where(card_languages.c.slug == cards.c.slug, card_languages.c.language == language)
    rows = tx.execute(
        select_public(*_COLUMNS)
        .where(authors.c.search_engines, cards.c.posts >= MIN_CARD_POSTS)
        .order_by(written.correlate(cards).exists().desc(), cards.c.last_post_at.desc(), cards.c.slug)
        .limit(limit)
    )
    return make_each(rows, _card, "card")


def list_newest_posts(tx: Connection, keys: Sequence[AuthorKey], limit: int) -> list[PostHeadline]:
    """The newest posts of some authors."""
    theirs = author_in(posts.c.blog_id, posts.c.author_id, keys)
    statement = select(*HEADLINE_COLUMNS).where(theirs).order_by(*_NEWEST).limit(limit)
    return [PostHeadline(*row) for row in tx.execute(statement)] if keys else []


def list_newest_posts_on_skill(tx: Connection, filters: Filters, limit: int) -> list[PostHeadline]:
    """The newest posts that name the skill asked for, of all mentors who offer it and fit, in their languages."""
    theirs = and_(posts.c.blog_id == cards.c.blog_id, posts.c.author_id == cards.c.author_id)
    named = and_(post_skills.c.post_id == posts.c.id, post_skills.c.skill == filters.skill)
    spoken = card_languages.alias("spoken")  # beside the one that is filtered by
    statement = (
        apply_filters(select_public(*HEADLINE_COLUMNS), filters)
        .join(posts, theirs)
        .join(post_skills, named)
        .join(spoken, and_(spoken.c.slug == cards.c.slug, spoken.c.language == posts.c.language))
    )
    return [PostHeadline(*row) for row in tx.execute(statement.order_by(*_NEWEST).limit(limit))]


def get_posting_activity(tx: Connection, key: AuthorKey, since: datetime) -> tuple[int, datetime | None]:
    """How many posts an author published since a moment, and when their first one was."""
    recent = func.count().filter(posts.c.published_at >= since)
    row = tx.execute(
        select(recent, func.min(posts.c.published_at)).where(
            posts.c.blog_id == key.blog_id, posts.c.author_id == key.author_id, IS_WHOLE_POST
        )
    ).one()
    return int(row[0]), row[1]
