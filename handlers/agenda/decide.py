"""What the secretariat decides on a proposed case, from the buttons on its message.

The case is locked while it is decided on, so of two secretaries pressing at once one wins, and the other is told who
did what. Every step updates everybody's message and is told to the proposer.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from handlers import conversation, dates
from handlers.access import require_decider
from handlers.agenda import announce, views
from handlers.agenda.numbers import render_number
from handlers.context import Context
from handlers.deliveries import tell, wish_for
from handlers.dialog import About, Answers, Choice, Dialog, LongText, Option, Raw, Reply, Step
from handlers.errors import AlreadyDone, BadInput, Gone, NotAllowed
from handlers.language import N_, _
from handlers.message import Button, Fact, Message
from storage import agenda, committees, people
from storage.agenda import Case
from storage.tables import ItemStatus, Meeting


async def _case_to_decide(context: Context, arguments: Mapping[str, str], *, lock: bool = True) -> Case:
    """The case, still to be decided on, for somebody of its secretariat.

    Raises:
        Gone, NotAllowed, AlreadyDone: says why not; AlreadyDone says who did what.
    """
    case = await agenda.case(context.session, int(arguments["item"]), lock=lock)
    if case is None:
        raise Gone(_("Saken finnes ikke lenger."))
    require_decider(context, case.committee)
    if case.item.status not in agenda.UNDECIDED:
        last = (await agenda.steps(context.session, case.item.id or 0))[-1]
        raise AlreadyDone(_("Saken er allerede behandlet. {what}").format(what=views.who_did_what(last, case)))
    return case


async def _take_step(
    context: Context,
    case: Case,
    kind: str,
    news: Any,
    *,
    note: str = "",
    data: Mapping[str, Any] | None = None,
    draft_id: str | None = None,
    question: str = "",
) -> agenda.Step:
    """Append the step, and show it to everybody concerned."""
    case.item.changed_at = context.now
    step_id = await agenda.add_step(
        context.session,
        case.item.id or 0,
        kind,
        context.actor.person_id,
        context.now,
        note=note,
        data=data,
        draft_id=draft_id,
    )
    step = agenda.Step(kind, context.actor.name, context.now, note, dict(data or {}))
    await announce.announce(
        context, case, step, news=news, news_key=f"item:{case.item.id}:news:{step_id}", question=question
    )
    return step


def _done(case: Case, step: agenda.Step) -> Message:
    return Message(title=case.item.title, text=views.who_did_what(step, case))


# --- Sett på sakslisten ------------------------------------------------------------------------------------


async def accept(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Put the case on a meeting's agenda, and issue its number. `meeting` lets it in after the deadline."""
    case = await _case_to_decide(context, arguments)
    meeting = await _meeting_for(context, case, arguments.get("meeting"))
    item = case.item
    item.status = ItemStatus.ACCEPTED
    item.meeting_id = meeting.id
    if item.number is None:
        year = meeting.starts_at.astimezone(ZoneInfo(meeting.zone)).year
        item.number_year = year
        item.number_in_year = await agenda.next_number(context.session, item.committee_id, year)
        item.number = render_number(case.committee.number_template, item.number_in_year, year, item.types)
    case = Case(item, case.committee, case.proposer, meeting)

    def news() -> Message:
        return Message(
            title=_("Saken din er satt på sakslisten: {title}").format(title=item.title),
            facts=(
                Fact(label=_("Saksnummer"), value=item.number or ""),
                Fact(label=_("Utvalg"), value=case.committee.name),
                Fact(label=_("Møte"), value=_when_and_where(meeting)),
            ),
        )

    step = await _take_step(context, case, "accepted", news, data={"number": item.number})
    await _tell_presenters(context, case, meeting)
    return _done(case, step)


async def _meeting_for(context: Context, case: Case, chosen: str | None) -> Meeting:
    """The meeting named by the button, else the wanted one, else the next one with an open deadline, else the next."""
    coming = await committees.coming_meetings(context.session, [case.item.committee_id], context.now)
    wanted = int(chosen) if chosen else case.item.meeting_id
    for meeting in coming:
        if meeting.id == wanted:
            return meeting
    if chosen:
        raise Gone(_("Møtet er ikke lenger i planen. Velg «Ta senere» og et annet møte."))
    if not coming:
        raise Gone(
            _("{committee} har ingen kommende møter i planen. Legg inn et møte først, så kan saken settes opp.").format(
                committee=case.committee.name
            )
        )
    return next((meeting for meeting in coming if context.now <= meeting.deadline_at), coming[0])


async def _tell_presenters(context: Context, case: Case, meeting: Meeting) -> None:
    presenters = [
        person_id
        for person_id in case.item.presenter_ids
        if person_id not in (case.item.proposer_id, context.actor.person_id)
    ]
    languages = await people.languages(context.session, presenters)

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
                context,
                f"item:{case.item.id}:presenter:{person_id}",
                announce.subject(case),
                (person_id, language),
                build,
            )
            for person_id, language in languages.items()
        ],
    )


def _when_and_where(meeting: Meeting) -> str:
    when = dates.day_and_clock(meeting.starts_at, meeting.zone)
    return f"{when}, {meeting.place}" if meeting.place else when


# --- Be om mer, and the proposer's answer ------------------------------------------------------------------


class Ask(Step):
    """Et spørsmål til den som meldte saken."""

    about = About(title=N_("Be om mer"), submit=N_("Send spørsmålet"))
    question: Annotated[str, LongText(N_("Hva trenger dere å vite?"), max_length=2000)]


async def _may_decide(context: Context, arguments: Mapping[str, str]) -> Raw:
    await _case_to_decide(context, arguments, lock=False)
    return {}


async def _asked(context: Context, answers: Answers) -> Message:
    case = await _case_to_decide(context, answers.arguments)
    question = answers[Ask].question
    case.item.status = ItemStatus.QUESTIONED

    def news() -> Message:
        return Message(
            title=_("Sekretariatet spør om saken din: {title}").format(title=case.item.title),
            text=question,
            buttons=(_answer_button(case),),
        )

    step = await _take_step(
        context, case, "questioned", news, note=question, draft_id=answers.draft_id, question=question
    )
    return _done(case, step)


def _answer_button(case: Case) -> Button:
    return Button(label=_("Svar"), action="sak.svar", arguments={"item": str(case.item.id)}, style="primary")


ASK = Dialog(name="spor", steps=(Ask,), finish=_asked, prefill=_may_decide)


async def ask(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await conversation.start(context, ASK, {"item": arguments["item"]})


class Answer(Step):
    """Svaret på sekretariatets spørsmål."""

    about = About(title=N_("Svar sekretariatet"), submit=N_("Send svaret"))
    answer: Annotated[str, LongText(N_("Svar"), max_length=2000)]


async def _questioned_case(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Case:
    case = await agenda.case(context.session, int(arguments["item"]), lock=lock)
    if case is None:
        raise Gone(_("Saken finnes ikke lenger."))
    if case.item.proposer_id != context.actor.person_id:
        raise NotAllowed(_("Bare den som meldte saken, kan svare."))
    if case.item.status != ItemStatus.QUESTIONED:
        raise AlreadyDone(_("Spørsmålet er ikke lenger åpent. {status}.").format(status=views.status(case)))
    return case


async def _may_answer(context: Context, arguments: Mapping[str, str]) -> Raw:
    await _questioned_case(context, arguments)
    return {}


async def _answered(context: Context, answers: Answers) -> Message:
    case = await _questioned_case(context, answers.arguments, lock=True)
    case.item.status = ItemStatus.PROPOSED
    reply = answers[Answer].answer
    step = await _take_step(context, case, "answered", None, note=reply, draft_id=answers.draft_id)
    await _tell_secretariat(context, case, reply, answers.draft_id)
    return _done(case, step)


async def _tell_secretariat(context: Context, case: Case, reply: str, draft_id: str) -> None:
    def build() -> Message:
        return Message(
            title=_("Svar om saken «{title}»").format(title=case.item.title),
            text=reply,
            small=_("Fra {name}. Knappene er på den første meldingen om saken.").format(name=context.actor.name),
        )

    holders = await announce.secretaries(context, case.item.committee_id)
    await tell(
        context,
        [
            wish_for(
                context,
                f"item:{case.item.id}:answer:{draft_id}:{holder.person_id}",
                announce.subject(case),
                (holder.person_id, holder.language),
                build,
            )
            for holder in holders
        ],
    )


ANSWER = Dialog(name="svar", steps=(Answer,), finish=_answered, prefill=_may_answer)


async def answer(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await conversation.start(context, ANSWER, {"item": arguments["item"]})


# --- Send tilbake ------------------------------------------------------------------------------------------


class SendBack(Step):
    """Hvorfor saken sendes tilbake."""

    about = About(title=N_("Send tilbake"), submit=N_("Send tilbake"))
    reason: Annotated[
        str,
        LongText(N_("Begrunnelse"), help=N_("Den som meldte saken, får lese dette."), max_length=2000),
    ]


async def _sent_back(context: Context, answers: Answers) -> Message:
    case = await _case_to_decide(context, answers.arguments)
    reason = answers[SendBack].reason
    case.item.status = ItemStatus.RETURNED

    def news() -> Message:
        return Message(
            title=_("Saken din er sendt tilbake: {title}").format(title=case.item.title),
            text=reason,
            buttons=views.own_buttons(case, context.now),
        )

    step = await _take_step(context, case, "returned", news, note=reason, draft_id=answers.draft_id, question=reason)
    return _done(case, step)


SEND_BACK = Dialog(name="returner", steps=(SendBack,), finish=_sent_back, prefill=_may_decide)


async def send_back(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await conversation.start(context, SEND_BACK, {"item": arguments["item"]})


# --- Ta senere ---------------------------------------------------------------------------------------------


async def _later_meetings(
    context: Context, answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    case = await agenda.case(context.session, int(answers.arguments["item"]))
    if case is None:
        return []
    coming = await committees.coming_meetings(context.session, [case.item.committee_id], context.now)
    return [
        Option(str(meeting.id), dates.day_and_clock(meeting.starts_at, meeting.zone))
        for meeting in coming
        if meeting.id != case.item.meeting_id
    ]


class Later(Step):
    """Hvilket senere møte saken tas i."""

    about = About(title=N_("Ta senere"), submit=N_("Lagre"))
    meeting: Annotated[str, Choice(N_("Møte"), options=_later_meetings)]


async def _may_defer(context: Context, arguments: Mapping[str, str]) -> Raw:
    case = await _case_to_decide(context, arguments, lock=False)
    if not await _later_meetings(context, Answers({}, arguments), None, ""):
        raise Gone(
            _("{committee} har ingen andre kommende møter i planen. Legg inn et møte først.").format(
                committee=case.committee.name
            )
        )
    return {}


async def _deferred(context: Context, answers: Answers) -> Message:
    case = await _case_to_decide(context, answers.arguments)
    meeting = await committees.meeting(context.session, int(answers[Later].meeting))
    if meeting is None:
        raise BadInput({"meeting": _("Møtet finnes ikke lenger. Velg et annet.")})
    case.item.status = ItemStatus.DEFERRED
    case.item.meeting_id = meeting.id
    case.item.late = False
    case = Case(case.item, case.committee, case.proposer, meeting)

    def news() -> Message:
        return Message(
            title=_("Saken din tas i et senere møte: {title}").format(title=case.item.title),
            facts=(Fact(label=_("Møte"), value=f"{case.committee.name}, {_when_and_where(meeting)}"),),
        )

    day = dates.short_day(meeting.starts_at, meeting.zone)
    step = await _take_step(context, case, "deferred", news, data={"meeting": day}, draft_id=answers.draft_id)
    return _done(case, step)


LATER = Dialog(name="senere", steps=(Later,), finish=_deferred, prefill=_may_defer)


async def later(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await conversation.start(context, LATER, {"item": arguments["item"]})


# --- Send til annet utvalg ---------------------------------------------------------------------------------


async def _other_committees(
    context: Context, answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    case = await agenda.case(context.session, int(answers.arguments["item"]))
    own = case.item.committee_id if case else 0
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
    case = await _case_to_decide(context, answers.arguments)
    before = case.committee
    after = await committees.committee(context.session, int(answers[Move].committee))
    if after is None:
        raise BadInput({"committee": _("Utvalget finnes ikke lenger. Velg et annet.")})
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

    step = await _take_step(
        context,
        case,
        "moved",
        news,
        note=note,
        data={"from_committee": before.name, "to_committee": after.name},
        draft_id=answers.draft_id,
        question=note,
    )
    await announce.left(context, case, before.id or 0, before.name, step)
    return _done(case, step)


MOVE = Dialog(name="flytt", steps=(Move,), finish=_moved, prefill=_may_decide)


async def move(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await conversation.start(context, MOVE, {"item": arguments["item"]})
