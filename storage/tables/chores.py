"""What the clock keeps in mind: who does a chore, what is to be looked at when, and what has changed since."""

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, Index, event
from sqlmodel import Field

from storage.statements import table
from storage.tables.agenda import Agenda, AgendaSlot
from storage.tables.attendance import Attendance
from storage.tables.cases import AgendaItem, FormerNumber
from storage.tables.columns import moment, row_id
from storage.tables.committees import Committee, CommitteeAlias, Meeting, Membership
from storage.tables.deviations import Deviation, DeviationCategory
from storage.tables.minutes import Conclusion, FollowUp, Minutes, MinutesEntry
from storage.tables.people import Organisation, Person
from storage.tables.reminders import ReminderWishes
from storage.tables.row import Row
from storage.tables.threads import CommitteeChannel, MeetingThread
from storage.tables.units import Setting, Unit, UnitStaff
from storage.watched import DIALECTS, WATCHES, statements


class ChoreLease(Row, table=True):
    """Who does a chore now, and until when nobody else may (`until`, unless they say so again)."""

    __tablename__ = "chore_lease"
    name: str = Field(primary_key=True)
    holder: str
    until: datetime = moment()


class ChoreLook(Row, table=True):
    """When a chore is to look at something next. The subject is a number, or a few codes, or empty for everything."""

    __tablename__ = "chore_look"
    __table_args__ = (Index("ix_chore_look_due", "chore", "at"),)
    chore: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    at: datetime = moment()


class ChoreChanged(Row, table=True):
    """Something has changed since a chore looked at it. Rows are only added: nobody waits for another."""

    __tablename__ = "chore_changed"
    id: int = row_id()
    chore: str
    subject: str


def _watch() -> None:
    """Databases made without migrations, those of tests, get the triggers with the tables."""
    changed = table(ChoreChanged)
    watched = (
        *(AgendaItem, Committee, CommitteeAlias, Deviation, DeviationCategory, Meeting, Membership, Person),
        *(Setting, Unit, UnitStaff),
        *(AgendaSlot, Conclusion, FollowUp, FormerNumber, Minutes, MinutesEntry, Organisation),
        *(Attendance, ReminderWishes),
        *(CommitteeChannel, MeetingThread),
        Agenda,
    )
    for model in watched:
        changed.add_is_dependent_on(table(model))
    for dialect in DIALECTS:
        for statement in statements(dialect, WATCHES):
            made: Any = DDL  # it has no types
            event.listen(changed, "after_create", made(statement).execute_if(dialect=dialect))


_watch()
