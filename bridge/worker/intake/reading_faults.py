"""What went wrong with a delivery: noted for its next try, for whoever looks at it, and for its blog."""

from __future__ import annotations

import traceback
from pathlib import PurePath

import structlog

from bridge.contract import Parsed
from bridge.errors import StorageUnavailable, TooCostly
from bridge.model import Event
from bridge.storage.blogs.deliveries import Delivery
from bridge.storage.blogs.payloads import ObjectKey
from bridge.worker.intake.absorb import PreparedEvent

log = structlog.get_logger("absorb")

MAX_PROBLEMS_NAMED = 20


class ProcessCrashed(Exception):
    """A delivery that nobody lived to tell of."""


class ReadingFaults:
    """Those of one delivery; what an earlier turn noted comes first."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        self.lines = [delivery.error] if delivery.place and delivery.error else []
        self.hopeless = False  # another try would end the same
        self._refusals: dict[ObjectKey, str] = {}  # why an object is not taken

    def __str__(self) -> str:
        return "; ".join(self.lines)

    def note(self, what: str, error: Exception) -> str:
        """What failed, and by what: in our own words, for a library's may hold what was to be stored.

        Raises:
            StorageUnavailable: that is what failed, which is nobody's fault.
        """
        if isinstance(error, StorageUnavailable):
            raise error
        explained = isinstance(error, TooCostly | ProcessCrashed)
        self.hopeless |= explained
        frame = traceback.extract_tb(error.__traceback__)[-1:]
        where = "".join(f" ({PurePath(place.filename).name}, line {place.lineno})" for place in frame)
        reason = str(error) if explained else f"{type(error).__name__}{where}"
        self.lines.append(f"{what}: {reason}")
        log.warning(
            "cannot be absorbed",
            delivery=self.delivery.id,
            blog=self.delivery.blog_id,
            what=what,
            reason=reason,
            attempt=self.delivery.tries + 1,
        )
        return reason

    def note_event(self, event: PreparedEvent | Event, error: Exception) -> None:
        """The same of an event, whose object is not taken."""
        kind, remote_id = _key(event)
        self._refusals[kind, remote_id] = self.note(f"{kind} {remote_id}".rstrip(), error)

    def summary(self, parsed: Parsed) -> str | None:
        """All of it, what the contract refuses first; None: nothing."""
        return "; ".join([*map(str, parsed.problems[:MAX_PROBLEMS_NAMED]), *self.lines]) or None

    def refusals(self, parsed: Parsed, summary: str) -> dict[ObjectKey, str]:
        """Objects that are not taken, with the reason that their blog is told."""
        named = {problem.named: problem for problem in reversed(parsed.problems) if problem.named}
        refusals = {key: f"{problem.path.rpartition('.')[2]}: {problem.message}" for key, problem in named.items()}
        refusals |= self._refusals
        if not refusals and parsed.type != "batch":
            refusals = dict.fromkeys(parsed.objects[:1], summary)
        return refusals


def _key(event: PreparedEvent | Event) -> ObjectKey:
    inner = getattr(event, "post", None) or getattr(event, "comment", None) or event
    return type(inner).__name__.lower(), getattr(inner, "remote_id", "")
