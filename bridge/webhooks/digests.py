"""`POST /webhooks/<blog_id>/digests`: whether both sides hold the same, and what the bridge holds where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import structlog

from bridge.contract.digests import MAX_LISTED_OBJECTS, Digest
from bridge.contract.signing_in import load_message
from bridge.model import Kind
from bridge.operations import due
from bridge.storage.blogs import shown_hashes, state_checks
from bridge.storage.content import state_hashes
from bridge.storage.content.state_hashes import ComparedKind
from bridge.storage.core.database import Tx
from bridge.storage.core.range_sums import RangeSum
from bridge.webhooks.authenticate import SignedRequest
from bridge.webhooks.pulls import claim_question, message_for
from bridge.webhooks.service import Service

log = structlog.get_logger("digests")

Sums = Mapping[int, RangeSum]


def answer_digest(service: Service, blog_id: str, caller: SignedRequest) -> dict[str, Any]:
    """Compare what a blog has sent, and what it stores, with what is held here; what it lost of pushes goes again.

    Raises:
        ContractError: no such question. SignatureRefused: one that was answered before, or of a copy.
    """
    digest = load_message(Digest(), message_for(caller.body, "digest").get("data"))
    with service.database.begin() as tx:
        claim_question(service, tx, blog_id, caller)
        if waiting := state_checks.count_waiting(tx, blog_id):
            return {"waiting": waiting, "kinds": []}
    with service.database.read() as tx:
        kinds = _compared(tx, blog_id, digest["sent"])
        shown = {item["kind"]: _differing_shown(tx, blog_id, item) for item in digest["shown"]}
    sent_count = sum(total.objects for item in digest["sent"] for total in _sums(item).values())
    differing = {item["kind"]: item["differing"] for item in kinds if item["differing"]}
    differing |= {f"shown {kind}": len(places) for kind, places in shown.items() if places}
    with service.database.begin() as tx:
        again = 0
        for item in digest["shown"]:
            if places := shown[item["kind"]]:
                again += shown_hashes.mark_not_taken(tx, blog_id, item["kind"], item["width"], places)
        if again:
            due.objects_marked_for_resend(tx, blog_id, service.clock())
        counts = (sent_count, sum(item["count"] for item in kinds))
        state_checks.record_comparison(tx, blog_id, counts, differing, service.clock())
    if differing:
        log.warning("a blog and the bridge differ", blog=blog_id, counts=counts, ranges=differing)
    return {"waiting": 0, "kinds": kinds, "shown_again": again}


def _sums(item: Mapping[str, Any]) -> dict[int, RangeSum]:
    return {place: RangeSum(count, total) for place, count, total in item["ranges"]}


def _differing(theirs: Sums, ours: Sums) -> list[int]:
    return sorted(place for place in {*theirs, *ours} if theirs.get(place) != ours.get(place))


def _differing_shown(tx: Tx, blog_id: str, item: Mapping[str, Any]) -> list[int]:
    return _differing(_sums(item), shown_hashes.list_sums(tx, blog_id, item["kind"], item["width"]))


def _compared(tx: Tx, blog_id: str, sent: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Of each kind the count, the ranges that differ, and the objects of as many of them as one answer holds."""
    kinds: list[dict[str, Any]] = []
    room = MAX_LISTED_OBJECTS
    for item in sent:
        compared = ComparedKind(blog_id, Kind(item["kind"]), item["width"], frozenset(item["without"]))
        ours = state_hashes.list_sums(tx, compared)
        differing = _differing(_sums(item), ours)
        listed = _fitting(differing, ours, room)
        objects = state_hashes.list_in_ranges(tx, compared, set(listed)) if listed else []
        room -= len(objects)
        kinds.append(
            {
                "kind": compared.kind.value,
                "count": sum(total.objects for total in ours.values()),
                "differing": len(differing),
                "ranges": listed,
                "objects": [list(row) for row in objects],
            }
        )
    return kinds


def _fitting(differing: Sequence[int], ours: Sums, room: int) -> list[int]:
    """The first ranges whose objects there is room for; where there is any, at least one."""
    listed: list[int] = []
    for place in differing:
        count = ours[place].objects if place in ours else 0
        if count > room and (listed or room < MAX_LISTED_OBJECTS):
            break
        listed.append(place)
        room -= count
    return listed
