"""Disagreements (uenighet) that cases ended in: their protocols, who writes in them, and where they stand."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import CursorResult, and_, bindparam, delete, exists, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage import looks
from storage.asking import ask, ask_each, ask_value
from storage.direct import Question
from storage.history import History
from storage.statements import PerDialect, among, later, rows_as_they_are, table
from storage.tables import (
    AgendaItem,
    AgendaSlot,
    ClosedHow,
    Committee,
    CommitteeAlias,
    Conclusion,
    Disagreement,
    DisagreementEvent,
    DisagreementView,
    DisagreementWriter,
    FormerNumber,
    HowDecided,
    Meeting,
    Membership,
    Minutes,
    MinutesEntry,
    MinutesStatus,
    Organisation,
    Person,
    Setting,
    Unit,
    UnitAlias,
)
from storage.types import UtcDateTime

HISTORY = History(DisagreementEvent, "disagreement_id")


class Writer(NamedTuple):
    """Somebody who writes for a party. `left`: they have been removed from the partnership since."""

    person_id: int
    name: str
    language: str
    left: bool


class ViewOf(NamedTuple):
    """How one party sees it, and who writes for it. `by`: who wrote last. `became`: what its organisation is part of
    by now; empty: it is its own."""

    row: DisagreementView
    by: str
    became: str
    writers: Sequence[Writer]


class DisagreementOf(NamedTuple):
    """A protocol with what stands around it. `number`: of the case, as it was in that meeting; empty where it has none.

    `raised`: the case that was proposed to the committee that it was taken to.
    """

    row: Disagreement
    meeting: Meeting
    committee: Committee
    item: AgendaItem | None
    title: str
    number: str
    how_decided: str
    raised: AgendaItem | None
    raised_to: str

    @property
    def is_open(self) -> bool:
        return self.row.closed_how == ClosedHow.OPEN

    @property
    def is_gone(self) -> bool:
        """It counts as never opened."""
        return self.row.closed_how == ClosedHow.GONE


@later
def _protocols() -> Any:
    raised, raised_to = aliased(AgendaItem), aliased(Committee)
    former = (
        select(col(FormerNumber.number))
        .where(
            col(FormerNumber.item_id) == col(Disagreement.item_id),
            col(FormerNumber.meeting_id) == col(Disagreement.meeting_id),
        )
        .order_by(col(FormerNumber.id).desc())
        .limit(1)
        .scalar_subquery()
    )
    columns: tuple[Any, ...] = (
        Disagreement,
        Meeting,
        Committee,
        AgendaItem,
        AgendaSlot,
        col(MinutesEntry.how_decided),
        former,
        raised,
        raised_to.name,
    )
    return (
        select(*columns)
        .select_from(Disagreement)
        .join(Meeting, col(Meeting.id) == col(Disagreement.meeting_id))
        .join(Committee, col(Committee.id) == col(Disagreement.committee_id))
        .join(MinutesEntry, col(MinutesEntry.id) == col(Disagreement.entry_id))
        .join(AgendaSlot, col(AgendaSlot.id) == col(MinutesEntry.slot_id))
        .outerjoin(AgendaItem, col(AgendaItem.id) == col(Disagreement.item_id))
        .outerjoin(raised, col(raised.id) == col(Disagreement.raised_item_id))
        .outerjoin(raised_to, col(raised_to.id) == col(raised.committee_id))
    )


def _of(row: Any) -> DisagreementOf:
    protocol, meeting, committee, item, slot, how, former, raised, raised_to = row
    here = item is not None and item.meeting_id == meeting.id
    number = (item.number if here else former) if item is not None else slot.number
    title = item.title if item is not None else slot.title or slot.standing
    return DisagreementOf(
        protocol, meeting, committee, item, title or "", number or "", how or "", raised, raised_to or ""
    )


_PROTOCOL = later(lambda: _protocols().where(col(Disagreement.id) == bindparam("disagreement_id")))
_LOCK = later(
    lambda: select(col(Disagreement.id)).where(col(Disagreement.id) == bindparam("disagreement_id")).with_for_update()
)


async def disagreement(session: AsyncSession, disagreement_id: int, *, lock: bool = False) -> DisagreementOf | None:
    """The protocol. `lock`: nobody else changes it, or what the parties write in it, until the transaction ends."""
    if lock:
        await session.execute(_LOCK(), {"disagreement_id": disagreement_id})
    rows = await session.execute(
        _PROTOCOL(), {"disagreement_id": disagreement_id}, execution_options={"populate_existing": lock}
    )
    row = rows.first()
    return _of(row) if row else None


@later
def _views() -> Any:
    became, by = aliased(Organisation), aliased(Person)
    columns: tuple[Any, ...] = (DisagreementView, by.name, became.name)
    return (
        select(*columns)
        .outerjoin(by, col(by.id) == col(DisagreementView.written_by_id))
        .outerjoin(Organisation, col(Organisation.id) == col(DisagreementView.organisation_id))
        .outerjoin(became, col(became.id) == col(Organisation.merged_into_id))
        .where(col(DisagreementView.disagreement_id) == bindparam("disagreement_id"))
        .order_by(col(DisagreementView.ordinal), col(DisagreementView.id))
    )


async def views(session: AsyncSession, disagreement_id: int, *, lock: bool = False) -> Sequence[ViewOf]:
    """The parties, in order: two statements. `lock`: what is read is as it stands now, not as it was read before."""
    values = {"disagreement_id": disagreement_id}
    rows = (await session.execute(_views(), values, execution_options={"populate_existing": lock})).all()
    writers = await _writers(session, [view.id for view, *_names in rows])
    return [ViewOf(view, name or "", now or "", writers.get(view.id, ())) for view, name, now in rows]


_WRITERS = later(
    lambda: (
        select(DisagreementWriter.view_id, Person.id, Person.name, Person.language, Person.removed_at)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == col(DisagreementWriter.person_id))
        .where(among(col(DisagreementWriter.view_id), "view_ids"))
        .order_by(col(Person.name), col(Person.id))
    )
)


async def _writers(session: AsyncSession, view_ids: Collection[int]) -> dict[int, list[Writer]]:
    if not view_ids:
        return {}
    found: dict[int, list[Writer]] = {}
    for view_id, person_id, name, language, removed_at in await ask(session, _WRITERS(), {"view_ids": view_ids}):
        found.setdefault(view_id, []).append(Writer(person_id, name, language, removed_at is not None))
    return found


_OPEN = PerDialect(lambda insert: insert(table(Disagreement)).on_conflict_do_nothing(index_elements=["entry_id"]))


async def open_one(session: AsyncSession, values: Mapping[str, Any], at: datetime) -> tuple[Disagreement, bool]:
    """Open the protocol of an entry of minutes; it, and whether that was done now. Of two who do at once, one does."""
    columns = {
        "step": "committee",
        "tried": "",
        "outcome": "",
        "revision": 0,
        "closed_how": ClosedHow.OPEN,
        "opened_at": at,
        **values,
    }
    done = cast(CursorResult[Any], await session.execute(_OPEN.on(session), columns))
    row = await session.scalar(
        select(Disagreement)
        .where(col(Disagreement.entry_id) == values["entry_id"])
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    assert row is not None  # noqa: S101 - it is there, whoever opened it
    return row, done.rowcount == 1


async def put_writers(session: AsyncSession, view_id: int, person_ids: Collection[int]) -> None:
    """These people write for the party from now on, and nobody else."""
    await session.execute(delete(DisagreementWriter).where(col(DisagreementWriter.view_id) == view_id))
    if person_ids:
        await session.execute(
            insert(table(DisagreementWriter)), [{"view_id": view_id, "person_id": each} for each in person_ids]
        )


class EntryAt(NamedTuple):
    """An entry of minutes, where it stands, and its protocol, if it has one."""

    entry: MinutesEntry
    minutes: Minutes
    meeting: Meeting
    item_id: int | None
    protocol: Disagreement | None


@later
def _entries() -> Any:
    columns: tuple[Any, ...] = (MinutesEntry, Minutes, Meeting, col(AgendaSlot.item_id), Disagreement)
    return (
        select(*columns)
        .select_from(MinutesEntry)
        .join(Minutes, col(Minutes.id) == col(MinutesEntry.minutes_id))
        .join(Meeting, col(Meeting.id) == col(Minutes.meeting_id))
        .join(AgendaSlot, col(AgendaSlot.id) == col(MinutesEntry.slot_id))
        .outerjoin(Disagreement, col(Disagreement.entry_id) == col(MinutesEntry.id))
    )


_TO_SEE_TO = later(
    lambda: (
        _entries()
        .where(
            among(col(MinutesEntry.minutes_id), "minutes_ids"),
            or_(col(MinutesEntry.how_decided) == HowDecided.DISAGREED, col(Disagreement.id).is_not(None)),
        )
        .order_by(col(MinutesEntry.id))
    )
)


async def entries_to_see_to(session: AsyncSession, minutes_ids: Collection[int]) -> Sequence[EntryAt]:
    """The entries of these minutes that ended in disagreement, or have a protocol: one statement."""
    rows = await session.execute(_TO_SEE_TO(), {"minutes_ids": minutes_ids})
    return [EntryAt(*row) for row in rows]


async def look_at_unseen(session: AsyncSession, chore: str, since: datetime, now: datetime) -> None:
    """The chore is to look now at the minutes that have changed since that moment and have an entry whose protocol is
    missing, or is there by mistake."""
    missing = and_(
        col(MinutesEntry.how_decided) == HowDecided.DISAGREED,
        or_(col(Disagreement.id).is_(None), col(Disagreement.closed_how) == ClosedHow.GONE),
    )
    mistaken = and_(
        or_(col(MinutesEntry.how_decided).is_(None), col(MinutesEntry.how_decided) != HowDecided.DISAGREED),
        col(Disagreement.closed_how) == ClosedHow.OPEN,
        col(Disagreement.opened_by_id).is_(None),
    )
    ids = (
        select(col(Minutes.id))
        .join(MinutesEntry, col(MinutesEntry.minutes_id) == col(Minutes.id))
        .outerjoin(Disagreement, col(Disagreement.entry_id) == col(MinutesEntry.id))
        .where(
            col(Minutes.status) != MinutesStatus.DRAFT,
            col(Minutes.paper_id).is_(None),
            col(Minutes.changed_at) >= since,
            or_(missing, mistaken),
        )
        .distinct()
    )
    await looks.look_at_all(session, chore, ids, now)


_ENTRY_AT = later(
    lambda: _entries().where(
        col(Minutes.meeting_id) == bindparam("meeting_id"), col(MinutesEntry.slot_id) == bindparam("slot_id")
    )
)


async def entry_at(session: AsyncSession, meeting_id: int, slot_id: int) -> EntryAt | None:
    """What the minutes of the meeting say of the item in that place."""
    row = (await session.execute(_ENTRY_AT(), {"meeting_id": meeting_id, "slot_id": slot_id})).first()
    return EntryAt(*row) if row else None


_OF_MEETING = later(
    lambda: (
        _entries()
        .where(
            col(Minutes.meeting_id) == bindparam("meeting_id"),
            or_(col(MinutesEntry.how_decided) == HowDecided.DISAGREED, col(Disagreement.closed_how) != ClosedHow.GONE),
        )
        .order_by(col(AgendaSlot.position), col(MinutesEntry.id))
    )
)


async def of_meeting(session: AsyncSession, meeting_id: int) -> Sequence[EntryAt]:
    """Those of a meeting whose minutes say that they ended in disagreement, or that have a protocol, in order."""
    rows = await session.execute(_OF_MEETING(), {"meeting_id": meeting_id})
    return [EntryAt(*row) for row in rows]


_OF_ITEM = later(
    lambda: (
        _protocols()
        .where(
            or_(
                col(Disagreement.item_id) == bindparam("item_id"),
                col(Disagreement.raised_item_id) == bindparam("item_id"),
            ),
            col(Disagreement.closed_how) != ClosedHow.GONE,
        )
        .order_by(col(Disagreement.id))
    )
)


async def of_item(session: AsyncSession, item_id: int) -> Sequence[DisagreementOf]:
    """The protocols of a case, first to last."""
    rows = await rows_as_they_are(session, _OF_ITEM(), {"item_id": item_id})
    return [_of(row) for row in rows]


_MOST_DUE = 100
_DUE = later(
    lambda: (
        select(table(Disagreement).c.id)
        .where(table(Disagreement).c.clock_at <= bindparam("now", type_=UtcDateTime()))
        .order_by(table(Disagreement).c.clock_at)
        .limit(_MOST_DUE)
    )
)


async def due(session: AsyncSession, now: datetime) -> Sequence[int]:
    """The protocols that the clock is to look at now."""
    return await ask_each(session, *stirs(now))


def stirs(now: datetime) -> Question:
    """Finds a row if any are due."""
    return Question(_DUE(), {"now": now})


_TO_WRITE = later(
    lambda: (
        _protocols()
        .add_columns(col(DisagreementView.party))
        .join(DisagreementView, col(DisagreementView.disagreement_id) == col(Disagreement.id))
        .join(DisagreementWriter, col(DisagreementWriter.view_id) == col(DisagreementView.id))
        .where(
            col(DisagreementWriter.person_id) == bindparam("person_id"),
            col(DisagreementView.revision) == 0,
            col(Disagreement.closed_how) == ClosedHow.OPEN,
        )
        .order_by(col(Disagreement.opened_at))
    )
)


async def to_write(session: AsyncSession, person_id: int) -> Sequence[tuple[DisagreementOf, str]]:
    """The open protocols in which this person writes for a party that has not written, and that party, oldest first."""
    rows = await session.execute(_TO_WRITE(), {"person_id": person_id})
    return [(_of(row[:-1]), row[-1]) for row in rows]


@later
def _read_by() -> Any:
    writes = (
        exists()
        .where(col(DisagreementView.disagreement_id) == col(Disagreement.id))
        .where(col(DisagreementWriter.view_id) == col(DisagreementView.id))
        .where(col(DisagreementWriter.person_id) == bindparam("person_id"))
    )
    return (
        _protocols()
        .where(
            col(Disagreement.closed_how) != ClosedHow.GONE,
            or_(among(col(Disagreement.committee_id), "committee_ids"), writes),
        )
        .order_by(
            col(Disagreement.closed_how) != ClosedHow.OPEN,
            col(Disagreement.opened_at).desc(),
            col(Disagreement.id).desc(),
        )
        .offset(bindparam("offset"))
        .limit(bindparam("limit"))
    )


async def read_by(
    session: AsyncSession, person_id: int, committee_ids: Collection[int], offset: int, limit: int
) -> Sequence[DisagreementOf]:
    """The protocols of these committees, and those that this person writes in: the open ones first, the newest of them
    first."""
    values = {"person_id": person_id, "committee_ids": committee_ids, "offset": offset, "limit": limit}
    rows = await rows_as_they_are(session, _read_by(), values)
    return [_of(row) for row in rows]


_OVERDUE = later(
    lambda: (
        _protocols()
        .where(
            among(col(Disagreement.committee_id), "committee_ids"),
            col(Disagreement.closed_how) == ClosedHow.OPEN,
            col(Disagreement.due_on) < bindparam("before"),
        )
        .order_by(col(Disagreement.due_on), col(Disagreement.id))
    )
)


async def overdue(session: AsyncSession, committee_ids: Collection[int], before: Any) -> Sequence[DisagreementOf]:
    """The open protocols of these committees whose step was, or is, to be over before this local date, the first
    first."""
    rows = await session.execute(_OVERDUE(), {"committee_ids": committee_ids, "before": before})
    return [_of(row) for row in rows]


_CONCLUSIONS = later(
    lambda: (
        select(col(Conclusion.text))
        .where(col(Conclusion.entry_id) == bindparam("entry_id"))
        .order_by(col(Conclusion.ordinal))
    )
)


async def conclusions(session: AsyncSession, entry_id: int) -> Sequence[str]:
    """The conclusions of an item in the minutes, in order."""
    return await ask_each(session, _CONCLUSIONS(), {"entry_id": entry_id})


class Seated(NamedTuple):
    """Somebody with a role in a committee, and the kind and id of the organisation that they are from."""

    person_id: int
    role: str
    kind: str
    organisation_id: int
    organisation: str


_SEATED = later(
    lambda: (
        select(Person.id, Membership.role, Organisation.kind, Organisation.id, Organisation.name)  # type: ignore[call-overload]
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .join(Organisation, col(Organisation.id) == col(Person.organisation_id))
        .where(
            col(Membership.committee_id) == bindparam("committee_id"),
            or_(col(Membership.valid_from).is_(None), col(Membership.valid_from) <= bindparam("today")),
            or_(col(Membership.valid_to).is_(None), col(Membership.valid_to) >= bindparam("today")),
            col(Person.removed_at).is_(None),
        )
        .order_by(col(Person.name), col(Person.id))
    )
)


async def seated(session: AsyncSession, committee_id: int, today: Any) -> Sequence[Seated]:
    """Who has a role in the committee on this local date, by name; one row for each role."""
    rows = await ask(session, _SEATED(), {"committee_id": committee_id, "today": today})
    return [Seated(*row) for row in rows]


_ORGANISATIONS = later(
    lambda: select(Organisation).where(col(Organisation.removed_at).is_(None)).order_by(col(Organisation.name))
)


async def organisations(session: AsyncSession) -> Sequence[Organisation]:
    """Those that are parties of the partnership today, by name."""
    return list(await session.scalars(_ORGANISATIONS()))


_SETTING = later(lambda: select(col(Setting.value)).where(col(Setting.name) == bindparam("name")))


async def setting(session: AsyncSession, name: str) -> Mapping[str, Any]:
    """A setting of the partnership; empty where there is none."""
    found = await ask_value(session, _SETTING(), {"name": name})
    return found or {}


class Known(NamedTuple):
    """Names that tell which partnership something is about, of what is there and what was: organisations with their
    kind, and people, units and committees."""

    organisations: Sequence[tuple[int, str, str]]
    people: Sequence[str]
    units: Sequence[str]
    committees: Sequence[str]


_NAMES_OF_ORGANISATIONS = later(lambda: select(col(Organisation.id), col(Organisation.name), col(Organisation.kind)))


_NAMES_OF_PEOPLE = later(lambda: select(col(Person.name)).where(col(Person.name) != "").distinct())


_NAMES_OF_UNITS = later(lambda: select(col(Unit.name)))


_ALIASES_OF_UNITS = later(lambda: select(col(UnitAlias.alias)))


_NAMES_OF_COMMITTEES = later(lambda: select(col(Committee.name)))


_ALIASES_OF_COMMITTEES = later(lambda: select(col(CommitteeAlias.alias)))


async def known_names(session: AsyncSession) -> Known:
    """All of them: six statements."""
    organisations = await ask(session, _NAMES_OF_ORGANISATIONS(), {})
    people = await ask_each(session, _NAMES_OF_PEOPLE(), {})
    units = [*await ask_each(session, _NAMES_OF_UNITS(), {}), *await ask_each(session, _ALIASES_OF_UNITS(), {})]
    committees = [
        *await ask_each(session, _NAMES_OF_COMMITTEES(), {}),
        *await ask_each(session, _ALIASES_OF_COMMITTEES(), {}),
    ]
    return Known([(id_, name, kind) for id_, name, kind in organisations], list(people), units, committees)
