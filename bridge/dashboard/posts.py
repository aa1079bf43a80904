"""Posts: what each brought about, in a table that sorts by any column; one post with the shape of its thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request

from bridge.dashboard import links, words
from bridge.dashboard.desk import Desk, here
from bridge.errors import NotFound
from bridge.pages.languages import N_
from bridge.storage import conversations, tallies
from bridge.storage.conversations import TalkedOf

PAGE = 50
MOST = 500  # comments of one thread that are drawn
DEEPEST = 8  # levels that are indented
COLUMNS: dict[str, tuple[str, Callable[[TalkedOf], Any]]] = {  # name → title, what it sorts by
    "published": (N_("Published"), lambda post: post.published_at),
    "comments": (N_("Comments"), lambda post: post.figures.get("comments", 0)),
    "people": (N_("People"), lambda post: post.figures.get("commenters", 0)),
    "depth": (N_("Depth"), lambda post: post.figures.get("depth", 0)),
    "substance": (N_("Of substance"), lambda post: post.figures.get("substance", 0)),
    "waiting": (N_("Waiting for you"), lambda post: post.figures.get("unanswered", 0)),
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
            everything = conversations.list_talked_of(tx, blog_id, here().own_posts_of)
            key = COLUMNS[by][1]
            everything.sort(key=lambda post: (key(post), post.published_at, post.post), reverse=not up)
            shown = everything[(page - 1) * PAGE : page * PAGE]
            titles = conversations.titles(tx, blog_id, [post.post for post in shown])
        if page > 1 and not shown:
            raise NotFound("past the last page")
        return render_template(
            "dashboard/posts.html", active="posts", posts=[(post, titles[post.post]) for post in shown],
            columns=COLUMNS, by=by, up=up, page=page, pages=max(1, -(-len(everything) // PAGE)),
            total=len(everything),
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
