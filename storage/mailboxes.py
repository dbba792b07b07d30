"""How far mailboxes are read (see `storage.tables.ReadMailbox`)."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.statements import Insert, PerDialect, later, table
from storage.tables import ReadMailbox


class Position(NamedTuple):
    """The last message that was looked at: the mailbox's UIDVALIDITY, and its UID."""

    validity: int
    last_uid: int


_POSITION = later(lambda: select(ReadMailbox).where(col(ReadMailbox.name) == bindparam("name")))


async def position(session: AsyncSession, name: str) -> Position | None:
    """How far this mailbox is read; None: it never was."""
    row = await session.scalar(_POSITION(), {"name": name})
    return Position(row.validity, row.last_uid) if row is not None else None


def _advance(insert: Insert) -> Any:
    mailbox = table(ReadMailbox)
    statement = insert(mailbox)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["name"],
        set_={name: new[name] for name in ("validity", "last_uid", "read_at")},
        where=or_(mailbox.c.validity != new.validity, mailbox.c.last_uid < new.last_uid),
    ).returning(mailbox.c.name)


_ADVANCE = PerDialect(_advance)


async def advance(session: AsyncSession, name: str, to: Position, now: datetime) -> bool:
    """This message is being looked at now, in this transaction. False: it, or a later one, has been before."""
    values = {"name": name, "validity": to.validity, "last_uid": to.last_uid, "read_at": now}
    return (await session.execute(_ADVANCE.on(session), values)).first() is not None
