"""Whose home stands where on Slack, and which are to be brought up to date (see `storage.tables.HomeTab`).

Whoever has never opened theirs has no row: nothing is asked or written for them but whether there is one, by the way.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, Text, and_, bindparam, case, delete, exists, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.asking import ask, write
from storage.statements import Insert, PerDialect, among, later, table
from storage.tables import Account, HomeTab
from storage.types import UtcDateTime

_tab, _account = table(HomeTab), table(Account)
_NOW: Any = bindparam("now", type_=UtcDateTime())
_UNTIL: Any = bindparam("until", type_=UtcDateTime())
_HOLDER: Any = bindparam("holder", type_=Text())
_PERSON: Any = bindparam("person_id", type_=Integer())
_FREE = or_(_tab.c.lease_until.is_(None), _tab.c.lease_until <= _NOW)


class Claimed(NamedTuple):
    """A home that its holder, and nobody else, is to bring up to date before the lease ends.

    `changes`: how far it had come then. `shown`, `greeted`: see `HomeTab`. `user_id` at `workspace`: whose it is.
    """

    account_id: int
    changes: int
    shown: str
    greeted: bool
    holder: str
    workspace: str
    user_id: str


def has_one(person: Any) -> Any:
    """The condition that somebody has opened a home. `person`: the table, or an alias of it, that has their `id`."""
    # Any of their accounts, where the whole is about one of them.
    theirs = _account.alias("theirs")
    return exists().where(theirs.c.person_id == person.c.id, _tab.c.account_id == theirs.c.id)


def _open(insert: Insert) -> Any:
    statement = insert(_tab)
    return statement.on_conflict_do_update(
        index_elements=["account_id"],
        set_={
            "changes": _tab.c.changes + 1,
            "due_at": statement.excluded.due_at,
            # Whoever has seen it is not welcomed once more.
            "greeted": and_(_tab.c.greeted, _tab.c.shown == ""),
            "claimed_by": case((_FREE, statement.excluded.claimed_by), else_=_tab.c.claimed_by),
            "lease_until": case((_FREE, statement.excluded.lease_until), else_=_tab.c.lease_until),
        },
    ).returning(_tab.c.changes, _tab.c.shown, _tab.c.greeted, _tab.c.claimed_by)


_OPEN = PerDialect(_open)
# As soon as it may be. Not put off where it is due before that.
_SOONEST = case((_tab.c.not_before > _NOW, _tab.c.not_before), else_=_NOW)
_CHANGED = {
    "changes": _tab.c.changes + 1,
    "due_at": case((_tab.c.due_at < _SOONEST, _tab.c.due_at), else_=_SOONEST),
}
_TOUCH = later(
    lambda: (
        update(_tab)
        .where(_tab.c.account_id.in_(select(_account.c.id).where(_account.c.person_id == _PERSON)))
        .values(_CHANGED)
    )
)
_TOUCH_ALL = later(lambda: update(_tab).values(_CHANGED))
_ANY_DUE = later(lambda: select(_tab.c.account_id).where(_tab.c.due_at <= _NOW, _FREE).limit(1))


def _claim() -> Any:
    due = (
        select(_tab.c.account_id)
        .where(_tab.c.due_at <= _NOW, _FREE)
        .order_by(_tab.c.due_at, _tab.c.account_id)
        .limit(bindparam("most", type_=Integer()))
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    return (
        update(_tab)
        .where(_tab.c.account_id.in_(select(due.c.account_id)))
        .values(claimed_by=_HOLDER, lease_until=_UNTIL)
        .returning(_tab.c.account_id, _tab.c.changes, _tab.c.shown, _tab.c.greeted)
    )


_CLAIM = later(_claim)


async def opened(session: AsyncSession, account_id: int, holder: str, now: datetime, until: datetime) -> Claimed | None:
    """Somebody opened their home: it is `holder`'s to draw until then. None: another draws it now; it is due again when
    they have.

    The first opening makes the row, with the word of welcome.
    """
    values = {
        "account_id": account_id,
        "changes": 1,
        "due_at": now,
        "not_before": now,
        "shown": "",
        "greeted": True,
        "claimed_by": holder,
        "lease_until": until,
    }
    found = (await session.execute(_OPEN.on(session), {**values, "now": now})).one()
    if found.claimed_by != holder:
        return None
    return Claimed(account_id, found.changes, found.shown, bool(found.greeted), holder, "", "")


async def touch(session: AsyncSession, person_id: int, now: datetime) -> None:
    """Something has changed that may show on this person's home, if they have one."""
    await write(session, _TOUCH(), {"person_id": person_id, "now": now})


async def touch_all(session: AsyncSession, now: datetime) -> None:
    """The same for everybody."""
    await session.execute(_TOUCH_ALL(), {"now": now})


async def are_due(session: AsyncSession, now: datetime) -> bool:
    """Whether any is to be brought up to date."""
    return bool(await ask(session, _ANY_DUE(), {"now": now}))


_CLAIM_ROWS = later(
    lambda: select(_account.c.id, _account.c.workspace, _account.c.user_id).where(among(_account.c.id, "found"))
)


async def claim(session: AsyncSession, holder: str, now: datetime, until: datetime, most: int) -> Sequence[Claimed]:
    """Take up to so many that are due, the longest due first."""
    values = {"holder": holder, "now": now, "until": until, "most": most}
    found = {row.account_id: row for row in (await session.execute(_CLAIM(), values)).all()}
    if not found:
        return ()
    accounts = await ask(session, _CLAIM_ROWS(), {"found": found})
    return [
        Claimed(each.id, row.changes, row.shown, bool(row.greeted), holder, each.workspace, each.user_id)
        for each in accounts
        for row in [found[each.id]]
    ]


async def note(
    session: AsyncSession, claimed: Claimed, *, shown: str, is_new: bool, not_before: datetime, next_at: datetime
) -> None:
    """This stands there now. It is due at `next_at`, or where it has changed since it was claimed, as soon as may be.

    `is_new`: it was shown just now, and may change again at `not_before`. Else it was as it is; had it been put off for
    longer than that, since Slack took nothing, that is over.
    """
    soon = literal(not_before, UtcDateTime())
    again: Any = soon if is_new else case((_tab.c.not_before > soon, soon), else_=_tab.c.not_before)
    values = {"shown": shown, "claimed_by": "", "lease_until": None, "not_before": again}
    await session.execute(
        update(_tab)
        .where(*_its_own(claimed))
        .values({**values, "due_at": case((_tab.c.changes == claimed.changes, next_at), else_=again)})
    )


async def put_off(session: AsyncSession, claimed: Claimed, until: datetime) -> None:
    """It did not come through: it is tried again then."""
    await session.execute(
        update(_tab).where(*_its_own(claimed)).values(due_at=until, not_before=until, claimed_by="", lease_until=None)
    )


async def forget(session: AsyncSession, claimed: Claimed) -> None:
    """Nobody is there any more to read it."""
    await session.execute(delete(_tab).where(*_its_own(claimed)))


def _its_own(claimed: Claimed) -> tuple[Any, ...]:
    """Whoever was too slow has nothing to say any more."""
    return _tab.c.account_id == claimed.account_id, _tab.c.claimed_by == claimed.holder
