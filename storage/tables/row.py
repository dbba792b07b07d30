"""What every row of a table is."""

from pydantic import ConfigDict
from sqlmodel import SQLModel


class Row(SQLModel):
    """A row. Nothing is checked by it, as little as by any `SQLModel` that is a table, so the checker is not made: at
    each start it would take a quarter of the time that the tables take."""

    model_config = ConfigDict(defer_build=True)  # type: ignore[assignment]
