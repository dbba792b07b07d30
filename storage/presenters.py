"""Triggers that keep who presents which case beside the cases, to be found by the person (`CasePresenter`): else each
case on every agenda would be looked through for the meetings that somebody comes to.

A migration makes the same ones; a test compares what they do.
"""

DIALECTS = ("sqlite", "postgresql")
_GONE = "DELETE FROM case_presenter WHERE item_id = OLD.id"
_THERE = "INSERT INTO case_presenter (presenter_id, item_id) SELECT DISTINCT CAST(value AS {id}), {row}.id FROM {each}"
_ON_SQLITE = _THERE.format(id="INTEGER", row="NEW", each="json_each(NEW.presenter_ids)")
_ON_POSTGRESQL = _THERE.format(
    id="BIGINT", row="NEW", each="jsonb_array_elements_text(NEW.presenter_ids) AS each_of(value)"
)


def statements(dialect: str) -> list[str]:
    """What makes the triggers, on `sqlite` or `postgresql`. For the same arguments it never changes: a migration calls
    it."""
    name, of = "agenda_item_presented", "ON agenda_item"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {name}_insert AFTER INSERT {of} WHEN NEW.presenter_ids <> '[]' BEGIN {_ON_SQLITE}; END",
            f"CREATE TRIGGER {name}_update AFTER UPDATE OF presenter_ids {of} "
            f"WHEN NEW.presenter_ids IS NOT OLD.presenter_ids BEGIN {_GONE}; {_ON_SQLITE}; END",
            f"CREATE TRIGGER {name}_delete AFTER DELETE {of} BEGIN {_GONE}; END",
        ]
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' THEN {_GONE}; END IF; IF TG_OP <> 'DELETE' THEN {_ON_POSTGRESQL}; END IF; "
        "RETURN NULL; END $$",
        f"CREATE TRIGGER {name}_insert AFTER INSERT {of} FOR EACH ROW WHEN (NEW.presenter_ids <> '[]') "
        f"EXECUTE FUNCTION {name}()",
        f"CREATE TRIGGER {name}_update AFTER UPDATE OF presenter_ids {of} FOR EACH ROW "
        f"WHEN (NEW.presenter_ids IS DISTINCT FROM OLD.presenter_ids) EXECUTE FUNCTION {name}()",
        f"CREATE TRIGGER {name}_delete AFTER DELETE {of} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def those_there(dialect: str) -> str:
    """What fills the table with the cases of before."""
    each = "json_each(presenter_ids)" if dialect == "sqlite" else "jsonb_array_elements_text(presenter_ids)"
    kind = "INTEGER" if dialect == "sqlite" else "BIGINT"
    named = "" if dialect == "sqlite" else " AS each_of(value)"
    return (
        f"INSERT INTO case_presenter (presenter_id, item_id) SELECT DISTINCT CAST(value AS {kind}), agenda_item.id "  # noqa: S608
        f"FROM agenda_item, {each}{named}"
    )
