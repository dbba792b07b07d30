"""To whom the decisions of a case were sent after the meeting, and when (ekspedert). Nothing is sent by it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Choices, Day, Dialog, LongText, Note, Option, Raw, Reply, Step
from handlers.errors import BadInput, Gone
from handlers.limits import ANYWHERE
from handlers.meetings.at_hand import about
from handlers.meetings.minutes import at_hand, page
from handlers.meetings.minutes.write import conclusions_in
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.writing.language import N_, _
from handlers.writing.text import length, shorten
from storage import minutes
from storage.minutes import EntryOf
from storage.tables import Dispatch

_RECIPIENT = 200


async def _entry(context: Context, answers: Answers) -> EntryOf | None:
    return (await at_hand.line(context, answers.arguments)).written.entry


async def _which(context: Context, answers: Answers) -> str:
    at = await at_hand.line(context, answers.arguments)
    return _("Saken: {title}").format(title=at.written.called)


async def _conclusions(
    context: Context, answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    entry = await _entry(context, answers)
    found = entry.conclusions if entry is not None else ()
    return [
        Option(str(each.id), shorten(f"{number}. {each.text}", ANYWHERE.option)) for number, each in enumerate(found, 1)
    ]


class Dispatched(Step):
    """Hvem vedtakene er sendt til, og når."""

    about = About(title=N_("Ekspedert"), submit=N_("Lagre"))
    case: Annotated[None, Note("", text=_which)] = None
    records: Annotated[None, Note(N_("Her skriver du hvem som har fått vedtaket. Boten sender det ikke for deg."))] = (
        None
    )
    conclusions: Annotated[list[str], Choices(N_("Konklusjoner"), options=_conclusions)]
    recipients: Annotated[str, LongText(N_("Sendt til"), help=N_("Én mottaker på hver linje."), max_length=1000)]
    on: Annotated[date, Day(N_("Dato"))]

    async def problems(self, context: Context, _answers: Answers) -> Mapping[str, str]:
        if self.on is not None and self.on > context.today:
            return {"on": _("Datoen er ikke kommet ennå. Skriv dagen det ble sendt.")}
        return {}


async def _current(context: Context, arguments: Mapping[str, str]) -> Raw:
    at = await at_hand.line(context, arguments)
    if at.written.entry is None or not at.written.entry.conclusions:
        raise Gone(_("Det er ingen konklusjon i saken å sende."))
    return {"conclusions": [str(each.id) for each in at.written.entry.conclusions], "on": context.today.isoformat()}


async def _recorded(context: Context, answers: Answers) -> Message:
    meeting, _committee = await at_hand.meeting_to_write(context, answers.arguments)
    row = await minutes.locked(context.session, meeting.id)
    entry = await _entry(context, answers)
    step = answers[Dispatched]
    recipients = list(dict.fromkeys(conclusions_in(step.recipients)))
    if any(length(each) > _RECIPIENT for each in recipients):
        raise BadInput({"recipients": _("En mottaker er for lang. Skriv én på hver linje.")})
    if row is None or entry is None:
        raise Gone(_("Det er ingen konklusjon i saken å sende."))
    new = [
        (each.id, recipient)
        for each in entry.conclusions
        if str(each.id) in step.conclusions
        for recipient in recipients
        if not any((sent.recipient, sent.sent_on) == (recipient, step.on) for sent in entry.dispatches.get(each.id, ()))
    ]
    context.session.add_all(
        Dispatch(
            conclusion_id=conclusion_id,
            recipient=recipient,
            sent_on=step.on,
            by_id=context.actor.person_id,
            at=context.now,
        )
        for conclusion_id, recipient in new
    )
    await context.session.flush()
    data = {"slot": entry.entry.slot_id, "conclusions": step.conclusions, "on": step.on.isoformat()}
    await minutes.HISTORY.add(
        context.session,
        row.id,
        "dispatched",
        context.actor.person_id,
        context.now,
        note="\n".join(recipients),
        data=data,
        draft_id=answers.draft_id,
    )
    after = await at_hand.line(context, answers.arguments)
    return page.one(after, said=_("Ført opp som ekspedert."))


DISPATCH = Dialog(name="referat.ekspeder", steps=(Dispatched,), finish=_recorded, prefill=_current)


async def dispatch(context: Context, arguments: Mapping[str, str]) -> Reply:
    at = await at_hand.line(context, arguments)
    return await conversation.start(context, DISPATCH, about(at.record.meeting, slot=at.slot_id))
