"""How reminders arrived: of one meeting, person for person; and what did not, for those who can tell it otherwise."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Integer, String, and_, bindparam, case, cast, func, insert, literal, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.alphabet import in_alphabet
from storage.asking import ask, ask_each, ask_value
from storage.people import VALID_TODAY
from storage.reminders import KEY
from storage.statements import among, later, table, written_out
from storage.tables import (
    Account,
    ChoreChanged,
    Delivery,
    DeliveryStatus,
    Membership,
    Organisation,
    Person,
    Reminder,
    ReminderStatus,
)
from storage.types import JsonObject, UtcDateTime

CHORE = "oversight.undelivered"
"""The chore that tells of reminders that do not arrive."""
MEETING, COMMITTEE = "m", "c"
"""How what it looks at begins: a meeting's id (`m12`), or that of a committee, whose reminders are about no meeting."""
ABOUT = "undelivered:"
"""How the subjects of what it tells begin."""

_reminder, _delivery, _account, _person = map(table, (Reminder, Delivery, Account, Person))
_PENDING, _HANDED, _SKIPPED, _WITHDRAWN = (
    written_out(status)
    for status in (
        ReminderStatus.PENDING,
        ReminderStatus.HANDED,
        ReminderStatus.SKIPPED,
        ReminderStatus.WITHDRAWN,
    )
)
_NOW: Any = bindparam("now", type_=UtcDateTime())


class Arrival(StrEnum):
    """What has become of a reminder, for whoever wants to know whether it arrived; in the order in which it is told.

    `UNDELIVERED`: it was to be said by now, and is not, for a reason that does not go by itself; or it was too late.
    `COMING`: it is to be said, or on its way.
    """

    UNDELIVERED = "undelivered"
    SENT = "sent"
    COMING = "coming"
    SKIPPED = "skipped"
    WITHDRAWN = "withdrawn"


_ORDER = list(Arrival)
_is_seen = or_(_delivery.c.id.is_(None), _delivery.c.sent_at.is_not(None))
_is_held_up = or_(
    _delivery.c.status.in_(
        [written_out(each) for each in (DeliveryStatus.WAITING, DeliveryStatus.FAILED, DeliveryStatus.CANCELLED)]
    ),
    # It is being tried once more, or was written anew: somebody was told that it does not arrive.
    _delivery.c.reference != "",
)
_ARRIVAL = later(
    lambda: case(
        (_reminder.c.status == _PENDING, Arrival.COMING),
        (_reminder.c.status == _SKIPPED, Arrival.SKIPPED),
        (_reminder.c.status == _WITHDRAWN, Arrival.WITHDRAWN),
        (_is_seen, Arrival.SENT),
        (_is_held_up, Arrival.UNDELIVERED),
        else_=Arrival.COMING,
    )
)
_RANK = later(
    lambda: case(*((written_out(each) == _ARRIVAL(), number) for number, each in enumerate(_ORDER)), else_=len(_ORDER))
)


class Overseen(NamedTuple):
    """A reminder, and how it arrived.

    `surface`: where it stands; None: nowhere yet. `delivered`: the status of its delivery, `error`: why it did not
    arrive, as the log has it, `reference`: of the fault.
    """

    id: int
    kind: str
    occurrence: str
    person_id: int
    name: str
    subject: str
    meeting_id: int | None
    committee_id: int | None
    due_at: datetime
    send_at: datetime
    expires_at: datetime | None
    created_at: datetime
    arrival: Arrival
    reason: str
    sent_at: datetime | None
    surface: str | None
    delivered: str | None
    error: str
    reference: str

    @property
    def about(self) -> str:
        """What the chore calls it by; empty: it is about neither a meeting nor a committee."""
        if self.meeting_id is not None:
            return f"{MEETING}{self.meeting_id}"
        return f"{COMMITTEE}{self.committee_id}" if self.committee_id is not None else ""


_COLUMNS = later(
    lambda: (
        *(_reminder.c[name] for name in ("id", "kind", "occurrence", "person_id")),
        _person.c.name,
        *(
            _reminder.c[name]
            for name in ("subject", "meeting_id", "committee_id", "due_at", "send_at", "expires_at", "created_at")
        ),
        _ARRIVAL().label("arrival"),
        _reminder.c.reason,
        _delivery.c.sent_at,
        _account.c.surface,
        _delivery.c.status,
        func.coalesce(_delivery.c.error, ""),
        func.coalesce(_delivery.c.reference, ""),
    )
)
_OVERSEEN = later(
    lambda: (
        select(*_COLUMNS())
        .join_from(_reminder, _person, _person.c.id == _reminder.c.person_id)
        .outerjoin(_delivery, _delivery.c.key == _reminder.c.delivery_key)
        # Where it is to be brought next is no place where it stands.
        .outerjoin(_account, and_(_account.c.id == _delivery.c.account_id, _delivery.c.sent_at.is_not(None)))
    )
)


def _overseen(row: Any) -> Overseen:
    found = Overseen(*row)
    return found._replace(arrival=Arrival(found.arrival))


_COUNTS = later(
    lambda: (
        select(_ARRIVAL().label("arrival"), func.count())
        .select_from(_reminder)
        .outerjoin(_delivery, _delivery.c.key == _reminder.c.delivery_key)
        .where(_reminder.c.meeting_id == bindparam("meeting_id"))
        .group_by("arrival")
    )
)


async def counts(session: AsyncSession, meeting_id: int) -> Mapping[Arrival, int]:
    """How many reminders about a meeting have arrived, by what has become of them: one statement."""
    rows = await ask(session, _COUNTS(), {"meeting_id": meeting_id})
    return {Arrival(arrival): count for arrival, count in rows}


_OF_MEETING = later(
    lambda: (
        _OVERSEEN()
        .where(_reminder.c.meeting_id == bindparam("meeting_id"), _reminder.c.status != _WITHDRAWN)
        .order_by(_RANK(), _reminder.c.send_at, in_alphabet(_person.c.name), _reminder.c.id)
        .limit(bindparam("most", type_=Integer()))
        .offset(bindparam("after", type_=Integer()))
    )
)


async def of_meeting(session: AsyncSession, meeting_id: int, after: int, most: int) -> Sequence[Overseen]:
    """The reminders about a meeting, those first that did not arrive; not what was withdrawn, since the meeting was
    another one then."""
    rows = await session.execute(_OF_MEETING(), {"meeting_id": meeting_id, "after": after, "most": most})
    return [_overseen(row) for row in rows]


async def of_person(
    session: AsyncSession, person_id: int, since: datetime, until: datetime, kind: str | None
) -> Sequence[Overseen]:
    """All of one person's that are, or were, to be said from `since` until before `until`, soonest first."""
    only = () if kind is None else (_reminder.c.kind == kind,)
    rows = await session.execute(
        _OVERSEEN()
        .where(_reminder.c.person_id == person_id, _reminder.c.send_at >= since, _reminder.c.send_at < until, *only)
        .order_by(_reminder.c.send_at, _reminder.c.id)
    )
    return [_overseen(row) for row in rows]


# --- what does not arrive --------------------------------------------------------------------------------------

_SUBJECT = later(
    lambda: case(
        (_reminder.c.meeting_id.is_not(None), literal(MEETING) + cast(_reminder.c.meeting_id, String)),
        else_=literal(COMMITTEE) + cast(_reminder.c.committee_id, String),
    )
)
_has_about = or_(_reminder.c.meeting_id.is_not(None), _reminder.c.committee_id.is_not(None))
_changed = table(ChoreChanged)
_NOTE = later(
    lambda: insert(_changed).from_select(
        ["chore", "subject"],
        select(literal(CHORE), _SUBJECT()).where(_reminder.c.delivery_key == bindparam("key"), _has_about).distinct(),
    )
)


async def note(session: AsyncSession, key: str) -> None:
    """Something has become of the delivery with this key: if it says reminders, the chore is to look at the meetings
    and committees that they are about."""
    if key.startswith(KEY):
        await session.execute(_NOTE(), {"key": key})


async def is_told_of(session: AsyncSession, key: str) -> bool:
    """Whether the chore tells of all that the delivery with this key says: reminders about meetings and committees, and
    nothing else."""
    if not key.startswith(KEY):
        return False
    said, about = (
        await session.execute(
            select(func.count(), func.count(_reminder.c.id).filter(_has_about)).where(_reminder.c.delivery_key == key)
        )
    ).one()
    return bool(said) and said == about


_still = (
    _reminder.c.status == _HANDED,
    _delivery.c.sent_at.is_(None),
    _is_held_up,
    _delivery.c.status != written_out(DeliveryStatus.CANCELLED),
)


async def looked_for(session: AsyncSession) -> Sequence[str]:
    """What there is something undelivered about, and what somebody has been told so of: once a day."""
    held_up = (
        select(_SUBJECT())
        .join_from(_delivery, _reminder, _delivery.c.key == _reminder.c.delivery_key)
        .where(
            _delivery.c.status.in_([written_out(each) for each in (DeliveryStatus.WAITING, DeliveryStatus.FAILED)]),
            _has_about,
            *_still,
        )
    )
    told = select(func.substr(_delivery.c.subject, len(ABOUT) + 1)).where(
        or_(*(_delivery.c.subject.startswith(f"{ABOUT}{each}", autoescape=True) for each in (MEETING, COMMITTEE)))
    )
    return list(await session.scalars(union(held_up, told)))


_TOLD = later(lambda: select(_delivery.c.key, _delivery.c.message).where(among(_delivery.c.subject, "subjects")))


async def told(session: AsyncSession, subjects: Collection[str]) -> Mapping[str, JsonObject]:
    """What was written about these subjects, by key, also what did not arrive itself: one statement."""
    rows = await ask(session, _TOLD(), {"subjects": subjects})
    return {row.key: row.message for row in rows}


@later
def _undelivered_statement() -> Any:
    of_committees = and_(_reminder.c.meeting_id.is_(None), among(_reminder.c.committee_id, "committee_ids"))
    return (
        _OVERSEEN()
        .where(
            or_(among(_reminder.c.meeting_id, "meeting_ids"), of_committees),
            or_(_reminder.c.expires_at.is_(None), _reminder.c.expires_at > _NOW),
            _person.c.removed_at.is_(None),
            *_still,
        )
        .order_by(in_alphabet(_person.c.name), _reminder.c.due_at, _reminder.c.id)
    )


async def undelivered(
    session: AsyncSession, meeting_ids: Collection[int], committee_ids: Collection[int], now: datetime
) -> Sequence[Overseen]:
    """What is not delivered of the reminders about these meetings, and of those about these committees and no meeting,
    and makes sense still; by the person's name."""
    rows = await session.execute(
        _undelivered_statement(), {"now": now, "meeting_ids": meeting_ids, "committee_ids": committee_ids}
    )
    return [_overseen(row) for row in rows]


# --- who is meant ----------------------------------------------------------------------------------------------


class Found(NamedTuple):
    """Somebody who may be meant. `removed_at`: when they were removed from the partnership."""

    id: int
    name: str
    email: str | None
    organisation: str
    language: str
    removed_at: datetime | None


async def meant(session: AsyncSession, text: str, limit: int) -> Sequence[Found]:
    """Who is meant by an id, an e-mail address or a name: those whom it names exactly, or else all with it in their
    name; also people who are removed, last."""
    organisation = table(Organisation)
    wanted = text.strip().lower()
    statement = (
        select(
            _person.c.id,
            _person.c.name,
            _person.c.email,
            organisation.c.name,
            _person.c.language,
            _person.c.removed_at,
        )
        .join_from(_person, organisation, organisation.c.id == _person.c.organisation_id)
        .order_by(_person.c.removed_at.is_not(None), in_alphabet(_person.c.name), _person.c.id)
        .limit(limit)
    )
    exactly = [func.lower(_person.c.email) == wanted, func.lower(_person.c.name) == wanted]
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        exactly = [_person.c.id == int(wanted)]
    found = [Found(*row) for row in await session.execute(statement.where(or_(*exactly)))]
    if found or not wanted or "@" in wanted or wanted.isdigit():
        return found
    within = func.lower(_person.c.name).contains(wanted, autoescape=True)
    return [Found(*row) for row in await session.execute(statement.where(within))]


_SURFACES_OF = later(
    lambda: (
        select(_account.c.surface)
        .where(_account.c.person_id == bindparam("person_id"))
        .order_by(_account.c.seen_at.desc())
    )
)


async def surfaces_of(session: AsyncSession, person_id: int) -> Sequence[str]:
    """Where somebody has been met, the last place first."""
    return list(dict.fromkeys(await ask_each(session, _SURFACES_OF(), {"person_id": person_id})))


_HAS_ROLE = later(
    lambda: select(col(Membership.id)).where(col(Membership.person_id) == bindparam("person_id"), VALID_TODAY).limit(1)
)


async def has_role(session: AsyncSession, person_id: int, today: date) -> bool:
    """Whether somebody has a role in a committee on the local date `today`."""
    found = await ask_value(session, _HAS_ROLE(), {"today": today, "person_id": person_id})
    return found is not None
