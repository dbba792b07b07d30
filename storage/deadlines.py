"""What reminders of deviations are worked out from: the reports that wait, and who was reminded when."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, null, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import looks
from storage.asking import ask
from storage.deviations import AT_UNIT, HISTORY
from storage.statements import among, later
from storage.tables import Delivery, Deviation, DeviationStatus, Person, Reminder, ReminderStatus
from storage.tables.deviations import SERIOUS


class Open(NamedTuple):
    """A report that some unit owes an answer to, without what is written in it.

    `since`: when it was sent, or asked about once more. `asked_at`: when the unit asked the reporter, as long as it
    waits for the answer; None when the reporter has left.
    """

    id: int
    unit_id: int
    organisation_id: int
    handler_id: int | None
    reporter_id: int
    reporter_language: str
    consequence: str
    since: datetime
    due_at: datetime
    changed_at: datetime
    asked_at: datetime | None


_asked_at = HISTORY.last_at("questioned", col(Deviation.id))
REMINDERS = "deviations.reminders"
"""The chore that reminds of deviations, as triggers name it too."""
_WAITS = (
    col(Deviation.status).in_(AT_UNIT),
    col(Deviation.due_at).is_not(None),
    col(Deviation.sent_at).is_not(None),
)


def _not_settled(since: datetime) -> tuple[Any, ...]:
    return (
        col(Deviation.sent_at) > since,
        col(Deviation.consequence).in_(SERIOUS),
        col(Deviation.notice_considered_at).is_(None),
        col(Deviation.notice_sent_at).is_(None),
        col(Deviation.status) != DeviationStatus.WITHDRAWN,
    )


_waits_for_reporter = (col(Deviation.status) == DeviationStatus.ASKED) & col(Person.removed_at).is_(None)
_OPEN_COLUMNS: tuple[Any, ...] = (
    Deviation.id,
    Deviation.unit_id,
    Deviation.organisation_id,
    Deviation.handler_id,
    Deviation.reporter_id,
    Person.language,
    Deviation.consequence,
    func.coalesce(col(Deviation.asked_again_at), col(Deviation.sent_at)),
    Deviation.due_at,
    Deviation.changed_at,
    case((_waits_for_reporter, _asked_at), else_=null()),
)
_OPEN = (
    select(*_OPEN_COLUMNS)
    .join(Person, col(Person.id) == col(Deviation.reporter_id))
    .where(*_WAITS)
    .order_by(col(Deviation.due_at), col(Deviation.id))
)


async def still_open(session: AsyncSession, ids: Collection[int] | None = None) -> Sequence[Open]:
    """Every report that some unit owes an answer to (or those of these), by deadline: a few short columns of each."""
    statement = _OPEN if ids is None else _OPEN.where(col(Deviation.id).in_(ids))
    return [Open(*row) for row in await session.execute(statement)]


class Unsettled(NamedTuple):
    """A serious report of which nobody has said what became of the statutory notice. `reporter_left`: removed since."""

    id: int
    workplace_id: int | None
    organisation_id: int
    reporter_id: int
    reporter_language: str
    reporter_left: bool
    created_at: datetime


_UNSETTLED_COLUMNS: tuple[Any, ...] = (
    Deviation.id,
    Deviation.workplace_id,
    Deviation.reporter_organisation_id,
    Deviation.reporter_id,
    Person.language,
    col(Person.removed_at).is_not(None),
    Deviation.created_at,
)


async def unsettled(session: AsyncSession, since: datetime, ids: Collection[int] | None = None) -> Sequence[Unsettled]:
    """Those that were sent after this moment (or those of these), the oldest first."""
    statement = (
        select(*_UNSETTLED_COLUMNS)
        .join(Person, col(Person.id) == col(Deviation.reporter_id))
        .where(*_not_settled(since))
        .order_by(col(Deviation.created_at), col(Deviation.id))
    )
    if ids is not None:
        statement = statement.where(col(Deviation.id).in_(ids))
    return [Unsettled(*row) for row in await session.execute(statement)]


def reminder_subject(deviation_id: int) -> str:
    """What reminders of a report are about. It is no capability's: nobody is told of one that does not arrive, since it
    may stand among others, which other people know of."""
    return f"deviation-due:{deviation_id}"


@later
def _last_reminded_statement() -> Any:
    found = union_all(
        select(col(Delivery.person_id), col(Delivery.created_at).label("at")).where(
            among(col(Delivery.subject), "before")
        ),
        select(col(Reminder.person_id), col(Reminder.due_at)).where(
            among(col(Reminder.person_id), "person_ids"),
            among(col(Reminder.kind), "kinds"),
            col(Reminder.status) != ReminderStatus.WITHDRAWN,
            # One that was put off is said at another time, which is theirs to choose.
            col(Reminder.occurrence).not_like("%~%"),
        ),
    ).subquery()
    return select(found.c.person_id, func.max(found.c.at)).group_by(found.c.person_id)


async def last_reminded(
    session: AsyncSession, person_ids: Collection[int], kinds: Collection[str]
) -> dict[int, datetime]:
    """When there was last something of these kinds to remind each of these people of; those who never were reminded are
    left out. Before there were rows of reminders each such message was a delivery of its own."""
    before = {f"deviations-due:{person_id}" for person_id in person_ids}
    rows = await ask(session, _last_reminded_statement(), {"before": before, "person_ids": person_ids, "kinds": kinds})
    return {row[0]: row[1] for row in rows}


async def look_at_all(session: AsyncSession, chore: str, since: datetime, now: datetime) -> None:
    """Let this chore look now at every report that is still open, or unsettled `since` (see `unsettled`)."""
    reports = select(col(Deviation.id)).where(or_(and_(*_WAITS), and_(*_not_settled(since))))
    await looks.look_at_all(session, chore, reports, now)
