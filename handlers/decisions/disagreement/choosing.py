"""What the secretariat chooses: the parties and who writes for them, the next step on the ladder, and the end."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

from pydantic import Field

from handlers.cases.forms import presenters_to_choose
from handlers.decisions.disagreement import at_hand, happen, page, raising, words
from handlers.decisions.disagreement.actions import about
from handlers.decisions.disagreement.at_hand import Protocol
from handlers.decisions.disagreement.parties import KINDS, SIDES, Party
from handlers.decisions.disagreement.rule import STEPS
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
    Person,
    Raw,
    Reply,
    Step,
)
from handlers.errors import BadInput
from handlers.messages.arguments import id_in
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.writing.language import DEFAULT, N_, _, speaking
from storage import committees, disagreements
from storage.disagreements import ViewOf
from storage.pointing import pointed_at
from storage.tables import ClosedHow, DisagreementStep, Organisation


async def _which(context: Context, answers: Answers) -> str:
    return words.title(await at_hand.to_prepare(context, answers.arguments, lock=False))


async def _still(context: Context, arguments: Mapping[str, str]) -> None:
    await at_hand.to_prepare(context, arguments, lock=False)


# --- parties ----------------------------------------------------------------------------------------------------

_ORGANISATION = "o"
"""Before the id of an organisation among the parties; a side is called by its key."""


async def _parties(context: Context, answers: Answers, _values: Sequence[str] | None, _query: str) -> Sequence[Option]:
    """The two sides, and each organisation; of one that became part of another, as long as it is a party."""
    protocol = await at_hand.to_prepare(context, answers.arguments, lock=False)
    listed = await disagreements.organisations(context.session)
    found = [
        *(Option(key, _(name)) for key, name in SIDES.items()),
        *(Option(f"o{each.id}", each.name) for each in listed),
    ]
    known = {option.value for option in found}
    return [*found, *(Option(_value(view), words.party(view)) for view in protocol.views if _value(view) not in known)]


def _value(view: ViewOf) -> str:
    row = view.row
    return f"{_ORGANISATION}{row.organisation_id}" if row.organisation_id is not None else row.kind


class Parties(Step):
    """Hvem som er parter, og hvem som skriver for dem."""

    about = About(title=N_("Parter i uenigheten"), submit=N_("Lagre"))
    which: Annotated[None, Note("", text=_which)] = None
    first: Annotated[str, Choice(N_("Den ene parten"), options=_parties)]
    first_writers: Annotated[
        list[str], Person(N_("Hvem skriver for den?"), options=presenters_to_choose, several=True)
    ] = Field(default_factory=list)
    second: Annotated[str, Choice(N_("Den andre parten"), options=_parties)]
    second_writers: Annotated[
        list[str], Person(N_("Hvem skriver for den andre?"), options=presenters_to_choose, several=True)
    ] = Field(default_factory=list)

    async def problems(self, _context: Context, _answers: Answers) -> Mapping[str, str]:
        found = {}
        if self.first and self.first == self.second:
            found["second"] = _("Velg to ulike parter.")
        both = set(self.first_writers).intersection(self.second_writers)
        if both:
            found["second_writers"] = _("Ingen kan skrive for begge partene. Velg en annen her.")
        return found


async def _parties_now(context: Context, arguments: Mapping[str, str]) -> Raw:
    protocol = await at_hand.to_prepare(context, arguments, lock=False)
    raw: Raw = {}
    for name, view in zip(("first", "second"), protocol.views, strict=True):
        raw[name] = _value(view)
        raw[f"{name}_writers"] = [str(each.person_id) for each in view.writers if not each.left]
    return raw


async def _parties_chosen(context: Context, answers: Answers) -> Message:
    protocol = await at_hand.to_prepare(context, answers.arguments)
    step = answers[Parties]
    listed = {each.id: each for each in await disagreements.organisations(context.session)}
    chosen: dict[int, Party] = {}
    pairs = (("first", step.first, step.first_writers), ("second", step.second, step.second_writers))
    for (name, value, person_ids), view in zip(pairs, protocol.views, strict=True):
        writers = tuple(int(each) for each in person_ids)
        if value == _value(view):
            chosen[view.row.id] = Party(view.row.party, view.row.kind, view.row.organisation_id, writers)
            continue
        if view.row.revision:
            raise BadInput(
                {name: _("{party} har skrevet sitt syn, og kan ikke byttes ut.").format(party=view.row.party)}
            )
        chosen[view.row.id] = _party(name, value, listed)._replace(writers=writers)
    protocol = await happen.parties_chosen(context, protocol, chosen, draft_id=answers.draft_id)
    return page.done(context, protocol, _("Partene er valgt, og de som skriver, har fått beskjed."))


def _party(field: str, value: str, listed: Mapping[int, Organisation]) -> Party:
    if value in SIDES:
        with speaking(DEFAULT):
            return Party(_(SIDES[value]), value, None)
    organisation = pointed_at(listed, id_in(value.removeprefix(_ORGANISATION)))
    if organisation is None:
        raise BadInput({field: _("Virksomheten er ikke lenger med i helsefellesskapet. Velg en annen.")})
    return Party(organisation.name, KINDS.get(organisation.kind, ""), organisation.id)


PARTIES = Dialog(name="uenighet.parter", steps=(Parties,), finish=_parties_chosen, prefill=_parties_now, still=_still)


async def parties(context: Context, arguments: Mapping[str, str]) -> Reply:
    protocol = await at_hand.to_prepare(context, arguments, lock=False)
    return await conversation.start(context, PARTIES, about(protocol.row))


# --- the next step ----------------------------------------------------------------------------------------------


async def _steps(context: Context, answers: Answers, _values: Sequence[str] | None, _query: str) -> Sequence[Option]:
    rule = (await at_hand.to_prepare(context, answers.arguments, lock=False)).rule
    return [Option(str(step), rule.called(step)) for step in STEPS]


async def _committees(
    context: Context, answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    own = (await at_hand.to_prepare(context, answers.arguments, lock=False)).committee.id
    return [Option(str(each.id), each.name) for each in await committees.active(context.session) if each.id != own]


async def _standing(context: Context, answers: Answers) -> str:
    """Where it is now, and the deadlines that hold for each step."""
    protocol = await at_hand.to_prepare(context, answers.arguments, lock=False)
    rule = protocol.rule
    said = [_("Står nå hos: {step}.").format(step=rule.called(protocol.row.step))]
    said += [
        _("{step}: {days} dager{basis}.").format(
            step=rule.called(step),
            days=rule.step(step).days,
            basis=f" ({rule.step(step).basis})" if rule.step(step).basis else "",
        )
        for step in STEPS
        if rule.step(step).days is not None
    ]
    return "\n".join(said)


class Next(Step):
    """Hvor uenigheten tas videre, og når det skal være avklart der."""

    about = About(title=N_("Neste trinn"), submit=N_("Lagre"))
    which: Annotated[None, Note("", text=_which)] = None
    standing: Annotated[None, Note("", text=_standing)] = None
    step: Annotated[str, Choice(N_("Trinn"), options=_steps)]
    committee: Annotated[
        str,
        Choice(
            N_("Utvalg som saken meldes til"),
            help=N_("Bare når den tas til strategisk samarbeidsutvalg. Den meldes som ny sak dit."),
            options=_committees,
        ),
    ] = ""
    due: Annotated[
        date | None,
        Day(N_("Frist"), help=N_("La den stå tom, så brukes den fristen som helsefellesskapet har satt.")),
    ] = None
    note: Annotated[str, LongText(N_("Merknad"), help=N_("Begge partene leser dette."), max_length=2000)] = ""

    async def problems(self, context: Context, _answers: Answers) -> Mapping[str, str]:
        if self.due is not None and self.due < context.today:
            return {"due": _("Fristen er allerede gått ut. Velg en dag som kommer.")}
        return {}


async def _next_now(context: Context, arguments: Mapping[str, str]) -> Raw:
    """The step after the one where it is, and the committee that the partnership takes such cases to."""
    protocol = await at_hand.to_prepare(context, arguments, lock=False)
    ladder = list(STEPS)
    after = ladder[min(ladder.index(DisagreementStep(protocol.row.step)) + 1, len(ladder) - 1)]
    committee = await raising.committee(context, protocol) if after is DisagreementStep.SSU else None
    return {"step": str(after), "committee": str(committee.id) if committee is not None else None}


async def _stepped(context: Context, answers: Answers) -> Message:
    protocol = await at_hand.to_prepare(context, answers.arguments)
    chosen = answers[Next]
    step = DisagreementStep(chosen.step)
    due = chosen.due
    if due is None and (step != protocol.row.step or protocol.row.due_on is None):
        due = protocol.rule.due(step, context.today)
    elif due is None:
        due = protocol.row.due_on
    if step == protocol.row.step and due == protocol.row.due_on and not chosen.note:
        return page.done(context, protocol, _("Ingenting er endret."))
    raised = None
    if step is DisagreementStep.SSU and protocol.of.raised is None:
        raised = await _raise(context, protocol, chosen, answers.draft_id)
    protocol = await happen.stepped(
        context, protocol, step, due, note=chosen.note, raised=raised, draft_id=answers.draft_id
    )
    said = _("Begge partene har fått beskjed.")
    if raised is not None:
        said = _("Saken er meldt til {committee}. Begge partene har fått beskjed.").format(
            committee=protocol.of.raised_to
        )
    return page.done(context, protocol, said)


async def _raise(context: Context, protocol: Protocol, chosen: Next, draft_id: str) -> int | None:
    """Propose it to the committee that was chosen. Where the committee is itself the one that it is taken to, nothing
    is proposed."""
    found = await raising.committee(context, protocol)
    if chosen.committee:
        found = await committees.committee(context.session, int(chosen.committee))
        if found is None or found.removed_at is not None:
            raise BadInput({"committee": _("Utvalget finnes ikke lenger. Velg et annet.")})
    if found is None:
        raise BadInput({"committee": _("Velg hvilket utvalg saken skal meldes til.")})
    if found.id == protocol.committee.id:
        return None
    return await raising.propose(context, protocol, found, chosen.note, draft_id)


STEP = Dialog(name="uenighet.trinn", steps=(Next,), finish=_stepped, prefill=_next_now, still=_still)


async def step(context: Context, arguments: Mapping[str, str]) -> Reply:
    protocol = await at_hand.to_prepare(context, arguments, lock=False)
    return await conversation.start(context, STEP, about(protocol.row))


# --- the end ----------------------------------------------------------------------------------------------------


class Close(Step):
    """Hva uenigheten kom til."""

    about = About(title=N_("Lukk protokollen"), submit=N_("Lukk"))
    which: Annotated[None, Note("", text=_which)] = None
    outcome: Annotated[
        str,
        LongText(
            N_("Hva det kom til"),
            help=N_("Enighet, en avgjørelse i en nemnd, eller at saken er trukket. Begge partene leser dette."),
        ),
    ]


async def _nothing(context: Context, arguments: Mapping[str, str]) -> Raw:
    await at_hand.to_prepare(context, arguments, lock=False)
    return {}


async def _closed(context: Context, answers: Answers) -> Message:
    protocol = await at_hand.to_prepare(context, answers.arguments)
    outcome = answers[Close].outcome
    protocol = await happen.closed(context, protocol, ClosedHow.OUTCOME, outcome, draft_id=answers.draft_id)
    return page.done(context, protocol, _("Protokollen er lukket, og begge partene har fått beskjed."))


CLOSE = Dialog(name="uenighet.lukk", steps=(Close,), finish=_closed, prefill=_nothing, still=_still)


async def close(context: Context, arguments: Mapping[str, str]) -> Reply:
    protocol = await at_hand.to_prepare(context, arguments, lock=False)
    return await conversation.start(context, CLOSE, about(protocol.row))
