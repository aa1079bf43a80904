"""What README and CONTRIBUTING name is there, and what is there README names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bridge.cli.main import commands

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
REFUSED = {"BROKER_URL"}  # read only to say that it is not needed


def every(group: click.Group, name: str = "bridge") -> Iterator[tuple[str, str]]:
    """(group, command) of each command."""
    context = click.Context(group)
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        assert command is not None, f"{name} {word} is not where it is said to be"
        if isinstance(command, click.Group):
            yield from every(command, f"{name} {word}")
        else:
            yield name, word


def test_every_setting_is_explained() -> None:
    source = (ROOT / "bridge" / "config.py").read_text("utf-8")
    names = set(re.findall(r'(?:env, |env\.get\()"([A-Z_]+)"', source)) - REFUSED
    names |= {f"{name}_FILE" for name in re.findall(r'_given\(env, "([A-Z_]+)"\)', source)}
    assert {"BRIDGE_HOME", "DATABASE_URL_FILE", "THREADS"} <= names
    assert [name for name in sorted(names) if f"`{name}`" not in README] == []


@pytest.mark.parametrize(("group", "word"), sorted(every(commands)))
def test_every_command_is_explained(group: str, word: str) -> None:
    lines = [line for line in README.splitlines() if line.startswith("| `" + group)]
    assert any(re.search(rf"\b{re.escape(word)}\b", line.split("` |")[0]) for line in lines), f"{group} {word}"


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "bridge/__init__.py"])
def test_every_path_that_is_named_exists(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    named = set(re.findall(r"`((?:bridge|tests|wp-plugin-stub|\.ci)/[\w./-]*\w)`?", text))
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
