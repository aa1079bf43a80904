"""`import`: blogs from files, through the same stations as webhooks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bridge.cli.common import console, context_for, open_for_writing, say_json, say_line
from bridge.cli.jsonl_layout import BadLine, JsonlLayout
from bridge.errors import BridgeError
from bridge.model import Author, Event
from bridge.printable import printable_line
from bridge.runtime import utc_now
from bridge.worker import importing
from bridge.worker.context import Context


class NothingImported(BridgeError):
    """The folder holds no blog in the expected layout."""


@click.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--format", "format_", type=click.Choice(["jsonl"]), required=True, help="Layout of the folder.")
@click.option("--opt-in", is_flag=True, help="You have the authors' consent: show them as mentors to others.")
@click.option("--json", "as_json", is_flag=True, help="The counts, for machines.")
def import_(folder: Path, format_: str, opt_in: bool, as_json: bool) -> None:
    """Read the blogs in FOLDER. Safe to repeat; a bad line is reported and the rest goes on.

    Authors are private (profiled, but shown to nobody) unless --opt-in is given.
    """
    if opt_in:
        say_line("--opt-in: the authors are shown as mentors to others. Do this only with their consent.", err=True)
    else:
        say_line("The authors stay private: they are shown to nobody. (--opt-in changes that.)", err=True)
    with open_for_writing(durable=False) as (config, database):
        counted = import_folder(context_for(config, database), folder, opt_in=opt_in, started=utc_now())
    if as_json:
        say_json(counted)
    parts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counted.items())
    say_line(f"Imported: {parts}.", err=True)


def import_folder(
    context: Context, folder: Path, *, opt_in: bool, started: datetime, until_now: bool = False
) -> dict[str, int]:
    """Everything in a folder, until absorbed, refreshed, tallied and an epoch is built; answers what was counted.

    `until_now`: all dates are moved, so that the newest is of now.

    Raises:
        NothingImported: no blog could be read.
    """
    layout = JsonlLayout(folder, opt_in=opt_in, started=started, until_now=until_now)
    counted = {"blogs": 0, "posts": 0, "comments": 0, "unchanged": 0, "bad_lines": 0}
    with _progress() as progress:
        bar = progress.add_task("reading", total=layout.count_lines(), rate="")
        for item in layout.blogs():
            if isinstance(item, BadLine):
                _report(item, counted)
                continue
            counted["blogs"] += 1
            importing.take_in_blog(context, item.id, item.facts, started)
            for chunk in _chunks(layout.events(item), counted, progress, bar):
                _count(chunk, importing.take_in_events(context, item.id, item.facts.language, chunk), counted)
        if not counted["blogs"]:
            raise NothingImported(f"{folder}: no blog was read. Expected blogs.jsonl and posts/<blog>.jsonl there.")
        importing.finish(context, _show_steps(progress))
    return counted


def _progress() -> Progress:
    rate = TextColumn("{task.fields[rate]}")
    return Progress(
        TextColumn("{task.description:>10}"),
        BarColumn(),
        MofNCompleteColumn(),
        rate,
        TimeRemainingColumn(),
        console=console,
    )


def _report(bad: BadLine, counted: dict[str, int]) -> None:
    counted["bad_lines"] += 1
    console.print(
        printable_line(f"{bad.file}:{bad.line}: {bad.message}"), markup=False, highlight=False, soft_wrap=True
    )


def _chunks(
    events: Iterator[Event | BadLine | None], counted: dict[str, int], progress: Progress, bar: object
) -> Iterator[list[Event]]:
    """Events in portions; None is a line that was read and says nothing new."""
    chunk: list[Event] = []
    for event in events:
        task = progress.tasks[0]
        speed = f"{task.speed:.0f}/s" if task.speed else ""
        # What a line says of an author comes as an event of its own.
        progress.update(task.id, advance=int(not isinstance(event, Author)), rate=speed)
        if isinstance(event, BadLine):
            _report(event, counted)
        elif event is not None:
            chunk.append(event)
        if len(chunk) >= importing.IMPORT_BATCH_EVENTS:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _count(events: list[Event], fresh: list[Event], counted: dict[str, int]) -> None:
    counted["unchanged"] += len(events) - len(fresh)
    for event in fresh:
        name = f"{type(event).__name__.lower()}s"
        if name in counted:
            counted[name] += 1


def _show_steps(progress: Progress) -> Callable[[str, int], None]:
    """A bar for what is worked at after reading."""
    bar = progress.add_task("profiles", total=None, rate="")

    def step(station: str, left: int) -> None:
        task = next(task for task in progress.tasks if task.id == bar)
        rate = f"{task.speed:.0f}/s" if task.speed else ""
        progress.update(bar, description=station, advance=1, total=task.completed + 1 + left, rate=rate)

    return step
