"""One meeting, with all that stands about it: its agenda, and what each room has to say.

It is shown in chat, and it is what a signed link to the meeting opens. Every button and form on it carries the
meeting, so that such a link leads to nothing else.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from handlers.calendar import dates
from handlers.dialogs.dialog import Reply
from handlers.meetings import at_hand
from handlers.meetings.agenda import lines
from handlers.meetings.agenda import part as agenda
from handlers.meetings.agenda.lines import AgendaOf
from handlers.meetings.attendance import part as attendance
from handlers.meetings.convocation import part as convocation
from handlers.meetings.evaluation import part as evaluation
from handlers.meetings.minutes import part as minutes
from handlers.meetings.minutes.round import part as minutes_round
from handlers.meetings.moving import part as moving
from handlers.meetings.part import Part
from handlers.messages.message import Fact, Message
from handlers.people.context import Context
from handlers.writing.language import _

PartOf = Callable[[Context, AgendaOf], Awaitable[Part]]
"""What a room has to say of the meeting whose agenda it is given."""

OWN: Sequence[PartOf] = (
    moving.part,
    agenda.part,
    convocation.part,
    attendance.part,
    minutes.part,
    minutes_round.part,
    evaluation.part,
)
"""The rooms of the meetings."""


@dataclass(frozen=True)
class Page:
    """The page, made of parts, in the order in which they stand there: those of the meetings' own rooms, and of what
    builds on meetings (see `handlers.capabilities`)."""

    parts: Sequence[PartOf]

    async def show(self, context: Context, arguments: Mapping[str, str]) -> Reply:
        """For whoever may read the agenda."""
        found = await at_hand.to_read(context, arguments)
        read = await lines.read(context.session, *found)
        if not await at_hand.stands_in(context, found):
            read = read.seen_by(context.actor)
        page = await self.draw(context, read)
        return page.model_copy(update={"replace": "meeting" in arguments and "page" in arguments})

    async def draw(self, context: Context, read: AgendaOf) -> Message:
        """Of the meeting whose agenda this is."""
        meeting, committee = read.meeting, read.committee
        parts = [await part(context, read) for part in self.parts]
        facts = (
            (_("Tid"), dates.held(meeting.starts_at, meeting.ends_at, meeting.zone, day_only=meeting.day_only)),
            (_("Sted"), meeting.place),
            (_("Status"), _("Avlyst") if meeting.cancelled_at is not None else ""),
        )
        return Message(
            title=_("{committee}, møtet {day}").format(
                committee=committee.name, day=dates.short_day(meeting.starts_at, meeting.zone)
            ),
            facts=(
                *(Fact(label=label, value=value) for label, value in facts if value),
                *(fact for part in parts for fact in part.facts),
            ),
            sections=tuple(section for part in parts for section in part.sections),
            files=tuple(file for part in parts for file in part.files),
            buttons=tuple(button for part in parts for button in part.buttons),
        )
