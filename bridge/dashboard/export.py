"""What the bridge holds about a visitor, to take along: a zip of JSON for programs and CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bridge.contract.pushes import wire_time
from bridge.dashboard.access import Access, Visitor
from bridge.dashboard.card import describe_profile
from bridge.logs import make_each
from bridge.mentors.vetoes import Side
from bridge.storage.asks import ask_messages, asks
from bridge.storage.blogs import delivery_log
from bridge.storage.blogs.keys import Vault
from bridge.storage.content import suspensions
from bridge.storage.core.database import Tx
from bridge.storage.engagement import statistics, totals
from bridge.storage.matching import card_corrections, feedback, profiles, vetoes
from bridge.storage.people import conversations
from bridge.storage.people.conversations import NamedPost, PostConversation

Row = Mapping[str, Any]
CONVERSATION_COLUMNS = {  # of a conversation: column → figure
    "comments": "comments",
    "people": "commenters",
    "depth": "depth",
    "substance": "substance",
    "unanswered": "unanswered",
}
FORMULA_PREFIXES = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would take these for a formula


def build_archive(tx: Tx, vault: Vault, visitor: Visitor, now: datetime) -> bytes:
    """The zip. What of the blog as a whole is in it only for those who manage it."""
    parts: dict[str, Any] = {"about": about_data(visitor, now), **author_data(tx, visitor)}
    parts["asks"] = asks_data(tx, vault, visitor)
    if visitor.access is Access.BLOG:
        parts |= whole_blog_data(tx, visitor)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in parts.items():
            zipped.writestr(f"{name}.json", utf8_text(json.dumps(data, indent=2, ensure_ascii=False, default=_plain)))
            if isinstance(data, list) and data:
                zipped.writestr(f"{name}.csv", utf8_text(as_csv(data)))
    return packed.getvalue()


def utf8_text(text: str) -> bytes:
    """In UTF-8, which has no place for half of a surrogate pair; all else is taken along as it is held."""
    return text.encode("utf-8", "replace")


def about_data(visitor: Visitor, now: datetime) -> Row:
    """Whose data this is, and as of when."""
    facts = visitor.blog.facts
    return {
        "made_at": now,
        "blog": visitor.blog.id,
        "blog_name": facts.name,
        "blog_address": facts.home_url,
        "user": visitor.user_id,
        "name": visitor.session.person.name,
        "manages": visitor.session.person.manages,
    }


def author_data(tx: Tx, visitor: Visitor) -> dict[str, Any]:
    """The author's card, posts, lists, verdicts and corrections."""
    blog_id, author = visitor.blog.id, visitor.author
    rows = profiles.list_by_blog(tx, blog_id, visitor.user_id)
    heeded = card_corrections.get_by_author(tx, visitor.author_key)
    lists = [
        {
            "language": row.key.language,
            "mentor": str(keys[line.mentor_id].author),
            "score": line.score / 1e9,
            "topics": ", ".join(line.reason.topics),
        }
        for row in rows
        for lines in [profiles.list_related(tx, row.key.id)]
        for keys in [profiles.list_keys(tx, [line.mentor_id for line in lines])]
        for line in lines
        if line.mentor_id in keys
    ]
    suspended = suspensions.find(tx, visitor.author_key)
    return {
        "card": {
            "declared": None
            if author is None
            else {
                "name": author.name,
                "page": author.url,
                "about": author.bio,
                "takes_part": author.takes_part,
                "consented_at": author.consented_at,
                "consent_door": author.consent_door,
                "consent_text": author.consent_text,
                **asdict(author.declared),
            },
            "computed": make_each(rows, lambda row: asdict(describe_profile(row, heeded)), "profile"),
            "hidden_since": feedback.find_hidden_since(tx, visitor.author_key),
            "hidden_by_the_bank": None if suspended is None else {"since": suspended.since, "reason": suspended.reason},
        },
        "posts": posts_data(tx, blog_id, visitor.own_posts_of),
        "related": lists,
        "corrections": [row._asdict() for row in card_corrections.list_by_author(tx, visitor.author_key)],
        "verdicts": [
            {"mentor": str(key), "verdict": verdict}
            for key, verdict in sorted(feedback.list_by_author(tx, visitor.author_key).items())
        ],
        "absences": [
            {"blog": where, "word": veto.word} for where, veto in vetoes.list_by_mentor(tx, visitor.author_key)
        ],
    }


def asks_data(tx: Tx, vault: Vault, visitor: Visitor) -> list[Row]:
    """What the visitor was asked and what both wrote; where the seeker wrote from is nobody's to take along."""
    return [
        {
            "asked_at": ask.times.asked_at,
            "state": ask.state,
            **ask.texts.written(),
            **asdict(ask.reply),
            **asdict(ask.agreement),
            "messages": [
                f"{message.writer}, {wire_time(message.at)}: {message.text}"
                for message in ask_messages.list_by_ask(tx, vault, ask.id)
            ],
        }
        for ask in asks.list_by_mentor(tx, vault, visitor.author_key)
    ]


def posts_data(tx: Tx, blog_id: str, author_id: str | None) -> list[Row]:
    """Posts with the figures of their conversation."""
    talked_of = conversations.list_post_conversations(tx, blog_id, author_id)
    names: dict[str, NamedPost] = {}
    for start in range(0, len(talked_of), 500):
        names |= conversations.list_posts_by_ids(tx, blog_id, [post.post for post in talked_of[start : start + 500]])
    return make_each(talked_of, lambda post: _post(post, names[post.post]), "export")


def _post(post: PostConversation, named: NamedPost) -> Row:
    figures = {name: post.figures.get(key, 0) for name, key in CONVERSATION_COLUMNS.items()}
    return {"id": post.post, "title": named.title, "address": named.url, "published_at": named.published_at, **figures}


def whole_blog_data(tx: Tx, visitor: Visitor) -> dict[str, Any]:
    """Figures, readers (by the blog's own keys), deliveries and calls."""
    blog_id = visitor.blog.id
    tally = statistics.find_by_blog(tx, blog_id)
    people = statistics.list_commenter_figures(tx, blog_id, None)
    return {
        "figures": tally.figures if tally else {},
        "readers": [{"reader": key, **figures} for key, figures in sorted(people.items()) if figures],
        "cohorts": totals.list_cohorts(tx, blog_id),
        "refused": [asdict(veto) for veto in vetoes.list_by_blog(tx, blog_id, Side.BLOG)],
        "approved": [{"mentor": str(mentor)} for mentor in vetoes.list_approved(tx, blog_id)],
        "deliveries": [row._asdict() for row in delivery_log.list_all_received(tx, blog_id)],
        "calls": [row._asdict() for row in delivery_log.list_all_calls(tx, blog_id)],
    }


def as_csv(rows: Sequence[Row]) -> str:
    """Rows as a table that a spreadsheet opens without running anything."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(columns)
    table.writerows(_cells(row.get(name) for name in columns) for row in rows)
    return "\ufeff" + text.getvalue()  # a mark by which spreadsheets know UTF-8


def _cells(values: Iterable[Any]) -> list[str]:
    return [_cell(value) for value in values]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = _plain(value) if isinstance(value, (datetime, bytes)) else str(value)
    return "'" + text if isinstance(value, str) and text.startswith(FORMULA_PREFIXES) else text


def _plain(value: Any) -> str:
    return wire_time(value) if isinstance(value, datetime) else str(value)
