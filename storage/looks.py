"""What a chore is to look at and when (see `storage.tables.chores`)."""

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
    insert,
    literal,
    literal_column,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.ext.asyncio import AsyncSession

from storage.direct import Question
from storage.statements import PerDialect, later, table, written_out
from storage.tables import ChoreChanged, ChoreLook
from storage.types import UtcDateTime
from storage.watched import EVERYTHING

_look, _changed = map(table, (ChoreLook, ChoreChanged))
_CHORE: Any = bindparam("of_chore")
_SUBJECTS: Any = bindparam("subjects", expanding=True)
_NOW = bindparam("now", type_=UtcDateTime())
_never_looked = later(lambda: ~exists().where(_look.c.chore == _CHORE, _look.c.subject == EVERYTHING))
_FOUND = later(
    lambda: union(
        select(literal(True).label("changed"), _changed.c.subject).where(_changed.c.chore == _CHORE),
        select(literal(True), literal(EVERYTHING)).where(_never_looked()),
        select(_look.c.subject == EVERYTHING, _look.c.subject).where(_look.c.chore == _CHORE, _look.c.at <= _NOW),
    )
)
_TAKE_ALL = later(lambda: delete(_changed).where(_changed.c.chore == _CHORE))
_TAKE = later(lambda: _TAKE_ALL().where(_changed.c.subject.in_(_SUBJECTS)))
_FORGET = later(lambda: delete(_look).where(_look.c.chore == _CHORE, _look.c.subject.in_(_SUBJECTS)))
_LOOK = PerDialect(
    lambda insert: insert(_look).on_conflict_do_update(
        index_elements=["chore", "subject"], set_={"at": insert(_look).excluded.at}
    )
)


class Found(NamedTuple):
    """The subjects that have changed, and those that are to be looked at now."""

    changed: Sequence[str]
    due: Sequence[str]


async def found(session: AsyncSession, chore: str, now: datetime) -> Found:
    """What this chore is to look at now: one statement. Everything has changed where it has never looked at all, as in
    a new database, or in one from before there were chores."""
    rows = [(bool(changed), subject) for changed, subject in await session.execute(_FOUND(), _of(chore, now=now))]
    return Found(
        [subject for changed, subject in rows if changed], [subject for changed, subject in rows if not changed]
    )


def stirs(chore: str, now: datetime) -> Question:
    """Finds a row whenever `found` would find something."""
    return Question(_stirs(chore), {"now": now})


@cache
def _stirs(chore: str) -> Any:
    # Written out, the name is the same for the database too, and beside those of other chores.
    name = written_out(chore)
    looked_at_everything = exists().where(_look.c.chore == name, _look.c.subject == literal_column(f"'{EVERYTHING}'"))
    return select(literal_column("1")).where(
        or_(
            exists().where(_changed.c.chore == name),
            exists().where(_look.c.chore == name, _look.c.at <= _NOW),
            ~looked_at_everything,
        )
    )


async def note_changed(session: AsyncSession, chore: str, subject: str) -> None:
    """Note what no trigger does: something about this subject has changed."""
    await session.execute(insert(_changed), {"chore": chore, "subject": subject})


async def take_changed(session: AsyncSession, chore: str, subjects: Collection[str]) -> set[str]:
    """That these have changed is being seen to in this transaction; with `EVERYTHING`, that anything has. What was
    taken: those, and whatever had changed besides. What changes meanwhile is another row."""
    if EVERYTHING in subjects:
        return {*subjects, *await session.scalars(_TAKE_ALL().returning(_changed.c.subject), _of(chore))}
    if subjects:
        await session.execute(_TAKE(), _of(chore, subjects=list(subjects)))
    return set(subjects)


async def look_at(session: AsyncSession, chore: str, moments: Mapping[str, datetime | None]) -> None:
    """Look at each of these subjects at its moment, and not before; None: not until it changes."""
    rows = [{"chore": chore, "subject": subject, "at": at} for subject, at in moments.items() if at is not None]
    never = [subject for subject, at in moments.items() if at is None]
    if rows:
        await session.execute(_LOOK.on(session), rows)
    if never:
        await session.execute(_FORGET(), _of(chore, subjects=never))


async def look_at_all(
    session: AsyncSession, chore: str, ids: Any, now: datetime, values: Mapping[str, Any] | None = None
) -> None:
    """Look now at whatever this select of ids finds; `values`: of what is asked."""
    found = ids.subquery()
    # The condition is for SQLite, which else takes ON CONFLICT for the ON of a join.
    rows = select(literal(chore), cast(next(iter(found.c)), String), literal(now, UtcDateTime())).where(true())
    statement = PerDialect(
        lambda insert: (
            insert(_look)
            .from_select(["chore", "subject", "at"], rows)
            .on_conflict_do_update(index_elements=["chore", "subject"], set_={"at": insert(_look).excluded.at})
        )
    )
    await session.execute(statement.on(session), dict(values or {}))


def _of(chore: str, **values: Any) -> dict[str, Any]:
    return {"of_chore": chore, **values}
