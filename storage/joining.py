"""Somebody turns out to be somebody else who is known: one person from then on, with what both have done.

Every column that refers to a person follows, in whatever table: they are read out of the tables' own definitions, so
that a new one needs no line here. The former row stays, removed, and says who they are (`Person.joined_to_id`): links
that were made for it lead on, and append-only histories let who did something follow such a joining and nothing else
(see `storage.append_only`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Text, bindparam, cast, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from storage.asking import ask_value
from storage.statements import among, later, table
from storage.tables import (
    AgendaItem,
    Attendance,
    CaseFollower,
    DatePollAsked,
    Delivery,
    DisagreementView,
    DisagreementWriter,
    Draft,
    DraftStatus,
    EvaluationAsked,
    HearingRecipient,
    LanguageFrom,
    LocalEntry,
    LookUp,
    MinutesApproval,
    Person,
    Reminder,
    ReminderStatus,
)
from storage.types import JsonObject

_TOGETHER = (
    ("stands_in_for_id", "capacity"),
    ("present", "from_slot_id", "to_slot_id"),
    ("answer", "answered_at", "answered_for", "answered_by_id", "note", "substitute_id", "substitute_name"),
)
"""What is written down of somebody at a meeting, each with what belongs to it; the first says whether it is there."""


async def join(
    session: AsyncSession, from_id: int, to_id: int, now: datetime, *, keys: Mapping[str, str], answers: Sequence[str]
) -> None:
    """All that `from_id` has and has done is `to_id`'s from now on.

    Args:
        keys: how the keys of messages to `from_id` end that hold who it is, and how they are to end.
        answers: the fields of forms that hold people, as an id or a list of ids.
    """
    await _lock(session, from_id, to_id)
    was = await session.get_one(Person, from_id, populate_existing=True)
    is_now = await session.get_one(Person, to_id, populate_existing=True)
    if was.language_from == LanguageFrom.PERSON != is_now.language_from:
        is_now.language, is_now.language_from = was.language, was.language_from
    # Only who it turned out to be is looked for from now on.
    was.joined_to_id, was.removed_at = to_id, now
    was.email, was.slack_id, was.teams_id = None, None, None
    await session.flush()
    await session.execute(delete(LookUp).where(col(LookUp.person_id).in_([from_id, to_id])))
    for old, new in keys.items():
        await _rename(session, from_id, old, new)
    await _append_lines(session, from_id, to_id)
    await _attendance(session, from_id, to_id)
    await _approvals(session, from_id, to_id)
    await _hearings(session, from_id, to_id)
    await _evaluations(session, from_id, to_id)
    await _followed_cases(session, from_id, to_id)
    await _polls(session, from_id, to_id)
    await _disagreements(session, from_id, to_id)
    await _reminders(session, from_id, to_id)
    for column in referring():
        await _follow(session, column, from_id, to_id)
    await _in_cases(session, from_id, to_id)
    await _in_drafts(session, from_id, to_id, answers)


_NOW_CALLED = later(lambda: select(col(Person.joined_to_id)).where(col(Person.id) == bindparam("person_id")))


async def now_called(session: AsyncSession, person_id: int) -> int:
    """Who this person is by now: another, if they have been joined to them."""
    joined: int | None = await ask_value(session, _NOW_CALLED(), {"person_id": person_id})
    return joined if joined is not None else person_id


_IS_STILL = later(
    lambda: select(col(Person.joined_to_id)).where(col(Person.id) == bindparam("person_id")).with_for_update(read=True)
)


async def is_still(session: AsyncSession, person_id: int) -> bool:
    """Whether nobody has found out who this person is. Until the transaction ends, nobody does."""
    joined = await session.scalar(_IS_STILL(), {"person_id": person_id})
    return joined is None


def referring() -> Iterator[Any]:
    """Every column that refers to a person; also the one that says to whom somebody was joined."""
    for each in SQLModel.metadata.sorted_tables:
        for key in sorted(each.foreign_keys, key=lambda key: str(key.parent.name)):
            if key.column is table(Person).c.id:
                yield key.parent


_LOCK = later(
    lambda: select(col(Person.id)).where(among(col(Person.id), "person_ids")).order_by(col(Person.id)).with_for_update()
)


async def _lock(session: AsyncSession, *person_ids: int) -> None:
    """One joining of the same people at a time, always in the same order."""
    await session.execute(_LOCK(), {"person_ids": person_ids})


async def _follow(session: AsyncSession, column: Any, from_id: int, to_id: int) -> None:
    """Rows of `from_id` become `to_id`'s; of two that only one person can have once, the latter's stays."""
    rows = column.table
    for alone in _once_each(column):
        theirs = rows.alias()
        same = [theirs.c[other.name] == rows.c[other.name] for other in alone if other is not column]
        has_it = select(theirs.c[column.name]).where(theirs.c[column.name] == to_id, *same).exists()
        await session.execute(delete(rows).where(column == from_id, has_it))
    await session.execute(update(rows).where(column == from_id).values({column: to_id}))


def _once_each(column: Any) -> Iterator[Sequence[Any]]:
    """The keys of the column's table that it is a part of."""
    for constraint in column.table.constraints:
        if type(constraint).__name__ in ("UniqueConstraint", "PrimaryKeyConstraint") and column in set(
            constraint.columns
        ):
            yield list(constraint.columns)


_RENAME = later(lambda: select(col(Delivery.id)).where(col(Delivery.key) == bindparam("renamed")))


async def _rename(session: AsyncSession, person_id: int, old: str, new: str) -> None:
    mine = col(Delivery.person_id) == person_id
    for key in list(await session.scalars(select(col(Delivery.key)).where(mine, col(Delivery.key).endswith(old)))):
        renamed = key.removesuffix(old) + new
        if await ask_value(session, _RENAME(), {"renamed": renamed}) is None:
            await session.execute(update(Delivery).where(col(Delivery.key) == key).values(key=renamed))


_APPEND_LINES = later(
    lambda: select(func.coalesce(func.max(col(LocalEntry.revision)), 0)).where(
        col(LocalEntry.person_id) == bindparam("to_id")
    )
)


async def _append_lines(session: AsyncSession, from_id: int, to_id: int) -> None:
    """Lines of the local page count up within a conversation: theirs come after the other's."""
    last = await ask_value(session, _APPEND_LINES(), {"to_id": to_id})
    theirs, revision = col(LocalEntry.person_id) == from_id, col(LocalEntry.revision)
    # Both databases look for two alike after each row: below zero, none meets another of theirs on its way.
    for changed in (-(revision + last), -revision):
        await session.execute(update(LocalEntry).where(theirs).values(revision=changed))


async def _attendance(session: AsyncSession, from_id: int, to_id: int) -> None:
    """A person comes to a meeting once: where both were written down, what says something stays, with all that the
    other says besides."""
    rows = table(Attendance)
    found = await session.execute(select(rows).where(rows.c.person_id.in_([from_id, to_id])).order_by(rows.c.id))
    by_meeting: dict[int, dict[int, Any]] = {}
    for row in found:
        by_meeting.setdefault(row.meeting_id, {})[row.person_id] = row
    for theirs, own in ((each[from_id], each[to_id]) for each in by_meeting.values() if len(each) == 2):
        stays, goes = (own, theirs) if own.answer is not None or own.present is not None else (theirs, own)
        values: dict[str, Any] = {"guest_in": list(dict.fromkeys((*stays.guest_in, *goes.guest_in)))}
        for names in _TOGETHER:
            if getattr(stays, names[0]) is None and getattr(goes, names[0]) is not None:
                values |= {name: getattr(goes, name) for name in names}
        await session.execute(delete(rows).where(rows.c.id == goes.id))
        await session.execute(update(rows).where(rows.c.id == stays.id).values(**values))


async def _approvals(session: AsyncSession, from_id: int, to_id: int) -> None:
    """A person is asked once in a round whether they approve: where both were, an answer stays."""
    rows, theirs = table(MinutesApproval), table(MinutesApproval).alias()
    both = (
        select(theirs.c.id)
        .where(
            theirs.c.person_id == from_id,
            theirs.c.minutes_id == rows.c.minutes_id,
            theirs.c["round"] == rows.c["round"],
        )
        .exists()
    )
    await session.execute(delete(rows).where(rows.c.person_id == to_id, rows.c.approves.is_(None), both))


async def _hearings(session: AsyncSession, from_id: int, to_id: int) -> None:
    """A person is asked once in a round of written comments: where both were, what was answered stays. Where both have
    answered, the other answer is that of the name under which it was given."""
    rows = table(HearingRecipient)
    found = await session.execute(select(rows).where(rows.c.person_id.in_([from_id, to_id])).order_by(rows.c.id))
    by_round: dict[int, dict[int, Any]] = {}
    for row in found:
        by_round.setdefault(row.hearing_id, {})[row.person_id] = row
    for theirs, own in ((each[from_id], each[to_id]) for each in by_round.values() if len(each) == 2):
        goes = own if own.answered_at is None else theirs
        if goes.answered_at is None:
            await session.execute(delete(rows).where(rows.c.id == goes.id))
        else:
            await session.execute(update(rows).where(rows.c.id == goes.id).values(person_id=None))


async def _evaluations(session: AsyncSession, from_id: int, to_id: int) -> None:
    """A person is asked once about a meeting: where both were, they have answered if either has."""
    rows, theirs = table(EvaluationAsked), table(EvaluationAsked).alias()
    both = theirs.c.evaluation_id == rows.c.evaluation_id
    answered = select(theirs.c.id).where(both, theirs.c.person_id == from_id, theirs.c.answered.is_(True)).exists()
    await session.execute(update(rows).where(rows.c.person_id == to_id, answered).values(answered=True))
    other = select(theirs.c.id).where(both, theirs.c.person_id == to_id).exists()
    await session.execute(delete(rows).where(rows.c.person_id == from_id, other))


async def _followed_cases(session: AsyncSession, from_id: int, to_id: int) -> None:
    """A person follows a case once."""
    rows, theirs = table(CaseFollower), table(CaseFollower).alias()
    other = select(theirs.c.id).where(theirs.c.item_id == rows.c.item_id, theirs.c.person_id == to_id).exists()
    await session.execute(delete(rows).where(rows.c.person_id == from_id, other))


async def _polls(session: AsyncSession, from_id: int, to_id: int) -> None:
    """A person is asked once when a committee can meet: where both were, they have answered if either has, and are
    asked still if either is. What the latter said of a time stays."""
    rows = table(DatePollAsked)
    found = await session.execute(select(rows).where(rows.c.person_id.in_([from_id, to_id])).order_by(rows.c.id))
    by_poll: dict[int, dict[int, Any]] = {}
    for row in found:
        by_poll.setdefault(row.poll_id, {})[row.person_id] = row
    for theirs, own in ((each[from_id], each[to_id]) for each in by_poll.values() if len(each) == 2):
        values = {
            "named": theirs.named or own.named,
            "answered_at": own.answered_at or theirs.answered_at,
            "gone_at": own.gone_at if theirs.gone_at is not None else None,
        }
        await session.execute(update(rows).where(rows.c.id == own.id).values(**values))


async def _reminders(session: AsyncSession, from_id: int, to_id: int) -> None:
    """A person is reminded once of each occurrence: where both were to be, whoever has been reminded, or was not since
    it made no sense, stands for both."""
    rows, theirs = table(Reminder), table(Reminder).alias()
    is_settled = ReminderStatus.HANDED, ReminderStatus.SKIPPED
    both = (theirs.c.person_id == from_id, theirs.c.kind == rows.c.kind, theirs.c.occurrence == rows.c.occurrence)
    settled = select(theirs.c.id).where(*both, theirs.c.status.in_(is_settled)).exists()
    await session.execute(delete(rows).where(rows.c.person_id == to_id, rows.c.status.not_in(is_settled), settled))


async def _disagreements(session: AsyncSession, from_id: int, to_id: int) -> None:
    """Nobody writes for both parties of a disagreement, or reads the one as the other's: where each of them wrote for
    one, the person goes on with that of the latter."""
    rows, views = table(DisagreementWriter), table(DisagreementView)
    theirs, other = table(DisagreementWriter).alias(), table(DisagreementView).alias()
    of = select(views.c.disagreement_id).where(views.c.id == rows.c.view_id).correlate(rows).scalar_subquery()
    writes_there = (
        select(theirs.c.id)
        .join(other, other.c.id == theirs.c.view_id)
        .where(theirs.c.person_id == to_id, other.c.disagreement_id == of)
        .exists()
    )
    await session.execute(delete(rows).where(rows.c.person_id == from_id, writes_there))


async def _in_cases(session: AsyncSession, from_id: int, to_id: int) -> None:
    """Who presents a case is a list of ids."""
    found = await session.execute(
        select(AgendaItem.id, AgendaItem.presenter_ids).where(  # type: ignore[call-overload]
            cast(col(AgendaItem.presenter_ids), Text).like(f"%{from_id}%")
        )
    )
    for item_id, presenters in found.all():
        if from_id in presenters:
            ids = list(dict.fromkeys(to_id if each == from_id else each for each in presenters))
            await session.execute(update(AgendaItem).where(col(AgendaItem.id) == item_id).values(presenter_ids=ids))


async def _in_drafts(session: AsyncSession, from_id: int, to_id: int, fields: Sequence[str]) -> None:
    """Who is chosen in forms that are not finished, whoever fills them in."""
    found = await session.execute(
        select(Draft.id, Draft.answers).where(  # type: ignore[call-overload]
            col(Draft.status) == DraftStatus.OPEN, cast(col(Draft.answers), Text).like(f"%{json.dumps(str(from_id))}%")
        )
    )
    for draft_id, answers in found.all():
        changed: JsonObject = {
            field: list(dict.fromkeys(str(to_id) if each == str(from_id) else each for each in answers[field]))
            for field in fields
            if isinstance(answers.get(field), list)
        }
        changed |= {field: str(to_id) for field in fields if answers.get(field) == str(from_id)}
        if changed:
            await session.execute(update(Draft).where(col(Draft.id) == draft_id).values(answers={**answers, **changed}))
