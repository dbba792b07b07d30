"""Numbers that are counted up: of cases, of references, of what comes. Each is given once, and none is left out."""

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.asking import ask, begin
from storage.direct import Numbering, Question
from storage.statements import Insert, PerDialect, table
from storage.tables import NumberSeries

ENDLESS = 0
"""The year of a series that never begins again."""

_series = table(NumberSeries)


def _counted_up(insert: Insert) -> Any:
    counted = insert(_series).on_conflict_do_update(index_elements=["name", "year"], set_={"last": _series.c.last + 1})
    return counted.returning(_series.c.last.label("number"))


_NEXT = PerDialect(_counted_up)


class Series(NamedTuple):
    """One series of numbers, from 1. `name`: what it numbers, and whose it is, as `cases:3`."""

    name: str

    @classmethod
    def of(cls, what: str, *whose: int | str) -> "Series":
        """The series of `what` of a committee, an organisation …: each has its own. Without one: of everybody."""
        return cls(":".join([what, *map(str, whose)]))

    async def next(self, session: AsyncSession, year: int = ENDLESS) -> int:
        """The next number of that year, or of a series that never begins again.

        The row stays locked until the transaction ends, and a rollback takes the number back: no gap, no duplicate,
        however many ask at the same time.
        """
        await begin(session)
        ((number,),) = await ask(session, _NEXT.on(session), {"name": self.name, "year": year, "last": 1})
        return int(number)

    def numbering(self, giving: Any, year: int, mark: str) -> Numbering:
        """The next number of that year, to be given last (see `storage.asking.number_last`). `giving`: see `giving`."""
        return Numbering(Question(giving, {"name": self.name, "year": year, "last": 1}), mark)


def giving(text: Callable[[Any, Any], Any]) -> Any:
    """The statement that gives a number, with the `text` of its year and itself, on PostgreSQL."""
    return _counted_up(postgresql_insert).returning(text(_series.c.year, _series.c.last).label("text"))
