"""Skills that the operator imported; our own come with the program (`mentors.skills`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, insert, select

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
    return [
        Skill(row.id, row.source, json.loads(row.labels), {k: tuple(v) for k, v in json.loads(row.aliases).items()})
        for row in tx.execute(select(skills).order_by(skills.c.id))
    ]


def labels(tx: Connection, ids: Iterable[str], language: str) -> dict[str, str]:
    """Skill → its name in the reader's language; our own and imported ones."""
    wanted = set(ids)
    own = {skill.id: skill.label(language) for skill in own_skills() if skill.id in wanted}
    if wanted <= set(own):
        return own
    return own | {skill.id: skill.label(language) for skill in list_all(tx) if skill.id in wanted}


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
