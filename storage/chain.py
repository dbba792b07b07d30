"""Decisions on their way (the chain): down, from a committee to another and on to a person; and out, to parties that
each decide for themselves (tilråding).

A step of the way (a *leg*) is a `FollowUp`: one whose owner is another committee becomes a case there, whose own
minutes carry it on; one that is `recommended` is answered by its organisation. The way is nowhere stored besides: it is
read from these, by a fixed number of statements, however long it is and however many parties there are.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, exists, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import cases, decided_at, follow_ups
from storage.alphabet import in_alphabet
from storage.asking import ask, ask_each, ask_first, ask_value
from storage.decided_at import IN_FORCE, At
from storage.follow_ups import HISTORY, OPEN, Task
from storage.history import Event
from storage.people import VALID_TODAY
from storage.statements import among, later, rows_as_they_are, table
from storage.tables import (
    Account,
    AgendaItem,
    AgendaSlot,
    ChoreLook,
    Committee,
    Conclusion,
    Delivery,
    DeliveryStatus,
    FollowUp,
    FollowUpStatus,
    HowDecided,
    Meeting,
    Membership,
    Minutes,
    MinutesEntry,
    Organisation,
    Person,
)

_follow, _entry, _slot, _minutes, _meeting = map(table, (FollowUp, MinutesEntry, AgendaSlot, Minutes, Meeting))


class CaseThere(NamedTuple):
    """The case that a leg became, where it is by now. `proposer`: the name of who proposed it."""

    item: AgendaItem
    committee: Committee
    meeting: Meeting | None
    proposer: str


class Party(NamedTuple):
    """An organisation that a leg is with. `contacts`: who answers for it, by name; those that are still there."""

    row: Organisation
    contacts: Sequence["Contact"] = ()


class Contact(NamedTuple):
    """Somebody who answers for an organisation (kontaktperson). `on_chat`: they have written to the bot, or were found
    there."""

    person_id: int
    name: str
    language: str
    on_chat: bool


@dataclass
class Read:
    """All that was read of some decisions and what they led to. Everything by its id, or by the entry of the minutes.

    `events`: the last of each leg; `case_events`: the last of each case that a leg became.
    """

    at: dict[int, At] = field(default_factory=dict)
    conclusions: dict[int, list[Conclusion]] = field(default_factory=dict)
    tasks: dict[int, list[Task]] = field(default_factory=dict)
    cases: dict[int, CaseThere] = field(default_factory=dict)
    handled_in: dict[int, list[int]] = field(default_factory=dict)
    """The entries about each case, first to last."""
    events: dict[int, Event] = field(default_factory=dict)
    case_events: dict[int, Event] = field(default_factory=dict)
    parties: dict[int, Party] = field(default_factory=dict)
    """By the organisation's id."""

    def leg(self, follow_up_id: int) -> Task | None:
        """The leg with this id."""
        return next((task for tasks in self.tasks.values() for task in tasks if task.row.id == follow_up_id), None)


@later
def _below() -> Any:
    """The entries with these ids, and all that they led to. Each once, so that a circle ends."""
    these = select(_entry.c.id.label("entry_id")).where(among(_entry.c.id, "entry_ids"))
    reached = these.cte("reached", recursive=True)
    next_slot = _slot.alias("next_slot")
    next_entry = _entry.alias("next_entry")
    reached = reached.union(
        select(next_entry.c.id)
        .select_from(reached)
        .join(_follow, _follow.c.entry_id == reached.c.entry_id)
        .join(next_slot, next_slot.c.item_id == _follow.c.became_item_id)
        .join(next_entry, next_entry.c.slot_id == next_slot.c.id)
    )
    return select(reached.c.entry_id)


_CONCLUSIONS = later(
    lambda: (
        select(Conclusion)
        .where(among(col(Conclusion.entry_id), "ids"))
        .order_by(col(Conclusion.ordinal), col(Conclusion.id))
    )
)


async def read(session: AsyncSession, entry_ids: Collection[int], today: date) -> Read:
    """What these lines of minutes decided, and all that it led to: nine statements, however much that is. `today`: the
    local day, for who answers for a party."""
    found = Read()
    if not entry_ids:
        return found
    ids = await ask_each(session, _below(), {"entry_ids": entry_ids})
    for at in await decided_at.places(session, ids):
        found.at[at.entry.id] = at
        if at.item is not None:
            found.handled_in.setdefault(at.item.id, []).append(at.entry.id)
    for conclusion in (await rows_as_they_are(session, _CONCLUSIONS(), {"ids": ids})).scalars():
        found.conclusions.setdefault(conclusion.entry_id, []).append(conclusion)
    for task in await follow_ups.tasks_of(session, ids):
        found.tasks.setdefault(task.row.entry_id, []).append(task)
    legs = [task.row for tasks in found.tasks.values() for task in tasks]
    items = {row.became_item_id for row in legs if row.became_item_id is not None}
    found.cases = await _cases(session, items)
    found.events = await HISTORY.last_of(session, [row.id for row in legs])
    found.case_events = await cases.HISTORY.last_of(session, items)
    organisations = {row.owner_organisation_id for row in legs if row.owner_organisation_id is not None}
    found.parties = await parties(session, organisations, today)
    return found


_CASES = later(
    lambda: (
        select(AgendaItem, Committee, Meeting, func.coalesce(Person.name, ""))
        .join(Committee, col(Committee.id) == col(AgendaItem.committee_id))
        .outerjoin(Meeting, col(Meeting.id) == col(AgendaItem.meeting_id))
        .outerjoin(Person, col(Person.id) == col(AgendaItem.proposer_id))
        .where(among(col(AgendaItem.id), "item_ids"))
    )
)


async def _cases(session: AsyncSession, item_ids: Collection[int]) -> dict[int, CaseThere]:
    if not item_ids:
        return {}
    rows = await rows_as_they_are(session, _CASES(), {"item_ids": item_ids})
    return {row[0].id: CaseThere(*row) for row in rows}


# --- upwards ------------------------------------------------------------------------------------------------------


class Above(NamedTuple):
    """A line of minutes that a case, or another line, came from, by however many steps, and of which committee."""

    entry_id: int
    committee_id: int


def _above_items(items: Any) -> Any:
    """Whatever led to the cases in this select: (item_id, entry_id), each once, so that a circle ends."""
    first = items.subquery("first")
    up = (
        select(first.c.item_id, _follow.c.entry_id)
        .join(_follow, _follow.c.became_item_id == first.c.item_id)
        .cte("up", recursive=True)
    )
    entry, slot, follow = _entry.alias("their_entry"), _slot.alias("their_slot"), _follow.alias("their_leg")
    return up.union(
        select(up.c.item_id, follow.c.entry_id)
        .select_from(up)
        .join(entry, entry.c.id == up.c.entry_id)
        .join(slot, slot.c.id == entry.c.slot_id)
        .join(follow, follow.c.became_item_id == slot.c.item_id)
    )


@later
def _above_these() -> Any:
    up = _above_items(select(col(AgendaItem.id).label("item_id")).where(among(col(AgendaItem.id), "item_ids")))
    return (
        select(up.c.item_id, up.c.entry_id, _meeting.c.committee_id)
        .join(_entry, _entry.c.id == up.c.entry_id)
        .join(_minutes, _minutes.c.id == _entry.c.minutes_id)
        .join(_meeting, _meeting.c.id == _minutes.c.meeting_id)
        .order_by(up.c.entry_id)
    )


async def above_items(session: AsyncSession, item_ids: Collection[int]) -> dict[int, list[Above]]:
    """What each of these cases came from, by the case: one statement, however long the way."""
    found: dict[int, list[Above]] = {}
    if not item_ids:
        return found
    for item_id, entry_id, committee_id in await ask(session, _above_these(), {"item_ids": item_ids}):
        found.setdefault(item_id, []).append(Above(entry_id, committee_id))
    return found


_ITEM_OF = later(
    lambda: (
        select(_slot.c.item_id).join(_entry, _entry.c.slot_id == _slot.c.id).where(_entry.c.id == bindparam("entry_id"))
    )
)


async def committees_above(session: AsyncSession, entry_id: int) -> set[int]:
    """The committees that what stands in this line of minutes came from; not the one whose minutes they are, unless it
    comes from there too."""
    item_id = await ask_value(session, _ITEM_OF(), {"entry_id": entry_id})
    if item_id is None:
        return set()
    return {each.committee_id for each in (await above_items(session, [item_id])).get(item_id, ())}


@later
def _above_entries() -> Any:
    items = (
        select(_slot.c.item_id)
        .join(_entry, _entry.c.slot_id == _slot.c.id)
        .where(among(_entry.c.id, "entry_ids"), _slot.c.item_id.is_not(None))
        .distinct()
    )
    return select(_above_items(items).c.entry_id)


async def with_above(session: AsyncSession, entry_ids: Collection[int]) -> set[int]:
    """These lines of minutes, and all that they came from."""
    if not entry_ids:
        return set()
    return {*entry_ids, *await ask_each(session, _above_entries(), {"entry_ids": entry_ids})}


# --- which there are ----------------------------------------------------------------------------------------------

_down = and_(_follow.c.owner_committee_id.is_not(None), _follow.c.owner_committee_id != _meeting.c.committee_id)
_IS_LEG = or_(_follow.c.recommended, _down)
"""The follow-up is a step on the way, and not only something that somebody is to do."""
_LIVES = and_(_minutes.c.status.in_(IN_FORCE), _minutes.c.paper_id.is_(None))
"""What old papers led to is long over: nothing goes out from them."""


def _entries() -> Any:
    return (
        select(_entry.c.id)
        .join(_minutes, _minutes.c.id == _entry.c.minutes_id)
        .join(_meeting, _meeting.c.id == _minutes.c.meeting_id)
    )


def _has(condition: Any) -> Any:
    return exists().where(_follow.c.entry_id == _entry.c.id, condition).correlate(_entry, _meeting)


_OPEN_LEG = and_(_IS_LEG, _follow.c.status.in_(OPEN))
_HAS_GONE_OUT = and_(_OPEN_LEG, or_(_follow.c.recommended, _follow.c.became_item_id.is_not(None)))
_OF_INTEREST = later(
    lambda: and_(
        _minutes.c.paper_id.is_(None),
        or_(
            _has(or_(_IS_LEG, _follow.c.became_item_id.is_not(None))),
            and_(_entry.c.how_decided == HowDecided.RECOMMENDED, _minutes.c.status.in_(IN_FORCE)),
        ),
    )
)


class Subjects(NamedTuple):
    """What has changed: lines of minutes, whole minutes, organisations."""

    entries: Collection[int]
    minutes: Collection[int]
    organisations: Collection[int]


_CHANGED = later(
    lambda: _entries().where(
        or_(
            among(_entry.c.id, "entries"),
            among(_entry.c.minutes_id, "minutes"),
            _has(among(_follow.c.owner_organisation_id, "organisations")),
        )
    )
)
_THOSE_OF_INTEREST = later(lambda: _entries().where(among(_entry.c.id, "entries"), _OF_INTEREST()))


async def concerned(session: AsyncSession, changed: Subjects) -> set[int]:
    """The lines of minutes from which something goes out, or might, that this concerns, and what they came from."""
    ids = set(await ask_each(session, _CHANGED(), changed._asdict()))
    every = await with_above(session, ids)
    return set(await ask_each(session, _THOSE_OF_INTEREST(), {"entries": every}))


@later
def _every_open() -> Any:
    # What stood in minutes before decisions were sent on was not.
    on_its_way = or_(_has(_HAS_GONE_OUT), and_(_minutes.c.followed_from.is_(None), _has(_OPEN_LEG)))
    return _entries().where(_LIVES, on_its_way).order_by(_meeting.c.starts_at, _entry.c.id)


_OPEN_OF = later(lambda: _every_open().where(among(_meeting.c.committee_id, "committee_ids")))


async def open_entries(session: AsyncSession, committee_ids: Collection[int] | None = None) -> Sequence[int]:
    """The lines of minutes from which something went out that is not done, the oldest first; of these committees, or
    of all."""
    if committee_ids is None:
        return await ask_each(session, _every_open(), {})
    return await ask_each(session, _OPEN_OF(), {"committee_ids": committee_ids})


@later
def _unsent() -> Any:
    to_send = and_(_down, _follow.c.became_item_id.is_(None), _follow.c.status == FollowUpStatus.OPEN)
    to_recommend = and_(
        _entry.c.how_decided == HowDecided.RECOMMENDED,
        _minutes.c.followed_from.is_(None),
        not_(_has(_follow.c.recommended)),
    )
    return _entries().where(_LIVES, or_(_has(to_send), to_recommend))


async def unsent(session: AsyncSession) -> Sequence[int]:
    """The lines of minutes from which something is still to go out, to a committee or to parties."""
    return await ask_each(session, _unsent(), {})


_WAITING_FOR = later(
    lambda: (
        select(FollowUp)
        .join(MinutesEntry, col(MinutesEntry.id) == col(FollowUp.entry_id))
        .join(Minutes, col(Minutes.id) == col(MinutesEntry.minutes_id))
        .outerjoin(Conclusion, col(Conclusion.id) == col(FollowUp.conclusion_id))
        .where(
            col(FollowUp.recommended),
            among(col(FollowUp.owner_organisation_id), "organisation_ids"),
            col(FollowUp.status).in_(OPEN),
            col(FollowUp.answer).is_(None),
            col(Minutes.status).in_(IN_FORCE),
            col(Conclusion.revoked_by_id).is_(None),
        )
        .order_by(col(FollowUp.id))
    )
)


async def waiting_for(session: AsyncSession, organisation_ids: Collection[int]) -> Sequence[FollowUp]:
    """What these organisations were asked and have not answered, the oldest first."""
    return list(await session.scalars(_WAITING_FOR(), {"organisation_ids": organisation_ids}))


# --- parties ------------------------------------------------------------------------------------------------------


@later
def _contacts() -> Any:
    on_chat = exists().where(col(Account.person_id) == col(Person.id)).correlate(Person)
    in_role = (
        exists()
        .where(col(Membership.person_id) == col(Person.id), col(Membership.role) == _CONTACT, VALID_TODAY)
        .correlate(Person)
    )
    return (
        select(  # type: ignore[call-overload]
            Person.id, Person.name, Person.language, on_chat, Person.email, Person.organisation_id
        )
        .where(
            col(Person.removed_at).is_(None),
            or_(among(col(Person.email), "named"), and_(among(col(Person.organisation_id), "others"), in_role)),
        )
        .order_by(in_alphabet(col(Person.name)), col(Person.id))
    )


_ORGANISATIONS = later(lambda: select(Organisation).where(among(col(Organisation.id), "organisation_ids")))


async def parties(session: AsyncSession, organisation_ids: Collection[int], today: date) -> dict[int, Party]:
    """These organisations, each with who answers for it on this local day: whom the partnership file names, else those
    with the role kontaktperson in some committee who work there. Two statements."""
    if not organisation_ids:
        return {}
    rows = list((await rows_as_they_are(session, _ORGANISATIONS(), {"organisation_ids": organisation_ids})).scalars())
    named: dict[str, list[int]] = {}
    for row in rows:
        for email in row.contacts:
            named.setdefault(email, []).append(row.id)
    others = [row.id for row in rows if not row.contacts]
    found = await ask(session, _contacts(), {"today": today, "named": list(named), "others": others})
    contacts: dict[int, list[Contact]] = {}
    for person_id, name, language, chats, email, organisation_id in found:
        contact = Contact(person_id, name, language, on_chat=bool(chats))
        theirs = named.get(email or "", [])
        for each in theirs or [organisation_id]:
            contacts.setdefault(each, []).append(contact)
    return {row.id: Party(row, contacts.get(row.id, ())) for row in rows}


_CONTACT = "kontaktperson"
"""`handlers.people.roles.Role.CONTACT`."""


_NAMED = later(lambda: select(col(Organisation.id), col(Organisation.contacts)))


_WORKS_FOR = later(
    lambda: select(col(Person.email), col(Person.organisation_id)).where(col(Person.id) == bindparam("person_id"))
)


_IS_CONTACT = later(
    lambda: (
        select(col(Membership.id))
        .where(col(Membership.person_id) == bindparam("person_id"), col(Membership.role) == _CONTACT, VALID_TODAY)
        .limit(1)
    )
)


async def answers_for(session: AsyncSession, person_id: int, today: date) -> set[int]:
    """The organisations that this person answers for on this local day."""
    row = await ask_first(session, _WORKS_FOR(), {"person_id": person_id})
    if row is None:
        return set()
    email, own = row
    rows = await ask(session, _NAMED(), {})
    named = {row.id: row.contacts for row in rows}
    found = {each for each, contacts in named.items() if email in contacts}
    if not named.get(own) and await ask(session, _IS_CONTACT(), {"person_id": person_id, "today": today}):
        found.add(own)
    return found


_BECAME = later(
    lambda: select(col(Organisation.id), col(Organisation.merged_into_id)).where(
        col(Organisation.merged_into_id).is_not(None)
    )
)


async def became(session: AsyncSession, organisation_ids: Collection[int]) -> dict[int, int]:
    """What each of these organisations is by now, of those that became part of another: the last of the way."""
    if not organisation_ids:
        return {}
    rows = await ask(session, _BECAME(), {})
    into = {row[0]: row[1] for row in rows}
    found: dict[int, int] = {}
    for each in organisation_ids:
        at, seen = each, {each}
        while at in into and into[at] not in seen:
            at = into[at]
            seen.add(at)
        if at != each:
            found[each] = at
    return found


# --- what is done -------------------------------------------------------------------------------------------------


_HOLD = later(lambda: select(_entry.c.id).where(_entry.c.id == bindparam("entry_id")).with_for_update())


async def hold(session: AsyncSession, entry_id: int) -> None:
    """Nobody else changes what goes out from this line of minutes until the transaction ends."""
    await session.execute(_HOLD(), {"entry_id": entry_id})


class Told(NamedTuple):
    """What became of a message that asks somebody (`person_id`) about a leg."""

    person_id: int
    status: DeliveryStatus


_TOLD = later(
    lambda: select(col(Delivery.key), col(Delivery.person_id), col(Delivery.status)).where(
        among(col(Delivery.subject), "subjects")
    )
)


async def told(session: AsyncSession, subjects: Collection[str], asking: str) -> dict[int, list[Told]]:
    """What became of the messages about these subjects whose keys have this word before the leg and the person, by the
    leg."""
    rows = await ask(session, _TOLD(), {"subjects": subjects})
    found: dict[int, list[Told]] = {}
    for key, person_id, status in rows:
        *_before, word, leg, _person = key.split(":")
        if word == asking and leg.isdecimal():
            found.setdefault(int(leg), []).append(Told(person_id, DeliveryStatus(status)))
    return found


_IS_LOOKED_AT = later(
    lambda: select(col(ChoreLook.at)).where(
        col(ChoreLook.chore) == bindparam("chore"), col(ChoreLook.subject) == bindparam("subject")
    )
)


async def is_looked_at(session: AsyncSession, chore: str, subject: str) -> bool:
    """Whether it is known when this chore is to look at this."""
    return await ask_value(session, _IS_LOOKED_AT(), {"chore": chore, "subject": subject}) is not None
