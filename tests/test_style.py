"""What neither the formatter nor the linter says of itself."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
SWITCH = "# fmt: "
# Names that say of a value only that there is one.
EMPTY_WORDS = {"said", "kept", "known", "whole", "other", "own", "one", "told", "found", "held", "made", "wanted"}
NOT_FAST = {"wordpress", "browser", "postgres", "slow"}
FILLED = {"bank", "house", "crowd", "databases"}  # fixtures of those that fill a database, which takes most of the time
MOST_THAT_FILL = 180


def list_switches() -> list[str]:
    """Each comment that switches the formatter off, with its file."""
    sources = [ROOT / "wsgi.py", *(ROOT / "bridge").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    return [
        f"{path.relative_to(ROOT)}:{token.start[0]}: {token.string}"
        for path in sources
        if SWITCH in path.read_text("utf-8")
        for token in tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline)
        if token.type == tokenize.COMMENT and token.string.startswith(SWITCH)
    ]


def test_the_formatter_is_off_in_ten_places_at_most_and_each_says_why() -> None:
    switches = list_switches()
    assert len(switches) <= 10, switches
    assert [switch for switch in switches if not switch.partition("# fmt: skip  # ")[2]] == []


def list_locals(module: ast.Module) -> Iterator[ast.Name | ast.arg]:
    """What functions and comprehensions name: arguments and variables, no fields of classes."""
    for scope in ast.walk(module):
        if isinstance(scope, ast.FunctionDef | ast.Lambda | ast.comprehension):
            for node in ast.walk(scope):
                if isinstance(node, ast.arg) or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)):
                    yield node


def test_locals_are_called_by_what_they_hold() -> None:
    empty = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {name}"
        for path in sorted((ROOT / "bridge").rglob("*.py"))
        if "migrations" not in path.parts
        for node in {*list_locals(ast.parse(path.read_text("utf-8")))}
        if (name := node.arg if isinstance(node, ast.arg) else node.id) in EMPTY_WORDS
    ]
    assert empty == []


def quick_modules() -> Iterator[tuple[Path, ast.Module]]:
    """Modules of tests that `make test-fast` runs, all or in part."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        module = ast.parse(path.read_text("utf-8"))
        marks = [node.value for node in module.body if isinstance(node, ast.Assign) and "pytestmark" in names_of(node)]
        if not any(NOT_FAST & names_of(mark) for mark in marks):
            yield path, module


def names_of(node: ast.AST) -> set[str]:
    """Names and attributes in a piece of source."""
    parts = [*ast.walk(node)]
    attributes = {part.attr for part in parts if isinstance(part, ast.Attribute)}
    return attributes | {part.id for part in parts if isinstance(part, ast.Name)}


def test_the_quick_run_has_something_of_every_wing() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    left_out = folders - {path.parent for path, _ in quick_modules()}
    assert {folder.name for folder in left_out} <= {"e2e", "evaluation", "plugin"}


def test_the_quick_run_fills_few_databases() -> None:
    """A story of many blogs is marked `slow`, and `make test` runs it."""
    filling = [
        f"{path.stem}:{node.name}"
        for path, module in quick_modules()
        for node in module.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        if FILLED & {argument.arg for argument in node.args.args}
        if not any(NOT_FAST & names_of(decorator) for decorator in node.decorator_list)
    ]
    assert 100 < len(filling) <= MOST_THAT_FILL
