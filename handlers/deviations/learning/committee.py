"""Which committee learns from deviations, and to which it reports."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.deviations import settings
from storage import committees
from storage.tables import Committee

_LEARNS = ("FSU", "Faglig samarbeidsutvalg", "LSU", "Lokalt samarbeidsutvalg")
_IS_REPORTED_TO = ("SSU", "Strategisk samarbeidsutvalg")
"""What partnerships call them; keys, names and aliases are looked through for each in turn."""


async def learning(session: AsyncSession, today: date) -> Committee | None:
    """The committee whose secretariat hears of patterns, and which writes the yearly report.

    As the partnership has decided, else the faglige (or lokale) samarbeidsutvalg. None: there is no such committee.
    """
    decided = (await settings.current(session)).committee
    return await _first(session, (decided,) if decided else _LEARNS, today)


async def reported_to(session: AsyncSession, today: date) -> Committee | None:
    """The committee that the yearly report is for: the strategiske samarbeidsutvalg."""
    return await _first(session, _IS_REPORTED_TO, today)


async def _first(session: AsyncSession, names: tuple[str, ...], today: date) -> Committee | None:
    for name in names:
        found = await committees.named(session, name, today)
        if found is not None:
            return found
    return None
