"""Posts: what each brought about, in a table that sorts by any column; one post with the shape of its thread."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bridge.dashboard import charts, labels, links
from bridge.dashboard.access import current_visitor
from bridge.dashboard.mentor_names import list_named
from bridge.dashboard.shown import read_veto
from bridge.engagement.catalogue import FIGURES
from bridge.engagement.experience_ranks import rank_experience
from bridge.errors import NotFound
from bridge.mentors.explain import reason_sentence
from bridge.mentors.explain_short_list import short_list_sentence
from bridge.mentors.related import MIN_LIST_LINES
from bridge.operations import choices, standings
from bridge.pages.languages import gettext as _
from bridge.pages.languages import language
from bridge.pages.url_converters import parse_whole_number
from bridge.runtime import Runtime
from bridge.storage.content import authors, post_analysis
from bridge.storage.core.database import Tx
from bridge.storage.engagement import statistics
from bridge.storage.matching import profiles
from bridge.storage.people import conversations
from bridge.storage.people.conversations import NamedPost, PostConversation, SpokenComment
from bridge.words import N_

ExperienceByPost = Mapping[str, float]  # post → share of the others in its language that tell less of what was lived
PAGE_POSTS = 50
MAX_PAGE_NUMBER = 10**6
MAX_DRAWN = 500  # comments of one thread, or dots of a chart, that are drawn
MIN_CHART_POSTS = 5  # posts before a chart tells anything
MAX_INDENT_LEVELS = 8  # levels that are indented
EXPERIENCE_COLUMN = "experience"  # not a figure of the conversation, but read from the post
TABLE_COLUMNS = {  # name → title, and the figure it sorts by
    "published": (N_("Published"), ""),
    "comments": (FIGURES["comments"].short, "comments"),
    "people": (FIGURES["unique_commenters"].short, "commenters"),
    "depth": (FIGURES["thread_depth"].short, "depth"),
    "experience": (N_("Experience"), EXPERIENCE_COLUMN),
    "substance": (FIGURES["substance"].short, "substance"),
    "brought": (FIGURES["new_commenters"].short, "newcomers"),
    "waiting": (FIGURES["waiting"].short, "unanswered"),
}


def add_routes(pages: Blueprint, runtime: Runtime) -> None:
    """Add the pages of the table of posts and of one post."""

    @pages.get("/posts")
    def posts(blog_id: str) -> str:
        by, up = request.args.get("by", "published"), request.args.get("order") == "up"
        page = max(1, parse_whole_number(request.args.get("page"), MAX_PAGE_NUMBER) or 1)
        if by not in TABLE_COLUMNS:
            raise NotFound("no such column")
        with runtime.database.read() as tx:
            total = conversations.count_posts(tx, blog_id, current_visitor().own_posts_of)
            lived = rank_experience(post_analysis.list_disclosures(tx, blog_id, runtime.clock()))
            everything = conversations.list_post_conversations(tx, blog_id, current_visitor().own_posts_of)
            shown = _page(tx, everything, lived, by, up, (page - 1) * PAGE_POSTS)
            titles = conversations.list_posts_by_ids(tx, blog_id, [post.post for post in shown])
        if page > 1 and not shown:
            raise NotFound("past the last page")
        return render_template(
            "dashboard/posts.html",
            active="posts",
            posts=[(post, titles[post.post]) for post in shown],
            lived=lived,
            chart=_dots(everything, lived) if page == 1 else "",
            columns=TABLE_COLUMNS,
            by=by,
            up=up,
            page=page,
            pages=max(1, -(-total // PAGE_POSTS)),
            total=total,
        )

    @pages.get("/posts/<name>")
    def posts_one(blog_id: str, name: str) -> str:
        visitor = current_visitor()
        with runtime.database.read() as tx:
            post = conversations.find_post(tx, blog_id, name)
            if post is None or visitor.own_posts_of not in (None, post.author_id):
                raise NotFound("no such post")
            comments = conversations.list_thread(tx, blog_id, name, MAX_DRAWN)
            figures, _likeness = statistics.list_post_figures(tx, blog_id, [name])[name]
            under = standings.list_under_post(tx, visitor.blog, name)
            named = list_named(tx, [key.author for key, _reason in under])
            missing = _missing(tx, blog_id, post, len(under))
        return render_template(
            "dashboard/post.html",
            active="posts",
            post=post,
            lines=thread_shape(comments),
            figures=figures or {},
            mentors=[
                (named[key.author], reason_sentence(reason, language())) for key, reason in under if key.author in named
            ],
            missing=missing,
            most=MAX_DRAWN,
            url=links.web_link(post.url),
            reply=links.reply_link,
            excluded=labels.EXCLUSION_LABELS,
        )

    @pages.post("/posts/<name>/drop")
    def posts_drop(blog_id: str, name: str) -> Response:
        visitor, now = current_visitor(), runtime.clock()
        with runtime.database.begin() as tx:
            post = conversations.find_post(tx, blog_id, name)
            if post is None or visitor.own_posts_of not in (None, post.author_id):
                raise NotFound("no such post")
            about = read_veto({**request.form.to_dict(), "post": name, "word": ""})
            choices.decide(tx, blog_id, request.form.get("decision", ""), about, now)
        flash(_("Noted. Your pages follow in a few seconds, and nobody is told."), "good")
        return redirect(url_for("dashboard.posts_one", blog_id=blog_id, name=name, _anchor="under"), 303)


def _missing(tx: Tx, blog_id: str, post: NamedPost, mentors: int) -> str:
    """What is missing for a longer list under a post, whose author takes part; else ""."""
    author = authors.find(tx, blog_id, post.author_id)
    if author is None or not author.takes_part or mentors >= MIN_LIST_LINES:
        return ""
    others = profiles.count_listed_by_language(tx, blog_id)
    return short_list_sentence(language(), mentors, post.language, others)


def _page(
    tx: Tx, everything: list[PostConversation], lived: ExperienceByPost, by: str, up: bool, start: int
) -> list[PostConversation]:
    """One page. By date the database sorts; the rest is few enough to sort here."""
    visitor, figure = current_visitor(), TABLE_COLUMNS[by][1]
    if not figure:
        names = conversations.list_post_ids_by_date(tx, visitor.blog.id, visitor.own_posts_of, up, start, PAGE_POSTS)
        by_name = {post.post: post for post in everything}
        return [by_name[name] for name in names if name in by_name]

    def key(post: PostConversation) -> float:
        if figure == EXPERIENCE_COLUMN:
            return lived.get(post.post, -1)
        return int(post.figures.get(figure, 0))

    return sorted(everything, key=lambda post: (key(post), post.post), reverse=not up)[start : start + PAGE_POSTS]


def _dots(everything: list[PostConversation], lived: ExperienceByPost) -> charts.Chart | None:
    """Experience in a post against the comments under it: beside each other, not one because of the other."""
    points = [(lived[post.post], float(post.figures.get("comments", 0))) for post in everything if post.post in lived][
        :MAX_DRAWN
    ]
    if len(points) < MIN_CHART_POSTS:
        return None
    description = _(
        "One dot for each of %(count)s posts: experience from left to right, comments from bottom to top.",
        count=len(points),
    )
    return charts.dot_chart(points, _("Experience"), _("Comments"), description)


def thread_shape(comments: list[SpokenComment]) -> list[tuple[int, SpokenComment]]:
    """(level, comment) in the order of reading: each answer under what it answers, oldest first.

    A comment whose parent is not there stands at the top; a circle of parents is cut.
    """
    ids = {row.remote_id for row in comments}
    below: dict[str, list[SpokenComment]] = {}
    for row in comments:
        below.setdefault(row.parent_id if row.parent_id in ids else "", []).append(row)
    lines: list[tuple[int, SpokenComment]] = []
    stack = [(0, row) for row in reversed(below.pop("", []))]
    while stack:
        level, row = stack.pop()
        lines.append((level, row))
        stack += [(min(MAX_INDENT_LEVELS, level + 1), child) for child in reversed(below.pop(row.remote_id, []))]
    return lines
