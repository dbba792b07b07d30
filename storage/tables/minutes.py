"""The minutes of a meeting (referat, protokoll)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Text, UniqueConstraint, false
from sqlmodel import Field

from storage.append_only import append_only
from storage.tables.columns import json_column, json_or_none, long_text, moment, new_list, points_to, row_id
from storage.tables.history import HistoryEvent
from storage.tables.row import Row
from storage.types import JsonObject


class MinutesStatus(StrEnum):
    """Where minutes stand."""

    DRAFT = "draft"
    COMMENTS = "comments"
    """Out for comment (til kommentar)."""
    ADJUSTED = "adjusted"
    """The time for comments is over and they are answered."""
    PUBLISHED = "published"
    """Published, with the reservation that they are not approved."""
    APPROVED = "approved"
    """Locked: what comes after is a correction beside them."""
    REFUSED = "refused"
    """Not approved (underkjent), back with the minute taker."""


class HowDecided(StrEnum):
    """How an item was decided."""

    AGREED = "agreed"
    """Enighet."""
    AGREED_WITH_REMARK = "agreed_with_remark"
    DISAGREED = "disagreed"
    POSTPONED = "postponed"
    RECOMMENDED = "recommended"
    """Tilråding: each party decides for itself."""


class Minutes(Row, table=True):
    """The minutes of one meeting. Whoever changes them says which `revision` they saw.

    `round`: how often they were sent to people for comment or for approval. `comments_until`: the last moment for
    comments (UTC), `approve_until` that for answers when they are to be approved; None: nobody is asked.
    `approved_how`: `meeting`, `round`, `signers`. `clock_at`: when the clock is to look at them next.
    """

    __tablename__ = "minutes"
    __table_args__ = (UniqueConstraint("meeting_id"),)
    id: int = row_id()
    meeting_id: int = points_to("meeting.id", index=False)
    status: str = Field(default=MinutesStatus.DRAFT, index=True)
    revision: int = Field(default=0)
    number: str | None = None
    number_year: int | None = None
    number_in_year: int | None = None
    chair_id: int | None = points_to("person.id", null=True, index=False)
    minute_taker_id: int | None = points_to("person.id", null=True, index=False)
    round: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    comments_until: datetime | None = moment(null=True)
    approve_until: datetime | None = moment(null=True)
    clock_at: datetime | None = moment(null=True, index=True)
    published_at: datetime | None = moment(null=True)
    approved_at: datetime | None = moment(null=True)
    approved_how: str | None = None
    approved_in_id: int | None = points_to("meeting.id", null=True, index=False)
    remark: str = long_text()
    """What was remarked when they were approved, or why they were refused."""
    paper_id: int | None = points_to("paper.id", null=True)
    """The paper that they were read in from."""
    followed_from: date | None = None
    """They had left the minute taker before what is to be done was followed up: of that, only what is due on this local
    day or later is followed up by itself. None: all of it is."""
    created_at: datetime = moment()
    changed_at: datetime = moment()


class MinutesEntry(Row, table=True):
    """What the minutes say of one item of the agenda."""

    __tablename__ = "minutes_entry"
    __table_args__ = (UniqueConstraint("minutes_id", "slot_id"),)
    id: int = row_id()
    minutes_id: int = points_to("minutes.id")
    slot_id: int = points_to("agenda_slot.id")
    discussion: str = long_text()
    """Innspill, kommentarer."""
    how_decided: str | None = None
    revision: int = Field(default=0)
    changed_at: datetime = moment()
    changed_by_id: int | None = points_to("person.id", null=True, index=False)


class Conclusion(Row, table=True):
    """A conclusion (konklusjon, vedtak), in the order of `ordinal` within its entry, from 1.

    In minutes that have left the minute taker it is a decision, and stands in the register of these. `settled`: nobody
    is to do anything because of it. `revoked_by_id`: the later one that takes its place.
    """

    __tablename__ = "conclusion"
    id: int = row_id()
    entry_id: int = points_to("minutes_entry.id")
    ordinal: int
    verb: str = Field(default="")
    """One of the set verbs, by its key (see `handlers.meetings.minutes.verbs`); empty: `text` says it all."""
    text: str = long_text()
    settled: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    revoked_by_id: int | None = points_to("conclusion.id", null=True, index=False)


class FollowUpStatus(StrEnum):
    """Where a follow-up stands."""

    OPEN = "open"
    """Nobody has said that they have it."""
    RECEIVED = "received"
    """Mottatt."""
    TAKEN = "taken"
    """The owner takes it on (tar ansvar)."""
    DONE = "done"
    DROPPED = "dropped"
    """It is not to be done after all (bortfalt): its decision was revoked, or the secretariat took it away."""
    HISTORY = "history"
    """It stands in an old paper that was read in: whether it was done is not known, and nobody is asked about it."""


class PartyAnswer(StrEnum):
    """What a party decided about a recommendation (tilråding)."""

    YES = "yes"
    NO = "no"
    CHANGES = "changes"
    """Yes, with changes."""


class FollowUp(Row, table=True):
    """Something that somebody is to do after the meeting (oppfølging).

    The owner is a person, a committee, an organisation, or somebody in words. `due_text`: the date as it was said, also
    where it is no date («før sommeren»). `due_meeting_id`: it is due when that meeting begins, and moves with it.
    `due_on` is local. `rhythm`: how often the owner reports on it (`week`, `month`, `quarter`; empty: not),
    `report_on`: when next. `clock_at`: when the clock is to look at it next.

    One that a committee has becomes a case there (`became_item_id`), whose own conclusions carry it on. One that is a
    recommendation to a party (`recommended`) is answered by it: `answer`, `answered_on` (local), `answer_text`.
    """

    __tablename__ = "follow_up"
    id: int = row_id()
    entry_id: int = points_to("minutes_entry.id")
    ordinal: int
    text: str = long_text()
    owner_id: int | None = points_to("person.id", null=True)
    owner_committee_id: int | None = points_to("committee.id", null=True)
    owner_text: str = Field(default="")
    due_on: date | None = None
    due_text: str = Field(default="")
    conclusion_id: int | None = points_to("conclusion.id", null=True)
    """The conclusion that it follows from, where somebody has said which."""
    owner_organisation_id: int | None = points_to("organisation.id", null=True)
    due_meeting_id: int | None = points_to("meeting.id", null=True)
    status: str = Field(default=FollowUpStatus.OPEN, sa_column_kwargs={"server_default": FollowUpStatus.OPEN})
    status_at: datetime | None = moment(null=True)
    rhythm: str = Field(default="", sa_column_kwargs={"server_default": ""})
    report_on: date | None = None
    clock_at: datetime | None = moment(null=True, index=True)
    became_item_id: int | None = points_to("agenda_item.id", null=True)
    recommended: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    answer: str | None = None
    answered_on: date | None = None
    answer_text: str = Field(default="", sa_column=Column(Text(), nullable=False, server_default=""))
    revision: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    added_later: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """It was settled after the meeting, and does not stand in the minutes."""
    said: JsonObject | None = json_or_none()
    """What the minutes say of it where that has changed since they left the minute taker: `owner` (a name), `due_text`
    and `due_on`. None: it is as they say."""


@append_only
class FollowUpEvent(HistoryEvent, table=True):
    """An event in the life of a follow-up: it was received, taken on, reported on, given more time, answered, done."""

    __tablename__ = "follow_up_event"
    follow_up_id: int = points_to("follow_up.id")


class Suggestion(StrEnum):
    """What became of a comment."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class MinutesComment(Row, table=True):
    """A comment on the minutes while they are out for comment. `entry_id` None: on the whole of them.

    `instead`: how the text should be instead, where the comment proposes one, and `before` how it was then. `part`: of
    which text of the entry that is: empty of the discussion, else the ordinal of the conclusion.
    """

    __tablename__ = "minutes_comment"
    id: int = row_id()
    draft_id: str = Field(unique=True)
    minutes_id: int = points_to("minutes.id")
    entry_id: int | None = points_to("minutes_entry.id", null=True, index=False)
    person_id: int = points_to("person.id", index=False)
    text: str = long_text()
    instead: str = long_text()
    part: str = Field(default="", sa_column_kwargs={"server_default": ""})
    before: str = Field(default="", sa_column=Column(Text(), nullable=False, server_default=""))
    status: str = Field(default=Suggestion.OPEN)
    answer: str = long_text()
    answered_by_id: int | None = points_to("person.id", null=True, index=False)
    at: datetime = moment()


class MinutesApproval(Row, table=True):
    """What one person answered when the minutes were to be approved, in one round (each time they are sent, from 1)."""

    __tablename__ = "minutes_approval"
    __table_args__ = (UniqueConstraint("minutes_id", "round", "person_id"),)
    id: int = row_id()
    minutes_id: int = points_to("minutes.id")
    round: int
    person_id: int = points_to("person.id")
    approves: bool | None = None
    """None: asked, and has not answered."""
    remark: str = long_text()
    at: datetime | None = moment(null=True)


class Dispatch(Row, table=True):
    """To whom a conclusion was sent after the meeting, and when (ekspedert)."""

    __tablename__ = "dispatch"
    id: int = row_id()
    conclusion_id: int = points_to("conclusion.id")
    recipient: str
    sent_on: date
    by_id: int = points_to("person.id", index=False)
    at: datetime = moment()


@append_only
class MinutesEvent(HistoryEvent, table=True):
    """An event in the life of minutes. A correction of approved minutes (rettelse) is one of these: the minutes
    themselves stay as they were."""

    __tablename__ = "minutes_event"
    minutes_id: int = points_to("minutes.id")


class NotesStatus(StrEnum):
    """What became of notes of another tool."""

    OPEN = "open"
    TAKEN = "taken"
    """Taken over into the minutes, as the minute taker made them."""
    THROWN = "thrown"


class MinutesNotes(Row, table=True):
    """Notes of another tool about one item of the agenda: a draft, no part of the minutes.

    `slot_id` None: it does not show which item. `lines`: objects with `text`, `kind`, and `found` (it stands in the
    record of the case). They are gone once they are taken over or thrown away.
    """

    __tablename__ = "minutes_notes"
    id: int = row_id()
    minutes_id: int = points_to("minutes.id")
    slot_id: int | None = points_to("agenda_slot.id", null=True, index=False)
    source: str = Field(default="")
    lines: list[Any] = json_column(new_list)
    status: str = Field(default=NotesStatus.OPEN)
    by_id: int = points_to("person.id", index=False)
    at: datetime = moment()
