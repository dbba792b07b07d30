"""The meetings that somebody has not said whether they come to."""

from collections.abc import Sequence

from handlers.calendar import dates
from handlers.capability import Owed
from handlers.meetings.attendance import buttons
from handlers.people.context import Context
from handlers.people.roles import Role
from handlers.writing.language import _
from storage import owed

_NOT_ASKED = frozenset((Role.SUBSTITUTE, Role.GUEST, Role.CONTACT))


async def owes(context: Context) -> Sequence[Owed]:
    """Those that were convened, of the committees where an answer is waited for, and those that they were asked to."""
    asked = [committee_id for committee_id, held in context.actor.roles.items() if held - _NOT_ASKED]
    found = []
    for meeting, committee in await owed.to_answer(context.session, context.actor.person_id, asked, context.now):
        day = dates.short_day(meeting.starts_at, meeting.zone)
        answers = buttons.to_answer(meeting, substitute=committee.id in asked)
        found.append(
            Owed(
                _("Svar på om du kommer til møtet i {committee} {day}").format(committee=committee.name, day=day),
                answers,
                meeting.starts_at,
                zone=meeting.zone,
            )
        )
    return found
