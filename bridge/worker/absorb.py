"""What an event becomes: read, outside of any transaction; applied, and what follows made due, inside of one."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from bridge.mentors.homes import own_author, own_post
from bridge.mentors.skills import Matcher, own_matcher
from bridge.model import (
    Author,
    AuthorKey,
    BlogState,
    BlogUpdate,
    Comment,
    Event,
    Kind,
    Ping,
    Post,
    Removal,
    Station,
    Transport,
    Version,
)
from bridge.storage import (
    blogs,
    cards,
    claims,
    content,
    copies,
    deliveries,
    engagement,
    epochs,
    holds,
    mentors,
    notes,
    parties,
    post_index,
    removals,
    verdicts,
    work,
    writers,
)
from bridge.storage.blogs import Blog
from bridge.storage.content import ReadComment, ReadPost
from bridge.storage.database import Tx
from bridge.storage.leaving import begin_anew, is_behind, stop_counting, withdraw
from bridge.text import html, remarks
from bridge.text.html import beginning
from bridge.text.language import detect
from bridge.text.terms import count_terms
from bridge.wordpress.addresses import unproven
from bridge.worker import texts
from bridge.worker.budget import CpuBudget

log = structlog.get_logger("absorb")

Prepared = ReadPost | ReadComment | Author | BlogUpdate | Removal | Ping


@dataclass
class Effect:
    """What a delivery changed, and so what becomes due."""

    heard_at: datetime
    authors: set[str] = field(default_factory=set)
    urgent: bool = False
    blogs: set[str] = field(default_factory=set)  # under whose posts something vanished
    posts: int = 0
    tallies: set[str] = field(default_factory=set)  # blogs whose figures change
    erased: bool = False  # somebody waits for the figures to be without them
    gone: list[tuple[str, str]] = field(default_factory=list)  # objects whose payloads must go
    left: bool = False  # the blog itself is gone


def in_order(prepared: Iterable[Prepared]) -> deque[Prepared]:
    """By version: what removes comes after what it removes."""
    return deque(sorted(prepared, key=_version))


def prepare(event: Event, blog_language: str, matcher: Matcher | None = None) -> Prepared:
    """Read the text of an event; pure and slow, so outside of any transaction. Without a `matcher`: our own skills.

    Raises:
        TooCostly: reading it takes longer than others may be kept waiting for one object.
    """
    if not isinstance(event, Post | Comment):
        return event
    matcher = matcher or own_matcher()
    texts.load()
    budget = CpuBudget()
    if isinstance(event, Post):
        page = html.read(event.content, budget)
        language = detect(page.text, event.language or blog_language)
        names = (*event.tags, *event.categories)
        text = texts.read(event.title, page, language, names, matcher, budget=budget)
        return ReadPost(
            event, language, text.counts.to_bytes(), text.lived, text.read_with, text.substance.to_bytes()
        )  # fmt: skip
    return _read_comment(event, blog_language, budget)


def _read_comment(comment: Comment, blog_language: str, budget: CpuBudget) -> ReadComment:
    text = html.read(comment.content, budget).text
    digest = hashlib.sha256(" ".join(text.lower().split()).encode()).digest()
    text = beginning(text)
    language = detect(text, blog_language)
    remark = remarks.read(comment.content, text, language, comment.author_name, has_website=comment.has_website)
    budget.check()
    counts = count_terms("", text, language).to_bytes()
    budget.check()
    return ReadComment(comment, language, remark, digest, counts)


def apply(
    tx: Tx, blog_id: str, prepared: Iterable[Prepared], now: datetime, heard_at: datetime | None = None,
    closer: Sequence[str] = (),
) -> Effect:  # fmt: skip
    """Bring the tables to the newest state, event by event, and make due what follows.

    `heard_at`: when the blog said it, if not now. `closer`: homes of other blogs below its own.
    """
    effect = Effect(heard_at or now)
    blog = _wake(tx, blog_id, effect, now)
    for event in prepared:
        _apply(tx, blog, _at_home(event, blog.homes, closer), effect, now)
        if effect.left:
            break  # whatever it says after that is not kept
    keys = [str(AuthorKey(blog_id, author)) for author in effect.authors]
    work.mark_due(tx, Station.REFRESH, keys, now, blog_id=blog_id, urgent=effect.urgent)
    if effect.posts:
        effect.tallies.add(blog_id)
    for counted in sorted(effect.tallies):
        if engagement.is_counted(tx, counted):
            work.mark_due(tx, Station.TALLY, [counted], now, blog_id=counted, urgent=effect.erased)
        else:
            stop_counting(tx, counted, now)
    for shown_on in sorted(effect.blogs - {blog_id}):
        work.mark_due(tx, Station.PUSH, [shown_on], now, blog_id=shown_on, urgent=True)
    if effect.posts:
        changes = notes.get_number(tx, notes.CHANGED_POSTS) + effect.posts
        notes.set_number(tx, notes.CHANGED_POSTS, changes)
        if changes * 10 >= notes.get_number(tx, notes.EPOCH_POSTS):
            work.mark_due(tx, Station.EPOCH, [work.BANK], now)
    return effect


def _version(event: Prepared) -> Version:
    if isinstance(event, ReadPost):
        return event.post.version
    return event.comment.version if isinstance(event, ReadComment) else event.version


def _at_home(event: Prepared, homes: Sequence[str], closer: Sequence[str]) -> Prepared:
    """With no address for its own that the blog has not proven; what an operator imported is taken as it is."""
    if homes and isinstance(event, ReadPost):
        return replace(event, post=own_post(event.post, homes, closer))
    return own_author(event, homes, closer) if homes and isinstance(event, Author) else event


def _apply(tx: Tx, blog: Blog, event: Prepared, effect: Effect, now: datetime) -> None:
    blog_id = blog.id
    if isinstance(event, ReadPost):
        whose = content.upsert_post(tx, event, effect.heard_at)
        effect.authors |= whose
        effect.posts += bool(whose)
        if whose:
            copies.follow(tx, [event.post.id], now)
    elif isinstance(event, ReadComment):
        effect.tallies |= content.upsert_comment(tx, event, now) or set()
    elif isinstance(event, Author):
        if content.upsert_author(tx, event):
            effect.authors.add(event.remote_id)
    elif isinstance(event, BlogUpdate):
        if blogs.update_facts(tx, blog_id, event.facts, event.version):
            # Its name stands in the lists of others.
            effect.authors |= {author for _, author in writers.list_authors(tx, blog_id)}
            effect.tallies.add(blog_id)
            claims.record(tx, blog, unproven(event.facts, blog.facts, blog.further_homes), now)
        if not event.facts.statistics:
            _remove(tx, Removal(blog_id, *removals.ALL_COMMENTS, event.version), effect, now)
    elif isinstance(event, Removal):
        _remove(tx, event, effect, now)
    else:
        _hear(tx, event, now)


def _hear(tx: Tx, ping: Ping, now: datetime) -> None:
    """A ping: a blog that had to fetch may be in reach by now, and one may show that we are from a backup."""
    blog_id = ping.blog_id
    forgotten = ping.acknowledged and not deliveries.is_known(tx, ping.acknowledged, blog_id=blog_id)
    if forgotten and not is_behind(tx, blog_id, ping.version):
        log.warning("a blog had an answer that we do not know: it begins anew", blog=blog_id, message=ping.acknowledged)
        begin_anew(tx, blog_id, now)
    if blogs.get(tx, blog_id).transport is Transport.PULL:
        blogs.set_transport(tx, blog_id, None)
        work.mark_due(tx, Station.PUSH, [blog_id], now, blog_id=blog_id, urgent=True)


def _wake(tx: Tx, blog_id: str, effect: Effect, now: datetime) -> Blog:
    """Any word of a paused blog: it is shown again, and hears what it has missed."""
    blog = blogs.get(tx, blog_id)
    if blog.state is BlogState.PAUSED:
        blogs.set_state(tx, blog_id, BlogState.CONNECTED, now)
        effect.authors |= {author for _, author in writers.list_authors(tx, blog_id)}
        work.mark_due(tx, Station.PUSH, [blog_id], now, blog_id=blog_id, urgent=True)
    return blog


def _remove(tx: Tx, removal: Removal, effect: Effect, now: datetime) -> None:
    if not removals.bury(tx, removal, now):
        return
    if removal.kind is Kind.BLOG:
        effect.blogs |= withdraw(tx, removal.blog_id, now)
        effect.authors.clear()
        effect.tallies.clear()
        effect.left = True
        return
    removed = removals.remove(tx, removal)
    effect.gone += removed.objects
    effect.authors |= removed.authors
    effect.tallies |= removed.tallies
    if removal.kind is Kind.COMMENTER:
        effect.erased = True
        effect.tallies.add(removal.blog_id)
    effect.urgent = True
    mentors.forget_posts(tx, removed.posts)
    epochs.forget_posts(tx, removed.posts)
    post_index.forget(tx, removed.posts)
    copies.follow(tx, removed.posts, now)
    if removal.kind is Kind.AUTHOR:
        of_author = [row.key.id for row in mentors.list_of(tx, removal.blog_id, removal.remote_id)]
        effect.blogs |= mentors.remove(tx, of_author)
        verdicts.forget_author(tx, AuthorKey(removal.blog_id, removal.remote_id))
        holds.forget_author(tx, AuthorKey(removal.blog_id, removal.remote_id))
        cards.close(tx, removal.blog_id, removal.remote_id)
        parties.forget(tx, AuthorKey(removal.blog_id, removal.remote_id))
    if removed.posts:
        work.mark_due(tx, Station.PUSH, [removal.blog_id], now, blog_id=removal.blog_id, urgent=True)
