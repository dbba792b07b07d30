"""`bot plan FILE`: a meeting plan is read, held against what is stored, and checked; and stored, if asked to."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands.database import opened
from bot.commands.trouble import stop
from config.customary_days import customary_days
from config.school_holidays import school_holidays as school_holidays_list
from config.settings import Settings
from handlers.calendar import customary, school_holidays
from handlers.calendar.clock import SystemClock
from handlers.calendar.zone import local_day
from handlers.errors import BotError
from handlers.planning import lines, storing
from handlers.planning.answers import PlanAnswers
from handlers.planning.considering import Considered, consider
from handlers.planning.kept import as_json, guarded
from handlers.planning.planned import PlanRead
from handlers.planning.pressed import stored_line
from handlers.writing.language import _
from storage.tables import MeetingPlan, PlanStatus


def _anybody(_committee_id: int) -> bool:
    """Whoever runs the program plans all meetings."""
    return True


async def run(settings: Settings, path: Path, *, year: int | None, store: bool) -> bool:
    """Say what the plan would come to; store it with `store`. Whether nothing stands against storing it."""
    from handlers.planning.reading import reader  # noqa: PLC0415 - slow to import

    school_holidays.install(school_holidays_list)
    customary.install(customary_days)
    now = SystemClock().now()
    try:
        content = await asyncio.to_thread(path.read_bytes)
        read = guarded(reader.read(path.name, content, year, local_day(now)))
    except BotError as error:
        stop(str(error))
    async with opened(settings, patient=True) as database, database.transaction() as session:
        of = await consider(session, read, PlanAnswers(), now, _anybody, hold=store)
        print("\n".join(lines.lines(of)))
        if not store:
            await session.rollback()
            return not of.stops and not of.laid.unknown
        if not of.may_be_stored:
            await session.rollback()
            print(_("Ingenting er endret."), file=sys.stderr)
            return not of.changes_something and not of.stops and not of.laid.unknown
        await _store(session, of, read, year, now)
    return True


async def _store(session: AsyncSession, of: Considered, read: PlanRead, year: int | None, now: datetime) -> None:
    """Store what is new and what moves. A meeting that the plan does not have is let be: nobody was asked."""
    row = MeetingPlan(
        name=read.name,
        year=year or read.year or now.year,
        read=as_json(read),
        answers=PlanAnswers().as_json(),
        status=PlanStatus.STORED,
        at=now,
        settled_at=now,
    )
    session.add(row)
    await session.flush()
    done = await storing.put(session, of.compared, of.known, now, plan_id=row.id, cancel_gone=False, actor_id=None)
    print(stored_line(done))
    if of.compared.gone:
        print(lines.kept(of), file=sys.stderr)
