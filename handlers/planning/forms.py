"""Forms about a plan: writing it in, and saying what it does not say."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Annotated

from handlers.calendar import dates
from handlers.dialogs import conversation
from handlers.dialogs.dialog import (
    About,
    Answers,
    Choice,
    Day,
    Dialog,
    LongText,
    Note,
    Option,
    Raw,
    Reply,
    Step,
    Text,
    TimeOfDay,
)
from handlers.errors import BadInput, Gone
from handlers.limits import ANYWHERE
from handlers.messages.arguments import id_of
from handlers.messages.message import Message
from handlers.papers.reading.cannot import CannotRead
from handlers.people.context import Context
from handlers.planning import at_hand, page, pressed, taking
from handlers.planning.actions import about
from handlers.planning.answers import BodyAnswer, RowAnswer
from handlers.planning.considering import Considered
from handlers.planning.kept import from_json
from handlers.planning.laying import LaidRow
from handlers.writing.language import N_, _
from handlers.writing.text import shorten
from storage import committees
from storage.tables import MeetingPlan

_NOT_SAID = "-"
"""In a choice: nobody, or nowhere."""

# --- writing a plan in -------------------------------------------------------------------------------------


class Written(Step):
    """Planen, som linjer, tabell eller regel."""

    about = About(
        title=N_("Skriv inn møteplanen"),
        submit=N_("Se over"),
        intro=N_("Ett utvalg per linje, en tabell, eller en regel. Ingenting lagres før du har sett over."),
    )
    year: Annotated[str, Text(N_("År"), max_length=4)]
    text: Annotated[
        str,
        LongText(
            N_("Møteplan"),
            help=N_("FSU: 25/1, 2/5 og 5/9 12.30–15.30. Eller: FSU siste torsdag i måneden 13.00–15.30, ikke juli"),
        ),
    ]

    async def problems(self, _context: Context, _answers: Answers) -> Mapping[str, str]:
        if not (self.year or "").strip().isdecimal() or not at_hand.FIRST_YEAR <= int(self.year) <= at_hand.LAST_YEAR:
            return {"year": _("Skriv et årstall, for eksempel 2027.")}
        return {}


async def _year(context: Context, arguments: Mapping[str, str]) -> Raw:
    at_hand.require_planner_of_any(context)
    return {"year": str(at_hand.year_of(context, arguments))}


async def _read(context: Context, answers: Answers) -> Message:
    at_hand.require_planner_of_any(context)
    step = answers[Written]
    year = int(step.year)
    if context.only and str(year) != answers.arguments.get("year"):
        raise BadInput({"year": _("Denne siden er for {year}.").format(year=answers.arguments.get("year", ""))})
    try:
        read = taking.read_text(step.text, year, context)
    except CannotRead as error:
        raise BadInput({"text": str(error)}) from None
    if not read.rows:
        told = " ".join(each.text for each in read.problems)
        example = _("Jeg finner ingen møter. Skriv for eksempel «FSU: 25/1 og 2/5 12.30–15.30».")
        raise BadInput({"text": told or example})
    return await taking.taken(context, read, year, context.now)


WRITE = Dialog(name="moteplan.skriv", steps=(Written,), finish=_read, prefill=_year)


async def write(context: Context, arguments: Mapping[str, str]) -> Reply:
    at_hand.require_planner_of_any(context)
    return await conversation.start(context, WRITE, about(at_hand.year_of(context, arguments)))


# --- which committee a body is -----------------------------------------------------------------------------


async def _which(context: Context, answers: Answers) -> str:
    found = await at_hand.plan(context, answers.arguments)
    row = from_json(found.read).rows[pressed.number_of(found, answers.arguments)]
    return _("Planen kaller det «{name}» ({where}).").format(name=row.committee or "–", where=row.where or "–")


async def _committees(
    context: Context, _answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    return [
        Option(str(each.id), shorten(each.name, ANYWHERE.option)) for each in await committees.active(context.session)
    ]


class Whose(Step):
    """Hvilket utvalg som er ment."""

    about = About(title=N_("Hvilket utvalg?"), submit=N_("Lagre"))
    written: Annotated[None, Note("", text=_which)] = None
    committee: Annotated[str, Choice(N_("Utvalg"), options=_committees)]


async def _whose_may(context: Context, arguments: Mapping[str, str]) -> Raw:
    found = await at_hand.waiting(context, arguments)
    await pressed.may_change(context, found, pressed.number_of(found, arguments))
    return {}


async def _whose(context: Context, answers: Answers) -> Message:
    found = await at_hand.waiting(context, answers.arguments, lock=True)
    number = pressed.number_of(found, answers.arguments)
    return await pressed.meant(context, found, number, int(answers[Whose].committee))


WHOSE = Dialog(name="moteplan.utvalg", steps=(Whose,), finish=_whose, prefill=_whose_may, still=at_hand.still)


async def whose(context: Context, arguments: Mapping[str, str]) -> Reply:
    found = await at_hand.waiting(context, arguments)
    more = {"plan": found.id, "row": pressed.number_of(found, arguments)}
    return await conversation.start(context, WHOSE, about(found.year, **more))


# --- one meeting -------------------------------------------------------------------------------------------


async def _row(context: Context, arguments: Mapping[str, str]) -> tuple[MeetingPlan, Considered, LaidRow]:
    found = await at_hand.plan(context, arguments)
    of = await page.considered(context, found)
    row = of.row(pressed.number_of(found, arguments))
    if row is None or row.body is None:
        raise Gone(_("Møtet står ikke i planen lenger."))
    return found, of, row


async def _meeting(context: Context, answers: Answers) -> str:
    _found, _of, row = await _row(context, answers.arguments)
    assert row.body is not None  # noqa: S101 - asked before
    return f"{row.body.name}, {dates.full_date(row.planned.day)}"


async def _chairs(context: Context, answers: Answers, _values: Sequence[str] | None, _query: str) -> Sequence[Option]:
    _found, _of, row = await _row(context, answers.arguments)
    assert row.body is not None  # noqa: S101 - asked before
    members = row.body.members(row.planned.day)
    return [Option(_NOT_SAID, _("ikke satt")), *(Option(str(key), name) for key, name in members.items())]


async def _hosts(context: Context, answers: Answers, _values: Sequence[str] | None, _query: str) -> Sequence[Option]:
    _found, of, _meeting = await _row(context, answers.arguments)
    return [
        Option(_NOT_SAID, _("ikke satt")),
        *(Option(str(each.id), shorten(each.name, ANYWHERE.option)) for each in of.known.parties.values()),
    ]


class Correct(Step):
    """Når og hvor møtet er."""

    about = About(title=N_("Rett møtet i planen"), submit=N_("Lagre"))
    meeting: Annotated[None, Note("", text=_meeting)] = None
    day: Annotated[date, Day(N_("Dato"))]
    begins: Annotated[time | None, TimeOfDay(N_("Fra kl."))] = None
    ends: Annotated[time | None, TimeOfDay(N_("Til kl."))] = None
    place: Annotated[str, Text(N_("Sted"), max_length=100)] = ""
    # «ikke satt» is an answer of its own: on Slack a choice that is made cannot be taken back.
    chair: Annotated[str, Choice(N_("Møteleder"), options=_chairs)]
    host: Annotated[str, Choice(N_("Vertskap"), options=_hosts)]

    async def problems(self, _context: Context, answers: Answers) -> Mapping[str, str]:
        if self.begins is not None and self.ends is not None and self.ends <= self.begins:
            return {"ends": _("Møtet må slutte etter at det har begynt. Rett tidene.")}
        if self.day is not None and str(self.day.year) != answers.arguments.get("year"):
            return {"day": _("Planen er for {year}. Velg en dag i det året.").format(year=answers.arguments["year"])}
        return {}


async def _as_it_is(context: Context, arguments: Mapping[str, str]) -> Raw:
    await at_hand.waiting(context, arguments)
    found, _of, row = await _row(context, arguments)
    await pressed.may_change(context, found, pressed.number_of(found, arguments))
    each = row.planned
    return {
        "day": each.day.isoformat(),
        "begins": f"{each.begins:%H:%M}" if each.begins else None,
        "ends": f"{each.ends:%H:%M}" if each.ends else None,
        "place": each.place,
        "chair": str(row.chair_id) if row.chair_id is not None else _NOT_SAID,
        "host": str(row.host_id) if row.host_id is not None else _NOT_SAID,
    }


async def _corrected(context: Context, answers: Answers) -> Message:
    found = await at_hand.waiting(context, answers.arguments, lock=True)
    number = pressed.number_of(found, answers.arguments)
    await pressed.may_change(context, found, number)
    step = answers[Correct]
    before = at_hand.answers(found)
    row = RowAnswer(
        out=False,
        day=step.day,
        begins=step.begins,
        ends=step.ends,
        place=step.place,
        chair_id=int(step.chair) if step.chair.isdecimal() else None,
        host_id=int(step.host) if step.host.isdecimal() else None,
    )
    at_hand.answer(found, before.model_copy(update={"rows": {**before.rows, number: row}}))
    return await page.drawn(context, found, {}, said=_("Rettet."))


CORRECT = Dialog(name="moteplan.rett", steps=(Correct,), finish=_corrected, prefill=_as_it_is, still=at_hand.still)


async def correct(context: Context, arguments: Mapping[str, str]) -> Reply:
    found = await at_hand.waiting(context, arguments)
    more = {"plan": found.id, "row": pressed.number_of(found, arguments)}
    return await conversation.start(context, CORRECT, about(found.year, **more))


# --- all meetings of a committee ---------------------------------------------------------------------------


async def _body(context: Context, answers: Answers) -> str:
    committee = await committees.committee(context.session, id_of(answers.arguments, "committee"))
    return _("For møtene i {committee} der planen ikke sier det.").format(
        committee=committee.name if committee is not None else "–"
    )


class Usual(Step):
    """Når og hvor utvalget møtes når planen ikke sier det."""

    about = About(title=N_("Tid og sted"), submit=N_("Lagre"))
    body: Annotated[None, Note("", text=_body)] = None
    begins: Annotated[time | None, TimeOfDay(N_("Fra kl."))] = None
    ends: Annotated[time | None, TimeOfDay(N_("Til kl."))] = None
    place: Annotated[str, Text(N_("Sted"), max_length=100)] = ""

    async def problems(self, _context: Context, _answers: Answers) -> Mapping[str, str]:
        if not (self.begins or self.place) or (self.begins is None) is not (self.ends is None):
            return {"begins": _("Skriv når møtene begynner og slutter, eller stedet.")}
        if self.begins is not None and self.ends is not None and self.ends <= self.begins:
            return {"ends": _("Møtet må slutte etter at det har begynt. Rett tidene.")}
        return {}


async def _usual_now(context: Context, arguments: Mapping[str, str]) -> Raw:
    found = await at_hand.waiting(context, arguments)
    await pressed.require_own(context, found, id_of(arguments, "committee"))
    usual = at_hand.answers(found).usual.get(id_of(arguments, "committee"), BodyAnswer())
    return {
        "begins": f"{usual.begins:%H:%M}" if usual.begins else None,
        "ends": f"{usual.ends:%H:%M}" if usual.ends else None,
        "place": usual.place,
    }


async def _usual(context: Context, answers: Answers) -> Message:
    found = await at_hand.waiting(context, answers.arguments, lock=True)
    committee_id = id_of(answers.arguments, "committee")
    await pressed.require_own(context, found, committee_id)
    before, step = at_hand.answers(found), answers[Usual]
    body = BodyAnswer(begins=step.begins, ends=step.ends, place=step.place)
    at_hand.answer(found, before.model_copy(update={"usual": {**before.usual, committee_id: body}}))
    return await page.drawn(context, found, {}, said=_("Rettet."))


USUAL = Dialog(name="moteplan.vanlig", steps=(Usual,), finish=_usual, prefill=_usual_now, still=at_hand.still)


async def usual(context: Context, arguments: Mapping[str, str]) -> Reply:
    found = await at_hand.waiting(context, arguments)
    more = {"plan": found.id, "committee": id_of(arguments, "committee")}
    return await conversation.start(context, USUAL, about(found.year, **more))


DIALOGS = (WRITE, WHOSE, CORRECT, USUAL)
