"""What a process has compiled, for all its tests: templates, statements and addresses.

Most tests make an application or a database of their own, and each of these would compile the same anew.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Connection, Engine, event
from werkzeug.routing import Rule

MAX_STATEMENTS = 5_000  # statements to remember before all are forgotten


class CompiledTemplates(BytecodeCache):
    """Templates as one application has compiled them, for the others."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was compiled of the same source."""
        if bucket.key in self._compiled:
            bucket.load_bytecode(io.BytesIO(self._compiled[bucket.key]))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._compiled[bucket.key] = bucket.bytecode_to_string()


class CompiledStatements(MutableMapping[tuple[Any, ...], Any]):
    """SQL as it was compiled for one engine, for all of its kind: each engine has a dialect of its own, all alike."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[Any, ...], Any] = {}

    @staticmethod
    def _key(key: tuple[Any, ...]) -> tuple[Any, ...]:
        dialect, *statement = key
        return (dialect.name, *statement)

    def __getitem__(self, key: tuple[Any, ...]) -> Any:
        return self._compiled[self._key(key)]

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        """What was compiled of the same statement."""
        return self._compiled.get(self._key(key), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        if len(self._compiled) >= MAX_STATEMENTS:
            self._compiled.clear()
        self._compiled[self._key(key)] = compiled

    def __delitem__(self, key: tuple[Any, ...]) -> None:
        del self._compiled[self._key(key)]

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self._compiled)

    def __len__(self) -> int:
        return len(self._compiled)


class SharedRule(Rule):
    """An address whose builder was compiled before, of the same pattern with the same defaults."""

    _builders: dict[tuple[str, str, bool], Callable[..., tuple[str, str]]] = {}  # noqa: RUF012

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (repr(self._trace), repr(self.defaults), append_unknown)
        if key not in self._builders:
            self._builders[key] = super()._compile_builder(append_unknown)
        return self._builders[key]


def share_compiled() -> None:
    """From now on."""
    Flask.jinja_options = {"bytecode_cache": CompiledTemplates()}
    Flask.url_rule_class = SharedRule
    statements = CompiledStatements()

    @event.listens_for(Engine, "engine_connect")
    def share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=statements)
