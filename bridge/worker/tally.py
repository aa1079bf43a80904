"""tally(blog): comments become figures.

What changed since the last time is looked at again, and the sums move by the difference. At the first tally of a
day the windows have moved, and everything is counted from nothing; both ways use the same functions.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bridge.contract.pushes import wired
from bridge.engagement import commenters, posts
from bridge.engagement.commenters import judge
from bridge.engagement.facts import DAY, CommentFacts, Sums, Tally, Window
from bridge.engagement.posts import Talk
from bridge.model import Station
from bridge.storage import blogs, cohorts, engagement, tallies, work
from bridge.storage.blogs import Blog
from bridge.storage.database import Tx
from bridge.storage.tallies import CommenterShare, PostShare
from bridge.text.language import primary
from bridge.worker import reading, summary
from bridge.worker.context import Context

ROWS = 200  # written in one transaction while counting from nothing
SOON = timedelta(seconds=5)
MINUTE = timedelta(minutes=1)


def tally(context: Context, blog_id: str) -> datetime | None:
    """Bring a blog's figures up to date; when they move on by themselves."""
    now = context.clock()
    with context.database.read() as tx:
        blog = blogs.find(tx, blog_id)
    if blog is None or not blog.present:
        return None
    try:
        given_up = reading.read_waiting(context, blog_id)
    except reading.NoEpoch:
        with context.database.begin() as tx:
            work.mark_due(tx, Station.EPOCH, [work.BANK], now)
        return now + SOON
    window = Window.before(now)
    with context.database.read() as tx:
        held = tallies.find(tx, blog_id)
        languages = known_languages(tx, blog)
        anew = held is None or held.day != window.day or held.languages != languages
    if anew:
        count_anew(context, blog_id, window, languages)
    else:
        count_changes(context, blog_id, window, languages)
    tomorrow = window.day + DAY + MINUTE
    return tomorrow if given_up is None else min(tomorrow, given_up)


def known_languages(tx: Tx, blog: Blog) -> frozenset[str]:
    """Languages in which nobody is foreign: that of the blog, and those of its posts."""
    return frozenset(engagement.languages(tx, blog.id) | {primary(blog.facts.language)})


@dataclass(frozen=True, slots=True)
class Counted:
    """What came out of some comments; `derived` are the comments about which something changed."""

    posts: tuple[PostShare, ...]
    people: tuple[CommenterShare, ...]
    derived: tuple[CommentFacts, ...]
    cohorts: tuple[dict[str, object], ...] = ()  # only when everything is counted


def count_from_nothing(
    comments: Iterable[CommentFacts], published: Mapping[str, datetime], window: Window, languages: Iterable[str],
    elsewhere: set[bytes], begun: datetime | None = None,
) -> Counted:  # fmt: skip
    """Everything of a blog, from all its comments; `begun`: when a history that was imported begins. Pure."""
    before = {c.id: c for c in comments}
    known = judged(before.values(), set(languages), elsewhere)
    shares = _look_at_posts(known, published, window)
    people = by_person(known.values())
    return Counted(
        shares,
        tuple(commenter_share(person, own, window) for person, own in people.items()),
        tuple(c for c in known.values() if c is not before[c.id]),
        tuple(commenters.cohorts(people.values(), window, begun)),
    )


def judged(
    comments: Iterable[CommentFacts], languages: set[str], elsewhere: set[bytes]
) -> dict[str, CommentFacts]:  # fmt: skip
    """The same comments, each with its standing among those of its commenter."""
    groups: dict[str, list[CommentFacts]] = {}
    for comment in comments:
        groups.setdefault(comment.person or f"\0{comment.id}", []).append(comment)
    found = {}
    for own in groups.values():
        verdicts = judge(own, languages, elsewhere)
        for comment in own:
            verdict = verdicts[comment.id]
            same = (comment.excluded, comment.first) == (verdict.excluded, verdict.first)
            found[comment.id] = comment if same else replace(comment, excluded=verdict.excluded, first=verdict.first)
    return found


def _look_at_posts(
    known: dict[str, CommentFacts], published: Mapping[str, datetime], window: Window
) -> tuple[PostShare, ...]:
    """The shares of whole posts; `known` learns what followed each comment in its thread.

    One conversation at a time: all of them at once are what takes the memory.
    """
    shares = []
    for post, own in by_post(known.values()).items():
        talk = Talk.of(own)
        reactions = posts.reactions(talk)
        for comment in own:
            answered, replies = reactions.get(comment.id, (False, 0))
            if comment.answered != answered or comment.replies != replies:
                known[comment.id] = replace(comment, answered=answered, replies=replies)
        if post in published:  # it may have gone between two looks; its removal has marked it again
            shares.append(post_share(post, talk, published[post], window))
    return tuple(shares)


def by_post(comments: Iterable[CommentFacts]) -> dict[str, list[CommentFacts]]:
    """The comments of every post."""
    found: dict[str, list[CommentFacts]] = {}
    for comment in comments:
        found.setdefault(comment.post, []).append(comment)
    return found


def by_person(comments: Iterable[CommentFacts]) -> dict[str, list[CommentFacts]]:
    """The comments of everybody who is somebody."""
    found: dict[str, list[CommentFacts]] = {}
    for comment in comments:
        if comment.person:
            found.setdefault(comment.person, []).append(comment)
    return found


def post_share(post: str, talk: Talk, published_at: datetime, window: Window) -> PostShare:
    """What one post adds to its blog's figures, and its own; the latter of all time, as a list of posts shows them."""
    figures = posts.figures_of(post, talk, Window.ever(window.as_of))
    data = figures.as_data(None) | {"waiting": list(figures.waiting[:100])}
    return PostShare(
        post=post, tallies=(posts.post_tally(talk, window), posts.post_tally(talk, window.previous)),
        exposed=posts.exposed(talk.comments, published_at), figures=data, likeness=figures.likeness,
        last_at=figures.last,
        waiting=tuple((item.rank, item.since, wired(item.as_data())) for item in posts.waiting(talk, window)),
    )  # fmt: skip


def commenter_share(person: str, own: list[CommentFacts], window: Window) -> CommenterShare:
    """What one commenter adds to the blog's figures, and their own in the window."""
    figures = commenters.figures_of(own, window)
    said = [c for c in own if c.counts]
    return CommenterShare(
        commenter=person,
        tallies=(commenters.person_tally(own, window), commenters.person_tally(own, window.previous)),
        figures=wired({**figures.as_data(), "latest": figures.latest}) if figures else None,
        posts=len({c.post for c in said}),
        regular_posts=figures.posts if figures and figures.standing == "regular" else 0,
        silent_since=commenters.silent_since(said),
    )


def count_anew(context: Context, blog_id: str, window: Window, languages: frozenset[str]) -> None:
    """From nothing. What comes out otherwise than it is kept is written, in portions; the sums with the last one."""
    with context.database.read() as tx, _without_looking_for_cycles():
        seen = engagement.marked(tx, blog_id)
        comments = engagement.all_facts(tx, blog_id)
        published = engagement.published(tx, blog_id, {c.post for c in comments})
        elsewhere, begun = engagement.shared_texts(tx, blog_id), engagement.imported_since(tx, blog_id)
        counted = count_from_nothing(comments, published, window, languages, elsewhere, begun)
        del comments  # what follows needs the room
        posts_changed, posts_gone = tallies.changed_posts(tx, blog_id, counted.posts)
        people_changed, people_gone = tallies.changed_commenters(tx, blog_id, counted.people)
    with context.database.begin() as tx:
        tallies.begin_anew(tx, blog_id)
    write = partial(_write, context, blog_id)
    write(counted.derived, engagement.store_derived)
    write(posts_changed, tallies.store_posts)
    write(posts_gone, lambda tx, blog, gone: tallies.store_posts(tx, blog, (), gone))
    write(people_changed, tallies.store_commenters)
    write(people_gone, lambda tx, blog, gone: tallies.store_commenters(tx, blog, (), gone))
    totals, stayed = sum_of(counted), counted.cohorts
    del counted
    summary.tell_all(context, blog_id, window, totals)
    with context.database.begin() as tx:
        tallies.replace_sums(tx, blog_id, totals)
        cohorts.store(tx, blog_id, stayed)
        engagement.unmark(tx, blog_id, seen)
        summary.store(tx, blog_id, window, languages, ((), ()))


@contextmanager
def _without_looking_for_cycles() -> Iterator[None]:
    """A hundred thousand values that hold no cycle: to look for one among them takes a fifth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _write(
    context: Context, blog_id: str, rows: Sequence[Any], store: Callable[[Tx, str, Sequence[Any]], None]
) -> None:
    for start in range(0, len(rows), ROWS):
        with context.database.begin() as tx:
            store(tx, blog_id, rows[start : start + ROWS])


def count_changes(context: Context, blog_id: str, window: Window, languages: frozenset[str]) -> None:
    """Only what was marked, and whom that concerns."""
    with context.database.read() as tx:
        seen = engagement.marked(tx, blog_id)
        counted, touched, people = _look_again(tx, blog_id, seen, window, set(languages))
        held = tallies.shares_held(tx, blog_id, touched, people)
        change = sum_of(counted, minus=held)
    post_rows = [tallies.post_rows(share) for share in counted.posts]
    people_rows = [tallies.commenter_row(share) for share in counted.people]
    with context.database.begin() as tx:
        engagement.store_derived(tx, blog_id, counted.derived)
        tallies.store_posts(tx, blog_id, post_rows, touched - {share.post for share in counted.posts})
        tallies.store_commenters(tx, blog_id, people_rows, people - {share.commenter for share in counted.people})
        tallies.change_sums(tx, blog_id, change)
        engagement.unmark(tx, blog_id, seen)
        summary.store(tx, blog_id, window, languages, (touched, people))


def _look_again(
    tx: Tx, blog_id: str, seen: engagement.Marks, window: Window, languages: set[str]
) -> tuple[Counted, set[str], set[str]]:
    """The shares of marked posts and commenters, and of all whose standing moves with them."""
    own = engagement.facts(tx, blog_id, by=seen.people)
    standing = judged(own, languages, engagement.texts_elsewhere(tx, blog_id, {c.text for c in own}))
    moved = {c.post for c in own if standing[c.id] != c}
    touched = set(seen.posts) | moved
    stored = {c.id: c for c in engagement.facts(tx, blog_id, on=touched)}
    elsewhere = engagement.texts_elsewhere(tx, blog_id, {c.text for c in stored.values() if not c.person})
    alone = judged((c for c in stored.values() if not c.person), languages, elsewhere)
    known = {name: standing.get(name) or alone.get(name) or c for name, c in stored.items()}
    shares = _look_at_posts(known, engagement.published(tx, blog_id, touched), window)
    derived = {c.id: c for c in known.values() if c != stored[c.id]}
    people = set(seen.people) | {c.person for c in derived.values() if c.person}
    theirs = by_person(derived.get(c.id, standing.get(c.id, c)) for c in engagement.facts(tx, blog_id, by=people))
    counted = Counted(
        shares,
        tuple(commenter_share(person, group, window) for person, group in theirs.items()),
        tuple(derived.values()),
    )
    return counted, touched, people


def sum_of(counted: Counted, minus: Iterable[tuple[Tally, Tally]] = ()) -> tuple[Tally, Tally]:
    """The sum of all shares, less others, for both windows."""
    now, before = Sums(), Sums()
    shares = [*(share.tallies for share in counted.posts), *(share.tallies for share in counted.people)]
    for sign, some in ((1, shares), (-1, minus)):
        for share in some:
            now.add_all(share[0], sign)
            before.add_all(share[1], sign)
    return now.tally(), before.tally()
