"""`mentors related`, `mentors for-text`: lists with their reasons, best first."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from bridge.cli.blog_names import get_named_blog
from bridge.cli.common import context_for, open_for_reading, say_json, say_table
from bridge.cli.lazy_group import LazyGroup
from bridge.errors import NotFound
from bridge.mentors.cross_language import PostFeatures
from bridge.mentors.explain import Reason, reason_sentence
from bridge.mentors.related import AUTHOR_LIST_LENGTH, rank_for_text, related_mentors
from bridge.mentors.similarity import Candidate, MentorQuery, cosine_floor
from bridge.model import MentorKey
from bridge.storage.content import authors
from bridge.storage.core.database import Tx
from bridge.storage.matching import candidates, epochs, profiles
from bridge.storage.matching.epochs import Epoch
from bridge.storage.matching.profiles import ListedMentor, MentorRow
from bridge.text import html
from bridge.text.language import detect_language
from bridge.text.terms import WEIGHT_UNIT, post_vector
from bridge.worker.context import Context
from bridge.worker.intake import post_analysis
from bridge.worker.matching import cross_language
from bridge.worker.matching.snapshot import Snapshot

LAZY_COMMANDS = {
    "search": "needs:search",
    "held": "profile_holds:held",
    "confirm": "profile_holds:confirm",
    "exposure": "exposure:exposure",
    "index": "candidate_index:fill",
    "pairings": "pairings:pairings_command",
}
limit_option = click.option("--limit", type=click.IntRange(1), default=10, show_default=True, help="At most so many.")
json_option = click.option("--json", "as_json", is_flag=True, help="For machines.")


@click.group("mentors", cls=LazyGroup, places=LAZY_COMMANDS)
def mentors_group() -> None:
    """Who is related to whom, and why."""


class EpochNotBuilt(NotFound):
    """Nothing has been weighed yet."""

    def __init__(self) -> None:
        super().__init__("There are no profiles yet. Import or connect blogs, then run `bridge worker` or `serve`.")


@mentors_group.command()
@click.option("--blog", "blog_id", required=True, help="The blog: its id, the beginning of it, its name or address.")
@click.option("--author", default=None, help="Only this author.")
@click.option("--language", default=None, help="Only mentors who write in this language (fr, en, …).")
@limit_option
@json_option
def related(blog_id: str, author: str | None, language: str | None, limit: int, as_json: bool) -> None:
    """The own lists of a blog's authors; of several merged, best score first."""
    with open_for_reading() as (config, database), database.read() as tx:
        context = context_for(config, database)
        epoch = epochs.find_current(tx)
        blog_id = get_named_blog(tx, blog_id).id
        rows = profiles.list_by_blog(tx, blog_id, author)
        if author is not None and not rows and authors.find(tx, blog_id, author) is None:
            raise NotFound(f"There is no author '{author}' on the blog '{blog_id}'.")
        lines = [line for row in rows if epoch for line in _list_of(context, tx, epoch, row, language, limit)]
        best: dict[int, ListedMentor] = {}
        for line in sorted(lines, key=lambda line: (-line.score, line.mentor_id)):
            best.setdefault(line.mentor_id, line)
        _say(tx, list(best.values())[:limit], as_json)


def _list_of(
    context: Context, tx: Tx, epoch: Epoch, row: MentorRow, language: str | None, limit: int
) -> list[ListedMentor]:
    if limit <= AUTHOR_LIST_LENGTH and language is None:
        return profiles.list_related(tx, row.key.id)
    # More than is kept, or another choice: computed on the spot, over everybody.
    rivals = [candidate for candidate in candidates.list_all(tx, language) if candidate.blog_id != row.key.blog_id]
    look = Snapshot(context, tx, epoch)
    asked = look.query_of_author(row)
    matches = related_mentors(
        asked.vector,
        asked.language,
        row.hubness,
        rivals,
        limit,
        asked.crossing,
        limit if language else None,
        cosine_floor(row.mean, row.deviation),
    )
    explained = look.explained(asked, matches)
    return [ListedMentor(match.id, match.score, reason) for match, reason in explained]


@mentors_group.command("for-text")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--jsonl", is_flag=True, help='FILE holds lines {"id", "text"}; a line {"id", "mentors"} each comes out.')
@click.option("--language", default=None, help="Only mentors who write in this language (fr, en, …).")
@limit_option
@json_option
def for_text(file: Path, jsonl: bool, language: str | None, limit: int, as_json: bool) -> None:
    """Rank all mentors for a text; FILE may be - for stdin."""
    raw = sys.stdin.buffer.read() if str(file) == "-" else _read(file)
    with open_for_reading() as (config, database), database.read() as tx:
        context = context_for(config, database)
        epoch = epochs.find_current(tx)
        if epoch is None:
            raise EpochNotBuilt
        everybody = candidates.list_all(tx, language)
        if not jsonl:
            lines = _rank(context, tx, epoch, everybody, raw.decode("utf-8", "replace"), limit)
            _say(tx, lines, as_json)
            return
        for data in _objects(raw):
            ranked = _rank(context, tx, epoch, everybody, str(data.get("text", "")), limit)
            say_json({"id": data.get("id"), "mentors": _data(tx, ranked)})


def read_json_objects(file: Path) -> Iterator[dict[str, Any]]:
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


def _rank(
    context: Context, tx: Tx, epoch: Epoch, everybody: list[Candidate], text: str, limit: int
) -> list[ListedMentor]:
    asked = query_of_text(context, tx, epoch, text)
    ranked = rank_for_text(asked.vector, asked.language, everybody, epoch.median_deviation, asked.crossing)[:limit]
    look = Snapshot(context, tx, epoch)
    listed = []
    for candidate, score in ranked:
        key = MentorKey(candidate.blog_id, candidate.author_id, candidate.language)
        reason = look.reason(asked, key) if score else None
        listed.append(ListedMentor(candidate.id, score, reason or Reason((), ())))
    return listed


def query_of_text(context: Context, tx: Tx, epoch: Epoch, text: str) -> MentorQuery:
    """A text that is no post, as it is asked with."""
    page = html.read_post_html(text)
    language = detect_language(page.text, "en")
    read = post_analysis.analyse_post("", page, language, (), context.matcher(tx))
    frequencies = context.frequencies(epoch).frequencies(tx, language, read.counts.ids.tolist())
    vector = post_vector(read.counts, frequencies)
    features = [PostFeatures.of(0, language, "", read.substance.hosts, read.lived.named_skills)]
    return MentorQuery(
        vector, language, cross_language.features_of_text(context, tx, epoch, language, vector, read.counts, features)
    )


def _data(tx: Tx, lines: Iterable[ListedMentor]) -> list[dict[str, Any]]:
    listed = list(lines)
    keys = profiles.list_keys(tx, [line.mentor_id for line in listed])
    return [
        {
            "blog": keys[line.mentor_id].blog_id,
            "author": keys[line.mentor_id].author_id,
            "language": keys[line.mentor_id].language,
            "score": line.score / WEIGHT_UNIT,
            "why": {"sentence": _why(line), **line.reason.to_json()},
        }
        for line in listed
    ]


def _why(line: ListedMentor) -> str:
    return reason_sentence(line.reason, "en") if line.reason.topics or line.reason.sites else ""


def _say(tx: Tx, lines: list[ListedMentor], as_json: bool) -> None:
    data = _data(tx, lines)
    if as_json:
        say_json({"mentors": data})
        return
    rows = [[item["blog"], item["author"], f"{item['score']:.3f}", item["why"]["sentence"]] for item in data]
    empty = "Nobody is near enough to be shown. More posts, or more blogs that take part, change that."
    say_table(["blog", "author", "score", "why"], rows, empty)
