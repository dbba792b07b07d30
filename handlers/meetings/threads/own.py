"""The beginning of a meeting's thread as one of those who come to it reads it, where a platform shows each what is
theirs: with their answer, the buttons to answer by, and the way to the online meeting. All others read the thread as it
is."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.capability import SharedCard
from handlers.meetings import joining
from handlers.meetings.agenda import lines
from handlers.meetings.attendance import buttons, roll
from handlers.messages.arguments import id_in, id_of
from handlers.messages.message import Fact, Message, Section, Shared
from handlers.people.context import Context
from handlers.writing.language import _
from storage import agenda, threads
from storage.tables import Meeting

_NAME = "motetrad.mote"
_BEGINNING = "root"
_MEETING = "meeting"


def of(meeting: Meeting) -> Shared:
    """What the beginning of the meeting's thread is as a card that several read."""
    return Shared(name=_NAME, arguments={_MEETING: str(meeting.id)})


async def _common(session: AsyncSession, arguments: Mapping[str, str], _now: datetime) -> Message | None:
    """As it stands in the channel by now: what was written to be posted there, and nothing else."""
    meeting_id = id_in(arguments.get(_MEETING, ""))
    its = await threads.threads_of(session, meeting_id) if meeting_id is not None else ()
    posts = await threads.posts_of(session, [each.id for each in its if each.left_at is None])
    begins = [post for post in posts if post.content.get("kind") == _BEGINNING]
    return Message.model_validate(begins[-1].message) if begins else None


async def _own(context: Context, arguments: Mapping[str, str]) -> Message | None:
    common = await _common(context.session, arguments, context.now)
    found = await agenda.meeting(context.session, id_of(arguments, _MEETING)) if common is not None else None
    if common is None or found is None:
        return None
    meeting, committee = found
    if meeting.cancelled_at is not None or meeting.ends_at <= context.now:
        return None
    everybody = await roll.read(context.session, await lines.read(context.session, meeting, committee))
    attendee = everybody.person(context.actor.person_id)
    if attendee is None:
        return None
    for_them = Section(
        title=_("For deg"),
        facts=(Fact(label=buttons.label(), value=buttons.in_words(attendee)), *joining.facts(meeting)),
        links=joining.links(meeting),
        buttons=buttons.of(meeting, attendee),
    )
    only = _("Bare du ser det som står under «For deg».")
    return common.model_copy(
        update={"sections": (*common.sections, for_them), "small": "\n".join(filter(None, (common.small, only)))}
    )


CARD = SharedCard(_NAME, _common, _own)
