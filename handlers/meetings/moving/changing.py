"""A meeting is moved, or something of it is changed: seen over before it is done."""

from collections.abc import Mapping
from typing import Any

from handlers.calendar import dates
from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Dialog, LookOver, Raw, Reply
from handlers.errors import BadInput
from handlers.meetings import at_hand as meetings
from handlers.meetings import changes
from handlers.meetings.at_hand import AtHand, about, meeting_button
from handlers.meetings.life import By, MeetingTimes, in_words
from handlers.meetings.moving import at_hand, effects, forms
from handlers.meetings.moving.forms import Move, ToBe
from handlers.meetings.moving.remarks import Remarks
from handlers.messages.message import Fact, Message
from handlers.people.context import Context
from handlers.writing.language import N_, _


def dialog(remarks: Remarks) -> Dialog:
    """`remarks`: what whoever moves it should have seen."""

    async def preview(context: Context, answers: Answers) -> tuple[Fact, ...]:
        return await _preview(remarks, context, answers)

    class Look(LookOver):
        """Se over hva som skjer når møtet flyttes."""

        about = About(title=N_("Se over flyttingen"), submit=N_("Flytt møtet"), facts=preview)

    return Dialog(name="motetid.flytt", steps=(Move, Look), finish=_moved, prefill=_begin, still=_still)


async def start(dialog: Dialog, context: Context, arguments: Mapping[str, str]) -> Reply:
    """The form."""
    meeting, _committee = await at_hand.to_change(context, arguments)
    given = {"day": arguments["day"]} if "day" in arguments else None
    return await conversation.start(context, dialog, about(meeting), given)


async def _begin(context: Context, arguments: Mapping[str, str]) -> Raw:
    return forms.begins_with(*await at_hand.to_change(context, arguments))


async def _still(context: Context, arguments: Mapping[str, str]) -> None:
    await at_hand.to_change(context, arguments)


async def _preview(remarks: Remarks, context: Context, answers: Answers) -> tuple[Fact, ...]:
    found = await meetings.find(context, answers.arguments)
    to_be = await forms.to_be(context, found, answers[Move])
    counted = await effects.of(context, found.meeting, found.committee, to_be.after)
    said = [*to_be.times.remarks, *await remarks(context, to_be.wanted, found.meeting.id)]
    before, after, zone = MeetingTimes.of(found.meeting), to_be.after, found.committee.zone
    facts = (
        (_("Utvalg"), found.committee.name),
        (_("Før"), in_words(before, zone)),
        (_("Nå"), in_words(after, zone)),
        (_("Nettmøte"), after.join_url if after.join_url != before.join_url else ""),
        (_("Frist for å melde saker"), dates.day_and_clock(to_be.times.deadline_at, zone)),
        (_("Grunn"), answers[Move].reason),
        (_("Dette skjer"), effects.of_moving(counted)),
        (_("Frister som flyttes"), "\n".join(counted.deadlines)),
        (_("Får beskjed"), effects.people(counted.told)),
        (_("Svar"), effects.answers(counted)),
        (_("Legg merke til"), "\n".join(said)),
    )
    return tuple(Fact(label=label, value=value) for label, value in facts if value)


async def _moved(context: Context, answers: Answers) -> Message:
    found = await at_hand.to_change(context, answers.arguments)
    await at_hand.hold_still(context, found)
    # Whoever was first has changed it by now.
    found = await at_hand.to_change(context, answers.arguments)
    meeting, committee = found
    await _refuse_overtaken(context, found, answers)
    step = answers[Move]
    to_be = await forms.to_be(context, found, step)
    forms.refuse_the_same(meeting, to_be)
    before = MeetingTimes.of(meeting)
    counted = await effects.of(context, meeting, committee, to_be.after)
    _put(context, found, to_be)
    by = By(context.actor.person_id, step.reason, answers.draft_id)
    if before[:4] == to_be.after[:4]:
        await changes.deadline_moved(context.session, meeting, before.deadline_at or context.now, context.now, by)
    else:
        await changes.moved(context.session, meeting, before, context.now, by)
    return _told(found, before, counted, to_be)


def _put(context: Context, found: AtHand, to_be: ToBe) -> None:
    meeting = found.meeting
    meeting.starts_at, meeting.ends_at, meeting.deadline_at = to_be.times[:3]
    meeting.place, meeting.join_url = to_be.wanted.place, to_be.wanted.join_url
    meeting.zone, meeting.day_only = found.committee.zone, False
    meeting.source = at_hand.source(context)


async def _refuse_overtaken(context: Context, found: AtHand, answers: Answers) -> None:
    """What its person left alone is then as it is by now; what they wrote stays."""
    now = forms.begins_with(*found)
    left = {
        name: value
        for name, value in now.items()
        if name != at_hand.SEEN and (answers.raw.get(name) or None) == answers.prefilled.get(name)
    }
    try:
        await at_hand.refuse_overtaken(context, found.meeting, "day", answers.prefilled, now)
    except BadInput as error:
        raise BadInput(error.fields, instead=left, begun=error.begun) from None


def _told(found: AtHand, before: MeetingTimes, counted: effects.Effects, to_be: ToBe) -> Message:
    meeting, committee = found
    zone = meeting.zone
    title = _("Møtet i {committee} er flyttet") if _is_moved(before, to_be) else _("Møtet i {committee} er endret")
    facts: tuple[tuple[str, Any], ...] = (
        (_("Før"), in_words(before, zone)),
        (_("Nå"), in_words(to_be.after, zone)),
        (_("Frist for å melde saker"), dates.day_and_clock(meeting.deadline_at, zone)),
        (_("Får beskjed"), effects.people(counted.told)),
        (_("Svar"), effects.answers(counted)),
    )
    return Message(
        title=title.format(committee=committee.name),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
        buttons=(meeting_button(meeting),),
        replace=True,
    )


def _is_moved(before: MeetingTimes, to_be: ToBe) -> bool:
    return (before.starts_at, before.ends_at) != (to_be.after.starts_at, to_be.after.ends_at)
