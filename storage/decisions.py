"""Decisions (vedtak): read from minutes that have left the minute taker.

A decision is a `Conclusion` of minutes that are published or approved, also of those that were read in from old papers.
What is to be done because of it is a `FollowUp` (`storage.follow_ups`). Neither is copied anywhere: if the minutes are
refused, they are none any more.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, exists, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.asking import ask_value
from storage.decided_at import AT_COLUMNS, IS_IN_FORCE, ITEM, SLOT, At, placed
from storage.follow_ups import OPEN, Task, tasks_of
from storage.pointing import pointed_at
from storage.statements import among, later, rows_as_they_are
from storage.tables import (
    AgendaItem,
    Committee,
    Conclusion,
    FollowUp,
    HowDecided,
    Meeting,
    Minutes,
    MinutesEntry,
    SlotKind,
)


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

_DECISIONS = later(lambda: placed(select(Conclusion, *AT_COLUMNS).select_from(Conclusion), col(Conclusion.entry_id)))
_NEWEST_FIRST = (col(Meeting.starts_at).desc(), col(MinutesEntry.slot_id), col(Conclusion.ordinal), col(Conclusion.id))


async def _bare(session: AsyncSession, statement: Any, values: Mapping[str, Any]) -> list[Decision]:
    rows = await rows_as_they_are(session, statement, values)
    return [Decision(row, At(*at)) for row, *at in rows]


_THESE = later(lambda: _DECISIONS().where(among(col(Conclusion.id), "conclusion_ids")))


async def _decisions(session: AsyncSession, statement: Any, values: Mapping[str, Any]) -> list[Decision]:
    """With what follows from them, and what took their place: three statements, however many they are."""
    found = await _bare(session, statement, values)
    if not found:
        return []
    by_entry: dict[int, list[Task]] = {}
    entries = {each.at.entry.id for each in found}
    for task in await tasks_of(session, entries):
        by_entry.setdefault(task.row.entry_id, []).append(task)
    taken = {each.row.revoked_by_id for each in found if each.row.revoked_by_id is not None}
    by_id = {each.row.id: each for each in (await _bare(session, _THESE(), {"conclusion_ids": taken}) if taken else ())}
    return [
        each._replace(
            tasks=[
                task
                for task in by_entry.get(each.at.entry.id, ())
                if task.row.conclusion_id is None or task.row.conclusion_id == each.row.id
            ],
            later=pointed_at(by_id, each.row.revoked_by_id),
        )
        for each in found
    ]


# --- decisions ----------------------------------------------------------------------------------------------------


_DECISION = later(
    lambda: select(col(Conclusion.id)).where(col(Conclusion.id) == bindparam("conclusion_id")).with_for_update()
)


async def decision(session: AsyncSession, conclusion_id: int, *, lock: bool = False) -> Decision | None:
    """The decision; None: there is none, or its minutes are with the minute taker. `lock`: nobody else changes it until
    the transaction ends."""
    if lock:
        await session.execute(_DECISION(), {"conclusion_id": conclusion_id})
    found = await with_ids(session, [conclusion_id])
    return found[0] if found else None


_IN_FORCE = later(lambda: _THESE().where(IS_IN_FORCE).order_by(*_NEWEST_FIRST))


async def with_ids(session: AsyncSession, conclusion_ids: Collection[int]) -> Sequence[Decision]:
    """These decisions, the newest meeting first."""
    return await _decisions(session, _IN_FORCE(), {"conclusion_ids": conclusion_ids})


_ALONE_IN_ENTRY = later(
    lambda: select(func.count()).select_from(Conclusion).where(col(Conclusion.entry_id) == bindparam("entry_id"))
)


async def alone_in_entry(session: AsyncSession, decision: Decision) -> bool:
    """Whether it is the only decision in its line of the minutes, so that all that follows there follows from it."""
    count: int = await ask_value(session, _ALONE_IN_ENTRY(), {"entry_id": decision.row.entry_id})
    return count == 1


_OF_COMMITTEES = later(
    lambda: (
        _DECISIONS()
        .where(among(col(Meeting.committee_id), "committee_ids"), IS_IN_FORCE)
        .order_by(*_NEWEST_FIRST)
        .offset(bindparam("offset"))
        .limit(bindparam("limit"))
    )
)


async def of_committees(
    session: AsyncSession, committee_ids: Collection[int], offset: int, limit: int
) -> Sequence[Decision]:
    """What these committees have decided, the newest meeting first."""
    values = {"committee_ids": committee_ids, "offset": offset, "limit": limit}
    return await _decisions(session, _OF_COMMITTEES(), values)


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
        _DECISIONS()
        .where(
            col(Meeting.committee_id).in_(committee_ids),
            IS_IN_FORCE,
            or_(
                _contains(col(Conclusion.text), forms),
                _contains(ITEM.title, forms),
                _contains(SLOT.title, forms),
                _contains(SLOT.standing, forms),
                col(Conclusion.entry_id).in_(to_do),
            ),
            or_(
                func.coalesce(ITEM.closed_under, "") == "",
                col(Meeting.committee_id).not_in(closed_to),
            ),
        )
        .order_by(*_NEWEST_FIRST)
        .offset(offset)
        .limit(limit),
        {},
    )


def _contains(column: Any, forms: Collection[str]) -> Any:
    # SQLite's own `lower` knows the letters of ASCII only.
    return or_(*(column.icontains(form, autoescape=True) for form in sorted(forms)))


_OF_ITEMS = later(
    lambda: (
        _DECISIONS()
        .where(among(SLOT.item_id, "item_ids"), IS_IN_FORCE)
        .order_by(col(Meeting.starts_at), col(MinutesEntry.slot_id), col(Conclusion.ordinal))
    )
)


async def of_items(session: AsyncSession, item_ids: Collection[int]) -> Sequence[Decision]:
    """What was decided in these cases, in the order in which it was."""
    return await _decisions(session, _OF_ITEMS(), {"item_ids": item_ids})


# --- the cases that they were made in -----------------------------------------------------------------------------


class ItemOf(NamedTuple):
    """A case, whoever proposed it, also one that was read in from an old paper."""

    item: AgendaItem
    committee: Committee
    meeting: Meeting | None


_ITEMS = later(
    lambda: (
        select(AgendaItem, Committee, Meeting)
        .join(Committee, col(Committee.id) == col(AgendaItem.committee_id))
        .outerjoin(Meeting, col(Meeting.id) == col(AgendaItem.meeting_id))
    )
)


_ITEM = later(lambda: _ITEMS().where(col(AgendaItem.id) == bindparam("item_id")))


async def item(session: AsyncSession, item_id: int) -> ItemOf | None:
    row = (await rows_as_they_are(session, _ITEM(), {"item_id": item_id})).first()
    return ItemOf(*row) if row else None


_THESE_ITEMS = later(
    lambda: (
        _ITEMS()
        .where(among(ITEM.id, "item_ids"))
        .order_by(ITEM.number_year.desc(), ITEM.number_in_year.desc(), ITEM.id)
    )
)


async def items(session: AsyncSession, item_ids: Collection[int]) -> Sequence[ItemOf]:
    """These cases, the newest number first."""
    if not item_ids:
        return []
    rows = await session.execute(_THESE_ITEMS(), {"item_ids": item_ids})
    return [ItemOf(*row) for row in rows]


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
        or_(SLOT.kind != SlotKind.STANDING, col(Conclusion.verb) == ""),
        func.coalesce(col(MinutesEntry.how_decided), "") != HowDecided.POSTPONED,
    )
    of_these = (
        col(Meeting.committee_id).in_(committee_ids),
        IS_IN_FORCE,
        col(Minutes.paper_id).is_(None),
        col(Minutes.followed_from).is_(None),
    )
    found = await session.scalars(
        placed(select(col(Conclusion.id)).select_from(Conclusion), col(Conclusion.entry_id))
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
        placed(select(col(FollowUp.id)).select_from(FollowUp), col(FollowUp.entry_id))
        .where(*of_these, _incomplete)
        .order_by(col(Meeting.starts_at).desc(), col(FollowUp.id))
        .limit(limit)
    )
    return Lacking(list(found), list(loose))
