"""Starting a round of written comments, and asking somebody more."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from handlers.calendar import due
from handlers.cases.forms import Links
from handlers.dialogs import conversation
from handlers.dialogs.dialog import (
    About,
    Answers,
    Choice,
    Choices,
    Day,
    Dialog,
    LongText,
    LookOver,
    Note,
    Option,
    Person,
    Raw,
    Reply,
    Step,
    Text,
)
from handlers.errors import BadInput, Gone, NotAllowed
from handlers.hearings import announce, at_hand, moments, showing, whom
from handlers.hearings.whom import Whom
from handlers.limits import ANYWHERE
from handlers.meetings import at_hand as meetings
from handlers.meetings.round_settings import HearingSettings
from handlers.meetings.settings import CommitteeSettings
from handlers.messages.arguments import id_in, id_of
from handlers.messages.message import Fact, Message
from handlers.patterns import pattern_of
from handlers.people.access import may_decide, require_decider
from handlers.people.context import Context
from handlers.writing.language import N_, _
from handlers.writing.text import shorten
from storage import committees, hearings, organisations, people
from storage.hearings import HISTORY, Heard
from storage.tables import Committee, Hearing, HearingRecipient

TITLE = 200
_LONGEST = timedelta(days=365)
_ADDRESS = pattern_of(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")


# --- what it is about --------------------------------------------------------------------------------------


async def _of(context: Context, arguments: Mapping[str, str]) -> tuple[Heard | None, Committee | None]:
    """The case, or the committee of the meeting, on whose page it was pressed; for their secretariat.

    Raises:
        Gone, NotAllowed: says why not.
    """
    if "item" in arguments:
        found = await hearings.heard(context.session, id_of(arguments, "item"))
        if found is None:
            raise Gone(_("Saken finnes ikke lenger."))
        require_decider(context, found.committee)
        return found, found.committee
    if "meeting" in arguments:
        return None, (await meetings.to_prepare(context, arguments)).committee
    if not _own(context):
        raise NotAllowed(_("Bare sekretariatet for et utvalg kan starte en høring."))
    return None, None


def _own(context: Context) -> list[int]:
    """The committees whose secretariat the actor is in."""
    return [each for each in context.actor.roles if may_decide(context.actor, each)]


async def _which(context: Context, answers: Answers) -> str:
    found, _committee = await _of(context, answers.arguments)
    if found is None:
        return ""
    said = _("Saken: {title}").format(title=at_hand.case_called(context.actor, found.item))
    if not found.item.closed_under:
        return said
    return "\n".join((said, _closed()))


def _closed() -> str:
    return _(
        "Saken er unntatt offentlighet. De du spør, ser bare tittelen og spørsmålet du skriver her, så skriv ikke mer "
        "enn de kan få vite."
    )


async def _committees(
    context: Context, answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    _found, fixed = await _of(context, answers.arguments)
    own = _own(context) if fixed is None else [fixed.id]
    return [Option(str(each.id), each.name) for each in await committees.active(context.session) if each.id in own]


async def _cases(context: Context, answers: Answers, values: Sequence[str] | None, query: str) -> Sequence[Option]:
    ids = [each for value in values if (each := id_in(value)) is not None] if values is not None else None
    found = await hearings.cases_to_hear(
        context.session,
        _own(context),
        meeting_id=id_in(answers.arguments.get("meeting", "")),
        ids=ids,
        query=query if values is None else "",
    )
    return [Option(str(each.item.id), _labelled(context, each)) for each in found]


def _labelled(context: Context, each: Heard) -> str:
    called = at_hand.case_called(context.actor, each.item)
    return shorten(f"{called} ({each.committee.key})", ANYWHERE.option)


class _Where(Step):
    """Hvilket utvalg og hvilken sak høringen gjelder."""

    committee: Annotated[str, Choice(N_("Utvalg"), options=_committees)]
    item: Annotated[
        str, Choice(N_("Sak"), help=N_("La feltet stå tomt når det ikke gjelder en sak."), options=_cases)
    ] = ""


class Ask(Step):
    """Det som sendes på høring."""

    about = About(title=N_("Start en høring"), submit=N_("Neste"))
    case: Annotated[None, Note("", text=_which)] = None
    title: Annotated[str, Text(N_("Tittel"), max_length=TITLE)]
    question: Annotated[
        str,
        LongText(N_("Hva vil dere ha svar på?"), help=N_("Skriv ingenting en pasient kan kjennes igjen på.")),
    ]
    links: Annotated[Links, LongText(N_("Lenker til det som skal leses"), help=N_("Én nettadresse på hver linje."))] = (
        ""
    )
    until: Annotated[date, Day(N_("Frist for å svare"), help=N_("Til og med denne dagen."))]

    async def problems(self, context: Context, answers: Answers) -> Mapping[str, str]:
        found = {}
        day = getattr(self, "until", None)
        if day is not None:
            wrong = wrong_deadline(day, context.today)
            found = {"until": wrong} if wrong else {}
        return found


class AskOf(Ask, _Where):
    """Det samme, der utvalg og sak velges."""

    about = About(title=N_("Start en høring"), submit=N_("Neste"))

    async def problems(self, context: Context, answers: Answers) -> Mapping[str, str]:
        found = dict(await super().problems(context, answers))
        item = id_in(self.item) if self.item else None
        case = await hearings.heard(context.session, item) if item is not None else None
        if case is not None and self.committee and str(case.committee.id) != self.committee:
            found["item"] = _("Saken er i {committee}. Velg det utvalget, eller en annen sak.").format(
                committee=case.committee.name
            )
        return found


def wrong_deadline(day: date, today: date) -> str:
    """Why nobody can be asked to answer by this day; empty: they can."""
    if day <= today:
        return _("Fristen må være i morgen eller senere.")
    if day - today > _LONGEST:
        return _("Fristen kan være høyst ett år fram. Sjekk årstallet.")
    return ""


# --- whom it is sent to ------------------------------------------------------------------------------------


class To(Step):
    """Hvem som skal svare."""

    about = About(title=N_("Hvem skal svare?"), submit=N_("Se over"))
    persons: Annotated[
        list[str],
        Person(
            N_("Personer"),
            help=N_("De svarer på vegne av virksomheten sin."),
            options=whom.people_to_choose,
            several=True,
        ),
    ] = Field(default_factory=list)
    parties: Annotated[
        list[str],
        Choices(
            N_("Virksomheter"), help=N_("Kontaktpersonene i virksomheten blir spurt."), options=whom.parties_to_choose
        ),
    ] = Field(default_factory=list)
    bodies: Annotated[
        list[str],
        Choices(
            N_("Utvalg"),
            help=N_("Kontaktpersonen i utvalget blir spurt, eller medlemmene når det ikke har noen."),
            options=whom.committees_to_choose,
        ),
    ] = Field(default_factory=list)

    async def problems(self, context: Context, _answers: Answers) -> Mapping[str, str]:
        chosen = await whom.choose(context, persons=self.persons, parties=self.parties, bodies=self.bodies)
        if chosen.empty:
            return {"persons": whom.nobody_for(chosen.empty)}
        if not chosen.people:
            return {"persons": _("Velg minst én som skal svare. Flere kan legges til etterpå.")}
        return {}


async def _summed_up(context: Context, answers: Answers) -> tuple[Fact, ...]:
    ask = answers[AskOf] if AskOf in answers else answers[Ask]
    chosen = await _chosen(context, answers)
    odd = " ".join(due.remarks(ask.until, context.today))
    facts = (
        (_("Tittel"), ask.title),
        (_("Spørsmål"), ask.question),
        (_("Lenker"), ask.links),
        (_("Frist"), due.in_words(ask.until)),
        (_("Om fristen"), odd),
        (_("Sendes til"), "\n".join(_named(each) for each in chosen)),
    )
    return tuple(Fact(label=label, value=value) for label, value in facts if value)


def _named(each: Whom) -> str:
    return f"{each.name} ({each.behalf})" if each.behalf else each.name


async def _chosen(context: Context, answers: Answers) -> Sequence[Whom]:
    to = answers[To]
    return (await whom.choose(context, persons=to.persons, parties=to.parties, bodies=to.bodies)).people


class Send(LookOver):
    """Se over høringen før den sendes."""

    about = About(title=N_("Se over høringen"), submit=N_("Send høringen"), facts=_summed_up)


def _steps(answers: Answers) -> Sequence[type[Step]]:
    return (Ask if "item" in answers.arguments else AskOf, To, Send)


async def _begin(context: Context, arguments: Mapping[str, str]) -> Raw:
    found, committee = await _of(context, arguments)
    rules = (
        CommitteeSettings.model_validate(committee.settings).hearings if committee is not None else HearingSettings()
    )
    begun: Raw = {"until": str(context.today + timedelta(days=rules.days))}
    if found is not None and not found.item.closed_under:
        begun["title"] = found.item.title[:TITLE]
    return begun


async def _started(context: Context, answers: Answers) -> Message:
    found, committee = await _of(context, answers.arguments)
    ask = answers[AskOf] if AskOf in answers else answers[Ask]
    if isinstance(ask, AskOf):
        item_id = id_in(ask.item) if ask.item else None
        found = await hearings.heard(context.session, item_id) if item_id is not None else None
        committee = await committees.committee(context.session, id_in(ask.committee))
    if committee is None:
        raise Gone(_("Utvalget finnes ikke lenger."))
    require_decider(context, committee)
    until = moments.end_of(ask.until)
    row = Hearing(
        draft_id=answers.draft_id,
        committee_id=committee.id,
        item_id=found.item.id if found is not None else None,
        title=ask.title,
        question=ask.question,
        links=ask.links.split(),
        deadline_at=until,
        created_by_id=context.actor.person_id,
        created_at=context.now,
        clock_at=until,
    )
    context.session.add(row)
    await context.session.flush()
    context.session.add_all(_recipient(row, each, context) for each in await _chosen(context, answers))
    await context.session.flush()
    await HISTORY.add(
        context.session, row.id, "created", context.actor.person_id, context.now, draft_id=answers.draft_id
    )
    read = await at_hand.find(context, {**_page(answers.arguments), "hearing": str(row.id)})
    await announce.stand(context, read)
    return await showing.whole(context, read, said=_("Høringen er sendt."))


def _page(arguments: Mapping[str, str]) -> dict[str, str]:
    return {name: arguments[name] for name in ("meeting", "item") if name in arguments}


def _recipient(row: Hearing, each: Whom, context: Context) -> HearingRecipient:
    return HearingRecipient(
        hearing_id=row.id,
        person_id=each.person_id,
        name=each.name,
        on_behalf_of=each.behalf,
        organisation_id=each.organisation_id,
        committee_id=each.committee_id,
        asked_at=context.now,
    )


START = Dialog(
    name="horing.ny",
    steps=_steps,
    all_steps=(Ask, AskOf, To, Send),
    finish=_started,
    prefill=_begin,
)


async def start(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The form; about the case called `item`, or one of the meeting called `meeting`, where there is one."""
    return await conversation.start(context, START, _page(arguments))


async def begin(context: Context, text: str) -> Reply:
    """The form, with `text` as its title."""
    return await conversation.start(context, START, {}, {"title": text[:TITLE]} if text else None)


# --- one more ----------------------------------------------------------------------------------------------


async def _what(context: Context, answers: Answers) -> str:
    read = await at_hand.to_run(context, answers.arguments, lock=False)
    return _("Høringen: {title}").format(title=read.row.title)


class Recipient(Step):
    """En mottaker til."""

    about = About(title=N_("Legg til mottaker"), submit=N_("Send"))
    which: Annotated[None, Note("", text=_what)] = None
    person: Annotated[str, Choice(N_("Person"), options=whom.people_to_choose)] = ""
    called: Annotated[
        str, Text(N_("Eller navnet på en annen"), help=N_("En som ikke står i listen."), max_length=100)
    ] = ""
    email: Annotated[
        str,
        Text(
            N_("E-posten til den andre"),
            help=N_("Høringen sendes dit. Uten e-post skriver dere inn svaret selv."),
            max_length=200,
        ),
    ] = ""
    party: Annotated[str, Choice(N_("På vegne av"), options=whom.parties_to_choose)] = ""

    async def problems(self, _context: Context, _answers: Answers) -> Mapping[str, str]:
        found = {}
        if bool(self.person) == bool(self.called):
            found["person"] = _("Velg en person i listen, eller skriv navnet på en annen. Ett av dem.")
        if self.email and not _ADDRESS.fullmatch(self.email.strip()):
            found["email"] = _("«{text}» er ingen e-postadresse.").format(text=self.email)
        if self.email and not self.party and not self.person:
            found["party"] = _("Velg hvilken virksomhet den du sender e-post til, hører til.")
        return found


async def _may_add(context: Context, arguments: Mapping[str, str]) -> Raw:
    await at_hand.to_change(context, arguments)
    return {}


async def _added(context: Context, answers: Answers) -> Message:
    read = await at_hand.to_change(context, answers.arguments)
    step = answers[Recipient]
    party_id = id_in(step.party) if step.party else None
    party = next(iter(await organisations.parties(context.session, [party_id])), None) if party_id else None
    person_id, name = await _person(context, step, party_id)
    if person_id is not None and read.of(person_id) is not None:
        raise BadInput({"person": _("{name} er allerede spurt i denne høringen.").format(name=name)})
    homes = await hearings.home_of(context.session, [person_id]) if person_id is not None else {}
    home = homes.get(person_id) if person_id is not None else None
    organisation_id, behalf = (party.id, party.name) if party is not None else home or (None, "")
    context.session.add(
        HearingRecipient(
            hearing_id=read.row.id,
            person_id=person_id,
            name=name,
            on_behalf_of=behalf,
            organisation_id=organisation_id,
            asked_at=context.now,
        )
    )
    read.row.revision += 1
    await context.session.flush()
    await HISTORY.add(
        context.session, read.row.id, "asked", context.actor.person_id, context.now, draft_id=answers.draft_id
    )
    read = await at_hand.find(context, answers.arguments)
    await announce.stand(context, read)
    return await showing.whole(context, read, said=_("{name} er spurt.").format(name=name))


async def _person(context: Context, step: Recipient, party_id: int | None) -> tuple[int | None, str]:
    """Who is asked: somebody who is known, or whom an e-mail makes known. Without an address nobody is written to.

    Raises:
        BadInput: they are removed from the partnership.
    """
    if step.person:
        person_id = id_in(step.person) or 0
        return person_id, (await people.names(context.session, [person_id])).get(person_id, "")
    address = step.email.strip().lower()
    if not address or party_id is None:
        return None, step.called
    known = await people.with_email(context.session, address)
    if known is not None and known.removed_at is not None:
        raise BadInput({"email": _("{name} har sluttet, og kan ikke spørres.").format(name=known.name)})
    if known is None:
        known = await people.add_person(
            context.session, organisation_id=party_id, name=step.called, email=address, language=context.actor.language
        )
    return known.id, known.name


async def _still(context: Context, arguments: Mapping[str, str]) -> None:
    await at_hand.to_change(context, arguments)


ADD = Dialog(name="horing.mottaker", steps=(Recipient,), finish=_added, prefill=_may_add, still=_still)


async def recipient(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The form for one more."""
    return await conversation.start(context, ADD, {**_page(arguments), "hearing": arguments.get("hearing", "")})
