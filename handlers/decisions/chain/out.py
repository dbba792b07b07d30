"""A decision that each party takes for itself (tilråding): the secretariat sends it to the parties, all at once if it
likes; takes it back from one of them; and sends on to another committee what a first one would not have."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

from handlers.decisions.chain import at_hand, steps, views
from handlers.decisions.chain.actions import about
from handlers.decisions.chain.picture import Decided, Leg, Stand
from handlers.decisions.said import remember_what_was_said
from handlers.dialogs import conversation
from handlers.dialogs.dialog import (
    About,
    Answers,
    Choice,
    Choices,
    Day,
    Dialog,
    LongText,
    Note,
    Option,
    Raw,
    Reply,
    Step,
)
from handlers.errors import BadInput
from handlers.limits import ANYWHERE
from handlers.messages.arguments import id_in
from handlers.messages.message import Message
from handlers.messages.settled import Settled
from handlers.people.context import Context
from handlers.writing.language import N_, _, ngettext
from handlers.writing.text import shorten
from storage import chain, committees, organisations
from storage.follow_ups import HISTORY
from storage.tables import Conclusion, FollowUp, FollowUpStatus

_EVERYBODY = "alle"


async def _case(context: Context, answers: Answers) -> str:
    return at_hand.which(await at_hand.find(context, answers.arguments))


async def _still(context: Context, arguments: Mapping[str, str]) -> None:
    await at_hand.to_steer(context, arguments)


# --- to the parties -----------------------------------------------------------------------------------------------


def _conclusions_of(decided: Decided) -> Sequence[Conclusion]:
    return [each for each in decided.conclusions if each.revoked_by_id is None]


async def _conclusions(
    context: Context, answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    found = _conclusions_of(await at_hand.find(context, answers.arguments))
    return [
        Option(str(each.id), shorten(f"{number}. {each.text}", ANYWHERE.option)) for number, each in enumerate(found, 1)
    ]


async def _parties(context: Context, answers: Answers, _values: Sequence[str] | None, _query: str) -> Sequence[Option]:
    """Everybody at once, then each party by name."""
    found = await organisations.parties(context.session)
    everybody = ngettext("Alle ({count} part)", "Alle ({count} parter)", len(found)).format(count=len(found))
    return [
        Option(_EVERYBODY, everybody),
        *(Option(str(each.id), shorten(each.name, ANYWHERE.option)) for each in found),
    ]


class ToParties(Step):
    """Hvilke parter som skal vedta for seg."""

    about = About(title=N_("Send som tilråding"), submit=N_("Send"))
    case: Annotated[None, Note("", text=_case)] = None
    conclusion: Annotated[str, Choice(N_("Hva tilrås?"), options=_conclusions, preselect=True)]
    parties: Annotated[list[str], Choices(N_("Til hvem?"), options=_parties)]
    due: Annotated[date | None, Day(N_("Svarfrist"))] = None

    async def problems(self, context: Context, _answers: Answers) -> Mapping[str, str]:
        if self.due is not None and self.due < context.today:
            return {"due": _("Svarfristen er passert. Velg en dag som kommer.")}
        return {}


async def _may_send(context: Context, arguments: Mapping[str, str]) -> Raw:
    _require_conclusion(await at_hand.to_steer(context, arguments))
    return {}


def _require_conclusion(decided: Decided) -> None:
    if not _conclusions_of(decided):
        raise Settled(_("Saken har ingen konklusjon som gjelder, så det er ikke noe å tilrå."))


async def _sent(context: Context, answers: Answers) -> Message:
    decided = await at_hand.to_steer(context, answers.arguments, lock=True)
    step = answers[ToParties]
    conclusion = next((each for each in _conclusions_of(decided) if str(each.id) == step.conclusion), None)
    if conclusion is None:
        raise BadInput({"conclusion": _("Konklusjonen gjelder ikke lenger. Velg en annen.")})
    every = await organisations.parties(context.session)
    wanted = [each for each in every if _EVERYBODY in step.parties or str(each.id) in step.parties]
    have_it = {
        leg.task.row.owner_organisation_id
        for leg in decided.recommended
        if leg.task.row.conclusion_id == conclusion.id and leg.stand is not Stand.DROPPED
    }
    new = [each for each in wanted if each.id not in have_it]
    ordinal = max((leg.task.row.ordinal for leg in decided.legs), default=0)
    rows = [
        FollowUp(
            entry_id=decided.at.entry.id,
            ordinal=ordinal + place,
            text=conclusion.text,
            owner_organisation_id=each.id,
            conclusion_id=conclusion.id,
            recommended=True,
            added_later=True,
            due_on=step.due,
            status_at=context.now,
        )
        for place, each in enumerate(new, 1)
    ]
    context.session.add_all(rows)
    await context.session.flush()
    await HISTORY.add_to_each(
        context.session,
        [row.id for row in rows],
        "sent_out",
        context.actor.person_id,
        context.now,
        data={"due": step.due.isoformat() if step.due is not None else None},
        draft_id=answers.draft_id,
    )
    said = ngettext("Sendt til {count} part.", "Sendt til {count} parter.", len(new)).format(count=len(new))
    had = len(wanted) - len(new)
    if had:
        said += " " + ngettext("{count} hadde den fra før.", "{count} hadde den fra før.", had).format(count=had)
    return await at_hand.after(context, decided.at.entry.id, said=said)


SEND = Dialog(name="kjede.send", steps=(ToParties,), finish=_sent, prefill=_may_send, still=_still)


async def send(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The form in which the parties are chosen."""
    decided = await at_hand.to_steer(context, arguments)
    _require_conclusion(decided)
    return await conversation.start(context, SEND, about(decided.at))


# --- back from a party --------------------------------------------------------------------------------------------


async def _unanswered(
    context: Context, answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    decided = await at_hand.find(context, answers.arguments)
    return [
        Option(str(leg.task.row.id), shorten(leg.task.owner, ANYWHERE.option))
        for leg in decided.recommended
        if leg.stand in (Stand.UNANSWERED, Stand.NOT_A_PARTY)
    ]


class FromParties(Step):
    """Hvem som ikke skal svare likevel."""

    about = About(title=N_("Trekk tilbake"), submit=N_("Trekk tilbake"))
    case: Annotated[None, Note("", text=_case)] = None
    parties: Annotated[list[str], Choices(N_("Fra hvem?"), options=_unanswered)]
    reason: Annotated[str, LongText(N_("Begrunnelse"), help=N_("De som var spurt, får lese dette."), max_length=1000)]


async def _may_withdraw(context: Context, arguments: Mapping[str, str]) -> Raw:
    await at_hand.to_steer(context, arguments)
    return {}


async def _withdrawn(context: Context, answers: Answers) -> Message:
    decided = await at_hand.to_steer(context, answers.arguments, lock=True)
    step = answers[FromParties]
    legs = [
        leg
        for leg in decided.recommended
        if str(leg.task.row.id) in step.parties and leg.stand in (Stand.UNANSWERED, Stand.NOT_A_PARTY)
    ]
    for leg in legs:
        row = leg.task.row
        row.status, row.status_at = FollowUpStatus.DROPPED, context.now
        row.revision += 1
    await HISTORY.add_to_each(
        context.session,
        [leg.task.row.id for leg in legs],
        "dropped",
        context.actor.person_id,
        context.now,
        note=step.reason,
        draft_id=answers.draft_id,
    )
    said = _("Trukket tilbake fra {parties}.").format(parties=views.parties_named(legs)) if legs else ""
    return await at_hand.after(context, decided.at.entry.id, said=said or _("Alle disse har svart allerede."))


WITHDRAW = Dialog(name="kjede.trekk", steps=(FromParties,), finish=_withdrawn, prefill=_may_withdraw, still=_still)


async def withdraw(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The form in which it is taken back from parties that have not answered."""
    decided = await at_hand.to_steer(context, arguments)
    if not any(leg.stand in (Stand.UNANSWERED, Stand.NOT_A_PARTY) for leg in decided.recommended):
        raise Settled(_("Ingen part venter på å svare."))
    return await conversation.start(context, WITHDRAW, about(decided.at))


# --- to another committee -----------------------------------------------------------------------------------------


async def _sent_back(
    context: Context, answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    decided = await at_hand.find(context, answers.arguments)
    return [
        Option(str(leg.task.row.id), shorten(f"{leg.task.owner}: {leg.task.row.text}", ANYWHERE.option))
        for leg in decided.legs
        if views.is_sent_back(leg)
    ]


async def _committees(
    context: Context, answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    decided = await at_hand.find(context, answers.arguments)
    came_from = await chain.committees_above(context.session, decided.at.entry.id)
    own = {decided.at.committee.id, *came_from}
    return [Option(str(each.id), each.name) for each in await committees.active(context.session) if each.id not in own]


class ToCommittee(Step):
    """Hvilket utvalg som skal ha den nå."""

    about = About(title=N_("Send på nytt"), submit=N_("Send"))
    case: Annotated[None, Note("", text=_case)] = None
    leg: Annotated[str, Choice(N_("Hva skal sendes?"), options=_sent_back, preselect=True)]
    committee: Annotated[str, Choice(N_("Til hvilket utvalg?"), options=_committees)]


async def _may_send_again(context: Context, arguments: Mapping[str, str]) -> Raw:
    await at_hand.to_steer(context, arguments)
    return {}


async def _sent_again(context: Context, answers: Answers) -> Message:
    decided = await at_hand.to_steer(context, answers.arguments, lock=True)
    step = answers[ToCommittee]
    leg = next((each for each in decided.legs if str(each.task.row.id) == step.leg), None)
    if leg is None or not views.is_sent_back(leg):
        raise BadInput({"leg": _("Den er ikke sendt tilbake lenger. Se hvor den står nå.")})
    await _send_again(context, decided, leg, id_in(step.committee) or 0, answers.draft_id)
    return await at_hand.after(context, decided.at.entry.id, said=_("Sendt på nytt."))


async def _send_again(context: Context, decided: Decided, leg: Leg, committee_id: int, draft_id: str) -> None:
    row = leg.task.row
    await HISTORY.add(
        context.session,
        row.id,
        "sent_again",
        context.actor.person_id,
        context.now,
        data={"from": row.owner_committee_id, "to": committee_id, "item": row.became_item_id},
        draft_id=draft_id,
    )
    remember_what_was_said(leg.task)
    row.owner_committee_id, row.became_item_id = committee_id, None
    row.status, row.status_at = FollowUpStatus.OPEN, context.now
    row.revision += 1
    await context.session.flush()
    found = await chain.read(context.session, [decided.at.entry.id], context.today)
    task = found.leg(row.id)
    if task is None or not await steps.send(
        context, found, decided.at, task, await chain.committees_above(context.session, decided.at.entry.id)
    ):
        raise BadInput({"committee": _("Saken kom fra dette utvalget, eller det er lagt ned. Velg et annet.")})


AGAIN = Dialog(name="kjede.igjen", steps=(ToCommittee,), finish=_sent_again, prefill=_may_send_again, still=_still)


async def again(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The form in which what was sent back is sent to another committee."""
    decided = await at_hand.to_steer(context, arguments)
    if not any(views.is_sent_back(leg) for leg in decided.legs):
        raise Settled(_("Ingenting er sendt tilbake."))
    return await conversation.start(context, AGAIN, about(decided.at))
