"""A party's answer to a recommendation: yes, no, or yes with changes, on the date of its own decision.

Whoever answers for the party gives it, and may correct it; or the committee's secretariat writes in what came by
letter. Each answer stays in the history.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from handlers.calendar import dates
from handlers.decisions.chain import at_hand, told, views
from handlers.decisions.chain.actions import about
from handlers.decisions.chain.at_hand import Asked
from handlers.decisions.chain.party_actions import about_leg, to_answer
from handlers.decisions.chain.picture import Decided, Leg, Stand
from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Choice, Day, Dialog, LongText, Note, Option, Raw, Reply, Step, Text
from handlers.errors import BadInput
from handlers.limits import ANYWHERE
from handlers.messages.arguments import id_in
from handlers.messages.message import Message, Section
from handlers.messages.settled import Settled
from handlers.people.context import Context
from handlers.writing.language import N_, _
from handlers.writing.text import shorten
from storage import chain, follow_ups
from storage.follow_ups import HISTORY
from storage.tables import FollowUp, FollowUpStatus, PartyAnswer

_CHOICES = (
    (PartyAnswer.YES, N_("Ja")),
    (PartyAnswer.NO, N_("Nei")),
    (PartyAnswer.CHANGES, N_("Ja, med endringer")),
)
_TEXT = ANYWHERE.typed


async def _answers(_context: Context, _given: Answers, _values: Sequence[str] | None, _query: str) -> Sequence[Option]:
    return [Option(value, _(label)) for value, label in _CHOICES]


def _when(on: date | None, decided: Decided, today: date) -> str:
    """What is wrong with the date of a party's own decision; empty: nothing."""
    if on is None:
        return ""
    if on > today:
        return _("Datoen er ikke kommet ennå. Skriv dagen da vedtaket ble gjort.")
    meeting = dates.local_date(decided.at.meeting.starts_at, decided.at.meeting.zone)
    if on < meeting:
        return _("Datoen er før møtet {day}, der dette ble tilrådd. Skriv dagen da vedtaket ble gjort.").format(
            day=dates.short_date(meeting)
        )
    return ""


def _what(answer: str, text: str) -> str:
    """What is wrong with the words; empty: nothing."""
    if answer == PartyAnswer.CHANGES and not text:
        return _("Skriv hvilke endringer.")
    return ""


async def _store(context: Context, row: FollowUp, given: Mapping[str, Any], **more: Any) -> None:
    """`given`: answer, on, text. What stood before stays in the history."""
    before = {"answer": row.answer, "on": row.answered_on.isoformat() if row.answered_on else None}
    kind = "answered" if row.answer is None else "corrected"
    on: date = given["on"]
    row.answer, row.answered_on, row.answer_text = given["answer"], on, given["text"]
    row.status, row.status_at = FollowUpStatus.DONE, context.now
    row.revision += 1
    draft_id = more.pop("draft_id")
    data = {"answer": row.answer, "on": on.isoformat(), "before": before, "party": row.owner_organisation_id, **more}
    await HISTORY.add(
        context.session,
        row.id,
        kind,
        context.actor.person_id,
        context.now,
        note=row.answer_text,
        data=data,
        draft_id=draft_id,
    )


# --- by whoever answers for the party -----------------------------------------------------------------------------


async def _which(context: Context, answers: Answers) -> str:
    asked = await at_hand.to_answer(context, answers.arguments)
    at, task = asked.decided.at, asked.leg.task
    case = at_hand.which(asked.decided, sees=not (at.item is not None and at.item.closed_under))
    return f"{case}\n{task.owner}: {shorten(task.row.text, 600)}"


class AnswerOfParty(Step):
    """Hva parten vedtok."""

    about = About(title=N_("Svar på tilråding"), submit=N_("Send svaret"))
    which: Annotated[None, Note("", text=_which)] = None
    answer: Annotated[str, Choice(N_("Hva har dere vedtatt?"), options=_answers)]
    on: Annotated[date, Day(N_("Når ble det vedtatt?"))]
    text: Annotated[
        str,
        LongText(
            N_("Med ord"),
            help=N_("Endringene, eller hvorfor. Utvalget som tilrådde det, leser dette."),
            max_length=_TEXT,
        ),
    ] = ""

    async def problems(self, context: Context, answers: Answers) -> Mapping[str, str]:
        asked = await at_hand.to_answer(context, answers.arguments)
        found = {"on": _when(self.on, asked.decided, context.today), "text": _what(self.answer, self.text)}
        return {name: said for name, said in found.items() if said}


async def _current(context: Context, arguments: Mapping[str, str]) -> Raw:
    asked = await at_hand.to_answer(context, arguments)
    at_hand.require_open(asked.leg)
    row = asked.leg.task.row
    if row.answer is None:
        return {"on": context.today.isoformat()}
    on = row.answered_on.isoformat() if row.answered_on is not None else context.today.isoformat()
    return {"answer": row.answer, "on": on, "text": row.answer_text}


async def _still(context: Context, arguments: Mapping[str, str]) -> None:
    at_hand.require_open((await at_hand.to_answer(context, arguments)).leg)


def _not_overtaken(asked: Asked, seen: str) -> None:
    """Raises `Settled`: somebody else answered since the form was opened."""
    row = asked.leg.task.row
    if id_in(seen) != row.revision and row.answer is not None:
        raise Settled(
            _("Det er svart for {party} siden du åpnet skjemaet: {answer}. Se på svaret før du retter det.").format(
                party=asked.leg.task.owner, answer=views.stands(asked.leg)
            ),
            to_answer(_("Rett svaret"), row),
        )


async def _answered(context: Context, answers: Answers) -> Message:
    asked = await at_hand.to_answer(context, answers.arguments, lock=True)
    at_hand.require_open(asked.leg)
    _not_overtaken(asked, answers.arguments.get("seen", ""))
    step, row = answers[AnswerOfParty], asked.leg.task.row
    given = {"answer": step.answer, "on": step.on, "text": step.text}
    await _store(context, row, given, draft_id=answers.draft_id)
    await at_hand.after(context, row.entry_id, said="")
    return await shown(context, answers.arguments, said=_("Takk. Svaret er tatt imot."))


ANSWER = Dialog(name="tilrading.svar", steps=(AnswerOfParty,), finish=_answered, prefill=_current, still=_still)


async def answer(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The form of the answer, for whoever answers for the party."""
    asked = await at_hand.to_answer(context, arguments)
    at_hand.require_open(asked.leg)
    row = asked.leg.task.row
    return await conversation.start(context, ANSWER, {**about_leg(row), "seen": str(row.revision)})


async def shown(context: Context, arguments: Mapping[str, str], *, said: str = "") -> Message:
    """What a party was asked, and what it answered, for whoever answers for it."""
    asked = await at_hand.to_answer(context, arguments)
    at, leg = asked.decided.at, asked.leg
    if leg.stand in (Stand.YES, Stand.NO, Stand.CHANGES):
        found = told.answered(at, leg, said=said)
    elif leg.stand is Stand.UNANSWERED:
        found = told.asked(at, leg)
    else:
        found = told.withdrawn(at, leg)
    return found.model_copy(update={"replace": bool(said)})


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await shown(context, arguments)


async def mine(context: Context, _arguments: Mapping[str, str]) -> Reply:
    """All that waits for an answer of the parties that the actor answers for."""
    organisations = await chain.answers_for(context.session, context.actor.person_id, context.today)
    rows = await chain.waiting_for(context.session, organisations)
    tasks = await follow_ups.tasks(context.session, [row.id for row in rows])
    sections = tuple(
        Section(
            title=task.owner,
            text=shorten(task.row.text, 300),
            buttons=(to_answer(_("Svar på tilrådingen"), task.row),),
        )
        for task in tasks
    )
    if not sections:
        return Message(title=_("Ingen tilrådinger venter på svar fra deg"))
    return Message(title=_("Tilrådinger som venter på svar"), sections=sections)


# --- by the secretariat -------------------------------------------------------------------------------------------


async def _legs(context: Context, answers: Answers, _values: Sequence[str] | None, _query: str) -> Sequence[Option]:
    decided = await at_hand.find(context, answers.arguments)
    can = [leg for leg in decided.recommended if leg.stand not in (Stand.DROPPED, Stand.REVOKED)]
    can.sort(key=lambda leg: leg.stand is not Stand.UNANSWERED)
    return [Option(str(leg.task.row.id), shorten(_of_party(leg), ANYWHERE.option)) for leg in can]


def _of_party(leg: Leg) -> str:
    if leg.stand in (Stand.UNANSWERED, Stand.NOT_A_PARTY):
        return leg.task.owner
    return _("{party} (har svart: {answer})").format(party=leg.task.owner, answer=_(views.STANDS[leg.stand]))


async def _of_case(context: Context, answers: Answers) -> str:
    return at_hand.which(await at_hand.find(context, answers.arguments))


class WrittenIn(Step):
    """Et svar som kom på en annen måte."""

    about = About(title=N_("Før inn et svar"), submit=N_("Lagre"))
    case: Annotated[None, Note("", text=_of_case)] = None
    party: Annotated[str, Choice(N_("Hvem har svart?"), options=_legs)]
    answer: Annotated[str, Choice(N_("Hva har de vedtatt?"), options=_answers)]
    on: Annotated[date, Day(N_("Når ble det vedtatt?"))]
    source: Annotated[
        str,
        Text(
            N_("Hvordan kom svaret, og fra hvem?"),
            help=N_("For eksempel «brev fra kommunedirektøren»."),
            max_length=200,
        ),
    ]
    text: Annotated[str, LongText(N_("Med ord"), help=N_("Endringene, eller hvorfor."), max_length=_TEXT)] = ""

    async def problems(self, context: Context, answers: Answers) -> Mapping[str, str]:
        decided = await at_hand.find(context, answers.arguments)
        found = {"on": _when(self.on, decided, context.today), "text": _what(self.answer, self.text)}
        return {name: said for name, said in found.items() if said}


async def _may_write_in(context: Context, arguments: Mapping[str, str]) -> Raw:
    await at_hand.to_steer(context, arguments)
    return {"on": context.today.isoformat()}


async def _still_to_write_in(context: Context, arguments: Mapping[str, str]) -> None:
    await at_hand.to_steer(context, arguments)


async def _written_in(context: Context, answers: Answers) -> Message:
    decided = await at_hand.to_steer(context, answers.arguments, lock=True)
    step = answers[WrittenIn]
    leg = next((each for each in decided.recommended if str(each.task.row.id) == step.party), None)
    if leg is None or leg.stand in (Stand.DROPPED, Stand.REVOKED):
        raise BadInput({"party": _("Parten skal ikke svare lenger. Velg en annen.")})
    given = {"answer": step.answer, "on": step.on, "text": step.text}
    await _store(context, leg.task.row, given, draft_id=answers.draft_id, source=step.source)
    return await at_hand.after(
        context, decided.at.entry.id, said=_("Svaret fra {party} er ført inn.").format(party=leg.task.owner)
    )


WRITE_IN = Dialog(
    name="kjede.svar", steps=(WrittenIn,), finish=_written_in, prefill=_may_write_in, still=_still_to_write_in
)


async def write_in(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The form with which the secretariat writes in what came by letter."""
    decided = await at_hand.to_steer(context, arguments)
    if not decided.recommended:
        raise Settled(_("Ingen part er spurt ennå. Send tilrådingen til partene først."))
    return await conversation.start(context, WRITE_IN, about(decided.at))
