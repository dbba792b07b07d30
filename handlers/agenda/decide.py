"""What the secretariat decides on a proposed case, from the buttons on its message.

The case is locked while it is decided on, and each button carries the last step that its reader saw. So of two
secretaries pressing at once one wins, and the other is told who did what. Every step updates everybody's message and
is told to the proposer.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated
from zoneinfo import ZoneInfo

from handlers import conversation, dates
from handlers.agenda import announce, cases, views
from handlers.agenda.numbers import render_number
from handlers.arguments import id_in
from handlers.context import Context
from handlers.deliveries import tell, wish_for
from handlers.dialog import About, Answers, Choice, Dialog, LongText, Option, Raw, Reply, Step
from handlers.errors import BadInput, Gone
from handlers.language import N_, _
from handlers.message import Fact, Message
from storage import agenda, committees
from storage.agenda import Case
from storage.tables import ItemStatus, Meeting


def kept(arguments: Mapping[str, str]) -> dict[str, str]:
    """What a form keeps of the button that opened it: the case, and the last step that was seen of it."""
    return {name: arguments.get(name, "") for name in ("item", "step")}


async def may_decide(context: Context, arguments: Mapping[str, str]) -> Raw:
    """Open a form only for somebody who may decide on the case now."""
    await cases.to_decide(context, arguments, lock=False)
    return {}


def done(case: Case, step: agenda.Step) -> Message:
    """What whoever took the step reads."""
    return Message(title=case.item.title, text=views.who_did_what(step, case))


# --- Sett på sakslisten ------------------------------------------------------------------------------------


async def accept(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Put the case on a meeting's agenda, and issue its number. `meeting` lets it in after the deadline."""
    case = await cases.to_decide(context, arguments)
    meeting = await _meeting_for(context, case, arguments.get("meeting"))
    item = case.item
    item.status = ItemStatus.ACCEPTED
    item.meeting_id = meeting.id
    if item.number is None:
        year = meeting.starts_at.astimezone(ZoneInfo(meeting.zone)).year
        item.number_year = year
        item.number_in_year = await agenda.next_number(context.session, item.committee_id, year)
        item.number = render_number(case.committee.number_template, item.number_in_year, year, item.types)
    case = case._replace(meeting=meeting)

    def news() -> Message:
        return Message(
            title=_("Saken din er satt på sakslisten: {title}").format(title=item.title),
            facts=(
                Fact(label=_("Saksnummer"), value=item.number or ""),
                Fact(label=_("Utvalg"), value=case.committee.name),
                Fact(label=_("Møte"), value=_when_and_where(meeting)),
            ),
        )

    step, _receipt = await announce.take_step(context, case, "accepted", news=news, data={"number": item.number})
    await _tell_presenters(context, case, meeting)
    place = Fact(label=_("Møte"), value=_when_and_where(meeting))
    return done(case, step).model_copy(update={"facts": (place,)})


async def _meeting_for(context: Context, case: Case, chosen: str | None) -> Meeting:
    """The meeting named by the button, else the wanted one; the next one only where none was wanted or shown."""
    coming = await committees.coming_meetings(context.session, case.item.committee_id, context.now)
    wanted = id_in(chosen) if chosen else case.item.meeting_id
    if wanted is not None or chosen:
        for meeting in coming:
            if meeting.id == wanted:
                return meeting
        raise Gone(_("Møtet er ikke lenger i planen. Velg «Ta senere» og et annet møte."))
    found = views.meeting_to_accept_into(case, coming, context.now)
    if found is None:
        raise Gone(
            _(
                "{committee} har ingen kommende møter i planen. Be koordinatoren legge inn et møte, "
                "så kan saken settes opp."
            ).format(committee=case.committee.name)
        )
    return found


async def _tell_presenters(context: Context, case: Case, meeting: Meeting) -> None:
    def build() -> Message:
        return Message(
            title=_("Du er satt opp til å legge fram en sak"),
            facts=(
                Fact(label=_("Sak"), value=f"{case.item.number} {case.item.title}"),
                Fact(label=_("Møte"), value=f"{case.committee.name}, {_when_and_where(meeting)}"),
                *((Fact(label=_("Tid"), value=views.minutes(case.item.minutes)),) if case.item.minutes else ()),
            ),
        )

    await tell(
        context,
        [
            wish_for(
                context, announce.presenter_key(case, person_id), announce.subject(case), (person_id, language), build
            )
            for person_id, language in (await announce.presenters(context, case)).items()
            if person_id != context.actor.person_id
        ],
    )


def _when_and_where(meeting: Meeting) -> str:
    when = dates.day_and_clock(meeting.starts_at, meeting.zone)
    return f"{when}, {meeting.place}" if meeting.place else when


# --- Send tilbake ------------------------------------------------------------------------------------------


class SendBack(Step):
    """Hvorfor saken sendes tilbake."""

    about = About(title=N_("Send tilbake"), submit=N_("Send tilbake"))
    reason: Annotated[
        str,
        LongText(N_("Begrunnelse"), help=N_("Den som meldte saken, får lese dette."), max_length=2000),
    ]


async def _sent_back(context: Context, answers: Answers) -> Message:
    case = await cases.to_decide(context, answers.arguments)
    reason = answers[SendBack].reason
    case.item.status = ItemStatus.RETURNED

    def news() -> Message:
        return Message(
            title=_("Saken din er sendt tilbake: {title}").format(title=case.item.title),
            text=reason,
            buttons=views.own_buttons(case, context.now),
        )

    step, _receipt = await announce.take_step(
        context, case, "returned", news=news, note=reason, draft_id=answers.draft_id
    )
    return done(case, step)


SEND_BACK = Dialog(name="returner", steps=(SendBack,), finish=_sent_back, prefill=may_decide)


async def send_back(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await conversation.start(context, SEND_BACK, kept(arguments))


# --- Ta senere ---------------------------------------------------------------------------------------------


async def _later_meetings(
    context: Context, answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    case = await cases.find(context, answers.arguments)
    coming = await committees.coming_meetings(context.session, case.item.committee_id, context.now)
    # Instead of a meeting that is cancelled, any other will do.
    after = case.meeting.starts_at if case.meeting is not None and case.meeting.cancelled_at is None else context.now
    return [
        Option(str(meeting.id), dates.day_and_clock(meeting.starts_at, meeting.zone))
        for meeting in coming
        if meeting.starts_at > after
    ]


class Later(Step):
    """Hvilket senere møte saken tas i."""

    about = About(title=N_("Ta senere"), submit=N_("Lagre"))
    meeting: Annotated[str, Choice(N_("Møte"), options=_later_meetings)]


async def _may_defer(context: Context, arguments: Mapping[str, str]) -> Raw:
    case = await cases.to_decide(context, arguments, lock=False, also_stranded=True)
    if not await _later_meetings(context, Answers({}, arguments), None, ""):
        raise Gone(
            _("{committee} har ingen senere møter i planen. Be koordinatoren legge inn et møte.").format(
                committee=case.committee.name
            )
        )
    return {}


async def _deferred(context: Context, answers: Answers) -> Message:
    case = await cases.to_decide(context, answers.arguments, also_stranded=True)
    meeting = await committees.meeting(context.session, int(answers[Later].meeting))
    if meeting is None:
        raise BadInput({"meeting": _("Møtet finnes ikke lenger. Velg et annet.")})
    on_agenda = case.item.status == ItemStatus.ACCEPTED
    if not on_agenda:
        case.item.status = ItemStatus.DEFERRED
    case.item.meeting_id = meeting.id
    case.item.late = False
    case = case._replace(meeting=meeting)

    def news() -> Message:
        return Message(
            title=_("Saken din tas i et senere møte: {title}").format(title=case.item.title),
            facts=(Fact(label=_("Møte"), value=f"{case.committee.name}, {_when_and_where(meeting)}"),),
        )

    step, _receipt = await announce.take_step(
        context,
        case,
        "deferred",
        news=news,
        data={"meeting_at": meeting.starts_at.isoformat()},
        draft_id=answers.draft_id,
    )
    if on_agenda:
        await _tell_presenters(context, case, meeting)
        await announce.tell_presenters(
            context,
            case,
            step,
            lambda: Message(
                title=_("Saken du legger fram, er flyttet"),
                facts=(
                    Fact(label=_("Sak"), value=f"{case.item.number} {case.item.title}"),
                    Fact(label=_("Møte"), value=f"{case.committee.name}, {_when_and_where(meeting)}"),
                ),
            ),
        )
    return done(case, step)


LATER = Dialog(name="senere", steps=(Later,), finish=_deferred, prefill=_may_defer)


async def later(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await conversation.start(context, LATER, kept(arguments))


# --- Send til annet utvalg ---------------------------------------------------------------------------------


async def _other_committees(
    context: Context, answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    own = (await cases.find(context, answers.arguments)).item.committee_id
    return [Option(str(found.id), found.name) for found in await committees.active(context.session) if found.id != own]


class Move(Step):
    """Hvilket utvalg saken hører hjemme i."""

    about = About(title=N_("Send til annet utvalg"), submit=N_("Send"))
    committee: Annotated[str, Choice(N_("Utvalg"), options=_other_committees)]
    note: Annotated[
        str,
        LongText(N_("Merknad"), help=N_("Den som meldte saken, og det nye utvalget får lese dette."), max_length=2000),
    ] = ""


async def _moved(context: Context, answers: Answers) -> Message:
    case = await cases.to_decide(context, answers.arguments)
    before = case.committee
    after = await committees.committee(context.session, int(answers[Move].committee))
    if after is None:
        raise BadInput({"committee": _("Utvalget finnes ikke lenger. Velg et annet.")})
    been_there = any(
        step.kind == "moved" and step.data.get("from_id") == after.id
        for step in await agenda.steps(context.session, case.item.id or 0)
    )
    case.item.committee_id = after.id or 0
    case.item.meeting_id = None
    case.item.late = False
    case.item.status = ItemStatus.PROPOSED
    case = Case(case.item, after, case.proposer, None)
    note = answers[Move].note

    def news() -> Message:
        return Message(
            title=_("Saken din er sendt til {committee}: {title}").format(committee=after.name, title=case.item.title),
            text=note,
        )

    step, _receipt = await announce.take_step(
        context,
        case,
        "moved",
        news=news,
        note=note,
        data={"from_id": before.id, "from_committee": before.name, "to_committee": after.name},
        draft_id=answers.draft_id,
    )
    await announce.left(context, case, before.id or 0, before.name, step)
    if been_there:
        # Their message about it changes in place, which nobody would notice.
        await announce.tell_secretariat(
            context, case, step, lambda: _("Saken er sendt til dere igjen: {title}").format(title=case.item.title), note
        )
    return done(case, step)


MOVE = Dialog(name="flytt", steps=(Move,), finish=_moved, prefill=may_decide)


async def move(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await conversation.start(context, MOVE, kept(arguments))
