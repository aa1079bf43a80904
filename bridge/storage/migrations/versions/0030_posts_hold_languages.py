"""a post that holds its own translations counts in each of their languages

Posts that are stored already are read in their further languages when they are said again.

Revision: 0030, after 0029
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

PARTS = sa.text("part_of <> ''")


def upgrade() -> None:
    op.add_column("posts", sa.Column("part_of", sa.String(191), nullable=False, server_default=""))
    op.create_index("ix_posts_part_of", "posts", ["blog_id", "part_of"], postgresql_where=PARTS, sqlite_where=PARTS)


def downgrade() -> None:
    op.execute("DELETE FROM posts WHERE part_of <> ''")
    op.drop_index("ix_posts_part_of", "posts")
    op.drop_column("posts", "part_of")
