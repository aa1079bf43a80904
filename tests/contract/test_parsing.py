"""From bytes to model: whatever arrives, an answer comes back, and what fits counts."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge import contract
from bridge.contract.events import MAX_BATCH_EVENTS
from bridge.errors import BadAnswer, ContractError
from bridge.model import Author, BlogUpdate, Comment, Kind, Ping, Post, Removal, Version, commenter_name
from tests.contract.samples import NAMES, sample

GENERATION = 1763900000000


def read(message: Any) -> contract.Parsed:
    return contract.parse(json.dumps(message).encode(), "alice")


def changed(name: str, **data: Any) -> contract.Parsed:
    message = sample(name)
    message["data"] |= data
    return read(message)


def test_a_post_becomes_a_post() -> None:
    (post,) = read(sample("post.published")).events
    assert isinstance(post, Post)
    assert (post.blog_id, post.remote_id, post.author_id, post.version) == ("alice", "42", "3", Version(GENERATION, 17))
    assert post.published_at == datetime(2026, 1, 31, 9, 58, 12, tzinfo=UTC)
    assert (post.language, post.tags, post.truncated) == ("fr-CA", ("clients", "prix"), False)


def test_translations_may_be_named_and_a_plugin_of_before_names_none() -> None:
    (post,) = changed("post.published", translations=[43, 7]).events
    assert isinstance(post, Post)
    assert post.translations == ("43", "7")
    (before,) = read(sample("post.published")).events
    assert isinstance(before, Post)
    assert before.translations == ()


def test_a_comment_becomes_a_comment_and_nobody_has_the_id_zero() -> None:
    (comment,) = read(sample("comment.published")).events
    assert isinstance(comment, Comment)
    assert (comment.post_id, comment.parent_id, comment.author_id) == ("42", "", "")
    assert len(comment.commenter) == 64


@pytest.mark.parametrize(
    ("name", "kind", "remote_id"),
    [
        ("post.removed", Kind.POST, "42"),
        ("comment.removed", Kind.COMMENT, "7"),
        ("author.removed", Kind.AUTHOR, "3"),
        ("blog.removed", Kind.BLOG, ""),
    ],
)
def test_removals(name: str, kind: Kind, remote_id: str) -> None:
    (event,) = read(sample(name)).events
    assert isinstance(event, Removal)
    assert (event.kind, event.remote_id) == (kind, remote_id)


def test_the_blog_its_author_and_a_ping() -> None:
    (blog,), (author,), (ping,) = (read(sample(name)).events for name in ("blog.updated", "author.updated", "ping"))
    assert isinstance(blog, BlogUpdate)
    assert (blog.facts.home_url, blog.facts.statistics) == ("https://alice.example", True)
    assert isinstance(author, Author)
    assert (author.name, author.offers, author.consent_door) == ("Alice", ("fixer ses prix",), "profile")
    assert (author.declared.role, author.declared.capacity, author.declared.outside_own_sector) == ("both", 2, True)
    assert (author.declared.sectors, author.declared.open_to_all) == (("boulangerie",), True)
    assert isinstance(ping, Ping)


def test_an_author_who_takes_no_part_is_a_removal_however_it_is_said() -> None:
    (event,) = changed("author.updated", takes_part=False).events
    assert isinstance(event, Removal)
    assert event.kind is Kind.AUTHOR


def test_an_address_where_a_hash_is_due_is_not_let_in() -> None:
    parsed = changed("comment.published", commenter="bob@bob.example")
    assert parsed.events == ()
    assert "commenter" in str(parsed.problems[0])
    assert "bob@" not in str(parsed.problems[0])


def test_a_strange_locale_is_no_reason_to_lose_a_post() -> None:
    (post,) = changed("post.published", language="Klingon!").events
    assert isinstance(post, Post)
    assert post.language == ""


def test_what_a_newer_plugin_says_besides_is_passed_over() -> None:
    assert changed("post.published", mood="fine").problems == ()


def test_no_database_meets_what_it_cannot_hold() -> None:
    parsed = changed("post.published", title="a\x00b\ud800c")
    (post,) = parsed.events
    assert isinstance(post, Post)
    assert post.title == "ab?c"


def test_objects_are_named_for_whoever_must_be_blanked() -> None:
    assert read(sample("post.published")).objects == (("post", "42"), ("author", "3"))
    # A commenter's account on the blog is no author of what is held.
    result = changed("comment.published", author_id=9, commenter="a" * 64)
    assert result.objects == (("comment", "7"), ("post", "42"), ("commenter", commenter_name("a" * 64)))
    assert "a" * 64 not in str(result.objects), "whoever was erased is not remembered by the key of the blog"
    named = {kind: name for kind, name in read(sample("batch")).objects if kind != "commenter"}
    assert named == {"author": "3", "post": "42", "comment": "7"}


def test_objects_are_named_even_where_nothing_fits() -> None:
    assert ("post", "42") in changed("post.published", version=None).objects
    message = sample("batch")
    message["data"]["events"] *= MAX_BATCH_EVENTS
    parsed = read(message)
    assert parsed.events == ()
    assert ("comment", "7") in parsed.objects


@pytest.mark.parametrize("hostile", ["\ud800", "a\x00b", "x" * 5000, [[[]]], {"a": 1}, True, None, 10**30, 1.5])
def test_hostile_ids_are_named_safely_or_not_at_all(hostile: Any) -> None:
    for kind, remote_id in changed("post.published", id=hostile, author_id=hostile).objects:
        (kind + remote_id).encode()
        assert "\x00" not in remote_id
        assert 0 < len(remote_id) <= 191


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"\xff\xfe",
        b'{"type": 3}',
        b"[" * 200_000,
        b'{"a":' * 50_000,
        b"NaN",
        b"1" * 5000,
        b'{"type": "post.published", "timestamp": "2026-01-31T10:00:00Z", "data": []}',
        b'{"type": "\\ud800", "timestamp": null, "data": {"id": 1}}',
        b'{"type": ["post.published"], "data": {"id": 1}}',
        b'{"type": "batch", "timestamp": "2026-01-31T10:00:00Z", "data": {"events": [null, 3]}}',
        b'{"type": "post.published", "data": {"id": ' + b"[" * 900 + b"]" * 900 + b"}}",
    ],
)
def test_what_cannot_be_read_is_a_problem_and_never_an_exception(body: bytes) -> None:
    parsed = contract.parse(body, "alice")
    assert parsed.events == ()
    assert parsed.problems
    (parsed.type + "".join(str(problem) for problem in parsed.problems)).encode()


# Every character that JSON can write, halves of pairs and what is no character among them; numbers beyond any column.
TEXT = st.text(st.characters(exclude_categories=()), max_size=20) | st.sampled_from(
    ["\ud800", "a\udc00b", "\x00", "\uffff"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.sampled_from([10**30, -(10**4000)]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def holds_only_clean_text(value: Any) -> bool:
    """Whether every text in a value can be written down anywhere."""
    if isinstance(value, str):
        value.encode()
        return not set(value) & {"\x00", "\ufffe", "\uffff"}
    if is_dataclass(value):
        return all(holds_only_clean_text(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, Mapping):
        return all(holds_only_clean_text([*item]) for item in value.items())
    return all(map(holds_only_clean_text, value)) if isinstance(value, list | tuple) else True


@settings(max_examples=100)
@given(name=st.sampled_from(NAMES), data=st.data())
def test_no_payload_raises(name: str, data: st.DataObject) -> None:
    message = sample(name)
    inside = [message, message["data"], *message["data"].get("events", ())]
    inside += [event["data"] for event in message["data"].get("events", ())]
    for target in inside:
        target |= data.draw(st.dictionaries(st.sampled_from(sorted(target)), TEXT | JSON, max_size=2))
    assert holds_only_clean_text(read(message))


@settings(max_examples=50)
@given(message=JSON)
def test_no_json_raises(message: Any) -> None:
    assert holds_only_clean_text(read(message))
    for name in NAMES:  # also as the inside of something that may be sent
        parsed = read({"type": name, "timestamp": "2026-01-31T10:00:00Z", "data": message})
        assert holds_only_clean_text(parsed)


@settings(max_examples=100)
@given(body=st.binary(max_size=200) | TEXT.map(lambda text: json.dumps(text).encode("utf-16")))
def test_no_bytes_raise(body: bytes) -> None:
    parsed = contract.parse(body, "alice")
    assert parsed.events == ()
    assert parsed.problems
    assert holds_only_clean_text(parsed)


@pytest.mark.parametrize(
    "hostile", ["\ud800", "\x00", "\uffff", "", "bob@bob.example", 10**30, [], {}, None, True, float("nan")]
)
def test_a_commenter_without_a_key_is_a_problem(hostile: Any) -> None:
    for name in ("comment.published", "commenter.removed"):
        parsed = changed(name, commenter=hostile)
        assert holds_only_clean_text(parsed)
        assert parsed.events == () or (name, hostile) == ("comment.published", "")


def test_the_last_of_two_equal_keys_counts() -> None:
    body = json.dumps(sample("ping")).replace('"data": {', '"data": 3, "data": {', 1)
    assert contract.parse(body.encode(), "alice").problems == ()


def test_an_answer_to_a_push_is_read() -> None:
    answer = contract.push_answer(
        b'{"accepted": [{"kind": "related", "object": 7, "version": 3}],'
        b' "refused": [{"kind": "related", "object": 8, "held": 9}], "unknown": [{"kind": "related", "object": 9}]}'
    )
    assert answer.accepted == (("related", "7", 3),)
    assert answer.refused == (("related", "8", 9),)
    assert answer.unknown == (("related", "9"),)


@pytest.mark.parametrize(
    "raw", [b"<html>", b"[]", b"\xff", b"[" * 100_000, b'{"accepted": [{"kind": "related"}]}', b'{"accepted": 3}']
)
def test_another_answer_is_refused_as_bad(raw: bytes) -> None:
    with pytest.raises(BadAnswer):
        contract.push_answer(raw)


def test_a_pull_says_what_was_taken() -> None:
    taken = contract.pull_request({"acknowledged": [{"kind": "related", "object": 7, "version": 2}]})
    assert taken == (("related", "7", 2),)
    with pytest.raises(ContractError):
        contract.pull_request({"acknowledged": [{"kind": "related", "object": "7"}]})
    with pytest.raises(ContractError):
        contract.pull_request(None)


OVERFULL = {
    "batch": {"events": [{}] * 200_000},
    "batch of nothing": {"events": [1] * 300_000},
    "batch of names": {"events": [{"type": "post.removed", "data": {"id": n, "author_id": n}} for n in range(15_000)]},
    "tags": {"tags": [1] * 300_000},
    "translations": {"translations": [0] * 300_000},
    "quotable": {"declared": {"quotable": [""] * 200_000}},
    "further homes": {"further_homes": ["x"] * 200_000},
}


@pytest.mark.parametrize("kind", OVERFULL)
def test_a_list_that_is_too_long_is_one_problem_whatever_is_in_it(kind: str) -> None:
    """Item by item one body took 15 s of the processor, for which everybody waited."""
    names = {
        "quotable": "author.updated",
        "further homes": "blog.updated",
        "tags": "post.published",
        "translations": "post.published",
    }
    message = sample(names[kind]) if kind in names else sample("batch") | {"data": {}}
    message["data"] |= OVERFULL[kind]
    body = json.dumps(message).encode()
    began = time.thread_time()
    parsed = contract.parse(body, "alice")
    assert time.thread_time() - began < 1
    assert len(parsed.problems) == 1
    assert len(parsed.objects) < 10
    assert not parsed.events


def test_an_answer_that_is_too_long_is_refused_at_once() -> None:
    raw = json.dumps({"accepted": [{}] * 200_000}).encode()
    began = time.thread_time()
    with pytest.raises(BadAnswer):
        contract.push_answer(raw)
    assert time.thread_time() - began < 1
