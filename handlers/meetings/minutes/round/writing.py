"""What whoever writes the minutes does with them: sends them for comment, ends that, publishes them, asks again."""

from collections.abc import Mapping

from handlers.calendar import dates
from handlers.dialogs.dialog import Reply
from handlers.errors import AlreadyDone, NotAllowed
from handlers.meetings.minutes import checking, record
from handlers.meetings.minutes.actions import Do as Minutes
from handlers.meetings.minutes.actions import button as minutes_button
from handlers.meetings.minutes.check import Finding
from handlers.meetings.minutes.record import Record
from handlers.meetings.minutes.round import happen, reminding, views
from handlers.meetings.minutes.round.at_hand import Round, require, to_write
from handlers.meetings.minutes.round_actions import Do, button
from handlers.meetings.minutes.states import Event
from handlers.meetings.minutes_settings import ApprovedBy, From
from handlers.messages import paging
from handlers.messages.message import Fact, Message, Section
from handlers.messages.settled import Settled
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from storage import minutes_round
from storage.tables import MinutesStatus


async def send(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Send the minutes for comment. Pressed twice, it is done once."""
    read = await to_write(context, arguments)
    require(read, Event.SENT)
    found = await _written(context, read)
    if not read.concerned.commenters(read.rules):
        raise NotAllowed(_nobody(read))
    first = await _to_look_at(context, read, found, arguments, Do.SEND)
    if first is not None:
        return first
    read = await happen.sent(context, read)
    until = read.minutes.comments_until or context.now
    count = len(read.concerned.commenters(read.rules))
    return Message(
        title=views.title(read, _("{minutes} er sendt til kommentar")),
        text=ngettext("{count} person har fått det.", "{count} personer har fått det.", count).format(count=count),
        facts=(Fact(label=_("Frist"), value=dates.day(until, read.meeting.zone)),),
        buttons=(views.show(read),),
    )


def _nobody(read: Round) -> str:
    if read.rules.comments_from is From.PRESENT:
        return _(
            "I {committee} kommenterer de som var til stede, og ingen er ført som til stede ennå. Før oppmøtet først."
        ).format(committee=read.committee.name)
    return _("{committee} har ingen medlemmer som kan kommentere referatet.").format(committee=read.committee.name)


async def _written(context: Context, read: Round) -> Record:
    """What is written. Raises `NotAllowed`: nothing is."""
    found = await record.read(context.session, read.meeting, read.committee)
    if all(each.entry is None or each.entry.is_empty for each in found.lines):
        raise NotAllowed(_("Det står ingenting i referatet ennå. Skriv det før du sender det."))
    return found


async def _to_look_at(
    context: Context, read: Round, found: Record, arguments: Mapping[str, str], do: Do
) -> Message | None:
    """The check before minutes leave: what was found, before anything is done; None: nothing was, or it has been shown
    of the minutes as they are by now."""
    seen = str(read.minutes.revision)
    if arguments.get("checked") == seen:
        return None
    findings = await checking.of(context, found)
    if not findings:
        return None
    count = len(findings)
    anyway = _("Send likevel") if do is Do.SEND else _("Publiser likevel")
    return Message(
        title=views.title(read, _("{minutes} er ikke sendt ut ennå")),
        text=ngettext(
            "Sjekken fant {count} ting å se på først:", "Sjekken fant {count} ting å se på først:", count
        ).format(count=count),
        sections=tuple(_finding(found, each) for each in findings[: paging.SIZE]),
        buttons=(
            minutes_button(Minutes.CHECK, _("Se alt som ble funnet"), read.meeting),
            button(do, anyway, read.meeting, style="primary", checked=seen),
        ),
    )


def _finding(found: Record, finding: Finding) -> Section:
    line = found.at(finding.slot_id) if finding.slot_id is not None else None
    return Section(title=line.called if line is not None else _("Hele referatet"), text=finding.text)


async def end(context: Context, arguments: Mapping[str, str]) -> Reply:
    """End the time for comments: when it is over, or everybody has answered; and all comments are answered."""
    read = await to_write(context, arguments)
    require(read, Event.COMMENTS_OVER)
    silent = await reminding.silent(context.session, read)
    until = read.minutes.comments_until
    if until is not None and context.now <= until and silent:
        raise NotAllowed(
            ngettext(
                "{count} person har ikke svart, og fristen er {day}. Runden kan avsluttes når alle har svart, eller "
                "når fristen er ute.",
                "{count} personer har ikke svart, og fristen er {day}. Runden kan avsluttes når alle har svart, eller "
                "når fristen er ute.",
                len(silent),
            ).format(count=len(silent), day=dates.day(until, read.meeting.zone))
        )
    unanswered = await minutes_round.open_comments(context.session, read.minutes.id)
    if unanswered:
        raise Settled(
            ngettext(
                "{count} kommentar er ikke besvart. Ta den inn eller avslå den først.",
                "{count} kommentarer er ikke besvart. Ta dem inn eller avslå dem først.",
                unanswered,
            ).format(count=unanswered),
            button(Do.COMMENTS, _("Se kommentarene"), read.meeting),
        )
    read = await happen.comments_over(context, read)
    return _done(read, _("Kommentarrunden om {minutes} er avsluttet"))


async def publish(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Publish the minutes: everybody at the meeting gets them, with the reservation that they are not approved."""
    read = await to_write(context, arguments)
    require(read, Event.PUBLISHED)
    found = await _written(context, read)
    first = await _to_look_at(context, read, found, arguments, Do.PUBLISH)
    if first is not None:
        return first
    read = await happen.published(context, read)
    return _done(read, _("{minutes} er publisert"))


async def ask(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Ask once more for approval, after a round that came to nothing."""
    read = await to_write(context, arguments)
    if read.status is not MinutesStatus.PUBLISHED:
        require(read, Event.APPROVED)
    if read.minutes.approve_until is not None:
        raise AlreadyDone(
            _("De som godkjenner referatet, er allerede spurt. Fristen er {day}.").format(
                day=dates.day(read.minutes.approve_until, read.meeting.zone)
            )
        )
    if read.rules.approval is ApprovedBy.MEETING:
        raise NotAllowed(_("{committee} godkjenner referater på neste møte.").format(committee=read.committee.name))
    read = await happen.asked(context, read)
    return _done(read, _("De som godkjenner {minutes}, er spurt"))


def _done(read: Round, text: str) -> Message:
    return Message(
        title=views.title(read, text),
        facts=views.facts(read),
        files=views.files(read.meeting),
        buttons=(*views.writer_buttons(read, 0), views.show(read)),
    )
