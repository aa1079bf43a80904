"""`mentors related`, `mentors for-text`: lists with their reasons, best first."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from bridge.cli.common import context_for, reading, say_json, say_table
from bridge.errors import NotFound
from bridge.mentors.explain import Reason, sentence
from bridge.mentors.related import LIST, Candidate, rank_all, related_mentors
from bridge.model import MentorKey
from bridge.storage import blogs, candidates, content, epochs, mentors
from bridge.storage.database import Tx
from bridge.storage.epochs import Epoch
from bridge.storage.mentors import Line, MentorRow
from bridge.text.html import plain_text
from bridge.text.language import detect
from bridge.text.terms import UNIT, Vector, count_terms, post_vector
from bridge.worker import listing
from bridge.worker.context import Context

limit_option = click.option("--limit", type=click.IntRange(1), default=10, show_default=True, help="At most so many.")
json_option = click.option("--json", "as_json", is_flag=True, help="For machines.")


@click.group("mentors")
def mentors_group() -> None:
    """Who is related to whom, and why."""


class NoEpoch(NotFound):
    """Nothing has been weighed yet."""

    def __init__(self) -> None:
        super().__init__("There are no profiles yet. Import or connect blogs, then run `bridge worker` or `serve`.")


@mentors_group.command()
@click.option("--blog", "blog_id", required=True, help="The blog's id.")
@click.option("--author", default=None, help="Only this author.")
@limit_option
@json_option
def related(blog_id: str, author: str | None, limit: int, as_json: bool) -> None:
    """The own lists of a blog's authors; of several merged, best score first."""
    with reading() as (config, database), database.read() as tx:
        context = context_for(config, database)
        epoch = epochs.current(tx)
        blogs.get(tx, blog_id)
        rows = mentors.list_of(tx, blog_id, author)
        if author is not None and not rows and content.find_author(tx, blog_id, author) is None:
            raise NotFound(f"There is no author '{author}' on the blog '{blog_id}'.")
        lines = [line for row in rows if epoch for line in _list_of(context, tx, epoch, row, limit)]
        best: dict[int, Line] = {}
        for line in sorted(lines, key=lambda line: (-line.score, line.mentor_id)):
            best.setdefault(line.mentor_id, line)
        _say(tx, list(best.values())[:limit], as_json)


def _list_of(context: Context, tx: Tx, epoch: Epoch, row: MentorRow, limit: int) -> list[Line]:
    stored = mentors.related_list(tx, row.key.id)
    if limit <= LIST:
        return stored
    # More than is kept: computed on the spot, over everybody.
    others = [other for other in candidates.load_all(tx) if other.blog_id != row.key.blog_id]
    matches = related_mentors(row.profile.vector, row.key.language, row.hubness, others, limit)
    keys = mentors.keys(tx, [match.id for match in matches])
    found = []
    for match in matches:
        reason = listing.Look(context, tx, epoch).reason(row.profile.vector, keys[match.id])
        if reason is not None:
            found.append(Line(match.id, match.score, reason))
    return found


@mentors_group.command("for-text")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--jsonl", is_flag=True, help='FILE holds lines {"id", "text"}; a line {"id", "mentors"} each comes out.')
@click.option("--language", default=None, help="Only mentors who write in this language (fr, en, …).")
@limit_option
@json_option
def for_text(file: Path, jsonl: bool, language: str | None, limit: int, as_json: bool) -> None:
    """Rank all mentors for a text; FILE may be - for stdin."""
    raw = sys.stdin.buffer.read() if str(file) == "-" else _read(file)
    with reading() as (config, database), database.read() as tx:
        context = context_for(config, database)
        epoch = epochs.current(tx)
        if epoch is None:
            raise NoEpoch
        everybody = candidates.load_all(tx, language)
        if not jsonl:
            lines = _rank(context, tx, epoch, everybody, raw.decode("utf-8", "replace"), limit)
            _say(tx, lines, as_json)
            return
        for data in _objects(raw):
            ranked = _rank(context, tx, epoch, everybody, str(data.get("text", "")), limit)
            say_json({"id": data.get("id"), "mentors": _data(tx, ranked)})


def objects(file: Path) -> Iterator[dict[str, Any]]:
    """The JSON objects of a file, one a line; - is stdin."""
    return _objects(sys.stdin.buffer.read() if str(file) == "-" else _read(file))


def _objects(raw: bytes) -> Iterator[dict[str, Any]]:
    return (_object(line, number) for number, line in enumerate(raw.splitlines(), 1) if line.strip())


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read ({error.strerror}).") from None


def _object(line: bytes, number: int) -> dict[str, Any]:
    try:
        data = json.loads(line)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise click.UsageError(f"line {number} is no JSON object")
    return data


def _rank(context: Context, tx: Tx, epoch: Epoch, everybody: list[Candidate], text: str, limit: int) -> list[Line]:
    vector, language = text_vector(context, tx, epoch, text)
    ranked = rank_all(vector, language, everybody, epoch.median_deviation)[:limit]
    found = []
    for candidate, score in ranked:
        key = MentorKey(candidate.blog_id, candidate.author_id, candidate.language)
        reason = listing.Look(context, tx, epoch).reason(vector, key) if score else None
        found.append(Line(candidate.id, score, reason or Reason((), ())))
    return found


def text_vector(context: Context, tx: Tx, epoch: Epoch, text: str) -> tuple[Vector, str]:
    """The vector of a text that is no post, and its language."""
    plain = plain_text(text)
    language = detect(plain, "en")
    counts = count_terms("", plain, language)
    frequencies = context.frequencies(epoch).frequencies(tx, language, counts.ids.tolist())
    return post_vector(counts, frequencies), language


def _data(tx: Tx, lines: Iterable[Line]) -> list[dict[str, Any]]:
    listed = list(lines)
    keys = mentors.keys(tx, [line.mentor_id for line in listed])
    return [
        {
            "blog": keys[line.mentor_id].blog_id,
            "author": keys[line.mentor_id].author_id,
            "language": keys[line.mentor_id].language,
            "score": line.score / UNIT,
            "why": {"sentence": _why(line), **line.reason.to_json()},
        }
        for line in listed
    ]


def _why(line: Line) -> str:
    return sentence(line.reason, "en") if line.reason.topics else ""


def _say(tx: Tx, lines: list[Line], as_json: bool) -> None:
    data = _data(tx, lines)
    if as_json:
        say_json({"mentors": data})
        return
    rows = [[item["blog"], item["author"], f"{item['score']:.3f}", item["why"]["sentence"]] for item in data]
    empty = "Nobody is near enough to be shown. More posts, or more blogs that take part, change that."
    say_table(["blog", "author", "score", "why"], rows, empty)
