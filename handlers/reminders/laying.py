"""Laying reminders ahead: what is pending about something is made what is wanted, in a fixed number of statements.

A reminder whose time had come before it was laid (a meeting that is new in the plan, somebody who has just joined) is
said at once, but for those that a later one of the same kind about the same thing has overtaken. What was handed over
or skipped stays so, under its key; what was withdrawn and is wanted again is revived.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.reminders.kind import Reason, Reminding
from handlers.reminders.when import send_at
from handlers.reminders.wishes import Wishes, read
from storage import reminders
from storage.reminders import SNOOZED, Laid, Row
from storage.tables import ReminderStatus


class Change(NamedTuple):
    """What laying has changed: how many reminders were written (added, moved, revived), and how many withdrawn."""

    written: int
    withdrawn: int


async def lay(
    session: AsyncSession,
    subjects: Collection[str],
    kinds: Collection[str],
    wanted: Sequence[Reminding],
    now: datetime,
    *,
    since: datetime | None = None,
) -> Change:
    """Make what is pending about `subjects`, of `kinds`, equal to `wanted`, all of which is about these.

    `since`: what was due before that moment, and was not laid in time, is not wanted: a round that gets more time has
    reminders ahead of it, and none behind.

    What is wanted no more and was handed over, but has not been seen, is taken back: out of a message that says more,
    too, and that is then said without it.
    """
    found = await reminders.about(session, subjects, kinds, {each.occurrence for each in wanted})
    keyed = {_key(each): each for each in found}
    if since is not None:
        wanted = [each for each in wanted if each.due_at >= since or _was_laid(keyed.get(_key(each)))]
    wished_for = {_key(each) for each in wanted}
    overtaken = _overtaken(wanted, now)
    new = [each for each in wanted if _is_to_be_written(each, keyed.get(_key(each)))]
    new += [_wanted_again(each) for each in found if _is_revived(each, wished_for, now)]
    chosen = await wishes_of(session, {each.person_id for each in new})
    moments = _Moments(chosen, now)
    await reminders.write(
        session, [_row(each, moments.of(each), now, overtaken=_key(each) in overtaken) for each in new]
    )
    # What is over is recorded so when it is looked at once more to be said.
    gone = [each for each in found if _original(each) not in wished_for and not _is_over(each, now)]
    said = {each.delivery_key for each in gone if each.status == ReminderStatus.HANDED and each.delivery_key}
    taken = {each.key for each in await reminders.take_back_said(session, said, now)}
    pending = [each.id for each in gone if each.status == ReminderStatus.PENDING or each.delivery_key in taken]
    withdrawn = await reminders.withdraw(session, pending, Reason.CHANGED, now)
    return Change(len(new), len(withdrawn) + await _withdraw_said_meanwhile(session, pending, withdrawn, now))


async def _withdraw_said_meanwhile(
    session: AsyncSession, pending: Collection[int], withdrawn: Collection[int], now: datetime
) -> int:
    """Another worker has handed over what was pending when it was looked at: the same becomes of it as of what was said
    before."""
    left = set(pending).difference(withdrawn)
    if not left:
        return 0
    await reminders.take_back_said(session, await reminders.keys_of(session, left), now)
    return len(await reminders.withdraw(session, left, Reason.CHANGED, now))


async def take_back(session: AsyncSession, subjects: Collection[str], now: datetime) -> None:
    """Nobody gets what was to be said about these subjects as they were: what nobody has seen is pending again. It is
    looked at anew when it is said."""
    await reminders.take_back_about(session, subjects, now)


async def relay_person(session: AsyncSession, person_id: int, wishes: Wishes, now: datetime) -> int:
    """Somebody's wishes have changed: when they are to be reminded of what is pending is worked out anew, also of what
    has not reached them yet; how many reminders come at another time."""
    await reminders.take_back(session, [person_id], now)
    moments = {
        each.id: (each.send_at, send_at(each.due_at, each.expires_at, wishes, now))
        for each in await reminders.pending_of(session, person_id)
    }
    moved = {row_id: later for row_id, (before, later) in moments.items() if before != later}
    await reminders.put_off(session, moved)
    return len(moved)


async def wishes_of(session: AsyncSession, person_ids: Collection[int]) -> Mapping[int, Wishes]:
    """How each of these people wants to be reminded."""
    stored = await reminders.wishes(session, person_ids)
    return {person_id: read(stored.get(person_id)) for person_id in person_ids}


_Key = tuple[str, str, int]


def _key(each: Reminding | Laid) -> _Key:
    return each.kind, each.occurrence, each.person_id


def _original(each: Laid) -> _Key:
    """The key of what a reminder was put off from, or its own."""
    return each.kind, each.occurrence.partition(SNOOZED)[0], each.person_id


def _is_revived(each: Laid, wished_for: Collection[_Key], now: datetime) -> bool:
    """Whether it was put off, went with what it was put off from, and that is wanted again."""
    return (
        SNOOZED in each.occurrence
        and (each.status, each.reason) == (ReminderStatus.WITHDRAWN, Reason.CHANGED)
        and _original(each) in wished_for
        and _key(each) not in wished_for
        and not _is_over(each, now)
    )


def _wanted_again(each: Laid) -> Reminding:
    return Reminding(*(getattr(each, name) for name in Reminding._fields))


def _is_over(each: Laid, now: datetime) -> bool:
    return each.expires_at is not None and each.expires_at <= now


def _was_laid(stored: Laid | None) -> bool:
    return stored is not None and stored.status != ReminderStatus.WITHDRAWN


def _is_to_be_written(wanted: Reminding, stored: Laid | None) -> bool:
    if stored is None or stored.status == ReminderStatus.WITHDRAWN:
        return True
    if stored.status != ReminderStatus.PENDING:
        return False
    return any(getattr(stored, name) != getattr(wanted, name) for name in Reminding._fields)


def _overtaken(wanted: Iterable[Reminding], now: datetime) -> set[_Key]:
    """Those whose time has come, as has that of a later one of the same kind for the same person about the same."""
    last: dict[tuple[str, str, int], Reminding] = {}
    overtaken = set()
    for each in wanted:
        if each.due_at > now:
            continue
        about = each.kind, each.subject, each.person_id
        other = last.get(about)
        if other is not None:
            overtaken.add(_key(min(other, each, key=lambda reminding: reminding.due_at)))
        if other is None or other.due_at <= each.due_at:
            last[about] = each
    return overtaken


class _Moments:
    """When each is said, worked out once for all who wish the same: mostly that is nearly everybody."""

    def __init__(self, chosen: Mapping[int, Wishes], now: datetime) -> None:
        self._chosen, self._now = chosen, now
        self._found: dict[tuple[Wishes, datetime, datetime | None], datetime] = {}

    def of(self, wanted: Reminding) -> datetime:
        asked = self._chosen[wanted.person_id], wanted.due_at, wanted.expires_at
        if asked not in self._found:
            wishes, due_at, expires_at = asked
            self._found[asked] = send_at(due_at, expires_at, wishes, self._now)
        return self._found[asked]


def _row(wanted: Reminding, at: datetime, now: datetime, *, overtaken: bool) -> Row:
    return Row(
        *wanted[:4],
        meeting_id=wanted.meeting_id,
        committee_id=wanted.committee_id,
        due_at=wanted.due_at,
        send_at=at,
        expires_at=wanted.expires_at,
        status=ReminderStatus.SKIPPED if overtaken else ReminderStatus.PENDING,
        reason=Reason.NEWER if overtaken else "",
        created_at=now,
        settled_at=now if overtaken else None,
    )
