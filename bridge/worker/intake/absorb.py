"""What an event becomes: read, outside of any transaction; applied, and what follows made due, inside of one."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from bridge.mentors.own_addresses import author_at_own_address, post_at_own_address
from bridge.mentors.skills import SkillMatcher, bundled_matcher
from bridge.model import (
    Author,
    AuthorKey,
    BlogState,
    BlogUpdate,
    Comment,
    Event,
    Ping,
    Post,
    Removal,
    Transport,
    Version,
)
from bridge.operations import due
from bridge.operations.withdrawal import is_before_reset, reset_content, stop_statistics
from bridge.storage.blogs import address_claims, blogs, deliveries
from bridge.storage.blogs.blogs import Blog
from bridge.storage.content import authors as stored_authors
from bridge.storage.content import comment_intake, duplicates, intake, tombstones
from bridge.storage.content.comment_intake import AnalysedComment
from bridge.storage.content.intake import AnalysedPost
from bridge.storage.core import counters
from bridge.storage.core.database import Tx
from bridge.storage.engagement import comments, dirty
from bridge.storage.matching import (
    placements,
)
from bridge.text import comment_traits, html
from bridge.text.html import leading_text
from bridge.text.language import detect_language, primary_language
from bridge.text.terms import count_terms
from bridge.text.titles import plain_lines, plain_title
from bridge.wordpress.url_checks import find_unproven_address
from bridge.worker.intake import post_analysis, post_languages
from bridge.worker.intake.cpu_budget import CpuBudget
from bridge.worker.intake.delivery_effect import DeliveryEffect
from bridge.worker.intake.removals import apply_removal, delete_lists_of_posts

log = structlog.get_logger("absorb")

PreparedEvent = AnalysedPost | AnalysedComment | Author | BlogUpdate | Removal | Ping


def sort_by_version(prepared: Iterable[PreparedEvent]) -> deque[PreparedEvent]:
    """By version: what removes comes after what it removes."""
    return deque(sorted(prepared, key=_version))


def prepare(event: Event, blog_language: str, matcher: SkillMatcher | None = None) -> PreparedEvent:
    """Read the text of an event; pure and slow, so outside of any transaction. Without a `matcher`: our own skills.

    Raises:
        TooCostly: reading it takes longer than others may be kept waiting for one object.
    """
    if isinstance(event, Author):
        return replace(event, name=plain_title(event.name, blog_language), bio=plain_lines(event.bio, blog_language))
    if not isinstance(event, Post | Comment):
        return event
    post_analysis.load_models()
    budget = CpuBudget()
    if isinstance(event, Post):
        matcher = matcher or bundled_matcher()
        main = post_languages.main_language(event, primary_language(event.language or blog_language))
        post = _read_post(post_languages.in_language(event, main), main, matcher, budget)
        parts = [
            _read_post(part, part.language, matcher, budget) for part in post_languages.further_languages(event, main)
        ]
        # What is in no other language, whatever its mark says, is a copy.
        return replace(
            post, parts=tuple({part.language: part for part in parts if part.language != post.language}.values())
        )
    return _read_comment(event, blog_language, budget)


def _read_post(post: Post, language: str, matcher: SkillMatcher, budget: CpuBudget) -> AnalysedPost:
    """A post as it is read in one language, if it holds several."""
    page = html.read_post_html(post.content, budget, language)
    spoken = detect_language(page.text, language)
    names = (*post.tags, *post.categories)
    text = post_analysis.analyse_post(post.title, page, spoken, names, matcher, budget=budget)
    return AnalysedPost(post, spoken, text.counts.to_bytes(), text.lived, text.read_with, text.substance.to_bytes())


def _read_comment(comment: Comment, blog_language: str, budget: CpuBudget) -> AnalysedComment:
    comment = replace(comment, author_name=plain_title(comment.author_name))
    text = html.read_post_html(comment.content, budget).text
    digest = hashlib.sha256(" ".join(text.lower().split()).encode()).digest()
    text = leading_text(text)
    language = detect_language(text, blog_language)
    remark = comment_traits.read_comment(
        comment.content, text, language, comment.author_name, has_website=comment.has_website
    )
    budget.check()
    counts = count_terms("", text, language).to_bytes()
    budget.check()
    return AnalysedComment(comment, language, remark, digest, counts)


def apply(
    tx: Tx,
    blog_id: str,
    prepared: Iterable[PreparedEvent],
    now: datetime,
    heard_at: datetime | None = None,
    closer: Sequence[str] = (),
) -> DeliveryEffect:
    """Bring the tables to the newest state, event by event, and make due what follows.

    `heard_at`: when the blog said it, if not now. `closer`: homes of other blogs below its own.
    """
    effect = DeliveryEffect(heard_at or now)
    blog = _resume_paused_blog(tx, blog_id, effect, now)
    for event in prepared:
        _apply(tx, blog, _with_own_address(event, blog.homes, closer), effect, now)
        if effect.left:
            break  # whatever it says after that is not kept
    changed = {AuthorKey(blog_id, author) for author in effect.authors}
    due.authors_changed(tx, changed, now, urgent=effect.urgent)
    due.duplicates_changed(tx, effect.duplicates - changed, now)
    if effect.posts:
        effect.tallies.add(blog_id)
    for counted in sorted(effect.tallies):
        if _is_counted(tx, counted, blog, effect):
            due.comments_changed(tx, counted, now, erased=effect.erased)
        else:
            stop_statistics(tx, counted, now)
    due.mentors_vanished(tx, effect.blogs - {blog_id}, now)
    if effect.bylines:
        due.bylines_changed(tx, {blog_id} | placements.list_blogs_showing(tx, blog_id, effect.bylines), now)
    if effect.posts:
        numbers = counters.list_numbers(tx, (counters.CHANGED_POSTS, counters.EPOCH_POSTS))
        changes = numbers[counters.CHANGED_POSTS] + effect.posts
        counters.upsert_number(tx, counters.CHANGED_POSTS, changes)
        if changes * 10 >= numbers[counters.EPOCH_POSTS]:
            due.weights_outdated(tx, now)
    return effect


def _is_counted(tx: Tx, blog_id: str, blog: Blog, effect: DeliveryEffect) -> bool:
    """Whether anybody wants to know a blog's figures; what is known of the sender itself is not asked again."""
    if blog_id == blog.id and not effect.updated:
        return blog.counted
    return comments.is_blog_counted(tx, blog_id)


def _version(event: PreparedEvent) -> Version:
    if isinstance(event, AnalysedPost):
        return event.post.version
    return event.comment.version if isinstance(event, AnalysedComment) else event.version


def _with_own_address(event: PreparedEvent, homes: Sequence[str], closer: Sequence[str]) -> PreparedEvent:
    """With no address for its own that the blog has not proven; what an operator imported is taken as it is."""
    if homes and isinstance(event, AnalysedPost):
        post = post_at_own_address(event.post, homes, closer)
        parts = (replace(part, post=post_at_own_address(part.post, homes, closer)) for part in event.parts)
        return replace(event, post=post, parts=tuple(parts))
    return author_at_own_address(event, homes, closer) if homes and isinstance(event, Author) else event


def _apply(tx: Tx, blog: Blog, event: PreparedEvent, effect: DeliveryEffect, now: datetime) -> None:
    blog_id = blog.id
    if isinstance(event, AnalysedPost):
        whose = intake.upsert_post(tx, event, effect.heard_at)
        effect.authors |= whose
        effect.posts += bool(whose)
        effect.bylines |= whose if len(whose) > 1 else set()  # what its author has pinned stands under it
        if whose:
            gone = intake.upsert_parts(tx, event, effect.heard_at)
            delete_lists_of_posts(tx, gone)
            changed = [event.post.id, *(part.post.id for part in event.parts), *gone]
            effect.duplicates |= duplicates.upsert_shingles(tx, changed)
    elif isinstance(event, AnalysedComment):
        effect.tallies |= comment_intake.upsert_comment(tx, event, now) or set()
    elif isinstance(event, Author):
        if intake.upsert_author(tx, event):
            effect.authors.add(event.remote_id)
            effect.bylines.add(event.remote_id)
    elif isinstance(event, BlogUpdate):
        if blogs.record_facts(tx, blog_id, event.facts, event.version, event.state_hash):
            effect.updated = True
            stored_authors.record_name_keys(tx, blog_id)
            # Its name stands in the lists of others.
            of_blog = {author for _, author in stored_authors.list_named_by_posts(tx, blog_id)}
            effect.authors |= of_blog
            effect.bylines |= of_blog
            effect.tallies.add(blog_id)
            dirty.mark_blog(tx, blog_id)
            address_claims.record(tx, blog, find_unproven_address(event.facts, blog.facts, blog.further_homes), now)
        if not event.facts.statistics:
            apply_removal(tx, Removal(blog_id, *tombstones.ALL_COMMENTS, event.version), effect, now)
    elif isinstance(event, Removal):
        apply_removal(tx, event, effect, now)
    else:
        _apply_ping(tx, event, now)


def _apply_ping(tx: Tx, ping: Ping, now: datetime) -> None:
    """A ping: a blog that had to fetch may be in reach by now, and one may show that we are from a backup."""
    blog_id = ping.blog_id
    forgotten = ping.acknowledged and not deliveries.is_known(tx, ping.acknowledged, blog_id=blog_id)
    if forgotten and not is_before_reset(tx, blog_id, ping.version):
        log.warning("a blog had an answer that we do not know: it begins anew", blog=blog_id, message=ping.acknowledged)
        reset_content(tx, blog_id, now)
    if blogs.get(tx, blog_id).transport is Transport.PULL:
        blogs.record_transport(tx, blog_id, None)
        due.blog_connected(tx, blog_id, now)


def _resume_paused_blog(tx: Tx, blog_id: str, effect: DeliveryEffect, now: datetime) -> Blog:
    """Any word of a paused blog: it is shown again, and hears what it has missed."""
    blog = blogs.get(tx, blog_id)
    if blog.state is BlogState.PAUSED:
        blogs.record_state(tx, blog_id, BlogState.CONNECTED, now)
        effect.authors |= {author for _, author in stored_authors.list_named_by_posts(tx, blog_id)}
        due.blog_connected(tx, blog_id, now)
    return blog
