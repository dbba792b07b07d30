"""The meeting that somebody wants to see or do something with, if they may."""

from collections.abc import Mapping
from typing import NamedTuple

from handlers.errors import Gone, NotAllowed
from handlers.meetings.actions import Do
from handlers.messages.arguments import id_of
from handlers.messages.message import Button
from handlers.people.access import may_read_agenda, may_write_minutes, require_decider
from handlers.people.context import Context
from handlers.writing.language import _
from storage import agenda, attendance
from storage.tables import Committee, Meeting


class AtHand(NamedTuple):
    """A meeting, and whose it is."""

    meeting: Meeting
    committee: Committee


async def find(context: Context, arguments: Mapping[str, str]) -> AtHand:
    """The meeting called `meeting` among the arguments, whoever asks. Raises `Gone` if there is none."""
    found = await agenda.meeting(context.session, id_of(arguments, "meeting"))
    if found is None:
        raise Gone(_("Møtet finnes ikke lenger."))
    return AtHand(*found)


async def to_read(context: Context, arguments: Mapping[str, str]) -> AtHand:
    """The meeting, for whoever may read its agenda; a substitute may, who was asked to come to it, whoever they are.

    Raises:
        Gone, NotAllowed: says why not.
    """
    found = await find(context, arguments)
    if not may_read_agenda(context.actor, found.committee) and not await attendance.stands_in(
        context.session, found.meeting.id, context.actor.person_id
    ):
        raise NotAllowed(
            _("Møtet i {committee} er for medlemmene. Er du medlem? Be koordinatoren føre deg opp.").format(
                committee=found.committee.name
            )
        )
    return found


async def stands_in(context: Context, found: AtHand) -> bool:
    """Whether the actor takes the place of a member at that meeting, and has no role in the committee: they see then
    what the member does, closed cases too."""
    if context.actor.roles.get(found.committee.id):
        return False
    return await attendance.stands_in(context.session, found.meeting.id, context.actor.person_id)


async def to_prepare(context: Context, arguments: Mapping[str, str]) -> AtHand:
    """The meeting, for its secretariat. Raises as `to_read`."""
    found = await find(context, arguments)
    require_decider(context, found.committee)
    return found


async def to_write(context: Context, arguments: Mapping[str, str]) -> AtHand:
    """The meeting, for whoever writes its minutes: a minute taker of the committee, or its secretariat.

    Raises as `to_read`.
    """
    found = await find(context, arguments)
    if not may_write_minutes(context.actor, found.committee.id):
        raise NotAllowed(
            _("Bare referenten og sekretariatet for {committee} kan gjøre dette.").format(
                committee=found.committee.name
            )
        )
    return found


def meeting_button(meeting: Meeting, label: str = "", **more: object) -> Button:
    """To the meeting's page: «Vis møtet», unless it is called otherwise. `more`: what it carries besides."""
    return Button(label=label or _("Vis møtet"), action=Do.PAGE, arguments=about(meeting, **more))


def about(meeting: Meeting, **more: object) -> dict[str, str]:
    """What every button and form about a meeting carries: a page of the meeting is confined to it."""
    return {"meeting": str(meeting.id), **{name: str(value) for name, value in more.items()}}
