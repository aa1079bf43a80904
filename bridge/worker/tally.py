"""tally(blog): comments become figures.

What changed since the last time is looked at again, and the sums move by the difference. At the first tally of a
day the windows have moved, and everything is counted from nothing; both ways use the same functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bridge.contract.pushes import wired
from bridge.engagement import commenters, posts
from bridge.engagement.commenters import judge
from bridge.engagement.facts import DAY, CommentFacts, Sums, Tally, Window
from bridge.model import Station
from bridge.storage import blogs, cohorts, engagement, tallies, work
from bridge.storage.database import Tx
from bridge.storage.tallies import CommenterShare, PostShare
from bridge.text.language import primary
from bridge.worker import reading, summary
from bridge.worker.context import Context

ROWS = 100  # written in one transaction while counting from nothing
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
        languages = frozenset(engagement.languages(tx, blog_id) | {primary(blog.facts.language)})
        anew = held is None or held.day != window.day or held.languages != languages
    if anew:
        count_anew(context, blog_id, window, languages)
    else:
        count_changes(context, blog_id, window, languages)
    tomorrow = window.day + DAY + MINUTE
    return tomorrow if given_up is None else min(tomorrow, given_up)


@dataclass(frozen=True, slots=True)
class Counted:
    """What came out of some comments; `derived` are the comments about which something changed."""

    posts: tuple[PostShare, ...]
    people: tuple[CommenterShare, ...]
    derived: tuple[CommentFacts, ...]
    cohorts: tuple[dict[str, object], ...] = ()  # only when everything is counted


def count_from_nothing(
    comments: Iterable[CommentFacts], published: Mapping[str, datetime], window: Window, languages: Iterable[str],
    elsewhere: set[bytes],
) -> Counted:  # fmt: skip
    """Everything of a blog, from all its comments; pure."""
    before = {c.id: c for c in comments}
    known = judged(before.values(), set(languages), elsewhere)
    known = reacted(known)
    people = _by_person(known.values())
    return Counted(
        _post_shares(known.values(), published, window),
        tuple(commenter_share(person, own, window) for person, own in people.items()),
        tuple(c for c in known.values() if c != before[c.id]),
        tuple(commenters.cohorts(people.values(), window)),
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


def reacted(comments: Mapping[str, CommentFacts]) -> dict[str, CommentFacts]:
    """The same comments, each with what followed it in its thread; the posts have to be whole."""
    found = dict(comments)
    for own in _by_post(comments.values()).values():
        reactions = posts.reactions(own)
        for comment in own:
            answered, replies = reactions.get(comment.id, (False, 0))
            if (comment.answered, comment.replies) != (answered, replies):
                found[comment.id] = replace(comment, answered=answered, replies=replies)
    return found


def _by_post(comments: Iterable[CommentFacts]) -> dict[str, list[CommentFacts]]:
    found: dict[str, list[CommentFacts]] = {}
    for comment in comments:
        found.setdefault(comment.post, []).append(comment)
    return found


def _by_person(comments: Iterable[CommentFacts]) -> dict[str, list[CommentFacts]]:
    found: dict[str, list[CommentFacts]] = {}
    for comment in comments:
        if comment.person:
            found.setdefault(comment.person, []).append(comment)
    return found


def _post_shares(
    comments: Iterable[CommentFacts], published: Mapping[str, datetime], window: Window
) -> tuple[PostShare, ...]:
    # A post may have gone between two looks; its removal has marked it again.
    groups = _by_post(c for c in comments if c.post in published)
    return tuple(post_share(post, own, published[post], window) for post, own in groups.items())


def post_share(post: str, own: list[CommentFacts], published_at: datetime, window: Window) -> PostShare:
    """What one post adds to its blog's figures, and its own; the latter of all time, as a list of posts shows them."""
    figures = posts.figures_of(post, own, Window.ever(window.as_of))
    data = figures.as_data(None) | {"waiting": list(figures.waiting[:100])}
    return PostShare(
        post=post, tallies=(posts.post_tally(own, window), posts.post_tally(own, window.previous)),
        exposed=posts.exposed(own, published_at), figures=data, likeness=figures.likeness, last_at=figures.last,
        waiting=tuple((item.rank, item.since, wired(item.as_data())) for item in posts.waiting(own, window)),
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
    """From nothing, written in portions; until the last one the sums are of no day, so a fall in between shows."""
    with context.database.read() as tx:
        seen = engagement.marked(tx, blog_id)
        comments = engagement.all_facts(tx, blog_id)
        published = engagement.published(tx, blog_id, {c.post for c in comments})
        elsewhere = engagement.shared_texts(tx, blog_id)
    counted = count_from_nothing(comments, published, window, languages, elsewhere)
    with context.database.begin() as tx:
        tallies.store(tx, blog_id, tallies.BlogTally(None, languages, window.as_of, {}))
        tallies.begin_anew(tx, blog_id)
    for start in range(0, len(counted.derived), ROWS):
        with context.database.begin() as tx:
            engagement.store_derived(tx, blog_id, counted.derived[start : start + ROWS])
    for start in range(0, len(counted.posts), ROWS):
        with context.database.begin() as tx:
            tallies.store_posts(tx, blog_id, counted.posts[start : start + ROWS])
    for start in range(0, len(counted.people), ROWS):
        with context.database.begin() as tx:
            tallies.store_commenters(tx, blog_id, counted.people[start : start + ROWS])
    with context.database.begin() as tx:
        tallies.change_sums(tx, blog_id, total([*_tallies(counted)]))
        cohorts.store(tx, blog_id, counted.cohorts)
        engagement.unmark(tx, blog_id, seen)
        summary.store(tx, blog_id, window, languages, None)


def count_changes(context: Context, blog_id: str, window: Window, languages: frozenset[str]) -> None:
    """Only what was marked, and whom that concerns."""
    with context.database.read() as tx:
        seen = engagement.marked(tx, blog_id)
        counted, touched, people = _look_again(tx, blog_id, seen, window, set(languages))
        held = tallies.shares_held(tx, blog_id, touched, people)
        change = total([*_tallies(counted)], minus=held)
    with context.database.begin() as tx:
        engagement.store_derived(tx, blog_id, counted.derived)
        tallies.store_posts(tx, blog_id, counted.posts, touched - {share.post for share in counted.posts})
        tallies.store_commenters(tx, blog_id, counted.people, people - {share.commenter for share in counted.people})
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
    known = reacted({name: standing.get(name) or alone.get(name) or c for name, c in stored.items()})
    derived = {c.id: c for c in known.values() if c != stored[c.id]}
    people = set(seen.people) | {c.person for c in derived.values() if c.person}
    theirs = _by_person(derived.get(c.id, standing.get(c.id, c)) for c in engagement.facts(tx, blog_id, by=people))
    published = engagement.published(tx, blog_id, touched)
    counted = Counted(
        _post_shares(known.values(), published, window),
        tuple(commenter_share(person, group, window) for person, group in theirs.items()),
        tuple(derived.values()),
    )
    return counted, touched, people


def _tallies(counted: Counted) -> Iterable[tuple[Tally, Tally]]:
    yield from (share.tallies for share in counted.posts)
    yield from (share.tallies for share in counted.people)


def total(plus: Iterable[tuple[Tally, Tally]], minus: Iterable[tuple[Tally, Tally]] = ()) -> tuple[Tally, Tally]:
    """The sum of some shares, less others, for both windows."""
    now, before = Sums(), Sums()
    for sign, shares in ((1, plus), (-1, minus)):
        for share in shares:
            now.add_all(share[0], sign)
            before.add_all(share[1], sign)
    return now.tally(), before.tally()
