"""What every row of a table is."""

from typing import Any

from pydantic import ConfigDict
from sqlalchemy import event
from sqlmodel import SQLModel


class Row(SQLModel):
    """A row. Nothing is checked by it, as little as by any `SQLModel` that is a table, so the checker is not made: at
    each start it would take a quarter of the time that the tables take."""

    model_config = ConfigDict(defer_build=True)  # type: ignore[assignment]


@event.listens_for(Row, "after_mapper_constructed", propagate=True)
def _with_events(mapper: Any, _row: type[Row]) -> None:
    """Give each attribute the events that SQLAlchemy gives it when it first looks whether it has any.

    It looks by `hasattr`, and an attribute that has none asks its column, of which a second, annotated one is made for
    that: of every column, 3 MB and more than half of the time that it takes to configure them all.
    """
    for attribute in mapper.class_manager.values():
        attribute._slots_dispatch = type(attribute).dispatch._for_instance(attribute)
