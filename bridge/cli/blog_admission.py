"""`blog add|codes|block|unblock|blocked`: which blogs may come."""

from __future__ import annotations

import click

from bridge.cli.common import open_for_reading, open_for_writing, say_json, say_line, say_table
from bridge.config import Config
from bridge.errors import DeliveryFailed
from bridge.mentors.own_addresses import is_within
from bridge.operations.withdrawal import withdraw
from bridge.runtime import utc_now
from bridge.storage.blogs import blocked_addresses, blogs, registration_codes
from bridge.wordpress.url_checks import normalize_home
from bridge.wordpress.wp_admin import connect_link


@click.command()
@click.argument("address")
@click.option(
    "--replace",
    "replaces",
    is_flag=True,
    help="Even if the bridge cannot look there: the blog that is connected at ADDRESS now is then removed.",
)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def add(address: str, replaces: bool, as_json: bool) -> None:
    """Print a code with which the blog at ADDRESS may connect: once, within 14 days.

    A code made earlier for the same address is void. It also stands for a blog that the bridge cannot call. Such a
    blog takes nobody's place, unless you say --replace.
    """
    with open_for_writing() as (config, database):
        home_url = _home(address, config)
        with database.begin() as tx:
            if blocked_addresses.is_blocked(tx, home_url):
                raise click.UsageError(f"{home_url} is blocked. `bridge blog unblock` lets it in again.")
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


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def codes(as_json: bool) -> None:
    """Codes that nobody has used yet: for which address, and until when. The code itself is nowhere to be read."""
    with open_for_reading() as (_, database), database.read() as tx:
        open_codes = registration_codes.list_open(tx, utc_now())
    if as_json:
        data = [
            {"home_url": code.home_url, "expires_at": code.expires_at.isoformat(), "replaces": code.replaces}
            for code in open_codes
        ]
        say_json({"codes": data})
        return
    rows = [
        [code.home_url, f"{code.expires_at:%Y-%m-%d %H:%M}", "takes the place of the blog there" * code.replaces]
        for code in open_codes
    ]
    say_table(["address", "good until (UTC)", ""], rows, "No code is open. `bridge blog add ADDRESS` makes one.")


@click.command()
@click.argument("address")
@click.option("--reason", required=True, help="Why; only operators see it.")
@click.confirmation_option("--yes", prompt="Every blog at or below this address will be removed here. Go on?")
def block(address: str, reason: str) -> None:
    """Let no blog connect from ADDRESS or from below it, and remove those that are connected there."""
    with open_for_writing() as (config, database):
        home_url = _home(address, config)
        with database.begin() as tx:
            blocked_addresses.record(tx, home_url, reason, utc_now())
            there = [item for item in blogs.list_all(tx) if item.present and item.origin == "connected"]
            removed = [item.id for item in there if is_within(item.facts.home_url, home_url)]
            for blog_id in removed:
                withdraw(tx, blog_id, utc_now())
    say_line(f"Blocked: {home_url}. Removed: {', '.join(removed) or 'nothing'}.", err=True)


@click.command()
@click.argument("address")
def unblock(address: str) -> None:
    """Let blogs connect from ADDRESS again."""
    with open_for_writing() as (config, database), database.begin() as tx:
        home_url = _home(address, config)
        was_blocked = blocked_addresses.delete_by_address(tx, home_url)
    say_line(f"{home_url} may connect again." if was_blocked else f"{home_url} was not blocked.", err=True)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def blocked(as_json: bool) -> None:
    """Addresses from which no blog connects, and why."""
    with open_for_reading() as (_, database), database.read() as tx:
        addresses = blocked_addresses.list_all(tx)
    if as_json:
        data = [
            {"address": item.address, "reason": item.reason, "blocked_at": item.blocked_at.isoformat()}
            for item in addresses
        ]
        say_json({"blocked": data})
        return
    rows = [[item.address, f"{item.blocked_at:%Y-%m-%d}", item.reason] for item in addresses]
    say_table(["address", "since", "reason"], rows, "No address is blocked.")
