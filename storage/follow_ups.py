"""What is to be done because of decisions (oppfølging), read from minutes that have left the minute taker."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Result, and_, bindparam, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.asking import ask, ask_each
from storage.decided_at import AT_COLUMNS, IS_IN_FORCE, ITEM, At, placed
from storage.history import History
from storage.statements import among, as_it_is, later, rows_as_they_are
from storage.tables import (
    Committee,
    Conclusion,
    FollowUp,
    FollowUpEvent,
    FollowUpStatus,
    Meeting,
    Minutes,
    MinutesEntry,
    Organisation,
    Person,
)

HISTORY = History(FollowUpEvent, "follow_up_id")

OPEN = (FollowUpStatus.OPEN, FollowUpStatus.RECEIVED, FollowUpStatus.TAKEN)
"""What is still to be done."""

Owner = tuple[int | None, int | None, int | None, str]
"""Who is to do something: a person, a committee, an organisation (ids), or words."""
NOBODY: Owner = (None, None, None, "")


def owner_of(row: FollowUp) -> Owner:
    return row.owner_id, row.owner_committee_id, row.owner_organisation_id, row.owner_text


class Task(NamedTuple):
    """Something that is to be done because of a decision (oppfølging), and where that was decided.

    `owner`: who is to do it: a name, or words; empty: nobody said. `has_left`: the owner is a person who is not in the
    partnership any more. `revoked`: the decision that it follows from was revoked. `contacts`: those who answer for the
    organisation that is to do it, where one is.
    """

    row: FollowUp
    at: At
    owner: str
    has_left: bool
    revoked: bool = False
    contacts: frozenset[int] = frozenset()

    @property
    def due(self) -> date | None:
        """The local day by which it is to be done. Where it is due at a meeting, it moves with that one (see
        `handlers.meetings.due_meetings`)."""
        return self.row.due_on

    @property
    def is_open(self) -> bool:
        """It is still to be done."""
        return self.row.status in OPEN and self.at.is_in_force

    @property
    def has_owner(self) -> bool:
        """Somebody is to do it."""
        return owner_of(self.row) != NOBODY

    @property
    def is_leg(self) -> bool:
        """It is a step on the way of a decision: another committee's, for which it is a case, or a party's, which
        answers it (see `storage.chain`). Nobody ticks it off as they do with what they are to do themselves."""
        minutes = self.at.minutes
        goes_by_itself = minutes.paper_id is None and minutes.followed_from is None
        return self.row.recommended or (self.goes_down and (goes_by_itself or self.row.became_item_id is not None))

    @property
    def goes_down(self) -> bool:
        """Another committee than the one that decided it has it."""
        return self.row.owner_committee_id is not None and self.row.owner_committee_id != self.at.committee.id

    def is_overdue(self, today: date) -> bool:
        """It was to be done before `today`, and is not."""
        return self.is_open and self.due is not None and self.due < today


# --- how they are read --------------------------------------------------------------------------------------------

_Owner = aliased(Person)
_OwnerCommittee = aliased(Committee)
_FollowedFrom = aliased(Conclusion)
TASKS = (
    placed(
        select(
            FollowUp,
            *AT_COLUMNS,
            _Owner.name,  # type: ignore[call-overload]
            _OwnerCommittee.name,
            Organisation.name,
            col(_Owner.removed_at),
            col(_FollowedFrom.revoked_by_id),
            col(Organisation.contacts),
        ).select_from(FollowUp),
        col(FollowUp.entry_id),
    )
    .outerjoin(_Owner, col(_Owner.id) == col(FollowUp.owner_id))
    .outerjoin(_OwnerCommittee, col(_OwnerCommittee.id) == col(FollowUp.owner_committee_id))
    .outerjoin(Organisation, col(Organisation.id) == col(FollowUp.owner_organisation_id))
    .outerjoin(_FollowedFrom, col(_FollowedFrom.id) == col(FollowUp.conclusion_id))
)


_THESE = later(lambda: TASKS.where(among(col(FollowUp.id), "ids")).order_by(col(FollowUp.id)))
_OF_ENTRIES = later(
    lambda: TASKS.where(among(col(FollowUp.entry_id), "ids")).order_by(col(FollowUp.ordinal), col(FollowUp.id))
)


async def read_tasks(session: AsyncSession, statement: Any) -> list[Task]:
    """One statement, and one more where an organisation is to do something."""
    return await _made(session, await session.execute(await as_it_is(session, statement)))


async def _read(session: AsyncSession, statement: Any, ids: Collection[int]) -> list[Task]:
    """The same of a constant statement."""
    return await _made(session, await rows_as_they_are(session, statement, {"ids": list(ids)}))


async def _made(session: AsyncSession, found: Result[tuple[Any, ...]]) -> list[Task]:
    rows = found.all()
    addresses = {address.lower() for row in rows for address in row[-1] or ()}
    people = await _with_addresses(session, addresses) if addresses else {}
    return [_task(columns, people) for columns in rows]


def _task(columns: Sequence[Any], people: Mapping[str, int]) -> Task:
    row, *at, person, committee, organisation, removed_at, revoked_by, contacts = columns
    owner = person or committee or organisation or row.owner_text
    answering = frozenset(people[each.lower()] for each in contacts or () if each.lower() in people)
    return Task(row, At(*at), owner, removed_at is not None, revoked_by is not None, answering)


_WITH_ADDRESSES = later(
    lambda: select(Person.email, Person.id).where(  # type: ignore[call-overload]
        among(col(Person.email), "addresses"), col(Person.removed_at).is_(None)
    )
)


async def _with_addresses(session: AsyncSession, addresses: Collection[str]) -> dict[str, int]:
    rows = await ask(session, _WITH_ADDRESSES(), {"addresses": addresses})
    return {row[0]: row[1] for row in rows}


_TASK = later(lambda: select(col(FollowUp.id)).where(col(FollowUp.id) == bindparam("follow_up_id")).with_for_update())


async def task(session: AsyncSession, follow_up_id: int, *, lock: bool = False) -> Task | None:
    """The follow-up, whatever its minutes are by now. `lock`: nobody else changes it until the transaction ends."""
    if lock:
        await session.execute(_TASK(), {"follow_up_id": follow_up_id})
    found = await tasks(session, [follow_up_id])
    return found[0] if found else None


async def tasks(session: AsyncSession, follow_up_ids: Collection[int]) -> Sequence[Task]:
    """These follow-ups, whatever their minutes are by now: one statement."""
    return await _read(session, _THESE(), follow_up_ids)


async def tasks_of(session: AsyncSession, entry_ids: Collection[int]) -> Sequence[Task]:
    """What is to be done because of these lines of minutes, in their order: one statement."""
    return await _read(session, _OF_ENTRIES(), entry_ids)


class Served(NamedTuple):
    """Whose follow-ups somebody sees to: their own, those of the committees that they serve (`committees`), of the
    organisations that they answer for, and in `secretariats` those whose owner is words, or has left."""

    person_id: int
    committees: Collection[int] = ()
    organisations: Collection[int] = ()
    secretariats: Collection[int] = ()


def _seen_to_by(served: Served) -> Any:
    return or_(
        col(FollowUp.owner_id) == served.person_id,
        col(FollowUp.owner_committee_id).in_(served.committees),
        col(FollowUp.owner_organisation_id).in_(served.organisations),
        and_(
            col(Meeting.committee_id).in_(served.secretariats),
            or_(col(FollowUp.owner_text) != "", col(_Owner.removed_at).is_not(None)),
        ),
    )


_OPEN = (col(FollowUp.status).in_(OPEN), IS_IN_FORCE)


async def seen_to(session: AsyncSession, served: Served, offset: int, limit: int) -> Sequence[Task]:
    """What somebody is to see to and has not done, what is due first first; what has no date last."""
    return await read_tasks(session, _in_order(TASKS.where(*_OPEN, _seen_to_by(served))).offset(offset).limit(limit))


def _in_order(statement: Any) -> Any:
    return statement.order_by(col(FollowUp.due_on).is_(None), col(FollowUp.due_on), col(FollowUp.id))


async def overdue(
    session: AsyncSession,
    committee_ids: Collection[int],
    served: Served | None,
    members: Collection[int],
    today: date,
    *,
    offset: int,
    limit: int,
) -> Sequence[Task]:
    """What was decided by one of these committees, or is one's own (`served`), and should have been done: the longest
    first. `members`: of those the closed cases too."""
    known = or_(func.coalesce(ITEM.closed_under, "") == "", col(Meeting.committee_id).in_(members))
    whose = and_(col(Meeting.committee_id).in_(committee_ids), known)
    if served is not None:
        whose = or_(whose, _seen_to_by(served))
    return await read_tasks(
        session, _in_order(TASKS.where(*_OPEN, col(FollowUp.due_on) < today, whose)).offset(offset).limit(limit)
    )


async def open_of(session: AsyncSession, committee_id: int) -> Sequence[Task]:
    """What this committee has decided, or has got to do, and is not done."""
    return await read_tasks(
        session,
        _in_order(
            TASKS.where(
                *_OPEN, or_(col(Meeting.committee_id) == committee_id, col(FollowUp.owner_committee_id) == committee_id)
            )
        ),
    )


async def count_waiting(session: AsyncSession, served: Served, today: date) -> tuple[int, int]:
    """How much of what somebody sees to nobody has confirmed, and how much is overdue, as far as it is followed up: one
    statement. What became a case of another committee waits for that one as a case."""
    overdue = case((col(FollowUp.due_on) < today, 1), else_=0)
    is_new = and_(col(FollowUp.status) == FollowUpStatus.OPEN, col(FollowUp.became_item_id).is_(None), overdue == 0)
    new = case((is_new, 1), else_=0)
    statement = (
        placed(
            select(func.coalesce(func.sum(new), 0), func.coalesce(func.sum(overdue), 0)).select_from(FollowUp),
            col(FollowUp.entry_id),
        )
        .outerjoin(_Owner, col(_Owner.id) == col(FollowUp.owner_id))
        .where(
            *_OPEN,
            _seen_to_by(served),
            col(FollowUp.recommended).is_(False),
            or_(
                and_(col(Minutes.paper_id).is_(None), col(Minutes.followed_from).is_(None)),
                and_(col(Minutes.paper_id).is_not(None), col(FollowUp.due_on) >= func.date(col(Minutes.created_at))),
                col(FollowUp.due_on) >= col(Minutes.followed_from),
                col(FollowUp.added_later),
                col(FollowUp.revision) > 0,
            ),
        )
    )
    row = (await session.execute(statement)).one()
    return int(row[0]), int(row[1])


# --- for the clock ------------------------------------------------------------------------------------------------


_TASKS_OF_MINUTES = later(
    lambda: (
        select(col(FollowUp.id))
        .join(MinutesEntry, col(MinutesEntry.id) == col(FollowUp.entry_id))
        .where(among(col(MinutesEntry.minutes_id), "minutes_ids"))
    )
)


async def tasks_of_minutes(session: AsyncSession, minutes_ids: Collection[int]) -> Sequence[int]:
    """The follow-ups of these minutes: ids."""
    return await ask_each(session, _TASKS_OF_MINUTES(), {"minutes_ids": minutes_ids})


@cache
def _tasks_around(*, of_all: bool) -> Any:
    statement = (
        select(col(FollowUp.id))
        .join(MinutesEntry, col(MinutesEntry.id) == col(FollowUp.entry_id))
        .join(Minutes, col(Minutes.id) == col(MinutesEntry.minutes_id))
        .join(Meeting, col(Meeting.id) == col(Minutes.meeting_id))
        .where(*_OPEN)
    )
    if of_all:
        return statement
    return statement.where(
        or_(
            among(col(Meeting.committee_id), "committee_ids"),
            among(col(FollowUp.owner_committee_id), "committee_ids"),
            among(col(FollowUp.owner_organisation_id), "organisation_ids"),
        )
    )


async def tasks_around(
    session: AsyncSession, committee_ids: Collection[int] | None, organisation_ids: Collection[int] = ()
) -> Sequence[int]:
    """What is to be done, as these committees have decided, or as they or these organisations have to: ids. None: all
    of it."""
    if committee_ids is None:
        return await ask_each(session, _tasks_around(of_all=True), {})
    values = {"committee_ids": committee_ids, "organisation_ids": organisation_ids}
    return await ask_each(session, _tasks_around(of_all=False), values)
