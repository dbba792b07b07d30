"""What others are told when somebody answers, or is asked to come."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.cases import around
from handlers.meetings import joining
from handlers.meetings.at_hand import meeting_button
from handlers.meetings.attendance import buttons
from handlers.meetings.attendance.actions import Do
from handlers.meetings.attendance.roll import Attendee, named
from handlers.messages.deliveries import as_json
from handlers.messages.message import Button, Fact, Message
from handlers.messages.standing import Build, Seen, places, show, tell_once
from handlers.people.context import Context
from handlers.writing.language import _, speaking
from storage import deliveries
from storage.deliveries import Wish
from storage.history import Event
from storage.tables import Committee, Meeting
from storage.types import JsonObject


def subject(meeting: Meeting) -> str:
    """The subject of what is said about who comes to a meeting."""
    return f"meeting:{meeting.id}:attendance"


def _asked_for(meeting: Meeting, member: Attendee) -> str:
    """How the places begin of those who were asked to stand in for the member."""
    return f"{subject(meeting)}:substitute:{member.person_id}"


def facts(meeting: Meeting) -> tuple[Fact, ...]:
    """When and where."""
    found = (
        (_("Møte"), dates.span(meeting.starts_at, meeting.ends_at, meeting.zone)),
        (_("Sted"), meeting.place),
    )
    return tuple(Fact(label=label, value=value) for label, value in found if value)


def show_meeting(meeting: Meeting, **carried: str) -> Button:
    return meeting_button(meeting, _("Vis sakslisten"), **carried)


async def tell(
    context: Context,
    meeting: Meeting,
    event: Event,
    readers: Mapping[int, str],
    build: Build,
    *,
    besides: Collection[int] = (),
) -> None:
    """News for these readers (language by person id), but not for whoever did it."""
    others = [each for each in readers.items() if each[0] != context.actor.person_id and each[0] not in besides]
    about_it = subject(meeting)
    await tell_once(
        context.session, context.now, about_it, [Seen(places(f"{about_it}:news:{event.id}", others), build)]
    )


async def secretariat(context: Context, meeting: Meeting) -> dict[int, str]:
    """The committee's secretariat: language by person id."""
    holders = await around.secretaries(context.session, meeting.committee_id, context.now)
    return {holder.person_id: holder.language for holder in holders}


async def ask_substitute(
    context: Context, meeting: Meeting, committee: Committee, substitute_id: int, language: str, member: Attendee
) -> None:
    """The substitute hears that they are to come, for whom, and gets the agenda. They can say no."""
    place = places(_asked_for(meeting, member), [(substitute_id, language)])
    await show(context, subject(meeting), [Seen(place, partial(asked, meeting, committee, member.name))])


def asked(meeting: Meeting, committee: Committee, member: str) -> Message:
    """What a substitute is asked."""
    return Message(
        title=_("Kan du møte for {member} i {committee}?").format(member=member, committee=committee.name),
        text=_("Svar her. Papirene ligger i sakslisten."),
        facts=(*facts(meeting), *joining.facts(meeting)),
        links=joining.links(meeting),
        buttons=(*buttons.to_answer(meeting, substitute=False), show_meeting(meeting)),
        page=buttons.page_of(meeting, committee),
    )


async def release_substitute(
    context: Context, meeting: Meeting, committee: Committee, substitute: Attendee, member: Attendee, event: Event
) -> None:
    """The substitute is not needed any more. Who has not seen that they were asked, hears nothing."""
    if substitute.person_id is None:
        return
    reader = (substitute.person_id, substitute.language)
    place = places(_asked_for(meeting, member), [reader])

    def build() -> Message:
        return Message(
            title=_("Du trenger ikke å møte for {member} i {committee} likevel").format(
                member=member.name, committee=committee.name
            ),
            facts=facts(meeting),
        )

    if await deliveries.take_back(context.session, subject(meeting), *place):
        return
    await show(context, subject(meeting), [Seen(place, build)])
    await tell(context, meeting, event, dict([reader]), build)


async def substitute_declined(
    context: Context, meeting: Meeting, committee: Committee, substitute: Attendee, member: Attendee, event: Event
) -> None:
    """The member and the secretariat hear that the substitute does not come."""

    def build() -> Message:
        return Message(
            title=_("{substitute} kan ikke møte for {member}").format(substitute=substitute.name, member=member.name),
            text=_("Møtet i {committee}: {member} står nå med forfall, til noen andre er funnet.").format(
                committee=committee.name, member=member.name
            ),
            facts=facts(meeting),
        )

    def to_member() -> Message:
        again = buttons.to_answer(meeting)
        return build().model_copy(update={"buttons": again, "page": buttons.page_of(meeting, committee)})

    own = {member.person_id: member.language} if member.person_id is not None else {}
    await tell(context, meeting, event, own, to_member)
    await tell(context, meeting, event, await secretariat(context, meeting), build, besides=own)


async def invite(context: Context, meeting: Meeting, committee: Committee, guest: Attendee) -> None:
    """A guest hears to which items they are asked to come; the same message follows when these change."""

    def build() -> Message:
        items = ", ".join(named(line, closed=False) for line in guest.guest_in)
        what = _("sak {items}").format(items=items) if items else _("møtet")
        return Message(
            title=_("Du er invitert til {what} i {committee}").format(what=what, committee=committee.name),
            facts=facts(meeting),
            buttons=buttons.to_answer(meeting, substitute=False),
            page=buttons.page_of(meeting, committee, follows=False),
        )

    if guest.person_id is not None:
        place = places(f"{subject(meeting)}:guest", [(guest.person_id, guest.language)])
        await show(context, subject(meeting), [Seen(place, build)])


async def show_answers(session: AsyncSession, meeting: Meeting, attendees: Sequence[Attendee], now: datetime) -> None:
    """Every message that these people have with the buttons says what they have answered by now: two statements. What
    says so already is left alone."""
    by_id = {each.person_id: each for each in attendees if each.person_id is not None}
    wishes = []
    # Many have the same message, and have answered the same.
    drawn: dict[tuple[str, str, str | None, str], JsonObject | None] = {}
    for person_id, held in await deliveries.held_by_any(session, list(by_id), Do.COME):
        attendee = by_id[person_id]
        with speaking(attendee.language):
            said = buttons.in_words(attendee)
            alike = (json.dumps(held.message), attendee.language, attendee.answer, said)
            if alike not in drawn:
                message = Message.model_validate(held.message)
                is_about = buttons.is_about(message, meeting)
                drawn[alike] = as_json(buttons.answered(message, attendee, meeting)) if is_about else None
        shown = drawn[alike]
        if shown is not None and shown != held.message:
            wishes.append(Wish(held.key, held.subject, person_id, shown, max(held.due_at, now)))
    await deliveries.wish(session, wishes)
