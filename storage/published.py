"""What published minutes say of cases and of other lines of an agenda: what everybody who reads a committee's agenda
may read. Minutes that somebody still works on are left out."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.asking import ask
from storage.statements import among, as_it_is, later, table
from storage.tables import (
    AgendaSlot,
    Committee,
    Conclusion,
    FollowUp,
    Meeting,
    Minutes,
    MinutesEntry,
    MinutesStatus,
    Organisation,
    Person,
)

PUBLISHED = (MinutesStatus.PUBLISHED, MinutesStatus.APPROVED)
"""Minutes that have left their minute taker."""

_slot, _entry, _minutes, _meeting = table(AgendaSlot), table(MinutesEntry), table(Minutes), table(Meeting)
_conclusion, _follow_up = table(Conclusion), table(FollowUp)
_person, _committee, _organisation = table(Person), table(Committee), table(Organisation)


class Decided(NamedTuple):
    """A conclusion. `revoked`: a later one took its place."""

    text: str
    revoked: bool


class ToDo(NamedTuple):
    """A follow-up. `owner`: their name, the committee's, the organisation's, or the words."""

    text: str
    owner: str
    due_text: str
    due_on: date | None


class Said(NamedTuple):
    """What the minutes of a meeting (`starts_at`, UTC) say of a case, or of another line (`item_id` None).

    `title`: of the line, where it is no case.
    """

    slot_id: int
    item_id: int | None
    title: str
    meeting_id: int
    committee_id: int
    starts_at: datetime
    zone: str
    discussion: str
    how_decided: str | None
    conclusions: Sequence[Decided]
    follow_ups: Sequence[ToDo]


_ENTRIES = later(lambda: (
    select(
        _entry.c.id, _slot.c.id, _slot.c.item_id, _slot.c.title, _slot.c.standing, _meeting.c.id,
        _meeting.c.committee_id, _meeting.c.starts_at, _meeting.c.zone, _entry.c.discussion, _entry.c.how_decided,
    )
    .join(_slot, _slot.c.id == _entry.c.slot_id)
    .join(_minutes, _minutes.c.id == _entry.c.minutes_id)
    .join(_meeting, _meeting.c.id == _minutes.c.meeting_id)
    .where(
        or_(among(_slot.c.item_id, "item_ids"), among(_slot.c.id, "slot_ids")),
        _minutes.c.status.in_(PUBLISHED),
    )
    .order_by(_meeting.c.starts_at, _slot.c.position, _slot.c.id)
))  # fmt: skip
_CONCLUSIONS = later(
    lambda: (
        select(_conclusion.c.entry_id, _conclusion.c.text, _conclusion.c.revoked_by_id)
        .where(among(_conclusion.c.entry_id, "entry_ids"))
        .order_by(_conclusion.c.entry_id, _conclusion.c.ordinal)
    )
)
_FOLLOW_UPS = later(
    lambda: (
        select(
            _follow_up.c.entry_id,
            _follow_up.c.text,
            func.coalesce(_person.c.name, _committee.c.name, _organisation.c.name, _follow_up.c.owner_text),
            _follow_up.c.due_text,
            _follow_up.c.due_on,
        )
        .outerjoin(_person, _person.c.id == _follow_up.c.owner_id)
        .outerjoin(_committee, _committee.c.id == _follow_up.c.owner_committee_id)
        .outerjoin(_organisation, _organisation.c.id == _follow_up.c.owner_organisation_id)
        .where(among(_follow_up.c.entry_id, "entry_ids"))
        .order_by(_follow_up.c.entry_id, _follow_up.c.ordinal, _follow_up.c.id)
    )
)


async def said(
    session: AsyncSession, *, item_ids: Collection[int] = (), slot_ids: Collection[int] = ()
) -> Sequence[Said]:
    """What published minutes say of these cases and lines, the oldest meeting first: three statements at most."""
    if not item_ids and not slot_ids:
        return []
    statement = await as_it_is(session, _ENTRIES())
    entries = (await session.execute(statement, {"item_ids": item_ids, "slot_ids": slot_ids})).all()
    if not entries:
        return []
    ids = {"entry_ids": [row[0] for row in entries]}
    conclusions: dict[int, list[Decided]] = {}
    for entry_id, text, revoked in await ask(session, _CONCLUSIONS(), ids):
        conclusions.setdefault(entry_id, []).append(Decided(text, revoked is not None))
    follow_ups: dict[int, list[ToDo]] = {}
    for entry_id, *follow_up in await ask(session, _FOLLOW_UPS(), ids):
        follow_ups.setdefault(entry_id, []).append(ToDo(*follow_up))
    return [_said(row, conclusions.get(row[0], ()), follow_ups.get(row[0], ())) for row in entries]


def _said(row: Any, conclusions: Sequence[Decided], follow_ups: Sequence[ToDo]) -> Said:
    _id, slot_id, item_id, title, standing, meeting_id, committee_id, starts_at, zone, discussion, how = row
    return Said(
        slot_id, item_id, title or standing or "", meeting_id, committee_id, starts_at, zone, discussion, how,
        conclusions, follow_ups,
    )  # fmt: skip
