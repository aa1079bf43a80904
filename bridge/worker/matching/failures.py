"""What goes over many authors goes on where one of them cannot be worked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from bridge.errors import StorageUnavailable

log = structlog.get_logger("worker")


@contextmanager
def skip_on_failure(who: object) -> Iterator[None]:
    """What fails for one costs that one, not the night of all others."""
    try:
        yield
    except StorageUnavailable:
        raise
    except Exception:
        log.exception("left out", who=str(who))
