"""Deliveries as they come in: stored, and what follows from them made due."""

from __future__ import annotations

from datetime import datetime

from bridge.operations import due
from bridge.storage.blogs import inbox
from bridge.storage.blogs.inbox import InboundDelivery, Receipt
from bridge.storage.core.database import Tx


def receive(tx: Tx, arrivals: list[InboundDelivery]) -> list[Receipt]:
    """Store arrivals that are new, in one transaction with what makes their blogs' absorption due."""
    receipts = inbox.record(tx, arrivals)
    arrived_at: dict[str, datetime] = {}
    for arrival, receipt in zip(arrivals, receipts, strict=True):
        if not receipt.duplicate and not receipt.departed:
            earliest = arrived_at.get(arrival.blog_id, arrival.received_at)
            arrived_at[arrival.blog_id] = min(earliest, arrival.received_at)
    due.deliveries_arrived(tx, arrived_at)
    return receipts
