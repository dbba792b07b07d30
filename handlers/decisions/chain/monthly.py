"""Once a month: whose turn it is hears of all that waits for them, and each secretariat where its decisions stand.

One message for each person. What has waited for less than two weeks is left out: they have just heard of it. People who
are to do something themselves are reminded of that apart (see `handlers.decisions.following`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.zone import local_day
from handlers.cases.actions import Do as CaseDo
from handlers.decisions.chain import steps, told, views
from handlers.decisions.chain.actions import Do
from handlers.decisions.chain.party_actions import page_of, to_answer
from handlers.decisions.chain.picture import Decided, Leg, Stand
from handlers.messages.deliveries import in_language
from handlers.messages.message import Button, Message, Section
from handlers.writing.language import _, ngettext
from handlers.writing.text import shorten
from storage import chain, deliveries
from storage.decisions import At
from storage.deliveries import Wish

_JUST_HEARD = timedelta(days=14)
SUBJECT = "chain:month"
_SHOWN = 6


@dataclass
class _Of:
    """What one person hears of. `answers`: legs that they are to answer; `cases`: cases from above that wait for their
    secretariat; `stands`: decisions of their committees."""

    language: str
    answers: list[tuple[At, Leg]] = field(default_factory=list)
    cases: list[tuple[At, Leg]] = field(default_factory=list)
    stands: list[Decided] = field(default_factory=list)


async def tell(session: AsyncSession, now: datetime) -> int:
    """Write this month's messages, each once; how many."""
    found = await _gather(session, now)
    month = f"{local_day(now):%Y-%m}"
    wishes = [
        Wish(
            key=f"{SUBJECT}:{month}:{person_id}",
            subject=SUBJECT,
            person_id=person_id,
            message=in_language(of.language, partial(_message, of)),
            due_at=now,
        )
        for person_id, of in found.items()
    ]
    return await deliveries.wish_once(session, wishes)


async def _gather(session: AsyncSession, now: datetime) -> Mapping[int, _Of]:
    every = await steps.read(session, await chain.open_entries(session), now)
    served: dict[int, told.Speakers] = {}
    people: dict[int, _Of] = {}

    async def serving(committee_id: int) -> told.Speakers:
        if committee_id not in served:
            served[committee_id] = await told.speakers(session, committee_id, now)
        return served[committee_id]

    for decided in every:
        waiting = [leg for leg in decided.legs if leg.since is not None and leg.since <= now - _JUST_HEARD]
        for leg in waiting:
            if leg.stand is Stand.UNANSWERED and leg.party is not None:
                for contact in leg.party.contacts:
                    people.setdefault(contact.person_id, _Of(contact.language)).answers.append((decided.at, leg))
            if leg.stand in (Stand.PROPOSED, Stand.DEFERRED, Stand.CANCELLED, Stand.REMOVED) and leg.case is not None:
                for person_id, language in (await serving(leg.case.committee.id)).deciders.items():
                    people.setdefault(person_id, _Of(language)).cases.append((decided.at, leg))
        for person_id, language in (await serving(decided.at.committee.id)).deciders.items():
            people.setdefault(person_id, _Of(language)).stands.append(decided)
    return people


def _message(of: _Of) -> Message:
    sections = [*map(_to_answer, of.answers[:_SHOWN]), *map(_case, of.cases[:_SHOWN]), *map(_stand, of.stands[:_SHOWN])]
    rest = sum(max(0, len(each) - _SHOWN) for each in (of.answers, of.cases, of.stands))
    waits = len(of.answers) + len(of.cases)
    title = _("Månedens oversikt: vedtak på vei")
    if waits:
        title = ngettext(
            "Månedens påminnelse: {count} sak venter på deg", "Månedens påminnelse: {count} saker venter på deg", waits
        ).format(count=waits)
    answers: Sequence[Button] = ()
    if of.stands:
        answers = (Button(label=_("Alle vedtak på vei"), action=Do.LIST, arguments={}),)
    return Message(
        title=title,
        sections=tuple(sections),
        small=_("… og {count} til").format(count=rest) if rest else "",
        buttons=tuple(answers),
    )


def _to_answer(waiting: tuple[At, Leg]) -> Section:
    at, leg = waiting
    sees = not (at.item is not None and at.item.closed_under)
    return Section(
        title=_("Tilråding til {party}: hva vedtar dere?").format(party=leg.task.owner),
        text="\n".join((views.from_where(at, sees=sees), shorten(leg.task.row.text, 300))),
        buttons=(to_answer(_("Svar på tilrådingen"), leg.task.row),),
        page=page_of(leg.task.row),
    )


def _case(waiting: tuple[At, Leg]) -> Section:
    _at, leg = waiting
    title = leg.case.item.title if leg.case is not None else ""
    arguments = {"item": str(leg.task.row.became_item_id)}
    return Section(
        title=_("Sak fra et annet utvalg: {title}").format(title=title),
        text=views.stands(leg),
        buttons=(Button(label=_("Vis saken"), action=CaseDo.SHOW, arguments=arguments),),
    )


def _stand(decided: Decided) -> Section:
    waiting = [leg for leg in decided.legs if leg.is_open]
    who = ", ".join(dict.fromkeys(views.turn(leg, decided.at) for leg in waiting if views.turn(leg, decided.at)))
    text = "\n".join(
        filter(None, (views.summary(decided), _("Neste: {who}").format(who=shorten(who, 300)) if who else ""))
    )
    return Section(title=views.case_name(decided.at), text=text, buttons=(views.show_button(decided.at),))
