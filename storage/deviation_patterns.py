"""Patterns (mønstre): many reports of a kind within a while, and which have been offered as a case."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from storage.asking import ask
from storage.deviation_numbers import UNCOUNTED, state_of
from storage.statements import PerDialect, among, later, table
from storage.tables import Deviation, DeviationCategory, DeviationPattern, DeviationStatus
from storage.types import UtcDateTime

_deviation, _category, _pattern = map(table, (Deviation, DeviationCategory, DeviationPattern))
_SINCE = bindparam("since", type_=UtcDateTime())
_COUNTS = and_(
    _deviation.c.sent_at > _SINCE,
    _deviation.c.status.not_in(UNCOUNTED),
    # The same event told twice is no pattern.
    or_(_deviation.c.status != DeviationStatus.REJECTED, _deviation.c.reject_reason != "duplicate"),
)


class Kind(NamedTuple):
    """What the reports of a pattern share."""

    direction: str
    service: str
    category: str


class Found(NamedTuple):
    """A pattern that is to be offered. `offered_at`: when it last was."""

    kind: Kind
    offered_at: datetime | None


_FIND = later(
    lambda: (
        select(_deviation.c.direction, _deviation.c.service, _category.c.category, _pattern.c.offered_at)
        .join_from(_deviation, _category, _category.c.deviation_id == _deviation.c.id)
        .outerjoin(
            _pattern,
            and_(
                _pattern.c.direction == _deviation.c.direction,
                _pattern.c.service == _deviation.c.service,
                _pattern.c.category == _category.c.category,
            ),
        )
        .where(_COUNTS, or_(_pattern.c.offered_at.is_(None), _deviation.c.sent_at > _pattern.c.offered_at))
        .group_by(_deviation.c.direction, _deviation.c.service, _category.c.category, _pattern.c.offered_at)
        .having(func.count() >= bindparam("size"))
        .order_by(_deviation.c.direction, _deviation.c.service, _category.c.category)
    )
)


_same = tuple_(_deviation.c.direction, _deviation.c.service, _category.c.category)
_other, _others = _deviation.alias(), _category.alias()
_FIND_LIKE = later(
    lambda: _FIND().where(
        _same.in_(
            select(_other.c.direction, _other.c.service, _others.c.category)
            .join_from(_other, _others, _others.c.deviation_id == _other.c.id)
            .where(among(_other.c.id, "ids"))
        )
    )
)


async def to_offer(
    session: AsyncSession, *, size: int, since: datetime, like: Collection[int] | None = None
) -> Sequence[Found]:
    """The kinds of which at least `size` reports were sent after `since`, and after the kind was last offered; only
    those of which the reports with the ids `like` are, where such are given."""
    if like is None:
        rows = await ask(session, _FIND(), {"size": size, "since": since})
    else:
        rows = await ask(session, _FIND_LIKE(), {"size": size, "since": since, "ids": list(like)})
    return [Found(Kind(direction, service, category), at) for direction, service, category, at in rows]


_OFFERED = PerDialect(
    lambda insert: (
        insert(_pattern)
        .on_conflict_do_update(
            index_elements=["direction", "service", "category"],
            set_={"offered_at": insert(_pattern).excluded.offered_at},
            where=_pattern.c.offered_at == bindparam("seen", type_=UtcDateTime()),
        )
        .returning(_pattern.c.direction)
    )
)


async def note_offered(session: AsyncSession, found: Found, at: datetime) -> bool:
    """Note that it is offered now; False: somebody else did so since it was found."""
    values = {**found.kind._asdict(), "offered_at": at, "seen": found.offered_at}
    return (await session.execute(_OFFERED.on(session), values)).first() is not None


class Similar(NamedTuple):
    """One of the reports of a kind, by what numbers are made of. `state`: as in `deviation_numbers.What.STATE`."""

    month: str
    consequence: str
    state: str
    near_miss: bool
    unit_id: int


_SIMILAR = later(
    lambda: (
        select(
            _deviation.c.month,
            _deviation.c.consequence,
            state_of(_deviation.c),
            _deviation.c.near_miss,
            _deviation.c.unit_id,
        )
        .join_from(_deviation, _category, _category.c.deviation_id == _deviation.c.id)
        .where(
            _COUNTS,
            _deviation.c.direction == bindparam("direction"),
            _deviation.c.service == bindparam("service"),
            _category.c.category == bindparam("category"),
        )
    )
)


async def similar(session: AsyncSession, kind: Kind, since: datetime) -> Sequence[Similar]:
    """The reports of this kind that were sent after `since`."""
    values: dict[str, Any] = {**kind._asdict(), "since": since}
    return [Similar(*row) for row in await ask(session, _SIMILAR(), values)]
