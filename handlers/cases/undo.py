"""«Angre»: within a minute a secretary takes back what they decided, and the case stands where it stood.

What others than the secretariat get to read of a decision waits for that minute (`announce.record`), so undoing it
takes back what nobody has seen. If something was sent all the same, those who got it are told that it was a mistake.
"""

from collections.abc import Mapping

from handlers.cases import actions, announce, at_hand, places, queue, views
from handlers.dialogs.dialog import Reply
from handlers.errors import AlreadyDone, NotAllowed
from handlers.messages.arguments import id_of
from handlers.messages.message import Message
from handlers.people.access import may_decide
from handlers.people.context import Context
from handlers.writing.language import _
from storage import agenda, cases, committees, deliveries
from storage.cases import Case
from storage.history import Event
from storage.tables import ItemStatus


async def undo(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Take back the event that the button names."""
    return await queue.kept_up(context, arguments, _undo)


async def _undo(context: Context, arguments: Mapping[str, str]) -> Reply:
    case = await at_hand.find(context, arguments, lock=True)
    events = await cases.HISTORY.events(context.session, case.item.id)
    event = next((each for each in events if each.id == id_of(arguments, "step")), None)
    decided = event is not None and "before" in event.data and event.actor_id == context.actor.person_id
    # Whoever sent it to another committee decided in the one that it came from.
    where = event.data.get("from_id", case.item.committee_id) if event is not None else 0
    if event is None or not decided or not may_decide(context.actor, where):
        raise NotAllowed(_("Bare den som bestemte det, kan angre. Vis saken for å se hva du kan gjøre med den."))
    last = events[-1]
    if last.kind == "undone" and last.data.get("undone") == event.id:
        raise AlreadyDone(_("Dette er angret allerede."))
    if last.id != event.id:
        raise AlreadyDone(
            _("Det har skjedd noe med saken etterpå, så det kan ikke angres: {what}").format(
                what=views.who_did_what(last, case)
            )
        )
    if context.now - event.at > announce.UNDO:
        title = _("Det er gått mer enn ett minutt, og de det gjelder, har fått beskjed")
        return await queue.answer(context, arguments, _too_late(case, event, title))
    if event.kind in announce.PLACED and await _is_convened(context, case, event):
        title = _("Innkallingen er sendt med saken på sakslisten, og de det gjelder, har fått beskjed")
        return await queue.answer(context, arguments, _too_late(case, event, title))
    return await _taken_back(context, arguments, case, event)


async def _is_convened(context: Context, case: Case, event: Event) -> bool:
    """Whether its meeting was convened since the event, with the case on its agenda."""
    if case.item.status != ItemStatus.ACCEPTED or case.meeting is None:
        return False
    row = await agenda.agenda(context.session, case.meeting.id)
    return row is not None and row.convened_at is not None and row.convened_at >= event.at


def _too_late(case: Case, event: Event, title: str) -> Message:
    """What to do instead, now that those concerned have been told."""
    text = {
        "accepted": _("Trykk «Ta av sakslisten» eller «Flytt til et annet møte» på saken."),
        "rescheduled": _("Trykk «Flytt til et annet møte» eller «Ta av sakslisten» på saken."),
        "removed": _("Trykk «Sett på sakslisten igjen» på saken."),
        "returned": _("Den som meldte saken, kan sende den inn på nytt."),
        "moved": _("Utvalget som har fått saken, kan sende den tilbake til dere."),
    }.get(event.kind, _("Velg noe annet for saken der den står."))
    return Message(
        title=title,
        text=text,
        buttons=() if event.kind == "moved" else (actions.show(case.item.id),),
    )


async def _taken_back(context: Context, arguments: Mapping[str, str], case: Case, event: Event) -> Message:
    before = event.data["before"]
    there = case.committee
    await places.restore(context, case.item, before)
    await context.session.flush()
    back = await cases.case(context.session, case.item.id)
    assert back is not None  # noqa: S101 - it is locked
    case = back
    await deliveries.take_back(context.session, announce.subject(case), announce.news_key(case, event))
    for person_id in case.item.presenter_ids:
        key = announce.presenter_key(case, person_id)
        await deliveries.take_back(context.session, announce.subject(case), key)
    if there.id != case.committee.id:
        keys = announce.secretariat_keys(case, there.id)
        await deliveries.take_back(context.session, announce.subject(case), keys)
    undone, _receipt = await announce.record(context, case, "undone", data={"undone": event.id, "what": event.kind})
    if there.id != case.committee.id:
        await announce.left(context, case, there.id, there.name, undone)
    await announce.show_presenters(context, case, views.named(case.item))
    corrected = await _correct(context, case, event, undone)
    done = await _done(context, case, undone, corrected=corrected, listed=queue.IN_QUEUE in arguments)
    return await queue.answer(context, arguments, done)


async def _correct(context: Context, case: Case, event: Event, undone: Event) -> bool:
    """Whoever got the news of the event all the same hears that it was a mistake; whether anybody did."""
    news = announce.news_key(case, event)
    readers = {
        person_id: language
        for _subject, key, person_id, language in await deliveries.shown_to(context.session, [announce.subject(case)])
        if key == news or key.startswith(f"{news}:")
    }

    def build() -> Message:
        return Message(
            title=_("Rettelse: {title}").format(title=case.item.title),
            text=_("Du fikk en melding om saken som var feil. {what}").format(what=views.who_did_what(undone, case)),
            small=_("Status: {status}").format(status=views.status(case)),
        )

    await announce.tell_people(context, case, undone, readers, build)
    return bool(readers)


async def _done(context: Context, case: Case, undone: Event, *, corrected: bool, listed: bool) -> Message:
    coming = await committees.coming_meetings(context.session, case.item.committee_id, context.now)
    told = _("De som fikk beskjed, får en rettelse.") if corrected else _("Ingen andre har fått beskjed.")
    return Message(
        title=_("Angret: {title}").format(title=case.item.title),
        text=f"{views.status(case)}. {told}",
        # In the list, the case has its line again.
        buttons=() if listed else views.decisions(case, undone.id, coming, context.now),
        replace=True,
    )
