"""Choosing one of the times: it becomes the meeting, and everybody hears so once."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from handlers.calendar import dates
from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Day, Dialog, Note, Raw, Reply, Step, Text, TimeOfDay, YesNo
from handlers.errors import AlreadyDone, BadInput, Gone
from handlers.meetings import making
from handlers.meetings.actions import Do as Meetings
from handlers.meetings.at_hand import about
from handlers.meetings.audience import everybody_at
from handlers.meetings.life import By
from handlers.meetings.making import NewMeeting
from handlers.messages.arguments import id_of
from handlers.messages.message import Button, Message
from handlers.people.context import Context
from handlers.polls import announce, at_hand, reminding, views
from handlers.polls.at_hand import Poll
from handlers.polls.ranking import Numbered
from handlers.polls.running import kept
from handlers.writing.language import N_, _
from storage import polls
from storage.tables import MeetingSource, PollStatus

_PLACE = 150


async def _at(context: Context, arguments: Mapping[str, str]) -> tuple[Poll, Numbered]:
    """The poll, and the time that is to be chosen.

    Raises:
        Gone, NotAllowed, AlreadyDone: says why not.
    """
    read = await at_hand.to_change(context, arguments)
    time = read.called(id_of(arguments, "time"))
    if time is None:
        raise Gone(_("Tiden er ikke med i datovalget lenger."))
    if time.row.starts_at <= context.now:
        raise AlreadyDone(_("{when} har vært, og kan ikke velges.").format(when=read.when(time)))
    return read, time


async def _what(context: Context, answers: Answers) -> str:
    """All that is to be known before it is chosen."""
    read, time = await _at(context, answers.arguments)
    seen = await at_hand.picture(context, read)
    outcome = next(each for each in seen.outcomes if each.time.id == time.id)
    deadline_at = making.by_rule(read.committee, time.row.starts_at)
    deadline = dates.day_and_clock(deadline_at, read.row.zone)
    late = (
        _("Fristen for å melde saker, {deadline}, er allerede ute. Sett en annen her hvis noen skal kunne melde saker.")
        if deadline_at <= context.now
        else _("Fristen for å melde saker blir {deadline}.")
    )
    lines = (
        _("Datovalget: møte i {committee}.").format(committee=read.committee.name),
        views.numbered(read, time),
        *views.in_numbers(outcome),
        views.colliding(seen.colliding.get(time.id, 0)),
        views.odd(read.committee, time.row.starts_at, read.row.zone),
        late.format(deadline=deadline),
    )
    return "\n".join(filter(None, lines))


class Choose(Step):
    """Tidspunktet som blir møtet."""

    about = About(title=N_("Velg tidspunkt"), submit=N_("Lag møtet"))
    what: Annotated[None, Note("", text=_what)] = None
    place: Annotated[str, Text(N_("Sted"), max_length=_PLACE)] = ""
    extraordinary: Annotated[bool, YesNo(N_("Ekstraordinært møte"))] = False
    deadline: Annotated[
        date | None,
        Day(N_("Annen frist for å melde saker"), help=N_("La feltet stå tomt for å bruke utvalgets regel.")),
    ] = None
    clock: Annotated[time | None, TimeOfDay(N_("Fristens klokkeslett"))] = None

    async def problems(self, _context: Context, _answers: Answers) -> Mapping[str, str]:
        if self.clock is not None and self.deadline is None:
            return {"deadline": _("Velg dagen også, eller ta bort klokkeslettet.")}
        return {}


async def _begin(context: Context, arguments: Mapping[str, str]) -> Raw:
    read, _time = await _at(context, arguments)
    return {"place": read.row.place or None, "extraordinary": "true" if read.row.extraordinary else "false"}


async def _still(context: Context, arguments: Mapping[str, str]) -> None:
    await _at(context, arguments)


async def _chosen(context: Context, answers: Answers) -> Message:
    read, time = await _at(context, answers.arguments)
    step, zone = answers[Choose], ZoneInfo(read.row.zone)
    owns = [own for _read, own in await at_hand.owns_of(context, [read])]
    starts, ends = (at.astimezone(zone).replace(tzinfo=None) for at in (time.row.starts_at, time.row.ends_at))
    wanted = NewMeeting(
        committee=read.committee,
        starts=starts,
        ends=ends,
        source=MeetingSource.PAGE if context.only else MeetingSource.CHAT,
        place=step.place,
        deadline=datetime.combine(step.deadline, step.clock or _NOON) if step.deadline is not None else None,
        extraordinary=step.extraordinary,
    )
    try:
        by = By(context.actor.person_id, draft_id=answers.draft_id)
        made = await making.make(context.session, wanted, context.now, by)
    except BadInput as error:
        # The time itself is no field here.
        here = {name: text for name, text in error.fields.items() if name in Choose.model_fields}
        others = [text for name, text in error.fields.items() if name not in here]
        raise BadInput(here, whole=" ".join(filter(None, (error.whole if not error.fields else "", *others)))) from None
    time.row.chosen = True
    read.row.status, read.row.closed_at, read.row.meeting_id = PollStatus.CHOSEN, context.now, made.meeting.id
    await context.session.flush()
    await polls.HISTORY.add(
        context.session, read.row.id, "chosen", context.actor.person_id, context.now, draft_id=answers.draft_id
    )
    await reminding.lay_all(context, read, [own.asked for own in owns])
    told = {each.person_id for each in await everybody_at(context.session, made.meeting, context.now)}
    await announce.stand_as(context, read, owns)
    await announce.chosen(context, read, owns, told)
    shown = views.counted(read, context.now)
    remarks = (_("Møtet er laget, og de det gjelder, får beskjed."), *made.remarks)
    return shown.model_copy(
        update={
            "text": "\n".join(remarks),
            "buttons": (
                Button(label=_("Se møtet"), action=Meetings.PAGE, arguments=about(made.meeting)),
                views.show(read),
            ),
            "replace": True,
        }
    )


_NOON = time(12)

CHOOSE = Dialog(name="datovalg.velg", steps=(Choose,), finish=_chosen, prefill=_begin, still=_still)


async def choose(context: Context, arguments: Mapping[str, str]) -> Reply:
    """What is to be looked over before the time becomes the meeting."""
    return await conversation.start(context, CHOOSE, kept(arguments, "time"))
