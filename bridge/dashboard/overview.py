"""Overview: what is new, how it goes, what to do next, whether everything arrives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.dates import format_date
from flask import Blueprint, render_template

from bridge.dashboard import charts, links
from bridge.dashboard import labels as dashboard_labels
from bridge.dashboard.access import Visitor, current_visitor
from bridge.engagement.catalogue import LIST_NAMES
from bridge.operations.standings import count_waiting, list_standings
from bridge.operations.stations import Station
from bridge.pages.languages import gettext as _
from bridge.pages.languages import locale, ngettext
from bridge.runtime import Runtime
from bridge.storage.asks import ask_counts
from bridge.storage.blogs import address_claims, delivery_log, state_checks
from bridge.storage.core import jobs
from bridge.storage.core.database import Tx
from bridge.storage.engagement import statistics
from bridge.storage.matching import profiles
from bridge.storage.people import conversations

MAX_TASKS_OF_A_KIND = 8  # of each list of what to do


def add_routes(pages: Blueprint, runtime: Runtime) -> None:
    """The first section of whoever manages the blog."""

    @pages.get("/overview")
    def overview(blog_id: str) -> str:
        with runtime.database.read() as tx:
            tally = statistics.find_by_blog(tx, blog_id)
            data = tally.figures if tally else {}
            sections = {
                "tally": tally,
                "intake": delivery_log.count_received(tx, blog_id),
                "check": state_checks.find_by_blog(tx, blog_id),
                "next_call": jobs.find_plan(tx, Station.PUSH, blog_id),
                "news": news(tx, current_visitor()),
                "todo": to_do(tx, current_visitor(), data),
                "shown": shown_under(tx, blog_id),
                "asking": ask_counts.count_waiting_by_author(tx, blog_id).get(current_visitor().user_id),
                "undecided": count_waiting(tx, current_visitor().blog),
            }
        weeks = data.get("trend", [])
        figures = dashboard_labels.figure_texts(data.get("figures", {}))
        return render_template(
            "dashboard/overview.html",
            active="overview",
            figures=figures,
            first_figures=dashboard_labels.first_figures(figures),
            weeks=weeks,
            chart=trend(weeks),
            lists=LIST_NAMES,
            contested=address_claims.is_contested(current_visitor().blog, runtime.clock()),
            **sections,
        )


def shown_under(tx: Tx, blog_id: str) -> tuple[int, int]:
    """Under how many posts of how many other blogs mentors of this blog stand."""
    rows = list_standings(tx, blog_id, profiles.list_ids_by_blog(tx, blog_id))[0]
    return sum(row.posts for row in rows), len(rows)


def news(tx: Tx, visitor: Visitor) -> list[str]:
    """What happened since the visit before this one, in sentences; [] when nothing did."""
    since = visitor.session.last_time
    if since is None:
        return []
    blog_id = visitor.blog.id
    posts = conversations.count_posts_since(tx, blog_id, since)
    newcomers = conversations.count_newcomers_since(tx, blog_id, since)
    aside = delivery_log.count_quarantined_since(tx, blog_id, since)
    sentences = (
        (posts, ngettext("%(num)s new post.", "%(num)s new posts.", posts)),
        (
            newcomers,
            ngettext(
                "%(num)s person commented for the first time.",
                "%(num)s people commented for the first time.",
                newcomers,
            ),
        ),
        (
            aside,
            ngettext(
                "%(num)s delivery was set aside because it could not be read.",
                "%(num)s deliveries were set aside because they could not be read.",
                aside,
            ),
        ),
    )
    return [sentence for count, sentence in sentences if count]


def to_do(tx: Tx, visitor: Visitor, data: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """What the tally lists, with names, titles, and the way straight to the reply form; oldest comments first."""
    lists = {name: list(data.get(name, []))[:MAX_TASKS_OF_A_KIND] for name in ("waiting", "welcome", "alive", "silent")}
    comments = conversations.list_comments_by_ids(
        tx, visitor.blog.id, {item["comment"] for items in lists.values() for item in items if "comment" in item}
    )
    named = {item["post"] for items in lists.values() for item in items if "post" in item}
    posts = conversations.list_posts_by_ids(tx, visitor.blog.id, named | {row.post_id for row in comments.values()})
    tasks: dict[str, list[dict[str, Any]]] = {}
    for name, items in lists.items():
        tasks[name] = []
        for item in items:
            comment = comments.get(str(item.get("comment", "")))
            post = posts.get(str(item["post"]) if "post" in item else comment.post_id if comment else "")
            if post is not None and (comment is not None or "comment" not in item):
                link = links.reply_link(post.url, comment.remote_id) if comment else links.web_link(post.url)
                tasks[name].append({**item, "said": comment, "post": post, "link": link})
        # What comes first when not all are shown is chosen above by rank; among those shown, who has waited longest.
        tasks[name].sort(key=_said_at)
    return tasks


def _said_at(task: Mapping[str, Any]) -> float:
    return task["said"].published_at.timestamp() if task["said"] is not None else 0.0


def trend(weeks: list[dict[str, Any]]) -> charts.Chart | None:
    """Comments and the people behind them, by week."""
    labels = [format_date(date.fromisoformat(week["week"]), "d MMM", locale=locale()) for week in weeks]
    most = max(weeks, key=lambda week: week["comments"], default=None)
    description = (
        _("No comments yet.")
        if most is None
        else _(
            "Comments and people by week, from %(first)s to %(last)s; "
            "most in the week of %(peak)s: %(count)s comments.",
            first=labels[0],
            last=labels[-1],
            peak=labels[weeks.index(most)],
            count=most["comments"],
        )
    )
    series = [[week["comments"] for week in weeks], [week["commenters"] for week in weeks]]
    return charts.line_chart(labels, series, description)
