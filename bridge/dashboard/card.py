"""My card: as others see it, with the reason for each line; hide it, correct it, take it along, remove it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bridge.dashboard import labels, links
from bridge.dashboard.access import Visitor, current_visitor
from bridge.dashboard.corrections import read_corrections, skill_place, word_place
from bridge.errors import NotFound
from bridge.logs import make_each
from bridge.mentors.corrections import NO_CORRECTIONS, CardCorrections
from bridge.mentors.display_name import display_name, is_role_name
from bridge.mentors.duplicates import original_of
from bridge.mentors.post_weight import PostStandards
from bridge.mentors.profiles import DECLARED_AS_POSTS, MIN_CARD_POSTS, STEADY_PROFILE_POSTS
from bridge.model import AuthorKey
from bridge.operations import due
from bridge.pages.languages import gettext as _
from bridge.runtime import Runtime
from bridge.storage.bank import cards
from bridge.storage.content import duplicates, post_analysis, suspensions
from bridge.storage.content import posts as stored_posts
from bridge.storage.content.posts import PostSummary
from bridge.storage.core.database import Tx
from bridge.storage.matching import feedback, profile_holds, profiles
from bridge.storage.matching.profiles import MentorRow
from bridge.text.terms import WEIGHT_UNIT, TermCounts, term_id

SEARCHED_POSTS = 200  # newest posts in which a word is looked for
PASSAGE_POSTS = 30  # newest posts whose passages are shown
MAX_PASSAGES = 8
MAX_DUPLICATES = 20  # posts named that count for somebody else


@dataclass(frozen=True, slots=True)
class Theme:
    """A word or phrase that the posts are about, and in how many of them it stands."""

    term: int
    word: str
    posts: int
    weight: float  # against the heaviest, in (0, 1]


@dataclass(frozen=True, slots=True)
class ComputedProfile:
    """What the bridge made of the posts in one language."""

    language: str
    posts: int
    last_post_at: datetime
    listed: bool
    provisional: bool
    themes: tuple[Theme, ...]


def describe_profile(row: MentorRow, corrections: CardCorrections = NO_CORRECTIONS) -> ComputedProfile:
    """A stored mentor in the words of a card, without those that were struck since it was stored."""
    profile = row.profile
    themes = tuple(
        Theme(term_id(subject.word), subject.word, subject.posts, subject.weight / WEIGHT_UNIT)
        for subject in profile.subjects
        if not corrections.strikes(subject.word, row.key.language)
    )
    return ComputedProfile(
        row.key.language, profile.posts, profile.last_post_at, row.listed, profile.provisional, themes
    )


def _elsewhere(tx: Tx, key: AuthorKey, standards: PostStandards) -> list[tuple[PostSummary, PostSummary, str]]:
    """Posts of an author that count for somebody else, newest first; each with the one that counts, and its address."""
    beside = duplicates.list_candidates(tx, key)
    originals = {post.id: first.id for post, alike in beside if (first := original_of(post, alike, standards))}
    posts = {row.id: row for row in stored_posts.list_by_ids(tx, sorted({*originals, *originals.values()}))}
    pairs = [(posts[post], posts[first], links.web_link(posts[first].url)) for post, first in originals.items()]
    return sorted(pairs, key=lambda pair: (pair[0].published_at, pair[0].id), reverse=True)[:MAX_DUPLICATES]


def add_routes(pages: Blueprint, runtime: Runtime) -> None:
    """The card, the reasons, and the buttons under it."""

    @pages.get("/card")
    def card(blog_id: str) -> str:
        visitor = current_visitor()
        with runtime.database.read() as tx:
            rows = profiles.list_by_blog(tx, blog_id, visitor.user_id) if visitor.takes_part else []
            hidden = feedback.find_hidden_since(tx, visitor.author_key)
            holds = [item for item in profile_holds.list_by_author(tx, visitor.author_key).values() if item.held_at]
            telling = (
                post_analysis.list_by_author(tx, blog_id, visitor.user_id, limit=PASSAGE_POSTS)
                if visitor.takes_part
                else []
            )
            public = cards.list_by_author(tx, [visitor.author_key]).get(visitor.author_key)
            suspended = None if public else suspensions.find(tx, visitor.author_key)
            corrected = read_corrections(tx, visitor.author_key)
            elsewhere = (
                _elsewhere(tx, visitor.author_key, PostStandards(**runtime.config.standards))
                if visitor.takes_part
                else []
            )
        return render_template(
            "dashboard/card.html",
            active="card",
            cards=make_each(rows, partial(describe_profile, corrections=corrected.heeded), "profile"),
            corrected=corrected,
            skill_place=skill_place,
            word_place=word_place,
            declared=visitor.author.declared if visitor.author is not None else None,
            passages=[(item, post) for post in telling for item in post.lived.passages][:MAX_PASSAGES],
            labels=labels.PASSAGE_LABELS,
            hidden=hidden,
            suspended=suspended,
            held=holds,
            elsewhere=elsewhere,
            public=url_for("bank.mentor", slug=public.slug) if public else "",
            fewest=MIN_CARD_POSTS,
            steady=STEADY_PROFILE_POSTS,
            declared_as=DECLARED_AS_POSTS,
            name=display_name(visitor.author.name, visitor.blog.facts.name) if visitor.author else "",
            nameless=visitor.author is not None and is_role_name(visitor.author.name),
            profile=links.profile_link(visitor.blog),
            page=links.web_link(visitor.author.url) if visitor.author else "",
        )

    @pages.get("/card/<language>/<int:term>")
    def card_why(blog_id: str, language: str, term: int) -> str:
        visitor = current_visitor()
        with runtime.database.read() as tx:
            theme, terms = _theme(tx, visitor, language, term)
            rows = stored_posts.list_by_author(tx, blog_id, visitor.user_id, language, SEARCHED_POSTS)
        using = list(_posts_using(rows, terms))
        return render_template("dashboard/card_why.html", active="card", theme=theme, using=using, looked=len(rows))

    @pages.post("/card/hide")
    def card_hide(blog_id: str) -> Response:
        key, now, hide = current_visitor().author_key, runtime.clock(), request.form.get("hide") == "yes"
        with runtime.database.begin() as tx:
            if hide:
                feedback.mark_hidden(tx, key, now)
            else:
                feedback.mark_shown(tx, key)
            due.visibility_chosen(tx, key, now)
        if hide:
            flash(
                _("Your card is being taken from everybody’s lists. It stays as it is, for you to show again."), "good"
            )
        else:
            flash(_("Your card is shown again, in a few seconds."), "good")
        return redirect(url_for("dashboard.card", blog_id=blog_id), 303)

    @pages.post("/card/confirm")
    def card_confirm(blog_id: str) -> Response:
        key, now = current_visitor().author_key, runtime.clock()
        with runtime.database.begin() as tx:
            if profile_holds.mark_confirmed(tx, key, now):
                due.profile_confirmed(tx, key, now)
        flash(_("Thank you. Lists show you as you write now, in a few seconds."), "good")
        return redirect(url_for("dashboard.card", blog_id=blog_id), 303)


def _posts_using(posts: Iterable[PostSummary], terms: Sequence[int]) -> Iterator[tuple[PostSummary, int]]:
    """Posts that hold all of some terms, and how often."""
    for post in posts:
        ids, tf, _ = TermCounts.numbers_in(post.counts)
        often = dict(zip(ids.tolist(), tf.tolist(), strict=True))
        if times := min((often.get(term, 0) for term in terms), default=0):
            yield post, times


def _theme(tx: Tx, visitor: Visitor, language: str, term: int) -> tuple[Theme, tuple[int, ...]]:
    """What a page of a word is about, and the terms that posts on it hold."""
    for row in profiles.list_by_blog(tx, visitor.blog.id, visitor.user_id):
        for theme, subject in zip(describe_profile(row).themes, row.profile.subjects, strict=True):
            if row.key.language == language and theme.term == term:
                return theme, subject.terms
    raise NotFound("no such theme")
