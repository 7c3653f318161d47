"""Alembic's entry: runs the steps on the connection that storage.schema opened."""

from alembic import context

from storage.nouns import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
