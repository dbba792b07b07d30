"""Cases (saker)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DDL, Column, UniqueConstraint, event
from sqlmodel import Field

from storage.append_only import append_only
from storage.presenters import DIALECTS, statements
from storage.statements import table
from storage.tables.columns import json_column, json_or_none, long_text, moment, new_list, points_to, row_id
from storage.tables.history import HistoryEvent
from storage.tables.row import Row
from storage.types import ID_TYPE, JsonObject


class ItemStatus(StrEnum):
    """Where a case stands. `PROPOSED`, `QUESTIONED` and `DEFERRED` wait for the secretariat or the proposer."""

    PROPOSED = "proposed"
    QUESTIONED = "questioned"
    DEFERRED = "deferred"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"
    """Taken off the agenda (utgår). It may be put on one again."""
    HANDLED = "handled"
    """Read in from an old paper: it was handled before the bot was there, and nothing is done with it any more."""


class AgendaItem(Row, table=True):
    """A case (sak) on its way to, or on, a committee's agenda (saksliste).

    `number` is issued once, from the committee's template, and never changes. Numbers that the case had before are
    `FormerNumber`s.
    """

    __tablename__ = "agenda_item"
    __table_args__ = (UniqueConstraint("committee_id", "number"),)
    id: int = row_id()
    draft_id: str = Field(unique=True)
    # Found by the index that keeps its numbers apart.
    committee_id: int = points_to("committee.id", index=False)
    meeting_id: int | None = points_to("meeting.id", null=True)
    proposer_id: int | None = points_to("person.id", null=True)
    """None: it was read in from an old paper, which does not tell. The lists of cases on their way leave it out."""
    status: str = Field(default=ItemStatus.PROPOSED)
    number: str | None = None
    number_year: int | None = None
    number_in_year: int | None = Field(default=None, index=True)
    number_types: list[str] | None = json_or_none()
    """The types that stand in `number`, where the template has them."""
    number_series: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Which of the committee's series the number is of; empty: its main one (see `storage.cases.numbers_of`)."""
    title: str
    types: list[str] = json_column(new_list)
    purpose: str = long_text()
    presenter_ids: list[int] = json_column(new_list)
    presenters_text: str = Field(default="")
    minutes: int | None = None
    conclusion: str = long_text()
    links: list[str] = json_column(new_list)
    late: bool = Field(default=False)
    """Asked for after the deadline of `meeting_id`; the secretariat decides whether to let it in."""
    closed_under: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The section of the law under which it is closed (unntatt offentlighet); empty: it is open."""
    archive_reference: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Where it stands in the archive (arkivreferanse)."""
    levels: list[JsonObject] | None = json_or_none()
    """How it reads in the other committees that it has been in, the last one last: `committee_id`, `committee`, and
    its texts (see `handlers.cases.levels`)."""
    paper_id: int | None = points_to("paper.id", null=True)
    """The paper that it was read in from."""
    created_at: datetime = moment()
    changed_at: datetime = moment()


class CaseFollower(Row, table=True):
    """Somebody who follows a case (følger saken): they hear what becomes of it."""

    __tablename__ = "case_follower"
    __table_args__ = (UniqueConstraint("item_id", "person_id"),)
    id: int = row_id()
    item_id: int = points_to("agenda_item.id")
    person_id: int = points_to("person.id")
    since: datetime = moment()


class Left(StrEnum):
    """Why a case does not have a number any more. `UNDONE`: it was issued by mistake, and waits for the case.

    Where its meeting had been held, what was done with it stands in that one's minutes, under that number: it is
    `POSTPONED` to a later meeting, or `REFERRED` to another committee.
    """

    MOVED = "moved"
    REMOVED = "removed"
    UNDONE = "undone"
    POSTPONED = "postponed"
    REFERRED = "referred"


STAYED = (Left.POSTPONED, Left.REFERRED)
"""Its line stays on the agenda that it left."""


class FormerNumber(Row, table=True):
    """A number that a case had on a meeting's agenda, and has no longer. It stays used: no other case gets it."""

    __tablename__ = "former_number"
    __table_args__ = (UniqueConstraint("committee_id", "number"),)
    id: int = row_id()
    item_id: int = points_to("agenda_item.id")
    committee_id: int = points_to("committee.id", index=False)
    meeting_id: int | None = points_to("meeting.id", null=True)
    number: str
    number_year: int
    number_in_year: int = Field(index=True)
    number_types: list[str] | None = json_or_none()
    number_series: str = Field(default="", sa_column_kwargs={"server_default": ""})
    why: str
    at: datetime = moment()


@append_only
class AgendaItemEvent(HistoryEvent, table=True):
    """An event in a case's life."""

    __tablename__ = "agenda_item_event"
    item_id: int = points_to("agenda_item.id")


class CasePresenter(Row, table=True):
    """That somebody presents a case: what stands in `AgendaItem.presenter_ids`, to be found by the person.

    Triggers write it (see `storage.presenters`), and nothing else does. It refers to no row, so nothing hangs on it.
    """

    __tablename__ = "case_presenter"
    presenter_id: int = Field(sa_column=Column(ID_TYPE, primary_key=True, autoincrement=False))
    item_id: int = Field(sa_column=Column(ID_TYPE, primary_key=True, autoincrement=False, index=True))


def _follow_cases() -> None:
    """Databases made without migrations, those of tests, get the triggers with the tables."""
    rows = table(CasePresenter)
    rows.add_is_dependent_on(table(AgendaItem))
    for dialect in DIALECTS:
        for statement in statements(dialect):
            made: Any = DDL  # it has no types
            event.listen(rows, "after_create", made(statement).execute_if(dialect=dialect))


_follow_cases()
