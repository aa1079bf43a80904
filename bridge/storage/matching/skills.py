"""Skills that the operator imported; our own come with the program (`mentors.skills`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from bridge.logs import make_each
from bridge.mentors.skills import Skill, bundled_skills
from bridge.storage.core import counters
from bridge.storage.matching.tables import skills

IMPORTS_COUNTER = "imports of skills"
SKILLS_PER_STATEMENT = 500


def get_version(tx: Connection) -> int:
    """A number that changes with every import of skills."""
    return counters.get_number(tx, IMPORTS_COUNTER)


def list_all(tx: Connection) -> list[Skill]:
    """Every imported skill, by id."""
    return make_each(tx.execute(select(skills).order_by(skills.c.id)), _skill, "skill")


def _skill(row: Row[*tuple[Any, ...]]) -> Skill:
    aliases = {language: tuple(names) for language, names in json.loads(row.aliases).items()}
    return Skill(row.id, row.source, json.loads(row.labels), aliases)


def list_by_ids(tx: Connection, ids: Iterable[str]) -> dict[str, Skill]:
    """Skills by id, our own and imported ones; what is no skill (any more) is left out."""
    unique = set(ids) - {""}
    by_id = {skill.id: skill for skill in bundled_skills() if skill.id in unique}
    others = sorted(unique - set(by_id))
    for start in range(0, len(others), SKILLS_PER_STATEMENT):
        part = skills.c.id.in_(others[start : start + SKILLS_PER_STATEMENT])
        by_id |= {skill.id: skill for skill in make_each(tx.execute(select(skills).where(part)), _skill, "skill")}
    return by_id


def find_by_address(tx: Connection, address: str) -> Skill | None:
    """The skill at an address (`Skill.address`)."""
    bundled = next((skill for skill in bundled_skills() if skill.address == address), None)
    if bundled is not None or not address or "\0" in address:
        return bundled
    row = tx.execute(select(skills).where(skills.c.id.endswith(f"/{address}", autoescape=True))).first()
    return next(iter(make_each([row], _skill, "skill")), None) if row else None


def list_labels(tx: Connection, ids: Iterable[str], language: str) -> dict[str, str]:
    """Skill → its name in the reader's language; our own and imported ones."""
    return {name: skill.label(language) for name, skill in list_by_ids(tx, ids).items()}


def upsert_import(tx: Connection, source: str, imported: Iterable[Skill]) -> None:
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
    for start in range(0, len(rows), SKILLS_PER_STATEMENT):
        tx.execute(insert(skills), rows[start : start + SKILLS_PER_STATEMENT])
    counters.upsert_number(tx, IMPORTS_COUNTER, get_version(tx) + 1)
