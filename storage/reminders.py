"""Reminders (see `storage.tables.Reminder`): laid ahead, handed over to be delivered, looked up.

The database guarantees once-only: each is one row under a unique key, and becomes part of a delivery in the transaction
that says that it is one.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    String,
    bindparam,
    cast,
    delete,
    exists,
    false,
    literal_column,
    null,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.asking import Rows, ask, ask_each, begin
from storage.direct import Question
from storage.statements import Insert, PerDialect, among, later, table, written_out
from storage.tables import (
    ChoreLook,
    Delivery,
    DeliveryStatus,
    Person,
    Reminder,
    ReminderStatus,
    ReminderWishes,
)
from storage.types import JsonObject, UtcDateTime

KEY = "reminders:"
"""How the keys of deliveries begin that say reminders."""
SNOOZED = "~"
"""Stands after an occurrence, and before what tells them apart, where somebody has put a reminder off («minn meg i
morgen»): a row of its own, which is withdrawn, and revived, with what it was put off from."""
_reminder, _delivery, _look = map(table, (Reminder, Delivery, ChoreLook))
_PENDING, _HANDED, _WITHDRAWN = ReminderStatus.PENDING, ReminderStatus.HANDED, ReminderStatus.WITHDRAWN
_NOW: Any = bindparam("now", type_=UtcDateTime())
_KIND: Any = _reminder.c.kind.concat("")
"""The kind, where it is not to be found by: SQLite would else look through all of some kinds for what few are due."""

# --- laid ahead ------------------------------------------------------------------------------------------------


class Row(NamedTuple):
    """A reminder as it is to be stored."""

    kind: str
    occurrence: str
    person_id: int
    subject: str
    meeting_id: int | None
    committee_id: int | None
    due_at: datetime
    send_at: datetime
    expires_at: datetime | None
    status: str
    reason: str
    created_at: datetime
    settled_at: datetime | None


class Laid(NamedTuple):
    """A reminder as it is stored (see `storage.tables.Reminder`)."""

    id: int
    kind: str
    occurrence: str
    person_id: int
    subject: str
    meeting_id: int | None
    committee_id: int | None
    due_at: datetime
    send_at: datetime
    expires_at: datetime | None
    status: str
    reason: str
    delivery_key: str | None


_LAID = [_reminder.c[name] for name in Laid._fields]


def _lay(insert: Insert) -> Any:
    statement = insert(_reminder)
    keyed = ("kind", "occurrence", "person_id", "created_at")
    return statement.on_conflict_do_update(
        index_elements=["kind", "occurrence", "person_id"],
        set_={name: statement.excluded[name] for name in Row._fields if name not in keyed} | {"delivery_key": null()},
        where=_reminder.c.status.in_([written_out(_PENDING), written_out(_WITHDRAWN)]),
    )


_LAY = Rows(Reminder, Row._fields, _lay)


@cache
def _about(*, but_others: bool) -> Any:
    asked = select(*_LAID).where(among(_reminder.c.subject, "subjects"), among(_KIND, "kinds"))
    if but_others:
        asked = asked.where(
            or_(
                _reminder.c.status.in_([_PENDING, _HANDED]),
                among(_reminder.c.occurrence, "occurrences"),
                _reminder.c.occurrence.contains(SNOOZED, autoescape=True),
            )
        )
    return asked.order_by(_reminder.c.id)


async def about(
    session: AsyncSession,
    subjects: Collection[str],
    kinds: Collection[str],
    occurrences: Collection[str] | None = None,
) -> Sequence[Laid]:
    """The reminders of these kinds about these subjects, whatever has become of them. `occurrences`: of others than
    these, and what was put off from them, only what is pending or handed over, so that what moves often does not get
    slower."""
    values = {"subjects": subjects, "kinds": kinds} | ({"occurrences": occurrences} if occurrences is not None else {})
    rows = await ask(session, _about(but_others=occurrences is not None), values)
    return [Laid(*row) for row in rows]


_SUBJECTS_OF = later(
    lambda: (
        select(_reminder.c.subject)
        .where(
            among(_reminder.c.committee_id, "committee_ids"),
            _reminder.c.meeting_id.is_(None),
            among(_KIND, "kinds"),
        )
        .distinct()
    )
)


async def subjects_of(session: AsyncSession, committee_ids: Collection[int], kinds: Collection[str]) -> Sequence[str]:
    """What reminders of these kinds are about that these committees have, and no meeting of theirs."""
    return await ask_each(session, _SUBJECTS_OF(), {"committee_ids": committee_ids, "kinds": kinds})


async def write(session: AsyncSession, rows: Sequence[Row]) -> None:
    """Add these, or change what is pending under their keys, or revive what was withdrawn: one statement. What is
    handed over or skipped under such a key stays as it is."""
    await _LAY.write(session, [row._asdict() for row in rows])


_WITHDRAW = later(
    lambda: (
        update(_reminder)
        .where(among(_reminder.c.id, "ids"), _reminder.c.status == _PENDING)
        .values(status=_WITHDRAWN, reason=bindparam("why"), settled_at=bindparam("now", type_=UtcDateTime()))
        .returning(_reminder.c.id)
    )
)


async def withdraw(session: AsyncSession, ids: Collection[int], reason: str, now: datetime) -> Collection[int]:
    """These are not to be said, if they are pending still; which were."""
    if not ids:
        return set()
    connection = await session.connection()
    rows = await connection.execute(_WITHDRAW(), {"ids": list(ids), "why": reason, "now": now})
    return set(rows.scalars())


_KEYS_OF = later(
    lambda: select(_reminder.c.delivery_key).where(
        among(_reminder.c.id, "ids"), _reminder.c.status == _HANDED, _reminder.c.delivery_key.is_not(None)
    )
)


async def keys_of(session: AsyncSession, ids: Collection[int]) -> Collection[str]:
    """Which deliveries say these, as it is now."""
    return set(await ask_each(session, _KEYS_OF(), {"ids": ids}))


async def put_off(session: AsyncSession, moments: Mapping[int, datetime]) -> None:
    """Let these pending ones (by id) be said at these moments."""
    if moments:
        connection = await session.connection()
        await connection.execute(
            update(_reminder)
            .where(_reminder.c.id == bindparam("of_id"), _reminder.c.status == _PENDING)
            .values(send_at=bindparam("at", type_=UtcDateTime())),
            [{"of_id": row_id, "at": moment} for row_id, moment in moments.items()],
        )


_PENDING_OF = later(
    lambda: (
        select(*_LAID)
        .where(_reminder.c.person_id == bindparam("person_id"), _reminder.c.status == _PENDING)
        .order_by(_reminder.c.send_at, _reminder.c.id)
    )
)


async def pending_of(session: AsyncSession, person_id: int) -> Sequence[Laid]:
    """What one person is still to be reminded of, soonest first."""
    rows = await ask(session, _PENDING_OF(), {"person_id": person_id})
    return [Laid(*row) for row in rows]


_WISHES = later(
    lambda: select(col(ReminderWishes.person_id), col(ReminderWishes.wishes)).where(
        among(col(ReminderWishes.person_id), "person_ids")
    )
)


async def wishes(session: AsyncSession, person_ids: Collection[int]) -> Mapping[int, JsonObject]:
    """What those of these people have chosen who have chosen anything."""
    if not person_ids:
        return {}
    rows = await ask(session, _WISHES(), {"person_ids": person_ids})
    return {row[0]: row[1] for row in rows}


_WISH = PerDialect(
    lambda insert: (statement := insert(table(ReminderWishes))).on_conflict_do_update(
        index_elements=["person_id"],
        set_={name: statement.excluded[name] for name in ("wishes", "changed_at")},
    )
)


async def wish(session: AsyncSession, person_id: int, chosen: JsonObject, now: datetime) -> None:
    """From now on this person wants to be reminded so (see `handlers.reminders.wishes`)."""
    await session.execute(_WISH.on(session), {"person_id": person_id, "wishes": chosen, "changed_at": now})


# --- handed over -----------------------------------------------------------------------------------------------


class DueRow(NamedTuple):
    """A reminder that is due. `gone`: the person was removed from the partnership."""

    id: int
    kind: str
    occurrence: str
    person_id: int
    subject: str
    due_at: datetime
    send_at: datetime
    expires_at: datetime | None
    meeting_id: int | None
    committee_id: int | None
    language: str
    gone: bool


# Written out, the status leads SQLite to the index of what is pending, a million perhaps: so only here, where that is
# looked through by when it is due.
_WHOSE_IS_DUE = later(
    lambda: union(
        select(cast(_reminder.c.person_id, String)).where(
            _reminder.c.status == written_out(_PENDING),
            _reminder.c.send_at <= _NOW,
            among(_KIND, "kinds"),
        ),
        select(_look.c.subject).where(_look.c.chore == bindparam("chore"), _look.c.at <= _NOW),
    )
)


async def whose_is_due(session: AsyncSession, chore: str, kinds: Collection[str], now: datetime) -> Sequence[int]:
    """Who is to be reminded of something of these kinds now, or has a message that this chore is to look at: one
    statement."""
    found = await session.scalars(_WHOSE_IS_DUE(), {"chore": chore, "kinds": list(kinds), "now": now})
    return sorted(map(int, found))


def stirs(chore: str, now: datetime) -> Question:
    """Finds a row whenever `whose_is_due` finds somebody, of whatever kinds."""
    return Question(_stirs(chore), {"now": now})


@cache
def _stirs(chore: str) -> Any:
    pending = exists().where(_reminder.c.status == written_out(_PENDING), _reminder.c.send_at <= _NOW)
    to_look_at = exists().where(_look.c.chore == written_out(chore), _look.c.at <= _NOW)
    return select(literal_column("1")).where(or_(pending, to_look_at))


@later
def _due_of() -> Any:
    person = table(Person)
    ours = [_reminder.c[name] for name in DueRow._fields if name not in ("language", "gone")]
    columns: list[Any] = [*ours, person.c.language, person.c.removed_at.is_not(None)]
    return (
        select(*columns)
        .join_from(_reminder, person, person.c.id == _reminder.c.person_id)
        .where(
            among(_reminder.c.person_id, "person_ids"),
            _reminder.c.status == _PENDING,
            _reminder.c.send_at <= _NOW,
            among(_KIND, "kinds"),
        )
        .order_by(_reminder.c.due_at, _reminder.c.id)
        .with_for_update(skip_locked=True, of=_reminder)
    )


async def due_of(
    session: AsyncSession, person_ids: Collection[int], kinds: Collection[str], now: datetime
) -> Sequence[DueRow]:
    """What these people are to be reminded of now, in the order in which it came due, to be settled by the end of the
    transaction: what another one has in hand is left out."""
    await begin(session)
    rows = await ask(session, _due_of(), {"person_ids": person_ids, "kinds": kinds, "now": now})
    return [DueRow(*row) for row in rows]


class Became(NamedTuple):
    """What has become of a reminder."""

    id: int
    status: str
    reason: str = ""
    delivery_key: str | None = None


async def settle(session: AsyncSession, became: Sequence[Became], now: datetime) -> None:
    """Write down what has become of these."""
    if became:
        connection = await session.connection()
        await connection.execute(
            update(_reminder)
            .where(_reminder.c.id == bindparam("of_id"))
            .values(
                status=bindparam("became"), reason=bindparam("why"), delivery_key=bindparam("said"), settled_at=now
            ),
            [
                {"of_id": each.id, "became": each.status, "why": each.reason, "said": each.delivery_key}
                for each in became
            ],
        )


class Said(NamedTuple):
    """A delivery to be, that says reminders. `reference`: of the fault for which what it stands for did not arrive."""

    key: str
    subject: str
    person_id: int
    message: JsonObject
    due_at: datetime
    expires_at: datetime | None
    reference: str


async def say(session: AsyncSession, said: Sequence[Said]) -> None:
    """Write these deliveries, all at once. The keys are new."""
    if said:
        blank = {"revision": 1, "shown_revision": 0, "attempts": 0, "uncertain": 0, "error": ""}
        connection = await session.connection()
        await connection.execute(
            _delivery.insert(),
            [{**each._asdict(), **blank, "created_at": each.due_at, "status": DeliveryStatus.PENDING} for each in said],
        )


class TakenBack(NamedTuple):
    """A delivery of reminders that nobody had seen, and is no more. `reference`: see `Said`."""

    key: str
    person_id: int
    subject: str
    reference: str


def _unseen(now: datetime) -> Sequence[Any]:
    return (
        col(Delivery.shown_revision) == 0,
        col(Delivery.uncertain) == 0,
        col(Delivery.may_have_arrived).is_(false()),
        # Else a worker is about to send it.
        col(Delivery.lease_until).is_(None),
        col(Delivery.status).in_([DeliveryStatus.PENDING, DeliveryStatus.WAITING]),
        col(Delivery.key).startswith(KEY, autoescape=True),
    )


async def take_back(session: AsyncSession, person_ids: Collection[int], now: datetime) -> Sequence[TakenBack]:
    """What of reminders these people have not got yet is pending again, so that it is said anew together with what has
    come due meanwhile. What a worker is about to send, and what may have arrived, stays."""
    return await _take_back(session, col(Delivery.person_id).in_(person_ids), now)


async def take_back_about(session: AsyncSession, subjects: Collection[str], now: datetime) -> Sequence[TakenBack]:
    """The same of all messages that say something about these subjects."""
    said = select(_reminder.c.delivery_key).where(
        _reminder.c.subject.in_(subjects), _reminder.c.status == _HANDED, _reminder.c.delivery_key.is_not(None)
    )
    return await _take_back(session, col(Delivery.key).in_(said), now)


async def take_back_said(session: AsyncSession, keys: Collection[str], now: datetime) -> Sequence[TakenBack]:
    """The same of the messages with these keys."""
    return await _take_back(session, col(Delivery.key).in_(keys), now) if keys else []


async def _take_back(session: AsyncSession, which: Any, now: datetime) -> Sequence[TakenBack]:
    gone = await session.execute(
        delete(_delivery)
        .where(which, *_unseen(now))
        .returning(_delivery.c.key, _delivery.c.person_id, _delivery.c.subject, _delivery.c.reference)
    )
    found = [TakenBack(*row) for row in gone]
    if found:
        await session.execute(
            update(_reminder)
            .where(_reminder.c.delivery_key.in_([each.key for each in found]), _reminder.c.status == _HANDED)
            .values(status=_PENDING, delivery_key=None, settled_at=None)
        )
    return found


class Read(NamedTuple):
    """A reminder that stands in a message which somebody has got: `key`, `delivery_subject` and `message` are that."""

    id: int
    kind: str
    occurrence: str
    person_id: int
    language: str
    subject: str
    due_at: datetime
    send_at: datetime
    expires_at: datetime | None
    meeting_id: int | None
    committee_id: int | None
    key: str
    delivery_subject: str
    message: JsonObject


_ARE_HANDED = later(
    lambda: (
        select(_reminder.c.id)
        .where(_reminder.c.subject == bindparam("subject"), _reminder.c.status == _HANDED)
        .limit(1)
    )
)


async def are_handed_about(session: AsyncSession, subject: str) -> bool:
    """Whether anything that is said about the subject has been handed over, arrived or not."""
    return bool(await ask(session, _ARE_HANDED(), {"subject": subject}))


@later
def _read_about() -> Any:
    person, other = table(Person), _reminder.alias()
    concerned = select(other.c.delivery_key).where(
        among(other.c.subject, "subjects"),
        other.c.kind == bindparam("kind"),
        other.c.status == _HANDED,
        other.c.settled_at >= bindparam("since"),
        other.c.delivery_key.is_not(None),
    )
    columns: list[Any] = [
        *(_reminder.c[name] for name in ("id", "kind", "occurrence", "person_id")),
        person.c.language,
        *(_reminder.c[name] for name in ("subject", "due_at", "send_at", "expires_at", "meeting_id", "committee_id")),
        *(_delivery.c.key, _delivery.c.subject, _delivery.c.message),
    ]
    return (
        select(*columns)
        .join_from(_reminder, person, person.c.id == _reminder.c.person_id)
        .join(_delivery, _delivery.c.key == _reminder.c.delivery_key)
        .where(_reminder.c.delivery_key.in_(concerned), _reminder.c.status == _HANDED, _delivery.c.shown_revision > 0)
        .order_by(_reminder.c.id)
    )


async def read_about(session: AsyncSession, subjects: Collection[str], kind: str, since: datetime) -> Sequence[Read]:
    """All that is said in messages which say something of this kind about these subjects, were handed over since that
    moment, and have arrived: one statement."""
    rows = await ask(session, _read_about(), {"subjects": subjects, "kind": kind, "since": since})
    return [Read(*row) for row in rows]


_REMINDED_SINCE = later(
    lambda: (
        select(_reminder.c.person_id)
        .where(
            among(_reminder.c.person_id, "person_ids"),
            _reminder.c.kind == bindparam("kind"),
            _reminder.c.status == _HANDED,
            _reminder.c.settled_at >= bindparam("since"),
        )
        .distinct()
    )
)


async def reminded_since(
    session: AsyncSession, kind: str, person_ids: Collection[int], since: datetime
) -> Collection[int]:
    """Who of these people has been handed a reminder of this kind since then."""
    rows = await ask_each(session, _REMINDED_SINCE(), {"person_ids": person_ids, "kind": kind, "since": since})
    return set(rows)


async def forget_before(session: AsyncSession, moment: datetime) -> None:
    """Delete what was settled, and over, before `moment`."""
    await session.execute(
        delete(_reminder).where(
            _reminder.c.status != _PENDING,
            _reminder.c.settled_at < moment,
            # Else it would be laid anew.
            or_(_reminder.c.expires_at.is_(None), _reminder.c.expires_at < moment),
        )
    )


# --- looked up -------------------------------------------------------------------------------------------------


class Known(NamedTuple):
    """A reminder with what became of it. `delivered`: the status of its delivery (`storage.tables.DeliveryStatus`) and
    `error`, why it did not arrive; None: it is none."""

    reminder: Laid
    name: str
    settled_at: datetime | None
    delivered: str | None
    sent_at: datetime | None
    error: str | None


async def _known(session: AsyncSession, *conditions: Any, limit: int | None = None) -> Sequence[Known]:
    person = table(Person)
    rows = await session.execute(
        select(
            *_LAID,
            person.c.name,
            _reminder.c.settled_at,
            _delivery.c.status,
            _delivery.c.sent_at,
            _delivery.c.error,
        )
        .join_from(_reminder, person, person.c.id == _reminder.c.person_id)
        .outerjoin(_delivery, _delivery.c.key == _reminder.c.delivery_key)
        .where(*conditions)
        .order_by(_reminder.c.send_at, _reminder.c.id)
        .limit(limit)
    )
    width = len(_LAID)
    return [Known(Laid(*row[:width]), *row[width:]) for row in rows]


async def of_person(
    session: AsyncSession,
    person_id: int,
    since: datetime,
    until: datetime,
    statuses: Collection[str] | None = None,
) -> Sequence[Known]:
    """The reminders of one person that are, or were, to be said from `since` until before `until`, soonest first; with
    one of these statuses."""
    only = () if statuses is None else (_reminder.c.status.in_(statuses),)
    return await _known(
        session, _reminder.c.person_id == person_id, _reminder.c.send_at >= since, _reminder.c.send_at < until, *only
    )


async def said_in(session: AsyncSession, key: str) -> Sequence[Known]:
    """The reminders that the delivery with this key says."""
    return await _known(session, _reminder.c.delivery_key == key)


async def with_id(session: AsyncSession, reminder_id: int) -> Known | None:
    """One reminder."""
    return next(iter(await _known(session, _reminder.c.id == reminder_id)), None)


def is_reminded_of(meeting: Any) -> Any:
    """The condition that something is pending about a meeting, whose table (or alias) is given."""
    return exists().where(_reminder.c.meeting_id == meeting.c.id, _reminder.c.status == _PENDING)


def meetings_pending_for(person_ids: Collection[int]) -> Any:
    """The meetings that something is pending about for these people: a select of their ids."""
    return select(_reminder.c.meeting_id).where(
        _reminder.c.person_id.in_(person_ids), _reminder.c.status == _PENDING, _reminder.c.meeting_id.is_not(None)
    )
