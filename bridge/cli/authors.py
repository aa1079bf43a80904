"""`author hide|show|hidden`: cards that the operator shows to nobody, with the reason that their authors read."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import click

from bridge.cli.blog_names import author_named
from bridge.cli.common import open_for_reading, open_for_writing, say_json, say_line, say_table
from bridge.errors import NotFound
from bridge.model import AuthorKey
from bridge.operations import suspension
from bridge.runtime import utc_now
from bridge.storage.bank import cards
from bridge.storage.content import authors, suspensions
from bridge.storage.core.database import Tx

MAX_REASON_CHARACTERS = 500
CARD_FOLDER = "mentors"  # of the addresses of cards

author_argument = click.argument("name", metavar="AUTHOR")


@click.group("author")
def author_group() -> None:
    """Single authors. AUTHOR is BLOG/AUTHOR, or the address of a card."""


@author_group.command()
@author_argument
@click.option("--reason", required=True, help="Why; the author reads it on their card and in wp-admin.")
def hide(name: str, reason: str) -> None:
    """Show AUTHOR to nobody: gone from the bank and from other blogs at once. What they wrote stays, for `show`."""
    if not 0 < len(reason.strip()) <= MAX_REASON_CHARACTERS:
        raise click.UsageError(f"The reason has 1 to {MAX_REASON_CHARACTERS} characters: the author reads it.")
    with open_for_writing() as (_, database), database.begin() as tx:
        key = _get_author(tx, name)
        touched = suspension.suspend(tx, key, reason.strip(), utc_now())
    say_line(f"Hidden: {key}. Blogs that showed them and are told now: {len(touched)}.", err=True)
    say_line(f"`bridge author show {key}` shows them again.", err=True)


@author_group.command()
@author_argument
def show(name: str) -> None:
    """Show AUTHOR again, as soon as their lists are made anew. Whoever withdrew meanwhile stays withdrawn."""
    with open_for_writing() as (_, database), database.begin() as tx:
        key = _get_author(tx, name)
        was_hidden = suspension.reinstate(tx, key, utc_now())
    say_line(f"Shown again: {key}." if was_hidden else f"{key} was not hidden.", err=True)


@author_group.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def hidden(as_json: bool) -> None:
    """Authors whom you show to nobody, since when, and why."""
    with open_for_reading() as (_, database), database.read() as tx:
        every = suspensions.list_all(tx)
    if as_json:
        data = [
            {
                "blog": item.author.blog_id,
                "author": item.author.author_id,
                "reason": item.reason,
                "since": item.since.isoformat(),
            }
            for item in every
        ]
        say_json({"hidden": data})
        return
    rows = [[str(item.author), f"{item.since:%Y-%m-%d}", item.reason] for item in every]
    say_table(["author", "since", "reason"], rows, "You hide nobody.")


def _get_author(tx: Tx, name: str) -> AuthorKey:
    """The author whom an operator means.

    Raises:
        NotFound: there is none, or no card at that address.
    """
    folder, _, slug = unquote(urlsplit(name).path).strip("/").rpartition("/")
    if "://" in name and folder.rpartition("/")[2] == CARD_FOLDER:
        owner = cards.find_owner(tx, slug)
        if owner is None:
            raise NotFound("There is no card at this address. Name the author as BLOG/AUTHOR.")
        return owner
    if "/" not in name:
        raise click.UsageError("Name the author as BLOG/AUTHOR, or by the address of their card.")
    key = author_named(tx, name)
    if suspensions.find(tx, key) is None and authors.find(tx, key.blog_id, key.author_id) is None:
        raise NotFound(f"There is no author '{key.author_id}' on the blog '{key.blog_id}'.")
    return key
