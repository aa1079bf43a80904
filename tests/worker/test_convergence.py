"""Any interleaving, repetition and late arrival of a history ends in the same state, byte for byte."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bridge.storage.content import tables as content_tables
from bridge.storage.core import tables as core_tables
from bridge.storage.engagement import tables as engagement_tables
from bridge.worker import nightly
from bridge.worker.matching.epoch import freeze_epoch
from tests.conftest import Clock, Databases
from tests.lab.texts import CASH, ENGLISH, HIRING, LONG
from tests.peer import PeerBlog
from tests.worker.conftest import WorkerBank

pytestmark = pytest.mark.slow
SIGNATURE = "Abonnez-vous à la lettre du vendredi, gratuite et sans publicité : ateliers, chiffres, courage."
# Under enough of them to be found as a signature in some histories, and not in others.
TEXTS = tuple((title, f"{text}\n{SIGNATURE}") for title, text in CASH + HIRING) + ENGLISH + LONG + LONG
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["post", "post", "post", "post", "drop", "comment", "uncomment", "author", "leave"]),
        st.integers(0, 2),  # which blog
        st.integers(1, 2),  # which author
        st.integers(1, 6),  # which post or comment
        st.integers(0, len(TEXTS) - 1),
    ),
    min_size=20,
    max_size=40,
)


def history(bank: WorkerBank, acts: list[tuple[str, int, int, int, int]]) -> list[tuple[PeerBlog, tuple[str, bytes]]]:
    """The events of three blogs, in the order in which they happened."""
    blogs = [bank.blog(name) for name in ("ann", "ben", "cy")]
    events = [(blog, blog.author(author, f"{blog.name} {author}")) for blog in blogs for author in (1, 2)]
    for act, which, author, item, text in acts:
        blog = blogs[which]
        title, body = TEXTS[text]
        if act == "post":
            # Posts keep their authors here: 1-3 are of the first, 4-6 of the second.
            home = f"{blogs[text % 3].url}/?p={item}" if text % 4 == 0 else ""
            events.append((blog, blog.post(item, 1 + (item > 3), title, body, text, canonical=home)))
        elif act == "drop":
            events.append((blog, blog.event("post.removed", id=item)))
        elif act == "comment":
            events.append((blog, comment(blog, item, text)))
        elif act == "uncomment":
            events.append((blog, blog.event("comment.removed", id=item, post_id=item)))
        elif act == "author":
            events.append((blog, blog.author(author, f"{blog.name} {author}")))
        else:
            events.append((blog, blog.event("author.removed", id=author)))
    return events


def comment(blog: PeerBlog, item: int, text: int) -> tuple[str, bytes]:
    return blog.event(
        "comment.published",
        id=item,
        post_id=item,
        parent_id=0,
        commenter="a" * 64,
        commenter_basis="email",
        author_name="Reader",
        author_id=0,
        is_staff=False,
        by_post_author=False,
        comment_type="comment",
        content=TEXTS[text][1],
        published_at="2026-03-01T10:00:00Z",
    )


def state(bank: WorkerBank) -> dict[str, list[tuple[Any, ...]]]:
    """Content, consents and tombstones; then, in one epoch and after one sweep, profiles and lists."""
    kept: dict[str, list[tuple[Any, ...]]] = {}
    freeze_epoch(bank.context)
    nightly.sweep(bank.context)
    ignored = {"removed_at", "epoch_id", "listed_as", "historical"}
    # A comment is read once, with the post and the weights of that moment: they are input of all that follows.
    # When a post was heard of is input, too: here all of them at once.
    ignored |= {"terms", "received_at", "deep", "relevance", "analysed_with"}
    joined = engagement_tables.comments.join(
        content_tables.posts,
        (content_tables.posts.c.blog_id == engagement_tables.comments.c.blog_id)
        & (content_tables.posts.c.remote_id == engagement_tables.comments.c.post_id),
    )
    ignored |= {"visited_at", "changed_at"}
    ignored |= {"shared"}  # that another post may once have said the same: where to look, never what is found
    with bank.database.read() as tx:
        for name in (
            "authors",
            "posts",
            "tombstones",
            "post_shingles",
            "mentors",
            "postings",
            "related",
            "post_related",
        ):
            table = core_tables.metadata.tables[name]
            columns = [column for column in table.c if column.name not in ignored]
            kept[name] = sorted(tuple(row) for row in tx.execute(select(*columns)))
        columns = [column for column in engagement_tables.comments.c if column.name not in ignored]
        kept["comments"] = sorted(tuple(row) for row in tx.execute(select(*columns).select_from(joined)))
    return kept


def test_the_order_of_arrival_does_not_show(databases: Databases) -> None:
    @settings(max_examples=databases.examples(4))
    @given(acts=ACTS, data=st.data())
    def holds(acts: list[tuple[str, int, int, int, int]], data: st.DataObject) -> None:
        with databases.new() as one, databases.new() as other:
            ends_alike(WorkerBank(one, Clock()), WorkerBank(other, Clock()), acts, data)

    holds()


def ends_alike(
    straight: WorkerBank, mixed: WorkerBank, acts: list[tuple[str, int, int, int, int]], data: st.DataObject
) -> None:
    events = history(straight, acts)
    for blog, event in events:
        straight.send(blog, event)
    straight.work()
    for name in ("ann", "ben", "cy"):
        mixed.blog(name)
    repeated = data.draw(st.lists(st.sampled_from(events), max_size=10), "sent again")
    shuffled = data.draw(st.permutations([*events, *repeated]), "arrival")
    pauses = data.draw(st.sets(st.integers(0, len(shuffled)), max_size=3), "work in between")
    for number, (blog, event) in enumerate(shuffled):
        mixed.send(blog, event)
        if number in pauses:
            mixed.work()
    mixed.work()
    ends, wanted = state(mixed), state(straight)
    for name in wanted:
        assert set(ends[name]) ^ set(wanted[name]) == set(), name
