"""`bridge`: all commands, and one place where an expected error becomes one sentence."""

from __future__ import annotations

import os
import sys

import click

from bridge.cli import (
    blogs,
    deliveries,
    demo,
    doctor,
    epoch,
    evaluate,
    exposure,
    held,
    imports,
    mentors,
    needs,
    pairings,
    serve,
    skills,
    stats,
    text,
)
from bridge.errors import BridgeError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mentor-bridge")
def commands() -> None:
    """Turns blogs into a bank of mentors."""


commands.add_command(serve.serve)
commands.add_command(serve.web)
commands.add_command(serve.worker)
commands.add_command(serve.migrate)
commands.add_command(demo.demo)
commands.add_command(blogs.blog)
commands.add_command(deliveries.deliveries_group)
commands.add_command(imports.import_)
commands.add_command(mentors.mentors_group)
mentors.mentors_group.add_command(needs.search)
mentors.mentors_group.add_command(held.held)
mentors.mentors_group.add_command(held.confirm)
mentors.mentors_group.add_command(exposure.exposure)
commands.add_command(epoch.epoch_group)
mentors.mentors_group.add_command(pairings.pairings_command)
commands.add_command(evaluate.evaluate)
commands.add_command(stats.stats)
commands.add_command(text.text_group)
commands.add_command(skills.skills_group)
commands.add_command(doctor.doctor)


def main() -> None:
    """Entry point of the `bridge` command."""
    try:
        commands(standalone_mode=False)
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
