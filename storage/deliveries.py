"""Messages that somebody is to see (see `storage.tables.Delivery`).

The database guarantees once-only: a unique key per message, and a claim with a lease, so that several workers never
send the same one at the same time and what a killed worker held comes free again.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.statements import Insert, PerDialect, table
from storage.tables import Account, Delivery, DeliveryStatus, Organisation, Person, Workspace
from storage.types import JsonObject


class Wish(NamedTuple):
    """That `person_id` sees `message` under `key`, from `due_at` on, unless it is past `expires_at`.

    `held_until`: whoever wrote the wish shows it themselves, and the worker does so only if nothing came of that.
    """

    key: str
    subject: str
    person_id: int
    message: JsonObject
    due_at: datetime
    held_until: datetime | None = None
    expires_at: datetime | None = None


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
            "created_at": wish.due_at,
            "status": DeliveryStatus.PENDING,
            "revision": 1,
            "shown_revision": 0,
            "attempts": 0,
            "uncertain": 0,
            "error": "",
        }
        for wish in wishes
    ]


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
            "error": "",
        },
    )


_WISH = PerDialect(_change)
_WISH_ONCE = PerDialect(
    lambda insert: (
        insert(table(Delivery)).on_conflict_do_nothing(index_elements=["key"]).returning(table(Delivery).c.id)
    )
)


async def wish(session: AsyncSession, wishes: Sequence[Wish]) -> None:
    """Write these wishes, all at once. One with a key that is there already changes what is to be seen."""
    if wishes:
        await session.execute(_WISH.on(session), _rows(wishes))


async def wish_once(session: AsyncSession, wishes: Sequence[Wish]) -> int:
    """Write those of these wishes whose key is new; how many were."""
    if not wishes:
        return 0
    return len((await session.execute(_WISH_ONCE.on(session), _rows(wishes))).all())


async def shown_to(session: AsyncSession, subject: str) -> Sequence[tuple[str, int, str]]:
    """(key, person id, language) of every message about `subject`."""
    rows = await session.execute(
        select(Delivery.key, Delivery.person_id, Person.language)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == col(Delivery.person_id))
        .where(col(Delivery.subject) == subject, col(Delivery.status) != DeliveryStatus.CANCELLED)
    )
    return [(key, person_id, language) for key, person_id, language in rows]


async def drop_unsent(session: AsyncSession, subject: str) -> None:
    """Do not send what has not been sent about `subject`. It may be wished for anew, under the same key."""
    await session.execute(
        delete(Delivery).where(
            col(Delivery.subject) == subject,
            col(Delivery.shown_revision) == 0,
            col(Delivery.status).in_([DeliveryStatus.PENDING, DeliveryStatus.WAITING]),
        )
    )


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
            sent_at=now,
        )
    )
    # Somebody changed it in the meantime: the worker brings what is shown up to date.
    await session.execute(
        update(Delivery)
        .where(col(Delivery.key) == key, col(Delivery.revision) > col(Delivery.shown_revision))
        .values(status=DeliveryStatus.PENDING)
    )


class Claimed(NamedTuple):
    """A delivery that this worker, and no other, is to bring about before its lease ends."""

    id: int
    key: str
    person_id: int
    account_id: int | None
    message: JsonObject
    revision: int
    shown_revision: int
    ref: JsonObject | None
    attempts: int
    uncertain: int
    expires_at: datetime | None


async def claim(session: AsyncSession, now: datetime, lease: timedelta, limit: int) -> Sequence[Claimed]:
    """Take up to `limit` due deliveries, oldest first. The lease must outlast the longest send."""
    # A common table expression is worked out once; as a plain subquery PostgreSQL may lock and skip rows repeatedly.
    due = (
        select(Delivery.id)  # type: ignore[call-overload]
        .where(
            col(Delivery.status) == DeliveryStatus.PENDING,
            col(Delivery.due_at) <= now,
            or_(col(Delivery.lease_until).is_(None), col(Delivery.lease_until) < now),
        )
        .order_by(col(Delivery.due_at), col(Delivery.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    rows = await session.execute(
        update(Delivery)
        .where(col(Delivery.id).in_(select(due.c.id)))
        .values(lease_until=now + lease, attempts=col(Delivery.attempts) + 1)
        .returning(*(getattr(Delivery, name) for name in Claimed._fields))
    )
    return sorted((Claimed(*tuple(row)) for row in rows), key=lambda row: row.id)


async def mark_shown(session: AsyncSession, claimed: Claimed, account_id: int, ref: JsonObject, now: datetime) -> None:
    """It is seen in the claimed revision. If the wish has changed meanwhile, it is due again."""
    await session.execute(
        update(Delivery)
        .where(col(Delivery.id) == claimed.id)
        .values(
            account_id=account_id,
            ref=ref,
            shown_revision=claimed.revision,
            lease_until=None,
            attempts=0,
            error="",
            sent_at=func.coalesce(col(Delivery.sent_at), now),
        )
    )
    await session.execute(
        update(Delivery)
        .where(col(Delivery.id) == claimed.id, col(Delivery.revision) == claimed.revision)
        .values(status=DeliveryStatus.SENT)
    )


async def put_off(
    session: AsyncSession, delivery_id: int, until: datetime, error: str, *, uncertain: bool = False
) -> None:
    """Try again at `until`."""
    values: dict[str, Any] = {"due_at": until, "lease_until": None, "error": error}
    if uncertain:
        values["uncertain"] = col(Delivery.uncertain) + 1
    await session.execute(update(Delivery).where(col(Delivery.id) == delivery_id).values(**values))


async def set_aside(session: AsyncSession, delivery_id: int, status: DeliveryStatus, error: str) -> None:
    """Do not try again by itself: `WAITING` until the person can be reached, `FAILED` for good."""
    await session.execute(
        update(Delivery).where(col(Delivery.id) == delivery_id).values(status=status, lease_until=None, error=error)
    )


async def release_waiting(session: AsyncSession, person_id: int, now: datetime) -> None:
    """The person can now be reached: what waited for them is due."""
    await session.execute(
        update(Delivery)
        .where(col(Delivery.person_id) == person_id, col(Delivery.status) == DeliveryStatus.WAITING)
        .values(status=DeliveryStatus.PENDING, due_at=now, attempts=0)
    )


class Recipient(NamedTuple):
    """What is known of somebody when a message is to reach them."""

    person_id: int
    name: str
    email: str | None
    language: str
    accounts: Sequence[Account]
    workspaces: Mapping[str, Sequence[str]]
    """Surface → workspaces of the person's organisation."""


async def recipients(session: AsyncSession, person_ids: Sequence[int]) -> dict[int, Recipient]:
    """How to reach these people; the account used last stands first."""
    found = await session.execute(
        select(Person.id, Person.name, Person.email, Person.language, Person.organisation_id).where(  # type: ignore[call-overload]
            col(Person.id).in_(person_ids)
        )
    )
    people = [tuple(row) for row in found]
    accounts: dict[int, list[Account]] = {}
    for account in await session.scalars(
        select(Account).where(col(Account.person_id).in_(person_ids)).order_by(col(Account.seen_at).desc())
    ):
        accounts.setdefault(account.person_id, []).append(account)
    workspaces: dict[int, dict[str, list[str]]] = {}
    for row in await session.scalars(
        select(Workspace)
        .join(Organisation, col(Organisation.id) == col(Workspace.organisation_id))
        .where(col(Organisation.removed_at).is_(None))
    ):
        workspaces.setdefault(row.organisation_id, {}).setdefault(row.surface, []).append(row.external_id)
    return {
        person_id: Recipient(
            person_id, name, email, language, accounts.get(person_id, []), workspaces.get(organisation_id, {})
        )
        for person_id, name, email, language, organisation_id in people
    }


async def next_due(session: AsyncSession) -> datetime | None:
    """When the next pending delivery is due."""
    due: datetime | None = await session.scalar(
        select(func.min(Delivery.due_at)).where(col(Delivery.status) == DeliveryStatus.PENDING)
    )
    return due


async def forget_before(session: AsyncSession, moment: datetime) -> None:
    """Delete what was settled before `moment`."""
    await session.execute(
        delete(Delivery).where(
            col(Delivery.created_at) < moment,
            col(Delivery.status).in_([DeliveryStatus.SENT, DeliveryStatus.CANCELLED, DeliveryStatus.FAILED]),
        )
    )
