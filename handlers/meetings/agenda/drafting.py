"""Draft mode (kladd): «Begynn å arbeide med sakslisten», «Ferdig», and what reminds of one that is still open."""

from collections.abc import Mapping, Sequence

from handlers.calendar import dates
from handlers.capability import Waiting
from handlers.dialogs.dialog import Reply
from handlers.meetings.agenda import changing, happened, told, work
from handlers.meetings.agenda.actions import PAGE, Do
from handlers.meetings.agenda.changing import Done
from handlers.meetings.at_hand import about
from handlers.messages.message import Button
from handlers.people.access import may_decide
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from storage import agenda
from storage.direct import Question


async def begin(context: Context, arguments: Mapping[str, str]) -> Reply:
    """From now on nobody is told of what changes. Beginning twice is as once."""
    read = await changing.hold(context, arguments)
    said = _("Sakslisten er en kladd til dere trykker «Ferdig».")
    if read.is_draft or read.row is None:
        return work.answer(Done(read, said), arguments)
    read.row.draft_since, read.row.drafted_by_id = context.now, context.actor.person_id
    done = Done(read, said, happened.BEGUN)
    await changing.record(context, done)
    told_then = _("Ingen får beskjed før da. Det som er endret, går ut som én melding.")
    return work.answer(done, arguments, text=told_then)


async def finish(context: Context, arguments: Mapping[str, str]) -> Reply:
    """What changed within the draft goes out as one message. Finishing twice is as once."""
    read = await changing.hold(context, arguments)
    if not read.is_draft or read.row is None:
        return work.answer(Done(read, _("Sakslisten er ingen kladd nå.")), arguments)
    read.row.draft_since = read.row.drafted_by_id = None
    convened = read.row.convened is not None
    count = await told.tell(context.session, read, context.now, besides=[context.actor.person_id])
    done = Done(read, _("Sakslisten er ferdig."), happened.FINISHED)
    await changing.record(context, done)
    if convened:
        text = _("Det som er endret siden innkallingen, går ut til dem som fikk den.")
    elif count:
        text = ngettext("{count} person får beskjed.", "{count} personer får beskjed.", count).format(count=count)
    else:
        text = _("Ingenting er endret siden medlemmene sist fikk beskjed, så ingen får noen melding.")
    return work.answer(done, arguments, text=text)


def _own(context: Context) -> list[int]:
    return [committee_id for committee_id in context.actor.roles if may_decide(context.actor, committee_id)]


def foresees(context: Context) -> Sequence[Question]:
    """What `waiting` asks."""
    own = _own(context)
    return [agenda.asked_drafts(own, context.now)] if own else []


async def waiting(context: Context) -> Sequence[Waiting]:
    """The drafts of the actor's secretariats that nobody has finished: the members know nothing of them."""
    own = _own(context)
    found = await agenda.drafts(context.session, own, context.now) if own else ()
    return [
        Waiting(
            _("Sakslisten for {committee} {day} er en kladd siden {since}, og medlemmene får ikke beskjed").format(
                committee=committee.name,
                day=dates.short_day(meeting.starts_at, meeting.zone),
                since=dates.short_day(since, meeting.zone),
            ),
            Button(label=_("Arbeid med sakslisten"), action=Do.WORK, arguments=about(meeting, **{PAGE: 0})),
        )
        for meeting, committee, since in found
    ]
