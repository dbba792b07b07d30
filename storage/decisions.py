"""Decisions (vedtak), and what is to be done because of them: read from minutes that have left the minute taker.

A decision is a `Conclusion` of minutes that are published or approved, also of those that were read in from old papers.
What is to be done is a `FollowUp`. Neither is copied anywhere: if the minutes are refused, they are none any more.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, case, delete, exists, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.alphabet import in_alphabet
from storage.history import History
from storage.statements import PerDialect, as_it_is, table
from storage.tables import (
    AgendaItem,
    AgendaSlot,
    CaseFollower,
    Committee,
    Conclusion,
    Delivery,
    DeliveryStatus,
    FollowUp,
    FollowUpEvent,
    FollowUpStatus,
    FormerNumber,
    HowDecided,
    Meeting,
    Membership,
    Minutes,
    MinutesEntry,
    MinutesStatus,
    Organisation,
    Paper,
    Person,
    SlotKind,
)

HISTORY = History(FollowUpEvent, "follow_up_id")

IN_FORCE = (MinutesStatus.PUBLISHED, MinutesStatus.APPROVED)
"""Minutes that have left the minute taker."""
OPEN = (FollowUpStatus.OPEN, FollowUpStatus.RECEIVED, FollowUpStatus.TAKEN)
"""What is still to be done."""


class At(NamedTuple):
    """Where something was decided: the line of a meeting's minutes. `item` None: it was no case, but a line of the
    agenda. `number`: the one that it had there. `paper`: the name of the old paper that it was read in from."""

    entry: MinutesEntry
    minutes: Minutes
    meeting: Meeting
    committee: Committee
    slot: AgendaSlot
    item: AgendaItem | None
    number: str
    paper: str

    @property
    def title(self) -> str:
        """What the line is called, as that committee words it."""
        if self.item is None:
            return self.slot.title or self.slot.standing or ""
        if self.item.committee_id != self.committee.id:
            for level in self.item.levels or ():
                if level["committee_id"] == self.committee.id:
                    return str(level["title"])
        return self.item.title

    @property
    def is_in_force(self) -> bool:
        """The minutes have left the minute taker."""
        return self.minutes.status in IN_FORCE


Owner = tuple[int | None, int | None, int | None, str]
"""Who is to do something: a person, a committee, an organisation (ids), or words."""
NOBODY: Owner = (None, None, None, "")


def owner_of(row: FollowUp) -> Owner:
    return row.owner_id, row.owner_committee_id, row.owner_organisation_id, row.owner_text


class Task(NamedTuple):
    """Something that is to be done because of a decision (oppfølging), and where that was decided.

    `owner`: who is to do it: a name, or words; empty: nobody said. `has_left`: the owner is a person who is not in the
    partnership any more. `revoked`: the decision that it follows from was revoked. `contacts`: those who answer for the
    organisation that is to do it, where one is.
    """

    row: FollowUp
    at: At
    owner: str
    has_left: bool
    revoked: bool = False
    contacts: frozenset[int] = frozenset()

    @property
    def due(self) -> date | None:
        """The local day by which it is to be done. Where it is due at a meeting, it moves with that one (see
        `handlers.meetings.due_meetings`)."""
        return self.row.due_on

    @property
    def is_open(self) -> bool:
        """It is still to be done."""
        return self.row.status in OPEN and self.at.is_in_force

    @property
    def has_owner(self) -> bool:
        """Somebody is to do it."""
        return owner_of(self.row) != NOBODY

    @property
    def is_leg(self) -> bool:
        """It is a step on the way of a decision: another committee's, for which it is a case, or a party's, which
        answers it (see `storage.chain`). Nobody ticks it off as they do with what they are to do themselves."""
        minutes = self.at.minutes
        goes_by_itself = minutes.paper_id is None and minutes.followed_from is None
        return self.row.recommended or (self.goes_down and (goes_by_itself or self.row.became_item_id is not None))

    @property
    def goes_down(self) -> bool:
        """Another committee than the one that decided it has it."""
        return self.row.owner_committee_id is not None and self.row.owner_committee_id != self.at.committee.id

    def is_overdue(self, today: date) -> bool:
        """It was to be done before `today`, and is not."""
        return self.is_open and self.due is not None and self.due < today


class Decision(NamedTuple):
    """A decision. `tasks`: what follows from it, or from its line of the minutes where nobody has said from which of
    several conclusions. `later`: the decision that took its place."""

    row: Conclusion
    at: At
    tasks: Sequence[Task] = ()
    later: "Decision | None" = None

    @property
    def is_revoked(self) -> bool:
        """A later one took its place."""
        return self.row.revoked_by_id is not None


# --- how they are read --------------------------------------------------------------------------------------------

_item, _slot, _former = table(AgendaItem).c, table(AgendaSlot).c, table(FormerNumber).c
_number_then = (
    select(func.max(_former.number))
    .where(_former.item_id == _item.id, _former.meeting_id == table(Meeting).c.id)
    .correlate(table(AgendaItem), table(Meeting))
    .scalar_subquery()
)
_number_there = func.coalesce(
    case((_item.meeting_id == table(Meeting).c.id, _item.number)), _number_then, _slot.number, ""
)
_AT: tuple[Any, ...] = (
    MinutesEntry,
    Minutes,
    Meeting,
    Committee,
    AgendaSlot,
    AgendaItem,
    _number_there,
    func.coalesce(table(Paper).c.name, ""),
)


def _placed(statement: Any, entry_id: Any) -> Any:
    """The statement, with where it was decided (`_AT`)."""
    return (
        statement.join(MinutesEntry, col(MinutesEntry.id) == entry_id)
        .join(Minutes, col(Minutes.id) == col(MinutesEntry.minutes_id))
        .join(Meeting, col(Meeting.id) == col(Minutes.meeting_id))
        .join(Committee, col(Committee.id) == col(Meeting.committee_id))
        .join(AgendaSlot, col(AgendaSlot.id) == col(MinutesEntry.slot_id))
        .outerjoin(AgendaItem, col(AgendaItem.id) == col(AgendaSlot.item_id))
        .outerjoin(Paper, col(Paper.id) == col(Minutes.paper_id))
    )


_IN_FORCE = col(Minutes.status).in_(IN_FORCE)
_DECISIONS = _placed(select(Conclusion, *_AT).select_from(Conclusion), col(Conclusion.entry_id))
_NEWEST_FIRST = (col(Meeting.starts_at).desc(), col(MinutesEntry.slot_id), col(Conclusion.ordinal), col(Conclusion.id))

_Owner = aliased(Person)
_OwnerCommittee = aliased(Committee)
_FollowedFrom = aliased(Conclusion)
_TASKS = (
    _placed(
        select(
            FollowUp,
            *_AT,
            _Owner.name,  # type: ignore[call-overload]
            _OwnerCommittee.name,
            Organisation.name,
            col(_Owner.removed_at),
            col(_FollowedFrom.revoked_by_id),
            col(Organisation.contacts),
        ).select_from(FollowUp),
        col(FollowUp.entry_id),
    )
    .outerjoin(_Owner, col(_Owner.id) == col(FollowUp.owner_id))
    .outerjoin(_OwnerCommittee, col(_OwnerCommittee.id) == col(FollowUp.owner_committee_id))
    .outerjoin(Organisation, col(Organisation.id) == col(FollowUp.owner_organisation_id))
    .outerjoin(_FollowedFrom, col(_FollowedFrom.id) == col(FollowUp.conclusion_id))
)


async def _tasks(session: AsyncSession, statement: Any) -> list[Task]:
    """One statement, and one more where an organisation is to do something."""
    rows = (await session.execute(await as_it_is(session, statement))).all()
    addresses = {address.lower() for row in rows for address in row[-1] or ()}
    people = await _with_addresses(session, addresses) if addresses else {}
    return [_task(columns, people) for columns in rows]


def _task(columns: Sequence[Any], people: Mapping[str, int]) -> Task:
    row, *at, person, committee, organisation, removed_at, revoked_by, contacts = columns
    owner = person or committee or organisation or row.owner_text
    answering = frozenset(people[each.lower()] for each in contacts or () if each.lower() in people)
    return Task(row, At(*at), owner, removed_at is not None, revoked_by is not None, answering)


async def _with_addresses(session: AsyncSession, addresses: Collection[str]) -> dict[str, int]:
    rows = await session.execute(
        select(Person.email, Person.id).where(  # type: ignore[call-overload]
            col(Person.email).in_(addresses), col(Person.removed_at).is_(None)
        )
    )
    return {row[0]: row[1] for row in rows}


async def _bare(session: AsyncSession, statement: Any) -> list[Decision]:
    rows = await session.execute(await as_it_is(session, statement))
    return [Decision(row, At(*at)) for row, *at in rows]


async def _decisions(session: AsyncSession, statement: Any) -> list[Decision]:
    """With what follows from them, and what took their place: three statements, however many they are."""
    found = await _bare(session, statement)
    if not found:
        return []
    by_entry: dict[int, list[Task]] = {}
    entries = {each.at.entry.id for each in found}
    for task in await _tasks(
        session, _TASKS.where(col(FollowUp.entry_id).in_(entries)).order_by(col(FollowUp.ordinal), col(FollowUp.id))
    ):
        by_entry.setdefault(task.row.entry_id, []).append(task)
    later = {each.row.revoked_by_id for each in found if each.row.revoked_by_id is not None}
    by_id = {
        each.row.id: each
        for each in (await _bare(session, _DECISIONS.where(col(Conclusion.id).in_(later))) if later else ())
    }
    return [
        each._replace(
            tasks=[
                task
                for task in by_entry.get(each.at.entry.id, ())
                if task.row.conclusion_id is None or task.row.conclusion_id == each.row.id
            ],
            later=by_id.get(each.row.revoked_by_id or 0),
        )
        for each in found
    ]


# --- decisions ----------------------------------------------------------------------------------------------------


async def decision(session: AsyncSession, conclusion_id: int, *, lock: bool = False) -> Decision | None:
    """The decision; None: there is none, or its minutes are with the minute taker. `lock`: nobody else changes it until
    the transaction ends."""
    if lock:
        await session.execute(select(col(Conclusion.id)).where(col(Conclusion.id) == conclusion_id).with_for_update())
    found = await _decisions(session, _DECISIONS.where(col(Conclusion.id) == conclusion_id, _IN_FORCE))
    return found[0] if found else None


async def of_committees(
    session: AsyncSession, committee_ids: Collection[int], offset: int, limit: int
) -> Sequence[Decision]:
    """What these committees have decided, the newest meeting first."""
    return await _decisions(
        session,
        _DECISIONS.where(col(Meeting.committee_id).in_(committee_ids), _IN_FORCE)
        .order_by(*_NEWEST_FIRST)
        .offset(offset)
        .limit(limit),
    )


async def with_text(
    session: AsyncSession,
    text: str,
    committee_ids: Collection[int],
    closed_to: Collection[int],
    offset: int,
    limit: int,
) -> Sequence[Decision]:
    """Decisions of these committees with `text` in their wording, their title or what is to be done, newest first.
    `closed_to`: of those among them closed cases are left out."""
    forms = {text, text.lower(), text.upper(), text.capitalize()}
    to_do = select(col(FollowUp.entry_id)).where(_contains(col(FollowUp.text), forms))
    return await _decisions(
        session,
        _DECISIONS.where(
            col(Meeting.committee_id).in_(committee_ids),
            _IN_FORCE,
            or_(
                _contains(col(Conclusion.text), forms),
                _contains(_item.title, forms),
                _contains(_slot.title, forms),
                _contains(_slot.standing, forms),
                col(Conclusion.entry_id).in_(to_do),
            ),
            or_(
                func.coalesce(_item.closed_under, "") == "",
                col(Meeting.committee_id).not_in(closed_to),
            ),
        )
        .order_by(*_NEWEST_FIRST)
        .offset(offset)
        .limit(limit),
    )


def _contains(column: Any, forms: Collection[str]) -> Any:
    # SQLite's own `lower` knows the letters of ASCII only.
    return or_(*(column.icontains(form, autoescape=True) for form in sorted(forms)))


async def of_items(session: AsyncSession, item_ids: Collection[int]) -> Sequence[Decision]:
    """What was decided in these cases, in the order in which it was."""
    return await _decisions(
        session,
        _DECISIONS.where(_slot.item_id.in_(item_ids), _IN_FORCE).order_by(
            col(Meeting.starts_at), col(MinutesEntry.slot_id), col(Conclusion.ordinal)
        ),
    )


# --- the cases that they were made in -----------------------------------------------------------------------------


class ItemOf(NamedTuple):
    """A case, whoever proposed it, also one that was read in from an old paper."""

    item: AgendaItem
    committee: Committee
    meeting: Meeting | None


_ITEMS = (
    select(AgendaItem, Committee, Meeting)
    .join(Committee, col(Committee.id) == col(AgendaItem.committee_id))
    .outerjoin(Meeting, col(Meeting.id) == col(AgendaItem.meeting_id))
)


async def item(session: AsyncSession, item_id: int) -> ItemOf | None:
    row = (await session.execute(await as_it_is(session, _ITEMS.where(col(AgendaItem.id) == item_id)))).first()
    return ItemOf(*row) if row else None


async def items(session: AsyncSession, item_ids: Collection[int]) -> Sequence[ItemOf]:
    """These cases, the newest number first."""
    if not item_ids:
        return []
    rows = await session.execute(
        _ITEMS.where(_item.id.in_(item_ids)).order_by(_item.number_year.desc(), _item.number_in_year.desc(), _item.id)
    )
    return [ItemOf(*row) for row in rows]


# --- what is to be done -------------------------------------------------------------------------------------------


async def task(session: AsyncSession, follow_up_id: int, *, lock: bool = False) -> Task | None:
    """The follow-up, whatever its minutes are by now. `lock`: nobody else changes it until the transaction ends."""
    if lock:
        await session.execute(select(col(FollowUp.id)).where(col(FollowUp.id) == follow_up_id).with_for_update())
    found = await tasks(session, [follow_up_id])
    return found[0] if found else None


async def tasks(session: AsyncSession, follow_up_ids: Collection[int]) -> Sequence[Task]:
    """These follow-ups, whatever their minutes are by now: one statement."""
    return await _tasks(session, _TASKS.where(col(FollowUp.id).in_(follow_up_ids)).order_by(col(FollowUp.id)))


class Served(NamedTuple):
    """Whose follow-ups somebody sees to: their own, those of the committees that they serve (`committees`), of the
    organisations that they answer for, and in `secretariats` those whose owner is words, or has left."""

    person_id: int
    committees: Collection[int] = ()
    organisations: Collection[int] = ()
    secretariats: Collection[int] = ()


def _seen_to_by(served: Served) -> Any:
    return or_(
        col(FollowUp.owner_id) == served.person_id,
        col(FollowUp.owner_committee_id).in_(served.committees),
        col(FollowUp.owner_organisation_id).in_(served.organisations),
        and_(
            col(Meeting.committee_id).in_(served.secretariats),
            or_(col(FollowUp.owner_text) != "", col(_Owner.removed_at).is_not(None)),
        ),
    )


_OPEN = (col(FollowUp.status).in_(OPEN), _IN_FORCE)


async def seen_to(session: AsyncSession, served: Served, offset: int, limit: int) -> Sequence[Task]:
    """What somebody is to see to and has not done, what is due first first; what has no date last."""
    return await _tasks(session, _in_order(_TASKS.where(*_OPEN, _seen_to_by(served))).offset(offset).limit(limit))


def _in_order(statement: Any) -> Any:
    return statement.order_by(col(FollowUp.due_on).is_(None), col(FollowUp.due_on), col(FollowUp.id))


async def overdue(
    session: AsyncSession,
    committee_ids: Collection[int],
    served: Served | None,
    members: Collection[int],
    today: date,
    *,
    offset: int,
    limit: int,
) -> Sequence[Task]:
    """What was decided by one of these committees, or is one's own (`served`), and should have been done: the longest
    first. `members`: of those the closed cases too."""
    known = or_(func.coalesce(_item.closed_under, "") == "", col(Meeting.committee_id).in_(members))
    whose = and_(col(Meeting.committee_id).in_(committee_ids), known)
    if served is not None:
        whose = or_(whose, _seen_to_by(served))
    return await _tasks(
        session, _in_order(_TASKS.where(*_OPEN, col(FollowUp.due_on) < today, whose)).offset(offset).limit(limit)
    )


async def open_of(session: AsyncSession, committee_id: int) -> Sequence[Task]:
    """What this committee has decided, or has got to do, and is not done."""
    return await _tasks(
        session,
        _in_order(
            _TASKS.where(
                *_OPEN, or_(col(Meeting.committee_id) == committee_id, col(FollowUp.owner_committee_id) == committee_id)
            )
        ),
    )


# --- for the clock ------------------------------------------------------------------------------------------------


async def tasks_of_minutes(session: AsyncSession, minutes_ids: Collection[int]) -> Sequence[int]:
    """The follow-ups of these minutes: ids."""
    return list(
        await session.scalars(
            select(col(FollowUp.id))
            .join(MinutesEntry, col(MinutesEntry.id) == col(FollowUp.entry_id))
            .where(col(MinutesEntry.minutes_id).in_(minutes_ids))
        )
    )


async def tasks_around(
    session: AsyncSession, committee_ids: Collection[int] | None, organisation_ids: Collection[int] = ()
) -> Sequence[int]:
    """What is to be done, as these committees have decided, or as they or these organisations have to: ids. None: all
    of it."""
    statement = (
        select(col(FollowUp.id))
        .join(MinutesEntry, col(MinutesEntry.id) == col(FollowUp.entry_id))
        .join(Minutes, col(Minutes.id) == col(MinutesEntry.minutes_id))
        .join(Meeting, col(Meeting.id) == col(Minutes.meeting_id))
        .where(*_OPEN)
    )
    if committee_ids is not None:
        statement = statement.where(
            or_(
                col(Meeting.committee_id).in_(committee_ids),
                col(FollowUp.owner_committee_id).in_(committee_ids),
                col(FollowUp.owner_organisation_id).in_(organisation_ids),
            )
        )
    return list(await session.scalars(statement))


class Answering(NamedTuple):
    """Somebody with a role in a committee."""

    committee_id: int
    role: str
    person_id: int
    language: str


async def answering(
    session: AsyncSession, committee_ids: Collection[int], roles: Collection[str], today: date
) -> Sequence[Answering]:
    """Who has one of these roles in these committees on the local day `today`: one statement."""
    if not committee_ids:
        return []
    rows = await session.execute(
        select(Membership.committee_id, Membership.role, Person.id, Person.language)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(
            col(Membership.committee_id).in_(committee_ids),
            col(Membership.role).in_(roles),
            col(Person.removed_at).is_(None),
            or_(col(Membership.valid_from).is_(None), col(Membership.valid_from) <= today),
            or_(col(Membership.valid_to).is_(None), col(Membership.valid_to) >= today),
        )
        .order_by(col(Person.id))
    )
    return [Answering(*row) for row in rows]


class Contact(NamedTuple):
    """Somebody with the role kontaktperson, who works there."""

    organisation_id: int
    person_id: int
    language: str


async def contacts_in_role(
    session: AsyncSession, organisation_ids: Collection[int], role: str, today: date
) -> Sequence[Contact]:
    """Who has this role in any committee on the local day `today`, and works at one of these organisations."""
    if not organisation_ids:
        return []
    rows = await session.execute(
        select(Person.organisation_id, Person.id, Person.language)  # type: ignore[call-overload]
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(
            col(Person.organisation_id).in_(organisation_ids),
            col(Person.removed_at).is_(None),
            col(Membership.role) == role,
            or_(col(Membership.valid_from).is_(None), col(Membership.valid_from) <= today),
            or_(col(Membership.valid_to).is_(None), col(Membership.valid_to) >= today),
        )
        .order_by(col(Person.id))
        .distinct()
    )
    return [Contact(*row) for row in rows]


async def not_reached(session: AsyncSession, subjects: Collection[str]) -> Mapping[str, str]:
    """The messages about these subjects that wait, since whoever they are for is in no chat: their name, by key."""
    if not subjects:
        return {}
    rows = await session.execute(
        select(Delivery.key, Person.name)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == col(Delivery.person_id))
        .where(
            col(Delivery.subject).in_(subjects),
            col(Delivery.status).in_([DeliveryStatus.WAITING, DeliveryStatus.FAILED]),
            col(Delivery.shown_revision) == 0,
        )
    )
    return {row[0]: row[1] for row in rows}


async def organisations(session: AsyncSession) -> Sequence[Organisation]:
    """The parties of the partnership, by name; not those that became part of another."""
    return list(
        await session.scalars(
            select(Organisation)
            .where(col(Organisation.removed_at).is_(None), col(Organisation.merged_into_id).is_(None))
            .order_by(in_alphabet(col(Organisation.name)), col(Organisation.id))
        )
    )


# --- by the line of the minutes -----------------------------------------------------------------------------------

_Line = aliased(MinutesEntry)
_PLACES = _placed(select(*_AT).select_from(_Line), col(_Line.id)).order_by(col(Meeting.starts_at), col(MinutesEntry.id))


async def places(session: AsyncSession, entry_ids: Collection[int]) -> Sequence[At]:
    """These lines of minutes, whatever the minutes are by now, the oldest meeting first: one statement."""
    rows = await session.execute(await as_it_is(session, _PLACES.where(col(MinutesEntry.id).in_(entry_ids))))
    return [At(*row) for row in rows]


async def tasks_of(session: AsyncSession, entry_ids: Collection[int]) -> Sequence[Task]:
    """What is to be done because of these lines of minutes, in their order: one statement."""
    return await _tasks(
        session,
        _TASKS.where(col(FollowUp.entry_id).in_(entry_ids)).order_by(col(FollowUp.ordinal), col(FollowUp.id)),
    )


# --- what lacks an owner or a date --------------------------------------------------------------------------------

_incomplete = and_(
    col(FollowUp.status).in_(OPEN),
    col(FollowUp.recommended).is_(False),
    or_(
        and_(col(FollowUp.due_on).is_(None), col(FollowUp.report_on).is_(None)),
        and_(
            col(FollowUp.owner_id).is_(None),
            col(FollowUp.owner_committee_id).is_(None),
            col(FollowUp.owner_organisation_id).is_(None),
            col(FollowUp.owner_text) == "",
        ),
    ),
)
_of_decision = and_(
    col(FollowUp.entry_id) == col(Conclusion.entry_id),
    or_(col(FollowUp.conclusion_id).is_(None), col(FollowUp.conclusion_id) == col(Conclusion.id)),
)


class Lacking(NamedTuple):
    """What lacks an owner or a date, the newest meeting first: `decisions` from which nothing follows though something
    should, or that something follows from which lacks one; and `tasks` that follow from no decision. Ids."""

    decisions: Sequence[int]
    tasks: Sequence[int]

    @property
    def total(self) -> int:
        return len(self.decisions) + len(self.tasks)


async def lacking(
    session: AsyncSession, committee_ids: Collection[int], needing_nothing: Collection[str], limit: int = 500
) -> Lacking:
    """Of what these committees have decided, not of what was read in from old papers, nor of minutes from before
    decisions were followed up: two statements.

    `needing_nothing`: the set verbs of decisions from which nothing needs to follow. On a standing item none does,
    whatever the verb.
    """
    if not committee_ids:
        return Lacking((), ())
    something = exists().where(_of_decision)
    needs_one = and_(
        col(Conclusion.settled).is_(False),
        col(Conclusion.verb).not_in(needing_nothing),
        or_(_slot.kind != SlotKind.STANDING, col(Conclusion.verb) == ""),
        func.coalesce(col(MinutesEntry.how_decided), "") != HowDecided.POSTPONED,
    )
    of_these = (
        col(Meeting.committee_id).in_(committee_ids),
        _IN_FORCE,
        col(Minutes.paper_id).is_(None),
        col(Minutes.followed_from).is_(None),
    )
    found = await session.scalars(
        _placed(select(col(Conclusion.id)).select_from(Conclusion), col(Conclusion.entry_id))
        .where(
            *of_these,
            col(Conclusion.revoked_by_id).is_(None),
            needs_one,
            not_(something),
        )
        .order_by(*_NEWEST_FIRST)
        .limit(limit)
    )
    loose = await session.scalars(
        _placed(select(col(FollowUp.id)).select_from(FollowUp), col(FollowUp.entry_id))
        .where(*of_these, _incomplete)
        .order_by(col(Meeting.starts_at).desc(), col(FollowUp.id))
        .limit(limit)
    )
    return Lacking(list(found), list(loose))


async def with_ids(session: AsyncSession, conclusion_ids: Collection[int]) -> Sequence[Decision]:
    """These decisions, the newest meeting first."""
    return await _decisions(
        session, _DECISIONS.where(col(Conclusion.id).in_(conclusion_ids), _IN_FORCE).order_by(*_NEWEST_FIRST)
    )


async def alone_in_entry(session: AsyncSession, decision: Decision) -> bool:
    """Whether it is the only decision in its line of the minutes, so that all that follows there follows from it."""
    count = await session.scalar(
        select(func.count()).select_from(Conclusion).where(col(Conclusion.entry_id) == decision.row.entry_id)
    )
    return count == 1


async def count_waiting(session: AsyncSession, served: Served, today: date) -> tuple[int, int]:
    """How much of what somebody sees to nobody has confirmed, and how much is overdue, as far as it is followed up: one
    statement. What became a case of another committee waits for that one as a case."""
    overdue = case((col(FollowUp.due_on) < today, 1), else_=0)
    is_new = and_(col(FollowUp.status) == FollowUpStatus.OPEN, col(FollowUp.became_item_id).is_(None), overdue == 0)
    new = case((is_new, 1), else_=0)
    statement = (
        _placed(
            select(func.coalesce(func.sum(new), 0), func.coalesce(func.sum(overdue), 0)).select_from(FollowUp),
            col(FollowUp.entry_id),
        )
        .outerjoin(_Owner, col(_Owner.id) == col(FollowUp.owner_id))
        .where(
            *_OPEN,
            _seen_to_by(served),
            col(FollowUp.recommended).is_(False),
            or_(
                and_(col(Minutes.paper_id).is_(None), col(Minutes.followed_from).is_(None)),
                and_(col(Minutes.paper_id).is_not(None), col(FollowUp.due_on) >= func.date(col(Minutes.created_at))),
                col(FollowUp.due_on) >= col(Minutes.followed_from),
                col(FollowUp.added_later),
                col(FollowUp.revision) > 0,
            ),
        )
    )
    row = (await session.execute(statement)).one()
    return int(row[0]), int(row[1])


# --- who follows a case -------------------------------------------------------------------------------------------

_FOLLOW = PerDialect(
    lambda insert: insert(table(CaseFollower)).on_conflict_do_nothing(index_elements=["item_id", "person_id"])
)


class Follower(NamedTuple):
    """Somebody who follows a case, since when."""

    item_id: int
    person_id: int
    language: str
    since: datetime


async def follow_case(session: AsyncSession, item_id: int, person_id: int, now: datetime) -> None:
    """They follow the case from now on, if they did not before."""
    await session.execute(_FOLLOW.on(session), {"item_id": item_id, "person_id": person_id, "since": now})


async def leave_case(session: AsyncSession, item_id: int, person_id: int) -> None:
    """They do not follow the case any more."""
    await session.execute(
        delete(CaseFollower).where(col(CaseFollower.item_id) == item_id, col(CaseFollower.person_id) == person_id)
    )


async def followers(session: AsyncSession, item_ids: Collection[int] | None) -> Sequence[Follower]:
    """Who follows these cases; None: any case."""
    statement = (
        select(CaseFollower.item_id, Person.id, Person.language, CaseFollower.since)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == col(CaseFollower.person_id))
        .where(col(Person.removed_at).is_(None))
        .order_by(col(CaseFollower.id))
    )
    if item_ids is not None:
        statement = statement.where(col(CaseFollower.item_id).in_(item_ids))
    return [Follower(*row) for row in await session.execute(statement)]


async def followed_in_minutes(session: AsyncSession, minutes_ids: Collection[int]) -> Sequence[int]:
    """The cases in these minutes that somebody follows: ids."""
    return list(
        await session.scalars(
            select(col(CaseFollower.item_id))
            .join(AgendaSlot, col(AgendaSlot.item_id) == col(CaseFollower.item_id))
            .join(MinutesEntry, col(MinutesEntry.slot_id) == col(AgendaSlot.id))
            .where(col(MinutesEntry.minutes_id).in_(minutes_ids))
            .distinct()
        )
    )
