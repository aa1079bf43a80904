"""`bridge`: all commands, and one place where an expected error becomes one sentence."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from bridge.cli.lazily import LazyGroup
from bridge.errors import BridgeError

COMMANDS = {
    "serve": "serve:serve",
    "web": "serve:web",
    "worker": "serve:worker",
    "migrate": "serve:migrate",
    "demo": "demo:demo",
    "blog": "blogs:blog",
    "deliveries": "deliveries:deliveries_group",
    "import": "imports:import_",
    "mentors": "mentors:mentors_group",
    "epoch": "epoch:epoch_group",
    "evaluate": "evaluate:evaluate",
    "stats": "stats:stats",
    "text": "text:text_group",
    "skills": "skills:skills_group",
    "secret": "secret:secret",
    "doctor": "doctor:doctor",
}


@click.group(cls=LazyGroup, places=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mentor-bridge")
def commands() -> None:
    """Turns blogs into a bank of mentors."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the `bridge` command; `arguments`: those of the process unless said otherwise."""
    try:
        commands(arguments, standalone_mode=False)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except BridgeError as error:
        click.echo(f"bridge: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:  # `bridge … | head`
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - for the interpreter's own last flush
        sys.exit(1)
