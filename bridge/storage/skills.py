"""Skills that the operator imported; our own come with the program (`mentors.skills`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from bridge.logs import each
from bridge.mentors.skills import Skill, own_skills
from bridge.storage import notes
from bridge.storage.tables import skills

VERSION = "imports of skills"
PORTION = 500


def get_version(tx: Connection) -> int:
    """Changes with every import."""
    return notes.get_number(tx, VERSION)


def list_all(tx: Connection) -> list[Skill]:
    """Every imported skill, by id."""
    return each(tx.execute(select(skills).order_by(skills.c.id)), _skill, "skill")


def _skill(row: Any) -> Skill:
    aliases = {language: tuple(names) for language, names in json.loads(row.aliases).items()}
    return Skill(row.id, row.source, json.loads(row.labels), aliases)


def list_of(tx: Connection, ids: Iterable[str]) -> dict[str, Skill]:
    """Skills by id, our own and imported ones; what is no skill (any more) is left out."""
    wanted = set(ids) - {""}
    found = {skill.id: skill for skill in own_skills() if skill.id in wanted}
    others = sorted(wanted - set(found))
    for start in range(0, len(others), PORTION):
        part = skills.c.id.in_(others[start : start + PORTION])
        found |= {skill.id: skill for skill in each(tx.execute(select(skills).where(part)), _skill, "skill")}
    return found


def find_at(tx: Connection, address: str) -> Skill | None:
    """The skill at an address (`Skill.address`)."""
    own = next((skill for skill in own_skills() if skill.address == address), None)
    if own is not None or not address or "\0" in address:
        return own
    row = tx.execute(select(skills).where(skills.c.id.endswith(f"/{address}", autoescape=True))).first()
    return next(iter(each([row], _skill, "skill")), None) if row else None


def labels(tx: Connection, ids: Iterable[str], language: str) -> dict[str, str]:
    """Skill → its name in the reader's language; our own and imported ones."""
    return {name: skill.label(language) for name, skill in list_of(tx, ids).items()}


def replace(tx: Connection, source: str, imported: Iterable[Skill]) -> None:
    """Put an import in the place of the one before from the same source."""
    rows: list[Mapping[str, str]] = [
        {
            "id": skill.id,
            "source": source,
            "labels": json.dumps(dict(skill.labels), ensure_ascii=False, sort_keys=True),
            "aliases": json.dumps({k: list(v) for k, v in skill.aliases.items()}, ensure_ascii=False, sort_keys=True),
        }
        for skill in imported
    ]
    tx.execute(delete(skills).where(skills.c.source == source))
    for start in range(0, len(rows), PORTION):
        tx.execute(insert(skills), rows[start : start + PORTION])
    notes.set_number(tx, VERSION, get_version(tx) + 1)
