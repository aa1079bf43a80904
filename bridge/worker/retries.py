"""What follows from a failed job: it is given up, or tried again after a pause."""

from __future__ import annotations

import random
from datetime import timedelta

from bridge.errors import DeliveryFailed, Gone
from bridge.operations.stations import Station
from bridge.storage.core.job_leases import Job
from bridge.worker import backoff

LOCAL_FAULT_DELAYS = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1))
MAX_POKES = 4  # of a blog that does not answer: whatever it has to say it sends by itself


def is_given_up(job: Job, error: Exception) -> bool:
    """Whether it is not tried again: the blog is gone for good, or was asked often enough to send."""
    if not isinstance(error, DeliveryFailed):
        return False
    return isinstance(error, Gone) or (job.station == Station.POKE and job.attempts >= MAX_POKES - 1)


def pause_before_retry(job: Job, error: Exception, dice: random.Random) -> timedelta:
    """A blog's backoff where the blog failed, else one for a fault of our own."""
    if isinstance(error, DeliveryFailed):
        return backoff.retry_delay(job.attempts, error.retry_after, dice)
    return LOCAL_FAULT_DELAYS[min(job.attempts, len(LOCAL_FAULT_DELAYS) - 1)]
