"""Deliveries that a worker has claimed, and what becomes of them.

A claim keeps several workers from sending the same one at the same time. It ends with the worker that made it (see
`storage.workers`), and in any case with its lease.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Integer, Text, and_, bindparam, case, false, func, not_, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.asking import ask, write
from storage.statements import among, table, written_out
from storage.tables import Delivery, DeliveryStatus
from storage.types import JsonObject, UtcDateTime


class Claimed(NamedTuple):
    """A delivery that one worker (`claimed_by`), and no other, is to bring about before its lease ends."""

    id: int
    key: str
    subject: str
    person_id: int
    account_id: int | None
    message: JsonObject
    revision: int
    shown_revision: int
    ref: JsonObject | None
    attempts: int
    uncertain: int
    expires_at: datetime | None
    reference: str
    claimed_by: str
    may_have_arrived: bool
    created_at: datetime


def _claim() -> Any:
    delivery = table(Delivery)
    now: Any = bindparam("now", type_=UtcDateTime())
    # A common table expression is worked out once; as a plain subquery PostgreSQL may lock and skip rows repeatedly.
    due = (
        select(delivery.c.id)
        .where(
            delivery.c.status == written_out(DeliveryStatus.PENDING),
            delivery.c.due_at <= now,
            not_(among(delivery.c.person_id, "besides")),
            or_(delivery.c.lease_until.is_(None), delivery.c.lease_until < now),
        )
        .order_by(delivery.c.due_at, delivery.c.id)
        .limit(bindparam("most", type_=Integer()))
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    return (
        update(delivery)
        .where(delivery.c.id.in_(select(due.c.id)))
        .values(
            lease_until=bindparam("lease_until", type_=UtcDateTime()),
            attempts=delivery.c.attempts + 1,
            # Whoever had it until its lease ended, a worker or the surface that was to show it itself, has not said
            # what became of it.
            may_have_arrived=or_(delivery.c.may_have_arrived, delivery.c.lease_until.is_not(None)),
            claimed_by=bindparam("worker", type_=Text()),
        )
        .returning(*(delivery.c[name] for name in Claimed._fields))
    )


_CLAIM = _claim()


async def claim(
    session: AsyncSession,
    now: datetime,
    lease: timedelta,
    limit: int,
    besides: Collection[int] = (),
    worker: str = "",
) -> Sequence[Claimed]:
    """Take up to `limit` due deliveries, oldest first. The lease must outlast the longest send.

    `besides`: people whose deliveries are left alone, since some of theirs are under way.
    """
    values = {
        "now": now,
        "lease_until": now + lease,
        "most": limit,
        "besides": besides,
        "worker": worker,
    }
    return sorted((Claimed(*row) for row in await ask(session, _CLAIM, values)), key=lambda row: row.id)


async def note_where(session: AsyncSession, claimed: Claimed, account_id: int) -> bool:
    """It is about to be sent to this account for the first time: whoever takes it over, should this worker die in the
    middle, brings it there and nowhere else. False: another worker has it by now."""
    noted = await session.execute(
        update(Delivery)
        .where(col(Delivery.id) == claimed.id, col(Delivery.claimed_by) == claimed.claimed_by)
        .values(account_id=account_id)
        .returning(col(Delivery.id))
    )
    return noted.first() is not None


_NOT_BEGUN: dict[str, Any] = {
    "lease_until": None,
    "claimed_by": None,
    "attempts": case((col(Delivery.attempts) > 0, col(Delivery.attempts) - 1), else_=0),
}


async def free(session: AsyncSession, workers: Collection[str]) -> int:
    """What these workers held is due again: they are dead, and nobody knows how far they came; how many."""
    freed = await session.execute(
        update(Delivery)
        .where(col(Delivery.status) == written_out(DeliveryStatus.PENDING), col(Delivery.claimed_by).in_(workers))
        .values(lease_until=None, claimed_by=None, may_have_arrived=True)
        .returning(col(Delivery.id))
    )
    return len(freed.all())


async def give_back_all(session: AsyncSession, worker: str, *, but: Collection[int]) -> None:
    """What this worker has claimed is as if it had not, but for those with these ids."""
    await session.execute(
        update(Delivery)
        .where(
            col(Delivery.status) == written_out(DeliveryStatus.PENDING),
            col(Delivery.claimed_by) == worker,
            ~among(col(Delivery.id), "but"),
        )
        .values(_NOT_BEGUN),
        {"but": but},
    )


async def give_back(
    session: AsyncSession, worker: str, ids: Collection[int], due: Mapping[int, datetime] | None = None
) -> None:
    """Those of these deliveries that this worker has claimed are as if it had not, or are due at these moments."""
    later = {"due_at": case(dict(due), value=col(Delivery.id), else_=col(Delivery.due_at))} if due else {}
    await session.execute(
        update(Delivery)
        .where(among(col(Delivery.id), "ids"), col(Delivery.claimed_by) == worker)
        .values(**_NOT_BEGUN, **later),
        {"ids": ids},
    )


def _mark_shown() -> Any:
    delivery = table(Delivery)
    shown: Any = bindparam("revision_shown", type_=Integer())
    return (
        update(delivery)
        .where(delivery.c.id == bindparam("delivery", type_=delivery.c.id.type))
        .values(
            account_id=bindparam("account"),
            ref=bindparam("seen_as"),
            shown_revision=shown,
            before_loading=null(),
            lease_until=null(),
            claimed_by=null(),
            may_have_arrived=false(),
            attempts=0,
            uncertain=0,
            error="",
            reference="",
            sent_at=func.coalesce(delivery.c.sent_at, bindparam("now", type_=UtcDateTime())),
            status=case(
                (delivery.c.revision == shown, written_out(DeliveryStatus.SENT)),
                else_=delivery.c.status,
            ),
        )
    )


_MARK_SHOWN = _mark_shown()


async def mark_shown(session: AsyncSession, claimed: Claimed, account_id: int, ref: JsonObject, now: datetime) -> None:
    """It is seen in the claimed revision. If the wish has changed meanwhile, it is due again."""
    values = {
        "delivery": claimed.id,
        "account": account_id,
        "seen_as": ref,
        "revision_shown": claimed.revision,
        "now": now,
    }
    await write(session, _MARK_SHOWN, values)


async def put_off(session: AsyncSession, claimed: Claimed, until: datetime, error: str) -> None:
    """Try again at `until`. The counts of `claimed` are kept, as they are by `set_aside`, and where it may stand."""
    await _release(session, claimed, due_at=until, error=error)


async def set_aside(session: AsyncSession, claimed: Claimed, status: DeliveryStatus, error: str) -> bool:
    """`WAITING` until the person can be reached (see `release_waiting` and `retry_waiting`), `FAILED` until a worker
    starts (see `retry_failed`). False: the wish has changed meanwhile, and is due as it is now."""
    return await _release(session, claimed, status=status, error=error, reference=claimed.reference)


async def _release(session: AsyncSession, claimed: Claimed, **values: Any) -> bool:
    """Give the claim back. What is to become of it counts only if the wish has not changed meanwhile. Nothing where
    another worker has it by now."""
    tried: dict[str, Any] = {"may_have_arrived": claimed.may_have_arrived, "account_id": claimed.account_id}
    if claimed.ref is None:
        tried["ref"] = null()
    held = and_(col(Delivery.id) == claimed.id, col(Delivery.claimed_by) == claimed.claimed_by)
    released = await session.execute(
        update(Delivery)
        .where(held, col(Delivery.revision) == claimed.revision)
        .values(
            lease_until=None,
            claimed_by=None,
            attempts=claimed.attempts,
            uncertain=claimed.uncertain,
            **tried,
            **values,
        )
        .returning(col(Delivery.id))
    )
    if released.first() is not None:
        return True
    await session.execute(update(Delivery).where(held).values(lease_until=None, claimed_by=None, **tried))
    return False
