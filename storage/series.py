"""Numbers that are counted up: of cases, of references, of what comes. Each is given once, and none is left out."""

from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from storage.asking import ask, begin
from storage.statements import PerDialect, table
from storage.tables import NumberSeries

ENDLESS = 0
"""The year of a series that never begins again."""

_NEXT = PerDialect(
    lambda insert: (
        insert(table(NumberSeries))
        .on_conflict_do_update(index_elements=["name", "year"], set_={"last": table(NumberSeries).c.last + 1})
        .returning(table(NumberSeries).c.last)
    )
)


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
