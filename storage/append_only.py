"""Triggers that keep a history as it was written: its rows are added, and neither changed nor removed.

One thing may follow: who did something, when they turn out to be somebody else who is known (`storage.joining`).

Migrations call `statements` by name, table by table, and so do the tables that are made without them: what it gives
for the same arguments never changes. Another kind of trigger is another function.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import DDL, event

from storage.statements import table

_DIALECTS = ("sqlite", "postgresql")


def statements(dialect: str, name: str, columns: Sequence[str]) -> list[str]:
    """What makes the table `name` append-only, on `sqlite` or `postgresql`.

    Args:
        columns: every column of the table but `actor_id`. (PostgreSQL compares whole rows.)
    """
    return _on_sqlite(name, columns) if dialect == "sqlite" else _on_postgresql(name)


def _on_postgresql(name: str) -> list[str]:
    return [
        "CREATE OR REPLACE FUNCTION history_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'actor_id' = to_jsonb(OLD) - 'actor_id' "
        "AND NEW.actor_id = (SELECT joined_to_id FROM person WHERE id = OLD.actor_id) THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
        f"CREATE TRIGGER {name}_stays BEFORE UPDATE OR DELETE ON {name} FOR EACH ROW EXECUTE FUNCTION history_stays()",
        f"CREATE TRIGGER {name}_stays_whole BEFORE TRUNCATE ON {name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION history_stays()",
    ]


def _on_sqlite(name: str, columns: Sequence[str]) -> list[str]:
    same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in columns)
    follows = "NEW.actor_id IS NOT NULL AND NEW.actor_id IS (SELECT joined_to_id FROM person WHERE id = OLD.actor_id)"
    refuse = f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
    return [
        f"CREATE TRIGGER {name}_stays_update BEFORE UPDATE ON {name} WHEN NOT ({same} AND {follows}) {refuse}",
        f"CREATE TRIGGER {name}_stays_delete BEFORE DELETE ON {name} {refuse}",
    ]


def append_only(model: Any) -> Any:
    """A class of rows whose table gets these triggers where it is made without migrations, as in tests."""
    rows = table(model)
    columns = [column.name for column in rows.columns if column.name != "actor_id"]
    for dialect in _DIALECTS:
        for statement in statements(dialect, rows.name, columns):
            made: Any = DDL  # it has no types
            # What follows a percent sign in a `DDL` is filled in.
            event.listen(rows, "after_create", made(statement.replace("%", "%%")).execute_if(dialect=dialect))
    return model
