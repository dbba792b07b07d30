"""Leases of chores: of several workers one does a chore, and when it dies another takes over.

A lease is a row, not an election: taken by whoever finds it free, kept while its holder goes on, and free again when
it is given back or has run out. Keeping it is part of each transaction in which something is done, so a holder that
slept too long writes nothing after another one has taken over.
"""

from datetime import datetime

from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.asking import ask, ask_value, begin, write
from storage.statements import PerDialect, later, table
from storage.tables import ChoreLease
from storage.types import UtcDateTime

_lease = table(ChoreLease)
_NOW = bindparam("now", type_=UtcDateTime())
_KEEP = PerDialect(
    lambda insert: (
        insert(_lease)
        .on_conflict_do_update(
            index_elements=["name"],
            set_={"holder": insert(_lease).excluded.holder, "until": insert(_lease).excluded.until},
            where=or_(_lease.c.holder == insert(_lease).excluded.holder, _lease.c.until <= _NOW),
        )
        .returning(_lease.c.name)
    )
)
_HELD = later(
    lambda: select(_lease.c.until).where(
        _lease.c.name == bindparam("name"), _lease.c.holder != bindparam("holder"), _lease.c.until > _NOW
    )
)
_GIVE_BACK = later(
    lambda: delete(_lease).where(_lease.c.name == bindparam("name"), _lease.c.holder == bindparam("holder"))
)


async def held_by_another(session: AsyncSession, name: str, holder: str, now: datetime) -> datetime | None:
    """Until when somebody else than `holder` has this lease; None: it is free, or theirs."""
    found: datetime | None = await ask_value(session, _HELD(), {"name": name, "holder": holder, "now": now})
    return found


async def keep(session: AsyncSession, name: str, holder: str, now: datetime, until: datetime) -> bool:
    """Take the lease, or keep it; False: somebody else has it."""
    values = {"name": name, "holder": holder, "until": until, "now": now}
    await begin(session)
    return bool(await ask(session, _KEEP.on(session), values))


async def give_back(session: AsyncSession, name: str, holder: str) -> None:
    """Let go of the lease, if `holder` has it still."""
    await write(session, _GIVE_BACK(), {"name": name, "holder": holder})
