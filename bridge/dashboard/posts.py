"""Posts: what each brought about, in a table that sorts by any column; one post with the shape of its thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request

from bridge.dashboard import charts, links, words
from bridge.dashboard.desk import Desk, here
from bridge.errors import NotFound
from bridge.pages.addresses import whole
from bridge.pages.languages import N_
from bridge.pages.languages import gettext as _
from bridge.storage import conversations, readings, tallies
from bridge.storage.conversations import TalkedOf
from bridge.storage.database import Tx

Lived = Mapping[str, tuple[str, int]]  # post → (language, experience in millionths)
PAGE = 50
LAST_PAGE = 10**6
MOST = 500  # comments of one thread, or dots of a chart, that are drawn
FEWEST = 5  # posts before a chart tells anything
DEEPEST = 8  # levels that are indented
EXPERIENCE = "experience"  # not a figure of the conversation, but read from the post
COLUMNS = {  # name → title, and the figure it sorts by
    "published": (N_("Published"), ""),
    "comments": (N_("Comments"), "comments"),
    "people": (N_("People"), "commenters"),
    "depth": (N_("Depth"), "depth"),
    "experience": (N_("Experience"), EXPERIENCE),
    "substance": (N_("Of substance"), "substance"),
    "brought": (N_("Newcomers"), "newcomers"),
    "waiting": (N_("Waiting for you"), "unanswered"),
}


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """The table and one post."""

    @pages.get("/posts")
    def posts(blog_id: str) -> str:
        by, up = request.args.get("by", "published"), request.args.get("order") == "up"
        page = max(1, whole(request.args.get("page"), LAST_PAGE) or 1)
        if by not in COLUMNS:
            raise NotFound("no such column")
        with desk.database.read() as tx:
            total = conversations.count_posts(tx, blog_id, here().own_posts_of)
            lived = readings.disclosures(tx, blog_id, desk.clock())
            everything = conversations.list_talked_of(tx, blog_id, here().own_posts_of)
            shown = _page(tx, everything, lived, by, up, (page - 1) * PAGE)
            titles = conversations.titles(tx, blog_id, [post.post for post in shown])
        if page > 1 and not shown:
            raise NotFound("past the last page")
        return render_template(
            "dashboard/posts.html", active="posts", posts=[(post, titles[post.post]) for post in shown],
            lived=lived, chart=_dots(everything, lived) if page == 1 else "",
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


def _page(tx: Tx, everything: list[TalkedOf], lived: Lived, by: str, up: bool, start: int) -> list[TalkedOf]:
    """One page. By date the database sorts; the rest is few enough to sort here."""
    visitor, figure = here(), COLUMNS[by][1]
    if not figure:
        names = conversations.list_by_date(tx, visitor.blog.id, visitor.own_posts_of, up, start, PAGE)
        known = {post.post: post for post in everything}
        return [known[name] for name in names if name in known]

    def key(post: TalkedOf) -> int:
        if figure == EXPERIENCE:
            return lived[post.post][1] if post.post in lived else -1
        return int(post.figures.get(figure, 0))

    return sorted(everything, key=lambda post: (key(post), post.post), reverse=not up)[start : start + PAGE]


def _dots(everything: list[TalkedOf], lived: Lived) -> Any:
    """Experience in a post against the comments under it: beside each other, not one because of the other."""
    points = [
        (lived[post.post][1] / 10**6, float(post.figures.get("comments", 0))) for post in everything
        if post.post in lived
    ][:MOST]  # fmt: skip
    if len(points) < FEWEST:
        return ""
    told = _("One dot for each of %(count)s posts: experience from left to right, comments from bottom to top.",
             count=len(points))  # fmt: skip
    return charts.dots(points, _("Experience"), _("Comments"), told)


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
