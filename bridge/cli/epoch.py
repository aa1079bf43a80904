"""`epoch build|status`: the frozen weights that every score names."""

from __future__ import annotations

import click

from bridge.cli.common import console, context_for, open_for_reading, open_for_writing, say_json, say_line
from bridge.cli.evaluate import progress_bar
from bridge.storage.core import counters
from bridge.storage.matching import epochs
from bridge.worker.matching.epoch import freeze_epoch as build_epoch


@click.group("epoch")
def epoch_group() -> None:
    """Frozen weights of words: built aside, then put in force at once."""


@epoch_group.command()
def build() -> None:
    """Weigh all words anew, beside a running worker; until it is done everything goes on in the epoch before."""
    with open_for_writing(durable=False) as (config, database), progress_bar() as progress:
        bar = progress.add_task("", total=None)

        def show_progress(what: str, done: int, of: int) -> None:
            progress.update(bar, description=what, completed=done, total=of)

        build_epoch(context_for(config, database), show_progress)
        with database.read() as tx:
            epoch = epochs.find_current(tx)
    console.print(f"Epoch {epoch.id if epoch else '-'} is in force. The worker makes all lists anew.", highlight=False)


@epoch_group.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def status(as_json: bool) -> None:
    """Which epoch is in force, since when, over how much, and how much is new."""
    with open_for_reading() as (_, database), database.read() as tx:
        epoch = epochs.find_current(tx)
        new = counters.get_number(tx, counters.CHANGED_POSTS)
        pairs = 0 if epoch is None else epochs.count_word_pairs(tx, epoch.id)
    if as_json:
        summary = (
            None
            if epoch is None
            else {
                "id": epoch.id,
                "made_at": epoch.made_at.isoformat(),
                "posts": epoch.posts,
                "authors": epoch.authors,
                "languages": {name: {"posts": size[0], "authors": size[1]} for name, size in epoch.sizes.items()},
                "bilingual_words": pairs,
            }
        )
        say_json({"epoch": summary, "new_posts": new})
        return
    if epoch is None:
        say_line("There is no epoch yet. The worker builds one with the first posts.")
        return
    made_at = epoch.made_at.strftime("%Y-%m-%d %H:%M UTC")
    say_line(f"Epoch {epoch.id} since {made_at}: {epoch.posts} posts of {epoch.authors} authors; {new} changed since.")
    say_line(f"From posts that were linked as translations {pairs} pairs of words were learned.")
