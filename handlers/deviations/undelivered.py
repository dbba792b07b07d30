"""Who is told that a message about a deviation did not arrive: those who work with it and may know of it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.deviations import announce, views
from handlers.messages.message import Message
from handlers.messages.undelivered import About
from storage import deviations
from storage.tables import DeviationStatus


async def about(session: AsyncSession, deviation_id: int, person_id: int, now: datetime) -> About | None:
    report = await deviations.report(session, deviation_id)
    if report is None or report.deviation.status == DeviationStatus.WITHDRAWN:
        return None
    found = await announce.holders(session, report, now)
    sent = report.deviation.sent_at is not None
    # Who leads whom on the reporter's side is no business of the unit's, nor is a report that it has not got.
    own_side = not sent or any(person_id == leader for leader, _language in found.nearest)
    readers = found.nearest if own_side else (*found.readers, *found.leaders)

    def base() -> Message:
        return Message(title="", buttons=(views.show(report),), page=views.page_of(report))

    return About(lambda: report.deviation.reference, list(dict(readers).items()), base)
