"""`blog list|add|confirm|show|disconnect|sign-in`."""

from __future__ import annotations

from datetime import datetime

import click

from bridge.cli.common import open_for_reading, open_for_writing, say_json, say_line, say_table
from bridge.config import Config
from bridge.errors import BridgeError, DeliveryFailed
from bridge.model import AuthorKey
from bridge.operations import due
from bridge.operations.withdrawal import withdraw
from bridge.runtime import utc_now
from bridge.storage.blogs import blogs, registration_codes
from bridge.storage.blogs.withdrawal_receipts import count_blogs_awaited
from bridge.storage.content import authors
from bridge.storage.core.database import Tx
from bridge.storage.people import sessions
from bridge.storage.people.sessions import SESSION_LIFETIME, Person
from bridge.wordpress.url_checks import normalize_home
from bridge.wordpress.wp_admin import connect_link


class BlogNotImported(BridgeError):
    """Only imported blogs are opened by the operator."""


@click.group()
def blog() -> None:
    """The blogs of this bridge."""


@blog.command("list")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def list_(as_json: bool) -> None:
    """All blogs."""
    with open_for_reading() as (_, database), database.read() as tx:
        every_blog = blogs.list_all(tx)
    if as_json:
        say_json({"blogs": [_data(item) for item in every_blog]})
        return
    rows = [[b.id, b.facts.name, b.facts.home_url, _state(b), str(b.transport or "")] for b in every_blog]
    say_table(["blog", "name", "address", "state", "transport"], rows, "No blogs yet. `bridge blog add ADDRESS`.")


def _state(item: blogs.Blog) -> str:
    return f"{item.state}, and a copy speaks" if item.second_at else str(item.state)


@blog.command()
@click.argument("blog_id")
def confirm(blog_id: str) -> None:
    """You know whose blog BLOG_ID is: rules against writing oneself into lists do not apply to it."""
    with open_for_writing() as (_, database), database.begin() as tx:
        blogs.get(tx, blog_id)
        blogs.mark_confirmed(tx, blog_id)
        due.authors_changed(tx, (AuthorKey(*author) for author in authors.list_named_by_posts(tx, blog_id)), utc_now())
    say_line(f"Confirmed: {blog_id}. Its authors are weighed anew.")


@blog.command()
@click.argument("address")
@click.option(
    "--replace",
    "replaces",
    is_flag=True,
    help="Even if the bridge cannot look there: the blog that is connected at ADDRESS now is then removed.",
)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def add(address: str, replaces: bool, as_json: bool) -> None:
    """Print a code with which the blog at ADDRESS may connect: once, within 24 hours.

    It also stands for a blog that the bridge cannot call. Such a blog takes nobody's place, unless you say --replace.
    """
    with open_for_writing() as (config, database):
        home_url = _home(address, config)
        with database.begin() as tx:
            code = registration_codes.record_code(tx, home_url, utc_now(), replaces=replaces)
            there = [item for item in blogs.list_at(tx, home_url) if item.present and item.origin == "connected"]
    link = connect_link(home_url, config.public_url, code)
    if as_json:
        connected = [item.id for item in there]
        data = {"home_url": home_url, "code": code, "replaces": replaces, "connected": connected, "link": link}
        say_json(data)
        return
    say_line(code)
    for item in there:
        say_line(_about(item, replaces=replaces), err=True)
    say_line(f"Enter it on {home_url}, Settings › Mentor bridge, with the address {config.public_url}.", err=True)
    say_line(f"Or open this where the plugin is active, and find both filled in: {link}", err=True)


def _about(there: blogs.Blog, *, replaces: bool) -> str:
    named = f"{there.id} is connected at this address"
    if replaces:
        return f"{named}. Whoever uses the code takes its place: everything of it is removed then."
    return f"{named}. A blog that the bridge can call takes its place; for one that it cannot, use --replace."


def _home(address: str, config: Config) -> str:
    try:
        return normalize_home(address, allow_private=config.allow_private_addresses)
    except DeliveryFailed as failure:
        raise click.UsageError(f"{address}: {failure}. {failure.repair}") from None


@blog.command()
@click.argument("blog_id")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def show(blog_id: str, as_json: bool) -> None:
    """One blog."""
    with open_for_reading() as (_, database), database.read() as tx:
        data = _data(blogs.get(tx, blog_id))
    if as_json:
        say_json(data)
        return
    say_table(["", ""], [[name, _text(value)] for name, value in data.items()], "")


@blog.command()
@click.argument("blog_id")
@click.confirmation_option("--yes", prompt="Everything of this blog will be removed here. Go on?")
def disconnect(blog_id: str) -> None:
    """Remove a blog and everything that follows from it."""
    with open_for_writing() as (_, database), database.begin() as tx:
        if blogs.get(tx, blog_id).present:
            withdraw(tx, blog_id, utc_now())
        awaited = count_blogs_awaited(tx, blog_id, utc_now())
    shown = f", but {awaited} other blogs may still show it until they have been told" if awaited else ""
    say_line(f"Nothing of {blog_id} is left here{shown}.", err=True)


@blog.command("sign-in")
@click.argument("blog_id")
def sign_in(blog_id: str) -> None:
    """Print a link to the dashboard of an imported blog, as its first author: once, within 12 hours.

    A connected blog vouches for its own users, and nobody else can: they go in from wp-admin.
    """
    with open_for_writing() as (config, database), database.begin() as tx:
        link = sign_in_link(tx, config, blog_id, utc_now())
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


def _data(item: blogs.Blog) -> dict[str, str | list[str] | None]:
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


def _text(value: str | list[str] | None) -> str:
    return " ".join(value) if isinstance(value, list) else value or ""
