"""The minutes of meetings: what is written of each item of the agenda, by whom, and what became of them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import CursorResult, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.asking import ask, ask_each
from storage.direct import Question
from storage.history import History
from storage.statements import Beside, PerDialect, among, later, rows_as_they_are, table, written_out
from storage.tables import (
    Committee,
    Conclusion,
    Dispatch,
    FollowUp,
    Meeting,
    Minutes,
    MinutesEntry,
    MinutesEvent,
    MinutesNotes,
    MinutesStatus,
    NotesStatus,
    Organisation,
    Person,
)

HISTORY = History(MinutesEvent, "minutes_id")

_BEGIN = PerDialect(lambda insert: insert(table(Minutes)).on_conflict_do_nothing(index_elements=["meeting_id"]))
_BEGIN_ENTRY = PerDialect(
    lambda insert: insert(table(MinutesEntry)).on_conflict_do_nothing(index_elements=["minutes_id", "slot_id"])
)


class FollowUpOf(NamedTuple):
    """Something that is to be done after the meeting, as the minutes say it. `owner`: a name, the committee's, or the
    words; or empty. Whatever has become of it since (`FollowUp.said`) is not in the minutes."""

    row: FollowUp
    owner: str

    @property
    def due_text(self) -> str:
        """By when, in the words that were used."""
        return str(self.row.said["due_text"]) if self.row.said is not None else self.row.due_text

    @property
    def due_on(self) -> date | None:
        """The day that those words come to; None: they come to none."""
        if self.row.said is None:
            return self.row.due_on
        return date.fromisoformat(self.row.said["due_on"]) if self.row.said["due_on"] else None


class EntryOf(NamedTuple):
    """What the minutes say of one item. `by`: who wrote it last. `dispatches`: to whom each conclusion was sent, by its
    id."""

    entry: MinutesEntry
    by: str
    conclusions: Sequence[Conclusion]
    follow_ups: Sequence[FollowUpOf]
    dispatches: Mapping[int, Sequence[Dispatch]]

    @property
    def is_empty(self) -> bool:
        """Nothing is written of it."""
        entry = self.entry
        return not (entry.discussion or entry.how_decided or self.conclusions or self.follow_ups)


_MINUTES = later(lambda: select(Minutes).where(col(Minutes.meeting_id) == bindparam("meeting_id")))


async def minutes(session: AsyncSession, meeting_id: int) -> Minutes | None:
    """The minutes of a meeting; None: nobody has begun on them."""
    return await session.scalar(_MINUTES(), {"meeting_id": meeting_id})


async def begin(session: AsyncSession, meeting_id: int, minute_taker_id: int | None, now: datetime) -> bool:
    """Make the minutes of a meeting; whether that was done now. Of two who begin at once, one does."""
    empty = {"status": MinutesStatus.DRAFT, "revision": 0, "remark": "", "created_at": now, "changed_at": now}
    values = {**empty, "meeting_id": meeting_id, "minute_taker_id": minute_taker_id}
    done = cast(CursorResult[Any], await session.execute(_BEGIN.on(session), values))
    return done.rowcount == 1


_LOCKED = later(
    lambda: (
        select(Minutes)
        .where(col(Minutes.meeting_id) == bindparam("meeting_id"))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
)


async def locked(session: AsyncSession, meeting_id: int) -> Minutes | None:
    """The minutes of a meeting, which nobody else changes until the transaction ends."""
    return await session.scalar(_LOCKED(), {"meeting_id": meeting_id})


async def begin_entries(session: AsyncSession, minutes_id: int, slot_ids: Collection[int], now: datetime) -> None:
    """Make an entry for each of these places that has none: one statement, however many."""
    empty = {"discussion": "", "revision": 0, "changed_at": now, "minutes_id": minutes_id}
    if slot_ids:
        await session.execute(_BEGIN_ENTRY.on(session), [{**empty, "slot_id": slot_id} for slot_id in slot_ids])


async def entries(session: AsyncSession, minutes_id: int) -> dict[int, EntryOf]:
    """All that is written, by the place on the agenda: four statements, however much it is."""
    these = {"minutes_id": minutes_id}
    reading = _reading()
    rows = (await rows_as_they_are(session, reading.rows, these)).all()
    conclusions: dict[int, list[Conclusion]] = {}
    for conclusion in (await rows_as_they_are(session, reading.conclusions, these)).scalars():
        conclusions.setdefault(conclusion.entry_id, []).append(conclusion)
    follow_ups: dict[int, list[FollowUpOf]] = {}
    for row, *names in await rows_as_they_are(session, reading.follow_ups, these):
        owner = row.said["owner"] if row.said is not None else next(filter(None, names), row.owner_text)
        follow_ups.setdefault(row.entry_id, []).append(FollowUpOf(row, owner))
    sent: dict[int, dict[int, list[Dispatch]]] = {}
    for dispatch, entry_id in await session.execute(reading.sent, these):
        sent.setdefault(entry_id, {}).setdefault(dispatch.conclusion_id, []).append(dispatch)
    return {
        entry.slot_id: EntryOf(
            entry, by or "", conclusions.get(entry.id, ()), follow_ups.get(entry.id, ()), sent.get(entry.id, {})
        )
        for entry, by in rows
    }


class _Entries(NamedTuple):
    """The statements that read what is written."""

    rows: Any
    conclusions: Any
    follow_ups: Any
    sent: Any


@cache
def _reading() -> _Entries:
    these = col(MinutesEntry.minutes_id) == bindparam("minutes_id")
    ids = select(col(MinutesEntry.id)).where(these)
    return _Entries(
        select(MinutesEntry, Person.name)  # type: ignore[call-overload]
        .outerjoin(Person, col(Person.id) == col(MinutesEntry.changed_by_id))
        .where(these),
        select(Conclusion).where(col(Conclusion.entry_id).in_(ids)).order_by(col(Conclusion.ordinal)),
        select(FollowUp, Person.name, Committee.name, Organisation.name)  # type: ignore[call-overload]
        .outerjoin(Person, col(Person.id) == col(FollowUp.owner_id))
        .outerjoin(Committee, col(Committee.id) == col(FollowUp.owner_committee_id))
        .outerjoin(Organisation, col(Organisation.id) == col(FollowUp.owner_organisation_id))
        .where(col(FollowUp.entry_id).in_(ids), col(FollowUp.added_later).is_(False))
        .order_by(col(FollowUp.ordinal), col(FollowUp.id)),
        select(Dispatch, Conclusion.entry_id)  # type: ignore[call-overload]
        .join(Conclusion, col(Conclusion.id) == col(Dispatch.conclusion_id))
        .where(col(Conclusion.entry_id).in_(ids))
        .order_by(col(Dispatch.sent_on), col(Dispatch.id)),
    )


async def conclude(session: AsyncSession, written: EntryOf, wanted: Sequence[tuple[str, str]]) -> None:
    """The entry has these conclusions from now on, in this order. One whose text stays is the same as before.

    Args:
        wanted: (verb, text) of each.
    """
    left = list(written.conclusions)
    same: list[Conclusion | None] = []
    for _verb, text in wanted:
        found = next((each for each in left if each.text == text), None)
        if found is not None:
            left.remove(found)
        same.append(found)
    for ordinal, ((verb, text), found) in enumerate(zip(wanted, same, strict=True), 1):
        # One that was put in other words is the same conclusion, as far as can be told.
        kept = found or (left.pop(0) if left else None)
        if kept is None:
            session.add(Conclusion(entry_id=written.entry.id, ordinal=ordinal, verb=verb, text=text))
        else:
            kept.ordinal, kept.verb, kept.text = ordinal, verb, text
    if left:
        gone = [each.id for each in left]
        # What was published once may have been followed up, or have taken the place of another, before it was refused.
        await session.execute(update(FollowUp).where(col(FollowUp.conclusion_id).in_(gone)).values(conclusion_id=None))
        await session.execute(
            update(Conclusion).where(col(Conclusion.revoked_by_id).in_(gone)).values(revoked_by_id=None)
        )
        await session.execute(delete(Dispatch).where(col(Dispatch.conclusion_id).in_(gone)))
        await session.execute(update(FollowUp).where(col(FollowUp.conclusion_id).in_(gone)).values(conclusion_id=None))
        await session.execute(
            update(Conclusion).where(col(Conclusion.revoked_by_id).in_(gone)).values(revoked_by_id=None)
        )
        await session.execute(delete(Conclusion).where(col(Conclusion.id).in_(gone)))
    await session.flush()


async def follow_up(session: AsyncSession, follow_up_id: int) -> FollowUp | None:
    return await session.get(FollowUp, follow_up_id, populate_existing=True)


_MEETING_TIMES = later(
    lambda: select(Meeting.starts_at).where(  # type: ignore[call-overload]
        col(Meeting.committee_id) == bindparam("committee_id"), col(Meeting.cancelled_at).is_(None)
    )
)


async def meeting_times(session: AsyncSession, committee_id: int) -> Sequence[datetime]:
    """When each meeting of the committee begins or began; not of those that are cancelled."""
    return await ask_each(session, _MEETING_TIMES(), {"committee_id": committee_id})


_OPEN_NOTES = later(
    lambda: (
        select(MinutesNotes)
        .where(col(MinutesNotes.minutes_id) == bindparam("minutes_id"), col(MinutesNotes.status) == NotesStatus.OPEN)
        .order_by(col(MinutesNotes.id))
    )
)


async def open_notes(session: AsyncSession, minutes_id: int) -> Sequence[MinutesNotes]:
    """Notes of other tools that nobody has taken over or thrown away, first to last."""
    return list((await rows_as_they_are(session, _OPEN_NOTES(), {"minutes_id": minutes_id})).scalars())


_meeting, _committee, _minutes = map(table, (Meeting, Committee, Minutes))
_BOTH = Beside(Meeting, Committee)
_TO_FINISH = later(
    lambda: (
        select(*_BOTH.columns)
        .join_from(_meeting, _minutes, _minutes.c.meeting_id == _meeting.c.id)
        .join(_committee, _committee.c.id == _meeting.c.committee_id)
        .where(
            among(_meeting.c.committee_id, "committees"),
            _meeting.c.cancelled_at.is_(None),
            _meeting.c.starts_at <= bindparam("now", type_=_meeting.c.starts_at.type),
            _minutes.c.status.in_([written_out(each) for each in (MinutesStatus.DRAFT, MinutesStatus.REFUSED)]),
        )
        .order_by(_meeting.c.starts_at)
    )
)


async def to_finish(
    session: AsyncSession, committee_ids: Collection[int], now: datetime
) -> Sequence[tuple[Meeting, Committee]]:
    """The meetings of these committees that have begun, whose minutes are a draft or were refused, oldest first: the
    stored rows, to be read and not changed."""
    rows = await ask(session, *asked_to_finish(committee_ids, now))
    return [(meeting, committee) for meeting, committee in map(_BOTH.of, rows)]


def asked_to_finish(committee_ids: Collection[int], now: datetime) -> Question:
    """What `to_finish` asks, to be foreseen."""
    return Question(_TO_FINISH(), {"committees": committee_ids, "now": now})
