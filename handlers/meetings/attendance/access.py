"""Who may answer for whom, and who may mark who was there. Asked each time it is done."""

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from handlers.calendar import dates
from handlers.errors import Gone, NotAllowed
from handlers.meetings import at_hand
from handlers.meetings.agenda import lines
from handlers.meetings.at_hand import AtHand
from handlers.meetings.attendance import roll
from handlers.meetings.attendance.roll import Attendee, Roll
from handlers.messages.settled import Settled
from handlers.people.access import DECIDERS, may_write_minutes
from handlers.people.context import Context
from handlers.people.roles import Role
from handlers.writing.language import _
from storage import agenda
from storage.tables import Committee, Meeting

WHO = "who"
"""The argument that says whom something is about, where it is not whoever does it."""
_AFTER = timedelta(hours=12)
"""So long after a meeting whoever was its minute taker as it began may mark who was there, whatever they are by now: a
term may end at midnight in the middle of it."""


class Attending(NamedTuple):
    """A meeting, everybody at it, and the one whom it is about."""

    meeting: Meeting
    committee: Committee
    roll: Roll
    who: Attendee


class Marking(NamedTuple):
    """A meeting, with everybody at it."""

    meeting: Meeting
    committee: Committee
    roll: Roll


async def _read(
    context: Context, arguments: Mapping[str, str], *, lock: bool, lay: bool = False
) -> tuple[AtHand, Roll]:
    """`lock`: nobody else changes who comes or was there until the transaction ends. `lay`: each item has a place."""
    found = await at_hand.find(context, arguments)
    if lock or lay:
        await agenda.locked(context.session, found.meeting.id)
    read = await lines.read(context.session, *found)
    if lay:
        read = await lines.lay_down(context.session, read)
    return found, await roll.read(context.session, read)


async def to_attend(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Attending:
    """The meeting, for somebody whom it is for; or (`WHO`) about them, for whoever marks who was there.

    Raises:
        Gone, NotAllowed: says why not.
    """
    found, everybody = await _read(context, arguments, lock=lock)
    key = arguments.get(WHO, "")
    if key and key != f"p{context.actor.person_id}":
        _require_marker(context, found, everybody)
        who = everybody.called(key)
        if who is None:
            raise gone()
        return Attending(*found, everybody, who)
    who = everybody.person(context.actor.person_id)
    if who is None:
        raise NotAllowed(
            _(
                "Du er ikke innkalt til møtet i {committee} {day}. Skal du være med, be sekretariatet føre deg opp."
            ).format(committee=found.committee.name, day=dates.short_day(found.meeting.starts_at, found.meeting.zone))
        )
    return Attending(*found, everybody, who)


async def to_answer(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Attending:
    """The same as long as there is something to answer. Raises also `Settled`: it is over, or cancelled."""
    at = await to_attend(context, arguments, lock=lock)
    require_open(context, at.meeting)
    return at


def require_open(context: Context, meeting: Meeting) -> None:
    if meeting.cancelled_at is not None:
        raise Settled(_("Møtet er avlyst, så du trenger ikke å svare."))
    if meeting.ends_at <= context.now:
        raise Settled(_("Møtet er over. Si fra til referenten hvis oppmøtet er ført feil."))


async def to_mark(context: Context, arguments: Mapping[str, str], *, lock: bool = False, lay: bool = False) -> Marking:
    """The meeting, for whoever marks who was there: a minute taker of the committee, or its secretariat.

    `lay`: each item of the agenda gets a place, to be referred to.

    Raises:
        Gone, NotAllowed: says why not.
        Settled: it is cancelled.
    """
    found, everybody = await _read(context, arguments, lock=lock, lay=lay)
    _require_marker(context, found, everybody)
    if found.meeting.cancelled_at is not None:
        raise Settled(_("Møtet er avlyst, så det er ikke noe oppmøte å føre."))
    return Marking(*found, everybody)


def may_mark(context: Context, meeting: Meeting, everybody: Roll) -> bool:
    """Whether the actor may mark who was there."""
    if may_write_minutes(context.actor, meeting.committee_id):
        return True
    own = everybody.person(context.actor.person_id)
    return (
        own is not None
        and context.now < meeting.ends_at + _AFTER
        and not own.roles.isdisjoint((Role.MINUTE_TAKER, *DECIDERS))
    )


def _require_marker(context: Context, found: AtHand, everybody: Roll) -> None:
    if not may_mark(context, found.meeting, everybody):
        raise NotAllowed(
            _("Bare referenten og sekretariatet for {committee} kan gjøre dette.").format(
                committee=found.committee.name
            )
        )


def gone() -> Gone:
    return Gone(_("Personen står ikke på listen over oppmøtet lenger."))
