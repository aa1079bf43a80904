"""Comments become figures: a little at a time gives what a count from nothing gives, and only news is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bridge.engagement import blog as metrics
from bridge.engagement.facts import Window
from bridge.operations.stations import Station
from bridge.operations.statistics import home_languages, report_statistics, window_sums
from bridge.storage.blogs import blogs
from bridge.storage.core import job_leases, jobs
from bridge.storage.core import tables as core_tables
from bridge.storage.engagement import comments, contributions, statistics, totals
from bridge.storage.engagement import tables as engagement_tables
from bridge.worker import suspended_runs
from bridge.worker.engagement.tally import recount
from bridge.worker.loop import Worker, run_until_idle
from bridge.worker.matching.epoch import freeze_epoch
from bridge.worker.outbound.push import push
from tests.conftest import NOW, Clock, Databases
from tests.lab.texts import CASH
from tests.peer import PeerBlog, wire_time
from tests.worker.conftest import WorkerBank

pytestmark = pytest.mark.slow

PEOPLE = ("1" * 64, "2" * 64, "3" * 64, "")
SAID = (
    "Comment avez-vous fait, et combien de temps cela a-t-il pris avant que la boutique ne tienne toute seule ?",
    "Merci beaucoup !",
    "Voir https://a.example https://b.example https://c.example et https://d.example",
    "Great offers, cheap loans https://a.example https://b.example https://c.example",
    "J'ai moi aussi échoué avec ma première boutique, et voici ce que j'en ai retenu pour la deuxième, des années plus "
    "tard : la trésorerie passe avant tout le reste.",
)


def comment(blog: PeerBlog, item: int, post: int, person: int, text: int, days: int, **more: Any) -> tuple[str, bytes]:
    by_author = more.pop("by_author", False)
    said = {
        "id": item,
        "post_id": post,
        "parent_id": 0,
        "commenter": PEOPLE[person],
        "commenter_basis": "email" if PEOPLE[person] else "anonymous",
        "author_name": "Lecteur",
        "author_id": 0,
        "is_staff": by_author,
        "by_post_author": by_author,
        "comment_type": "comment",
        "content": SAID[text],
        "published_at": wire_time(NOW - timedelta(days=days, hours=item)),
    }
    return blog.event("comment.published", **(said | more))


def ann(bank: WorkerBank, posts: int = 3) -> PeerBlog:
    blog = bank.blog("ann")
    bank.send(
        blog, blog.author(1, "Ann"), *(blog.post(n, 1, *CASH[n % len(CASH)], day=60 + n) for n in range(1, posts + 1))
    )
    bank.work()
    return blog


def kept(bank: WorkerBank, blog_id: str) -> dict[str, Any]:
    """All that is counted of a blog, but for the moment of counting."""
    found: dict[str, Any] = {}
    with bank.database.read() as tx:
        for name in ("post_contributions", "commenter_contributions", "totals", "waiting_comments"):
            table = core_tables.metadata.tables[name]
            found[name] = sorted(map(tuple, tx.execute(select(table).where(table.c.blog_id == blog_id))))
        derived = (
            engagement_tables.comments.c[name] for name in ("remote_id", "excluded", "is_first", "answered", "replies")
        )
        on_posts = (
            select(*derived)
            .select_from(comments.COMMENTS_ON_KNOWN_POSTS)
            .where(engagement_tables.comments.c.blog_id == blog_id)
        )
        found["comments"] = sorted(map(tuple, tx.execute(on_posts)))
        held = statistics.find_by_blog(tx, blog_id)
        found["figures"] = held and held.figures
    return found


# ── a little at a time, or from nothing ──

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["comment"] * 6 + ["reply", "author", "edit", "remove", "drop post", "post", "night"]),
        st.integers(1, 9),  # which comment
        st.integers(1, 3),  # on which post
        st.integers(0, 3),  # by whom
        st.integers(0, len(SAID) - 1),
        st.sampled_from([0, 1, 6, 8, 30, 89, 90, 100, 179, 181]),  # days ago
    ),
    min_size=12,
    max_size=30,
)


def play(bank: WorkerBank, acts: list[tuple[str, int, int, int, int, int]], shuffled: list[int]) -> None:
    """A history, tallied after each of its parts; some of it arrives late."""
    blog = ann(bank)
    late: list[tuple[str, bytes]] = []
    for number, (act, item, post, person, text, days) in enumerate(acts):
        if act == "night":
            bank.clock.advance(days=1)
            event = blog.event("ping")
        elif act == "remove":
            event = blog.event("comment.removed", id=item, post_id=post)
        elif act == "drop post":
            event = blog.event("post.removed", id=post)
        elif act == "post":
            event = blog.post(post, 1, *CASH[post], day=60 + post)
        else:
            more = {"parent_id": 1 + item % 4} if act in ("reply", "author") else {}
            event = comment(blog, item, post, person, text, days, by_author=act == "author", **more)
        if number in shuffled:
            late.append(event)  # approved, or imported, long after what came next
            continue
        bank.send(blog, event)
        bank.work()
    for event in reversed(late):
        bank.send(blog, event)
        bank.work()


def check_the_same_from_nothing(bank: WorkerBank) -> None:
    step_by_step = kept(bank, "ann")
    with bank.database.begin() as tx:
        held, blog = statistics.find_by_blog(tx, "ann"), blogs.get(tx, "ann")
        languages = home_languages(tx, blog)
        statistics.delete_by_blog(tx, "ann")
    assert held is not None
    recount(bank.context, "ann", Window.before(held.as_of), languages)
    from_nothing = kept(bank, "ann")
    for name in from_nothing:
        assert step_by_step[name] == from_nothing[name], name
    with bank.database.read() as tx:
        on_demand = report_statistics(tx, blog, held.as_of, ever=False)
    for key, figure in from_nothing["figures"]["figures"].items():
        assert {name: on_demand.figures[key][name] for name in figure} == figure, key


def test_a_little_at_a_time_is_the_same_as_from_nothing(databases: Databases) -> None:
    @settings(max_examples=databases.examples(4))
    @given(acts=ACTS, shuffled=st.lists(st.integers(0, 29), max_size=5))
    def holds(acts: list[tuple[str, int, int, int, int, int]], shuffled: list[int]) -> None:
        with databases.new() as opened:
            bank = WorkerBank(opened, Clock())
            play(bank, acts, shuffled)
            check_the_same_from_nothing(bank)

    holds()


def test_a_little_at_a_time_on_each_database(bank: WorkerBank) -> None:
    acts = [
        ("comment", n, 1 + n % 3, n % 4, n % 5, days) for n, days in enumerate((0, 1, 6, 8, 30, 89, 90, 100, 181), 1)
    ]
    more = [
        ("author", 9, 1, 0, 0, 0),
        ("reply", 8, 2, 1, 1, 1),
        ("night", 1, 1, 0, 0, 0),
        ("remove", 3, 1, 0, 0, 0),
        ("edit", 4, 2, 2, 4, 8),
        ("drop post", 1, 1, 0, 0, 0),
        ("post", 1, 1, 0, 0, 0),
        ("comment", 5, 1, 2, 0, 3),
    ]
    play(bank, [*acts, *more], [2, 10])
    check_the_same_from_nothing(bank)


# ── what is told ──


def test_only_what_changed_is_told(bank: WorkerBank) -> None:
    blog = ann(bank)
    bank.send(blog, comment(blog, 1, 1, 0, 0, 2), comment(blog, 2, 2, 1, 4, 3))
    bank.work()
    push(bank.context, "ann")
    held = dict(bank.blogs.statistics["ann"])
    assert {("blog", "0"), ("post", "1"), ("post", "2"), ("commenter", PEOPLE[0]), ("commenter", PEOPLE[1])} == set(
        held
    )
    bank.blogs.statistics["ann"].clear()
    bank.send(blog, comment(blog, 3, 1, 2, 1, 1))
    bank.work()
    push(bank.context, "ann")
    assert set(bank.blogs.statistics["ann"]) == {("blog", "0"), ("post", "1"), ("commenter", PEOPLE[2])}
    bank.blogs.statistics["ann"].clear()
    bank.clock.advance(days=1)
    bank.work()
    push(bank.context, "ann")
    moved = bank.blogs.statistics["ann"]
    assert set(moved) <= {("blog", "0")}, (
        "a night alone changes the window of the blog, and nothing of posts and people"
    )
    bank.clock.advance(days=90)
    bank.work()
    push(bank.context, "ann")
    assert moved["commenter", PEOPLE[0]].data is None, "who is out of the window is told as nobody"
    assert moved["post", "1"].data is not None, "a conversation under a post is of all time"


def test_an_insightful_mark_counts(bank: WorkerBank) -> None:
    blog = ann(bank)
    for n in range(1, 6):
        bank.send(blog, comment(blog, n, 1, n % 3, 1, n, content=f"Voilà {n}"))
    bank.work()
    assert kept(bank, "ann")["figures"]["figures"]["substance"]["value"] == 0
    bank.send(blog, comment(blog, 1, 1, 1, 1, 1, content="Voilà 1", insightful=True))
    bank.work()
    assert kept(bank, "ann")["figures"]["figures"]["substance"]["value"] == 0.2


def test_the_to_do_lists(bank: WorkerBank) -> None:
    blog = ann(bank)
    bank.send(
        blog,
        comment(blog, 1, 1, 0, 0, 3),
        comment(blog, 2, 1, 1, 4, 2),
        comment(blog, 3, 1, 2, 0, 100, content="Un"),
        comment(blog, 4, 2, 2, 0, 95, content="Deux"),
        comment(blog, 5, 3, 2, 0, 60, content="Trois ?"),
        comment(blog, 6, 1, 1, 0, 1, content="Et encore ceci"),
    )
    bank.work()
    lists = kept(bank, "ann")["figures"]
    assert [item["comment"] for item in lists["waiting"]] == [1, 5, 2, 6]
    assert [item["commenter"] for item in lists["silent"]] == [PEOPLE[2]]
    assert [item["comment"] for item in lists["welcome"]] == [2, 1]
    assert [item["post"] for item in lists["alive"]] == [1]


# ── comments without their post, and texts ──


def test_a_comment_without_its_post_waits_seven_days_and_is_then_read_without(bank: WorkerBank) -> None:
    blog = ann(bank)
    bank.send(blog, comment(blog, 7, 99, 0, 4, 0))
    bank.work()

    def read() -> tuple[Any, ...]:
        with bank.database.read() as tx:
            columns = (engagement_tables.comments.c.terms.is_(None), engagement_tables.comments.c.analysed_with)
            return tuple(tx.execute(select(*columns)).one())

    assert read() == (False, "")
    with bank.database.read() as tx:
        due = tx.execute(
            select(core_tables.jobs.c.due_at).where(core_tables.jobs.c.station == Station.TALLY)
        ).scalar_one()
    assert due is not None
    assert due <= NOW + timedelta(days=7), "it is due by itself"
    bank.clock.advance(days=7)
    bank.work()
    assert read() == (True, "without its post")
    bank.send(blog, blog.post(99, 1, *CASH[1], day=60))
    bank.work()
    assert kept(bank, "ann")["figures"]["figures"]["comments"]["value"] == 1, "it counts once its post has come"
    assert read() == (True, "without its post"), "what was read is not read again"


def test_a_comment_is_read_beside_its_post_with_the_revision_and_epoch_it_saw(bank: WorkerBank) -> None:
    blog = bank.blog("ann")
    bank.send(blog, comment(blog, 7, 1, 0, 4, 0))
    bank.send(blog, blog.author(1, "Ann"), blog.post(1, 1, *CASH[1], day=60))
    bank.work()
    with bank.database.read() as tx:
        row = tx.execute(select(engagement_tables.comments)).one()
    assert row.analysed_with.endswith("epoch 1")
    assert row.relevance is not None


def test_the_text_of_a_comment_is_nowhere_once_it_was_read(bank: WorkerBank) -> None:
    blog = ann(bank)
    bank.send(blog, comment(blog, 1, 1, 0, 0, 1, content="Ma marmotte zinzolin ne dort plus, que faire ?"))
    bank.work()
    left = everything(bank)  # nor in what was delivered
    assert "zinzolin" not in left
    assert "marmot" not in left
    assert kept(bank, "ann")["figures"]["figures"]["comments"]["value"] == 1


def everything(bank: WorkerBank) -> str:
    """All cells of all tables, as text; but for the index over the words of posts."""
    held = [table for table in core_tables.metadata.sorted_tables if table.name != "need_index"]
    with bank.database.read() as tx:
        return "\n".join(repr(tuple(row)) for table in held for row in tx.execute(select(table)))


# ── by itself ──


@pytest.mark.parametrize("station", [Station.SWEEP, Station.RETAIN, Station.TALLY])
def test_a_nights_work_ends_and_is_due_next_night_only(
    bank: WorkerBank, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suspended_runs, "STEP_TURN_SECONDS", float("inf"))  # in one turn, however busy the machine is
    ann(bank)
    freeze_epoch(bank.context)
    worker = Worker(bank.context, alone=True)
    entity = "ann" if station == Station.TALLY else jobs.BANK
    with bank.database.begin() as tx:
        jobs.mark_due(tx, station, [entity], NOW, blog_id=None)
        claimed = job_leases.claim_due(tx, station, worker.name, NOW + timedelta(minutes=2), timedelta(hours=1))
    worker.do(claimed[0])

    def due() -> Any:
        with bank.database.read() as tx:
            table = core_tables.jobs
            row = tx.execute(select(table).where(table.c.station == station, table.c.entity == entity)).one()
            assert row.lease_owner is None
            assert row.attempts == 0
            return row.due_at

    night = NOW.replace(hour=0, minute=1) if station == Station.TALLY else NOW.replace(hour=3)
    assert due() == night + timedelta(days=1)
    with bank.database.begin() as tx:
        assert job_leases.claim_due(tx, station, worker.name, night + timedelta(hours=20), timedelta(hours=1)) == []
        assert job_leases.claim_due(tx, station, worker.name, night + timedelta(days=1), timedelta(hours=1)) != []


def test_windows_move_by_themselves_at_night(bank: WorkerBank) -> None:
    blog = ann(bank)
    bank.send(blog, comment(blog, 1, 1, 0, 0, 89))
    bank.work()
    assert kept(bank, "ann")["figures"]["figures"]["comments"]["value"] == 1
    bank.clock.advance(days=2)
    run_until_idle(bank.context)
    moved = kept(bank, "ann")["figures"]["figures"]["comments"]
    assert (moved["value"], moved["previous"]) == (0, 1)


def heard(store: Any, written: list[int]) -> Any:
    def spy(tx: Any, blog_id: str, rows: Any, *rest: Any) -> None:
        written.append(len(rows))
        store(tx, blog_id, rows, *rest)

    return spy


def test_no_transaction_of_a_count_from_nothing_is_long(bank: WorkerBank, monkeypatch: pytest.MonkeyPatch) -> None:
    blog = ann(bank, posts=6)
    for start in range(0, 600, 100):
        batch = [
            comment(blog, n, 1 + n % 6, 0, 0, n % 60, commenter=f"{n % 450:064x}", content=f"Voilà {n} ?")
            for n in range(start + 1, start + 101)
        ]
        bank.send(blog, blog.batch(batch))
    bank.work()
    with bank.database.begin() as tx:
        statistics.delete_by_blog(tx, "ann")
        held, languages = blogs.get(tx, "ann"), home_languages(tx, blogs.get(tx, "ann"))
    assert held.facts.statistics
    written: list[int] = []
    for module, name in (
        (contributions, "upsert_commenters"),
        (contributions, "upsert_posts"),
        (comments, "record_derived"),
    ):
        monkeypatch.setattr(module, name, heard(getattr(module, name), written))
    recount(bank.context, "ann", Window.before(bank.clock()), languages)
    assert written
    assert max(written) <= 200
    with bank.database.read() as tx:
        counted = tx.execute(select(func.count()).select_from(engagement_tables.commenter_contributions)).scalar_one()
        now = window_sums(
            tx, "ann", Window.before(bank.clock()), totals.list_by_window(tx, "ann", totals.CURRENT_WINDOW)
        )
    assert counted == 450
    assert metrics.unique_commenters(now).value == 450
