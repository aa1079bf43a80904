"""What callers of storage may rely on: the verb of a function, and that the type checker knows what it gives."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import bridge.storage

STORAGE = Path(bridge.storage.__file__).parent
VERBS = ("get", "find", "list", "count", "upsert", "record", "delete", "claim", "mark")
QUESTIONS = ("is", "has")
# Functions that put statements together, which have as many columns as they are given.
STATEMENT_BUILDERS = {"select_public", "apply_filters"}
# Text is looked through, and it is no document: addresses, names, ids.
SEARCHED_COLUMNS = {
    "blogs.c.home_url": "an address, below which others may stand",
    "skills.c.id": "a URI, of which only the end is known",
}
SEARCHING_METHODS = ("contains", "like", "ilike", "startswith", "endswith", "regexp_match", "match", "op")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(STORAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield str(path.relative_to(STORAGE)), ast.parse(path.read_text())


def public_functions() -> Iterator[tuple[str, Function]]:
    """Functions of modules, and methods of their classes, that others may call."""
    for name, module in modules():
        classes = [node for node in module.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
        for body in (module.body, *(node.body for node in classes)):
            for node in body:
                if isinstance(node, Function) and not node.name.startswith("_"):
                    yield f"{name}:{node.name}", node


def arguments(function: Function) -> list[ast.arg]:
    given = function.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return [argument for argument in every if argument is not None]


def names_in(annotation: ast.expr | None) -> set[str]:
    return {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)} if annotation else set()


def test_the_look_finds_the_functions_of_storage() -> None:
    found = dict(public_functions())
    assert len(found) > 250
    assert {"content/posts.py:list_by_author", "core/database.py:begin"} <= set(found)


def test_functions_that_take_a_transaction_begin_with_one_of_nine_verbs() -> None:
    wrong = []
    for place, function in public_functions():
        given = arguments(function)
        if not given or given[0].arg != "tx":
            continue
        verb = function.name.partition("_")[0]
        yes_or_no = isinstance(function.returns, ast.Name) and function.returns.id == "bool"
        if verb not in VERBS and not (verb in QUESTIONS and yes_or_no):
            wrong.append(place)
    assert wrong == []


def test_no_public_function_takes_or_gives_just_anything() -> None:
    wrong = [
        place
        for place, function in public_functions()
        if function.name not in STATEMENT_BUILDERS
        for annotation in (function.returns, *(argument.annotation for argument in arguments(function)))
        if "Any" in names_in(annotation)
    ]
    assert wrong == []


def test_what_is_not_there_raises_or_is_none_as_the_verb_says() -> None:
    optional = [
        place
        for place, function in public_functions()
        if arguments(function) and arguments(function)[0].arg == "tx" and function.name.startswith(("get_", "find_"))
        for annotation in [ast.unparse(function.returns) if function.returns else ""]
        if annotation.endswith("| None") != function.name.startswith("find_")
    ]
    assert optional == []


def test_no_text_is_looked_through_but_what_is_no_document() -> None:
    found = {}
    for name, module in modules():
        for node in ast.walk(module):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in SEARCHING_METHODS
            ):
                found[ast.unparse(node.func.value)] = name
    searched = {column: name for column, name in found.items() if ".c." in column}
    assert set(searched) == set(SEARCHED_COLUMNS), searched


@pytest.mark.parametrize("word", ["LIKE", "INSTR", "JSON_EXTRACT", "->>"])
def test_no_statement_of_our_own_looks_into_a_document(word: str) -> None:
    texts = [
        (name, node.value)
        for name, module in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "SELECT" in node.value
    ]
    assert texts
    assert [place for place, text in texts if word in text.upper()] == []
