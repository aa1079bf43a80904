"""`mentors held|confirm`: profiles that turned suddenly, and the word of their owner."""

from __future__ import annotations

import click

from bridge.cli.blog_names import author_named
from bridge.cli.common import open_for_reading, open_for_writing, say_json, say_line, say_table
from bridge.cli.mentors import json_option
from bridge.errors import NotFound
from bridge.operations import due
from bridge.runtime import utc_now
from bridge.storage.content import authors
from bridge.storage.matching import profile_holds


@click.command("held")
@json_option
def held(as_json: bool) -> None:
    """Profiles that turned suddenly: lists show them as they were until their owner, or you, confirm."""
    with open_for_reading() as (_, database), database.read() as tx:
        profiles = profile_holds.list_held(tx)
    data = [
        {
            "blog": profile.key.blog_id,
            "author": profile.key.author_id,
            "language": profile.key.language,
            "as_of": profile.held_at.isoformat() if profile.held_at else None,
            "noticed_at": profile.noticed_at.isoformat() if profile.noticed_at else None,
        }
        for profile in profiles
    ]
    if as_json:
        say_json({"held": data})
        return
    rows = [[str(value) for value in profile.values()] for profile in data]
    say_table(["blog", "author", "language", "as of", "noticed"], rows, "No profile is held.")


@click.command("confirm")
@click.argument("author")
def confirm(author: str) -> None:
    """AUTHOR (BLOG/AUTHOR) really writes about this now: their profile counts as it is again."""
    if "/" not in author:
        raise click.UsageError("Name the author as BLOG/AUTHOR; `bridge mentors held` lists them.")
    moment = utc_now()
    with open_for_writing() as (_, database), database.begin() as tx:
        key = author_named(tx, author)
        if authors.find(tx, key.blog_id, key.author_id) is None:
            raise NotFound(f"There is no author '{key.author_id}' on the blog '{key.blog_id}'.")
        freed = profile_holds.mark_confirmed(tx, key, moment)
        if freed:
            due.profile_confirmed(tx, key, moment)
    say_line(f"Confirmed: {key}. The lists follow." if freed else f"Nothing of {key} is held.")
