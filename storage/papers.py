"""Old papers (gamle papirer) that were read in: what was read, what became of it, and the rows that it became."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.asking import ask, ask_each, ask_first
from storage.direct import Question
from storage.history import History
from storage.statements import PerDialect, among, as_it_is, later, locking, rows_as_they_are, table
from storage.tables import (
    AgendaItem,
    AgendaSlot,
    Attendance,
    Committee,
    CommitteeAlias,
    Conclusion,
    FollowUp,
    FormerNumber,
    Meeting,
    Minutes,
    MinutesEntry,
    NumberSeries,
    Organisation,
    Paper,
    PaperEvent,
    PaperStatus,
    Person,
)

HISTORY = History(PaperEvent, "paper_id")


class Source(NamedTuple):
    """Where minutes were read in from: the name of the file, when (UTC), and by whom; empty: at the command line."""

    name: str
    at: datetime
    by: str


_SOURCE = later(
    lambda: (
        select(Paper.name, Paper.at, Person.name)  # type: ignore[call-overload]
        .outerjoin(Person, col(Person.id) == col(Paper.by_id))
        .where(col(Paper.id) == bindparam("paper_id"))
    )
)


async def source(session: AsyncSession, paper_id: int) -> Source | None:
    row = await ask_first(session, _SOURCE(), {"paper_id": paper_id})
    return Source(row[0], row[1], row[2] or "") if row else None


_PAPER = later(lambda: select(Paper).where(col(Paper.id) == bindparam("paper_id")))


async def paper(session: AsyncSession, paper_id: int, *, lock: bool = False) -> Paper | None:
    """The paper. `lock`: nobody else settles it until the transaction ends."""
    values, as_it_is = {"paper_id": paper_id}, {"populate_existing": True}
    statement: Any = locking(_PAPER(), Paper) if lock else _PAPER()
    found: Paper | None = await session.scalar(statement, values, execution_options=as_it_is)
    return found


_OF_DIGEST = later(
    lambda: (
        select(Paper)
        .where(
            col(Paper.digest) == bindparam("digest"),
            col(Paper.status).in_([PaperStatus.WAITING, PaperStatus.STORED, PaperStatus.REPLACED]),
        )
        .order_by(col(Paper.id).desc())
    )
)


async def of_digest(session: AsyncSession, digest: str) -> Sequence[Paper]:
    """The papers whose file is this one, newest first, that wait or are stored."""
    return list(await session.scalars(_OF_DIGEST(), {"digest": digest}))


class PaperOf(NamedTuple):
    """A paper in a list. `committee`: whose it is, or empty; `by`: who read it in, or empty."""

    paper: Paper
    committee: str
    by: str


async def listed(
    session: AsyncSession, committee_ids: Collection[int] | None, offset: int = 0, limit: int | None = None
) -> Sequence[PaperOf]:
    """The papers of these committees (None: of all, and those whose committee is not known), those that wait first,
    then the newest."""
    waits = (col(Paper.status) != PaperStatus.WAITING).label("waits")
    statement = (
        select(Paper, Committee.name, Person.name)  # type: ignore[call-overload]
        .outerjoin(Committee, col(Committee.id) == col(Paper.committee_id))
        .outerjoin(Person, col(Person.id) == col(Paper.by_id))
        .order_by(waits, col(Paper.id).desc())
        .offset(offset)
        .limit(limit)
    )
    if committee_ids is not None:
        statement = statement.where(col(Paper.committee_id).in_(committee_ids))
    rows = await session.execute(await as_it_is(session, statement))
    return [PaperOf(row[0], row[1] or "", row[2] or "") for row in rows]


_paper = table(Paper)
_COUNT_WAITING = later(
    lambda: (
        select(_paper.c.committee_id, func.count().label("count"))
        .where(among(_paper.c.committee_id, "committees"), _paper.c.status == PaperStatus.WAITING)
        .group_by(_paper.c.committee_id)
    )
)


async def count_waiting(session: AsyncSession, committee_ids: Collection[int]) -> dict[int, int]:
    """How many papers wait for somebody to confirm them, by committee; not those with none."""
    return {row[0]: row[1] for row in await ask(session, *asked_count_waiting(committee_ids))}


def asked_count_waiting(committee_ids: Collection[int]) -> Question:
    """What `count_waiting` asks, to be foreseen."""
    return Question(_COUNT_WAITING(), {"committees": committee_ids})


_TAKE_TURN = later(
    lambda: select(col(Committee.id)).where(col(Committee.id) == bindparam("committee_id")).with_for_update()
)


async def take_turn(session: AsyncSession, committee_id: int) -> None:
    """Of two who store papers of the same committee at once, one waits for the other."""
    await session.execute(_TAKE_TURN(), {"committee_id": committee_id})


# --- what a paper is held against ----------------------------------------------------------------------------


class Names(NamedTuple):
    """A committee, with everything that it is or was called."""

    committee: Committee
    aliases: Sequence[CommitteeAlias]


_ALIASES = later(lambda: select(CommitteeAlias).order_by(col(CommitteeAlias.id)))


_BY_NAME = later(
    lambda: select(Committee).order_by(col(Committee.removed_at).is_not(None), col(Committee.name), col(Committee.id))
)


async def committees_by_name(session: AsyncSession) -> Sequence[Names]:
    """Every committee, by name, those that are removed last: old papers tell of these too. Two statements."""
    rows = list(await session.scalars(_BY_NAME()))
    aliases: dict[int, list[CommitteeAlias]] = {}
    for each in await session.scalars(_ALIASES()):
        aliases.setdefault(each.committee_id, []).append(each)
    return [Names(each, aliases.get(each.id, ())) for each in rows]


_MEETINGS_BETWEEN = later(
    lambda: (
        select(Meeting)
        .where(
            among(col(Meeting.committee_id), "committee_ids"),
            col(Meeting.starts_at) >= bindparam("since"),
            col(Meeting.starts_at) < bindparam("until"),
            col(Meeting.cancelled_at).is_(None),
        )
        .order_by(col(Meeting.starts_at), col(Meeting.id))
    )
)


async def meetings_between(
    session: AsyncSession, committee_ids: Collection[int], since: datetime, until: datetime
) -> Sequence[Meeting]:
    """The meetings of these committees that begin then and are not cancelled, in order; `until` is not included."""
    return list(
        (
            await rows_as_they_are(
                session, _MEETINGS_BETWEEN(), {"committee_ids": committee_ids, "since": since, "until": until}
            )
        ).scalars()
    )


_MEETING_KEYS = later(lambda: select(col(Meeting.key)).where(col(Meeting.committee_id) == bindparam("committee_id")))


async def meeting_keys(session: AsyncSession, committee_id: int) -> set[str]:
    return set(await ask_each(session, _MEETING_KEYS(), {"committee_id": committee_id}))


class Wanted(NamedTuple):
    """A number that a paper gives a case: as it is written, and what it comes to in a series. `year` 0: it has none."""

    text: str
    series: str
    year: int
    n: int | None


async def numbered(session: AsyncSession, committee_id: int, wanted: Collection[Wanted]) -> Sequence[AgendaItem]:
    """The committee's cases that have, or had, one of these numbers: one statement."""
    if not wanted:
        return []
    item, former = table(AgendaItem).c, table(FormerNumber).c

    def same(having: Any) -> Any:
        return and_(
            having.committee_id == committee_id,
            or_(
                having.number.in_([each.text for each in wanted]),
                *(
                    and_(
                        having.number_series == each.series,
                        having.number_year == each.year,
                        having.number_in_year == each.n,
                    )
                    for each in wanted
                    if each.n is not None
                ),
            ),
        )

    had = select(former.item_id).where(same(former))
    statement = select(AgendaItem).where(or_(same(item), item.id.in_(had))).order_by(item.id)
    return list(await session.scalars(await as_it_is(session, statement)))


_FORMER_OF = later(lambda: select(FormerNumber).where(among(col(FormerNumber.item_id), "item_ids")))


async def former_of(session: AsyncSession, item_ids: Collection[int]) -> Sequence[FormerNumber]:
    """The numbers that these cases had and have no longer."""
    return list(await session.scalars(_FORMER_OF(), {"item_ids": item_ids}))


class Laid(NamedTuple):
    """All that is stored of a meeting: its places in order, the cases in them, the minutes, what they say (by place),
    and who was there."""

    slots: Sequence[AgendaSlot]
    items: Mapping[int, AgendaItem]
    minutes: Minutes | None
    entries: Mapping[int, MinutesEntry]
    conclusions: Mapping[int, Sequence[Conclusion]]
    follow_ups: Mapping[int, Sequence[FollowUp]]
    attendance: Sequence[Attendance]


async def laid(session: AsyncSession, meeting_id: int) -> Laid:
    """Seven statements, however much it is. What hangs on the minutes' entries is by the entry's id."""

    async def rows(statement: Any) -> Sequence[Any]:
        return list(await session.scalars(await as_it_is(session, statement)))

    of_meeting = col(AgendaSlot.meeting_id) == meeting_id
    slots = await rows(select(AgendaSlot).where(of_meeting).order_by(col(AgendaSlot.position), col(AgendaSlot.id)))
    on_it = select(col(AgendaSlot.item_id)).where(of_meeting)
    items = await rows(
        select(AgendaItem).where(or_(col(AgendaItem.meeting_id) == meeting_id, col(AgendaItem.id).in_(on_it)))
    )
    row = (await rows(select(Minutes).where(col(Minutes.meeting_id) == meeting_id)) or [None])[0]
    minutes_id = row.id if row is not None else 0
    entries = await rows(select(MinutesEntry).where(col(MinutesEntry.minutes_id) == minutes_id))
    ids = select(col(MinutesEntry.id)).where(col(MinutesEntry.minutes_id) == minutes_id)
    conclusions: dict[int, list[Conclusion]] = {}
    statement: Any = select(Conclusion).where(col(Conclusion.entry_id).in_(ids)).order_by(col(Conclusion.ordinal))
    for conclusion in await rows(statement):
        conclusions.setdefault(conclusion.entry_id, []).append(conclusion)
    follow_ups: dict[int, list[FollowUp]] = {}
    statement = select(FollowUp).where(col(FollowUp.entry_id).in_(ids)).order_by(col(FollowUp.ordinal))
    for each in await rows(statement):
        follow_ups.setdefault(each.entry_id, []).append(each)
    attendance = await rows(
        select(Attendance).where(col(Attendance.meeting_id) == meeting_id).order_by(col(Attendance.id))
    )
    return Laid(
        slots,
        {each.id: each for each in items},
        row,
        {each.slot_id: each for each in entries},
        conclusions,
        follow_ups,
        attendance,
    )


async def add_all(session: AsyncSession, rows: Sequence[Any]) -> None:
    """Add these rows of one table, in this order: one statement, however many, on SQLite too. They are not the
    session's: whoever needs one asks for it."""
    await session.flush()
    if rows:
        await session.execute(insert(table(type(rows[0]))), [row.model_dump(exclude={"id"}) for row in rows])


_ITEMS_OF_DRAFTS = later(lambda: select(AgendaItem).where(among(col(AgendaItem.draft_id), "draft_ids")))


async def items_of_drafts(session: AsyncSession, draft_ids: Collection[str]) -> dict[str, AgendaItem]:
    found = await session.scalars(_ITEMS_OF_DRAFTS(), {"draft_ids": draft_ids})
    return {each.draft_id: each for each in found}


async def slots_after(session: AsyncSession, meeting_id: int, last: int) -> Sequence[AgendaSlot]:
    """The places on the meeting's agenda that were added after the one with the id `last`, in order."""
    statement = select(AgendaSlot).where(col(AgendaSlot.meeting_id) == meeting_id, col(AgendaSlot.id) > last)
    return list(await session.scalars(statement.order_by(col(AgendaSlot.id))))


_ENTRIES_BY_SLOT = later(lambda: select(MinutesEntry).where(col(MinutesEntry.minutes_id) == bindparam("minutes_id")))


async def entries_by_slot(session: AsyncSession, minutes_id: int) -> dict[int, MinutesEntry]:
    found = await session.scalars(_ENTRIES_BY_SLOT(), {"minutes_id": minutes_id})
    return {each.slot_id: each for each in found}


class Namesake(NamedTuple):
    """Somebody in the register. `removed_at` (UTC): they have left."""

    id: int
    name: str
    removed_at: datetime | None


async def called(session: AsyncSession, names: Collection[str]) -> Sequence[Namesake]:
    """Everybody with one of these names, written just so or in other cases: one statement.

    Both databases fold only the letters of ASCII alike, so the last word is compared as it stands too.
    """
    if not names:
        return []
    lowered = {each.lower() for each in names}
    rows = await session.execute(
        select(Person.id, Person.name, Person.removed_at).where(  # type: ignore[call-overload]
            or_(col(Person.name).in_(set(names)), func.lower(col(Person.name)).in_(lowered))
        )
    )
    return [Namesake(*row) for row in rows]


_ORGANISATIONS = later(lambda: select(Organisation).where(col(Organisation.removed_at).is_(None)))


async def organisations(session: AsyncSession) -> Sequence[Organisation]:
    return list(await session.scalars(_ORGANISATIONS()))


_RAISE = PerDialect(
    lambda insert: insert(table(NumberSeries)).on_conflict_do_update(
        index_elements=["name", "year"],
        set_={"last": insert(table(NumberSeries)).excluded.last},
        where=table(NumberSeries).c.last < insert(table(NumberSeries)).excluded.last,
    )
)


async def series_at(session: AsyncSession, name: str, year: int) -> int:
    """The last number used of a series; 0: none."""
    found = await session.get(NumberSeries, (name, year), populate_existing=True)
    return found.last if found is not None else 0


async def raise_series(session: AsyncSession, name: str, year: int, last: int) -> None:
    """The next number of the series comes after `last`: numbers up to it are in use."""
    await session.execute(_RAISE.on(session), {"name": name, "year": year, "last": last})


async def lower_series(session: AsyncSession, name: str, year: int, *, raised_to: int, before: int) -> None:
    """Take back that a series was raised, unless somebody has used it since."""
    row = await session.get(NumberSeries, (name, year), populate_existing=True)
    if row is not None and row.last == raised_to:
        row.last = before


async def of_day(session: AsyncSession, committee_id: int, day: date, *, replaced: bool = False) -> Sequence[Paper]:
    """The papers of a committee that are stored and are of that day, first to last; `replaced`: also those whose place
    a later version has taken."""
    statuses = [PaperStatus.STORED, PaperStatus.REPLACED] if replaced else [PaperStatus.STORED]
    statement = (
        select(Paper)
        .where(
            col(Paper.committee_id) == committee_id,
            col(Paper.status).in_(statuses),
            col(Paper.read)["date"].as_string() == day.isoformat(),
        )
        .order_by(col(Paper.id))
    )
    return list(await session.scalars(await as_it_is(session, statement)))
