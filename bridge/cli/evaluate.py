"""`evaluate`: how well mentors are found on real blogs, beside the baselines."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from bridge.cli.common import Terminal, console, say_json
from bridge.cli.jsonl_layout import BadLine, JsonlLayout
from bridge.config import Config
from bridge.errors import BridgeError
from bridge.evaluation.report import TaskOutcome
from bridge.evaluation.run import TASK_NAMES, run_tasks
from bridge.evaluation.typed_needs import BlogSource
from bridge.model import Author, Post
from bridge.runtime import build_runtime, utc_now
from bridge.storage.core import migrate
from bridge.storage.core.database import Database
from bridge.wordpress.client import WordPressClient
from bridge.wordpress.transport import OutgoingDoor
from bridge.worker.context import Context


class NothingToMeasure(BridgeError):
    """The folder holds no blog in the expected layout."""


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--tasks", default=",".join(TASK_NAMES), show_default=True, help="Which of them, separated by commas.")
@click.option(
    "--needs",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="For T2c: a folder with needs.jsonl and judgements.jsonl on the blogs in FOLDER.",
)
@click.option("--seed", default=1, show_default=True, help="Of baselines, attacks and intervals.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def evaluate(folder: Path, tasks: str, needs: Path | None, seed: int, as_json: bool) -> None:
    """Measure on the blogs in FOLDER (the layout of `import`), in a database of its own that is thrown away."""
    task_names = [task.strip() for task in tasks.split(",") if task.strip()]
    unknown = sorted(set(task_names) - set(TASK_NAMES))
    if unknown or not task_names:
        raise click.UsageError(f"there is no task {', '.join(unknown) or 'named'}; there are {', '.join(TASK_NAMES)}")
    sources = _sources(folder, utc_now())
    with progress_bar() as progress, _throw_away_context() as context:
        bar = progress.add_task("", total=None)

        def show_progress(what: str, done: int, of: int) -> None:
            progress.update(bar, description=what, completed=done, total=of)

        outcomes = run_tasks(task_names, folder, sources, context, seed, show_progress, _throw_away_context, needs)
    if as_json:
        posts = sum(isinstance(event, Post) for source in sources for event in source.events)
        say_json(
            {"seed": seed, "blogs": len(sources), "posts": posts, "tasks": [outcome.to_json() for outcome in outcomes]}
        )
        return
    for outcome in outcomes:
        _say(outcome)


@contextmanager
def _throw_away_context() -> Iterator[Context]:
    """Over an empty database that is thrown away, with the default settings: no keys to keep, no blog to call."""
    with tempfile.TemporaryDirectory() as home:
        database = Database.open(f"sqlite:///{home}/evaluation.sqlite", durable=False)
        try:
            migrate.upgrade(database)
            config = Config.from_env({"SECRET_KEY": secrets.token_urlsafe(48)})
            yield Context(build_runtime(config, database), WordPressClient(OutgoingDoor(allow_private=False)))
        finally:
            database.close()


def _sources(folder: Path, started: datetime) -> list[BlogSource]:
    layout = JsonlLayout(folder, opt_in=True, started=started)
    sources = [
        BlogSource(
            blog.id, blog.facts, tuple(event for event in layout.events(blog) if isinstance(event, Author | Post))
        )
        for blog in layout.blogs()
        if not isinstance(blog, BadLine)
    ]
    if not any(source.events for source in sources):
        raise NothingToMeasure(f"{folder}: no post was read. Expected blogs.jsonl and posts/<blog>.jsonl there.")
    return sources


def progress_bar() -> Progress:
    """What is being done, how much of it, how long still."""
    return Progress(
        TextColumn("{task.description:>34}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console
    )


def _say(outcome: TaskOutcome) -> None:
    languages = sorted({name for line in outcome.lines for name in line.by_language})
    table = Table(
        outcome.task,
        "all",
        *languages,
        "n",
        "ours − it [95 %]",
        box=None,
        header_style="bold",
        pad_edge=False,
        title=f"{outcome.task}  {outcome.measure}  ({outcome.cpu_seconds:.1f} s)",
        title_justify="left",
    )
    for line in outcome.lines:
        by_language = [f"{line.by_language[name]:.3f}" if name in line.by_language else "" for name in languages]
        difference = "{:+.3f} [{:+.3f}, {:+.3f}]".format(*line.difference) if line.difference else ""
        table.add_row(line.method, f"{line.all:.3f}", *by_language, str(line.n), difference)
    out = Terminal()
    if outcome.lines:
        out.print(table)
    for name, value in outcome.extra.items():
        out.print(f"  {name}: {value:.3f}", highlight=False)
    if outcome.note:
        out.print(f"  {outcome.task}: {outcome.note}", highlight=False)
    out.print()
