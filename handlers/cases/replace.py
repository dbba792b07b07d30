"""What the secretariat does with a case that is on an agenda: takes it off, or moves it to another meeting.

Its number stays used and says so on the agenda that it left; in the other meeting the case gets one of that series.
Once the meeting has begun, its agenda stands: a case that it postpones is in its minutes under the number that it had
there, and gets a new one in the meeting that it is postponed to.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

from handlers.calendar import dates
from handlers.cases import announce, at_hand, places, views
from handlers.cases.decide import done_for_now, open_form
from handlers.dialogs.dialog import About, Answers, Choice, Dialog, LongText, Note, Option, Raw, Reply, Step
from handlers.errors import BadInput, Gone
from handlers.messages.message import Fact, Message
from handlers.people.context import Context
from handlers.writing.language import N_, _
from storage import cases, committees
from storage.tables import ItemStatus, Left

# --- Ta av sakslisten --------------------------------------------------------------------------------------

_ON_AGENDA = (ItemStatus.ACCEPTED,)


class TakeOff(Step):
    """Hvorfor saken tas av sakslisten."""

    about = About(title=N_("Ta av sakslisten"), submit=N_("Ta av sakslisten"))
    case: Annotated[None, Note("", text=at_hand.which)] = None
    follows: Annotated[
        None,
        Note(N_("Nummeret blir stående på sakslisten som utgått. Ingen annen sak får det.")),
    ] = None
    reason: Annotated[
        str,
        LongText(N_("Begrunnelse"), help=N_("Den som meldte saken, får lese dette."), max_length=2000),
    ] = ""


async def _may_take_off(context: Context, arguments: Mapping[str, str]) -> Raw:
    await at_hand.to_place(context, arguments, _ON_AGENDA, lock=False)
    return {}


async def _taken_off(context: Context, answers: Answers) -> Message:
    case = await at_hand.to_place(context, answers.arguments, _ON_AGENDA)
    item, reason, number = case.item, answers[TakeOff].reason, views.number(case.item)
    named, before = views.named(item), places.as_before(item)
    item.status = ItemStatus.REMOVED
    await cases.give_up_number(context.session, item, Left.REMOVED, context.now)

    def news() -> Message:
        return Message(
            title=_("Saken din er tatt av sakslisten: {title}").format(title=named),
            text=reason,
            buttons=views.own_buttons(case, context.now),
        )

    event, _receipt = await announce.record(
        context,
        case,
        "removed",
        news=news,
        note=reason,
        data={"number": number, "before": before},
        draft_id=answers.draft_id,
        held=True,
    )
    unaware = await announce.unaware_presenters(context, case)
    await announce.show_presenters(context, case, named, held=True)
    await announce.tell_presenters(
        context, case, event, lambda: views.not_to_present(case, named), besides=unaware, held=True
    )
    return await done_for_now(context, answers.arguments, case, event)


TAKE_OFF = Dialog(
    name="sak.av", formerly="sak-av", steps=(TakeOff,), finish=_taken_off, prefill=_may_take_off, still=_may_take_off
)


async def take_off(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await open_form(context, TAKE_OFF, arguments)


# --- Flytt til et annet møte -------------------------------------------------------------------------------

_PLACEABLE = (ItemStatus.ACCEPTED, ItemStatus.REMOVED)


async def _other_meetings(
    context: Context, answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    case = await at_hand.find(context, answers.arguments)
    coming = await committees.coming_meetings(context.session, case.item.committee_id, context.now)
    here = case.item.meeting_id if case.item.status == ItemStatus.ACCEPTED else None
    return [
        Option(str(meeting.id), dates.day_and_clock(meeting.starts_at, meeting.zone))
        for meeting in coming
        if meeting.id != here
    ]


async def _moved_already(_context: Context, _answers: Answers, _value: str) -> str:
    return _("Møtet du valgte, har begynt eller er ikke lenger i planen. Velg et annet.")


class Replace(Step):
    """Hvilket møte saken skal tas i."""

    about = About(title=N_("Velg møte"), submit=N_("Sett opp"))
    case: Annotated[None, Note("", text=at_hand.which)] = None
    meeting: Annotated[str, Choice(N_("Møte"), options=_other_meetings, why_not=_moved_already)]
    follows: Annotated[
        None,
        Note(
            N_("Saken får et nummer i det møtet. Har den et nummer fra før, blir det stående på den gamle sakslisten.")
        ),
    ] = None


async def _may_replace(context: Context, arguments: Mapping[str, str]) -> Raw:
    case = await at_hand.to_place(context, arguments, _PLACEABLE, lock=False, also_held=True)
    if not await _other_meetings(context, Answers({}, arguments), None, ""):
        raise Gone(
            _("{committee} har ingen andre møter i planen. Be koordinatoren legge inn et møte.").format(
                committee=case.committee.name
            )
        )
    return {}


async def _replaced(context: Context, answers: Answers) -> Message:
    case = await at_hand.to_place(context, answers.arguments, _PLACEABLE, also_held=True)
    meeting = await committees.meeting(context.session, int(answers[Replace].meeting))
    if meeting is None:
        raise BadInput({"meeting": _("Møtet finnes ikke lenger. Velg et annet.")})
    item, before = case.item, places.as_before(case.item)
    was_on, from_number = item.status == ItemStatus.ACCEPTED, views.number(item)
    was_held = was_on and case.meeting is not None and places.is_held(case.meeting, context.now)
    await cases.give_up_number(context.session, item, Left.POSTPONED if was_held else Left.MOVED, context.now)
    item.late = False
    case = await places.put_on(context, case, meeting, before)

    kind = "postponed" if was_held else "rescheduled" if was_on else announce.ACCEPTED
    data = {"number": item.number, "before": before}
    if was_on:
        data |= {"from_number": from_number, "meeting_at": meeting.starts_at.isoformat()}
    event, _receipt = await announce.record(
        context,
        case,
        kind,
        news=announce.placed(case, kind, data),
        data=data,
        draft_id=answers.draft_id,
        held=True,
    )
    unaware = await announce.unaware_presenters(context, case)
    await announce.show_presenters(context, case, views.named(item), held=True)
    if was_on:
        await announce.tell_presenters(
            context, case, event, lambda: views.presented_elsewhere(case), besides=unaware, held=True
        )
    place = Fact(label=_("Møte"), value=views.when_and_where(meeting))
    return await done_for_now(context, answers.arguments, case, event, place)


REPLACE = Dialog(
    name="sak.omplasser",
    formerly="sak-omplasser",
    steps=(Replace,),
    finish=_replaced,
    prefill=_may_replace,
    still=_may_replace,
)


async def replace(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await open_form(context, REPLACE, arguments)
