"""`bridge`: all commands, and one place where an expected error becomes one sentence."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click
import structlog

from bridge.cli.lazy_group import LazyGroup
from bridge.cli.output import say_line
from bridge.errors import BridgeError

COMMANDS = {
    "serve": "serve:serve",
    "web": "serve:web",
    "worker": "serve:worker",
    "sweep": "serve:sweep",
    "migrate": "serve:migrate",
    "demo": "demo:demo",
    "blog": "blogs:blog",
    "author": "authors:author_group",
    "ask": "asks:ask_group",
    "deliveries": "deliveries:deliveries_group",
    "work": "work:work_group",
    "import": "imports:import_",
    "mentors": "mentors:mentors_group",
    "epoch": "epoch:epoch_group",
    "evaluate": "evaluate:evaluate",
    "stats": "stats:stats",
    "text": "text:text_group",
    "skills": "skills:skills_group",
    "secret": "secret:secret",
    "doctor": "doctor:doctor",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "load": "load:load",
    "migrate-database": "database_copy:migrate_database",
}


@click.group(cls=LazyGroup, places=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mentor-bridge")
@click.option("--debug", is_flag=True, help="Before the command: show the traceback of what nobody expected.")
def commands(debug: bool) -> None:
    """Turns blogs into a bank of mentors."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the `bridge` command; `arguments`: those of the process unless said otherwise."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        sys.exit(commands(given, prog_name="bridge", standalone_mode=False))  # none, or that of click's own `Exit`
    except click.ClickException as error:
        _show(error)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        say_line("Stopped.", err=True)
        sys.exit(130)
    except BridgeError as error:
        say_line(f"bridge: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:  # `bridge … | head`
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - for the interpreter's own last flush
        sys.exit(1)
    except Exception as error:
        if "--debug" in given[:1]:
            raise
        _note_unexpected(error)
        sys.exit(1)


def _show(error: click.ClickException) -> None:
    """What click says of a wrong word, in lines that hold what was typed and begin with none of it."""
    context: click.Context | None = getattr(error, "ctx", None)
    if context is not None:
        say_line(context.get_usage(), err=True)
        say_line(f"Try '{context.command_path} --help' for help.", err=True)
    say_line(f"Error: {error.format_message()}", err=True)


def _note_unexpected(error: Exception) -> None:
    """Say what nobody expected in one line; where a log is kept, all of it stands there."""
    logged = structlog.is_configured()
    if logged:
        structlog.get_logger("bridge").error("unexpected", exc_info=error)
    where = "the traceback stands in the log" if logged else "`bridge --debug …` shows the traceback"
    say_line(f"bridge: this should not have happened: {type(error).__name__}: {str(error)[:200]} ({where}).", err=True)
