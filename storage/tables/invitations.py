"""Invitations by e-mail to meetings, and the mailbox in which their answers come in."""

from datetime import datetime

from sqlalchemy import BigInteger, UniqueConstraint, false
from sqlmodel import Field

from storage.tables.columns import moment, points_to, row_id
from storage.tables.row import Row


class MeetingInvitation(Row, table=True):
    """What one person's calendar has been sent of a meeting: one row for each meeting and person.

    `address`: where. `sequence`: of the meeting as it was then; `cancelled`: that it is cancelled, or does not concern
    them any more. `written_at`: when the last such e-mail was written. `answered_at`: when they last answered in the
    calendar, as that says (RFC 5545, DTSTAMP); `taken_at`: when it was taken in, which is `Attendance.answered_at` as
    long as they have not answered in another way since.
    """

    __tablename__ = "meeting_invitation"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)
    id: int = row_id()
    meeting_id: int = points_to("meeting.id", index=False)
    person_id: int = points_to("person.id")
    address: str
    sequence: int = Field(default=0)
    cancelled: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    written_at: datetime = moment()
    answered_at: datetime | None = moment(null=True)
    taken_at: datetime | None = moment(null=True)


class ReadMailbox(Row, table=True):
    """How far a mailbox is read. `name`: whose, where. `validity`, `last_uid`: its UIDVALIDITY, and the UID of the last
    message that was looked at (RFC 3501, 2.3.1.1): UIDs only go up, and begin anew where the validity is another."""

    __tablename__ = "read_mailbox"
    name: str = Field(primary_key=True)
    validity: int = Field(sa_type=BigInteger)
    last_uid: int = Field(sa_type=BigInteger)
    read_at: datetime = moment()
