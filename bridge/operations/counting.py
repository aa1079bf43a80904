"""Comments become shares: what each post and each commenter of a blog adds to its figures. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from bridge.contract.pushes import json_value
from bridge.engagement import commenters, posts
from bridge.engagement.commenters import Exclusion, classify_commenter
from bridge.engagement.facts import CommentFacts, Sums, Tally, Window
from bridge.engagement.threads import Conversation, reactions
from bridge.storage.engagement.contributions import CommenterContribution, PostContribution
from bridge.storage.engagement.records import Cohort, PostFigures

FindTextsElsewhere = Callable[[Collection[bytes]], Container[bytes]]  # which of some texts were left on other blogs too
REPEATED_TEXT_SIGNAL = "repeated_text"


class _AnyText(Container[bytes]):
    """As if every text had been left on another blog too."""

    def __contains__(self, _text: object) -> bool:
        return True


ANY_TEXT = _AnyText()


@dataclass(frozen=True, slots=True)
class Contributions:
    """What came out of some comments; `derived` are the comments about which something changed."""

    posts: tuple[PostContribution, ...]
    people: tuple[CommenterContribution, ...]
    derived: tuple[CommentFacts, ...]
    cohorts: tuple[Cohort, ...] = ()  # only when everything is counted


def count_all_comments(
    comments: Iterable[CommentFacts],
    published: Mapping[str, datetime],
    window: Window,
    languages: Iterable[str],
    elsewhere: FindTextsElsewhere,
    begun: datetime | None = None,
) -> Contributions:
    """Everything of a blog, from all its comments; `begun`: when a history that was imported begins."""
    history = list(comments)
    classified = classify_comments(history, set(languages), elsewhere)
    moved = {c.id for c in history if classified[c.id] is not c}
    del comments, history  # a hundred thousand of them: what follows needs the room
    shares, reacted = contributions_of_posts(classified, published, window)
    people = group_by_person(classified.values())
    return Contributions(
        shares,
        tuple(commenter_contribution(person, theirs, window) for person, theirs in people.items()),
        tuple(classified[name] for name in sorted(moved | reacted, key=_as_written)),
        tuple(cast("list[Cohort]", commenters.monthly_cohorts(people.values(), window, begun))),
    )


def _as_written(name: str) -> tuple[int, str]:
    """Blogs count their comments: in this order neighbours stand on one page of the table, and fewer are written."""
    return len(name), name


def classify_comments(
    comments: Iterable[CommentFacts], languages: set[str], elsewhere: FindTextsElsewhere
) -> dict[str, CommentFacts]:
    """The same comments, each with its standing among those of its commenter."""
    groups: dict[str, list[CommentFacts]] = {}
    classified = {}
    for comment in comments:
        groups.setdefault(comment.person or f"\0{comment.id}", []).append(comment)
        classified[comment.id] = comment
    unsure = []
    for group in groups.values():
        verdicts = classify_commenter(group, languages, ANY_TEXT)
        if any(REPEATED_TEXT_SIGNAL in verdict.excluded for verdict in verdicts.values()):
            unsure.append(group)
        else:  # most people: it is the same wherever else their texts were left
            _pass(verdicts, classified)
    texts = elsewhere({comment.text for group in unsure for comment in group}) if unsure else ()
    for group in unsure:
        _pass(classify_commenter(group, languages, texts), classified)
    return classified


def _pass(verdicts: Mapping[str, Exclusion], classified: dict[str, CommentFacts]) -> None:
    for name, verdict in verdicts.items():
        comment = classified[name]
        if (comment.excluded, comment.first) != verdict:
            classified[name] = comment._replace(excluded=verdict.excluded, first=verdict.first)


def contributions_of_posts(
    classified: dict[str, CommentFacts], published: Mapping[str, datetime], window: Window
) -> tuple[tuple[PostContribution, ...], set[str]]:
    """The shares of whole posts; `classified` learns what followed each comment in its thread: of which it was news.

    One conversation at a time: all of them at once are what takes the memory.
    """
    shares, news = [], set()
    for post, on_post in group_by_post(classified.values()).items():
        talk = Conversation.of(on_post)
        reacted = reactions(talk)
        for comment in on_post:
            answered, replies = reacted.get(comment.id, (False, 0))
            if comment.answered != answered or comment.replies != replies:
                classified[comment.id] = comment._replace(answered=answered, replies=replies)
                news.add(comment.id)
        if post in published:  # it may have gone between two looks; its removal has marked it again
            shares.append(post_contribution(post, talk, published[post], window))
    return tuple(shares), news


def group_by_post(comments: Iterable[CommentFacts]) -> dict[str, list[CommentFacts]]:
    """The comments of every post."""
    groups: dict[str, list[CommentFacts]] = {}
    for comment in comments:
        groups.setdefault(comment.post, []).append(comment)
    return groups


def group_by_person(comments: Iterable[CommentFacts]) -> dict[str, list[CommentFacts]]:
    """The comments of everybody who is somebody."""
    groups: dict[str, list[CommentFacts]] = {}
    for comment in comments:
        if comment.person:
            groups.setdefault(comment.person, []).append(comment)
    return groups


def post_contribution(post: str, talk: Conversation, published_at: datetime, window: Window) -> PostContribution:
    """What one post adds to its blog's figures, and its own; the latter of all time, as a list of posts shows them."""
    ever = Window.ever(window.as_of)
    open_ones = posts.waiting_comments(talk, ever)
    figures = posts.post_figures(post, talk, ever, open_ones)
    data = figures.as_data(None) | {"waiting": list(figures.waiting[:100])}
    drawn = posts.count_exposed(talk.comments, published_at)
    now, before = (
        {**posts.post_tally(talk, of), **posts.exposure_tally(drawn, published_at, of)}
        for of in (window, window.previous)
    )
    waits = (item for item in open_ones if item.since >= window.start)
    return PostContribution(
        post=post,
        tallies=(now, before),
        exposed=drawn,
        figures=cast("PostFigures", data),
        likeness=figures.likeness,
        last_at=figures.last,
        waiting=tuple((item.rank, item.since, json_value(item.as_data())) for item in waits),
    )


def commenter_contribution(person: str, comments: list[CommentFacts], window: Window) -> CommenterContribution:
    """What one commenter adds to the blog's figures, and their own in the window."""
    counted = commenters.counted_comments(comments)
    tally, figures = commenters.tally_and_figures(counted, window)
    return CommenterContribution(
        commenter=person,
        tallies=(tally, commenters.person_tally(counted, window.previous)),
        figures=json_value({**figures.as_data(), "latest": figures.latest}) if figures else None,
        posts=len({c.post for c in counted}),
        regular_posts=figures.posts if figures and figures.standing == "regular" else 0,
        silent_since=commenters.silent_since(counted),
    )


def sum_contributions(counted: Contributions, minus: Iterable[tuple[Tally, Tally]] = ()) -> tuple[Tally, Tally]:
    """The sum of all shares, less others, for both windows."""
    now, before = Sums(), Sums()
    shares = [*(share.tallies for share in counted.posts), *(share.tallies for share in counted.people)]
    for sign, some in ((1, shares), (-1, minus)):
        for share in some:
            now.add_all(share[0], sign)
            before.add_all(share[1], sign)
    return now.tally(), before.tally()
