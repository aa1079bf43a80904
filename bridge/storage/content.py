"""What blogs say: authors, posts, comments, tombstones. Newest version wins, whatever the order of arrival.

A removal at version r covers what hangs below it with a smaller version: an author's posts and their
comments, a post's comments. What is covered is dropped, also when it arrives later.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from bridge.mentors.lived import Lived
from bridge.mentors.naming import shown_name
from bridge.model import Author, AuthorKey, Comment, Event, Kind, Post, Removal, Version, commenter_name, post_id
from bridge.storage import marks, readings
from bridge.storage.among import among
from bridge.storage.tables import authors, blogs, comments, posts, tombstones
from bridge.text.remarks import Remark

ALL_COMMENTS = (Kind.COMMENT, "")  # a tombstone over every comment of a blog: it switched statistics off


@dataclass(frozen=True, slots=True)
class ReadPost:
    """A post with what was read from its text."""

    post: Post
    language: str
    counts: bytes  # text.terms.TermCounts
    lived: Lived
    read_with: str  # mentors.lived.read_with
    substance: bytes  # text.substance.Substance


@dataclass(frozen=True, slots=True)
class ReadComment:
    """A comment with what was read from its text; the text itself is not kept."""

    comment: Comment
    language: str
    remark: Remark
    text_hash: bytes
    terms: bytes  # text.terms.TermCounts, until it has been read beside its post


def _upsert(tx: Connection, table: Any, keys: tuple[str, ...], row: dict[str, Any]) -> bool:
    """Insert, or replace an older version; False when what is known is as new or newer."""
    return tx.execute(_upserting(tx.dialect.name, table, keys, tuple(row)), row).first() is not None


@cache  # building a statement costs several times what running it does
def _upserting(dialect: str, table: Any, keys: tuple[str, ...], columns: tuple[str, ...]) -> Any:
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(table)
    fresh = insert.excluded
    newer = or_(
        fresh.generation > table.c.generation,
        and_(fresh.generation == table.c.generation, fresh.revision > table.c.revision),
    )
    values = {name: fresh[name] for name in columns if name not in keys and name != "id"}
    statement = insert.on_conflict_do_update(index_elements=[table.c[key] for key in keys], set_=values, where=newer)
    # Asked for by RETURNING: the row count of an INSERT is not the same on every driver.
    return statement.returning(table.c.blog_id)


def covering(tx: Connection, blog_id: str, objects: Iterable[tuple[Kind, str]]) -> Version | None:
    """The newest tombstone over any of the objects."""
    return max((version for _, version in _tombstones(tx, blog_id, list(objects))), default=None)


def _tombstones(tx: Connection, blog_id: str, wanted: list[tuple[Kind, str]]) -> list[tuple[Kind, Version]]:
    values = {f"kind{n}": kind.value for n, (kind, _) in enumerate(wanted)}
    values |= {f"name{n}": remote_id for n, (_, remote_id) in enumerate(wanted)}
    rows = tx.execute(_covering(len(wanted)), {"blog": blog_id, **values})
    return [(Kind(row.kind), Version(row.generation, row.revision)) for row in rows]


@cache
def _covering(count: int) -> Any:
    wanted = [
        and_(tombstones.c.kind == bindparam(f"kind{n}"), tombstones.c.remote_id == bindparam(f"name{n}"))
        for n in range(count)
    ]
    return select(tombstones.c.kind, tombstones.c.generation, tombstones.c.revision).where(
        tombstones.c.blog_id == bindparam("blog"), or_(*wanted)
    )


def _is_covered(tx: Connection, blog_id: str, version: Version, *objects: tuple[Kind, str]) -> bool:
    newest = covering(tx, blog_id, [(Kind.BLOG, ""), *objects])
    return newest is not None and newest >= version


def upsert_author(tx: Connection, author: Author) -> bool:
    """An author who takes part; False when covered or older than what is known."""
    if _is_covered(tx, author.blog_id, author.version, (Kind.AUTHOR, author.remote_id)):
        return False
    return _upsert(
        tx, authors, ("blog_id", "remote_id"),
        {
            "blog_id": author.blog_id, "remote_id": author.remote_id, **_version(author.version),
            "name": author.name, "url": author.url, "bio": author.bio, "takes_part": author.takes_part,
            "consented_at": author.consented_at, "consent_door": author.consent_door,
            "consent_text": author.consent_text, "declared": _declared(author),
        },
    )  # fmt: skip


def _declared(author: Author) -> str:
    said = {"offers": author.offers, "needs": author.needs, "languages": author.languages, **asdict(author.declared)}
    return json.dumps(said, sort_keys=True)


def upsert_post(tx: Connection, read: ReadPost) -> set[str]:
    """A public post: whose it is and was; nobody's when covered or older than what is known."""
    post = read.post
    before = author_of(tx, post.blog_id, post.remote_id)
    above = [(Kind.BLOG, ""), (Kind.POST, post.remote_id), (Kind.AUTHOR, post.author_id)]
    removed = _tombstones(tx, post.blog_id, above)
    if any(version >= post.version for _, version in removed):
        return set()
    labels = {"tags": post.tags, "categories": post.categories}
    if not _upsert(
        tx, posts, ("blog_id", "remote_id"),
        {
            "id": post.id, "blog_id": post.blog_id, "remote_id": post.remote_id, **_version(post.version),
            "author_id": post.author_id, "url": post.url, "canonical": post.canonical, "title": post.title,
            "content": post.content, "excerpt": post.excerpt, "said_language": post.language, "language": read.language,
            "published_at": post.published_at, "modified_at": post.modified_at,
            "labels": json.dumps(labels, sort_keys=True), "truncated": post.truncated, "counts": read.counts,
            "substance": read.substance, **readings.columns(read.lived, read.read_with),
            "translations": _translations(post),
        },
    ):  # fmt: skip
        return set()
    marks.mark_post(tx, post.blog_id, post.remote_id, is_new=before is None)
    for kind, version in removed:
        if kind is Kind.AUTHOR:
            # Comments that came while the post was unknown could not be seen to be covered by its author.
            on_it = comments.c.post_id == post.remote_id
            _delete_comments(tx, post.blog_id, on_it, _up_to(comments, version))
    return {post.author_id} | ({before} if before else set())


def _translations(post: Post) -> str | None:
    others = sorted({other for other in post.translations if other != post.remote_id})
    return json.dumps(others) if others else None


def list_translations(tx: Connection) -> list[tuple[int, int]]:
    """(post, post) of all that their blogs say are translations of one another, the smaller id first.

    It is enough that one of them says so; the other may not be here.
    """
    said = select(posts.c.id, posts.c.blog_id, posts.c.translations).where(posts.c.translations.is_not(None))
    return sorted(
        {
            (min(row.id, other), max(row.id, other))
            for row in tx.execute(said)
            for other in (post_id(row.blog_id, remote_id) for remote_id in json.loads(row.translations))
        }
    )


def _delete_comments(tx: Connection, blog_id: str, *conditions: Any) -> tuple[list[str], set[str]]:
    """Ids of the deleted, and the blogs whose statistics that touches."""
    gone = tx.execute(
        delete(comments)
        .where(comments.c.blog_id == blog_id, *conditions)
        .returning(comments.c.remote_id, comments.c.post_id, comments.c.commenter, comments.c.text_hash)
    ).all()
    marks.mark(tx, blog_id, {row.post_id for row in gone}, {row.commenter for row in gone})
    touched = {blog_id} if gone else set()
    touched |= marks.mark_texts(tx, blog_id, {row.text_hash for row in gone})
    return [row.remote_id for row in gone], touched


def upsert_comment(tx: Connection, read: ReadComment, now: datetime) -> set[str] | None:
    """An approved comment: the blogs whose statistics it touches; None when covered or older than what is known."""
    comment, remark = read.comment, read.remark
    above = [(Kind.COMMENT, comment.remote_id), ALL_COMMENTS, (Kind.POST, comment.post_id)]
    if comment.commenter:
        above.append((Kind.COMMENTER, commenter_name(comment.commenter)))
    writer = author_of(tx, comment.blog_id, comment.post_id)
    if writer is not None:
        above.append((Kind.AUTHOR, writer))
    if _is_covered(tx, comment.blog_id, comment.version, *above):
        return None
    before = _row(tx, comments, comment.blog_id, comment.remote_id)
    stored = _upsert(
        tx, comments, ("blog_id", "remote_id"),
        {
            "blog_id": comment.blog_id, "remote_id": comment.remote_id, **_version(comment.version),
            "post_id": comment.post_id, "parent_id": comment.parent_id, "commenter": comment.commenter,
            "commenter_basis": comment.commenter_basis, "author_name": comment.author_name,
            "author_id": comment.author_id, "is_staff": comment.is_staff,
            "by_post_author": comment.by_post_author, "comment_type": comment.comment_type,
            "words": remark.words, "text_hash": read.text_hash, "language": read.language,
            "published_at": comment.published_at, "historical": comment.historical, "question": remark.question,
            "experience": remark.experience, "links": remark.links, "praise": remark.praise,
            "commercial": remark.commercial, "insightful": comment.insightful, "terms": read.terms,
            "received_at": now, "deep": False, "relevance": None, "analysed_with": "",
        },
    )  # fmt: skip
    if not stored:
        return None
    touched = {comment.blog_id}
    marks.mark(tx, comment.blog_id, [comment.post_id], [comment.commenter])
    touched |= marks.mark_texts(tx, comment.blog_id, {read.text_hash} | ({before.text_hash} if before else set()))
    if before is not None:
        marks.mark(tx, comment.blog_id, [before.post_id], [before.commenter])
    return touched


def _version(version: Version) -> dict[str, int]:
    return {"generation": version.generation, "revision": version.revision}


def bury(tx: Connection, removal: Removal, now: datetime) -> bool:
    """Leave a tombstone; False when one as new is there."""
    return _upsert(
        tx, tombstones, ("blog_id", "kind", "remote_id"),
        {
            "blog_id": removal.blog_id, "kind": removal.kind.value, "remote_id": removal.name,
            **_version(removal.version), "removed_at": now,
        },
    )  # fmt: skip


def _up_to(table: Any, version: Version) -> Any:
    return or_(
        table.c.generation < version.generation,
        and_(table.c.generation == version.generation, table.c.revision <= version.revision),
    )


def _portions(items: list[Any], size: int = 500) -> list[list[Any]]:
    """Lists short enough for one statement."""
    return [items[start : start + size] for start in range(0, len(items), size)]


@dataclass(frozen=True, slots=True)
class Removed:
    """What a removal took away: authors touched, post ids (ours) and the objects whose payloads must go."""

    authors: frozenset[str]
    posts: tuple[int, ...]
    objects: tuple[tuple[str, str], ...]
    tallies: frozenset[str]  # blogs whose statistics are touched


def remove(tx: Connection, removal: Removal) -> Removed:
    """Delete the object and what hangs below it, as far as it is not newer than the removal."""
    blog_id, name, version = removal.blog_id, removal.remote_id, removal.version
    objects = [(removal.kind.value, removal.name)]
    below: list[Any] = []
    tallied: set[str] = set()
    if removal.kind in (Kind.COMMENT, Kind.COMMENTER):
        which = comments.c.commenter == name if removal.kind is Kind.COMMENTER else comments.c.remote_id == name
        covered = true() if (removal.kind, name) == ALL_COMMENTS else which
        gone, tallied = _delete_comments(tx, blog_id, covered, _up_to(comments, version))
        objects += [(Kind.COMMENT.value, comment) for comment in gone if comment != name]
    elif removal.kind in (Kind.POST, Kind.AUTHOR):
        which = posts.c.remote_id == name if removal.kind is Kind.POST else posts.c.author_id == name
        columns = (posts.c.id, posts.c.remote_id, posts.c.author_id, posts.c.generation, posts.c.revision)
        below = list(tx.execute(select(*columns).where(posts.c.blog_id == blog_id, which)))
    doomed = [row for row in below if Version(row.generation, row.revision) <= version]
    # A post may be newer than the removal and have come first: the comments that are older go all the same.
    names = {row.remote_id for row in below} | ({name} if removal.kind is Kind.POST else set())
    for part in _portions(sorted(names)):
        gone, touched_blogs = _delete_comments(tx, blog_id, comments.c.post_id.in_(part), _up_to(comments, version))
        objects += [(Kind.COMMENT.value, comment) for comment in gone]
        tallied |= touched_blogs
    for part in _portions([row.id for row in doomed]):
        tx.execute(delete(posts).where(posts.c.id.in_(part)))
    for row in doomed:
        # Comments newer than the removal stay, and count again when their post comes back.
        marks.mark_post(tx, blog_id, row.remote_id, is_new=True)
    objects += [(Kind.POST.value, row.remote_id) for row in doomed]
    touched = {row.author_id for row in doomed}
    if removal.kind is Kind.AUTHOR:
        touched.add(name)
        tx.execute(
            delete(authors).where(authors.c.blog_id == blog_id, authors.c.remote_id == name, _up_to(authors, version))
        )
    if doomed:
        tallied.add(blog_id)
    return Removed(frozenset(touched), tuple(row.id for row in doomed), tuple(objects), frozenset(tallied))


def find_author(tx: Connection, blog_id: str, remote_id: str) -> Any | None:
    """The author's row, or None."""
    return tx.execute(select(authors).where(authors.c.blog_id == blog_id, authors.c.remote_id == remote_id)).first()


def list_authors(tx: Connection, blog_id: str | None = None) -> list[tuple[str, str]]:
    """(blog, author) of everybody who takes part or has posts."""
    statement = select(posts.c.blog_id, posts.c.author_id).distinct()
    if blog_id is not None:
        statement = statement.where(posts.c.blog_id == blog_id)
    return sorted((row[0], row[1]) for row in tx.execute(statement))


def author_of(tx: Connection, blog_id: str, post_remote_id: str) -> str | None:
    """Who wrote a post, if it is known."""
    return tx.execute(_author_of(), {"blog": blog_id, "post": post_remote_id}).scalar()


@cache
def _author_of() -> Any:
    return select(posts.c.author_id).where(posts.c.blog_id == bindparam("blog"), posts.c.remote_id == bindparam("post"))


POST_LIGHT = (
    posts.c.id, posts.c.blog_id, posts.c.remote_id, posts.c.author_id, posts.c.url, posts.c.title,
    posts.c.language, posts.c.published_at, posts.c.modified_at, posts.c.counts, posts.c.generation, posts.c.revision,
    posts.c.listed_as, posts.c.disclosure,
)  # fmt: skip


def list_posts_of(
    tx: Connection, blog_id: str, author_id: str, language: str | None = None, limit: int | None = None
) -> list[Any]:
    """Posts of an author without their text, newest first."""
    values = {"blog": blog_id, "author": author_id, "language": language, "most": limit}
    return list(tx.execute(_posts_of(language is not None, limit is not None), values))


@cache
def _posts_of(of_one_language: bool, limited: bool) -> Any:
    statement = (
        select(*POST_LIGHT)
        .where(posts.c.blog_id == bindparam("blog"), posts.c.author_id == bindparam("author"))
        .order_by(posts.c.published_at.desc(), posts.c.id)
    )
    if of_one_language:
        statement = statement.where(posts.c.language == bindparam("language"))
    return statement.limit(bindparam("most")) if limited else statement


def offers_of(tx: Connection, author: AuthorKey) -> str:
    """What an author says they can help with, one a line."""
    row = find_author(tx, author.blog_id, author.author_id)
    return "\n".join(json.loads(row.declared).get("offers", ())) if row else ""


def post_states(tx: Connection, blog_id: str, author_id: str) -> list[tuple[int, str, int, int]]:
    """(id, language, generation, revision) of an author's posts."""
    rows = tx.execute(
        select(posts.c.id, posts.c.language, posts.c.generation, posts.c.revision).where(
            posts.c.blog_id == blog_id, posts.c.author_id == author_id
        )
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def posts_by_id(tx: Connection, post_ids: Sequence[int]) -> list[Any]:
    """Several posts without their text."""
    found: list[Any] = []
    for start in range(0, len(post_ids), 500):
        found += tx.execute(select(*POST_LIGHT).where(posts.c.id.in_(post_ids[start : start + 500])))
    return found


def text_of(tx: Connection, post_id: int) -> str:
    """The text of one post, as its blog sent it."""
    return tx.execute(select(posts.c.content).where(posts.c.id == post_id)).scalar() or ""


def post_names(tx: Connection, blog_id: str) -> dict[int, tuple[str, str]]:
    """Our id → (remote id, author) of a blog's posts."""
    rows = tx.execute(select(posts.c.id, posts.c.remote_id, posts.c.author_id).where(posts.c.blog_id == blog_id))
    return {row.id: (row.remote_id, row.author_id) for row in rows}


def mark_listed(tx: Connection, post_id: int, state: str) -> None:
    """Remember from which state of post and bank a list was made."""
    tx.execute(update(posts).where(posts.c.id == post_id).values(listed_as=state))


def mark_unlisted(tx: Connection, post_ids: Sequence[int]) -> None:
    """Their lists are gone; should they be wanted again they are made anew."""
    for start in range(0, len(post_ids), 500):
        part = posts.c.id.in_(post_ids[start : start + 500])
        tx.execute(update(posts).where(part, posts.c.listed_as != "").values(listed_as=""))


def author_cards(tx: Connection, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
    """(blog, author) → (name under which they are shown, address of the page)."""
    wanted = sorted(set(keys))
    found = {}
    for start in range(0, len(wanted), 200):
        part = [AuthorKey(*pair) for pair in wanted[start : start + 200]]
        pairs = among(authors.c.blog_id, authors.c.remote_id, part)
        named = select(authors, blogs.c.name.label("blog")).join(blogs, blogs.c.id == authors.c.blog_id)
        for row in tx.execute(named.where(pairs)):
            found[row.blog_id, row.remote_id] = (shown_name(row.name, row.blog), row.url)
    return found


def count_posts(tx: Connection) -> int:
    """Posts of everybody."""
    return int(tx.execute(select(func.count()).select_from(posts)).scalar_one())


_WROTE = exists().where(posts.c.blog_id == authors.c.blog_id, posts.c.author_id == authors.c.remote_id)


def each_author_with_posts(tx: Connection) -> list[tuple[str, str]]:
    """(blog, author) of everybody with an author record and posts."""
    known = select(authors.c.blog_id, authors.c.remote_id).where(_WROTE)
    return sorted((row[0], row[1]) for row in tx.execute(known))


def each_author_without_posts(tx: Connection) -> list[tuple[str, str]]:
    """(blog, author) of everybody who takes part and has not published."""
    known = select(authors.c.blog_id, authors.c.remote_id).where(authors.c.takes_part, ~_WROTE)
    return sorted((row[0], row[1]) for row in tx.execute(known))


def forget_blog(tx: Connection, blog_id: str) -> None:
    """A blog has left: nothing of what it said stays but the tombstone over all of it."""
    for table in (comments, posts, authors):
        tx.execute(delete(table).where(table.c.blog_id == blog_id))
    tx.execute(delete(tombstones).where(tombstones.c.blog_id == blog_id, tombstones.c.kind != Kind.BLOG))


def only_changed(tx: Connection, blog_id: str, events: Sequence[Event]) -> list[Event]:
    """Events that say something else than what is known, apart from their version: for repeated imports."""
    return [event for event in events if not _is_known(tx, blog_id, event)]


def _is_known(tx: Connection, blog_id: str, event: Event) -> bool:
    if isinstance(event, Post):
        row = _row(tx, posts, blog_id, event.remote_id)
        wanted = (event.title, event.content, event.author_id, event.published_at, event.url, _translations(event))
        return row is not None and wanted == (
            row.title, row.content, row.author_id, row.published_at, row.url, row.translations
        )  # fmt: skip
    if isinstance(event, Author):
        row = _row(tx, authors, blog_id, event.remote_id)
        said = (event.name, event.url, event.bio, event.takes_part, _declared(event))
        return row is not None and said == (row.name, row.url, row.bio, row.takes_part, row.declared)
    return isinstance(event, Comment) and _row(tx, comments, blog_id, event.remote_id) is not None


def _row(tx: Connection, table: Any, blog_id: str, remote_id: str) -> Any:
    return tx.execute(select(table).where(table.c.blog_id == blog_id, table.c.remote_id == remote_id)).first()
