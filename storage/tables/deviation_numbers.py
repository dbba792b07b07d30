"""Deviations counted: numbers per month, kept ready so that showing them takes the same time however many there are.

`deviation_count` is derived: it can be emptied and counted anew at any time (see `storage.deviation_numbers`).
Triggers write the months whose reports have changed into `deviation_recount`, whoever changed them.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, event
from sqlmodel import Field

from storage.statements import table
from storage.tables.columns import moment, row_id
from storage.tables.deviations import Deviation, DeviationCategory, DirectFix
from storage.tables.row import Row


class DeviationCount(Row, table=True):
    """How many reports of a month and direction have `what` = `key`, among those that `scope` holds.

    `scope`: empty for all, `unit:7` for those the unit is to answer, `organisation:3` for those it sent or is to
    answer. `what`: see `storage.deviation_numbers.What`.
    """

    __tablename__ = "deviation_count"
    scope: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    direction: str = Field(primary_key=True)
    what: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    count: int


class DeviationRecount(Row, table=True):
    """A month whose reports have changed since they were counted. Rows are only added: nobody waits for another."""

    __tablename__ = "deviation_recount"
    id: int = row_id()
    month: str


class DeviationPattern(Row, table=True):
    """A pattern (mønster) that a committee's secretariat has been offered as a case, and when last."""

    __tablename__ = "deviation_pattern"
    direction: str = Field(primary_key=True)
    service: str = Field(primary_key=True)
    category: str = Field(primary_key=True)
    offered_at: datetime = moment()


# --- the triggers -------------------------------------------------------------------------------------------
# A migration makes the same ones; a test compares them.

_COUNTED_BY = (
    "month, direction, status, unit_id, workplace_id, organisation_id, reporter_organisation_id, service, "
    "consequence, near_miss, consent, answered_at, seconds_to_answer, answered_in_time, rating"
)
"""The columns of a report that numbers are made of: other changes need no counting."""
_WATCHED = (
    ("deviation", f"UPDATE OF {_COUNTED_BY}", "VALUES ({row}.month)"),
    ("deviation_category", "UPDATE", "SELECT month FROM deviation WHERE id = {row}.deviation_id"),
    ("direct_fix", "UPDATE", "VALUES ({row}.month)"),
)
"""Table, which updates of it count, and what gives the month of a row."""


def _on_postgresql(name: str, update: str, month: str) -> list[str]:
    def note(row: str) -> str:
        return f"INSERT INTO deviation_recount (month) {month.format(row=row)};"

    return [
        f"CREATE FUNCTION {name}_recount() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' THEN {note('OLD')} END IF; "
        f"IF TG_OP <> 'DELETE' THEN {note('NEW')} END IF; "
        "RETURN NULL; END $$",
        f"CREATE TRIGGER {name}_recount AFTER INSERT OR DELETE OR {update} ON {name} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}_recount()",
    ]


def _on_sqlite(name: str, update: str, month: str) -> list[str]:
    def note(row: str) -> str:
        return f"INSERT INTO deviation_recount (month) {month.format(row=row)};"

    return [
        f"CREATE TRIGGER {name}_recount_{when.split()[0].lower()} AFTER {when} ON {name} BEGIN {does} END"
        for when, does in (
            ("INSERT", note("NEW")),
            (update, f"{note('OLD')} {note('NEW')}"),
            ("DELETE", note("OLD")),
        )
    ]


def _watch() -> None:
    """Databases made without migrations, those of tests, get the triggers with the tables."""
    recount = table(DeviationRecount)
    for model in (Deviation, DeviationCategory, DirectFix):
        recount.add_is_dependent_on(table(model))
    for dialect, made_by in (("sqlite", _on_sqlite), ("postgresql", _on_postgresql)):
        for watched in _WATCHED:
            for statement in made_by(*watched):
                made: Any = DDL  # it has no types
                event.listen(recount, "after_create", made(statement).execute_if(dialect=dialect))


_watch()
