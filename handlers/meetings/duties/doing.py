"""A yearly duty is done, or was not after all; and what of them somebody owes."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial

from handlers.capability import Owed
from handlers.dialogs.dialog import Reply
from handlers.errors import Gone, NotAllowed
from handlers.meetings.duties import reminders, views
from handlers.meetings.duties.due import Duty, duties, duty_called
from handlers.messages.arguments import id_in, id_of
from handlers.people.access import may_decide
from handlers.people.context import Context
from handlers.reminders import doing
from handlers.writing.language import _
from storage import committees, yearly
from storage.direct import Question


async def done(context: Context, arguments: Mapping[str, str]) -> Reply:
    """«Gjort». Pressed twice, it is done once."""
    duty = await _find(context, arguments)
    await yearly.note_done(
        context.session, duty.committee.id, duty.rule.name, duty.year, context.actor.person_id, context.now
    )
    await doing.say(context, reminders.subject(duty), reminders.NAME, partial(views.done, duty))
    return views.done(duty)


async def undo(context: Context, arguments: Mapping[str, str]) -> Reply:
    """«Angre»: reminders go on."""
    duty = await _find(context, arguments)
    await yearly.forget_done(context.session, duty.committee.id, duty.rule.name, duty.year)
    anew = partial(views.reminder, duty, context.now)
    await doing.say(context, reminders.subject(duty), reminders.NAME, anew)
    return anew().model_copy(update={"replace": True})


async def _find(context: Context, arguments: Mapping[str, str]) -> Duty:
    committee = await committees.committee(context.session, id_of(arguments, "committee"))
    year = id_in(arguments.get("year", ""))
    duty = duty_called(committee, arguments.get("duty", ""), year) if committee and year else None
    if duty is None or committee is None or committee.removed_at is not None:
        raise Gone(_("Denne plikten står ikke lenger i partnerskapsfilen."))
    if not may_do(context, duty):
        raise NotAllowed(
            _("Bare den plikten hører til hos, og sekretariatet for {committee}, kan gjøre dette.").format(
                committee=committee.name
            )
        )
    return duty


def may_do(context: Context, duty: Duty) -> bool:
    """Whether it is the actor's, or they serve the committee."""
    own = context.actor.roles.get(duty.committee.id, frozenset())
    return may_decide(context.actor, duty.committee.id) or not own.isdisjoint(duty.rule.who)


def foresees(context: Context) -> Sequence[Question]:
    """What `owes` asks first."""
    ids = list(context.actor.roles)
    return [committees.asked_with_ids(ids)] if ids else []


async def owes(context: Context) -> Sequence[Owed]:
    """The duties of the actor's committees that are theirs and not done, from when the first reminder of each comes."""
    ids = list(context.actor.roles)
    if not ids:
        return ()
    own = [
        duty
        for committee in await committees.with_ids(context.session, ids)
        if committee.removed_at is None
        for duty in duties(committee, context.now)
        if not context.actor.roles[committee.id].isdisjoint(duty.rule.who)
    ]
    is_done = await yearly.done(context.session, {duty.committee.id for duty in own}) if own else set()
    return [
        Owed(
            _("{duty} {year} for {committee}").format(
                duty=duty.rule.name, year=duty.year, committee=duty.committee.name
            ),
            (views.done_button(duty),),
            # Until the last moment of its last day.
            duty.over - timedelta(seconds=1),
            whole_day=True,
            zone=duty.committee.zone,
        )
        for duty in own
        if (duty.committee.id, duty.rule.name, duty.year) not in is_done
    ]
