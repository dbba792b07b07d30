"""Rounds of written comments (høring): what is asked, of whom, and what they answered."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.alphabet import in_alphabet
from storage.asking import ask, ask_each
from storage.direct import Question
from storage.history import History
from storage.statements import among, later, locking, table
from storage.tables import (
    AgendaItem,
    Committee,
    Hearing,
    HearingEvent,
    HearingRecipient,
    HearingStatus,
    ItemStatus,
    Organisation,
    Person,
)
from storage.types import UtcDateTime

HISTORY = History(HearingEvent, "hearing_id")


class HearingOf(NamedTuple):
    """A round, whose it is, and the case that it is about; None: about none."""

    row: Hearing
    committee: Committee
    item: AgendaItem | None


class Recipient(NamedTuple):
    """Somebody who is asked. `organisation`: the name of the party that they belong to, or answer for; empty: nobody
    has said. `gone`: they are removed from the partnership. `by`: who handed in the answer."""

    row: HearingRecipient
    name: str
    language: str
    organisation: str
    gone: bool
    by: str

    @property
    def has_answered(self) -> bool:
        return self.row.answered_at is not None


class Counted(NamedTuple):
    """A round in a list. `asked`, `answered`: how many."""

    hearing: HearingOf
    asked: int
    answered: int


_OF = later(
    lambda: (
        select(Hearing, Committee, AgendaItem)
        .join_from(Hearing, Committee, col(Committee.id) == col(Hearing.committee_id))
        .outerjoin(AgendaItem, col(AgendaItem.id) == col(Hearing.item_id))
    )
)


_ONE = later(lambda: _OF().where(col(Hearing.id) == bindparam("hearing_id")))


async def hearing(session: AsyncSession, hearing_id: int, *, lock: bool = False) -> HearingOf | None:
    """The round with this id. `lock`: nobody else changes it or its answers until the transaction ends."""
    statement = locking(_ONE(), Hearing) if lock else _ONE()
    row = (await session.execute(statement, {"hearing_id": hearing_id})).first()
    return HearingOf(*row) if row else None


@later
def _recipients() -> Any:
    by = aliased(Person)
    name: Any = func.coalesce(Person.name, HearingRecipient.name)
    party: Any = func.coalesce(Organisation.name, "")
    columns: tuple[Any, ...] = (
        HearingRecipient,
        name,
        func.coalesce(Person.language, "nb"),
        party,
        col(Person.removed_at).is_not(None),
        func.coalesce(by.name, ""),
    )
    return (
        select(*columns)
        .join_from(HearingRecipient, Person, col(Person.id) == col(HearingRecipient.person_id), isouter=True)
        .outerjoin(Organisation, col(Organisation.id) == col(HearingRecipient.organisation_id))
        .outerjoin(by, col(by.id) == col(HearingRecipient.answered_by_id))
        .where(col(HearingRecipient.hearing_id) == bindparam("hearing_id"))
        .order_by(in_alphabet(party), in_alphabet(name), col(HearingRecipient.id))
    )


async def recipients(session: AsyncSession, hearing_id: int) -> Sequence[Recipient]:
    """Everybody who is asked, by the party that they answer for, then by name: one statement."""
    rows = await session.execute(_recipients(), {"hearing_id": hearing_id})
    return [Recipient(*row) for row in rows]


_MOST_DUE = 100
_DUE = later(
    lambda: (
        select(table(Hearing).c.id)
        .where(table(Hearing).c.clock_at <= bindparam("now", type_=UtcDateTime()))
        .order_by(table(Hearing).c.clock_at)
        .limit(_MOST_DUE)
    )
)


async def due(session: AsyncSession, now: datetime) -> Sequence[int]:
    """The rounds that the clock is to look at now."""
    return await ask_each(session, *stirs(now))


def stirs(now: datetime) -> Question:
    """Finds a row if any are due."""
    return Question(_DUE(), {"now": now})


@later
def _of_committees() -> Any:
    is_open = col(Hearing.status) == HearingStatus.OPEN
    return (
        _OF()
        .where(among(col(Hearing.committee_id), "committee_ids"))
        .order_by(
            case((is_open, 0), else_=1),
            case((is_open, col(Hearing.deadline_at)), else_=None),
            col(Hearing.id).desc(),
        )
        .offset(bindparam("offset"))
        .limit(bindparam("limit"))
    )


async def of_committees(
    session: AsyncSession, committee_ids: Collection[int], offset: int, limit: int
) -> Sequence[Counted]:
    """The rounds of these committees: those that are open first, by their deadline; then the latest."""
    values = {"committee_ids": committee_ids, "offset": offset, "limit": limit}
    return await _counted(session, _of_committees(), values)


_OF_ITEMS = later(
    lambda: (
        _OF()
        .where(among(col(Hearing.item_id), "item_ids"), col(Hearing.status) != HearingStatus.WITHDRAWN)
        .order_by(col(Hearing.id))
    )
)


async def of_items(session: AsyncSession, item_ids: Collection[int]) -> Sequence[Counted]:
    """The rounds about these cases, but for those that were withdrawn, the first first."""
    return await _counted(session, _OF_ITEMS(), {"item_ids": item_ids})


async def _counted(session: AsyncSession, statement: Any, values: Mapping[str, Any]) -> Sequence[Counted]:
    found = [HearingOf(*row) for row in await session.execute(statement, values)]
    counts = await counts_of(session, [each.row.id for each in found])
    return [Counted(each, *counts.get(each.row.id, (0, 0))) for each in found]


@later
def _counts() -> Any:
    columns: tuple[Any, ...] = (
        HearingRecipient.hearing_id,
        func.count(),
        func.count(col(HearingRecipient.answered_at)),
    )
    return select(*columns).where(among(col(HearingRecipient.hearing_id), "hearing_ids")).group_by(columns[0])


async def counts_of(session: AsyncSession, hearing_ids: Collection[int]) -> Mapping[int, tuple[int, int]]:
    """How many were asked, and how many of them have answered, by round."""
    if not hearing_ids:
        return {}
    rows = await ask(session, _counts(), {"hearing_ids": hearing_ids})
    return {row[0]: (row[1], row[2]) for row in rows}


class Asked(NamedTuple):
    """A round that somebody is asked in, and what they answered."""

    hearing: HearingOf
    recipient: HearingRecipient


@cache
def _asked(*, waiting: bool) -> Any:
    columns: tuple[Any, ...] = (Hearing, Committee, AgendaItem, HearingRecipient)
    statement = (
        select(*columns)
        .join_from(Hearing, Committee, col(Committee.id) == col(Hearing.committee_id))
        .outerjoin(AgendaItem, col(AgendaItem.id) == col(Hearing.item_id))
        .join(HearingRecipient, col(HearingRecipient.hearing_id) == col(Hearing.id))
        .where(col(HearingRecipient.person_id) == bindparam("person_id"), col(Hearing.status) == HearingStatus.OPEN)
        .order_by(col(Hearing.deadline_at), col(Hearing.id))
        .limit(bindparam("limit"))
    )
    return statement.where(col(HearingRecipient.answered_at).is_(None)) if waiting else statement


async def asked(session: AsyncSession, person_id: int, *, waiting: bool, limit: int = 100) -> Sequence[Asked]:
    """The open rounds that this person is asked in, by their deadline. `waiting`: only those that they have not
    answered."""
    rows = await session.execute(_asked(waiting=waiting), {"person_id": person_id, "limit": limit})
    return [Asked(HearingOf(*row[:3]), row[3]) for row in rows]


class Contact(NamedTuple):
    """Somebody who answers for a party."""

    person_id: int
    organisation_id: int


_CONTACTS = later(
    lambda: select(Person.id, Person.email).where(  # type: ignore[call-overload]
        among(col(Person.email), "of"), col(Person.removed_at).is_(None)
    )
)


async def contacts(session: AsyncSession, parties: Sequence[Organisation]) -> Sequence[Contact]:
    """Who answers for these parties, as the partnership file says (`Organisation.contacts`): one statement."""
    of = {address.lower(): party.id for party in parties for address in party.contacts}
    rows = await ask(session, _CONTACTS(), {"of": of})
    return [Contact(row[0], of[row[1]]) for row in rows]


_HOME_OF = later(
    lambda: (
        select(Person.id, Organisation.id, Organisation.name)  # type: ignore[call-overload]
        .join(Organisation, col(Organisation.id) == col(Person.organisation_id))
        .where(among(col(Person.id), "person_ids"))
    )
)


async def home_of(session: AsyncSession, person_ids: Collection[int]) -> Mapping[int, tuple[int, str]]:
    """Where these people work: the id and the name of the party, by person."""
    rows = await ask(session, _HOME_OF(), {"person_ids": person_ids})
    return {row[0]: (row[1], row[2]) for row in rows}


class Heard(NamedTuple):
    """A case that a round may be about, and whose it is."""

    item: AgendaItem
    committee: Committee


async def cases_to_hear(
    session: AsyncSession,
    committee_ids: Collection[int],
    *,
    meeting_id: int | None = None,
    ids: Collection[int] | None = None,
    query: str = "",
    limit: int = 101,
) -> Sequence[Heard]:
    """Cases of these committees that are on their way, or on an agenda, the newest first; of a meeting, those on its
    agenda. With `ids` those among them; with `query` those in whose title or number it stands."""
    alive = (ItemStatus.PROPOSED, ItemStatus.QUESTIONED, ItemStatus.DEFERRED, ItemStatus.ACCEPTED, ItemStatus.REMOVED)
    statement = (
        select(AgendaItem, Committee)
        .join_from(AgendaItem, Committee, col(Committee.id) == col(AgendaItem.committee_id))
        .where(col(AgendaItem.committee_id).in_(committee_ids), col(AgendaItem.status).in_(alive))
        .order_by(col(AgendaItem.id).desc())
        .limit(limit)
    )
    if meeting_id is not None:
        statement = statement.where(col(AgendaItem.meeting_id) == meeting_id)
    if ids is not None:
        statement = statement.where(col(AgendaItem.id).in_(ids))
    if query:
        pattern = "%" + query.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        statement = statement.where(
            or_(
                func.lower(col(AgendaItem.title)).like(pattern, escape="\\"),
                func.lower(func.coalesce(col(AgendaItem.number), "")).like(pattern, escape="\\"),
            )
        )
    return [Heard(*row) for row in await session.execute(statement)]


_HEARD = later(
    lambda: (
        select(AgendaItem, Committee)
        .join_from(AgendaItem, Committee, col(Committee.id) == col(AgendaItem.committee_id))
        .where(col(AgendaItem.id) == bindparam("item_id"))
    )
)


async def heard(session: AsyncSession, item_id: int) -> Heard | None:
    """The case with this id, whatever has become of it."""
    row = (await session.execute(_HEARD(), {"item_id": item_id})).first()
    return Heard(*row) if row else None
