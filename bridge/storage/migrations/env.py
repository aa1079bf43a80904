"""Alembic's door: the connection comes from ``storage.core.migrate.upgrade``."""

from alembic import context

from bridge.storage.all_tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
