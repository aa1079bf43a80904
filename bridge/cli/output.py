"""How a command says a line; light, for it is loaded by each."""

from __future__ import annotations

import click

from bridge import printable


def say_line(text: str = "", *, err: bool = False) -> None:
    """One line, whatever strangers wrote into it."""
    click.echo(printable.printable_line(text), err=err)  # noqa: TID251 - the one place
