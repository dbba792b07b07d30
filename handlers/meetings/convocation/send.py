"""«Send innkalling»: checked first, then sent once, with what the secretariat has seen of what is wrong."""

from collections.abc import Mapping, Sequence
from functools import partial
from zlib import crc32

from handlers.calendar import dates
from handlers.cases import announce
from handlers.dialogs.dialog import Reply
from handlers.errors import AlreadyDone
from handlers.meetings import at_hand
from handlers.meetings.agenda import difference, numbering
from handlers.meetings.at_hand import about, meeting_button
from handlers.meetings.audience import everybody_at
from handlers.meetings.convocation import content, documents, told
from handlers.meetings.convocation.actions import Do
from handlers.meetings.convocation.checks import Remark, remarks
from handlers.meetings.convocation.content import Convening
from handlers.meetings.reminded_of import Preparing, subject
from handlers.messages.message import Button, Message, Section
from handlers.people.context import Context
from handlers.reminders import doing
from handlers.writing.language import _, ngettext
from storage import agenda, convocations, people
from storage.pointing import pointed_at
from storage.tables import Agenda, Committee, Meeting

SENT = "convocation.sent"
"""The event in the meeting's life."""
_SHOWN = 20
"""So many remarks are read at once."""


async def check(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Say what is not as it should be, and let it be sent."""
    meeting, committee = await at_hand.to_prepare(context, arguments)
    convening = await content.gather(context.session, meeting, committee, context.now)
    await _not_sent(context, convening.read.row, meeting)
    return await _asked(context, convening)


async def send(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Send it, unless something is wrong that has not been shown. Of two who press at once, one sends it."""
    meeting, committee = await at_hand.to_prepare(context, arguments)
    row = await agenda.locked(context.session, meeting.id)
    await _not_sent(context, row, meeting)
    convening = await content.gather(context.session, meeting, committee, context.now)
    readers = await everybody_at(context.session, meeting, context.now)
    waiting = await convocations.undecided_for(context.session, meeting.id)
    found = remarks(convening, readers, waiting, context.now)
    if any(remark.stops for remark in found) or _seen(found) != arguments.get("seen"):
        return _ask(convening, found, len(readers))
    convening = convening._replace(read=await numbering.issue(context.session, convening.read))
    row.draft_since = row.drafted_by_id = None
    row.convened = difference.snapshot(convening.read)
    row.convened_at, row.convened_by_id = context.now, context.actor.person_id
    await agenda.HISTORY.add(context.session, meeting.id, SENT, context.actor.person_id, context.now)
    await context.session.flush()
    await told.show(context.session, convening, readers, context.now)
    # Their proposers are not to read of it in the convocation alone.
    on_it = [line.case for line in convening.read.lines if line.case is not None]
    await announce.let_know(context.session, on_it, context.now)
    await doing.say(context, subject(meeting.id), Preparing.CONVOCATION, partial(_is_sent, meeting, committee))
    sent = ngettext("{count} person får den.", "{count} personer får den.", len(readers)).format(count=len(readers))
    return Message(
        title=_("Innkallingen er sendt"),
        text=sent,
        files=(documents.word_file(meeting, _("Innkalling (Word)")), documents.calendar_file(meeting)),
        buttons=(_back(meeting),),
        replace=True,
    )


def _is_sent(meeting: Meeting, committee: Committee) -> Message:
    """Read where those who were reminded to send it read that."""
    return Message(
        title=_("Innkallingen til møtet i {committee} er sendt").format(committee=committee.name),
        facts=told.facts(meeting),
        buttons=(_back(meeting),),
    )


async def _not_sent(context: Context, row: Agenda | None, meeting: Meeting) -> None:
    """Raises `AlreadyDone` if it is sent: who did it, and when."""
    if row is None or row.convened_at is None:
        return
    names = await people.names(context.session, [row.convened_by_id] if row.convened_by_id is not None else [])
    raise AlreadyDone(
        _("Innkallingen er alt sendt, {when}, av {name}. Endringer går ut av seg selv.").format(
            when=dates.day_and_clock(row.convened_at, meeting.zone), name=pointed_at(names, row.convened_by_id, "–")
        )
    )


async def _asked(context: Context, convening: Convening) -> Message:
    readers = await everybody_at(context.session, convening.meeting, context.now)
    waiting = await convocations.undecided_for(context.session, convening.meeting.id)
    return _ask(convening, remarks(convening, readers, waiting, context.now), len(readers))


def _ask(convening: Convening, found: Sequence[Remark], count: int) -> Message:
    meeting = convening.meeting
    stops = any(remark.stops for remark in found)
    if stops:
        title = _("Innkallingen kan ikke sendes")
    elif found:
        title = _("Se over før innkallingen sendes")
    else:
        title = _("Innkallingen er klar til å sendes")
    shown = [f"• {remark.text}" for remark in found[:_SHOWN]]
    if len(found) > _SHOWN:
        left = len(found) - _SHOWN
        shown.append(ngettext("… og {count} til", "… og {count} til", left).format(count=left))
    label = _("Send likevel") if found else _("Send innkallingen")
    go = Button(label=label, action=Do.SEND, arguments=about(meeting, seen=_seen(found)), style="primary")
    to = ngettext("Den går til {count} person.", "Den går til {count} personer.", count).format(count=count)
    return Message(
        title=title,
        text="" if stops else to,
        facts=told.facts(meeting),
        sections=(Section(title=_("Dette bør dere se på"), text="\n".join(shown)),) if shown else (),
        files=(documents.word_file(meeting, _("Se innkallingen (Word)")),),
        buttons=(_back(meeting),) if stops else (go, _back(meeting)),
        replace=True,
    )


def _back(meeting: Meeting) -> Button:
    return meeting_button(meeting, page="0")


def _seen(found: Sequence[Remark]) -> str:
    """Which remarks these are, so that nothing is sent over one that was not shown."""
    return f"{crc32('|'.join(sorted(remark.key for remark in found)).encode()):08x}"
