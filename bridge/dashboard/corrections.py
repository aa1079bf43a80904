"""Is that you? What an author says of the skills that were read from their posts, and of the words on their card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from bridge.dashboard.access import Visitor, current_visitor
from bridge.errors import NotFound
from bridge.mentors.corrections import MAX_ADDED_WORDS, MAX_WORD_CHARACTERS, CardCorrections, folded_word
from bridge.mentors.skills import Skill
from bridge.model import AuthorKey, stable_id
from bridge.operations import corrections
from bridge.pages.languages import gettext as _
from bridge.runtime import Runtime
from bridge.storage.content import post_analysis
from bridge.storage.content.post_analysis import SkillPosts
from bridge.storage.core.database import Tx
from bridge.storage.matching import card_corrections, skills
from bridge.storage.matching.card_corrections import ADDED, CONFIRMED, REFUSED, SKILL_KIND, WORD_KIND, Correction

MAX_POSTS_ON_SKILL = 1  # named beside the question
MAX_VALUE_CHARACTERS = 191
NO_POSTS = SkillPosts(0, [])


@dataclass(frozen=True, slots=True)
class SkillQuestion:
    """A skill that was read from somebody's posts, and what they answered: "confirmed", "refused" or ""."""

    skill: Skill
    answer: str
    on: SkillPosts


@dataclass(frozen=True, slots=True)
class CorrectionsView:
    """What a card asks its author, and all that they have answered."""

    questions: Sequence[SkillQuestion] = ()
    struck: Sequence[Correction] = ()
    added: Sequence[Correction] = ()
    heeded: CardCorrections = field(default_factory=CardCorrections)
    longest: int = MAX_WORD_CHARACTERS

    @property
    def may_add(self) -> int:
        """How many words more may be added."""
        return max(0, MAX_ADDED_WORDS - len(self.added))


def read_corrections(tx: Tx, author: AuthorKey) -> CorrectionsView:
    """All of it for one author."""
    rows = card_corrections.list_by_author(tx, author)
    answers = {row.value: row.verdict for row in rows if row.kind == SKILL_KIND}
    asked = corrections.list_answerable_skills(tx, author, rows)
    by_id = skills.list_by_ids(tx, asked)
    on = post_analysis.list_posts_by_skill(tx, [author], by_id, MAX_POSTS_ON_SKILL)
    return CorrectionsView(
        [
            SkillQuestion(by_id[skill], answers.get(skill, ""), on.get((author, skill), NO_POSTS))
            for skill in asked
            if skill in by_id
        ],
        [row for row in rows if (row.kind, row.verdict) == (WORD_KIND, REFUSED)],
        [row for row in rows if (row.kind, row.verdict) == (WORD_KIND, ADDED)],
        Correction.heeded(rows),
    )


def word_place(word: str) -> str:
    """The place of a struck or added word on the page, where its author goes on reading."""
    return f"word-{stable_id('word', folded_word(word)):x}"


def skill_place(skill: Skill) -> str:
    """The place of a skill on the page."""
    return f"skill-{skill.address}"


def add_routes(pages: Blueprint, runtime: Runtime) -> None:
    """The buttons of the card that correct it."""

    @pages.post("/card/skill")
    def card_skill(blog_id: str) -> Response:
        author, now = _author(current_visitor()), runtime.clock()
        skill, answer = request.form.get("skill", "")[:MAX_VALUE_CHARACTERS], request.form.get("answer", "")
        if answer not in (CONFIRMED, REFUSED, "undo"):
            raise NotFound("no such answer")
        with runtime.database.begin() as tx:
            if answer == "undo":
                done = corrections.take_back(tx, author, SKILL_KIND, skill, now)
            else:
                done = corrections.answer_for_skill(tx, author, skill, confirmed=answer == CONFIRMED, now=now)
            if not done:
                raise NotFound("nothing was asked about it")
            named = skills.list_by_ids(tx, [skill]).get(skill)
        return _to_card(blog_id, skill_place(named) if named else "questions")

    @pages.post("/card/word")
    def card_word(blog_id: str) -> Response:
        author, now = _author(current_visitor()), runtime.clock()
        word, act = request.form.get("word", ""), request.form.get("act", "")
        if act not in ("strike", "add", "undo"):
            raise NotFound("no such act")
        with runtime.database.begin() as tx:
            if act == "undo":
                done = corrections.take_back(tx, author, WORD_KIND, folded_word(word), now)
            elif act == "strike":
                done = corrections.strike_word(tx, author, word[:MAX_VALUE_CHARACTERS], now)
            else:
                done = corrections.add_word(tx, author, word, now)
        if not done:
            flash(_refusal(act), "bad")
            return _to_card(blog_id, "")
        return _to_card(blog_id, "words" if act == "undo" else word_place(word))


def _author(visitor: Visitor) -> AuthorKey:
    if not visitor.takes_part:
        raise NotFound("there is no card of theirs")
    return visitor.author_key


def _refusal(act: str) -> str:
    if act == "add":
        return _(
            "Nothing was added: up to three entries of at most four words and 40 characters each, without links or "
            "addresses."
        )
    return _("Nothing was changed: a card loses at most 40 words, and only what was said can be taken back.")


def _to_card(blog_id: str, place: str) -> Response:
    return redirect(url_for("dashboard.card", blog_id=blog_id, _anchor=place or None), 303)
