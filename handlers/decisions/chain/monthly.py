"""Once a month: whose turn it is hears of all that waits for them, and each secretariat where its decisions stand.

One reminder for each person; it is laid a month ahead for whoever it concerns now, and drawn from how things stand when
it is said. What has waited for less than two weeks is left out: they have just heard of it. People who are to do
something themselves are reminded of that apart (see `handlers.decisions.following`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.working_days import is_working_day
from handlers.calendar.zone import LOCAL_ZONE, local_day
from handlers.cases.actions import show
from handlers.decisions.chain import steps, told, views
from handlers.decisions.chain.actions import Do
from handlers.decisions.chain.party_actions import page_of, to_answer
from handlers.decisions.chain.picture import Decided, Leg, Stand
from handlers.messages.message import Button, Message, Section
from handlers.reminders import kind as reminding
from handlers.reminders.kind import Drawn, Due, Reason, Reminding
from handlers.reminders.laying import lay
from handlers.writing.language import N_, _, ngettext
from handlers.writing.text import shorten
from storage import chain, deliveries
from storage.decided_at import At

_JUST_HEARD = timedelta(days=14)
NAME = "kjede.maned"
_SHOWN = 6
_HOUR = time(8)
_A_DAY = timedelta(days=1)


@dataclass
class _Of:
    """What one person hears of. `answers`: legs that they are to answer; `cases`: cases from above that wait for their
    secretariat; `stands`: decisions of their committees."""

    answers: list[tuple[At, Leg]] = field(default_factory=list)
    cases: list[tuple[At, Leg]] = field(default_factory=list)
    stands: list[Decided] = field(default_factory=list)


def month_of(day: date) -> datetime:
    """When the monthly messages of that day's month are due (UTC): at eight on its first working day, local time."""
    first = day.replace(day=1)
    while not is_working_day(first):
        first += _A_DAY
    return datetime.combine(first, _HOUR, LOCAL_ZONE).astimezone(UTC)


def next_month(now: datetime) -> datetime:
    """When the next monthly messages are due (UTC)."""
    today = local_day(now)
    due = month_of(today)
    return due if due > now else month_of((today.replace(day=1) + timedelta(days=32)).replace(day=1))


async def tell(session: AsyncSession, now: datetime) -> int:
    """Lay this month's reminders, each once, and the next one's for the same people; how many."""
    month = local_day(now)
    people = await _gather(session, now)
    # A delivery of its own each, before there were rows of reminders.
    said = await deliveries.known(session, {_key_of_before(month, person_id) for person_id in people})
    wanted = [
        _reminding(person_id, each)
        for person_id in sorted(people)
        for each in (month, (month.replace(day=1) + timedelta(days=32)).replace(day=1))
        if each != month or _key_of_before(month, person_id) not in said
    ]
    return (await lay(session, sorted({each.subject for each in wanted}), [NAME], wanted, now)).written


def _reminding(person_id: int, month: date) -> Reminding:
    return Reminding(NAME, f"{month:%Y-%m}", person_id, f"chain-month:{person_id}", month_of(month))


def _key_of_before(month: date, person_id: int) -> str:
    return f"chain:month:{month:%Y-%m}:{person_id}"


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
                    people.setdefault(contact.person_id, _Of()).answers.append((decided.at, leg))
            if leg.stand in (Stand.PROPOSED, Stand.DEFERRED, Stand.CANCELLED, Stand.REMOVED) and leg.case is not None:
                for person_id in (await serving(leg.case.committee.id)).deciders:
                    people.setdefault(person_id, _Of()).cases.append((decided.at, leg))
        for person_id in (await serving(decided.at.committee.id)).deciders:
            people.setdefault(person_id, _Of()).stands.append(decided)
    return people


async def _draw(session: AsyncSession, dues: Sequence[Due], now: datetime) -> Mapping[int, Drawn | Reason]:
    people = await _gather(session, now)
    return {
        due.id: partial(_message, people[due.person_id]) if due.person_id in people else Reason.DONE for due in dues
    }


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
    became = leg.task.row.became_item_id
    return Section(
        title=_("Sak fra et annet utvalg: {title}").format(title=title),
        text=views.stands(leg),
        buttons=(show(became),) if became is not None else (),
    )


def _stand(decided: Decided) -> Section:
    waiting = [leg for leg in decided.legs if leg.is_open]
    who = ", ".join(dict.fromkeys(views.turn(leg, decided.at) for leg in waiting if views.turn(leg, decided.at)))
    text = "\n".join(
        filter(None, (views.summary(decided), _("Neste: {who}").format(who=shorten(who, 300)) if who else ""))
    )
    return Section(title=views.case_name(decided.at), text=text, buttons=(views.show_button(decided.at),))


KIND = reminding.Kind(NAME, N_("Månedens oversikt over vedtak på vei"), _draw)
