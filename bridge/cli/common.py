"""What commands share: settings, the database, and how results are said."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console, ConsoleOptions
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from bridge import printable
from bridge.cli.output import say_line as say_line
from bridge.config import Config
from bridge.runtime import attach_candidate_index, build_runtime, open_database
from bridge.storage.core import migrate
from bridge.storage.core.database import Database
from bridge.wordpress.client import WordPressClient
from bridge.wordpress.feed_hub import FeedHub
from bridge.wordpress.mail_server import MailServer
from bridge.wordpress.operator_hook import OperatorHook
from bridge.wordpress.transport import OutgoingDoor
from bridge.worker.context import Context


class Terminal(Console):
    """rich, but what is printed gives no orders of its own: those of the style and of progress bars are rich's."""

    def render(self, renderable: Any, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Segments of anything that is printed, of which none commands the terminal."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=printable.printable_lines(segment.text))


console = Terminal(stderr=True)


def load_settings(host: str | None = None, port: int | None = None) -> Config:
    """The settings; says so when a key was made."""
    config = Config.from_env(host=host, port=port)
    hub_of(config)
    operator_of(config)  # a wrong address is said now, in the words that a call would have
    if config.made_key is not None:
        say_line(f"Made a secret key: {config.made_key}. Keep it with your backups.", err=True)
    return config


@contextmanager
def open_for_reading() -> Iterator[tuple[Config, Database]]:
    """The database, to be looked at only."""
    config = load_settings()
    database = open_database(config, read_only=True)
    try:
        migrate.require_current(database)
        yield config, database
    finally:
        database.close()


@contextmanager
def open_for_writing(*, durable: bool = True) -> Iterator[tuple[Config, Database]]:
    """The database, brought up to date; not `durable`: for work that is done again after a power cut."""
    config = load_settings()
    database = open_database(config, durable=durable)
    try:
        migrate.upgrade(database)
        attach_candidate_index(config, database)
        yield config, database
    finally:
        database.close()


def context_for(config: Config, database: Database) -> Context:
    """What stations need, for a worker or a command in this process."""
    client = WordPressClient(OutgoingDoor(allow_private=config.allow_private_addresses))
    mailer = MailServer(config.mail) if config.mail else None
    return Context(build_runtime(config, database), client, operator_of(config), hub_of(config), mailer)


def operator_of(config: Config) -> OperatorHook | None:
    """The address at which the operator hears of what is wrong; None: there is none.

    Raises:
        ConfigError: it is one that is never called.
    """
    door = OutgoingDoor(allow_private=config.allow_private_addresses)
    return OperatorHook(door, config.alert_url) if config.alert_url else None


def hub_of(config: Config) -> FeedHub | None:
    """The hub that hears which feeds bring something new; None: there is none.

    Raises:
        ConfigError: its address is one that is never called.
    """
    door = OutgoingDoor(allow_private=config.allow_private_addresses)
    return FeedHub(door, config.websub_hub) if config.websub_hub else None


def say_json(data: Any, indent: int | None = None) -> None:
    """A result for machines."""
    sys.stdout.write(printable.printable_json(data, indent) + "\n")


def say_table(columns: list[str], rows: list[list[str]], empty: str) -> None:
    """A result for people; `empty` says what to do when there is nothing.

    Nothing is cut: on a terminal what is too long goes on below, in a pipe each row is one line.
    """
    if not rows:
        say_line(empty)
    elif sys.stdout.isatty():
        table = Table(box=None, header_style="bold", pad_edge=False)
        for column in columns:
            table.add_column(column, overflow="fold")
        for row in rows:
            table.add_row(*(Text(printable.printable_line(cell)) for cell in row))
        Terminal().print(table)
    else:
        lines = [[printable.printable_line(cell) for cell in row] for row in [columns, *rows]]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        for line in lines:
            say_line("  ".join(map(str.ljust, line, widths)).rstrip())
