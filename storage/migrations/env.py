"""How Alembic runs here: on the connection that it is handed, inside the transaction that is open on it.

There is no alembic.ini: `storage.migrate` brings a database up to date, `storage.migrations.write` (`make migration`)
writes the next migration.
"""

from alembic import context

from storage.migrations.metadata import METADATA, is_ours, render

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # SQLite can hardly alter a table: Alembic copies it instead.
    render_as_batch=True,
    render_item=render,
    include_object=is_ours,
)
with context.begin_transaction():
    context.run_migrations()
