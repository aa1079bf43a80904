"""Skills: all that are offered, and a page of each with the mentors who offer it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, Response, abort, redirect, request, url_for

from bridge.bank import answers, seen
from bridge.bank.asked import Asked
from bridge.bank.machines import Remembered
from bridge.config import Config
from bridge.mentors.skills import Skill
from bridge.pages.languages import language, locale
from bridge.storage import directory, skills
from bridge.storage.cards import Filters
from bridge.storage.database import Database

PAGE = 150  # skills on a page
KEPT = 60.0  # seconds that the counts are kept; who offers a skill is asked each time
NOTHING = "There is no skill at this address."


@dataclass(frozen=True, slots=True)
class Offered:
    """A skill, and how many mentors offer it."""

    skill: Skill
    mentors: int


class AllOffered:
    """Every skill that somebody offers, the most offered first; counted at most once in a while."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept = Remembered(self._read, KEPT)

    def get(self) -> list[Offered]:
        """As it was a moment ago."""
        return self._kept.get()

    def page(self, number: int, size: int) -> tuple[list[Offered], int, int]:
        """One page, how many there are in all, and how many pages."""
        every = self.get()
        return every[(number - 1) * size : number * size], len(every), max(1, -(-len(every) // size))

    def _read(self) -> list[Offered]:
        with self._database.read() as tx:
            counted = directory.list_offered(tx)
            known = skills.list_of(tx, [name for name, _ in counted])
        return [Offered(known[name], number) for name, number in counted if name in known]


def blueprint(config: Config, database: Database, offered: AllOffered) -> Blueprint:
    """``/skills`` and ``/skills/<address>``."""
    pages = Blueprint("skills", __name__)

    @pages.get("/skills")
    def every() -> Response:
        number = Asked.read(request.args).page
        shown, total, last = offered.page(number, PAGE)
        if number > last:
            return redirect(url_for("skills.every"))  # type: ignore[return-value]
        return answers.page(
            "bank/skills.html", robots=True, shown=shown, total=total, number=number, last=last, asked=Asked(),
            address=f"{config.public_url}{url_for('skills.every')}",
            address_of=lambda page: url_for("skills.every", page=page),
        )  # fmt: skip

    @pages.get("/skills/<address>")
    def one(address: str) -> Response:
        with database.read() as tx:
            skill = skills.find_at(tx, address)
            if skill is None:
                abort(404, NOTHING)
            asked = replace(Asked(filters=Filters(skill=skill.id)), page=Asked.read(request.args).page)
            found = seen.answer(tx, asked)
        if asked.page > found.pages:
            return redirect(url_for("skills.one", address=address))  # type: ignore[return-value]
        return answers.page(
            "bank/skill.html", skill=skill, asked=asked, found=found, tag=str(locale()),
            other="en" if language() == "fr" else "fr",
            address=f"{config.public_url}{url_for('skills.one', address=skill.address)}",
            address_of=lambda page: url_for("skills.one", address=skill.address, page=page),
        )  # fmt: skip

    return pages
