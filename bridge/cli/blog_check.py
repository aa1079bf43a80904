"""`blog check`: whether a blog and the bridge hold the same."""

from __future__ import annotations

import click

from bridge.cli.blog_names import get_named_blog
from bridge.cli.common import open_for_writing, say_json, say_line
from bridge.operations.state_checks import ask_for_comparison
from bridge.runtime import utc_now
from bridge.storage.blogs import state_checks
from bridge.storage.blogs.state_checks import StateCheck


@click.command()
@click.argument("name", metavar="BLOG")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def check(name: str, as_json: bool) -> None:
    """Ask BLOG to compare what both sides hold, and print how the last comparison went."""
    with open_for_writing() as (_, database), database.begin() as tx:
        blog_id = get_named_blog(tx, name).id
        ask_for_comparison(tx, blog_id, utc_now())
        last = state_checks.find_by_blog(tx, blog_id)
    if as_json:
        say_json(_comparison_data(last))
        return
    say_line(_comparison_text(last))
    say_line("The blog is asked to compare again; in a minute this command shows what came of it.", err=True)


def _comparison_text(last: StateCheck | None) -> str:
    if last is None or last.compared_at is None:
        return "Nothing has been compared yet."
    when = last.compared_at.isoformat()
    if last.agrees:
        return f"{last.bridge_count} of {last.blog_count} objects are held as the blog has sent them, as of {when}."
    kinds = ", ".join(f"{kind}: {count}" for kind, count in last.differed.items())
    holdings = f"{last.bridge_count} objects are held and the blog has sent {last.blog_count}"
    return f"{holdings}; ranges that differ ({kinds}), as of {when}. The blog sends them again by itself."


def _comparison_data(last: StateCheck | None) -> dict[str, object]:
    last = last or StateCheck(None, None, 0, 0, 0, None, {})
    moments = {"compared_at": last.compared_at, "differed_at": last.differed_at}
    return {
        **{key: moment.isoformat() if moment else None for key, moment in moments.items()},
        "blog_count": last.blog_count,
        "bridge_count": last.bridge_count,
        "differing": last.differing,
        "differed": dict(last.differed),
    }
