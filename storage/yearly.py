"""Which yearly duties of committees are done (see `storage.tables.YearlyDutyDone`)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.asking import ask
from storage.statements import PerDialect, among, later, table
from storage.tables import YearlyDutyDone

_NOTE = PerDialect(
    lambda insert: insert(table(YearlyDutyDone)).on_conflict_do_nothing(index_elements=["committee_id", "name", "year"])
)


_DONE = later(
    lambda: select(YearlyDutyDone.committee_id, YearlyDutyDone.name, YearlyDutyDone.year).where(  # type: ignore[call-overload]
        among(col(YearlyDutyDone.committee_id), "committee_ids")
    )
)


async def done(session: AsyncSession, committee_ids: Collection[int]) -> set[tuple[int, str, int]]:
    """Committee, name and year of all that these committees have done."""
    rows = await ask(session, _DONE(), {"committee_ids": committee_ids})
    return {tuple(row) for row in rows}


async def note_done(
    session: AsyncSession, committee_id: int, name: str, year: int, person_id: int, now: datetime
) -> None:
    """It is done; whoever said so first stays."""
    values = {"committee_id": committee_id, "name": name, "year": year, "done_by_id": person_id, "done_at": now}
    await session.execute(_NOTE.on(session), values)


async def forget_done(session: AsyncSession, committee_id: int, name: str, year: int) -> None:
    await session.execute(
        delete(YearlyDutyDone).where(
            col(YearlyDutyDone.committee_id) == committee_id,
            col(YearlyDutyDone.name) == name,
            col(YearlyDutyDone.year) == year,
        )
    )
