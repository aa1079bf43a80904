"""The layout that `import` reads: `blogs.jsonl`, `posts/<blog>.jsonl`, `comments/<blog>.jsonl`, `authors.jsonl`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from bridge.contract.events import AuthorUpdated
from bridge.contract.parsing import declared
from bridge.errors import BridgeError
from bridge.model import Author, BlogFacts, Comment, Event, Post, Version

BLOG_ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
MAX_ID_CHARACTERS = 191
# What an author may say of themself, as a blog would send it.
AUTHOR_SCHEMA = AuthorUpdated(only=("bio", "offers", "needs", "languages", "declared"))


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be used, and why."""

    file: Path
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class ImportedBlog:
    """One line of `blogs.jsonl`."""

    id: str
    facts: BlogFacts


class _Unusable(BridgeError):
    """What is wrong with a line."""


class JsonlLayout:
    """Reads a folder; nothing is kept in memory but slugs and authors of the blog at hand."""

    def __init__(self, folder: Path, *, opt_in: bool, started: datetime, until_now: bool = False) -> None:
        """`until_now` moves all dates by as much as brings the newest of them to `started`: for samples."""
        self.folder = folder
        self.opt_in = opt_in
        self.started = started
        self.generation = int(started.timestamp() * 1000)
        self._revision = 0
        # (blog, author) => line of the file, and what they say of themself; taken out when the author comes.
        self._sheets: dict[tuple[str, str], tuple[int, dict[str, Any]]] = {}
        self._later = started - self._newest() if until_now else timedelta()

    def count_lines(self) -> int:
        """Lines of posts and comments, for the progress bar."""
        files = [*self.folder.glob("posts/*.jsonl"), *self.folder.glob("comments/*.jsonl")]
        return sum(path.read_bytes().count(b"\n") for path in files)

    def _newest(self) -> datetime:
        files = [*self.folder.glob("posts/*.jsonl"), *self.folder.glob("comments/*.jsonl")]
        return max((_date(data) for path in files for _, data in self._lines(path)), default=self.started)

    def blogs(self) -> Iterator[ImportedBlog | BadLine]:
        """The blogs, in the order of the file; what is left of `authors.jsonl` when all their events were read."""
        path = self.folder / "authors.jsonl"
        for number, data in self._lines(path):
            try:
                who = _text(data, "blog", required=True), _text(data, "author", required=True)
                self._sheets[who] = number, _sheet(data)
            except _Unusable as problem:
                yield BadLine(path, number, str(problem))
        for number, data in self._lines(self.folder / "blogs.jsonl"):
            try:
                yield self._blog(data)
            except _Unusable as problem:
                yield BadLine(self.folder / "blogs.jsonl", number, str(problem))
        for (name, author), (number, _) in self._sheets.items():
            yield BadLine(path, number, f"no post on the blog '{name[:40]}' is by '{author[:40]}'")

    def events(self, blog: ImportedBlog) -> Iterator[Event | BadLine | None]:
        """Authors, posts and comments of one blog; None for a line that yields nothing of its own."""
        slugs: dict[str, str] = {}
        introduced: set[str] = set()
        path = self.folder / "posts" / f"{blog.id}.jsonl"
        for number, data in self._lines(path):
            try:
                post = self._post(blog, data)
            except _Unusable as problem:
                yield BadLine(path, number, str(problem))
                continue
            slugs[str(data.get("slug") or post.remote_id)] = post.remote_id
            if post.author_id not in introduced:
                introduced.add(post.author_id)
                yield self._author(blog, post.author_id)
            yield post
        path = self.folder / "comments" / f"{blog.id}.jsonl"
        for number, data in self._lines(path) if path.exists() else ():
            try:
                yield self._comment(blog, data, slugs)
            except _Unusable as problem:
                yield BadLine(path, number, str(problem))

    def _lines(self, path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
        """Numbered objects; a line that is none becomes one that names its problem."""
        if not path.exists():
            return
        with path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                if not raw.strip():
                    continue
                try:
                    data = json.loads(raw.decode("utf-8", "replace"))
                except (ValueError, RecursionError):
                    data = None
                yield number, data if isinstance(data, dict) else {"__problem__": "not a JSON object"}

    def _version(self) -> Version:
        self._revision += 1
        return Version(self.generation, self._revision)

    def _blog(self, data: dict[str, Any]) -> ImportedBlog:
        name = _text(data, "id", required=True)
        if not BLOG_ID_PATTERN.fullmatch(name):
            raise _Unusable("'id' holds letters, digits, '.', '_' and '-', at most 64")
        url = _text(data, "url")
        language = _text(data, "language").replace("_", "-")[:35]
        return ImportedBlog(name, BlogFacts(_text(data, "title") or name, "", language, url, "", "", ""))

    def _author(self, blog: ImportedBlog, author_id: str) -> Author:
        _, sheet = self._sheets.pop((blog.id, author_id), (0, {"bio": ""}))
        return Author(
            blog_id=blog.id,
            remote_id=author_id,
            version=self._version(),
            name=author_id,
            url=blog.facts.home_url,
            takes_part=self.opt_in,
            consented_at=self.started if self.opt_in else None,
            consent_door="import",
            consent_text="",
            **sheet,
        )

    def _post(self, blog: ImportedBlog, data: dict[str, Any]) -> Post:
        remote_id = _id(data)
        published = _date(data) + self._later
        slug = _text(data, "slug")
        home = blog.facts.home_url.rstrip("/")
        return Post(
            blog_id=blog.id,
            remote_id=remote_id,
            version=self._version(),
            author_id=(_text(data, "author") or blog.id)[:MAX_ID_CHARACTERS],
            url=_text(data, "url") or (f"{home}/{slug}" if home and slug else home),
            title=_text(data, "title"),
            content=_text(data, "body", required=True),
            excerpt="",
            language=_text(data, "language")[:35] or blog.facts.language,
            published_at=published,
            modified_at=published,
            tags=_labels(data, "tags"),
            categories=_labels(data, "categories"),
            translations=_labels(data, "translations"),
        )

    def _comment(self, blog: ImportedBlog, data: dict[str, Any], slugs: dict[str, str]) -> Comment:
        slug = _text(data, "post_slug", required=True)
        if slug not in slugs:
            raise _Unusable(f"there is no post '{slug[:80]}'")
        commenter = _text(data, "author_hash")[:64]
        return Comment(
            blog_id=blog.id,
            remote_id=_id(data),
            version=self._version(),
            post_id=slugs[slug],
            parent_id=_text(data, "parent")[:MAX_ID_CHARACTERS],
            commenter=commenter,
            commenter_basis="email" if commenter else "anonymous",
            author_name=_text(data, "author_name")[:300],
            author_id="",
            is_staff=bool(data.get("by_post_author")),
            by_post_author=bool(data.get("by_post_author")),
            comment_type=(_text(data, "type") or "comment")[:20],
            content=_text(data, "message"),
            published_at=_date(data) + self._later,
            historical=True,
            insightful=data.get("insightful") is True,
        )


def _text(data: dict[str, Any], name: str, *, required: bool = False) -> str:
    if "__problem__" in data:
        raise _Unusable(data["__problem__"])
    value = data.get(name)
    if value is None or value == "":
        if required:
            raise _Unusable(f"'{name}' is missing")
        return ""
    if not isinstance(value, str | int):
        raise _Unusable(f"'{name}' is no text")
    return str(value).replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _id(data: dict[str, Any]) -> str:
    value = _text(data, "id", required=True)
    if len(value) > MAX_ID_CHARACTERS:
        raise _Unusable(f"'id' is longer than {MAX_ID_CHARACTERS} characters")
    return value


def _labels(data: dict[str, Any], name: str) -> tuple[str, ...]:
    value = data.get(name) or []
    return tuple(str(label)[:200] for label in value[:100]) if isinstance(value, list) else ()


def _date(data: dict[str, Any]) -> datetime:
    text = _text(data, "date", required=True)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _Unusable(f"'date' is no ISO date: '{text[:40]}'") from None
    if not 1000 <= moment.year <= 2200:
        raise _Unusable(f"'date' is out of range: '{text[:40]}'")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _sheet(data: dict[str, Any]) -> dict[str, Any]:
    """The fields of an `Author` that are theirs to say."""
    try:
        sheet: dict[str, Any] = AUTHOR_SCHEMA.load(
            {name: value for name, value in data.items() if name in AUTHOR_SCHEMA.fields}
        )
    except ValidationError as error:
        raise _Unusable(f"cannot be used: {error}") from None
    lists = {name: tuple(sheet[name]) for name in ("offers", "needs", "languages")}
    return {"bio": sheet["bio"], **lists, "declared": declared(sheet["declared"] or {})}
