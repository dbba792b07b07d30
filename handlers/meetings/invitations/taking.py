"""What becomes of an answer that somebody gave in their calendar: the same as by the buttons, or they are told why not.

It counts only where the e-mail came from the address of whoever it says it is of, they have an invitation to that
meeting, and they have not answered since. Anything else is nobody's, and nobody is told of it: an answer to that would
tell a stranger who is invited to what.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.calendar.answer import CalendarAnswer, Says
from handlers.calendar.zone import local_day
from handlers.cases import around
from handlers.errors import BotError
from handlers.meetings.attendance import answering, buttons, news
from handlers.messages.message import Fact, Message
from handlers.messages.standing import Seen, places, tell_once
from handlers.people.context import Actor, Context
from handlers.people.roles import Role
from handlers.writing.identity import without_possible_numbers
from handlers.writing.language import _
from handlers.writing.text import clean, shorten
from storage import attendance, invitations
from storage.tables import Answer, Committee, Meeting, MeetingInvitation

_ANSWERS = {Says.ACCEPTED: Answer.COMING, Says.DECLINED: Answer.ABSENT, Says.TENTATIVE: None}
_LONGEST_NOTE = 200
_ROLES = {role.value for role in Role}


class Outcome(StrEnum):
    """What became of an answer, for the log."""

    TAKEN = "taken in"
    COUNTERED = "another time is proposed"
    REFUSED = "not taken in, and they are told why"
    NOBODYS = "left, nobody with that address is invited to such a meeting"
    ANOTHERS = "left, it says that it is somebody else's"
    OLDER = "left, they have answered since"
    OVER = "left, the meeting is over or cancelled, or does not concern them any more"


async def take(session: AsyncSession, sender: str, answer: CalendarAnswer, now: datetime) -> Outcome:
    """Take in what came from the address `sender` (in lower case)."""
    found = None
    for address in _spellings(sender):
        found = found or await invitations.invited(session, answer.uid, address)
    if found is None:
        return Outcome.NOBODYS
    invitation, meeting, committee = found
    if answer.attendee not in _spellings(sender):
        return Outcome.ANOTHERS
    if meeting.cancelled_at is not None or meeting.ends_at <= now or invitation.cancelled:
        return Outcome.OVER
    # Nobody has answered tomorrow, whatever their clock says: they could not answer again until then.
    at = min(answer.at, now)
    if not await _is_newest(session, invitation, at):
        return Outcome.OLDER
    await invitations.note_answer(session, invitation.id, at, now)
    context = await _context(session, invitation.person_id, now)
    note = shorten(without_possible_numbers(clean(answer.comment)), _LONGEST_NOTE)
    if answer.counters:
        await _tell_secretariat(context, meeting, committee, answer, at, note)
        return Outcome.COUNTERED
    if not _is_of_now(answer, meeting):
        await _ask_again(context, meeting, committee, at, _outdated)
        return Outcome.REFUSED
    if answer.says not in _ANSWERS:
        await _ask_again(context, meeting, committee, at, _not_understood)
        return Outcome.REFUSED
    try:
        await answering.from_calendar(context, meeting, _ANSWERS[answer.says], note)
    except BotError as error:
        said = str(error)
        await _ask_again(context, meeting, committee, at, lambda: said)
        return Outcome.REFUSED
    return Outcome.TAKEN


def _spellings(address: str) -> tuple[str, ...]:
    """An address as it came, and with its domain as people write it: `xn--brum-voa.example` is `bærum.example`."""
    box, at, domain = address.rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode().lower()
        readable = ascii_domain.encode().decode("idna").lower()
    except UnicodeError:
        return (address,)
    return tuple(dict.fromkeys((address, f"{box}{at}{ascii_domain}", f"{box}{at}{readable}")))


def _is_of_now(answer: CalendarAnswer, meeting: Meeting) -> bool:
    """Whether what was answered is the meeting as it is now. Some calendars leave the sequence out."""
    if answer.sequence is not None:
        return answer.sequence >= meeting.sequence
    return meeting.sequence == 0 or answer.starts_at == meeting.starts_at


async def _is_newest(session: AsyncSession, invitation: MeetingInvitation, at: datetime) -> bool:
    """Whether they have not answered since, in the calendar or in another way."""
    if invitation.answered_at is not None and at <= invitation.answered_at:
        return False
    row = await attendance.of_person(session, invitation.meeting_id, invitation.person_id)
    answered_at = row.answered_at if row is not None else None
    # When the last answer of the calendar was taken in is later than when it was given.
    return answered_at is None or answered_at == invitation.taken_at or answered_at < at


async def _context(session: AsyncSession, person_id: int, now: datetime) -> Context:
    """Their call, as if they had pressed a button."""
    who = await invitations.answering(session, person_id, local_day(now))
    actor = Actor(
        person_id=who.person_id,
        name=who.name,
        organisation_id=who.organisation_id,
        organisation_name=who.organisation,
        language=who.language,
        account_id=0,
        roles={
            committee: frozenset(Role(role) for role in held if role in _ROLES) for committee, held in who.roles.items()
        },
    )
    return Context(session, actor, now, lasting=False)


# --- what is told ------------------------------------------------------------------------------------------


async def _ask_again(
    context: Context, meeting: Meeting, committee: Committee, at: datetime, why: Callable[[], str]
) -> None:
    """Their answer does not count: they read why, and can answer where it does."""

    own = context.actor.roles.get(committee.id, frozenset())

    def build() -> Message:
        return Message(
            title=_("Svaret ditt i kalenderen er ikke tatt imot"),
            text=why(),
            facts=(Fact(label=_("Utvalg"), value=committee.name), *news.facts(meeting)),
            buttons=buttons.to_answer(meeting, substitute=bool(own.difference((Role.SUBSTITUTE, Role.GUEST)))),
            page=buttons.page_of(meeting, committee, follows=bool(own)),
        )

    about_it = news.subject(meeting)
    own_place = places(f"{about_it}:calendar:{at.isoformat()}", [(context.actor.person_id, context.actor.language)])
    seen = [Seen(own_place, build)]
    await tell_once(context.session, context.now, about_it, seen, expires_at=meeting.ends_at)


def _outdated() -> str:
    return _("Møtet er endret siden invitasjonen som du svarte på. Kommer du?")


def _not_understood() -> str:
    return _(
        "Boten tar bare imot at du kommer, ikke kommer eller kanskje kommer. Skal en annen møte for deg, svar her."
    )


async def _tell_secretariat(
    context: Context, meeting: Meeting, committee: Committee, answer: CalendarAnswer, at: datetime, note: str
) -> None:
    """Somebody wants another time: they have not said whether they come, so an answer is still waited for."""
    actor, proposed = context.actor, answer.proposed

    def build() -> Message:
        facts = [*news.facts(meeting)]
        if proposed is not None:
            when = dates.span(proposed.starts_at, proposed.ends_at, meeting.zone)
            facts.append(Fact(label=_("Foreslått tid"), value=when))
        return Message(
            title=_("{name} vil ha et annet tidspunkt for møtet i {committee} {day}").format(
                name=actor.name,
                committee=committee.name,
                day=dates.short_day(meeting.starts_at, meeting.zone),
            ),
            text=note,
            facts=tuple(facts),
            buttons=(news.show_meeting(meeting),),
            page=buttons.page_of(meeting, committee),
        )

    holders = await around.secretaries(context.session, meeting.committee_id, context.now)
    others = [(holder.person_id, holder.language) for holder in holders if holder.person_id != actor.person_id]
    about_it = news.subject(meeting)
    seen = [Seen(places(f"{about_it}:counter:{actor.person_id}:{at.isoformat()}", others), build)]
    await tell_once(context.session, context.now, about_it, seen, expires_at=meeting.ends_at)
