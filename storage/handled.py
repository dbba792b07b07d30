"""The cases that a committee has handled in a year, in the order of its meetings: for the year's decisions, and for
what it publishes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import decided_at, follow_ups
from storage.asking import ask, ask_each
from storage.decided_at import IN_FORCE, At
from storage.follow_ups import Task
from storage.statements import among, later
from storage.tables import (
    STAYED,
    AgendaSlot,
    Attendance,
    Conclusion,
    FormerNumber,
    Left,
    Meeting,
    Minutes,
    MinutesEntry,
    Organisation,
    Person,
    SlotKind,
)


class Handled(NamedTuple):
    """A line of a meeting's minutes. `left`: the case went on from there, and why."""

    at: At
    conclusions: Sequence[Conclusion]
    tasks: Sequence[Task]
    left: Left | None


_CONCLUSIONS = later(
    lambda: select(Conclusion).where(among(col(Conclusion.entry_id), "ids")).order_by(col(Conclusion.ordinal))
)


@later
def _handled() -> Any:
    decided = select(col(Conclusion.id)).where(col(Conclusion.entry_id) == col(MinutesEntry.id)).exists()
    return (
        select(col(MinutesEntry.id))
        .join(Minutes, col(Minutes.id) == col(MinutesEntry.minutes_id))
        .join(Meeting, col(Meeting.id) == col(Minutes.meeting_id))
        .join(AgendaSlot, col(AgendaSlot.id) == col(MinutesEntry.slot_id))
        .where(
            col(Meeting.committee_id) == bindparam("committee_id"),
            col(Meeting.starts_at) >= bindparam("since"),
            col(Meeting.starts_at) < bindparam("until"),
            col(Minutes.status).in_(IN_FORCE),
            or_(col(AgendaSlot.kind) == SlotKind.CASE, decided),
        )
        .order_by(col(Meeting.starts_at), col(Meeting.id), col(AgendaSlot.position), col(AgendaSlot.id))
    )


async def handled(session: AsyncSession, committee_id: int, since: datetime, until: datetime) -> Sequence[Handled]:
    """The cases in minutes that are published or approved of the meetings that began in this time (`until` is not in
    it), and other lines in which something was decided: a fixed number of statements."""
    ids = await ask_each(session, _handled(), {"committee_id": committee_id, "since": since, "until": until})
    if not ids:
        return []
    places = {at.entry.id: at for at in await decided_at.places(session, ids)}
    conclusions: dict[int, list[Conclusion]] = {}
    for row in await session.scalars(_CONCLUSIONS(), {"ids": ids}):
        conclusions.setdefault(row.entry_id, []).append(row)
    tasks: dict[int, list[Task]] = {}
    for task in await follow_ups.tasks_of(session, ids):
        tasks.setdefault(task.row.entry_id, []).append(task)
    left = await _left(session, {at.meeting.id for at in places.values()})
    return [
        Handled(at, conclusions.get(each, ()), tasks.get(each, ()), left.get((at.slot.item_id, at.meeting.id)))
        for each in ids
        if (at := places.get(each)) is not None
    ]


_LEFT = later(
    lambda: (
        select(FormerNumber.item_id, FormerNumber.meeting_id, FormerNumber.why)  # type: ignore[call-overload]
        .where(among(col(FormerNumber.meeting_id), "meeting_ids"), col(FormerNumber.why).in_(STAYED))
        .order_by(col(FormerNumber.id))
    )
)


async def _left(session: AsyncSession, meeting_ids: Collection[int]) -> Mapping[tuple[int | None, int], Left]:
    """Why cases went on from these meetings, by case and meeting."""
    rows = await ask(session, _LEFT(), {"meeting_ids": meeting_ids})
    return {(item_id, meeting_id): Left(why) for item_id, meeting_id, why in rows}


async def first_and_last(session: AsyncSession, committee_id: int) -> tuple[datetime, datetime] | None:
    """When the first and the last meeting of the committee began whose minutes are published or approved; None: there
    are none."""
    row = (
        await session.execute(
            select(func.min(Meeting.starts_at), func.max(Meeting.starts_at))
            .join(Minutes, col(Minutes.meeting_id) == col(Meeting.id))
            .where(col(Meeting.committee_id) == committee_id, col(Minutes.status).in_(IN_FORCE))
        )
    ).one()
    return (row[0], row[1]) if row[0] is not None else None


_BESIDE_THE_REGISTER = later(
    lambda: (
        select(Attendance.name, Attendance.substitute_name, Attendance.organisation)  # type: ignore[call-overload]
        .join(Meeting, col(Meeting.id) == col(Attendance.meeting_id))
        .where(
            col(Meeting.committee_id) == bindparam("committee_id"),
            col(Meeting.starts_at) >= bindparam("since"),
            col(Meeting.starts_at) < bindparam("until"),
            or_(col(Attendance.name) != "", col(Attendance.substitute_name) != ""),
        )
    )
)


async def beside_the_register(
    session: AsyncSession, committee_id: int, since: datetime, until: datetime
) -> Mapping[str, str]:
    """Who was at the committee's meetings in this time without being in the register, as in old papers: where they come
    from, or empty, by their name."""
    rows = await ask(session, _BESIDE_THE_REGISTER(), {"committee_id": committee_id, "since": since, "until": until})
    return {name: organisation for *names, organisation in rows for name in names if name}


_WHERE_FROM = later(
    lambda: (
        select(Person.name, Organisation.name)  # type: ignore[call-overload]
        .join(Organisation, col(Organisation.id) == col(Person.organisation_id))
        .where(col(Person.name) != "")
    )
)


async def where_from(session: AsyncSession) -> Mapping[str, str]:
    """The organisation of everybody who is or was in the register, by their name."""
    rows = await ask(session, _WHERE_FROM(), {})
    return {row[0]: row[1] for row in rows}
