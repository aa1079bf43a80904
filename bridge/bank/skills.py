"""Skills: all that are offered, and a page of each with the mentors who offer it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, Response, abort, redirect, request, url_for

from bridge.bank import responses, views
from bridge.bank.labels import AREA_LABELS
from bridge.bank.query import BankQuery
from bridge.config import Config
from bridge.mentors.near_skills import near_skills
from bridge.mentors.skills import SKILL_LANGUAGES, Skill
from bridge.pages.cached_figure import CachedFigure
from bridge.pages.languages import gettext, language, locale
from bridge.storage.bank import directory
from bridge.storage.bank.card_filters import Filters
from bridge.storage.core.database import Database
from bridge.storage.matching import card_corrections, skills
from bridge.words import N_

PAGE_SKILLS = 150  # skills on a page
CACHE_SECONDS = 60.0  # seconds that the counts are kept; who offers a skill is asked each time
NO_SKILL_MESSAGE = "There is no skill at this address."


@dataclass(frozen=True, slots=True)
class OfferedSkill:
    """A skill, and how many mentors offer it."""

    skill: Skill
    mentors: int


class OfferedSkills:
    """Every skill that somebody offers, the most offered first; counted at most once in a while."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept = CachedFigure(self._read, CACHE_SECONDS)
        self._refusals: tuple[int, datetime | None] = (0, None)

    def get(self) -> list[OfferedSkill]:
        """Every offered skill with its count, as it was a moment ago; without what was refused since."""
        with self._database.read() as tx:
            refusals = card_corrections.get_refusals_state(tx)
        if refusals != self._refusals:
            self._kept.forget()
            self._refusals = refusals
        return self._kept.get()

    def near(self, need: str, most: int) -> list[OfferedSkill]:
        """Those that come nearest to a need, the nearest first."""
        by_id = {offer.skill.id: offer for offer in self.get()}
        near = near_skills(need, [offer.skill for offer in by_id.values()], most)
        return [by_id[skill.id] for skill in near]

    def page(self, number: int, size: int) -> tuple[list[OfferedSkill], int, int]:
        """One page, how many there are in all, and how many pages."""
        every = self.get()
        return every[(number - 1) * size : number * size], len(every), max(1, -(-len(every) // size))

    def _read(self) -> list[OfferedSkill]:
        with self._database.read() as tx:
            counted = directory.list_offered_skills(tx)
            by_id = skills.list_by_ids(tx, [name for name, _ in counted])
        return [OfferedSkill(by_id[name], number) for name, number in counted if name in by_id]


def by_area(offers: Sequence[OfferedSkill]) -> list[tuple[str, list[OfferedSkill]]]:
    """Skills under the name of their area; imported ones, which are of none of ours, come last."""
    groups: dict[str, list[OfferedSkill]] = {area: [] for area in (*AREA_LABELS, "")}
    for offer in offers:
        groups[offer.skill.area if offer.skill.area in AREA_LABELS else ""].append(offer)
    names = {**AREA_LABELS, "": N_("Other skills")}
    return [(gettext(names[area]), group) for area, group in groups.items() if group]


def _other_labels(skill: Skill) -> dict[str, str]:
    """What the skill is called in the languages that the page does not say: language → label."""
    shown = skill.label(language())
    return {code: skill.labels[code] for code in SKILL_LANGUAGES if skill.labels.get(code, shown) != shown}


def blueprint(config: Config, database: Database, offered: OfferedSkills) -> Blueprint:
    """The pages ``/skills`` and ``/skills/<address>``."""
    pages = Blueprint("skills", __name__)

    @pages.get("/skills")
    def every() -> Response:
        number = BankQuery.read(request.args).page
        shown, total, last = offered.page(number, PAGE_SKILLS)
        if number > last:
            return redirect(url_for("skills.every"))  # type: ignore[return-value]
        return responses.page_response(
            "bank/skills.html",
            robots=True,
            groups=by_area(shown),
            total=total,
            number=number,
            last=last,
            asked=BankQuery(),
            address=f"{config.public_url}{url_for('skills.every')}",
            address_of=lambda page: url_for("skills.every", page=page),
        )

    @pages.get("/skills/<address>")
    def one(address: str) -> Response:
        with database.read() as tx:
            skill = skills.find_by_address(tx, address)
            if skill is None:
                abort(404, NO_SKILL_MESSAGE)
            asked = replace(BankQuery(filters=Filters(skill=skill.id)), page=BankQuery.read(request.args).page)
            results = views.find_mentors(tx, asked)
        if asked.page > results.pages:
            return redirect(url_for("skills.one", address=address))  # type: ignore[return-value]
        return responses.page_response(
            "bank/skill.html",
            skill=skill,
            asked=asked,
            results=results,
            tag=str(locale()),
            others=_other_labels(skill),
            address=f"{config.public_url}{url_for('skills.one', address=skill.address)}",
            address_of=lambda page: url_for("skills.one", address=skill.address, page=page),
        )

    return pages
