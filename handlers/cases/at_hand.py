"""The case that somebody wants to do something with, if they may and it is still there to be done."""

from collections.abc import Collection, Mapping, Sequence

from handlers.cases import actions, views
from handlers.cases.places import is_held
from handlers.dialogs.dialog import Answers
from handlers.errors import Gone, NotAllowed
from handlers.messages.arguments import id_of
from handlers.messages.settled import Settled
from handlers.people.access import may_decide, require_decider
from handlers.people.context import Context
from handlers.writing.language import _
from storage import cases
from storage.cases import Case
from storage.history import Event
from storage.tables import ItemStatus


async def find(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Case:
    """Raises `Gone` if there is no such case."""
    case = await cases.case(context.session, id_of(arguments, "item"), lock=lock)
    if case is None:
        raise Gone(_("Saken finnes ikke lenger."))
    return case


async def own(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Case:
    """The case, if it is the actor's own.

    Raises:
        Gone, NotAllowed: says why not.
    """
    case = await find(context, arguments, lock=lock)
    if case.item.proposer_id != context.actor.person_id:
        raise NotAllowed(_("Bare den som meldte saken, kan gjøre dette."))
    return case


async def to_decide(
    context: Context, arguments: Mapping[str, str], *, lock: bool = True, also_stranded: bool = False
) -> Case:
    """The case, for somebody of its secretariat, with nothing new since the button (`event`) was drawn.

    `also_stranded`: it may be on the agenda already, if that meeting has been cancelled.

    Raises:
        Gone, NotAllowed, Settled: says why not; Settled says who did what.
    """
    case, events = await _for_secretariat(context, arguments, lock=lock)
    if case.item.status not in cases.UNDECIDED and not (also_stranded and views.is_stranded(case)):
        raise _decided(events[-1], case)
    _not_overtaken(events, case, arguments)
    return case


async def to_place(
    context: Context,
    arguments: Mapping[str, str],
    statuses: Collection[ItemStatus],
    *,
    lock: bool = True,
    also_held: bool = False,
) -> Case:
    """The case, which is on an agenda or was taken off one (`statuses`), for somebody of its secretariat, with nothing
    new since the button was drawn. Once its meeting has begun, the agenda stands; `also_held`: what is done with it
    follows from that meeting.

    Raises:
        Gone, NotAllowed, Settled: says why not; Settled says who did what.
    """
    case, events = await _for_secretariat(context, arguments, lock=lock)
    if case.item.status not in statuses:
        raise Settled(
            _("Saken er ikke på sakslisten nå. {what}").format(what=views.who_did_what(events[-1], case))
            if case.item.status != ItemStatus.ACCEPTED
            else _("Saken er på sakslisten igjen. {what}").format(what=views.who_did_what(events[-1], case)),
            actions.show(case.item.id),
        )
    _not_overtaken(events, case, arguments)
    if not also_held and _was_held(context, case):
        raise _stands(case)
    return case


async def to_move(context: Context, arguments: Mapping[str, str], *, lock: bool = True) -> Case:
    """The case, for somebody of its secretariat who sends it to another committee: undecided, or on an agenda, also
    when that meeting has been held. Raises as `to_place`."""
    case, events = await _for_secretariat(context, arguments, lock=lock)
    if case.item.status not in (*cases.UNDECIDED, ItemStatus.ACCEPTED):
        raise _decided(events[-1], case)
    _not_overtaken(events, case, arguments)
    return case


async def to_word(context: Context, arguments: Mapping[str, str], *, lock: bool = True) -> Case:
    """The case, for somebody of its secretariat who changes what stands about it, until its meeting begins. Raises as
    `to_place`."""
    case, events = await _for_secretariat(context, arguments, lock=lock)
    if case.item.status not in (*cases.UNDECIDED, ItemStatus.ACCEPTED):
        raise _decided(events[-1], case)
    _not_overtaken(events, case, arguments)
    if _was_held(context, case):
        raise _stands(case)
    return case


async def _for_secretariat(
    context: Context, arguments: Mapping[str, str], *, lock: bool
) -> tuple[Case, Sequence[Event]]:
    """The case and its events; whoever sent it to another committee hears of that."""
    id_of(arguments, "step")
    case = await find(context, arguments, lock=lock)
    events = await cases.HISTORY.events(context.session, case.item.id)
    if not may_decide(context.actor, case.item.committee_id):
        for event in reversed(events):
            if event.kind == "moved" and may_decide(context.actor, event.data.get("from_id", 0)):
                raise _decided(event, case)
    require_decider(context, case.committee)
    return case, events


def _not_overtaken(events: Sequence[Event], case: Case, arguments: Mapping[str, str]) -> None:
    if events[-1].id != id_of(arguments, "step"):
        raise Settled(
            _("Det har skjedd noe med saken siden du så den: {what}. Se på den igjen før du bestemmer.").format(
                what=views.who_did_what(events[-1], case)
            ),
            actions.show(case.item.id),
        )


def _was_held(context: Context, case: Case) -> bool:
    """Whether the case is on the agenda of a meeting that has begun."""
    on_agenda = case.item.status == ItemStatus.ACCEPTED and case.meeting is not None
    return on_agenda and case.meeting is not None and is_held(case.meeting, context.now)


def _stands(case: Case) -> Settled:
    return Settled(
        _(
            "Møtet {day} har begynt eller er holdt, så sakslisten kan ikke endres lenger. "
            "Det som skjedde med saken, hører hjemme i referatet."
        ).format(day=views.meeting_day(case))
    )


def _decided(event: Event, case: Case) -> Settled:
    # Whoever sent it to another committee cannot open it any more.
    show = None if event.kind == "moved" else actions.show(case.item.id)
    return Settled(_("Saken er allerede behandlet. {what}").format(what=views.who_did_what(event, case)), show)


async def which(context: Context, answers: Answers) -> str:
    """The number and title of the case that a form is about."""
    found = await cases.case(context.session, id_of(answers.arguments, "item"))
    return _("Saken: {title}").format(title=views.named(found.item)) if found else ""
