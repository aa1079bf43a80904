"""`stats`: how much the bridge holds, and the engagement on one blog."""

from __future__ import annotations

import os

import click

from bridge import words
from bridge.cli.blog_names import get_named_blog
from bridge.cli.common import open_for_reading, say_json, say_table
from bridge.cli.statistics import say_statistics, statistics_data
from bridge.operations.statistics import report_statistics
from bridge.runtime import utc_now
from bridge.storage import health
from bridge.storage.health import BlogContents

SHOWN_COUNTS = ("posts", "comments", "authors", "mentors")


def terminal_language() -> str:
    """The language of the terminal; English where it is not spoken here."""
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return words.supported_language(locale)


def _spoken(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if value not in words.languages():
        raise click.BadParameter(f"'{value}' is not spoken here; {' or '.join(words.languages())} are.")
    return value


@click.command()
@click.option("--blog", "blog_id", default=None, help="The engagement on this blog.")
@click.option(
    "--window",
    type=click.Choice(["90d", "all"]),
    default="90d",
    show_default=True,
    help="Of which time: the last 90 days, or all of it (computed now).",
)
@click.option("--language", default=terminal_language, callback=_spoken, help="Of names and definitions: en, fr, …")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def stats(blog_id: str | None, window: str, language: str, as_json: bool) -> None:
    """What the bridge holds now; with --blog, who answers whom there."""
    with open_for_reading() as (_, database), database.read() as tx:
        if blog_id is not None:
            blog = get_named_blog(tx, blog_id)
            report = report_statistics(tx, blog, utc_now(), ever=window == "all")
            if as_json:
                say_json(statistics_data(blog, report, window, language))
            else:
                say_statistics(blog, report, language)
            return
        contents = health.count_stored(tx)
    if as_json:
        totals = {name: sum(getattr(blog, name) for blog in contents.values()) for name in health.COUNT_STATEMENTS}
        say_json({**totals, "blogs": {blog_id: blog._asdict() for blog_id, blog in contents.items()}})
    else:
        _say_all(contents)


def _say_all(contents: dict[str, BlogContents]) -> None:
    rows = [
        [blog_id, blog.name, blog.state, *(str(getattr(blog, key)) for key in SHOWN_COUNTS)]
        for blog_id, blog in contents.items()
    ]
    say_table(["blog", "name", "state", *SHOWN_COUNTS], rows, "No blogs yet. Connect one, or try `bridge import`.")
