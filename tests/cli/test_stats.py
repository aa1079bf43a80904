"""`bridge stats --blog`: for machines and for people, beside a running bridge, and what the demo shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from bridge.cli.demo import SAMPLE_FOLDER
from bridge.cli.imports import import_folder
from bridge.cli.statistics import statistics_data
from bridge.engagement.blog import METRICS
from bridge.engagement.catalogue import FIGURES, figure_definition
from bridge.operations.statistics import report_statistics
from bridge.storage.blogs import blogs
from bridge.storage.core import migrate
from bridge.storage.core.database import Database
from bridge.wordpress.client import WordPressClient
from bridge.wordpress.transport import OutgoingDoor
from bridge.worker.context import Context
from tests.conftest import NOW, Clock
from tests.running import RunningBridge
from tests.runtime import runtime_on

pytestmark = pytest.mark.slow

# Said only from twenty posts on, which no sample blog has.
DISCLOSURE = ["disclosure_resonance", "disclosure_relevance"]
KEYS = [
    "comments",
    "posts",
    "comments_per_post",
    "conversation_rate",
    "unique_commenters",
    "new_commenters",
    "returning_commenters",
    "regulars",
    "h_index_commenters",
    "h_index_posts",
    "reply_rate",
    "reply_time_median_hours",
    "reply_time_p90_hours",
    "thread_depth",
    "back_and_forth",
    "gini",
    "top_decile_share",
    "substance",
    "held_out_spam",
    "waiting",
]
Run = Callable[..., CompletedProcess[str]]


def write(folder: Path, comments: list[dict[str, Any]]) -> None:
    """One blog with one post of ten days ago."""
    for name in ("posts", "comments"):
        (folder / name).mkdir(parents=True)
    (folder / "blogs.jsonl").write_text(
        '{"id": "ann", "title": "Ann", "url": "https://ann.example", "language": "fr"}\n'
    )
    post = {
        "id": "1",
        "slug": "p",
        "title": "Un billet",
        "date": ago(10),
        "author": "Ann",
        "body": "Le bail et le prix.",
    }
    (folder / "posts" / "ann.jsonl").write_text(json.dumps(post) + "\n")
    (folder / "comments" / "ann.jsonl").write_text("".join(json.dumps(line) + "\n" for line in comments))


def ago(days: float) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).isoformat()


def comment_by(id: int, person: str, days: float, **more: Any) -> dict[str, Any]:
    return {
        "id": str(id),
        "post_slug": "p",
        "parent": None,
        "author_name": person,
        "author_hash": person,
        "date": ago(days),
        "type": "comment",
        "by_post_author": False,
        "message": f"Une remarque, la {id}e.",
        **more,
    }


def test_the_figures_beside_a_running_bridge(call_bridge: Run, tmp_path: Path) -> None:
    write(
        tmp_path / "in",
        [
            comment_by(1, "a" * 64, 9),
            comment_by(2, "b" * 64, 8),
            comment_by(3, "Ann", 7.9, by_post_author=True, parent="1"),
            comment_by(4, "a" * 64, 200),
        ],
    )
    assert call_bridge("import", str(tmp_path / "in"), "--format", "jsonl").returncode == 0
    with RunningBridge(tmp_path / "home"):
        done = call_bridge("stats", "--blog", "ann", "--json")
        ever = json.loads(
            call_bridge("stats", "--blog", "ann", "--window", "all", "--json", LC_ALL="fr_CA.UTF-8").stdout
        )
        read = call_bridge("stats", "--blog", "ann", "--language", "fr").stdout
    figures = json.loads(done.stdout)
    assert set(figures) >= {*KEYS, "cohorts", "per_post", "per_commenter"}
    for key in (*KEYS, *DISCLOSURE):
        assert set(figures[key]) >= {"value", "n", "low", "high", "previous", "window", "definition"}, key
        assert figures[key]["window"] == "90d"
        assert len(figures[key]["definition"]) > 40
        assert ever[key]["definition"] == figure_definition(key, "fr") != figure_definition(key, "en")
    assert (figures["comments"]["value"], figures["comments"]["previous"]) == (2, 0)
    assert (ever["comments"]["value"], ever["comments"]["previous"]) == (3, None)
    assert figures["waiting"]["value"] == 1
    assert figures["reply_rate"]["value"] is None, "two are not enough"
    assert figures["per_post"]["1"]["comments"] == 3
    assert figures["per_commenter"]["a" * 64]["standing"] == "known"
    assert "pas assez de données" in read
    assert "En attente d’une réponse" in read
    assert "Commentaires de lecteurs" in read
    assert call_bridge("stats", "--blog", "bob", "--json").returncode == 1
    assert "'xx' is not spoken here; en or fr are." in call_bridge("stats", "--blog", "ann", "--language", "xx").stderr


def test_a_blog_without_comments_is_told_how_they_come(call_bridge: Run, tmp_path: Path) -> None:
    write(tmp_path / "in", [])
    call_bridge("import", str(tmp_path / "in"), "--format", "jsonl")
    assert "switches statistics on" in call_bridge("stats", "--blog", "ann", "--language", "en").stdout


def test_every_figure_has_its_words() -> None:
    assert {metric.key for metric in METRICS} == set(FIGURES) == {*KEYS, *DISCLOSURE}
    for form in ("name", "short", "meaning"):
        texts = [getattr(words, form) for words in FIGURES.values()]
        assert len(set(texts)) == len(texts), "no two figures are called or explained alike"


@pytest.mark.parametrize("started", [NOW, datetime(2031, 3, 15, 3, tzinfo=UTC)])
def test_the_demo_shows_full_statistics_whenever_it_runs(tmp_path: Path, started: datetime) -> None:
    database = Database.open(f"sqlite:///{tmp_path / 'demo.sqlite'}")
    migrate.upgrade(database)
    clock = Clock()
    clock.now = started
    context = Context(runtime_on(database, clock), WordPressClient(OutgoingDoor(allow_private=True)))
    import_folder(context, SAMPLE_FOLDER, opt_in=True, started=started, until_now=True)
    for name in ("plume-et-cie", "solo-and-sane"):
        with database.read() as tx:
            blog = blogs.get(tx, name)
            figures = statistics_data(blog, report_statistics(tx, blog, started, ever=False), "90d", "en")
        missing = [key for key in KEYS if figures[key]["value"] is None]
        assert missing in ([], ["reply_time_p90_hours"]), "nine of ten are not answered, as is said"
        assert [key for key in KEYS if not figures[key]["value"] and figures[key]["value"] is not None] == []
        for name_of_list in ("waiting", "silent", "welcome", "alive", "regulars", "trend"):
            assert figures["lists"][name_of_list], name_of_list
        assert figures["held_out_spam"]["value"] == 2
        assert any(share for cohort in figures["cohorts"] for share in cohort["retained"][1:])
    database.close()
