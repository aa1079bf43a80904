"""What a blog of a load says: texts of the bundled sample blogs, mixed anew, in events as the contract has them."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bridge.contract.digests import state_number
from bridge.contract.pushes import wire_time

SAMPLE_POSTS = Path(__file__).parent.parent / "samples" / "posts"
SENTENCES = 12  # of a post
MIN_SENTENCE_CHARACTERS = 30


@cache
def sample_sentences() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """For each bundled blog its language, and its sentences."""
    samples = []
    for file in sorted(SAMPLE_POSTS.glob("*.jsonl")):
        posts = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        text = " ".join(re.sub(r"<[^>]+>", " ", post["body"]) for post in posts)
        sentences = [part.strip() for part in re.split(r"(?<=[.!?])\s+", text)]
        chosen = tuple(part for part in sentences if len(part) >= MIN_SENTENCE_CHARACTERS)
        samples.append((posts[0]["language"], chosen))
    return tuple(samples)


class Writer:
    """One who writes about what one of the sample blogs is about; the same words for the same number."""

    def __init__(self, number: int) -> None:
        samples = sample_sentences()
        self.language, self._sentences = samples[number % len(samples)]
        self._dice = random.Random(number)  # noqa: S311 - texts are no secret

    def text(self, sentences: int = SENTENCES) -> str:
        """So many sentences."""
        return " ".join(self._dice.choices(self._sentences, k=sentences))


def envelope(kind: str, data: dict[str, Any]) -> bytes:
    """A message as it travels."""
    return json.dumps({"type": kind, "timestamp": wire_time(datetime.now(UTC)), "data": data}).encode()


def stated(version: dict[str, int], data: dict[str, Any]) -> dict[str, Any]:
    """The state of an object with its version and its hash."""
    digest = hashlib.sha1(json.dumps(data, sort_keys=True).encode(), usedforsecurity=False).hexdigest()
    return {**data, "version": version, "hash": digest}


def author_state(home: str, name: str) -> dict[str, Any]:
    """The one author of a blog, who takes part."""
    return {
        "id": 1,
        "name": name,
        "url": f"{home}/author/1",
        "takes_part": True,
        "consented_at": "2026-01-01T00:00:00Z",
        "consent_door": "script",
    }


def post_state(home: str, number: int, writer: Writer) -> dict[str, Any]:
    """A public post, an hour younger than the one before."""
    moment = wire_time(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=number))
    return {
        "id": number,
        "author_id": 1,
        "url": f"{home}/?p={number}",
        "title": writer.text(1)[:80],
        "content": f"<p>{writer.text()} {number}</p>",
        "language": writer.language,
        "published_at": moment,
        "modified_at": moment,
    }


def comment_state(number: int, post: int, writer: Writer) -> dict[str, Any]:
    """A comment of one of a hundred readers."""
    reader = hashlib.sha256(f"reader {number % 100}".encode()).hexdigest()
    return {
        "id": number,
        "post_id": post,
        "commenter": reader,
        "commenter_basis": "email",
        "author_name": f"Reader {number % 100}",
        "content": writer.text(2),
        "published_at": wire_time(datetime.now(UTC)),
    }


def sent_ranges(hashes: Sequence[tuple[int, str]], width: int) -> list[list[int]]:
    """Count and sum of the hashes of each range of ids, as both sides compare them."""
    sums: dict[int, list[int]] = {}
    for number, digest in hashes:
        row = sums.setdefault(number // width, [number // width, 0, 0])
        row[1] += 1
        row[2] += state_number(digest)
    return [sums[place] for place in sorted(sums)]
