"""«Send videre»: the report belongs to another unit on the same side. The clock goes on.

A unit gets the same report back once, if whoever sends it says so knowingly, and then the leaders of both hear of it.
It never gets it a third time: then people have to talk.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple

from handlers.calendar import dates
from handlers.deviations import announce, at_hand, describe, views
from handlers.deviations.actions import Do, button
from handlers.deviations.handling.questions import TEXT_LIMIT, kept, opened, still_open, which
from handlers.deviations.reporting import choosing
from handlers.deviations.reporting.consent import keep_unmarked
from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Choice, Dialog, LongText, Note, Option, Reply, Step, YesNo
from handlers.errors import BadInput, Gone
from handlers.messages.arguments import id_in, id_of
from handlers.messages.message import Button, Message
from handlers.people.context import Context
from handlers.writing.language import N_, _
from storage import deviations, units
from storage.deviations import Report
from storage.history import Event
from storage.tables import DeviationStatus, StaffRole
from storage.units import Listed

_AGAIN = "again"
"""How the value of a unit begins that has had the report before: the dialog asks once more."""
_OFTEN = 2
"""So many times a unit may have the same report."""


class _Turn(NamedTuple):
    """A unit that has had the report. `left`: the steps in which it sent the report on."""

    times: int
    left: Sequence[Event]


async def _turns(context: Context, deviation_id: int) -> Mapping[int, _Turn]:
    """The units that have had the report, by id; the one that has it now counts too."""
    moves = [
        event
        for event in await deviations.HISTORY.events(context.session, deviation_id, internal=False)
        if event.kind == "forwarded"
    ]
    visits = [*(event.data["from_id"] for event in moves[:1]), *(event.data["to_id"] for event in moves)]
    return {
        unit_id: _Turn(visits.count(unit_id), [event for event in moves if event.data["from_id"] == unit_id])
        for unit_id in visits
    }


# --- the form ----------------------------------------------------------------------------------------------


async def _other_units(
    context: Context, answers: Answers, values: Sequence[str] | None, query: str
) -> Sequence[Option]:
    """The units of the same side, but for the one that has the report. Those that have had it once say so; with
    `values`, those that have had it too often are none."""
    report = await _report(context, answers)
    ids = None if values is None else [found for value in values if (found := id_in(value.removeprefix(_AGAIN)))]
    listed = await _same_side(context, report, ids=ids, query=query)
    turns = await _turns(context, report.deviation.id)
    also = await units.aliases(context.session, [one.id for one in listed])
    return [
        _option(one, turns.get(one.id), also.get(one.id, ()))
        for one in listed
        if one.id != report.deviation.unit_id and (values is None or not _too_often(turns.get(one.id)))
    ]


async def _report(context: Context, answers: Answers) -> Report:
    """The report of a form that is open already (see `questions.which`)."""
    report = await deviations.report(context.session, id_of(answers.arguments, "deviation"))
    if report is None:
        raise at_hand.not_yours()
    return report


async def _same_side(
    context: Context, report: Report, *, ids: Sequence[int] | None = None, query: str = ""
) -> Sequence[Listed]:
    deviation = report.deviation
    return await units.listed(
        context.session,
        ids=ids,
        kinds=choosing.SIDES[deviation.direction],
        not_of=deviation.reporter_organisation_id,
        query=query,
    )


def _too_often(turn: _Turn | None) -> bool:
    return turn is not None and turn.times >= _OFTEN


def _option(unit: Listed, turn: _Turn | None, aliases: Sequence[str]) -> Option:
    also = " ".join([unit.name, unit.organisation, *aliases])
    if turn is None:
        return Option(str(unit.id), choosing.with_names(choosing.label(unit), aliases), also)
    return Option(f"{_AGAIN}{unit.id}", choosing.label(unit, remark=_(" (har hatt saken)")), also)


async def _why_not(context: Context, answers: Answers, value: str) -> str:
    report = await _report(context, answers)
    unit_id = id_in(value.removeprefix(_AGAIN))
    if unit_id == report.deviation.unit_id:
        return _("Saken er allerede hos {unit}. Velg en annen enhet.").format(unit=report.unit.name)
    target = next(iter(await _same_side(context, report, ids=() if unit_id is None else (unit_id,))), None)
    turn = None if target is None else (await _turns(context, report.deviation.id)).get(target.id)
    if target is None:
        return _("Velg en enhet i listen. Skal saken til den andre siden, må den meldes på nytt derfra.")
    if _too_often(turn):
        who = await _leader_names(context, [target.id, report.deviation.unit_id])
        return _(
            "{unit} har hatt saken to ganger og sendt den videre begge gangene. Nå må dere snakke sammen om hvem som "
            "skal svare. Ledere: {leaders}."
        ).format(unit=target.name, leaders=who or _("ingen er ført opp"))
    return _("{unit} har hatt saken før. Velg den på nytt hvis den skal ha saken igjen.").format(unit=target.name)


async def _leader_names(context: Context, unit_ids: Sequence[int]) -> str:
    found = await units.staff(context.session, unit_ids, context.today, StaffRole.LEADER)
    return ", ".join(dict.fromkeys(one.name for one in found))


class Forward(Step):
    """Hvilken enhet saken hører hjemme i."""

    about = About(title=N_("Send videre"), submit=N_("Send videre"))
    report: Annotated[None, Note("", text=which)] = None
    unit: Annotated[
        str,
        Choice(
            N_("Enhet"),
            help=N_("Søk på navnet, også et gammelt navn. Fristen for svar er den samme."),
            options=_other_units,
            listed=choosing.LISTED,
            why_not=_why_not,
        ),
    ]
    note: Annotated[
        str,
        LongText(N_("Merknad"), help=N_("Bare for enheten. Melderen ser den ikke."), max_length=TEXT_LIMIT),
    ] = ""


async def _had_it_before(context: Context, answers: Answers) -> str:
    unit_id = id_in(str(answers.raw.get("unit", "")).removeprefix(_AGAIN))
    turns = await _turns(context, id_of(answers.arguments, "deviation"))
    turn = None if unit_id is None else turns.get(unit_id)
    if turn is None or not turn.left:
        return ""
    last = turn.left[-1]
    return _(
        "{from_unit} sendte saken videre {day}. Sender du den tilbake, får lederne i begge enhetene vite det."
    ).format(from_unit=last.data["from_unit"], day=dates.short_day(last.at, describe.ZONE))


class Again(Step):
    """En enhet som har hatt saken før."""

    about = About(title=N_("Har hatt saken før"), submit=N_("Send videre"))
    report: Annotated[None, Note("", text=which)] = None
    history: Annotated[None, Note("", text=_had_it_before)] = None
    knowingly: Annotated[bool, YesNo(N_("Ja, enheten skal ha saken igjen"))] = False

    async def problems(self, _context: Context, _answers: Answers) -> Mapping[str, str]:
        return {} if self.knowingly else {"knowingly": _("Kryss av for å sende saken tilbake, eller velg en annen.")}


def _path(answers: Answers) -> Sequence[type[Step]]:
    return (Forward, Again) if str(answers.raw.get("unit", "")).startswith(_AGAIN) else (Forward,)


# --- the hand-over -----------------------------------------------------------------------------------------


async def _forwarded(context: Context, answers: Answers) -> Message:
    report = await at_hand.to_handle(context, answers.arguments, also_stranded=True)
    chosen = answers[Forward]
    before = report.unit
    turns = await _turns(context, report.deviation.id)
    unit_id = id_in(chosen.unit.removeprefix(_AGAIN))
    listed = () if unit_id is None else await _same_side(context, report, ids=[unit_id])
    target = None if unit_id is None else await units.unit(context.session, unit_id)
    if unit_id is None or not listed or target is None or unit_id == before.id:
        raise BadInput({"unit": _("Enheten finnes ikke lenger. Velg en annen.")})
    deviation = report.deviation
    keep_unmarked(deviation.consent, {"note": chosen.note})
    # A question that the reporter has not answered is the first unit's, not this one's.
    deviation.status, deviation.handler_id = DeviationStatus.SENT, None
    deviation.unit_id, deviation.organisation_id = unit_id, target.organisation_id
    report = report._replace(unit=target, organisation=listed[0].organisation, handler=None)
    if chosen.note:
        await deviations.HISTORY.add(
            context.session,
            deviation.id,
            "noted",
            context.actor.person_id,
            context.now,
            note=chosen.note,
            internal=True,
        )
    event, _receipt = await announce.record(
        context,
        report,
        "forwarded",
        data={"from_id": before.id, "from_unit": before.name, "to_id": unit_id, "to_unit": target.name},
        draft_id=answers.draft_id,
    )
    await _tell(context, report, event, came_back=unit_id in turns, units_concerned=[before.id, unit_id])
    return views.done(report, event).model_copy(update={"buttons": (_remember(report, event),)})


async def _tell(
    context: Context, report: Report, event: Event, *, came_back: bool, units_concerned: Sequence[int]
) -> None:
    reference = report.deviation.reference

    def to_reporter() -> Message:
        return Message(
            title=_("{reference} er sendt videre til {unit}").format(reference=reference, unit=report.unit.name),
            text=_("Fristen for svar er den samme."),
            buttons=(views.show(report),),
        )

    await announce.tell_reporter(context, report, event, to_reporter)
    if describe.is_serious(report):
        await announce.tell_of_serious(context, report, event, on_both_sides=False)
    if not came_back:
        return

    def to_leaders() -> Message:
        return Message(
            title=_("{reference} sendes fram og tilbake mellom enheter").format(reference=reference),
            text=_("Avklar med den andre lederen hvem som skal svare. Neste gang går det ikke å sende saken tilbake."),
            buttons=(views.show(report),),
            small=describe.who_did_what(event),
        )

    def to_unit() -> Message:
        return Message(
            title=_("{reference} er sendt til dere igjen").format(reference=reference),
            buttons=(views.show(report),),
            small=describe.who_did_what(event),
        )

    led = await units.staff(context.session, units_concerned, context.today, StaffRole.LEADER)
    leaders = {one.person_id: (one.person_id, one.language) for one in led}
    await announce.tell_people(context, report, event, list(leaders.values()), to_leaders)
    # Their message about it changes in place, which nobody would notice.
    readers = (await announce.holders(context.session, report, context.now)).readers
    await announce.tell_people(context, report, event, [one for one in readers if one[0] not in leaders], to_unit)


def _remember(report: Report, event: Event) -> Button:
    return button(Do.REMEMBER, _("Husk dette for neste gang"), report.deviation, event)


FORWARD = Dialog(
    name="avvik.videre",
    formerly="avvik-videre",
    steps=_path,
    all_steps=(Forward, Again),
    finish=_forwarded,
    prefill=opened,
    still=still_open,
)


async def forward(context: Context, arguments: Mapping[str, str]) -> Reply:
    report = await at_hand.to_handle(context, arguments, lock=False, also_stranded=True)
    if all(one.id == report.deviation.unit_id for one in await _same_side(context, report)):
        raise Gone(
            _("Det er ingen annen enhet å sende saken til. Svar ut fra det dere vet, eller avvis med en kommentar.")
        )
    return await conversation.start(context, FORWARD, kept(arguments))
