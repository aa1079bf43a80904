"""An older database with something in it is brought up to date, and goes on."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, text

from bridge.model import AuthorKey
from bridge.operations import corrections, feed_log
from bridge.operations.feed_log import FeedQuestion, Follower
from bridge.operations.stations import Station
from bridge.storage.asks import ask_mails
from bridge.storage.bank import card_addresses, cards, directory
from bridge.storage.bank import tables as bank_tables
from bridge.storage.bank.card_filters import Filters
from bridge.storage.blogs import blogs, deliveries
from bridge.storage.blogs import tables as blog_tables
from bridge.storage.blogs.keys import Vault
from bridge.storage.content import duplicates
from bridge.storage.content import tables as content_tables
from bridge.storage.core import job_leases, jobs, migrate
from bridge.storage.core import tables as core_tables
from bridge.storage.core.database import Database
from bridge.storage.engagement import statistics, totals
from bridge.storage.engagement import tables as engagement_tables
from bridge.storage.matching import card_corrections, epochs, pairing, profiles
from bridge.storage.matching import tables as matching_tables
from bridge.worker.outbound.push import push
from tests.asks.mentors import add_mentors, make_ask
from tests.conftest import Clock
from tests.lab.texts import CASH, HIRING, LONG
from tests.peer import PeerBlog, wire_time
from tests.worker.conftest import WorkerBank, publish

pytestmark = pytest.mark.slow


@contextmanager
def older(database: Database, revision: str) -> Iterator[Any]:
    """The database as it was at a revision, to be written to; brought up to date again afterwards."""
    with database.writer() as connection:
        command.downgrade(migrate.alembic_config(connection), revision)
        yield connection
        connection.commit()
    migrate.upgrade(database)


def talked_of(bank: WorkerBank) -> PeerBlog:
    blog = bank.blog("ann")
    bank.send(blog, blog.author(1, "Ann"), *(blog.post(n, 1, *CASH[n % len(CASH)], day=20 + n) for n in range(1, 4)))
    for n in range(6):
        bank.send(blog, said(blog, n))
    bank.work()
    return blog


def said(blog: PeerBlog, n: int) -> tuple[str, bytes]:
    return blog.event(
        "comment.published",
        id=n + 1,
        post_id=1 + n % 3,
        parent_id=0,
        commenter=f"{n:064x}",
        commenter_basis="email",
        author_name="Lecteur",
        author_id=0,
        is_staff=False,
        by_post_author=False,
        comment_type="comment",
        content=f"Et comment le {n} ?",
        published_at=f"2026-04-2{n}T10:00:00Z",
    )


def figures(bank: WorkerBank) -> Any:
    with bank.database.read() as tx:
        held = statistics.find_by_blog(tx, "ann")
        return held and held.figures["figures"]


def test_sums_of_one_row_a_bin_are_counted_anew_in_one_row_a_figure(database: Database, clock: Clock) -> None:
    bank = WorkerBank(database, clock)
    blog = talked_of(bank)
    before = figures(bank)
    assert before["comments"]["value"] == 6
    with older(database, "0014") as connection:
        connection.execute(
            text("INSERT INTO tally_sums (blog_id, span, figure, bin, total) VALUES ('ann', 0, 'comments', 0, 6)")
        )
    assert figures(bank) == before, "what was counted is shown until it is counted anew"
    clock.advance(minutes=2)
    bank.work()  # nothing was sent: it is due by itself
    with database.read() as tx:
        assert totals.get_figure_bins(tx, "ann", "comments") == {0: 6}
        assert tx.execute(select(engagement_tables.totals.c.figure)).first() is not None
    assert figures(bank) == before
    bank.send(blog, said(blog, 7))
    clock.advance(minutes=2)
    bank.work()
    assert figures(bank)["comments"]["value"] == 7


def test_posts_of_before_are_compared_with_those_of_others_in_the_night(database: Database, clock: Clock) -> None:
    bank = WorkerBank(database, clock)
    for name in ("ann", "ben"):
        clock.advance(days=1)
        blog = bank.blog(name)
        now = wire_time(clock())
        bank.send(blog, blog.author(1, name), blog.post(9, 1, *LONG[0], published_at=now))
    bank.work()
    with older(database, "0019"):
        pass
    with database.begin() as tx:
        assert tx.execute(select(content_tables.post_shingles)).first() is None
        jobs.mark_due(tx, Station.SWEEP, [jobs.BANK], clock())
    clock.advance(minutes=1)
    bank.work()
    with database.read() as tx:
        assert len(duplicates.list_candidates(tx, AuthorKey("ben", "1"))) == 1
        assert profiles.list_by_blog(tx, "ben", "1") == []
        assert [row.profile.posts for row in profiles.list_by_blog(tx, "ann", "1")] == [1]


def test_texts_of_before_were_heard_when_their_blog_connected_or_came_out_later(
    database: Database, clock: Clock
) -> None:
    bank = WorkerBank(database, clock)
    for name in ("ann", "ben"):
        blog = bank.blog(name)
        clock.advance(days=2)
        bank.send(blog, blog.author(1, name), blog.post(9, 1, *LONG[0], published_at="1990-01-01T00:00:00Z"))
        bank.send(blog, blog.post(10, 1, *LONG[2], published_at=wire_time(clock())))
    bank.work()
    connected = clock.now - timedelta(days=4)
    with database.read() as tx:
        prints = set(tx.execute(select(content_tables.post_shingles.c.print, content_tables.post_shingles.c.post_id)))
    with older(database, "0025") as connection:
        kept = connection.execute(text("SELECT print, post_id FROM post_prints")).all()
        assert {tuple(row) for row in kept} == {tuple(row) for row in prints}
    with database.read() as tx:
        heard = dict(
            tx.execute(
                select(
                    content_tables.posts.c.blog_id + content_tables.posts.c.remote_id, content_tables.posts.c.heard_at
                )
            ).all()
        )
        assert heard == {
            "ann9": connected,
            "ann10": connected + timedelta(days=2),
            "ben9": connected + timedelta(days=2),
            "ben10": clock(),
        }
        kept = tx.execute(select(content_tables.post_shingles.c.print, content_tables.post_shingles.c.post_id)).all()
        assert set(kept) == prints
        assert len(duplicates.list_candidates(tx, AuthorKey("ben", "1"))) == 2


def test_addresses_of_before_are_judged_and_histories_from_the_future_brought_back(
    database: Database, clock: Clock
) -> None:
    bank = WorkerBank(database, clock)
    blog = talked_of(bank)
    with older(database, "0021") as connection:
        connection.execute(text("UPDATE posts SET url = 'https://news.example/theirs' WHERE remote_id = '1'"))
        connection.execute(text("UPDATE authors SET url = 'https://news.example/ann'"))
        connection.execute(
            text("UPDATE blogs SET home_url = 'https://ANN.example', highest_generation = :n"), {"n": 2**63 - 1}
        )
        connection.execute(text("UPDATE posts SET generation = :n WHERE remote_id = '2'"), {"n": 2**63 - 1})
    with database.read() as tx:
        shown = {row.remote_id: (row.url, row.elsewhere) for row in tx.execute(select(content_tables.posts))}
        assert shown["1"] == ("https://ann.example/?p=1", "https://news.example/theirs")
        assert shown["2"] == (f"{blog.url}/?p=2", "")
        author = tx.execute(select(content_tables.authors)).one()
        assert (author.url, author.elsewhere) == ("", "https://news.example/ann")
        kept = blogs.get(tx, "ann")
        assert (kept.facts.home_url, kept.highest) == ("https://ann.example", None)
        due = tx.execute(select(core_tables.jobs.c.due_at).where(core_tables.jobs.c.entity == "ann/1")).scalars()
        assert min(filter(None, due)) == core_tables.EPOCH, "lists with the other address are made anew"
    later = {"version": {"generation": int(time.time() * 1000) + 60_000, "revision": 1}}
    name, body = blog.post(2, 1, "Again", CASH[0][1])
    said = json.loads(body)
    said["data"] |= later
    clock.now = datetime.now(UTC)
    bank.send(blog, (name, json.dumps(said).encode()))
    bank.work()
    with database.read() as tx:
        assert (
            tx.execute(select(content_tables.posts.c.title).where(content_tables.posts.c.remote_id == "2")).scalar()
            == "Again"
        )


def test_names_made_of_an_address_lose_it_and_their_cards_are_gone(database: Database, clock: Clock) -> None:
    bank = WorkerBank(database, clock)
    for name, texts in (("ann", CASH), ("ben", HIRING)):
        blog = publish(bank, name, texts)
    bank.send(blog, said(blog, 1))
    clock.advance(minutes=1)
    bank.work()
    assert showing(bank, "ann") == {("Ben", "https://ben.example/author/1")}
    with older(database, "0022") as connection:
        for statement in (
            "UPDATE authors SET name = 'jeanne-martinexample-org' WHERE blog_id = 'ann'",
            "UPDATE authors SET url = 'https://ann.example/author/jeanne-martinexample-org/' WHERE blog_id = 'ann'",
            "UPDATE cards SET slug = 'jeanne-martinexample-org' WHERE blog_id = 'ann'",
            "UPDATE authors SET name = 'Roy - ben.roy@exemple.fr' WHERE blog_id = 'ben'",
            "UPDATE cards SET slug = 'roy-ben-roy-exemple-fr' WHERE blog_id = 'ben'",
            "UPDATE comments SET author_name = 'lea@exemple.fr Léa'",
        ):
            connection.execute(text(statement))
    clock.advance(minutes=2)
    bank.work()
    with database.read() as tx:
        found, _ = cards.list_page(tx, Filters(), 10)
        assert {(card.slug, card.name, card.url) for card in found} == {
            ("ann", "Ann", "https://ann.example"),
            ("roy", "Roy", "https://ben.example/author/1"),
        }
        for slug in ("jeanne-martinexample-org", "roy-ben-roy-exemple-fr"):
            assert card_addresses.is_gone(tx, slug)
        assert tx.scalars(select(engagement_tables.comments.c.author_name)).all() == ["Léa"]
        due = select(core_tables.jobs.c.entity).where(
            core_tables.jobs.c.station == Station.PUSH, core_tables.jobs.c.due_at <= clock()
        )
        assert set(tx.scalars(due)) == {"ann", "ben"}, "other blogs are told"
    assert showing(bank, "ann") == {("Roy", "https://ben.example/author/1")}


def showing(bank: WorkerBank, name: str) -> set[tuple[str, str]]:
    """Whom a blog shows, and with which address, after the next push."""
    push(bank.context, name)
    return {(mentor.name, mentor.url) for shown in bank.blogs.held[name].values() for mentor in shown.mentors}


def test_names_and_cards_that_hold_no_address_stay_as_they_are(database: Database, clock: Clock) -> None:
    bank = WorkerBank(database, clock)
    blog = publish(bank, "ann", CASH)
    bank.send(blog, blog.author(1, "Jean-Marie Le-Net"))
    bank.work()
    with older(database, "0022"):
        pass
    with database.read() as tx:
        assert [card.slug for card in cards.list_page(tx, Filters(), 10)[0]] == ["ann"]


def test_what_waited_before_work_was_done_in_turns_is_absorbed(database: Database, clock: Clock) -> None:
    bank = WorkerBank(database, clock)
    blog = bank.blog("ann")
    bank.send(blog, blog.author(1, "Ann"), blog.post(9, 1, *LONG[0], day=20))
    with older(database, "0023") as connection:
        waiting = connection.execute(text("SELECT count(*) FROM deliveries WHERE state = 'waiting'")).scalar()
        assert waiting == 2
    bank.work()
    with database.read() as tx:
        assert [row.profile.posts for row in profiles.list_by_blog(tx, "ann", "1")] == [1]
        assert set(tx.execute(select(core_tables.jobs.c.crashes)).scalars()) == {0}


def test_what_was_asked_of_documents_has_rows_and_columns_of_its_own(database: Database, clock: Clock) -> None:
    bank = WorkerBank(database, clock)
    for name, texts in (("ann", CASH), ("ben", HIRING)):
        publish(bank, name, texts)
    clock.advance(minutes=1)
    bank.work()
    with database.read() as tx:
        skills = set(tx.execute(select(content_tables.post_skills)))
        languages = set(tx.execute(select(bank_tables.card_languages)))
        odd = tx.scalar(select(content_tables.posts.c.id).where(content_tables.posts.c.blog_id == "ben").limit(1))
    assert len(skills) > 4
    assert len(languages) == 2
    reason, declared = (
        '{"discovery": true, "topics": []}',
        '{"region": "\\"search_engines\\": true", "search_engines": %s}',
    )
    with older(database, "0027") as connection:
        assert set(connection.scalars(text("SELECT languages FROM cards"))) == {" fr "}
        for statement, value in (
            ("UPDATE post_related SET reason = :value WHERE blog_id = 'ann'", reason),
            ("UPDATE authors SET declared = :value WHERE blog_id = 'ann'", declared % "true"),
            ("UPDATE authors SET declared = :value WHERE blog_id = 'ben'", declared % "false"),
        ):
            connection.execute(text(statement), {"value": value})
        connection.execute(text("UPDATE posts SET lived = '{not' WHERE id = :odd"), {"odd": odd})
    with database.read() as tx:
        kept = set(tx.execute(select(content_tables.post_skills)))
        assert kept == {row for row in skills if row.post_id != odd}
        assert set(tx.execute(select(bank_tables.card_languages))) == languages
        assert [slug for slug, _ in directory.list_for_search_engines(tx, 10)] == ["ann"]
        related = matching_tables.post_related.c
        discoveries = tx.execute(select(related.blog_id, related.discovery).distinct())
        assert {tuple(row) for row in discoveries} == {("ann", True), ("ben", False)}
        assert cards.list_page(tx, Filters(language="fr"), 10)[1] == 2


def test_cards_can_be_corrected_after_an_upgrade_with_an_epoch_in_force(database: Database, clock: Clock) -> None:
    bank = WorkerBank(database, clock)
    publish(bank, "ann", CASH)
    ann = AuthorKey("ann", "1")
    with database.read() as tx:
        asked = pairing.list_inferred_skills(tx, ann)
    with older(database, "0028") as connection:
        assert connection.execute(text("SELECT count(*) FROM pairing_skills WHERE side = 'read'")).scalar() == 0
    with database.begin() as tx:
        current = epochs.find_current(tx)
        assert current is not None
        assert current.disputed == frozenset()
        assert pairing.list_inferred_skills(tx, ann) == []
        jobs.mark_due(tx, Station.SWEEP, [jobs.BANK], clock())
    clock.advance(minutes=1)
    bank.work()
    with database.begin() as tx:
        assert pairing.list_inferred_skills(tx, ann) == asked != []
        assert corrections.answer_for_skill(tx, ann, asked[0], confirmed=False, now=clock())
        assert card_corrections.get_by_author(tx, ann).refused == {asked[0]}


RELEASES = ("0026",)  # newest migration of each release with a number: 1.2.0


@pytest.mark.parametrize("revision", RELEASES)
def test_a_bank_of_each_release_shows_the_same_after_the_update_and_goes_on(
    database: Database, clock: Clock, revision: str
) -> None:
    bank = WorkerBank(database, clock)
    ann = talked_of(bank)
    publish(bank, "ben", HIRING + CASH[3:])
    before = showing(bank, "ann"), figures(bank)
    assert before[0]
    assert before[1]
    with older(database, revision):
        pass
    bank.work()
    assert (showing(bank, "ann"), figures(bank)) == before
    with database.read() as tx:
        assert {card.name for card in cards.list_page(tx, Filters(), 10)[0]} == {"Ann", "Ben"}
    english = "My first winter taught me to chase my invoices, to ask for a deposit and to watch the cash."
    bank.send(ann, ann.post(3, 1, CASH[0][0], f"[:fr]{CASH[0][1]}[:en]{english}[:]", day=23))
    bank.work()
    with database.read() as tx:
        assert {row.key.language for row in profiles.list_by_blog(tx, "ann", "1")} == {"fr", "en"}
    with older(database, "0029") as connection:
        assert connection.execute(text("SELECT count(*) FROM posts WHERE blog_id = 'ann'")).scalar() == 3


def test_namesakes_of_before_are_found_by_their_name(database: Database, clock: Clock) -> None:
    bank = WorkerBank(database, clock)
    blog = publish(bank, "ann", CASH[:1])
    bank.send(blog, blog.author(2, "admin"))
    bank.work()
    columns = content_tables.authors.c
    named = select(columns.remote_id, columns.name_key).order_by(columns.remote_id)
    with database.read() as tx:
        before = tx.execute(named).all()
    assert before[0].name_key == before[1].name_key, "nobody's name is the blog's, and Ann writes on Ann"
    with older(database, "0038"):
        pass
    with database.read() as tx:
        assert tx.execute(named).all() == before


def test_what_was_to_be_pushed_before_is_looked_at_as_a_whole(database: Database, clock: Clock) -> None:
    bank = WorkerBank(database, clock)
    publish(bank, "ann", CASH)
    publish(bank, "ben", CASH[:2])
    clock.advance(minutes=1)
    bank.work()
    with older(database, "0031") as connection:
        waiting = set(connection.scalars(text("SELECT entity FROM jobs WHERE station = 'push' AND due_at IS NOT NULL")))
        assert waiting == {"ann", "ben"}
    with database.begin() as tx:
        claimed = job_leases.claim_due(tx, Station.PUSH, "me", clock(), timedelta(minutes=1), limit=9)
    assert {job.entity: job.thorough for job in claimed} == dict.fromkeys(waiting, True)


def test_a_feed_remembers_from_the_update_on(database: Database, clock: Clock) -> None:
    bank = WorkerBank(database, clock)
    publish(bank, "ann", CASH)
    follower = Follower("https://bridge.example/mentors.atom", FeedQuestion("fr"))
    with older(database, "0044") as connection:
        assert not connection.dialect.has_table(connection, "followed_feeds")
    with database.read() as tx:
        posts = feed_log.list_posts(tx, FeedQuestion("fr"))
    first = follower.record(database, posts, clock())
    assert first.memory.brought == tuple(item.post.id for item in posts) != ()
    again = follower.record(database, posts[1:], clock())
    assert (again.memory.brought[-1], again.memory.gone) == (posts[0].post.id, {}), "it is only further down"


def test_an_ask_of_before_takes_an_address_after_the_update(database: Database, clock: Clock) -> None:
    vault = Vault([b"k" * 32])
    with database.begin() as tx:
        (mentor,) = add_mentors(tx, ["ann"], clock())
    token, ask = make_ask(database, vault, mentor, clock())
    with older(database, "0060") as connection:
        assert connection.execute(text("SELECT count(*) FROM asks")).scalar() == 1
    with database.begin() as tx:
        ask_mails.record_address(tx, vault, ask.id, "lea@example.org", token, clock())
        (mail,) = ask_mails.claim_due(tx, vault, clock(), 9)
    assert (mail.ask_id, mail.fields.address, mail.fields.key) == (ask.id, "lea@example.org", token)


def test_what_arrived_before_the_update_is_read_after_it_or_forgotten_with_all_that_it_held(
    database: Database, clock: Clock
) -> None:
    bank = WorkerBank(database, clock)
    blog = publish(bank, "ann", CASH[:2])
    bank.work()
    bank.send(blog, blog.post(7, 1, *CASH[3]))
    columns = blog_tables.delivery_objects.c
    held = select(columns.delivery_id, columns.kind, columns.remote_id)
    states = select(blog_tables.deliveries.c.id, blog_tables.deliveries.c.state)
    with database.read() as tx:
        before, arrived = set(tx.execute(held)), dict(tx.execute(states).all())
    waiting = {number for number, state in arrived.items() if state == "waiting"}
    assert len(waiting) == 1
    assert len({row.delivery_id for row in before}) > 1
    with older(database, "0061") as connection:
        assert "ix_delivery_objects_delivery_id" not in index_names(connection, "delivery_objects")
    with database.begin() as tx:
        assert "ix_delivery_objects_delivery_id" in index_names(tx, "delivery_objects")
        assert set(tx.execute(held)) == before, "nothing is lost"
        assert deliveries.delete_settled_before(tx, clock() + timedelta(days=1), 1000) == len(arrived) - 1
        assert {row.delivery_id for row in tx.execute(held)} <= waiting
    clock.advance(minutes=2)
    bank.work()
    with database.read() as tx:
        assert CASH[3][0] in tx.scalars(select(content_tables.posts.c.title)).all()
        assert {row.delivery_id for row in tx.execute(held)} == waiting, "what it held is noted as ever"


def index_names(connection: Connection, table: str) -> set[str | None]:
    return {index["name"] for index in inspect(connection).get_indexes(table)}


def test_the_newest_migration_is_the_one_that_alembic_ends_at() -> None:
    """Numbers need not ascend: a database would never be current otherwise."""
    assert migrate.newest_revision() == ScriptDirectory(str(migrate.MIGRATIONS)).get_current_head()
