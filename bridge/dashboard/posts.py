"""Posts: what each brought about, in a table that sorts by any column; one post with the shape of its thread."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from bridge.dashboard import links, words
from bridge.dashboard.desk import Desk, here
from bridge.errors import NotFound
from bridge.pages.languages import N_
from bridge.storage import conversations, tallies
from bridge.storage.conversations import TalkedOf
from bridge.storage.database import Tx

PAGE = 50
MOST = 500  # comments of one thread that are drawn
DEEPEST = 8  # levels that are indented
COLUMNS = {  # name → title, and the figure it sorts by
    "published": (N_("Published"), ""),
    "comments": (N_("Comments"), "comments"),
    "people": (N_("People"), "commenters"),
    "depth": (N_("Depth"), "depth"),
    "substance": (N_("Of substance"), "substance"),
    "waiting": (N_("Waiting for you"), "unanswered"),
}


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """The table and one post."""

    @pages.get("/posts")
    def posts(blog_id: str) -> str:
        by, up = request.args.get("by", "published"), request.args.get("order") == "up"
        page = max(1, request.args.get("page", 1, type=int))
        if by not in COLUMNS:
            raise NotFound("no such column")
        with desk.database.read() as tx:
            total = conversations.count_posts(tx, blog_id, here().own_posts_of)
            shown = _page(tx, blog_id, by, up, (page - 1) * PAGE)
            titles = conversations.titles(tx, blog_id, [post.post for post in shown])
        if page > 1 and not shown:
            raise NotFound("past the last page")
        return render_template(
            "dashboard/posts.html", active="posts", posts=[(post, titles[post.post]) for post in shown],
            columns=COLUMNS, by=by, up=up, page=page, pages=max(1, -(-total // PAGE)), total=total,
        )  # fmt: skip

    @pages.get("/posts/<name>")
    def posts_one(blog_id: str, name: str) -> str:
        visitor = here()
        with desk.database.read() as tx:
            post = conversations.find_post(tx, blog_id, name)
            if post is None or visitor.own_posts_of not in (None, post.author_id):
                raise NotFound("no such post")
            said = conversations.thread(tx, blog_id, name, MOST)
            figures, _likeness = tallies.post_figures(tx, blog_id, [name])[name]
            mentors = conversations.shown_under(tx, post.id)
        return render_template(
            "dashboard/post.html", active="posts", post=post, lines=shape(said), figures=figures or {},
            mentors=mentors, most=MOST, url=links.web(post.url), reply=links.reply, excluded=words.EXCLUDED,
        )  # fmt: skip


def _page(tx: Tx, blog_id: str, by: str, up: bool, start: int) -> list[TalkedOf]:
    """One page. By date the database sorts; figures are JSON, and the posts of a blog few enough to sort here."""
    author, figure = here().own_posts_of, COLUMNS[by][1]
    if not figure:
        names = conversations.list_by_date(tx, blog_id, author, up, start, PAGE)
        figures = tallies.post_figures(tx, blog_id, names)
        return [TalkedOf(name, dict(figures[name][0] or {})) for name in names]
    everything = conversations.list_talked_of(tx, blog_id, author)
    everything.sort(key=lambda post: (post.figures.get(figure, 0), post.post), reverse=not up)
    return everything[start : start + PAGE]


def shape(said: list[Any]) -> list[tuple[int, Any]]:
    """(level, comment) in the order of reading: each answer under what it answers, oldest first.

    A comment whose parent is not there stands at the top; a circle of parents is cut.
    """
    known = {row.remote_id for row in said}
    below: dict[str, list[Any]] = {}
    for row in said:
        below.setdefault(row.parent_id if row.parent_id in known else "", []).append(row)
    found: list[tuple[int, Any]] = []
    stack = [(0, row) for row in reversed(below.pop("", []))]
    while stack:
        level, row = stack.pop()
        found.append((level, row))
        stack += [(min(DEEPEST, level + 1), child) for child in reversed(below.pop(row.remote_id, []))]
    return found
