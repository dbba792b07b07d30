"""What the secretariat decides on a proposed case, from the buttons on its message.

The case is locked while it is decided on, and each button carries the last event that its reader saw. So of two
secretaries pressing at once one wins, and the other is told who did what. Every event updates everybody's message and
is told to the proposer, once it cannot be undone any more (see `undo`).
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

from handlers.calendar import dates
from handlers.cases import announce, at_hand, levels, places, queue, views
from handlers.cases.actions import Do, button
from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Choice, Dialog, LongText, Note, Option, Raw, Reply, Step
from handlers.errors import BadInput, Gone
from handlers.messages.arguments import id_in, id_of
from handlers.messages.message import Fact, Message
from handlers.messages.settled import Settled
from handlers.people.context import Context
from handlers.writing.language import N_, _
from storage import cases, committees
from storage.cases import Case
from storage.history import Event
from storage.tables import ItemStatus, Left, Meeting


def kept(arguments: Mapping[str, str]) -> dict[str, str]:
    """What a form keeps of the button that opened it: the case, the last event that was seen of it, and the list."""
    also = {name: arguments[name] for name in (queue.IN_QUEUE, "to") if name in arguments}
    return {**{name: arguments.get(name, "") for name in ("item", "step")}, **also}


async def open_form(context: Context, dialog: Dialog, arguments: Mapping[str, str]) -> Reply:
    """The form to decide with. Where somebody was first, the list that it was to be opened from says so."""

    async def start(context: Context, arguments: Mapping[str, str]) -> Reply:
        return await conversation.start(context, dialog, kept(arguments))

    return await queue.kept_up(context, arguments, start)


async def may_decide(context: Context, arguments: Mapping[str, str]) -> Raw:
    """Open a form only for somebody who may decide on the case now."""
    await at_hand.to_decide(context, arguments, lock=False)
    return {}


def done(case: Case, event: Event) -> Message:
    """What whoever caused the event reads."""
    return Message(title=case.item.title, text=views.who_did_what(event, case))


async def done_for_now(
    context: Context, arguments: Mapping[str, str], case: Case, event: Event, *facts: Fact
) -> Message:
    """The same for an event that can be undone: with «Angre»."""
    carried = {name: value for name, value in arguments.items() if name == queue.IN_QUEUE}
    undo = button(Do.UNDO, _("Angre"), case, event=event.id, carried=carried)
    told = _("Du kan angre i ett minutt. Andre enn sekretariatet får beskjed først etter det.")
    said = done(case, event)
    return await queue.answer(
        context,
        arguments,
        said.model_copy(update={"text": f"{said.text}\n{told}", "facts": facts, "buttons": (undo,)}),
    )


# --- Sett på sakslisten ------------------------------------------------------------------------------------


async def accept(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Put the case on a meeting's agenda, with a number. `meeting` lets it in after the deadline."""
    return await queue.kept_up(context, arguments, _accept)


async def _accept(context: Context, arguments: Mapping[str, str]) -> Reply:
    try:
        case = await at_hand.to_decide(context, arguments)
    except Settled:
        again = await _pressed_twice(context, arguments)
        if again is None:
            raise
        return again
    meeting = await _meeting_for(context, case, arguments.get("meeting"))
    before = places.as_before(case.item)
    case = await places.put_on(context, case, meeting, before)
    item = case.item
    data = {"number": item.number, "before": before}
    event, _receipt = await announce.record(
        context,
        case,
        announce.ACCEPTED,
        news=announce.placed(case, announce.ACCEPTED, data),
        data=data,
        held=True,
    )
    await announce.show_presenters(context, case, views.named(item), held=True)
    place = Fact(label=_("Møte"), value=views.when_and_where(meeting))
    return await done_for_now(context, arguments, case, event, place)


async def _pressed_twice(context: Context, arguments: Mapping[str, str]) -> Message | None:
    """The same press once more is answered as the first was: a double click does not take «Angre» away."""
    case = await at_hand.find(context, arguments)
    steps = await cases.HISTORY.events(context.session, case.item.id)
    before, last = steps[-2] if len(steps) > 1 else None, steps[-1]
    if before is None or before.id != id_of(arguments, "step") or case.meeting is None:
        return None
    own = last.kind == "accepted" and last.actor_id == context.actor.person_id
    if not own or context.now - last.at > announce.UNDO:
        return None
    place = Fact(label=_("Møte"), value=views.when_and_where(case.meeting))
    return await done_for_now(context, arguments, case, last, place)


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


# --- Send tilbake ------------------------------------------------------------------------------------------


class SendBack(Step):
    """Hvorfor saken sendes tilbake."""

    about = About(title=N_("Send tilbake"), submit=N_("Send tilbake"))
    case: Annotated[None, Note("", text=at_hand.which)] = None
    reason: Annotated[
        str,
        LongText(N_("Begrunnelse"), help=N_("Den som meldte saken, får lese dette."), max_length=2000),
    ]


async def _sent_back(context: Context, answers: Answers) -> Message:
    case = await at_hand.to_decide(context, answers.arguments)
    reason = answers[SendBack].reason
    before = places.as_before(case.item)
    case.item.status = ItemStatus.RETURNED

    def news() -> Message:
        return Message(
            title=_("Saken din er sendt tilbake: {title}").format(title=case.item.title),
            text=reason,
            buttons=views.own_buttons(case, context.now),
        )

    event, _receipt = await announce.record(
        context,
        case,
        "returned",
        news=news,
        note=reason,
        data={"before": before},
        draft_id=answers.draft_id,
        held=True,
    )
    return await done_for_now(context, answers.arguments, case, event)


SEND_BACK = Dialog(
    name="sak.returner", formerly="returner", steps=(SendBack,), finish=_sent_back, prefill=may_decide, still=may_decide
)


async def send_back(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await open_form(context, SEND_BACK, arguments)


# --- Ta senere ---------------------------------------------------------------------------------------------


async def _later_meetings(
    context: Context, answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    case = await at_hand.find(context, answers.arguments)
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
    case: Annotated[None, Note("", text=at_hand.which)] = None
    meeting: Annotated[str, Choice(N_("Møte"), options=_later_meetings)]


async def _may_defer(context: Context, arguments: Mapping[str, str]) -> Raw:
    case = await at_hand.to_decide(context, arguments, lock=False, also_stranded=True)
    if not await _later_meetings(context, Answers({}, arguments), None, ""):
        raise Gone(
            _("{committee} har ingen senere møter i planen. Be koordinatoren legge inn et møte.").format(
                committee=case.committee.name
            )
        )
    return {}


async def _deferred(context: Context, answers: Answers) -> Message:
    case = await at_hand.to_decide(context, answers.arguments, also_stranded=True)
    meeting = await committees.meeting(context.session, int(answers[Later].meeting))
    if meeting is None:
        raise BadInput({"meeting": _("Møtet finnes ikke lenger. Velg et annet.")})
    on_agenda = case.item.status == ItemStatus.ACCEPTED
    before = places.as_before(case.item)
    if not on_agenda:
        case.item.status = ItemStatus.DEFERRED
    case.item.meeting_id = meeting.id
    case.item.late = False
    case = case._replace(meeting=meeting)

    data = {"meeting_at": meeting.starts_at.isoformat(), "before": before}
    event, _receipt = await announce.record(
        context,
        case,
        announce.DEFERRED,
        news=announce.placed(case, announce.DEFERRED, data),
        data=data,
        draft_id=answers.draft_id,
        held=True,
    )
    if on_agenda:
        await announce.show_presenters(context, case, views.named(case.item), held=True)
        await announce.tell_presenters(context, case, event, lambda: views.presented_elsewhere(case), held=True)
    return await done_for_now(context, answers.arguments, case, event)


async def _still_to_defer(context: Context, arguments: Mapping[str, str]) -> None:
    await at_hand.to_decide(context, arguments, lock=False, also_stranded=True)


LATER = Dialog(
    name="sak.senere", formerly="senere", steps=(Later,), finish=_deferred, prefill=_may_defer, still=_still_to_defer
)


async def later(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await open_form(context, LATER, arguments)


# --- Send til annet utvalg ---------------------------------------------------------------------------------


async def _other_committees(
    context: Context, answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    own = (await at_hand.find(context, answers.arguments)).item.committee_id
    return [Option(str(found.id), found.name) for found in await committees.active(context.session) if found.id != own]


class Move(Step):
    """Hvilket utvalg saken hører hjemme i."""

    about = About(title=N_("Send til annet utvalg"), submit=N_("Send"))
    case: Annotated[None, Note("", text=at_hand.which)] = None
    committee: Annotated[str, Choice(N_("Utvalg"), options=_other_committees)]
    note: Annotated[
        str,
        LongText(N_("Merknad"), help=N_("Den som meldte saken, og det nye utvalget får lese dette."), max_length=2000),
    ] = ""


async def _may_move(context: Context, arguments: Mapping[str, str]) -> Raw:
    """`to`: back to the committee that it came from."""
    await at_hand.to_move(context, arguments, lock=False)
    return {"committee": arguments["to"]} if "to" in arguments else {}


async def _still_to_move(context: Context, arguments: Mapping[str, str]) -> None:
    await at_hand.to_move(context, arguments, lock=False)


async def _moved(context: Context, answers: Answers) -> Message:
    case = await at_hand.to_move(context, answers.arguments)
    before, item = case.committee, case.item
    after = await committees.committee(context.session, int(answers[Move].committee))
    if after is None:
        raise BadInput({"committee": _("Utvalget finnes ikke lenger. Velg et annet.")})
    state = {**places.as_before(item), **levels.as_before(item)}
    been_there = any(
        event.kind == "moved" and event.data.get("from_id") == after.id
        for event in await cases.HISTORY.events(context.session, item.id)
    )
    presented = views.named(item)
    handled = case.meeting is not None and places.is_held(case.meeting, context.now)
    await cases.give_up_number(context.session, item, Left.REFERRED if handled else Left.MOVED, context.now)
    levels.move(item, before, after)
    item.meeting_id = None
    item.late = False
    item.status = ItemStatus.PROPOSED
    case = Case(item, after, case.proposer, None)
    note = answers[Move].note

    def news() -> Message:
        return Message(
            title=_("Saken din er sendt til {committee}: {title}").format(committee=after.name, title=case.item.title),
            text=note,
        )

    event, _receipt = await announce.record(
        context,
        case,
        "moved",
        news=news,
        note=note,
        data={"from_id": before.id, "from_committee": before.name, "to_committee": after.name, "before": state},
        draft_id=answers.draft_id,
        held=True,
        held_committee=after.id,
    )
    await announce.left(context, case, before.id, before.name, event)
    await announce.show_presenters(context, case, presented, held=True)
    if been_there:
        # Their message about it changes in place, which nobody would notice.
        await announce.tell_secretariat(
            context,
            case,
            event,
            lambda: _("Saken er sendt til dere igjen: {title}").format(title=case.item.title),
            note,
            held=True,
        )
    return await done_for_now(context, answers.arguments, case, event)


MOVE = Dialog(name="sak.flytt", formerly="flytt", steps=(Move,), finish=_moved, prefill=_may_move, still=_still_to_move)


async def move(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await open_form(context, MOVE, arguments)
