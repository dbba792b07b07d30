"""Chores, done without a worker."""

from bot.chores import Doer
from handlers.calendar.clock import Clock
from handlers.capabilities import registry
from handlers.chore import Chore
from handlers.reminders.handing import NAME
from storage.database import Database


async def done(chore: Chore, database: Database, clock: Clock) -> int:
    """Do everything that is due now; how many messages that wrote."""
    return await Doer(database, clock).do(chore)


async def reminded(chore: Chore, database: Database, clock: Clock) -> int:
    """Lay the reminders that this chore lays, and hand over what is due; how many messages that wrote."""
    await done(chore, database, clock)
    return await done(next(each for each in registry().chores if each.name == NAME), database, clock)
