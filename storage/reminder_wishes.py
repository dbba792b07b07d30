"""How people want to be reminded, as JSON (see `handlers.reminders.wishes`, which reads it)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.asking import ask
from storage.statements import PerDialect, among, table
from storage.tables import ReminderWishes
from storage.types import JsonObject

_WISHES = select(table(ReminderWishes).c.person_id, table(ReminderWishes).c.wishes).where(
    among(table(ReminderWishes).c.person_id, "people")
)
_STORE = PerDialect(
    lambda insert: (statement := insert(table(ReminderWishes))).on_conflict_do_update(
        index_elements=["person_id"],
        set_={name: statement.excluded[name] for name in ("wishes", "changed_at")},
    )
)


async def of_people(session: AsyncSession, person_ids: Collection[int]) -> dict[int, JsonObject]:
    """By person, of those who have chosen something: one statement."""
    rows = await ask(session, _WISHES, {"people": person_ids}) if person_ids else ()
    return {row.person_id: row.wishes for row in rows}


async def of(session: AsyncSession, person_id: int) -> JsonObject | None:
    """This person's; None: they have chosen nothing."""
    return (await of_people(session, [person_id])).get(person_id)


async def store(session: AsyncSession, person_id: int, wishes: JsonObject, now: datetime) -> None:
    """From now on they want to be reminded so."""
    await session.execute(_STORE.on(session), {"person_id": person_id, "wishes": wishes, "changed_at": now})
