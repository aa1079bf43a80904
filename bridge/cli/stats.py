"""`stats`: how much the bridge holds."""

from __future__ import annotations

import click

from bridge.cli.common import reading, say_json, say_table
from bridge.storage import blogs
from bridge.storage import stats as counted

SHOWN = ("posts", "comments", "authors", "mentors")


@click.command()
@click.option("--blog", "blog_id", default=None, help="Only this blog.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def stats(blog_id: str | None, as_json: bool) -> None:
    """What the bridge holds now."""
    with reading() as (_, database), database.read() as tx:
        found = counted.counts(tx)
        if blog_id is not None:
            blogs.get(tx, blog_id)
    if as_json:
        say_json(found if blog_id is None else {"blog": blog_id, **found["blogs"][blog_id]})
        return
    listed = {blog_id: found["blogs"][blog_id]} if blog_id else found["blogs"]
    rows = [[name, blog["name"], blog["state"], *(str(blog[key]) for key in SHOWN)] for name, blog in listed.items()]
    say_table(["blog", "name", "state", *SHOWN], rows, "No blogs yet. Connect one, or try `bridge import`.")
