"""Calls to blogs, each noted before it is made, with what it was about and what the blog answered.

Of what was sent only the names of posts are kept, and how many readers: no text, no key, and nobody who commented.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from bridge.contract.pushes import Pushed
from bridge.legible import one_line
from bridge.pushes import PushAnswer
from bridge.storage.blogs.delivery_log import CALL_COLUMNS, OutgoingCall
from bridge.storage.blogs.tables import call_log
from bridge.storage.core.documents import parse_object

ANONYMOUS_KINDS = ("commenter",)  # of which only the number is kept


@dataclass(frozen=True, slots=True)
class CallDetails:
    """One call to a blog; `sent`, `answer` are empty where nothing was handed over, or the call is an old one."""

    call: OutgoingCall
    sent: Mapping[str, Collection[str]]  # kind → ids
    anonymous: Mapping[str, int]  # kind → how many
    answer: Mapping[str, int]  # "accepted" | "refused" | "unknown" → how many
    failures_before: int  # of the same act, with none between them that worked
    next_id: int | None  # the next call of the same act


def record_start(
    tx: Connection, blog_id: str, act: str, transport: str | None, objects: Collection[Pushed], now: datetime
) -> int:
    """Note a call before it is made: one that never ended is visible too."""
    values = {"blog_id": blog_id, "at": now, "act": act, "transport": transport, "objects": len(objects)}
    done = tx.execute(insert(call_log).values(**values, sent=_names_of(objects)))
    return int((done.inserted_primary_key or (0,))[0])


def record_end(
    tx: Connection,
    call_id: int,
    took: timedelta,
    status: int | None,
    error: str | None,
    answer: PushAnswer | None = None,
) -> None:
    """Note how a call ended, how long it took, and what the blog made of the objects."""
    values: dict[str, object] = {"milliseconds": round(took.total_seconds() * 1000), "status": status, "error": error}
    if answer is not None:
        counts = {name: len(getattr(answer, name)) for name in ("accepted", "refused", "unknown")}
        values["answer"] = json.dumps(counts)
    tx.execute(update(call_log).where(call_log.c.id == call_id).values(**values))


def _names_of(objects: Collection[Pushed]) -> str | None:
    if not objects:
        return None
    names: dict[str, list[str] | int] = dict(Counter(item.kind for item in objects if item.kind in ANONYMOUS_KINDS))
    for kind in sorted({item.kind for item in objects} - set(ANONYMOUS_KINDS)):
        names[kind] = [item.object for item in objects if item.kind == kind]
    return json.dumps(names)


def find(tx: Connection, blog_id: str, call_id: int) -> CallDetails | None:
    """One call to a blog, and how it stands among those of the same kind."""
    statement = select(call_log.c.sent, call_log.c.answer, *CALL_COLUMNS)
    row = tx.execute(statement.where(call_log.c.blog_id == blog_id, call_log.c.id == call_id)).first()
    if row is None:
        return None
    call, sent, answer = OutgoingCall(*row[2:]), parse_object(row.sent), parse_object(row.answer)
    same = (call_log.c.blog_id == blog_id, call_log.c.act == call.act)
    worked = select(func.coalesce(func.max(call_log.c.id), 0)).where(
        *same, call_log.c.id < call_id, call_log.c.error.is_(None)
    )
    failures = select(func.count()).where(
        *same, call_log.c.id < call_id, call_log.c.id > worked.scalar_subquery(), call_log.c.error.is_not(None)
    )
    later = select(func.min(call_log.c.id)).where(*same, call_log.c.id > call_id)
    return CallDetails(
        call=call,
        sent={kind: [one_line(str(name)) for name in names] for kind, names in sent.items() if isinstance(names, list)},
        anonymous={kind: count for kind, count in sent.items() if isinstance(count, int)},
        answer={name: count for name, count in answer.items() if isinstance(count, int)},
        failures_before=int(tx.execute(failures).scalar_one()),
        next_id=tx.execute(later).scalar_one(),
    )


def count_by_result(tx: Connection) -> dict[tuple[str, str], int]:
    """Calls by act and result ("ok", "failed", "unknown"), for the metrics."""
    rows = tx.execute(
        select(call_log.c.act, call_log.c.error.is_not(None), call_log.c.milliseconds.is_(None), func.count()).group_by(
            call_log.c.act, call_log.c.error.is_not(None), call_log.c.milliseconds.is_(None)
        )
    )
    counts: dict[tuple[str, str], int] = {}
    for act, failed, open_ended, count in rows:
        result = "unknown" if open_ended else "failed" if failed else "ok"
        counts[act, result] = counts.get((act, result), 0) + count
    return counts


def delete_before(tx: Connection, before: datetime) -> None:
    """Delete calls from the log that are past its retention."""
    tx.execute(delete(call_log).where(call_log.c.at < before))
