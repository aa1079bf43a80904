"""`blog list|confirm|show|disconnect|sign-in`; which blogs may come is in `blog_admission`."""

from __future__ import annotations

from datetime import datetime

import click

from bridge.cli.blog_admission import add, block, blocked, codes, unblock
from bridge.cli.blog_check import check
from bridge.cli.blog_names import get_named_blog
from bridge.cli.common import open_for_reading, open_for_writing, say_json, say_line, say_table
from bridge.config import Config
from bridge.errors import BridgeError
from bridge.model import AuthorKey
from bridge.operations import due
from bridge.operations.withdrawal import withdraw
from bridge.runtime import utc_now
from bridge.storage import health
from bridge.storage.blogs import blogs
from bridge.storage.blogs.withdrawal_receipts import count_blogs_awaited
from bridge.storage.content import authors
from bridge.storage.core.database import Tx
from bridge.storage.health import BlogContents
from bridge.storage.people import sessions
from bridge.storage.people.sessions import SESSION_LIFETIME, Person


class BlogNotImported(BridgeError):
    """Only imported blogs are opened by the operator."""


blog_argument = click.argument("name", metavar="BLOG")  # its id, the beginning of it, its name or its address


@click.group()
def blog() -> None:
    """The blogs of this bridge. BLOG is an id, the beginning of one, a blog's name or its address."""


for command in (add, codes, block, unblock, blocked, check):
    blog.add_command(command)


@blog.command("list")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def list_(as_json: bool) -> None:
    """All blogs."""
    with open_for_reading() as (_, database), database.read() as tx:
        every_blog = blogs.list_all(tx)
        stored = health.count_stored(tx)
    if as_json:
        say_json({"blogs": [_data(item) | _counts(stored[item.id]) for item in every_blog]})
        return
    rows = [
        [
            item.facts.name,
            item.facts.home_url,
            _state(item),
            f"{item.seen_at:%Y-%m-%d %H:%M}",
            str(stored[item.id].posts),
            str(stored[item.id].mentors),
            str(item.transport or ""),
            item.id,
        ]
        for item in every_blog
    ]
    columns = ["name", "address", "state", "seen (UTC)", "posts", "mentors", "transport", "blog"]
    say_table(columns, rows, "No blogs yet. `bridge blog add ADDRESS`.")


def _state(item: blogs.Blog) -> str:
    state = f"{item.state}, failing since {item.failing_since:%Y-%m-%d}" if item.failing_since else str(item.state)
    return f"{state}, and a copy speaks" if item.second_at else state


def _counts(stored: BlogContents) -> dict[str, int]:
    return {"posts": stored.posts, "mentors": stored.mentors}


@blog.command()
@blog_argument
def confirm(name: str) -> None:
    """You know whose BLOG it is: rules against writing oneself into lists do not apply to it."""
    with open_for_writing() as (_, database), database.begin() as tx:
        blog_id = get_named_blog(tx, name).id
        blogs.mark_confirmed(tx, blog_id)
        due.authors_changed(tx, (AuthorKey(*author) for author in authors.list_named_by_posts(tx, blog_id)), utc_now())
    say_line(f"Confirmed: {blog_id}. Its authors are weighed anew.")


@blog.command()
@blog_argument
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def show(name: str, as_json: bool) -> None:
    """One blog."""
    with open_for_reading() as (_, database), database.read() as tx:
        item = get_named_blog(tx, name)
        data = _data(item) | _counts(health.count_stored(tx)[item.id])
    if as_json:
        say_json(data)
        return
    say_table(["", ""], [[name, _text(value)] for name, value in data.items()], "")


@blog.command()
@blog_argument
@click.confirmation_option("--yes", prompt="Everything of this blog will be removed here. Go on?")
def disconnect(name: str) -> None:
    """Remove a blog and everything that follows from it."""
    with open_for_writing() as (_, database), database.begin() as tx:
        item = get_named_blog(tx, name)
        blog_id = item.id
        if item.present:
            withdraw(tx, blog_id, utc_now())
        awaited = count_blogs_awaited(tx, blog_id, utc_now())
    shown = f", but {awaited} other blogs may still show it until they have been told" if awaited else ""
    say_line(f"Nothing of {blog_id} is left here{shown}.", err=True)


@blog.command("sign-in")
@blog_argument
def sign_in(name: str) -> None:
    """Print a link to the dashboard of an imported blog, as its first author: once, within 12 hours.

    A connected blog vouches for its own users, and nobody else can: they go in from wp-admin.
    """
    with open_for_writing() as (config, database), database.begin() as tx:
        link = sign_in_link(tx, config, get_named_blog(tx, name).id, utc_now())
    say_line(link)


def sign_in_link(tx: Tx, config: Config, blog_id: str, moment: datetime) -> str:
    """The address for the first author of an imported blog, who sees all of it.

    Raises:
        NotFound: no such blog. NotImported: it has users of its own.
    """
    if blogs.get(tx, blog_id).origin != "imported":
        raise BlogNotImported("A connected blog is entered from its own wp-admin: Settings, Mentor bridge.")
    author = min((author for _, author in authors.list_named_by_posts(tx, blog_id)), default="0")
    person = Person(blog_id, author, "owner", True, author)
    return f"{config.public_url}/sign-in?token={sessions.record_link(tx, person, moment, SESSION_LIFETIME)}"


def _data(item: blogs.Blog) -> dict[str, str | int | list[str] | None]:
    facts = item.facts
    return {
        "id": item.id,
        "name": facts.name,
        "home_url": facts.home_url,
        "unproven": item.claimed_url or None,
        "further_homes": list(item.further_homes),
        "language": facts.language,
        "origin": item.origin,
        "state": str(item.state),
        "transport": str(item.transport) if item.transport else None,
        "wordpress_version": facts.wordpress_version,
        "plugin_version": facts.plugin_version,
        "connected_at": item.connected_at.isoformat(),
        "seen_at": item.seen_at.isoformat(),
        "second_installation_at": item.second_at.isoformat() if item.second_at else None,
        "began_anew_at": item.began_anew_at.isoformat() if item.began_anew_at else None,
        "failing_since": item.failing_since.isoformat() if item.failing_since else None,
        "failure": item.failure,
    }


def _text(value: str | int | list[str] | None) -> str:
    return " ".join(value) if isinstance(value, list) else "" if value is None else str(value)
