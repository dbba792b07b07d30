"""A committee's own numbers go on after those that its papers have already."""

from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.cases.numbers import Numbering, series_of
from storage import papers
from storage.cases import numbers_of
from storage.series import ENDLESS
from storage.tables import Committee

_LEAP = 1000
"""A number so much higher than the last one was read wrongly."""


class Raised(NamedTuple):
    """A series (its name and year) that goes on after another number than before."""

    name: str
    year: int
    to: int
    before: int


async def raise_series(session: AsyncSession, committee: Committee, series: str, year: int, last: int) -> Raised | None:
    """The committee's numbers go on after `last`; what was raised, or None: they had come so far."""
    kind = next((each for each in Numbering.of(committee).kinds if series_of(each, 0).split(":")[0] == series), None)
    if kind is None or kind.is_per_meeting:
        return None
    name = numbers_of(committee.id, series).name
    of_year = ENDLESS if kind.is_endless else year
    before = await papers.series_at(session, name, of_year)
    if not before < last <= before + _LEAP:
        return None
    await papers.raise_series(session, name, of_year, last)
    return Raised(name, of_year, last, before)
