"""Messages that somebody is to see (see `storage.tables.Delivery`): wished for, changed, taken back, tried again.

The database guarantees once-only: a unique key per message, and a claim (`storage.claims`).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Text, and_, bindparam, case, cast, delete, false, func, not_, null, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.asking import Rows, ask, ask_each, ask_first, ask_value
from storage.statements import Insert, PerDialect, among, later, table, written_out
from storage.tables import Delivery, DeliveryStatus, Person, Reminder
from storage.types import JsonObject


class Wish(NamedTuple):
    """That `person_id` sees `message` under `key`, from `due_at` on, unless it is past `expires_at`.

    `held_until`: whoever wrote the wish shows it themselves, and the worker does so only if nothing came of that.
    `account_id`: where it is brought, if it can be, when it is first sent; None: where the person is reached.
    """

    key: str
    subject: str
    person_id: int
    message: JsonObject
    due_at: datetime
    held_until: datetime | None = None
    expires_at: datetime | None = None
    account_id: int | None = None


def _rows(wishes: Sequence[Wish]) -> list[dict[str, Any]]:
    return [
        {
            "key": wish.key,
            "subject": wish.subject,
            "person_id": wish.person_id,
            "message": wish.message,
            "due_at": wish.due_at,
            "lease_until": wish.held_until,
            "expires_at": wish.expires_at,
            "account_id": wish.account_id,
            "created_at": wish.due_at,
            "status": DeliveryStatus.PENDING,
            "revision": 1,
            "shown_revision": 0,
            "attempts": 0,
            "uncertain": 0,
            "error": "",
            "reference": "",
        }
        for wish in wishes
    ]


_COLUMNS = (
    "key",
    "subject",
    "person_id",
    "message",
    "due_at",
    "lease_until",
    "expires_at",
    "account_id",
    "created_at",
    "status",
    "revision",
    "shown_revision",
    "attempts",
    "uncertain",
    "error",
    "reference",
)


def _change(insert: Insert) -> Any:
    delivery = table(Delivery)
    statement = insert(delivery)
    return statement.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "message": statement.excluded.message,
            "status": statement.excluded.status,
            "due_at": statement.excluded.due_at,
            "revision": delivery.c.revision + 1,
            "attempts": 0,
            "uncertain": 0,
            "before_loading": null(),
            "error": "",
        },
    )


def _change_by_loading(insert: Insert, *, undoing: bool) -> Any:
    delivery = table(Delivery)
    statement = insert(delivery)
    new = statement.excluded
    settled = and_(delivery.c.status == DeliveryStatus.SENT, delivery.c.revision == delivery.c.shown_revision)
    # While a worker is about to show something else, what stood there before is not what is seen.
    back = and_(
        delivery.c.before_loading.is_not(None) if undoing else delivery.c.before_loading == new.message,
        delivery.c.lease_until.is_(None),
        delivery.c.may_have_arrived.is_(false()),
    )
    return statement.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "message": case((back, delivery.c.before_loading), else_=new.message),
            "status": case((back, written_out(DeliveryStatus.SENT)), else_=new.status),
            "revision": case((back, delivery.c.shown_revision), else_=delivery.c.revision + 1),
            "attempts": 0,
            "uncertain": 0,
            "before_loading": case((back, null()), (settled, delivery.c.message), else_=delivery.c.before_loading),
            "error": "",
        },
        where=and_(
            delivery.c.status != DeliveryStatus.FAILED,
            delivery.c.status != DeliveryStatus.CANCELLED,
            not_(and_(settled, delivery.c.message == new.message)),
        ),
    )


_WISH = Rows(Delivery, _COLUMNS, _change)
_WISH_BY_LOADING = {undoing: PerDialect(partial(_change_by_loading, undoing=undoing)) for undoing in (False, True)}
_WISH_ONCE = PerDialect(
    lambda insert: (
        insert(table(Delivery)).on_conflict_do_nothing(index_elements=["key"]).returning(table(Delivery).c.id)
    )
)


async def wish(session: AsyncSession, wishes: Sequence[Wish]) -> None:
    """Write these wishes, all at once. One with a key that is there already changes what is to be seen."""
    await _WISH.write(session, _rows(wishes))


async def wish_by_loading(session: AsyncSession, wishes: Sequence[Wish], *, undoing: bool = False) -> None:
    """The same where the partnership was loaded, and nobody did anything with what the messages are about.

    What says the same as before is left alone, and so is what was given up. Only what says something else is shown
    anew, where it stands. What one loading changed and another changes back, before anybody saw it, is as it was.

    `undoing`: things are as they were before the loading that changed these messages. They are then what they were
    also where they would be put in other words by now, since a deadline has passed.
    """
    if wishes:
        await session.execute(_WISH_BY_LOADING[undoing].on(session), _rows(wishes))


async def wish_once(session: AsyncSession, wishes: Sequence[Wish]) -> int:
    """Write those of these wishes whose key is new; how many were."""
    if not wishes:
        return 0
    return len((await session.execute(_WISH_ONCE.on(session), _rows(wishes))).all())


async def wish_once_at(session: AsyncSession, wishes: Sequence[Wish], account_id: int) -> None:
    """The same, to be seen at this account before all others."""
    if wishes:
        await session.execute(_WISH_ONCE.on(session), [{**row, "account_id": account_id} for row in _rows(wishes)])


_KNOWN = later(lambda: select(col(Delivery.key)).where(among(col(Delivery.key), "keys")))


async def known(session: AsyncSession, keys: Collection[str]) -> set[str]:
    """Those of these keys that are there already."""
    return set(await ask_each(session, _KNOWN(), {"keys": keys}))


class Place(NamedTuple):
    """Where a message stands: under which key, and before whom."""

    subject: str
    key: str
    person_id: int
    language: str


_SHOWN_TO = later(
    lambda: (
        select(Delivery.subject, Delivery.key, Delivery.person_id, Person.language)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == col(Delivery.person_id))
        .where(
            among(col(Delivery.subject), "subjects"),
            col(Delivery.status) != DeliveryStatus.CANCELLED,
            col(Person.removed_at).is_(None),
        )
        .order_by(col(Delivery.id))
    )
)


async def shown_to(session: AsyncSession, subjects: Collection[str]) -> Sequence[Place]:
    """Where every message about these subjects stands, but for those of people who are removed: one statement."""
    rows = await ask(session, _SHOWN_TO(), {"subjects": subjects})
    return [Place(*row) for row in rows]


class Held(NamedTuple):
    """A message that somebody has, or is about to get."""

    key: str
    subject: str
    message: JsonObject
    due_at: datetime


_HELD = [table(Delivery).c[name] for name in Held._fields]
_HELD_UNDER = later(lambda: select(*_HELD).where(col(Delivery.key) == bindparam("key")))


async def held(session: AsyncSession, key: str) -> Held | None:
    """What somebody has, or is about to get, under this key."""
    row = await ask_first(session, _HELD_UNDER(), {"key": key})
    return Held(*row) if row is not None else None


async def held_by(session: AsyncSession, person_id: int, word: str) -> Sequence[Held]:
    """This person's messages in which `word` (letters, digits and dots) stands somewhere, also in a button."""
    return [held for _person_id, held in await held_by_any(session, [person_id], word)]


_HELD_BY_ANY = later(
    lambda: select(col(Delivery.person_id), *_HELD).where(
        among(col(Delivery.person_id), "person_ids"),
        col(Delivery.status).in_([DeliveryStatus.PENDING, DeliveryStatus.WAITING, DeliveryStatus.SENT]),
        cast(col(Delivery.message), Text).contains(bindparam("word", type_=Text())),
    )
)


async def held_by_any(session: AsyncSession, person_ids: Collection[int], word: str) -> Sequence[tuple[int, Held]]:
    """The same of each of these people, with whose it is: one statement."""
    rows = await ask(session, _HELD_BY_ANY(), {"person_ids": person_ids, "word": word})
    return [(person_id, Held(*held)) for person_id, *held in rows]


@later
def _about() -> Any:
    reminders = select(col(Reminder.delivery_key)).where(
        among(col(Reminder.subject), "reminding_of"), col(Reminder.delivery_key).is_not(None)
    )
    return (
        select(col(Delivery.person_id), *_HELD)
        .where(
            or_(among(col(Delivery.subject), "subjects"), col(Delivery.key).in_(reminders)),
            col(Delivery.status).in_([DeliveryStatus.PENDING, DeliveryStatus.WAITING, DeliveryStatus.SENT]),
        )
        .order_by(col(Delivery.id))
    )


async def about(
    session: AsyncSession, subjects: Collection[str], *, reminding_of: Collection[str] = ()
) -> Sequence[tuple[int, Held]]:
    """Every message about these subjects that somebody has, or is about to get, with whose it is: one statement.

    `reminding_of`: also those in which somebody was reminded of these, perhaps among others.
    """
    rows = await ask(session, _about(), {"subjects": subjects, "reminding_of": reminding_of})
    return [(person_id, Held(*held)) for person_id, *held in rows]


async def drop_unsent(session: AsyncSession, subject: str, *, idle_at: datetime | None = None) -> None:
    """Do not send what has not been sent about `subject`. It may be wished for anew, under the same key.

    `idle_at`: only what nobody is sending at that moment, so that what is seen after all can be changed.
    """
    idle = (
        true()
        if idle_at is None
        else and_(
            or_(col(Delivery.lease_until).is_(None), col(Delivery.lease_until) < idle_at),
            col(Delivery.may_have_arrived).is_(false()),
        )
    )
    await session.execute(
        delete(Delivery).where(
            col(Delivery.subject) == subject,
            col(Delivery.shown_revision) == 0,
            col(Delivery.status).in_([DeliveryStatus.PENDING, DeliveryStatus.WAITING]),
            idle,
        )
    )


async def let_expire(session: AsyncSession, keys: Collection[str], at: datetime) -> None:
    """What is wished for under these keys is not worth saying from this moment on, and not before."""
    await session.execute(update(Delivery).where(col(Delivery.key).in_(keys)).values(expires_at=at))


async def take_back(session: AsyncSession, subject: str, key: str) -> set[int]:
    """Take back what nobody has seen under `key`, or a key that goes on from it with a colon, about `subject`; whose
    it was.

    What a worker is about to send at this moment, and what may have arrived, stays.
    """
    return {person_id for person_id, _key in await taken_back(session, subject, [key])}


async def taken_back(session: AsyncSession, subject: str, keys: Sequence[str]) -> Sequence[tuple[int, str]]:
    """The same of several keys: whose it was, and its whole key, for each that is taken back."""
    begun = col(Delivery.lease_until)
    gone = await session.execute(
        delete(Delivery)
        .where(
            col(Delivery.subject) == subject,
            or_(
                col(Delivery.key).in_(keys),
                *(col(Delivery.key).startswith(f"{key}:", autoescape=True) for key in keys),
            ),
            col(Delivery.shown_revision) == 0,
            col(Delivery.uncertain) == 0,
            # Nothing was tried: a worker that was killed in the middle may have sent it.
            or_(begun.is_(None), col(Delivery.attempts) == 0),
            col(Delivery.may_have_arrived).is_(false()),
            col(Delivery.status).in_([DeliveryStatus.PENDING, DeliveryStatus.WAITING]),
        )
        .returning(col(Delivery.person_id), col(Delivery.key))
    )
    return [(person_id, key) for person_id, key in gone]


async def note_shown(session: AsyncSession, key: str, account_id: int, ref: JsonObject, now: datetime) -> None:
    """The surface has shown the delivery itself (see `Message.delivery_key`)."""
    await session.execute(
        update(Delivery)
        .where(col(Delivery.key) == key, col(Delivery.ref).is_(None))
        .values(
            status=DeliveryStatus.SENT,
            shown_revision=1,
            ref=ref,
            account_id=account_id,
            lease_until=None,
            claimed_by=None,
            may_have_arrived=False,
            sent_at=now,
        )
    )
    # Somebody changed it in the meantime: the worker brings what is shown up to date.
    await session.execute(
        update(Delivery)
        .where(col(Delivery.key) == key, col(Delivery.revision) > col(Delivery.shown_revision))
        .values(status=DeliveryStatus.PENDING)
    )


class Tried(NamedTuple):
    """What an attempt of the surface's own left a delivery in (see `storage.tables.Delivery`)."""

    status: DeliveryStatus
    due_at: datetime
    attempts: int
    uncertain: int
    may_have_arrived: bool
    error: str


async def note_tried(session: AsyncSession, key: str, tried: Tried) -> None:
    """The surface tried to show the delivery itself, and it did not come through. Nothing where the worker
    has begun."""
    await session.execute(
        update(Delivery)
        .where(
            col(Delivery.key) == key,
            col(Delivery.ref).is_(None),
            col(Delivery.attempts) == 0,
            col(Delivery.status) == DeliveryStatus.PENDING,
        )
        .values(lease_until=None, **tried._asdict())
    )


async def hold(session: AsyncSession, wish: Wish, account_id: int, tried: Tried) -> None:
    """Write a wish that the surface could not show at `account_id` itself. Nothing where it is written already."""
    (row,) = _rows([wish])
    await session.execute(_WISH_ONCE.on(session), [{**row, "account_id": account_id, **tried._asdict()}])


_UNDELIVERED = later(
    lambda: (
        select(col(Delivery.id))
        .where(
            col(Delivery.subject) == bindparam("subject"),
            col(Delivery.person_id) == bindparam("person_id"),
            col(Delivery.reference) != "",
            col(Delivery.status).in_([DeliveryStatus.PENDING, DeliveryStatus.WAITING, DeliveryStatus.FAILED]),
        )
        .limit(1)
    )
)


async def undelivered(session: AsyncSession, subject: str, person_id: int) -> bool:
    """Whether a message about `subject` is not delivered to this person for a fault."""
    found = await ask_value(session, _UNDELIVERED(), {"subject": subject, "person_id": person_id})
    return found is not None


_AGAIN: dict[str, Any] = {"status": DeliveryStatus.PENDING, "attempts": 0}


async def release_waiting(session: AsyncSession, person_id: int, now: datetime) -> None:
    """The person can now be reached: what waited for them is due."""
    await session.execute(
        update(Delivery)
        .where(col(Delivery.person_id) == person_id, col(Delivery.status) == written_out(DeliveryStatus.WAITING))
        .values(due_at=now, uncertain=0, **_AGAIN)
    )


async def let_wait(session: AsyncSession, person_id: int, now: datetime, until: datetime) -> None:
    """What this person has not got yet, and nobody is sending now, comes at `until`."""
    await session.execute(
        update(Delivery)
        .where(
            col(Delivery.person_id) == person_id,
            col(Delivery.status) == written_out(DeliveryStatus.PENDING),
            col(Delivery.ref).is_(None),
            col(Delivery.lease_until).is_(None),
            col(Delivery.due_at) <= now,
        )
        .values(due_at=until)
    )


async def hasten(session: AsyncSession, subjects: Collection[str], now: datetime, until: datetime) -> None:
    """What is due of these subjects by `until`, and nobody is sending now, is due at once."""
    await session.execute(
        update(Delivery)
        .where(
            col(Delivery.subject).in_(subjects),
            col(Delivery.status) == written_out(DeliveryStatus.PENDING),
            col(Delivery.lease_until).is_(None),
            col(Delivery.due_at) > now,
            col(Delivery.due_at) <= until,
        )
        .values(due_at=now)
    )


_UNCERTAIN_TRIES = 6
_RETRIED_AT_ONCE = 500


async def retry_waiting(session: AsyncSession, now: datetime) -> int:
    """What has waited longest is due again: a workspace may have been added, a platform mended; how many.

    What may have arrived several times already stays, until the person speaks.
    """
    longest = (
        select(Delivery.id)  # type: ignore[call-overload]
        .where(col(Delivery.status) == written_out(DeliveryStatus.WAITING), col(Delivery.uncertain) < _UNCERTAIN_TRIES)
        .order_by(col(Delivery.due_at), col(Delivery.id))
        .limit(_RETRIED_AT_ONCE)
        .with_for_update(skip_locked=True)
        .cte("longest")
    )
    released = await session.execute(
        update(Delivery)
        .where(col(Delivery.id).in_(select(longest.c.id)))
        .values(due_at=now, **_AGAIN)
        .returning(col(Delivery.id))
    )
    return len(released.all())


async def retry_failed(session: AsyncSession, now: datetime, since: datetime) -> int:
    """What was given up after `since` for a fault that somebody was told of is due again; how many."""
    released = await session.execute(
        update(Delivery)
        .where(
            col(Delivery.status) == DeliveryStatus.FAILED,
            col(Delivery.reference) != "",
            col(Delivery.due_at) >= since,
        )
        .values(status=DeliveryStatus.PENDING, attempts=0, uncertain=0)
        .returning(col(Delivery.id))
    )
    return len(released.all())


async def forget_before(session: AsyncSession, moment: datetime) -> None:
    """Delete what was settled before `moment`."""
    await session.execute(
        delete(Delivery).where(
            col(Delivery.created_at) < moment,
            # Else what was said long before its time would be said again.
            or_(col(Delivery.expires_at).is_(None), col(Delivery.expires_at) < moment),
            col(Delivery.status).in_([DeliveryStatus.SENT, DeliveryStatus.CANCELLED, DeliveryStatus.FAILED]),
        )
    )


@later
def _not_delivered_statement() -> Any:
    columns: tuple[Any, ...] = (Delivery.person_id, func.max(Delivery.reference))
    given_up = or_(col(Delivery.status) == DeliveryStatus.FAILED, col(Delivery.status) == DeliveryStatus.WAITING)
    return (
        select(*columns)
        .where(and_(col(Delivery.subject) == bindparam("subject"), given_up, col(Delivery.shown_revision) == 0))
        .group_by(columns[0])
    )


async def not_delivered(session: AsyncSession, subject: str) -> Mapping[int, str]:
    """Who has not got the messages about `subject`, by person: the reference of the fault for which not, or empty where
    they are on no chat and in no mailbox."""
    rows = await ask(session, _not_delivered_statement(), {"subject": subject})
    return {row[0]: row[1] or "" for row in rows}


_NOT_REACHED = later(
    lambda: (
        select(Delivery.key, Person.name)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == col(Delivery.person_id))
        .where(
            among(col(Delivery.subject), "subjects"),
            col(Delivery.status).in_([DeliveryStatus.WAITING, DeliveryStatus.FAILED]),
            col(Delivery.shown_revision) == 0,
        )
    )
)


async def not_reached(session: AsyncSession, subjects: Collection[str]) -> Mapping[str, str]:
    """The messages about these subjects that wait, since whoever they are for is in no chat: their name, by key."""
    if not subjects:
        return {}
    rows = await ask(session, _NOT_REACHED(), {"subjects": subjects})
    return {row[0]: row[1] for row in rows}
