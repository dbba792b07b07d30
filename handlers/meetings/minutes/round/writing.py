"""What whoever writes the minutes does with them: sends them for comment, ends that, publishes them, asks again."""

from collections.abc import Mapping

from handlers.calendar import dates
from handlers.dialogs.dialog import Reply
from handlers.errors import AlreadyDone, NotAllowed
from handlers.meetings.minutes import record
from handlers.meetings.minutes.round import announce, happen, views
from handlers.meetings.minutes.round.actions import Do, button
from handlers.meetings.minutes.round.at_hand import Round, require, to_write
from handlers.meetings.minutes.states import Event
from handlers.meetings.minutes_settings import ApprovedBy, From
from handlers.messages.message import Fact, Message
from handlers.messages.settled import Settled
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from storage import minutes_round
from storage.tables import MinutesStatus


async def send(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Send the minutes for comment. Pressed twice, it is done once."""
    read = await to_write(context, arguments)
    require(read, Event.SENT)
    await _must_be_written(context, read)
    if not read.concerned.commenters(read.rules):
        raise NotAllowed(_nobody(read))
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


async def _must_be_written(context: Context, read: Round) -> None:
    """Raises `NotAllowed`: there is nothing in them."""
    found = await record.read(context.session, read.meeting, read.committee)
    if all(each.entry is None or each.entry.is_empty for each in found.lines):
        raise NotAllowed(_("Det står ingenting i referatet ennå. Skriv det før du sender det."))


async def end(context: Context, arguments: Mapping[str, str]) -> Reply:
    """End the time for comments: when it is over, or everybody has answered; and all comments are answered."""
    read = await to_write(context, arguments)
    require(read, Event.COMMENTS_OVER)
    comments = await minutes_round.comments(context.session, read.minutes.id)
    silent = announce.silent(read, comments)
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
    await _must_be_written(context, read)
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
