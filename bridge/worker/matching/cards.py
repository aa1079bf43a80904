"""What a card tells of an author: from their posts, or before there are enough of them from their own word alone."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.language_tags import language_code
from bridge.mentors.corrections import with_added_words
from bridge.mentors.term_sums import moment_of
from bridge.model import post_id
from bridge.storage.bank.cards import CardContent
from bridge.storage.content.post_states import PostState
from bridge.storage.core.database import Tx
from bridge.storage.matching.epochs import Epoch
from bridge.storage.matching.profiles import MentorRow
from bridge.worker.context import Context
from bridge.worker.matching.reply_time import reply_minutes
from bridge.worker.matching.subject import Subject, rules_for


def summarize_for_card(
    context: Context,
    tx: Tx,
    epoch: Epoch,
    subject: Subject,
    rows: Sequence[MentorRow],
) -> CardContent | None:
    """What the author's card tells of their posts, by their profiles (`rows`); None when nothing may be shown."""
    listed = [row for row in rows if row.listed]
    if not listed:
        return _provisional_card(context, epoch, subject)
    mostly = max(listed, key=lambda row: (row.profile.posts, row.key.language)).key.language
    written = {row.key.language: tuple(subject[:3] for subject in row.profile.subjects) for row in listed}
    spoken = [post for post in subject.posts.states if post.language in written and post.id in subject.counted]
    translated = len(spoken) - _count_whole(subject, spoken)
    return CardContent(
        posts=sum(row.profile.posts for row in listed) - translated,
        last_post_at=max(row.profile.last_post_at for row in listed),
        themes=with_added_words(written, subject.corrections.added, mostly),
        reply_minutes=reply_minutes(tx, subject.standing, context.clock()),
    )


def _provisional_card(context: Context, epoch: Epoch, subject: Subject) -> CardContent | None:
    """The provisional card of somebody who says what they can help with and has hardly written yet.

    In a large bank a blog that the operator does not know enters by its posts alone: anybody can declare anything.
    """
    standing = subject.standing
    row, blog = standing.record, standing.blog
    if row is None or blog is None or not standing.listed or rules_for(context, epoch, standing).entry_posts:
        return None
    if not any(offer.strip() for offer in row.declared.offers):
        return None
    counted = subject.counted
    posts = [post for post in subject.posts.states if post.id in counted]
    languages = [language_code(tag) for tag in row.declared.languages] or [post.language for post in posts]
    languages = languages or [language_code(blog.facts.language) or "en"]
    return CardContent(
        posts=_count_whole(subject, posts),
        last_post_at=moment_of(posts[0].published) if posts else row.consented_at or blog.connected_at,
        themes=with_added_words(dict.fromkeys(languages, ()), subject.corrections.added, languages[0]),
    )


def _count_whole(subject: Subject, posts: Sequence[PostState]) -> int:
    """How many posts some are, each once however many languages it is in."""
    blog_id = subject.key.blog_id
    return len({post_id(blog_id, post.part_of) if post.part_of else post.id for post in posts})
