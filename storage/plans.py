"""Meeting plans that were handed in, and what they are held against: one statement a table, however long the plan."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.alphabet import in_alphabet
from storage.asking import ask
from storage.direct import Question
from storage.statements import among, later, locking, rows_as_they_are, table
from storage.tables import (
    Committee,
    CommitteeAlias,
    Meeting,
    MeetingPlan,
    Membership,
    Organisation,
    Person,
    PlanStatus,
)

_PLAN = later(lambda: select(MeetingPlan).where(col(MeetingPlan.id) == bindparam("plan_id")))


async def plan(session: AsyncSession, plan_id: int, *, lock: bool = False) -> MeetingPlan | None:
    """The plan. `lock`: nobody else answers or settles it until the transaction ends."""
    statement: Any = locking(_PLAN(), MeetingPlan) if lock else _PLAN()
    as_it_is = {"populate_existing": True}
    found: MeetingPlan | None = await session.scalar(statement, {"plan_id": plan_id}, execution_options=as_it_is)
    return found


async def waiting(session: AsyncSession, year: int | None = None) -> Sequence[MeetingPlan]:
    """Those that wait, newest first; `year`: of that year only."""
    statement = select(MeetingPlan).where(col(MeetingPlan.status) == PlanStatus.WAITING)
    if year is not None:
        statement = statement.where(col(MeetingPlan.year) == year)
    return list(await session.scalars(statement.order_by(col(MeetingPlan.id).desc())))


class WaitingPlan(NamedTuple):
    """A plan that waits. `others`: the committees (ids) whose meetings in it wait for whoever plans them."""

    year: int
    by_id: int | None
    others: Sequence[int]


_plan = table(MeetingPlan)
_WAITING = later(
    lambda: (
        select(_plan.c.year, _plan.c.by_id, _plan.c.answers)
        .where(_plan.c.status == PlanStatus.WAITING)
        .order_by(_plan.c.id)
    )
)


async def count_waiting(session: AsyncSession) -> Sequence[WaitingPlan]:
    """Those that wait, without what they say: one statement."""
    rows = await ask(session, *asked_count_waiting())
    return [WaitingPlan(year, by_id, answers.get("others") or ()) for year, by_id, answers in rows]


def asked_count_waiting() -> Question:
    """What `count_waiting` asks, to be foreseen."""
    return Question(_WAITING(), {})


class SeatRow(NamedTuple):
    """A role in a committee, whose it is, and where they work."""

    membership: Membership
    name: str
    organisation_id: int
    also_at: Sequence[str]


class Register(NamedTuple):
    """What a plan is held against: active committees by name, every alias, every role, every organisation."""

    committees: Sequence[Committee]
    aliases: Sequence[CommitteeAlias]
    seats: Sequence[SeatRow]
    organisations: Sequence[Organisation]


_COMMITTEES = later(
    lambda: select(Committee).where(col(Committee.removed_at).is_(None)).order_by(in_alphabet(col(Committee.name)))
)
_ALIASES = later(lambda: select(CommitteeAlias).order_by(col(CommitteeAlias.id)))
_PARTIES = later(
    lambda: select(Organisation).where(col(Organisation.removed_at).is_(None)).order_by(col(Organisation.id))
)


@later
def _seats() -> Any:
    columns: Any = (Membership, Person.name, Person.organisation_id, Person.also_at)
    return (
        select(*columns)
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(col(Person.removed_at).is_(None))
        .order_by(in_alphabet(col(Person.name)), col(Person.id))
    )


async def register(session: AsyncSession) -> Register:
    """Four statements."""
    return Register(
        list(await session.scalars(_COMMITTEES())),
        list(await session.scalars(_ALIASES())),
        [SeatRow(*row) for row in await session.execute(_seats())],
        list(await session.scalars(_PARTIES())),
    )


@cache
def _meetings(*, of_all: bool) -> Any:
    statement = (
        select(Meeting)
        .join(Committee, col(Committee.id) == col(Meeting.committee_id))
        .where(
            col(Meeting.starts_at) >= bindparam("since"),
            col(Meeting.starts_at) < bindparam("until"),
            col(Committee.removed_at).is_(None),
        )
        .order_by(col(Meeting.starts_at), col(Meeting.id))
    )
    return statement if of_all else statement.where(among(col(Meeting.committee_id), "committee_ids"))


async def meetings(
    session: AsyncSession, since: datetime, until: datetime, committee_ids: Collection[int] | None = None
) -> Sequence[Meeting]:
    """Every meeting that begins between these moments, also the cancelled ones, soonest first. `committee_ids`: of
    these committees only."""
    values = {"since": since, "until": until} | ({"committee_ids": committee_ids} if committee_ids is not None else {})
    return list((await rows_as_they_are(session, _meetings(of_all=committee_ids is None), values)).scalars())


_HOLD = later(
    lambda: (
        select(col(Committee.id))
        .where(among(col(Committee.id), "committee_ids"))
        .order_by(col(Committee.id))
        .with_for_update()
    )
)


async def hold(session: AsyncSession, committee_ids: Collection[int]) -> None:
    """Nobody else plans meetings of these committees until the transaction ends: one statement, in one order."""
    await session.execute(_HOLD(), {"committee_ids": committee_ids})


_KEYS_OF = later(
    lambda: select(col(Meeting.committee_id), col(Meeting.key)).where(among(col(Meeting.committee_id), "committee_ids"))
)


async def keys_of(session: AsyncSession, committee_ids: Collection[int]) -> dict[int, set[str]]:
    """The keys of the meetings of each of these committees."""
    found: dict[int, set[str]] = {each: set() for each in committee_ids}
    rows = await ask(session, _KEYS_OF(), {"committee_ids": committee_ids})
    for committee_id, key in rows:
        found[committee_id].add(key)
    return found
