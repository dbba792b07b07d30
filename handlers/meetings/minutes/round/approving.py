"""Approving minutes, or refusing to: each with a click in a round or by signing, or for all of them at a meeting."""

from collections.abc import Mapping
from typing import Annotated, NamedTuple

from handlers.calendar import dates
from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Dialog, LongText, Note, Raw, Reply, Step
from handlers.errors import AlreadyDone, Gone, NotAllowed
from handlers.meetings import at_hand as meetings
from handlers.meetings.minutes.round import happen, views
from handlers.meetings.minutes.round.at_hand import Round, find, load, require
from handlers.meetings.minutes.round.who import is_of_committee
from handlers.meetings.minutes.states import Event
from handlers.meetings.minutes_settings import ApprovedBy, From
from handlers.messages.arguments import id_in
from handlers.messages.message import Message
from handlers.messages.settled import Settled
from handlers.people.context import Context
from handlers.writing.language import N_, _
from storage import minutes_round
from storage.minutes_round import AnswerOf
from storage.tables import Meeting

# --- each with a click ----------------------------------------------------------------------------------------


class _Asked(NamedTuple):
    """Minutes that somebody is asked about, and their answer so far."""

    read: Round
    own: AnswerOf


async def _asked(context: Context, arguments: Mapping[str, str], *, lock: bool = True) -> _Asked:
    """The minutes, for somebody who is asked whether they approve them and has not answered.

    Raises:
        Gone, NotAllowed, Settled: says why not.
    """
    read = await find(context, arguments, lock=lock)
    person_id = context.actor.person_id
    answers = await minutes_round.answers(context.session, read.minutes.id, read.minutes.round, lock=lock)
    own = next((each for each in answers if each.row.person_id == person_id), None)
    if own is not None and own.row.approves is not None:
        said = _("Du har allerede godkjent referatet, {when}.")
        if not own.row.approves:
            said = _("Du har allerede underkjent referatet, {when}.")
        raise Settled(said.format(when=read.moment(own.row.at or read.minutes.changed_at)), views.show(read))
    if own is None and not is_of_committee(context.actor, read.committee.id):
        # How it stands with the minutes is nothing for others.
        raise NotAllowed(_not_asked(context, read))
    require(read, Event.APPROVED)
    wanted = id_in(arguments.get("round", ""))
    if read.minutes.approve_until is None or (wanted is not None and wanted != read.minutes.round):
        raise Settled(_("Ingen er bedt om å godkjenne referatet nå."), views.show(read))
    if own is None:
        raise NotAllowed(_not_asked(context, read))
    if context.now > read.minutes.approve_until:
        raise Settled(
            _("Fristen for å godkjenne gikk ut {day}.").format(
                day=dates.day(read.minutes.approve_until, read.meeting.zone)
            ),
            views.show(read),
        )
    return _Asked(read, own)


def _not_asked(context: Context, read: Round) -> str:
    if read.rules.approval is ApprovedBy.SIGNERS:
        return _("Referatet signeres av andre enn deg.")
    there = context.actor.person_id in read.concerned.present
    if read.rules.approved_by is From.PRESENT and not there:
        return _("Du var ikke til stede på møtet, og i {committee} godkjenner bare de som var der.").format(
            committee=read.committee.name
        )
    if is_of_committee(context.actor, read.committee.id):
        return _("Du er ikke blant dem som godkjenner referatet.")
    return _("Bare medlemmene av {committee} godkjenner referatet.").format(committee=read.committee.name)


async def approve(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The actor approves the minutes, or signs them."""
    read, own = await _asked(context, arguments)
    own.row.approves, own.row.at = True, context.now
    await context.session.flush()
    read = await happen.settle(context, read, over=False)
    return views.answered_approval(read, approves=True, when=read.moment(context.now))


async def _which(context: Context, answers: Answers) -> str:
    read = await find(context, answers.arguments)
    return views.title(read, "{minutes}")


class Refuse(Step):
    """Hvorfor referatet ikke godkjennes."""

    about = About(title=N_("Underkjenn referatet"), submit=N_("Underkjenn"))
    which: Annotated[None, Note("", text=_which)] = None
    reason: Annotated[
        str,
        LongText(N_("Begrunnelse"), help=N_("Referenten får lese den, og retter referatet."), max_length=2000),
    ]


async def _may_refuse(context: Context, arguments: Mapping[str, str]) -> Raw:
    await _asked(context, arguments, lock=False)
    return {}


async def _refused(context: Context, answers: Answers) -> Message:
    read, own = await _asked(context, answers.arguments)
    own.row.approves, own.row.at, own.row.remark = False, context.now, answers[Refuse].reason
    await context.session.flush()
    read = await happen.settle(context, read, over=False)
    return views.answered_approval(read, approves=False, when=read.moment(context.now))


REFUSE = Dialog(
    name="referatrunde.underkjenn", steps=(Refuse,), finish=_refused, prefill=_may_refuse, still=_may_refuse
)


async def refuse(context: Context, arguments: Mapping[str, str]) -> Reply:
    kept = {name: arguments.get(name, "") for name in ("meeting", "round")}
    return await conversation.start(context, REFUSE, kept)


# --- at a meeting ---------------------------------------------------------------------------------------------


class _AtMeeting(NamedTuple):
    """The minutes of the meeting before, at the meeting that approves them."""

    read: Round
    meeting: Meeting


async def _at_meeting(context: Context, arguments: Mapping[str, str], *, event: Event, lock: bool = True) -> _AtMeeting:
    """The minutes of the committee's meeting before the one called `meeting`, for whoever writes the minutes of that.

    Raises:
        Gone, NotAllowed, Settled: says why not.
    """
    meeting, committee = await meetings.to_write(context, arguments)
    of = await minutes_round.before(context.session, meeting)
    if of is not None and lock:
        of = await minutes_round.minutes_of(context.session, of.minutes.id, lock=True)
    if of is None:
        raise Gone(_("{committee} har ikke noe tidligere referat å godkjenne.").format(committee=committee.name))
    read = await load(context, of)
    require(read, event)
    if meeting.cancelled_at is not None:
        raise NotAllowed(_("Møtet er avlyst, så det kan ikke godkjenne noe."))
    if meeting.starts_at > context.now:
        raise NotAllowed(
            _("Møtet har ikke begynt. Referatet kan godkjennes fra {when}.").format(
                when=dates.day_and_clock(meeting.starts_at, meeting.zone)
            )
        )
    if read.minutes.approve_until is not None:
        raise AlreadyDone(
            _("De som godkjenner referatet, er spurt, og svarer innen {day}.").format(
                day=dates.day(read.minutes.approve_until, read.meeting.zone)
            )
        )
    if read.rules.approved_by is From.PRESENT and context.actor.person_id not in read.concerned.present:
        raise NotAllowed(
            _(
                "Du var ikke til stede på møtet {day}, og i {committee} godkjenner bare de som var der. Be en av dem "
                "føre det."
            ).format(day=dates.short_day(read.meeting.starts_at, read.meeting.zone), committee=committee.name)
        )
    return _AtMeeting(read, meeting)


async def _previous(context: Context, answers: Answers) -> str:
    meeting, _committee = await meetings.find(context, answers.arguments)
    of = await minutes_round.before(context.session, meeting)
    return views.title(await load(context, of), "{minutes}") if of is not None else ""


class Approved(Step):
    """Hva møtet sa da det godkjente forrige referat."""

    about = About(title=N_("Forrige referat godkjent"), submit=N_("Godkjent"))
    which: Annotated[None, Note("", text=_previous)] = None
    remark: Annotated[
        str,
        LongText(
            N_("Merknad"), help=N_("Bare hvis møtet hadde en. Den følger referatet, som ikke endres."), max_length=2000
        ),
    ] = ""


async def _may_approve_at(context: Context, arguments: Mapping[str, str]) -> Raw:
    await _at_meeting(context, arguments, event=Event.APPROVED, lock=False)
    return {}


async def _approved_at(context: Context, answers: Answers) -> Message:
    read, meeting = await _at_meeting(context, answers.arguments, event=Event.APPROVED)
    read = await happen.approved(
        context,
        read,
        str(ApprovedBy.MEETING),
        remark=answers[Approved].remark,
        at=meeting,
        draft_id=answers.draft_id,
    )
    return Message(title=views.title(read, _("{minutes} er godkjent")), facts=views.facts(read))


AT_MEETING = Dialog(
    name="referatrunde.imote", steps=(Approved,), finish=_approved_at, prefill=_may_approve_at, still=_may_approve_at
)


async def approve_at(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await conversation.start(context, AT_MEETING, {"meeting": arguments.get("meeting", "")})


class RefusedAt(Step):
    """Hvorfor møtet ikke godkjente forrige referat."""

    about = About(title=N_("Referat underkjent"), submit=N_("Underkjent"))
    which: Annotated[None, Note("", text=_previous)] = None
    reason: Annotated[
        str, LongText(N_("Begrunnelse"), help=N_("Referatet går tilbake til referenten."), max_length=2000)
    ]


async def _may_refuse_at(context: Context, arguments: Mapping[str, str]) -> Raw:
    await _at_meeting(context, arguments, event=Event.REFUSED, lock=False)
    return {}


async def _refused_at(context: Context, answers: Answers) -> Message:
    read, _meeting = await _at_meeting(context, answers.arguments, event=Event.REFUSED)
    read = await happen.refused(context, read, answers[RefusedAt].reason, draft_id=answers.draft_id)
    return Message(title=views.title(read, _("{minutes} er underkjent")), facts=views.facts(read))


REFUSED_AT_MEETING = Dialog(
    name="referatrunde.ikkeimote",
    steps=(RefusedAt,),
    finish=_refused_at,
    prefill=_may_refuse_at,
    still=_may_refuse_at,
)


async def refuse_at(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await conversation.start(context, REFUSED_AT_MEETING, {"meeting": arguments.get("meeting", "")})
