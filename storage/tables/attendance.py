"""Who comes to a meeting, and who was there (oppmøte)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from storage.tables.columns import json_column, long_text, moment, new_list, points_to, row_id
from storage.tables.row import Row


class Answer(StrEnum):
    """What somebody answered to a convocation."""

    COMING = "coming"
    ABSENT = "absent"
    """Forfall."""
    SUBSTITUTE = "substitute"
    """Their substitute comes (stedfortreder)."""


class Attendance(Row, table=True):
    """One person at one meeting: what they answered, and whether they came. Actual attendance is not the announced one.

    `person_id` None: somebody who is not in the register (`name`). `capacity`: the role that they are there in, as
    `handlers.people.roles.Role` writes it. `guest_in`: the places on the agenda that a guest is there for, by id;
    empty: for all of it. `present` None: nobody has said. `answered_for`: when the meeting was to begin as they
    answered; where it begins at another time by now, they have not answered for that. Without an `answer`, they have
    said that they may come then. `stands_in_for_id`: the member whose place they take («møtte for»). `from_slot_id`,
    `to_slot_id`: they came with that item, and left after that one; None: from the beginning, to the end. `revision`
    goes up with each change.
    """

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)
    id: int = row_id()
    meeting_id: int = points_to("meeting.id")
    person_id: int | None = points_to("person.id", null=True)
    name: str = Field(default="")
    organisation: str = Field(default="")
    capacity: str = Field(default="medlem")
    guest_in: list[int] = json_column(new_list)
    answer: str | None = None
    answered_at: datetime | None = moment(null=True)
    answered_for: datetime | None = moment(null=True)
    answered_by_id: int | None = points_to("person.id", null=True, index=False)
    note: str = long_text()
    substitute_id: int | None = points_to("person.id", null=True, index=False)
    substitute_name: str = Field(default="")
    present: bool | None = None
    stands_in_for_id: int | None = points_to("person.id", null=True, index=False)
    from_slot_id: int | None = points_to("agenda_slot.id", null=True, index=False)
    to_slot_id: int | None = points_to("agenda_slot.id", null=True, index=False)
    paper_id: int | None = points_to("paper.id", null=True)
    revision: int = Field(default=0)


class Disqualification(Row, table=True):
    """Somebody who took no part in one item (inhabil), and who took their place there.

    `person_id` None: somebody who is not in the register (`name`).
    """

    __tablename__ = "disqualification"
    __table_args__ = (UniqueConstraint("slot_id", "person_id"),)
    id: int = row_id()
    meeting_id: int = points_to("meeting.id")
    slot_id: int = points_to("agenda_slot.id")
    person_id: int | None = points_to("person.id", null=True, index=False)
    name: str = Field(default="", sa_column_kwargs={"server_default": ""})
    substitute_id: int | None = points_to("person.id", null=True, index=False)
    substitute_name: str = Field(default="")
    reason: str = long_text()
    at: datetime = moment()
    by_id: int = points_to("person.id", index=False)
