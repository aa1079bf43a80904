"""Logs on stderr: one line an event, with blog, delivery and attempt bound; JSON when nobody looks at a terminal."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable, Iterable, MutableMapping
from contextlib import suppress
from typing import Any, TextIO, TypeVar, cast

import structlog

from bridge import printable
from bridge.errors import BridgeError

log = structlog.get_logger("each")
T = TypeVar("T")
Result = TypeVar("Result")
MAX_LOGGED_TROUBLES = 1000  # troubles that are remembered as told
_logged_troubles: set[tuple[str, str, str]] = set()


class _Patient:
    """A stream whose failures are its own: on a full disk a line is lost, never the event it was about."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


def _printable(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What strangers called themselves commands no terminal that shows a log, and begins no line of its own."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = printable.printable_lines(value) if name == "exception" else printable.printable_line(value)
    return event


def configure_logs(level: int = logging.INFO) -> None:
    """For the processes of the bridge; a traceback is only shown for what nobody expected."""
    renderer: structlog.typing.Processor
    if sys.stderr.isatty():
        renderer = structlog.dev.ConsoleRenderer()
    else:
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _printable,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _Patient(sys.stderr))),
        cache_logger_on_first_use=True,
    )


def make_each(items: Iterable[T], make: Callable[[T], Result], what: str) -> list[Result]:
    """What is made of each; whose value cannot be read or shown is left out, and told in the log once.

    What blogs send ends up side by side on pages, in feeds and lists: so one of them cannot close them for the others.
    `make` asks no database: a transaction in which something failed is over for all.
    """
    results = []
    for item in items:
        try:
            results.append(make(item))
        except BridgeError:  # is nobody's value
            raise
        except Exception as error:
            _tell(what, _whose(item), error)
    return results


def _tell(what: str, whose: str, error: Exception) -> None:
    trouble = (what, whose, type(error).__name__)
    if trouble in _logged_troubles:
        return
    if len(_logged_troubles) >= MAX_LOGGED_TROUBLES:
        _logged_troubles.clear()
    _logged_troubles.add(trouble)
    *_, (frame, line) = traceback.walk_tb(error.__traceback__)
    where = f"{frame.f_code.co_filename.rpartition('/')[2]}:{line}"
    log.error("left out", what=what, whose=whose, error=repr(error)[:300], where=where)


def _whose(item: Any) -> str:
    """The blog and, where there is one, the author or thing that an item is of."""
    while isinstance(item, tuple) and item and not hasattr(item, "_fields"):  # such as a number and what it is of
        item = item[-1]
    of = getattr(getattr(item, "card", item), "key", item)
    names = (getattr(of, name, None) for name in ("blog_id", "author_id", "remote_id", "mentor_id", "id"))
    return "/".join(str(name)[:64] for name in names if isinstance(name, str | int))
