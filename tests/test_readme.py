"""What README, CONTRIBUTING and docs/ name is there, and what is there they name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bridge.cli.main import commands
from bridge.engagement.blog import METRICS
from bridge.engagement.catalogue import FIGURES
from bridge.engagement.commenters import SPAM_SIGNALS
from bridge.operations.statistics import SUMMARY_LISTS
from bridge.words import translate

ROOT = Path(__file__).parent.parent
PLUGIN = ROOT / "wp-plugin-stub"
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")), *DECISIONS]
FOR_USERS = "\n".join(path.read_text("utf-8") for path in DOCUMENTS if path.name != "CONTRIBUTING.md")
LONGEST_README = 120  # lines
LARGEST_PICTURE = 150_000  # bytes
PLACES = r"(?:bridge|docs|tests|wp-plugin-stub|\.ci)"

documents = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


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


def unnamed(names: set[str]) -> list[str]:
    """Those that no document for users names as `name`."""
    return [name for name in sorted(names) if f"`{name}`" not in FOR_USERS]


def test_every_setting_is_explained() -> None:
    source = "".join((ROOT / "bridge" / name).read_text("utf-8") for name in ("config.py", "secret_keys.py"))
    names = set(re.findall(r'env\.(?!numbers)\w+\("([A-Z_]+)"', source))
    names |= {f"{name}_FILE" for name in re.findall(r'env\.confidential\("([A-Z_]+)"', source)}
    assert {"BRIDGE_HOME", "DATABASE_URL_FILE", "THREADS"} <= names
    assert unnamed(names) == []


@pytest.mark.parametrize(("group", "word"), sorted(every(commands)))
def test_every_command_is_explained(group: str, word: str) -> None:
    lines = [line for line in FOR_USERS.splitlines() if line.startswith("| `" + group)]
    assert any(re.search(rf"\b{re.escape(word)}\b", line.split("` |")[0]) for line in lines), f"{group} {word}"


def keys_for_machines() -> set[str]:
    """Each key that is written out where a command makes its `--json`."""
    keys = set()
    for module in (ROOT / "bridge" / "cli").glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            said = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say_json"
            if said or (isinstance(node, ast.FunctionDef) and "data" in node.name):
                keys |= {
                    key.value
                    for inner in ast.walk(node)
                    if isinstance(inner, ast.Dict)
                    for key in inner.keys
                    if isinstance(key, ast.Constant) and isinstance(key.value, str)
                }
    return keys


def test_every_key_that_scripts_rely_on_is_explained() -> None:
    keys = keys_for_machines()
    assert {"mentors", "why", "set_aside", "per_post", "second_installation_at"} <= keys
    assert unnamed(keys) == []


def test_every_figure_is_explained() -> None:
    keys = {metric.key for metric in METRICS} | {*SUMMARY_LISTS, *SPAM_SIGNALS}
    assert unnamed(keys | {"value", "n", "low", "high", "previous"}) == []


def test_every_figure_is_listed_as_it_is_called() -> None:
    listed = (ROOT / "docs" / "statistics.md").read_text("utf-8")
    for key, words in FIGURES.items():
        french = [translate("fr", text) for text in (words.name, words.short)]
        row = " | ".join([f"| `{key}`", words.name, words.short, *french, words.meaning]) + " |"
        assert row in listed, f"docs/statistics.md says otherwise of {key}"


def test_every_figure_for_prometheus_is_explained() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "bridge").rglob("*.py")]
    names = {
        name + ("_total" if kind == "Counter" else "")
        for source in sources
        for kind, name in re.findall(r'\b(Counter|Gauge|Histogram)\(\s*"(bridge_\w+)"', source)
    }
    assert len(names) >= 4
    assert unnamed(names) == []


def test_every_hook_and_function_of_the_plugin_is_explained() -> None:
    sources = "\n".join(path.read_text("utf-8") for path in (PLUGIN / "includes").rglob("*.php"))
    hooks = set(re.findall(r"(?:apply_filters|do_action)\( '(mentor_bridge_\w+)'", sources))
    functions = set(re.findall(r"^function (mentor_bridge_\w+)\(", sources, re.MULTILINE))
    assert len(hooks) >= 10
    assert len(functions) >= 4
    text = (ROOT / "docs" / "plugin.md").read_text("utf-8")
    assert [name for name in sorted(hooks | functions) if not re.search(rf"`{name}[`(]", text)] == []
    explained = set(re.findall(r"^\| `(mentor_bridge_\w+)[`(]", text, re.MULTILINE))
    assert explained - hooks - functions == set(), "named, and nowhere in the plugin"
    constants = set(re.findall(r"defined\( '(MENTOR_BRIDGE_\w+)' \)", sources))
    assert constants == set(re.findall(r"`(MENTOR_BRIDGE_\w+)`", text))


@documents
def test_every_path_that_is_named_exists(document: Path) -> None:
    named = set(re.findall(rf"`({PLACES}/[\w./-]*\w)`?", document.read_text("utf-8")))
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_every_path_in_the_picture_exists() -> None:
    named = set(re.findall(rf"`({PLACES}/[\w./-]*\w)`?", (ROOT / "bridge" / "__init__.py").read_text("utf-8")))
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


@documents
def test_every_name_in_a_module_is_there(document: Path) -> None:
    for path, name in re.findall(rf"`({PLACES}/[\w./-]+\.(?:py|php)):(\w+)`", document.read_text("utf-8")):
        defined = rf"(?:\b(?:class|def|function|const) |^){name}\b"
        assert re.search(defined, (ROOT / path).read_text("utf-8"), re.MULTILINE), f"{path} has no {name}"


def anchors(document: Path) -> set[str]:
    """What a link may point to in a document, as GitHub names headings."""
    headings = re.findall(r"^#+ (.+)$", document.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@documents
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    dead = []
    for link in re.findall(r"\]\(([^)\s]+)\)", document.read_text("utf-8")):
        path, _, anchor = link.partition("#")
        if "://" in path:
            continue
        target = document.parent / path if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


def test_readme_is_short_and_its_pictures_are_small() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST_README
    pictures = {*(ROOT / "docs" / "pictures").iterdir()}
    assert {ROOT / path for path in re.findall(r"!\[[^\]]{20,}\]\(([^)]+)\)", text)} == pictures
    assert [path.name for path in pictures if path.stat().st_size > LARGEST_PICTURE] == []


def test_every_document_can_be_reached_from_readme() -> None:
    reached = {ROOT / "README.md"}
    waiting = list(reached)
    while waiting:
        document = waiting.pop()
        links = re.findall(r"\]\(([^)#\s]+)", document.read_text("utf-8"))
        for target in {(document.parent / link).resolve() for link in links if "://" not in link}:
            found = set(target.glob("*.md")) if target.is_dir() else {target} if target.suffix == ".md" else set()
            waiting += found - reached
            reached |= found
    assert {*DOCUMENTS} - reached == set()


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.name)
def test_every_decision_says_why_and_instead_of_what(decision: Path) -> None:
    text = decision.read_text("utf-8")
    number = int(decision.name.partition("-")[0])
    assert number == DECISIONS.index(decision) + 1, "decisions are counted through"
    assert re.match(rf"# {number}\. .+\n\n\d{{4}}-\d\d-\d\d, \w+", text)
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings == ["Context", "Decision", "Alternatives", "Consequences"]
    parts = re.split(r"^## .+$", text, flags=re.MULTILINE)
    assert all(part.strip() for part in parts)
