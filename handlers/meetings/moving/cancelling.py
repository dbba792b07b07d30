"""A meeting is cancelled, with a reason that those concerned read; or held after all."""

from collections.abc import Mapping
from typing import Annotated

from handlers.calendar import dates
from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Dialog, LongText, Note, Raw, Reply, Step
from handlers.meetings import at_hand as meetings
from handlers.meetings import changes, making
from handlers.meetings.at_hand import about, meeting_button
from handlers.meetings.life import By, MeetingTimes, in_words
from handlers.meetings.making import Times
from handlers.meetings.moving import at_hand, effects
from handlers.meetings.moving.forms import REASON, which_meeting
from handlers.messages.message import Fact, Message
from handlers.people.context import Context
from handlers.writing.language import N_, _


async def _what_is_cancelled(context: Context, answers: Answers) -> tuple[Fact, ...]:
    meeting, committee = await meetings.find(context, answers.arguments)
    counted = await effects.of(context, meeting, committee, MeetingTimes.of(meeting))
    facts = (
        (_("Dette skjer"), effects.of_cancelling(counted)),
        (_("Får beskjed"), effects.people(counted.told)),
    )
    return tuple(Fact(label=label, value=value) for label, value in facts if value)


class Cancel(Step):
    """Hvorfor møtet avlyses."""

    about = About(title=N_("Avlys møtet"), submit=N_("Avlys møtet"), facts=_what_is_cancelled)
    which: Annotated[None, Note("", text=which_meeting)] = None
    reason: Annotated[str, LongText(N_("Grunn"), help=N_("De som får beskjed, leser den."), max_length=REASON)]


async def _begin(context: Context, arguments: Mapping[str, str]) -> Raw:
    meeting, _committee = await at_hand.to_change(context, arguments)
    return {at_hand.SEEN: at_hand.seen(meeting)}


async def _still(context: Context, arguments: Mapping[str, str]) -> None:
    await at_hand.to_change(context, arguments)


async def _cancelled(context: Context, answers: Answers) -> Message:
    found = await at_hand.to_change(context, answers.arguments)
    await at_hand.hold_still(context, found)
    meeting, committee = await at_hand.to_change(context, answers.arguments)
    await at_hand.refuse_overtaken(context, meeting, "reason", answers.prefilled, {at_hand.SEEN: at_hand.seen(meeting)})
    counted = await effects.of(context, meeting, committee, MeetingTimes.of(meeting))
    meeting.cancelled_at = context.now
    meeting.source = at_hand.source(context)
    by = By(context.actor.person_id, answers[Cancel].reason, answers.draft_id)
    await changes.cancelled(context.session, meeting, context.now, by)
    return Message(
        title=_("Møtet i {committee} er avlyst").format(committee=committee.name),
        facts=(
            Fact(label=_("Møte"), value=in_words(MeetingTimes.of(meeting), meeting.zone)),
            Fact(label=_("Grunn"), value=by.reason),
            Fact(label=_("Får beskjed"), value=effects.people(counted.told)),
        ),
        buttons=(meeting_button(meeting),),
        replace=True,
    )


CANCEL = Dialog(name="motetid.avlys", steps=(Cancel,), finish=_cancelled, prefill=_begin, still=_still)


async def cancel(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The form."""
    meeting, _committee = await at_hand.to_change(context, arguments)
    return await conversation.start(context, CANCEL, about(meeting))


# --- after all ---------------------------------------------------------------------------------------------


async def _what_is_held(context: Context, answers: Answers) -> tuple[Fact, ...]:
    meeting, committee = await meetings.find(context, answers.arguments)
    counted = await effects.of(context, meeting, committee, MeetingTimes.of(meeting))
    deadline = dates.day_and_clock(meeting.deadline_at, meeting.zone)
    passed = _("{deadline} (gått ut)").format(deadline=deadline)
    facts = (
        (_("Frist for å melde saker"), passed if meeting.deadline_at <= context.now else deadline),
        (_("Får beskjed"), effects.people(counted.told)),
    )
    return tuple(Fact(label=label, value=value) for label, value in facts)


class Hold(Step):
    """At et avlyst møte holdes likevel."""

    about = About(title=N_("Hold møtet likevel"), submit=N_("Hold møtet"), facts=_what_is_held)
    which: Annotated[None, Note("", text=which_meeting)] = None
    reason: Annotated[
        str, LongText(N_("Grunn"), help=N_("De som får beskjed, leser den. Du kan la den stå tom."), max_length=REASON)
    ] = ""


async def _begin_holding(context: Context, arguments: Mapping[str, str]) -> Raw:
    await at_hand.to_hold(context, arguments)
    return {}


async def _still_cancelled(context: Context, arguments: Mapping[str, str]) -> None:
    await at_hand.to_hold(context, arguments)


async def _held(context: Context, answers: Answers) -> Message:
    found = await at_hand.to_hold(context, answers.arguments)
    await at_hand.hold_still(context, found)
    meeting, committee = await at_hand.to_hold(context, answers.arguments)
    times = Times(meeting.starts_at, meeting.ends_at, meeting.deadline_at)
    await making.refuse_twice(context.session, committee, times, besides=meeting.id, field="reason")
    counted = await effects.of(context, meeting, committee, MeetingTimes.of(meeting))
    meeting.cancelled_at = None
    meeting.source = at_hand.source(context)
    by = By(context.actor.person_id, answers[Hold].reason, answers.draft_id)
    await changes.reinstated(context.session, meeting, context.now, by=by)
    return Message(
        title=_("Møtet i {committee} holdes likevel").format(committee=committee.name),
        facts=(
            Fact(label=_("Møte"), value=in_words(MeetingTimes.of(meeting), meeting.zone)),
            Fact(label=_("Får beskjed"), value=effects.people(counted.told)),
        ),
        buttons=(meeting_button(meeting),),
        replace=True,
    )


HOLD = Dialog(name="motetid.likevel", steps=(Hold,), finish=_held, prefill=_begin_holding, still=_still_cancelled)


async def hold(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The form."""
    meeting, _committee = await at_hand.to_hold(context, arguments)
    return await conversation.start(context, HOLD, about(meeting))
