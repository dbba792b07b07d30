"""Who is reminded of a yearly duty, and what they read."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.meetings.duties import views
from handlers.meetings.duties.due import LATE, Duty, duties, duty_called
from handlers.meetings.offsets import Offset
from handlers.messages.message import Message
from handlers.reminders import kind as reminding
from handlers.reminders.kind import Due, Reason, Reminding
from handlers.writing.language import N_
from storage import terms, yearly
from storage.pointing import pointed_at
from storage.tables import Committee
from storage.terms import Term

NAME = "arsplikt.frist"


def subject(duty: Duty) -> str:
    return f"committee:{duty.committee.id}:duty:{duty.key}:{duty.year}"


def wanted_of(committee: Committee, of_committee: Sequence[Term], now: datetime) -> Sequence[Reminding]:
    """Who is to be reminded of what, and when; those who have the role on the duty's last day."""
    return [
        Reminding(
            kind=NAME,
            occurrence=f"{committee.id}:{duty.key}:{duty.year}:{text}",
            person_id=person_id,
            subject=subject(duty),
            due_at=Offset.parse(text).before(duty.over, ZoneInfo(committee.zone)),
            expires_at=duty.over + LATE,
            committee_id=committee.id,
        )
        for duty in duties(committee, now)
        for text in dict.fromkeys(duty.rule.remind)
        for person_id in sorted(_whose(duty, of_committee))
    ]


def _whose(duty: Duty, of_committee: Sequence[Term]) -> set[int]:
    return {
        term.person_id
        for term in of_committee
        if term.role in duty.rule.who and (term.valid_from or duty.by) <= duty.by <= (term.valid_to or duty.by)
    }


async def _draw(
    session: AsyncSession, dues: Sequence[Due], now: datetime
) -> Mapping[int, Callable[[], Message] | Reason]:
    found: dict[int, Callable[[], Message] | Reason] = {}
    ids = {due.committee_id for due in dues if due.committee_id is not None}
    of_each = await terms.of_committees(session, ids)
    done = await yearly.done(session, ids)
    for due in dues:
        committee, own = pointed_at(of_each, due.committee_id, (None, ()))
        _id, key, year, _offset = due.occurrence.split(":", 3)
        duty = duty_called(committee, key, int(year)) if committee is not None else None
        if duty is None or duty.over + LATE != due.expires_at:
            found[due.id] = Reason.CHANGED
        elif (duty.committee.id, duty.rule.name, duty.year) in done:
            found[due.id] = Reason.DONE
        elif due.person_id not in _whose(duty, own):
            found[due.id] = Reason.NOT_THEIRS
        else:
            found[due.id] = partial(views.reminder, duty, now)
    return found


KINDS = (reminding.Kind(NAME, N_("Årsplikter"), _draw),)
