"""What is searched in is kept in step with what it follows from, by the clock: a moment after something has changed."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.lookout import Looked, Lookout
from handlers.searching import documents
from handlers.searching.documents import Document
from storage import looks, search
from storage.watched import EVERYTHING

NAME = "searching.index"


async def _spread(session: AsyncSession, subjects: Collection[str], now: datetime) -> None:
    if EVERYTHING in subjects:
        await search.look_at_everything(session, NAME, now)
        return
    await looks.look_at(session, NAME, {subject: now for subject in subjects if _id(subject) is not None})


async def _look(session: AsyncSession, subjects: Collection[str], _now: datetime) -> Looked:
    await reindex(session, subjects)
    return Looked(0, dict.fromkeys(subjects))


async def reindex(session: AsyncSession, subjects: Collection[str]) -> int:
    """Index these cases (`i7`) and lines (`s12`) as they are now; how many documents that wrote."""
    items = [number for each in subjects if each.startswith("i") and (number := _id(each)) is not None]
    slots = [number for each in subjects if each.startswith("s") and (number := _id(each)) is not None]
    by_subject: dict[str, list[Document]] = {}
    for each in await documents.about(session, items, slots):
        by_subject.setdefault(each.subject, []).append(each)
    stored = [each.stored(ordinal) for those in by_subject.values() for ordinal, each in enumerate(those)]
    return await search.keep(session, subjects, stored)


def _id(subject: str) -> int | None:
    number = subject[1:]
    return int(number) if subject[:1] in ("i", "s") and number.isdecimal() and len(number) < 12 else None


KEEP = Lookout(NAME, "searched", _spread, _look).chore(at_once=100)
