"""push(blog): what it shall show, what differs from what it took, and the call that brings it there.

Of the lists under its posts those are put into words that are marked; all of them when that may not be enough, and once
a night.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import structlog

from bridge.contract.pushes import MAX_CALL_FIGURES, MAX_CALL_LISTS, Pushed
from bridge.errors import DeliveryFailed, Gone
from bridge.model import BlogAccess, Transport
from bridge.operations import withdrawal
from bridge.pushes import PushAnswer
from bridge.storage.blogs import blogs, calls, contact, outbox, withdrawal_receipts
from bridge.storage.content import shown_times
from bridge.storage.matching import list_marks
from bridge.worker.backoff import GIVE_UP_AFTER
from bridge.worker.context import Context
from bridge.worker.outbound import list_wording
from bridge.worker.outbound.list_wording import Wording
from bridge.worker.turns import Turn

log = structlog.get_logger("push")

MAX_OBJECTS_BY_FAMILY = (
    (outbox.RELATED_KINDS, MAX_CALL_LISTS),
    (outbox.FIGURE_KINDS, MAX_CALL_FIGURES),
)  # objects a call


def push(context: Context, blog_id: str, turn: Turn | None = None) -> None:
    """Bring a blog up to date, by all its lists, or unless the turn is a thorough one by those that are marked.

    Raises:
        DeliveryFailed: it could not be reached; says when to try again.
    """
    thorough = turn is None or turn.thorough
    with context.database.read() as tx:
        leavers = withdrawal_receipts.list_blogs_awaiting(tx, blog_id) if thorough else []
        blog, access = blogs.find_with_access(tx, context.vault, blog_id, context.clock()) or (None, None)
        if blog is None or blog.origin != "connected" or blog.has_left:
            return
        wording = list_wording.compile_all(tx, blog) if thorough else list_wording.compile_marked(tx, blog)
    while wording is not None:
        _store(context, blog_id, wording, leavers)
        with context.database.read() as tx:
            wording = list_wording.compile_marked(tx, blog) if wording.leaves_some else None
    brought = access is not None and _bring(context, access, failing=blog.failing_since is not None)
    if leavers or (brought and not thorough):
        with context.database.begin() as tx:
            withdrawal_receipts.record_acknowledged(tx, blog_id, context.clock())


def _store(context: Context, blog_id: str, wording: Wording, leavers: list[str]) -> None:
    """From here on the lists wait for the blog as they are in words; those without whoever has left before."""
    with context.database.begin() as tx:
        outbox.upsert_all_of_kinds(tx, blog_id, wording.objects, context.clock(), names=wording.names)
        list_marks.delete_worded(tx, blog_id, wording.marks)
        list_marks.upsert_shared_wording(tx, blog_id, wording.shared)
        withdrawal_receipts.mark_lists_rebuilt(tx, blog_id, leavers)


def _bring(context: Context, access: BlogAccess, *, failing: bool) -> bool:
    """Call until the blog has taken all, unless it comes and fetches; whether lists were among it."""
    if access.transport is None:
        access = _probed(context, access)
    if access.transport is Transport.PULL:
        return False
    with context.database.read() as tx:
        lists, figures = outbox.list_open_by_family(tx, access.blog_id, MAX_OBJECTS_BY_FAMILY)
    for (kinds, at_once), open_objects in zip(MAX_OBJECTS_BY_FAMILY, (lists, None if lists else figures), strict=True):
        _bring_family(context, access, kinds, at_once, open_objects, failing=failing)
    return bool(lists)


def _bring_family(
    context: Context,
    access: BlogAccess,
    kinds: Collection[str],
    at_once: int,
    open_objects: list[Pushed] | None,
    *,
    failing: bool,
) -> None:
    """What is open of some kinds, in as many calls as it takes; `open_objects`: what to begin with, if it was just
    read."""
    left_out: set[tuple[str, str]] = set()  # given, and not mentioned in the answer: not given again now
    more = True
    while more:
        limit = at_once + len(left_out)
        if open_objects is None:
            with context.database.read() as tx:
                open_objects = outbox.list_open(tx, access.blog_id, limit, kinds)
        waiting = [item for item in open_objects if (item.kind, item.object) not in left_out][:at_once]
        if not waiting:
            break
        answer = _hand_over(context, access, waiting, failing=failing)
        mentioned = {(kind, name) for kind, name, _ in (*answer.accepted, *answer.refused)} | set(answer.unknown)
        left_out |= {(item.kind, item.object) for item in waiting} - mentioned
        # What is refused is given again above what the blog holds; what came meanwhile is due by itself.
        more = bool(answer.refused) or len(open_objects) == limit
        open_objects = None
    if left_out:
        log.warning("left out by the blog", blog=access.blog_id, objects=sorted(left_out)[:20], count=len(left_out))


def _hand_over(context: Context, access: BlogAccess, waiting: list[Pushed], *, failing: bool) -> PushAnswer:
    """One call, noted before and after; what the blog made of each. `failing`: the call before it came to nothing."""
    began = context.clock()
    # A blog keeps the highest version it was given: none may be given that a power cut could make us forget.
    with context.database.begin(durable=True) as tx:
        transport = str(access.transport)
        attempt = calls.record_start(tx, access.blog_id, "push", transport, waiting, began)
    try:
        answer = context.client.push(access, waiting, began)
    except DeliveryFailed as failure:
        _failed(context, access, attempt, began, failure)
        raise
    now = context.clock()
    with context.database.begin() as tx:
        calls.record_end(tx, attempt, now - began, 200, None, answer)
        shown_times.record_first_shown(tx, access.blog_id, answer, now)
        outbox.record_answer(tx, access.blog_id, answer, waiting)
        if failing:
            contact.record_push_success(tx, access.blog_id)
    return answer


def _probed(context: Context, access: BlogAccess) -> BlogAccess:
    began = context.clock()
    transport = context.client.probe(access, began)
    with context.database.begin() as tx:
        blogs.record_transport(tx, access.blog_id, transport)
        return blogs.get_access(tx, context.vault, access.blog_id, began)


def _failed(context: Context, access: BlogAccess, attempt: int, began: datetime, failure: DeliveryFailed) -> None:
    """Note it, find the way anew next time, and after five days of nothing but failures pause the blog."""
    now = context.clock()
    why = f"{failure} {failure.repair}"
    with context.database.begin() as tx:
        calls.record_end(tx, attempt, now - began, failure.status, why)
        if isinstance(failure, Gone):
            withdrawal.withdraw(tx, access.blog_id, now)
            return
        blogs.record_transport(tx, access.blog_id, None)
        since = contact.record_push_failure(tx, access.blog_id, why, now)
        if now - since > GIVE_UP_AFTER:
            withdrawal.pause_blog(tx, access.blog_id, now)
