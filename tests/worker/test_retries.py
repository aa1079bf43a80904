"""How long the worker waits before it calls a blog again, whatever the blog says about that."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from requests.structures import CaseInsensitiveDict

from bridge.errors import DeliveryFailed
from bridge.wordpress.transport import HttpAnswer, raise_for_status
from bridge.worker.backoff import MAX_RETRY_AFTER, RETRY_JITTER_SHARE, RETRY_SCHEDULE, retry_delay

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC).timestamp()
LONGEST_FIRST_DELAY = RETRY_SCHEDULE[0] * (1 + RETRY_JITTER_SHARE)
NONSENSE = ("\xb2", "\xb9\xb3", "-1", "1e9", "nan", "", "soon", "9" * 5000 + "s", "Mon, 01 Jan 99999 00:00:00 GMT")
FAR = ("9" * 15, "9" * 30, "9" * 400, "9" * 5000, "Fri, 31 Dec 9999 23:59:59 -2359")


def delay(retry_after: str) -> float:
    """Seconds until the second try, of a blog that answers 503 with such a header."""
    with pytest.raises(DeliveryFailed) as failure:
        raise_for_status(HttpAnswer(503, CaseInsensitiveDict({"Retry-After": retry_after}), b""), NOW)
    return retry_delay(0, failure.value.retry_after, random.Random(1)).total_seconds()


@pytest.mark.parametrize("retry_after", NONSENSE, ids=range(len(NONSENSE)))
def test_what_is_no_time_changes_nothing(retry_after: str) -> None:
    assert delay(retry_after) <= LONGEST_FIRST_DELAY.total_seconds()


@pytest.mark.parametrize("retry_after", FAR, ids=range(len(FAR)))
def test_no_blog_is_left_alone_for_longer_than_a_day(retry_after: str) -> None:
    assert delay(retry_after) == MAX_RETRY_AFTER.total_seconds()


def test_a_blog_is_given_the_time_that_it_asks_for() -> None:
    assert delay("3600") == 3600
    assert delay("Mon, 04 May 2026 13:00:00 GMT") == 3600
