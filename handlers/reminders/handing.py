"""Handing over what is due: each person's reminders of this moment become one message to be delivered.

Nothing due costs nothing of its own. What is due is looked at once more before it is said: whether it still makes
sense, whether something later says the same, whether its reader wants it now, and by its kind whether they have done
it. What is not said is recorded with the reason. A message of reminders that nobody has got yet, since nobody was
reached or the platform was down, is taken back and said anew with what has come due meanwhile, so nobody gets a heap.

All of a person's is settled in one transaction with the message that says it (see docs/reminders.md).
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import faults
from handlers.chore import Chore, Item
from handlers.messages.deliveries import as_json
from handlers.messages.message import Message
from handlers.reminders import gathering
from handlers.reminders import later as putting_off
from handlers.reminders.kind import Due, Kind, Reason
from handlers.reminders.laying import wishes_of
from handlers.reminders.when import send_at
from handlers.reminders.wishes import Wishes
from handlers.writing.language import speaking
from storage import looks, reminders
from storage.database import DatabaseUnavailable
from storage.reminders import KEY, Became, DueRow, Said, TakenBack
from storage.tables import ReminderStatus

log = logging.getLogger(__name__)

NAME = "reminders.send"
_AT_ONCE = 20
"""People in one transaction, so that what is about the same thing is looked up once."""
_LATE = timedelta(minutes=10)
"""So much later than it was to be said, somebody must have been away."""
_BROKEN_WAITS = timedelta(hours=1)
_LAST = datetime.max.replace(tzinfo=UTC)
_MAY_COME_BACK = (Reason.CHANGED, Reason.NOT_THEIRS)
"""Reasons for which a reminder is withdrawn, and not skipped: what it is about may become what it was."""


class Sorted(NamedTuple):
    """What is due, by whether it may be said: `skipped` with the reason, `later` with the moment."""

    said: Sequence[DueRow]
    skipped: dict[int, Reason]
    later: dict[int, datetime]


def sort(rows: Sequence[DueRow], kinds: Mapping[str, Kind], wishes: Mapping[int, Wishes], now: datetime) -> Sorted:
    """What of this may be said now, before it is known what it is about. Pure."""
    skipped: dict[int, Reason] = {}
    later: dict[int, datetime] = {}
    last: dict[tuple[int, str, str], DueRow] = {}
    for row in rows:
        own = wishes[row.person_id]
        at = _not_before(row, own, now)
        if row.gone:
            skipped[row.id] = Reason.NOT_THEIRS
        elif row.expires_at is not None and row.expires_at <= now:
            skipped[row.id] = Reason.OVER
        elif row.kind in own.off and kinds[row.kind].optional:
            skipped[row.id] = Reason.UNWANTED
        elif at > now:
            later[row.id] = at
        else:
            about = row.person_id, row.kind, row.subject
            other = last.get(about)
            if other is not None:
                skipped[min(row, other, key=_moment).id] = Reason.NEWER
            last[about] = row if other is None else max(row, other, key=_moment)

    def order(row: DueRow) -> tuple[int, datetime, datetime, int]:
        return kinds[row.kind].rank(row.occurrence), row.expires_at or _LAST, row.due_at, row.id

    return Sorted(sorted(last.values(), key=order), skipped, later)


def _not_before(row: DueRow, wishes: Wishes, now: datetime) -> datetime:
    """When it may be said, if not now: it was to be said while nobody ran, and now is not the time. A time of day at
    which everything is gathered, and that has passed, is not waited for once more."""
    if wishes.gather_at is not None:
        if now - row.send_at < _LATE:
            return now
        wishes = wishes.model_copy(update={"gather_at": None})
    return send_at(row.due_at, row.expires_at, wishes, now)


def _moment(row: DueRow) -> tuple[datetime, int]:
    return row.due_at, row.id


@dataclass(frozen=True)
class Handing:
    """Hands reminders over, of these kinds by name. What a newer program has laid of others is left to it."""

    kinds: Mapping[str, Kind]
    _names: Sequence[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_names", list(self.kinds))

    def chore(self) -> Chore:
        """As the worker does it, after whatever lays reminders."""
        return Chore(NAME, self.due, self.do, at_once=_AT_ONCE, stirs=partial(reminders.stirs, NAME))

    async def due(self, session: AsyncSession, now: datetime) -> Sequence[Item]:
        return [Item("person", person) for person in await reminders.whose_is_due(session, NAME, self._names, now)]

    async def do(self, session: AsyncSession, items: Sequence[Item], now: datetime) -> int:
        people = [int(item.id) for item in items]
        back = await reminders.take_back(session, people, now)
        rows = await reminders.due_of(session, people, self._names, now)
        wishes = await wishes_of(session, {row.person_id for row in rows})
        found = sort(rows, self.kinds, wishes, now)
        drawn, not_said, broken = await self._draw(session, found.said, now, apart=len(people) == 1)
        said, became = _say([row for row in found.said if row.id in drawn], drawn, self.kinds, back, now)
        await reminders.say(session, said)
        became += [_not_said(row_id, reason) for row_id, reason in (found.skipped | not_said).items()]
        await reminders.settle(session, became, now)
        await reminders.put_off(session, found.later | dict.fromkeys(broken, now + _BROKEN_WAITS))
        await looks.look_at(session, NAME, _look_again(people, rows, said, became))
        return len(said)

    async def drawn(
        self, session: AsyncSession, rows: Sequence[DueRow], now: datetime
    ) -> Mapping[int, Callable[[], Message] | Reason]:
        """What these would say if they were said at `now`, by id, or why they would not be."""
        found: dict[int, Callable[[], Message] | Reason] = dict.fromkeys((row.id for row in rows), Reason.CHANGED)
        by_kind: dict[str, list[Due]] = {}
        for row in rows:
            by_kind.setdefault(row.kind, []).append(_due(row))
        for name, dues in by_kind.items():
            found |= await self.kinds[name].draw(session, dues, now)
        return found

    async def _draw(
        self, session: AsyncSession, rows: Sequence[DueRow], now: datetime, *, apart: bool
    ) -> tuple[dict[int, Message], dict[int, Reason], list[int]]:
        """What each says, or why it does not; and those that could not be drawn. `apart`: one person's, each kind by
        itself, so that one that fails holds back no other."""
        if not apart:
            return (*self._spoken(rows, await self.drawn(session, rows, now)), [])
        said: dict[int, Message] = {}
        not_said: dict[int, Reason] = {}
        broken: list[int] = []
        for name, of_kind in groupby(sorted(rows, key=_kind), key=_kind):
            those = list(of_kind)
            try:
                async with session.begin_nested():
                    messages, reasons = self._spoken(those, await self.drawn(session, those, now))
            except DatabaseUnavailable:
                raise
            except Exception as error:
                broken += [row.id for row in those]
                who = those[0].person_id
                faults.untold(log, error, "reminders of the kind %s cannot be drawn for person %d", name, who)
                continue
            said |= messages
            not_said |= reasons
        return said, not_said, broken

    @staticmethod
    def _spoken(
        rows: Sequence[DueRow], found: Mapping[int, Callable[[], Message] | Reason]
    ) -> tuple[dict[int, Message], dict[int, Reason]]:
        said: dict[int, Message] = {}
        not_said: dict[int, Reason] = {}
        for row in rows:
            draw = found[row.id]
            if isinstance(draw, Reason):
                not_said[row.id] = draw
            else:
                with speaking(row.language):
                    said[row.id] = draw()
        return said, not_said


def subject_of(subject: str) -> str:
    """The subject of the delivery of a reminder about `subject` that is said alone."""
    return f"{subject}:reminder"


def _due(row: DueRow) -> Due:
    return Due(*(getattr(row, name) for name in Due._fields))


def _kind(row: DueRow) -> str:
    return row.kind


def _person(row: DueRow) -> int:
    return row.person_id


def _not_said(row_id: int, reason: Reason) -> Became:
    return Became(row_id, ReminderStatus.WITHDRAWN if reason in _MAY_COME_BACK else ReminderStatus.SKIPPED, reason)


def _say(
    rows: Sequence[DueRow],
    drawn: Mapping[int, Message],
    kinds: Mapping[str, Kind],
    back: Sequence[TakenBack],
    now: datetime,
) -> tuple[list[Said], list[Became]]:
    """The messages, and the reminders that they say."""
    faults = {each.person_id: each for each in back if each.reference}
    by_id = {row.id: row for row in rows}
    said: list[Said] = []
    became: list[Became] = []
    for person_id, own in groupby(sorted(rows, key=_person), key=_person):
        those = list(own)
        with speaking(those[0].language):
            parts = list(gathering.gather([_with_buttons(row, kinds[row.kind], drawn[row.id], now) for row in those]))
        for part in parts:
            ids = [each.reminder_id for each in part.says]
            first = by_id[ids[0]]
            subject = subject_of(first.subject) if len(ids) == 1 else f"{KEY}{first.id}"
            # Not ending with a number: keys that end with a person's id follow when they are joined to somebody.
            key = f"{KEY}{first.id}:said"
            # Whoever was told that it did not arrive is to hear that it did.
            fault = faults.pop(person_id, None)
            ends = [by_id[each].expires_at for each in ids]
            said.append(
                Said(
                    key=key,
                    subject=fault.subject if fault is not None else subject,
                    person_id=person_id,
                    message=as_json(part.message),
                    due_at=now,
                    expires_at=None if None in ends else max(end for end in ends if end is not None),
                    reference=fault.reference if fault is not None else "",
                )
            )
            became += [Became(each, ReminderStatus.HANDED, "", key) for each in ids]
    return said, became


def _with_buttons(row: DueRow, kind: Kind, message: Message, now: datetime) -> gathering.Drawn:
    """Each can be put off, also among others."""
    alone = putting_off.with_buttons(message, row.id, row.expires_at, now)
    return gathering.Drawn(row.id, kind, putting_off.with_button(message, row.id), alone)


def _look_again(
    people: Sequence[int], rows: Sequence[DueRow], said: Sequence[Said], became: Sequence[Became]
) -> Mapping[str, datetime | None]:
    """When something in a longer message makes no sense any more, before all of it does not: if nobody has got it by
    then, it is said without that."""
    by_id = {row.id: row for row in rows}
    found: dict[str, datetime | None] = {str(person): None for person in people}
    for each in said:
        ends = [by_id[part.id].expires_at for part in became if part.delivery_key == each.key]
        soonest = min((end for end in ends if end is not None), default=None)
        if soonest is not None and soonest != each.expires_at:
            before = found[str(each.person_id)]
            found[str(each.person_id)] = soonest if before is None else min(before, soonest)
    return found
