"""What strangers wrote commands no terminal: every command that reads, over a bank whose every field tries to."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.progress import Progress
from sqlalchemy import insert, update

from bridge import logs, printable
from bridge.cli.common import Terminal
from bridge.cli.demo import SAMPLE_FOLDER
from bridge.cli.main import commands, main
from bridge.config import Config
from bridge.model import AuthorKey
from bridge.runtime import open_vault
from bridge.storage.asks import asks
from bridge.storage.asks.asks import AskTexts, NewAsk
from bridge.storage.blogs.tables import blogs, call_log, deliveries
from bridge.storage.content import suspensions
from bridge.storage.content.tables import authors, posts, suspended_authors
from bridge.storage.core.database import Database
from bridge.storage.core.tables import jobs, metadata
from bridge.storage.engagement.tables import comments
from tests.conftest import NOW
from tests.test_readme import every

pytestmark = pytest.mark.slow

EVIL = (
    "\x1b]0;owned\x07\x1b[2J\x9b31m\x7f\x08\r\u202egnp\u2066\u2028\u2029\u200f\u061c\U000e0041"
    "[red][/no]\nok   all is well"
)
ORDERS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\U000e0000-\U000e007f]"
)
BLOG, AUTHOR = "atelier-boreal", "Maude Tremblay"
READING: tuple[tuple[str, ...], ...] = (
    ("author", "hidden"),
    ("ask", "list"),
    ("ask", "show", "1"),
    ("blog", "blocked"),
    ("blog", "codes"),
    ("blog", "list"),
    ("blog", "show", BLOG),
    ("deliveries", "list"),
    ("deliveries", "show", "1"),
    ("doctor",),
    ("epoch", "status"),
    ("mentors", "exposure"),
    ("mentors", "for-text", "{file}"),
    ("mentors", "held"),
    ("mentors", "pairings", "--author", f"{BLOG}/{AUTHOR}"),
    ("mentors", "related", "--blog", BLOG),
    ("mentors", "search", "trésorerie acompt" + EVIL),
    ("skills", "list"),
    ("stats",),
    ("stats", "--blog", BLOG),
    ("text", "analyse", "{file}"),
    ("work", "list"),
)
REFUSED = (
    ("blog", "show", "no" + EVIL),
    ("--no" + EVIL,),
    ("no" + EVIL,),
    ("ask", "show", "2"),
    ("deliveries", "show", EVIL),
    ("mentors", "for-text", EVIL),
    ("import", "/no" + EVIL, "--format", "jsonl"),
)
WRITING = {
    "author hide",
    "author show",
    "backup",
    "blog add",
    "blog block",
    "blog check",
    "blog confirm",
    "blog disconnect",
    "blog sign-in",
    "blog unblock",
    "deliveries rerun",
    "demo",
    "epoch build",
    "evaluate",
    "import",
    "load",
    "mentors confirm",
    "mentors index",
    "migrate",
    "migrate-database",
    "restore",
    "secret rewrite",
    "serve",
    "skills import",
    "sweep",
    "web",
    "work retry",
    "worker",
}
SPOILT = {
    blogs: ("name", "description", "home_url", "failure"),
    authors: ("name", "url", "bio"),
    comments: ("author_name",),
    posts: ("url", "title", "excerpt"),
    deliveries: ("error",),
    call_log: ("error",),
    suspended_authors: ("reason",),
    jobs: ("last_error",),
}
Say = pytest.CaptureFixture[str]


def hostile(value: Any, key: str = "") -> Any:
    """The same with orders in every text that is free."""
    if isinstance(value, dict):
        return {name: hostile(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [hostile(inner, key) for inner in value]
    free = key in ("title", "body", "message", "author_name", "tags", "bio", "offers", "url")
    return f"{value} {EVIL}" if isinstance(value, str) and free else value


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Blogs to import, with orders in them, and lines that cannot be read."""
    copies = tmp_path_factory.mktemp("hostile")
    for file in sorted(SAMPLE_FOLDER.rglob("*.jsonl")):
        target = copies / file.relative_to(SAMPLE_FOLDER)
        target.parent.mkdir(exist_ok=True)
        lines = [json.dumps(hostile(json.loads(line))) for line in file.read_text("utf-8").splitlines()[:6]]
        target.write_text(
            "\n".join([*lines, json.dumps({"id": EVIL, "date": EVIL}), f'"{EVIL}"'.replace("\n", " "), ""])
        )
    return copies


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the bank is kept."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(autouse=True)
def environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_HOME", str(home))


def status_and_output(capsys: Say, *arguments: str) -> tuple[object, str]:
    """Exit status and stdout of a command that gave no orders."""
    try:
        main(arguments)
    except SystemExit as end:
        status = end.code or 0
    captured = capsys.readouterr()
    for text in (captured.out, captured.err):
        assert ORDERS.search(text) is None, (arguments, text)
    assert not any(line.startswith("ok   all") for line in (captured.out + captured.err).splitlines()), (
        "a line of a stranger's"
    )
    return status, captured.out


def test_an_import_says_what_it_could_not_read_and_no_more(folder: Path, home: Path, capsys: Say) -> None:
    assert status_and_output(capsys, "import", str(folder), "--format", "jsonl", "--opt-in", "--json")[0] == 0
    database = Database.open(Config.from_env().database_url)
    with database.begin() as tx:
        tx.execute(
            insert(deliveries).values(
                blog_id=BLOG,
                webhook_id="p0000001",
                type="post.published",
                received_at=NOW,
                state="quarantined",
                size=1,
                body=json.dumps({"title": EVIL}, ensure_ascii=False).encode(),
                error="no",
            )
        )
        tx.execute(update(blogs).values(failure="no"))
        vault = open_vault(Config.from_env())
        for reported in (True, False):  # what nobody has reported cannot be read
            asked = AskTexts(EVIL, EVIL, EVIL, EVIL, EVIL)
            token = asks.record_ask(tx, vault, NewAsk(AuthorKey(BLOG, AUTHOR), asked, "fr", b"c"), NOW)
            ask = asks.find_by_token(tx, vault, token)
            if reported and ask:
                asks.mark_reported(tx, ask.id, "seeker", NOW)
        suspensions.record(tx, AuthorKey(BLOG, AUTHOR), "no", NOW)
        for table, names in SPOILT.items():
            tx.execute(update(table).values({name: table.c[name] + EVIL for name in names}))
    database.close()


def test_every_command_that_reads_says_letters(capsys: Say, tmp_path: Path) -> None:
    file = tmp_path / "text"
    file.write_text("J'ai appris que la trésorerie manque. " * 9 + EVIL)
    for arguments in READING:
        given = [word.replace("{file}", str(file)) for word in arguments]
        status, out = status_and_output(capsys, *given)
        assert status == (1 if arguments == ("doctor",) else 0), arguments
        assert out
    for arguments in REFUSED:
        assert status_and_output(capsys, *arguments)[0] != 0


def test_for_machines_it_is_the_same_data(capsys: Say, tmp_path: Path) -> None:
    file = tmp_path / "text"
    file.write_text("J'ai appris que la trésorerie manque. " * 9 + EVIL)
    answers = {}
    for arguments in READING:
        given = [word.replace("{file}", str(file)) for word in arguments]
        answers[arguments] = json.loads(status_and_output(capsys, *given, "--json")[1])
    assert EVIL in answers["blog", "list"]["blogs"][0]["name"]
    assert json.loads(answers["deliveries", "show", "1"]["payload"]) == {"title": EVIL}


def test_each_command_is_in_one_of_the_lists() -> None:
    names = {f"{group} {word}".removeprefix("bridge ") for group, word in every(commands)}
    reading = {" ".join(arguments[:2]) if " ".join(arguments[:2]) in names else arguments[0] for arguments in READING}
    assert names == reading | WRITING
    assert {*SPOILT} <= {*metadata.sorted_tables}


def test_bars_and_logs_say_letters_too() -> None:
    shown = StringIO()
    with Progress(console=Terminal(file=shown, width=200)) as progress:
        progress.add_task(EVIL.replace("[", "("), total=1)
    assert ORDERS.search(shown.getvalue()) is None
    event = logs._printable(None, "", {"event": EVIL, "blog": EVIL, "count": 1})
    assert ORDERS.search(f"{event['event']}{event['blog']}") is None
    assert "\n" not in event["blog"]


@pytest.mark.parametrize("text", [EVIL, "é — « œuvre » 日本語 עברית 👩‍👩‍👧", "\ud800", "a\tb\u2028c"])
def test_json_holds_the_same(text: str) -> None:
    written = printable.printable_json({"text": text, text: [1, None, "\\u202e"]})
    assert ORDERS.search(written) is None
    assert json.loads(written) == {"text": text, text: [1, None, "\\u202e"]}
    assert written.encode()
    assert "\n" not in printable.printable_line(text)
