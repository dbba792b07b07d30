"""What whoever runs a poll does with it on its way: another deadline, more people to ask, the end of it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from handlers.calendar import clock_changes, dates
from handlers.cases.forms import presenters_to_choose
from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Day, Dialog, Note, Person, Raw, Reply, Step, TimeOfDay
from handlers.errors import AlreadyDone, BadInput
from handlers.messages.arguments import id_in
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.polls import announce, at_hand, reminding, showing, views
from handlers.polls.at_hand import Poll
from handlers.polls.starting import wrong_deadline
from handlers.writing.language import N_, _, ngettext
from storage import people, polls
from storage.tables import PollStatus

_KEPT = ("poll", "meeting")


def kept(arguments: Mapping[str, str], *more: str) -> dict[str, str]:
    """What a form keeps of the button that opened it."""
    return {name: arguments[name] for name in (*_KEPT, *more) if name in arguments}


async def what(context: Context, answers: Answers) -> str:
    """Which poll a form is about."""
    read = await at_hand.to_run(context, answers.arguments)
    return _("Datovalget: møte i {committee}. Svarfristen er {when}.").format(
        committee=read.committee.name, when=views.closes(read)
    )


async def still(context: Context, arguments: Mapping[str, str]) -> None:
    await at_hand.to_change(context, arguments)


async def _may(context: Context, arguments: Mapping[str, str]) -> Raw:
    await at_hand.to_change(context, arguments)
    return {}


# --- another deadline --------------------------------------------------------------------------------------


class Extend(Step):
    """En annen svarfrist."""

    about = About(title=N_("Endre svarfristen"), submit=N_("Lagre"))
    which: Annotated[None, Note("", text=what)] = None
    until: Annotated[date, Day(N_("Svarfrist"))]
    clock: Annotated[time, TimeOfDay(N_("Svarfristens klokkeslett"))]

    async def problems(self, context: Context, answers: Answers) -> Mapping[str, str]:
        until, clock = getattr(self, "until", None), getattr(self, "clock", None)
        if until is None or clock is None:
            return {}
        wrong = _wrong(context, await at_hand.to_run(context, answers.arguments), datetime.combine(until, clock))
        return {"until": wrong} if wrong else {}


def _wrong(context: Context, read: Poll, wall: datetime) -> str:
    coming = read.coming(context.now)
    if not coming:
        return _("Ingen av tidene er igjen, så det er ikke noe å svare på. Avlys datovalget, og start et nytt.")
    return wrong_deadline(wall, ZoneInfo(read.row.zone), context.now, coming[-1].row.starts_at)


async def _begin(context: Context, arguments: Mapping[str, str]) -> Raw:
    read = await at_hand.to_change(context, arguments)
    local = read.row.closes_at.astimezone(ZoneInfo(read.row.zone))
    return {"until": str(local.date()), "clock": f"{local:%H:%M}"}


async def _extended(context: Context, answers: Answers) -> Message:
    read = await at_hand.to_change(context, answers.arguments)
    step = answers[Extend]
    wall = datetime.combine(step.until, step.clock)
    wrong = _wrong(context, read, wall)
    if wrong:
        raise BadInput({"until": wrong})
    closes_at = clock_changes.moment(wall, ZoneInfo(read.row.zone)).astimezone(UTC)
    if closes_at == read.row.closes_at:
        raise BadInput({"until": _("Svarfristen er {when} fra før. Velg en annen.").format(when=views.closes(read))})
    read.row.closes_at, read.row.closes_since = closes_at, context.now
    owns = [own for _read, own in await at_hand.owns_of(context, [read])]
    await context.session.flush()
    await polls.HISTORY.add(
        context.session, read.row.id, "extended", context.actor.person_id, context.now, draft_id=answers.draft_id
    )
    await reminding.lay_all(context, read, [own.asked for own in owns])
    await announce.stand_as(context, read, owns)
    await announce.deadline_changed(context, read, owns)
    return await showing.whole(context, read, said=_("Svarfristen er {when}.").format(when=views.closes(read)))


EXTEND = Dialog(name="datovalg.forleng", steps=(Extend,), finish=_extended, prefill=_begin, still=still)


async def extend(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The form for another deadline."""
    return await conversation.start(context, EXTEND, kept(arguments))


# --- more people -------------------------------------------------------------------------------------------


class More(Step):
    """Flere som spørres."""

    about = About(title=N_("Spør flere"), submit=N_("Send"))
    which: Annotated[None, Note("", text=what)] = None
    persons: Annotated[list[str], Person(N_("Personer"), options=presenters_to_choose, several=True)]


async def _added(context: Context, answers: Answers) -> Message:
    read = await at_hand.to_change(context, answers.arguments)
    if not read.takes_answers(context.now):
        raise AlreadyDone(
            _("Svarfristen gikk ut {when}. Endre den først, og spør flere etterpå.").format(
                when=dates.day_and_clock(read.row.closes_at, read.row.zone)
            )
        )
    ids = [found for each in answers[More].persons if (found := id_in(each)) is not None]
    known = await people.names(context.session, ids)
    asked = {each.row.person_id: each for each in (await polls.asked(context.session, [read.row.id]))[read.row.id]}
    new = [person_id for person_id in known if person_id not in asked or not asked[person_id].is_asked]
    if not new:
        raise BadInput({"persons": _("De du har valgt, er allerede spurt. Velg noen andre.")})
    for person_id in new:
        if person_id in asked:
            asked[person_id].row.named, asked[person_id].row.gone_at = True, None
            asked[person_id].row.asked_at = context.now
    strangers = [person_id for person_id in new if person_id not in asked]
    await polls.ask(context.session, read.row.id, dict.fromkeys(strangers, True), context.now)
    read = await at_hand.refreshed(context, read)
    await polls.HISTORY.add(
        context.session, read.row.id, "asked", context.actor.person_id, context.now, draft_id=answers.draft_id
    )
    now_asked = (await polls.asked(context.session, [read.row.id], new))[read.row.id]
    await reminding.lay_all(context, read, now_asked)
    await announce.stand(context, read, new)
    said = ngettext("{count} person til er spurt.", "{count} personer til er spurt.", len(new)).format(count=len(new))
    return await showing.whole(context, read, said=said)


ADD = Dialog(name="datovalg.sporflere", steps=(More,), finish=_added, prefill=_may, still=still)


async def add(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The form for more people to ask."""
    return await conversation.start(context, ADD, kept(arguments))


# --- the end of it -----------------------------------------------------------------------------------------


async def cancel(context: Context, arguments: Mapping[str, str]) -> Reply:
    """It is not asked any more, and there is no meeting."""
    read = await at_hand.to_change(context, arguments)
    owns = [own for _read, own in await at_hand.owns_of(context, [read])]
    read.row.status, read.row.closed_at = PollStatus.CANCELLED, context.now
    await context.session.flush()
    await polls.HISTORY.add(context.session, read.row.id, "cancelled", context.actor.person_id, context.now)
    await reminding.lay_all(context, read, [own.asked for own in owns])
    await announce.stand_as(context, read, owns)
    await announce.cancelled(context, read, owns)
    return await showing.whole(context, read, said=_("Datovalget er avlyst. De som er spurt, får beskjed."))
