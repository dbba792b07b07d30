"""The two steps of proposing a case, shared by proposing and changing."""

import re
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from handlers.cases import before, views, wishes
from handlers.cases.duration import as_minutes
from handlers.cases.views import TYPES, named
from handlers.cases.wishes import WantedMeeting
from handlers.dialogs.dialog import (
    About,
    Answers,
    Choice,
    Choices,
    LongText,
    LookOver,
    Note,
    Option,
    Person,
    Step,
    Text,
)
from handlers.messages.arguments import id_in, id_of
from handlers.messages.message import Fact
from handlers.patterns import pattern_of
from handlers.people.access import may_propose
from handlers.people.context import Context
from handlers.writing.language import N_, _
from handlers.writing.typed import typed
from storage import cases, people
from storage.people import Seat
from storage.tables import AgendaItem

LIST = "liste"
"""The word after `/sak` that asks for a committee's agenda."""
TITLE_LENGTH = 250
_URL = pattern_of(r"https?://[^\s<>\"'|]+", re.IGNORECASE)
_WITHOUT_SCHEME = pattern_of(
    r"(?:www\.(?:[\w-]+\.)+[a-z]{2,}|(?:[\w-]+\.)+(?:no|com|org|net|eu|info|se|dk))(?:[:/?#][^\s<>\"'|]*)?",
    re.IGNORECASE,
)
"""As people write an address, and browsers show it: `www.example.org`, `example.no/sak`. Not a file (`vedlegg.pdf`)."""
_MOST_LINKS = 10
LINK_LENGTH = 1000
"""Of one address."""


async def committees_to_propose_to(
    context: Context, answers: Answers, values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    """Committees that the person may propose to, their own first; when a case is changed, only the one it is in."""
    if "item" in answers.arguments:
        case = await cases.case(context.session, id_of(answers.arguments, "item"))
        return [Option(str(case.committee.id), case.committee.name)] if case else []
    return [Option(str(each.id), each.name) for each in open_committees(context, values)]


def open_committees(context: Context, ids: Sequence[str] | None = None) -> Sequence[Seat]:
    """Every committee that the person may propose to, their own first; with `ids` those among them."""
    wanted = None if ids is None else {id_in(each) for each in ids}
    among = [item for item in context.actor.committees if wanted is None or item.id in wanted]
    found = [item for item in among if may_propose(context.actor, item)]
    return sorted(found, key=lambda item: item.id not in context.actor.roles)


async def _committee_gone(_context: Context, _answers: Answers, _value: str) -> str:
    return _(
        "Utvalget du valgte, tar ikke lenger imot forslag fra deg. Velg et annet; resten av skjemaet er tatt vare på."
    )


async def presenters_to_choose(
    context: Context, _answers: Answers, values: Sequence[str] | None, query: str
) -> Sequence[Option]:
    """Everybody in the partnership, with their workplace."""
    if values is not None:
        ids = [found for value in values if (found := id_in(value)) is not None]
        listed = await people.people(context.session, ids=ids) if ids else []
    else:
        listed = await people.people(context.session, query=query)
    return [Option(str(person.id), _workplace(person)) for person in listed]


def _workplace(person: people.Listed) -> str:
    where = _("{organisation}, gjest").format(organisation=person.organisation) if person.guest else person.organisation
    return f"{person.name} ({where})"


def parse_links(text: Any) -> Any:
    """One address per line (or several with spaces between). Only http and https: others could run something.

    What is written without is https. The signs that stand around an address in a sentence or a mail are none of it.
    """
    if not isinstance(text, str):
        return text
    found = [_whole(link) for link in text.split() if link.strip(_AROUND)]
    for link in found:
        if not _URL.fullmatch(link) or len(link) > LINK_LENGTH:
            raise ValueError(
                _("«{link}» er ikke en nettadresse. Skriv én adresse på hver linje, og begynn med https://.").format(
                    link=link[:60]
                )
            )
    if len(found) > _MOST_LINKS:
        raise ValueError(_("Det er plass til {count} lenker. Ta bort noen.").format(count=_MOST_LINKS))
    return "\n".join(found)


_AROUND = "<>,;«»\"'"


def _whole(link: str) -> str:
    """The address, with what people leave out of it."""
    bare = link.strip(_AROUND)
    return f"https://{bare}" if _WITHOUT_SCHEME.fullmatch(bare) else bare


Links = Annotated[str, AfterValidator(parse_links)]


async def _was_it_a_list(_context: Context, answers: Answers) -> str:
    """A title that begins like our own word may be a committee's name that was written wrongly."""
    word, name = (*str(answers.raw.get("title") or "").split(maxsplit=1), "", "")[:2]
    if word.casefold() != LIST or not name:
        return ""
    return _(
        "Skulle du se en saksliste? Jeg kjenner ikke noe utvalg som heter «{name}». "
        "Skriv {command} alene for å se dine egne, eller meld saken her."
    ).format(name=name, command=typed("sak liste"))


async def _which(context: Context, answers: Answers) -> str:
    """The case that is changed, as it is called so far."""
    if "item" not in answers.arguments:
        return ""
    case = await cases.case(context.session, id_of(answers.arguments, "item"))
    return _("Saken: {title}").format(title=named(case.item)) if case else ""


class What(Step):
    """Hva saken gjelder."""

    about = About(title=N_("Hva gjelder saken?"), submit=N_("Neste"))
    case: Annotated[None, Note("", text=_which)] = None
    list_meant: Annotated[None, Note("", text=_was_it_a_list)] = None
    committee: Annotated[str, Choice(N_("Utvalg"), options=committees_to_propose_to, why_not=_committee_gone)]
    title: Annotated[str, Text(N_("Tittel"), max_length=TITLE_LENGTH)]
    purpose: Annotated[
        str,
        LongText(
            N_("Hensikt"), help=N_("Hva skal møtet bruke saken til? Skriv ingenting en pasient kan kjennes igjen på.")
        ),
    ]
    types: Annotated[list[str], Choices(N_("Type"), options=tuple(Option(key, name) for key, name in TYPES.items()))]


class How(Step):
    """Hvordan saken skal tas."""

    about = About(title=N_("Slik tas saken opp"), submit=N_("Se over"))
    case: Annotated[None, Note("", text=_which)] = None
    passed: Annotated[None, Note("", text=wishes.about_passed_deadline)] = None
    meeting: Annotated[
        str,
        Choice(N_("Ønsket møte"), options=wishes.meetings_to_choose, preselect=True, why_not=wishes.why_not),
    ]
    presenters: Annotated[
        list[str],
        Person(N_("Hvem legger fram saken?"), options=presenters_to_choose, several=True),
    ] = Field(default_factory=list)
    others: Annotated[
        str, Text(N_("Andre som legger fram"), help=N_("Navn og arbeidssted på eksterne, for eksempel «ved …»."))
    ] = ""
    minutes: Annotated[
        int | None,
        Text(N_("Minutter"), help=N_("Hvor lang tid trengs? «20», «20 min» eller «1,5 time»."), placeholder="20"),
        BeforeValidator(as_minutes),
        Field(ge=1, le=480),
    ] = None
    conclusion: Annotated[str, LongText(N_("Forslag til konklusjon"))] = ""
    links: Annotated[Links, LongText(N_("Lenker til vedlegg"), help=N_("Én nettadresse på hver linje."))] = ""


def wanted(answers: Answers) -> WantedMeeting:
    return WantedMeeting.parse(answers[How].meeting)


def columns(answers: Answers) -> dict[str, Any]:
    """What the person wrote, by the case's columns."""
    what, how = answers[What], answers[How]
    meeting = wanted(answers)
    return {
        "title": what.title,
        "purpose": what.purpose,
        "types": [key for key in TYPES if key in what.types],
        "presenter_ids": [int(value) for value in how.presenters],
        "presenters_text": how.others,
        "minutes": how.minutes,
        "conclusion": how.conclusion,
        "links": how.links.split(),
        "meeting_id": meeting.meeting_id,
        "late": meeting.late,
    }


async def facts(context: Context, answers: Answers) -> tuple[Fact, ...]:
    """The case as it will be, to look over before sending."""
    item = AgendaItem(**columns(answers))
    chosen = await committees_to_propose_to(context, answers, [answers[What].committee], "")
    committee = next((option.label for option in chosen if option.value == answers[What].committee), "")
    meeting = await wishes.chosen(context, answers, wanted(answers))
    names = await people.names(context.session, item.presenter_ids) if item.presenter_ids else {}
    return views.written(item, committee, meeting, names, with_links=True)


async def _facts_of_new(context: Context, answers: Answers) -> tuple[Fact, ...]:
    """The same of a new case, with what was handled before."""
    what, how = answers[What], answers[How]
    before_it = await before.handled(context, what.title, what.purpose, how.conclusion)
    shown = await facts(context, answers)
    return (*(Fact(label=_("Behandlet før"), value=text) for text in before_it), *shown)


class LookOverCase(LookOver):
    """Saken slik den blir sendt inn."""

    about = About(title=N_("Se over saken"), submit=N_("Send inn"), facts=_facts_of_new)


class LookOverChange(LookOver):
    """Saken slik den blir etter endringen."""

    about = About(title=N_("Se over endringen"), submit=N_("Lagre"), facts=facts)
