"""The command as it is installed; in this process where only what it does matters."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.running import BRIDGE, HANG_SECONDS, RunningBridge

pytestmark = pytest.mark.slow

SAMPLES = str(Path(__file__).parent.parent.parent / "bridge" / "samples")
Run = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """A home with the sample blogs, and what their import counted."""
    home = tmp_path_factory.mktemp("sample") / "home"
    command = [BRIDGE, "import", SAMPLES, "--format", "jsonl", "--opt-in", "--json"]
    done = subprocess.run(
        command, env={**os.environ, "BRIDGE_HOME": str(home)}, capture_output=True, text=True, check=True
    )
    return home, json.loads(done.stdout)


@pytest.fixture
def counted(imported: tuple[Path, dict[str, int]], tmp_path: Path) -> dict[str, int]:
    """What the import counted; the test's home holds the sample blogs."""
    shutil.copytree(imported[0], tmp_path / "home")
    return imported[1]


def test_the_sample_is_imported_and_related_at_once(run_bridge: Run, counted: dict[str, int]) -> None:
    assert (counted["blogs"], counted["bad_lines"]) == (10, 0)
    assert counted["posts"] >= 60
    stats = json.loads(run_bridge("stats", "--json").stdout)
    assert stats["mentors"] == 10
    assert set(stats["blogs"]["clay-and-ledger"]) >= {"posts", "comments", "authors", "mentors"}
    listed = json.loads(run_bridge("mentors", "related", "--blog", "clay-and-ledger", "--limit", "3", "--json").stdout)
    scores = [mentor["score"] for mentor in listed["mentors"]]
    assert scores == sorted(scores, reverse=True)
    assert listed["mentors"][0]["why"]["sentence"]
    assert all(mentor["blog"] != "clay-and-ledger" for mentor in listed["mentors"])
    again = json.loads(run_bridge("import", SAMPLES, "--format", "jsonl", "--opt-in", "--json").stdout)
    assert (again["posts"], again["unchanged"] > 60) == (0, True)


@pytest.mark.usefixtures("counted")
def test_a_text_is_ranked_against_everybody(call_bridge: Run, tmp_path: Path) -> None:
    lines = tmp_path / "texts.jsonl"
    text = "A kitchen where nobody applies: hiring, wages, the menu, a chef who leaves on a Friday."
    lines.write_text("\n".join(json.dumps({"id": n, "text": text}) for n in (1, 2)) + "\n")
    done = call_bridge("mentors", "for-text", str(lines), "--jsonl", "--limit", "20")
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["mentors"] == second["mentors"]
    assert len(first["mentors"]) == 10
    assert first["mentors"][0]["blog"] == "harbour-kitchen"


def test_a_short_command_does_not_load_what_a_server_needs(tmp_path: Path) -> None:
    """It answers at once, and half a second later when it loads the server, the migrations and the language model."""
    script = (
        "import sys; from bridge.cli.main import commands; from py3langid import langid;"
        "commands(['blog', 'list', '--help'], standalone_mode=False);"
        "print({'gunicorn', 'flask', 'alembic'} & set(sys.modules), langid.IDENTIFIER)"
    )
    env = {**os.environ, "BRIDGE_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set() None"


def test_imported_authors_are_private_unless_said(call_bridge: Run) -> None:
    call_bridge("import", SAMPLES, "--format", "jsonl")
    assert json.loads(call_bridge("stats", "--json").stdout)["mentors"] == 0


@pytest.mark.usefixtures("counted")
def test_what_the_sample_authors_declare_pairs_them(call_bridge: Run) -> None:
    done = call_bridge("mentors", "pairings", "--author", "atelier-boreal/Maude Tremblay", "--json")
    assert {"plume-et-cie", "table-du-fleuve"} <= {pair["blog"] for pair in json.loads(done.stdout)["mentors"]}


def test_what_an_author_says_is_checked_like_what_a_blog_sends(call_bridge: Run, tmp_path: Path) -> None:
    (tmp_path / "in" / "posts").mkdir(parents=True)
    (tmp_path / "in" / "blogs.jsonl").write_text('{"id": "one"}\n')
    (tmp_path / "in" / "authors.jsonl").write_text(
        '{"blog": "one", "author": "Ana", "declared": {"role": "king"}}\n{"author": "Ana"}\n'
        '{"blog": "one", "author": "Ana", "offers": ["pottery"]}\n{"blog": "one", "author": "Anna"}\n'
    )
    post = {"id": "1", "title": "T", "date": "2026-01-01", "author": "Ana", "body": "Some words."}
    (tmp_path / "in" / "posts" / "one.jsonl").write_text(json.dumps(post) + "\n")
    done = call_bridge("import", str(tmp_path / "in"), "--format", "jsonl", "--json")
    assert (json.loads(done.stdout)["posts"], json.loads(done.stdout)["bad_lines"]) == (1, 3)
    complaint = " ".join(done.stderr.split())
    assert "by 'Anna'" in complaint, "a name that is spelt in another way than under the posts is not passed over"


def test_imported_translations_teach_words(call_bridge: Run, tmp_path: Path) -> None:
    (tmp_path / "in" / "posts").mkdir(parents=True)
    (tmp_path / "in" / "blogs.jsonl").write_text('{"id": "one"}\n')
    usual = {"title": "", "date": "2026-01-01", "author": "Ana"}
    with (tmp_path / "in" / "posts" / "one.jsonl").open("w") as file:
        for n in range(5):
            french = {"id": f"f{n}", "language": "fr", "body": "Il y a un verger.", "translations": [f"e{n}"]}
            english = {"id": f"e{n}", "language": "en", "body": "There is an orchard."}
            file.write(json.dumps(usual | french) + "\n" + json.dumps(usual | english) + "\n")
    call_bridge("import", str(tmp_path / "in"), "--format", "jsonl", "--opt-in")
    call_bridge("epoch", "build")
    assert json.loads(call_bridge("epoch", "status", "--json").stdout)["epoch"]["bilingual_words"] == 1


def test_a_bad_line_is_named_and_the_rest_goes_on(call_bridge: Run, tmp_path: Path) -> None:
    (tmp_path / "in" / "posts").mkdir(parents=True)
    (tmp_path / "in" / "blogs.jsonl").write_text('{"id": "one"}\n{"id": "a/b"}\n')
    good = {"id": "1", "title": "T", "date": "2026-01-01", "body": "Some words."}
    (tmp_path / "in" / "posts" / "one.jsonl").write_text(
        json.dumps(good) + "\nnot json\n" + json.dumps({**good, "id": "2", "date": "yesterday"}) + "\n"
    )
    done = call_bridge("import", str(tmp_path / "in"), "--format", "jsonl", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == {"blogs": 1, "posts": 1, "comments": 0, "unchanged": 0, "bad_lines": 3}
    for place in ("blogs.jsonl:2", "one.jsonl:2", "one.jsonl:3"):
        assert place in done.stderr


def test_errors_are_one_sentence_and_a_status(call_bridge: Run, tmp_path: Path) -> None:
    for arguments, words in (
        (("stats",), "bridge migrate"),
        (("import", str(tmp_path), "--format", "jsonl"), "no blog was read"),
        (("blog", "add", "http://plain.example"), "https"),
    ):
        done = call_bridge(*arguments)
        assert done.returncode != 0
        assert words in done.stderr
        assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_said_before_anything_is_made(run_bridge: Run, tmp_path: Path) -> None:
    with RunningBridge(tmp_path / "other") as running:
        for command in ("serve", "web", "demo"):
            done = run_bridge(command, "--port", str(running.port))
            assert done.returncode == 1
            assert "choose another port" in done.stderr
            assert "The demo is at" not in done.stderr
            assert "Traceback" not in done.stderr
    assert not (tmp_path / "home" / "bridge.sqlite").exists()


def test_a_second_serve_is_refused_and_a_killed_one_leaves_nothing(run_bridge: Run, tmp_path: Path) -> None:
    with RunningBridge(tmp_path / "home") as running:
        second = run_bridge("serve", "--port", "1")
        assert second.returncode == 1
        assert "already running" in second.stderr
        assert json.loads(run_bridge("doctor", "--json", PUBLIC_URL=running.url).stdout)["ok"]
        assert running.process is not None
        running.process.send_signal(signal.SIGKILL)
        running.process.wait(HANG_SECONDS)
    with RunningBridge(tmp_path / "home") as again:
        assert again.get("/healthz")[0] == 200
