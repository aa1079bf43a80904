"""`stats`: how much the bridge holds, and the engagement on one blog."""

from __future__ import annotations

import os
from typing import Any

import click

from bridge.cli.common import now, reading, say_json, say_table
from bridge.cli.statistics import as_data, say
from bridge.storage import blogs
from bridge.storage import stats as counted
from bridge.worker.survey import survey

SHOWN = ("posts", "comments", "authors", "mentors")
LANGUAGES = ("en", "fr")


def spoken() -> str:
    """The language of the terminal; English where it is neither."""
    said = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "fr" if said.lower().startswith("fr") else "en"


@click.command()
@click.option("--blog", "blog_id", default=None, help="The engagement on this blog.")
@click.option(
    "--window",
    type=click.Choice(["90d", "all"]),
    default="90d",
    show_default=True,
    help="Of which time: the last 90 days, or all of it (computed now).",
)
@click.option("--language", type=click.Choice(LANGUAGES), default=spoken, help="Of names and definitions.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def stats(blog_id: str | None, window: str, language: str, as_json: bool) -> None:
    """What the bridge holds now; with --blog, who answers whom there."""
    with reading() as (_, database), database.read() as tx:
        if blog_id is not None:
            blog = blogs.get(tx, blog_id)
            found = survey(tx, blog, now(), ever=window == "all")
            if as_json:
                say_json(as_data(blog, found, window, language))
            else:
                say(blog, found, language)
            return
        holds = counted.counts(tx)
    if as_json:
        say_json(holds)
    else:
        _say_all(holds["blogs"])


def _say_all(listed: dict[str, dict[str, Any]]) -> None:
    rows = [[name, blog["name"], blog["state"], *(str(blog[key]) for key in SHOWN)] for name, blog in listed.items()]
    say_table(["blog", "name", "state", *SHOWN], rows, "No blogs yet. Connect one, or try `bridge import`.")
