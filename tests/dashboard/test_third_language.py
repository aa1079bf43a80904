"""A third language is a file: with it alone a page, what a blog is sent, and the command line speak it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from bridge import words
from bridge.cli.statistics import say_statistics
from bridge.cli.stats import stats, terminal_language
from bridge.operations.statistics import report_statistics
from bridge.storage.blogs import blogs
from bridge.webhooks.service import Service
from bridge.worker.outbound.list_wording import compile_objects
from tests.conftest import Clock
from tests.dashboard.conftest import OWNER
from tests.peer import PeerBlog

ESPERANTO = """msgid ""
msgstr ""
"Language: eo\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

#, python-format
msgid "Also writes about %(topics)s."
msgstr "Ankaŭ skribas pri %(topics)s."

msgid "Mentor bridge"
msgstr "Mentora ponto"

#, python-format
msgid "Also writes about %(topics)s; start with “%(title)s” (%(date)s)."
msgstr "Ankaŭ skribas pri %(topics)s; komencu per «%(title)s» (%(date)s)."

msgid "Comments by readers"
msgstr "Komentoj de legantoj"
"""


@pytest.fixture
def esperanto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Besides French, which stays, one more file."""
    file = tmp_path / "eo" / "LC_MESSAGES" / "messages.po"
    file.parent.mkdir(parents=True)
    file.write_text(ESPERANTO, "utf-8")
    (tmp_path / "fr").symlink_to(words.TRANSLATIONS_FOLDER / "fr")
    monkeypatch.setattr(words, "CATALOGUE", words.Catalogue(tmp_path))
    return "eo"


def test_a_page_speaks_it(esperanto: str, house: PeerBlog, sign_in: Callable[..., FlaskClient]) -> None:
    browser = sign_in(OWNER)
    page = browser.get("/dashboard/alice/overview", headers={"Accept": "text/html", "Accept-Language": "eo"}).text
    assert '<html lang="eo">' in page
    assert "Mentora ponto" in page
    assert "Komentoj de legantoj" in page
    assert "People who commented" in page, "what the file lacks is said in English"
    assert 'hreflang="eo">Esperanto</a>' in page or 'hreflang="eo" aria-current="true">Esperanto</a>' in page
    assert "Commentaires de lecteurs" in browser.get("/dashboard/alice/overview?lang=fr").text


def test_what_a_blog_is_sent_speaks_it(esperanto: str, house: PeerBlog, service: Service) -> None:
    sentences: dict[str, str] = {}
    for language in (esperanto, "fr-CA", "nl-NL"):
        with service.database.read() as tx:
            blog = blogs.get(tx, "alice")
            objects = compile_objects(tx, replace(blog, facts=replace(blog.facts, language=language)))
        sentences[language] = next(mentor.why for item in objects for mentor in item.mentors)
    assert sentences[esperanto].startswith("Ankaŭ skribas pri ")
    assert sentences["fr-CA"].startswith("Thèmes communs\u00a0: ")
    assert sentences["nl-NL"].startswith("Also writes about ")


def test_the_command_line_speaks_it(
    esperanto: str,
    house: PeerBlog,
    service: Service,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LC_ALL", "eo.UTF-8")
    with service.database.read() as tx:
        blog = blogs.get(tx, "alice")
        say_statistics(blog, report_statistics(tx, blog, clock(), ever=False), terminal_language())
    printed = capsys.readouterr().out
    assert "Komentoj de legantoj" in printed
    assert "People who commented" in printed
    refused = CliRunner().invoke(stats, ["--blog", "alice", "--language", "nl"])
    assert "en or eo or fr are" in refused.output
