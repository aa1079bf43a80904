"""what is asked for has a column or a table, and is not looked for in JSON

Which languages a card has, which skills a post names, whether a place in a list is a discovery and whether search
engines may list a card: until now found by how the text of a document is spelt.

Revision: 0028, after 0027
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

POSTS_PER_STATEMENT = 1_000
LONGEST_SKILL, LONGEST_LANGUAGE = 191, 8

authors = sa.table("authors", sa.column("declared"), sa.column("search_engines", sa.Boolean))
post_related = sa.table("post_related", sa.column("reason"), sa.column("discovery", sa.Boolean))
cards = sa.table("cards", sa.column("slug"), sa.column("languages"))
card_languages = sa.table("card_languages", sa.column("slug"), sa.column("language"))
posts = sa.table("posts", sa.column("id"), sa.column("lived"))
post_skills = sa.table("post_skills", sa.column("post_id"), sa.column("skill"), sa.column("tagged", sa.Boolean))


def upgrade() -> None:
    for table, name in (("authors", "search_engines"), ("post_related", "discovery")):
        op.add_column(table, sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.text("false")))
    # As it was asked until now: keys are in order, and a quotation mark inside of a text is escaped.
    listed = authors.c.declared.contains('"search_engines": true', autoescape=True)
    op.execute(sa.update(authors).where(listed).values(search_engines=sa.true()))
    discovered = post_related.c.reason.startswith('{"discovery": true', autoescape=True)
    op.execute(sa.update(post_related).where(discovered).values(discovery=sa.true()))
    _languages_get_rows()
    _skills_get_rows()


def _languages_get_rows() -> None:
    op.create_table(
        "card_languages",
        sa.Column("slug", sa.String(140), nullable=False),
        sa.Column("language", sa.String(LONGEST_LANGUAGE), nullable=False),
        sa.PrimaryKeyConstraint("slug", "language", name="pk_card_languages"),
        sqlite_with_rowid=False,
    )
    rows = [
        {"slug": slug, "language": language}
        for slug, languages in op.get_bind().execute(sa.select(cards.c.slug, cards.c.languages)).all()
        for language in sorted(set(languages.split()))
        if len(language) <= LONGEST_LANGUAGE
    ]
    if rows:
        op.get_bind().execute(sa.insert(card_languages), rows)
    op.create_index("ix_card_languages_language", "card_languages", ["language", "slug"])
    op.drop_column("cards", "languages")


def _skills_get_rows() -> None:
    op.create_table(
        "post_skills",
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("skill", sa.String(LONGEST_SKILL), nullable=False),
        sa.Column("tagged", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("post_id", "skill", name="pk_post_skills"),
        sqlite_with_rowid=False,
    )
    for part in _documents():
        rows = [
            {"post_id": post_id, "skill": skill, "tagged": tagged}
            for post_id, document in part
            for skill, tagged in sorted(_skills_in(document).items())
        ]
        if rows:
            op.get_bind().execute(sa.insert(post_skills), rows)
    op.create_index("ix_post_skills_skill", "post_skills", ["skill", "post_id"])


def _documents() -> Iterator[list[tuple[int, str]]]:
    """What was read from posts, a portion at a time, as all of it may not fit into memory."""
    after = -(2**63)
    while True:
        statement = sa.select(posts.c.id, posts.c.lived).where(posts.c.id > after).order_by(posts.c.id)
        rows = op.get_bind().execute(statement.limit(POSTS_PER_STATEMENT)).all()
        if not rows:
            return
        after = rows[-1].id
        yield [(row.id, row.lived) for row in rows]


def _skills_in(document: str) -> dict[str, bool]:
    """Skill → whether a tag stands for it; nothing of a document that cannot be read."""
    try:
        read = json.loads(document)
        names = dict.fromkeys(read.get("skills", ()), False) | dict.fromkeys(read.get("tagged", ()), True)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}
    return {name: tagged for name, tagged in names.items() if isinstance(name, str) and len(name) <= LONGEST_SKILL}


def downgrade() -> None:
    op.drop_table("post_skills")
    op.add_column("cards", sa.Column("languages", sa.String(191), nullable=False, server_default="  "))
    by_card: dict[str, list[str]] = {}
    for slug, language in op.get_bind().execute(sa.select(card_languages.c.slug, card_languages.c.language)).all():
        by_card.setdefault(slug, []).append(language)
    for slug, languages in by_card.items():
        spelt = f" {' '.join(sorted(languages))} "
        op.execute(sa.update(cards).where(cards.c.slug == slug).values(languages=spelt))
    op.drop_table("card_languages")
    op.drop_column("post_related", "discovery")
    op.drop_column("authors", "search_engines")
