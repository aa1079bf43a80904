"""`load`: what a bridge carries, measured by blogs that are made for it, and whether it keeps its promises under it."""

from __future__ import annotations

import click

from bridge.cli.common import say_json, say_line, say_table
from bridge.load.http import Target, check_host
from bridge.load.plan import MAX_EVENTS, LoadPlan
from bridge.load.report import LoadReport
from bridge.load.run import run_load

DEFAULT = LoadPlan()


@click.command()
@click.argument("urls", nargs=-1, required=True, metavar="URL…")
@click.option("--blogs", type=click.IntRange(1, 10_000), default=DEFAULT.blogs, show_default=True)
@click.option("--seconds", type=click.IntRange(1, 3600), default=DEFAULT.seconds, show_default=True)
@click.option("--rate", type=click.IntRange(1, 5000), default=DEFAULT.rate, show_default=True, help="Events a second.")
@click.option("--comment-percent", type=click.IntRange(0, 100), default=DEFAULT.comment_percent, show_default=True)
@click.option("--backfills", type=click.IntRange(0, 100), default=DEFAULT.backfills, show_default=True)
@click.option("--history", type=click.IntRange(1, 10_000), default=DEFAULT.history, help="Posts of a backfill.")
@click.option("--bad-clients", type=click.IntRange(0, 100), default=DEFAULT.bad_clients, show_default=True)
@click.option("--connections", type=click.IntRange(1, 64), default=DEFAULT.connections, show_default=True)
@click.option("--patience", type=click.IntRange(1, 3600), default=DEFAULT.patience, help="Seconds to wait at the end.")
@click.option("--seed", type=int, default=DEFAULT.seed, show_default=True)
@click.option("--blogs-at", default="127.0.0.1", show_default=True, help="Where the bridge reaches this machine.")
@click.option("--allow-remote", is_flag=True, help="The bridge is another machine of yours.")
@click.option("--keep", is_flag=True, help="The blogs stay; otherwise they leave with all they said.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def load(urls: tuple[str, ...], blogs_at: str, allow_remote: bool, keep: bool, as_json: bool, **amounts: int) -> None:
    """Let made-up blogs connect to the bridge at URL (several: its web processes), send, and be called.

    Exit status 1 if an acknowledged event was lost, or anybody was answered 5xx.
    """
    plan = LoadPlan(**amounts)
    if plan.events > MAX_EVENTS:
        raise click.UsageError(f"that would be {plan.events} events; {MAX_EVENTS} are the most of one load")
    if plan.backfills >= plan.connections or plan.backfills > plan.blogs:
        raise click.UsageError("each backfill needs a blog, and a connection beside that of the others")
    targets = [Target.parse(url, allow_remote=allow_remote) for url in urls]
    where = check_host(blogs_at, allow_remote=allow_remote)
    report = run_load(targets, where, plan, lambda line: say_line(line, err=True), keep=keep)
    if as_json:
        say_json(report.as_dict())
    else:
        _say(report)
    if report.broken_promises():
        raise click.exceptions.Exit(1)


def _say(report: LoadReport) -> None:
    figures = report.as_dict()
    rows = [[name, _cell(value)] for name, value in figures.items() if name != "broken_promises"]
    say_table(["figure", "value"], rows, "Nothing was measured.")
    for sentence in report.broken_promises():
        say_line(f"BROKEN: {sentence}")


def _cell(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_cell(inner)}" for name, inner in value.items()) or "none"
    return str(value)
