"""The partnership file loaded into a database, as the command line does it."""

from pathlib import Path
from typing import TypeVar

from sqlalchemy import select
from sqlmodel import SQLModel, col

from config.partnership_file import read
from handlers.calendar.zone import local_day
from handlers.partnership.load import load
from handlers.partnership.rows import Changes
from storage.database import Database
from storage.tables import Delivery, Meeting, Person
from tests.clock import FixedClock

T = TypeVar("T", bound=SQLModel)


class Loader:
    """Loads a text as the command line does; `text` if no other is given."""

    def __init__(self, database: Database, clock: FixedClock, folder: Path, text: str) -> None:
        self.database = database
        self.clock = clock
        self.text = text
        self.path = folder / "partnership.yaml"

    async def __call__(self, text: str | None = None, *, dry_run: bool = False) -> Changes:
        self.path.write_text(self.text if text is None else text, encoding="utf-8")
        now = self.clock.now()
        partnership = read(self.path, local_day(now))
        async with self.database.transaction() as session:
            changes = await load(session, partnership, now)
            if dry_run:
                await session.rollback()
        return changes

    async def changing(self, old: str, new: str) -> Changes:
        """Load the text with one thing changed."""
        return await self(self.changed((old, new)))

    def changed(self, *changes: tuple[str, str]) -> str:
        """The text with these things changed: what stands there, once, and what is to."""
        text = self.text
        for old, new in changes:
            assert text.count(old) == 1
            text = text.replace(old, new)
        return text

    async def rows(self, table: type[T]) -> list[T]:
        async with self.database.transaction() as session:
            return list(await session.scalars(select(table)))

    async def meeting(self, key: str) -> Meeting:
        return next(row for row in await self.rows(Meeting) if row.key == key)

    async def told(self) -> list[str]:
        """Who is told what, by now."""
        async with self.database.transaction() as session:
            found = await session.execute(
                select(col(Person.name), col(Delivery.message)).join(Person, col(Person.id) == col(Delivery.person_id))
            )
            return sorted(f"{name}: {message['title']}" for name, message in found)
