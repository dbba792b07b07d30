"""Patterns (mønstre): when enough reports of a kind come within a while, the committee's secretariat is offered a case.

Of a kind are reports that share direction, municipal service and category. A pattern is offered once, and again only
when as many more have come since. «Lag sak av dette» opens the form of `/sak`, filled in: it goes through the same door
as every other case, and nothing is proposed until a person has looked it over.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.calendar.zone import local_day
from handlers.cases.around import secretaries
from handlers.cases.propose import PROPOSE
from handlers.deviations import settings
from handlers.deviations.actions import Do
from handlers.deviations.learning import committee
from handlers.deviations.learning.masking import alone, column, shares
from handlers.deviations.learning.period import Month
from handlers.deviations.settings import DeviationSettings
from handlers.deviations.words import CATEGORIES, CONSEQUENCES, DIRECTIONS, SERVICES
from handlers.dialogs import conversation
from handlers.dialogs.dialog import Raw, Reply
from handlers.errors import Gone
from handlers.lookout import Looked, Lookout
from handlers.messages.deliveries import as_json
from handlers.messages.message import Button, Fact, Message, Section
from handlers.messages.standing import Seen, places, tell_once
from handlers.people.access import require_decider
from handlers.people.context import Context
from handlers.writing.language import _, ngettext, speaking
from handlers.writing.typed import typed
from storage import deliveries, deviation_patterns, looks
from storage.deliveries import Wish
from storage.deviation_patterns import Kind, Similar
from storage.watched import EVERYTHING

_TOGETHER = 5
"""Patterns in one message: with their figures well within Slack's 50 blocks and Teams' 25 KB."""
Found = tuple[Kind, Sequence[Similar]]
"""A pattern, and the reports that it is made of."""


async def _spread(session: AsyncSession, changed: Collection[str], now: datetime) -> None:
    """The kinds that are to be offered: of all, or of those of which the reports with these ids are."""
    decided = await settings.current(session)
    like = None if EVERYTHING in changed else [int(deviation_id) for deviation_id in changed]
    found = await deviation_patterns.to_offer(session, size=decided.pattern_size, since=_since(decided, now), like=like)
    await looks.look_at(session, OFFER.name, {":".join(pattern.kind): now for pattern in found})


async def _look(session: AsyncSession, subjects: Collection[str], now: datetime) -> Looked:
    """Offer those of these kinds that are new to the secretariat, in one message.

    Where nobody is there to hear of it, it waits until somebody is: then everything is looked at anew.
    """
    return Looked(
        await _offer_new(session, {Kind(*subject.split(":")) for subject in subjects}, now), dict.fromkeys(subjects)
    )


async def _offer_new(session: AsyncSession, kinds: Collection[Kind], now: datetime) -> int:
    decided = await settings.current(session)
    since = _since(decided, now)
    found = [
        pattern
        for pattern in await deviation_patterns.to_offer(session, size=decided.pattern_size, since=since)
        if pattern.kind in kinds
    ]
    chosen = await committee.learning(session, local_day(now))
    readers = await secretaries(session, chosen.id, now) if chosen else ()
    new = [
        (pattern.kind, await deviation_patterns.similar(session, pattern.kind, since))
        for pattern in (found if readers else ())
        if await deviation_patterns.note_offered(session, pattern, now)
    ]
    if not new:
        return 0
    subject = f"pattern:{':'.join(new[0][0])}"
    whose = places(f"{subject}:{now.isoformat()}", [(reader.person_id, reader.language) for reader in readers])
    return await tell_once(session, now, subject, [Seen(whose, partial(_offers, new, decided, now))])


# Those that are found together come together: a message for each would bury what else there is to read.
OFFER = Lookout("deviations.patterns", "pattern", _spread, _look).chore(at_once=_TOGETHER)


def _since(decided: DeviationSettings, now: datetime) -> datetime:
    return now - timedelta(days=decided.pattern_days)


def _offers(found: Sequence[Found], decided: DeviationSettings, now: datetime) -> Message:
    """One pattern as a message of its own; several as the sections of one, each with its button."""
    if len(found) == 1:
        return _offer(*found[0], decided, now)
    return Message(
        title=ngettext("{count} nytt mønster i avvikene", "{count} nye mønstre i avvikene", len(found)).format(
            count=len(found)
        ),
        text=_("Bør utvalget se på noen av dem?"),
        sections=tuple(
            Section(
                title=what(kind),
                text=_said(reports, decided),
                facts=facts(reports, decided, now),
                buttons=(_make_case(kind),),
            )
            for kind, reports in found
        ),
        buttons=(_see_numbers(decided, now),),
    )


def _offer(kind: Kind, reports: Sequence[Similar], decided: DeviationSettings, now: datetime) -> Message:
    return Message(
        title=_("Mønster i avvikene: {what}").format(what=what(kind)),
        text=" ".join((_said(reports, decided), _("Bør utvalget se på det?"))),
        facts=facts(reports, decided, now),
        buttons=(_make_case(kind), _see_numbers(decided, now)),
    )


def _said(reports: Sequence[Similar], decided: DeviationSettings) -> str:
    return _("{count} avvik av samme slag er meldt de siste {days} dagene.").format(
        count=str(alone(len(reports), decided.mask_below)).capitalize(), days=decided.pattern_days
    )


def _make_case(kind: Kind) -> Button:
    return Button(label=_("Lag sak av dette"), action=Do.MAKE_CASE, arguments=kind._asdict(), style="primary")


def _see_numbers(decided: DeviationSettings, now: datetime) -> Button:
    months = {"from": str(_months(decided, now)[0]), "to": str(_months(decided, now)[-1])}
    return Button(label=_("Se tallene"), action=Do.NUMBERS, arguments=months)


# --- in words ----------------------------------------------------------------------------------------------


def what(kind: Kind) -> str:
    """`Legemidler, fra kommune til sykehus (Legevakt)`."""
    way, category = _(DIRECTIONS[kind.direction]), _(CATEGORIES[kind.category])
    named = f"{category}, {way[:1].lower()}{way[1:]}"
    if not kind.service:
        return named
    return _("{what} ({service})").format(what=named, service=_(SERVICES[kind.service]))


def facts(reports: Sequence[Similar], decided: DeviationSettings, now: datetime) -> tuple[Fact, ...]:
    """The pattern in numbers, masked: the secretariat is not who handles them."""
    below = decided.mask_below
    total = alone(len(reports), below)
    months = _months(decided, now)
    by_month = column([sum(row.month == str(month) for row in reports) for month in months], total, below)
    by_level = column([sum(row.consequence == key for row in reports) for key in CONSEQUENCES], total, below)
    states = [sum(row.state == state for row in reports) for state in ("answered", "rejected", "waiting")]
    near = sum(row.near_miss for row in reports)
    return (
        Fact(label=_("Antall avvik"), value=str(total)),
        Fact(
            label=_("Per måned"),
            value=", ".join(
                f"{dates.short_month(month.first_day)}: {cell}" for month, cell in zip(months, by_month, strict=True)
            ),
        ),
        Fact(
            label=_("Faktisk konsekvens"),
            value=", ".join(
                f"{_(word)}: {cell}" for word, cell in zip(CONSEQUENCES.values(), by_level, strict=True) if cell.high
            ),
        ),
        Fact(label=_("Nesten-hendelser"), value=str(shares([near, len(reports) - near], len(reports), below)[0])),
        Fact(label=_("Besvart"), value=str(shares(states, len(reports), below)[0])),
    )


def _months(decided: DeviationSettings, now: datetime) -> Sequence[Month]:
    first, last = (Month.of(local_day(moment)) for moment in (_since(decided, now), now))
    return [first.plus(number) for number in range(first.until(last) + 1)]


# --- making a case of it -----------------------------------------------------------------------------------


async def make_case(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The form of `/sak`, filled in with the pattern as it is now.

    Raises:
        Gone: there is no such pattern (any more), or no committee.
        NotAllowed: the actor is not of the committee's secretariat.
    """
    kind = _kind(arguments)
    chosen = await committee.learning(context.session, context.today)
    if chosen is None:
        raise _gone()
    require_decider(context, chosen)
    decided = await settings.current(context.session)
    reports = await deviation_patterns.similar(context.session, kind, _since(decided, context.now))
    if not reports:
        raise _gone()
    await _tell_the_others(context, chosen.id, kind)
    given = _proposal(kind, reports, decided, context.now)
    return await conversation.start(context, PROPOSE, {}, {**given, "committee": str(chosen.id)})


async def _tell_the_others(context: Context, committee_id: int, kind: Kind) -> None:
    """The rest of the secretariat reads, where it was offered to them, that somebody has begun: else each makes one."""
    others = {
        reader.person_id: reader.language
        for reader in await secretaries(context.session, committee_id, context.now)
        if reader.person_id != context.actor.person_id
    }
    wishes = []
    for person_id, held in await deliveries.held_by_any(context.session, list(others), Do.MAKE_CASE):
        before = Message.model_validate(held.message)
        with speaking(others[person_id]):
            after = _begun(before, kind, context.actor.name)
        if after != before:
            wishes.append(Wish(held.key, held.subject, person_id, as_json(after), max(held.due_at, context.now)))
    await deliveries.wish(context.session, wishes)


def _begun(offered: Message, kind: Kind, name: str) -> Message:
    """The offer, which says who has begun, where it is about this pattern."""
    fact = Fact(label=_("Påbegynt"), value=_("{name} har begynt på en sak om dette").format(name=name))

    def offers(section: Section) -> bool:
        return any(each.action == Do.MAKE_CASE and each.arguments == kind._asdict() for each in section.buttons)

    def with_fact(section: Section) -> dict[str, object]:
        return {"facts": (*(each for each in section.facts if each.label != fact.label), fact)}

    sections = tuple(each.model_copy(update=with_fact(each)) if offers(each) else each for each in offered.sections)
    own = with_fact(offered) if offers(offered) else {}
    return offered.model_copy(update={"sections": sections, **own})


def _kind(arguments: Mapping[str, str]) -> Kind:
    kind = Kind(*(arguments.get(name, "") for name in Kind._fields))
    if kind.direction in DIRECTIONS and kind.category in CATEGORIES and kind.service in ("", *SERVICES):
        return kind
    raise _gone()


def _gone() -> Gone:
    return Gone(
        _("Mønsteret finnes ikke lenger. Skriv {numbers} for å se tallene, eller {propose} for å melde en sak.").format(
            numbers=typed("avvik tall"), propose=typed("sak")
        )
    )


def _proposal(kind: Kind, reports: Sequence[Similar], decided: DeviationSettings, now: datetime) -> Raw:
    lines = [f"– {fact.label}: {fact.value}" for fact in facts(reports, decided, now)]
    purpose = _(
        "Avvik av samme slag går igjen: {what}. Utvalget bør se på hva som ligger bak, og hva som kan hindre det.\n\n"
        "De siste {days} dagene:\n{facts}"
    )
    return {
        "title": _("Mønster i avvikene: {what}").format(what=what(kind)),
        "purpose": purpose.format(what=what(kind), days=decided.pattern_days, facts="\n".join(lines)),
        "types": ["D", "B"],
        "conclusion": _(
            "Enhetene det gjelder, finner årsaken sammen og legger fram forslag til tiltak i neste møte. "
            "Utvalget følger tallene videre."
        ),
    }
