"""Numbers that are counted up."""

from sqlmodel import Field

from storage.tables.row import Row


class NumberSeries(Row, table=True):
    """The last number used of a series, in a year. Counting up and using the number is one transaction.

    `name`: see `storage.series.Series`. `year` is 0 in a series that never begins again.
    """

    __tablename__ = "series"
    name: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    last: int
