"""Chores, done without a worker."""

from bot.chores import Doer
from handlers.calendar.clock import Clock
from handlers.chore import Chore
from storage.database import Database


async def done(chore: Chore, database: Database, clock: Clock) -> int:
    """Do everything that is due now; how many messages that wrote."""
    return await Doer(database, clock).do(chore)
