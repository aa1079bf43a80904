"""`demo`: a bridge with sample blogs, for looking around."""

from __future__ import annotations

import os
from pathlib import Path

import click

from bridge.cli.blogs import sign_in_link
from bridge.cli.common import context_for, load_settings, open_for_writing, say_line
from bridge.cli.imports import import_folder
from bridge.cli.serve import host_option, port_option, run_all
from bridge.runtime import utc_now
from bridge.server.startup import check_port
from bridge.storage.blogs import blogs

SAMPLE_FOLDER = Path(__file__).parent.parent / "samples"
SHOWN_BLOG = "atelier-boreal"  # whose dashboard the demo opens


@click.command()
@host_option
@port_option
def demo(host: str | None, port: int | None) -> None:
    """Everything in one command, with the bundled sample blogs; open to blogs on this machine."""
    os.environ.setdefault("REGISTRATION", "open")
    os.environ.setdefault("ALLOW_PRIVATE_ADDRESSES", "yes")
    check_port(load_settings(host, port))
    with open_for_writing(durable=False) as (config, database):
        with database.read() as tx:
            filled = bool(blogs.list_all(tx))
        if not filled:
            import_folder(context_for(config, database), SAMPLE_FOLDER, opt_in=True, started=utc_now(), until_now=True)
    chosen = load_settings(host, port)
    with open_for_writing() as (_, database), database.begin() as tx:
        link = sign_in_link(tx, chosen, SHOWN_BLOG, utc_now()) if blogs.find(tx, SHOWN_BLOG) else ""
    say_line(err=True)
    say_line(f"  The demo is at {chosen.public_url}", err=True)
    if link:
        say_line(f"  A dashboard in it: {link}", err=True)
        say_line(f"  (once, within 12 hours; then: bridge blog sign-in {SHOWN_BLOG})", err=True)
        say_line(err=True)
    run_all(chosen)
