"""Alembic's door: the connection comes from ``storage.core.migrate.upgrade``."""

from alembic import context

from bridge.storage.asks import tables as asks_tables  # noqa: F401
from bridge.storage.bank import tables as bank_tables  # noqa: F401 -- each wing puts its tables into the one metadata
from bridge.storage.blogs import tables as blogs_tables  # noqa: F401
from bridge.storage.content import tables as content_tables  # noqa: F401
from bridge.storage.core.tables import metadata
from bridge.storage.engagement import tables as engagement_tables  # noqa: F401
from bridge.storage.matching import tables as matching_tables  # noqa: F401
from bridge.storage.people import tables as people_tables  # noqa: F401

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
