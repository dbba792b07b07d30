"""A committee's channel on a chat, and the thread that each of its meetings has there."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, ForeignKey, Index, UniqueConstraint, text
from sqlmodel import Field

from storage.tables.columns import json_column, json_or_none, moment, points_to, row_id
from storage.tables.row import Row
from storage.types import ID_TYPE, JsonObject


class ChatChannel(Row, table=True):
    """A channel that the bot was spoken to in. `workspace`: the Slack workspace (or Grid) or the Teams tenant, and
    `channel` its id there. `name` is empty where the platform does not say. `reach`: what the surface needs to write
    there (see `storage.tables.Account`)."""

    __tablename__ = "chat_channel"
    __table_args__ = (UniqueConstraint("surface", "workspace", "channel"),)
    id: int = row_id()
    surface: str
    workspace: str
    channel: str
    name: str = Field(default="")
    reach: JsonObject = json_column()
    seen_at: datetime = moment()


class ChannelSource(StrEnum):
    """Who said which channel a committee has. What was said in chat is not undone by loading the file."""

    FILE = "file"
    CHAT = "chat"


class CommitteeChannel(Row, table=True):
    """The channel in which a committee's meetings have their threads; without a row it has none.

    `is_on`: whether there is to be anything there. `since`: what was published before is not told there. `trouble`: why
    nothing gets through, as the secretariat was told (see `handlers.meetings.threads.trouble`); empty: it does.
    """

    __tablename__ = "committee_channel"
    committee_id: int = Field(sa_column=Column(ID_TYPE, ForeignKey("committee.id"), primary_key=True))
    surface: str
    workspace: str
    channel: str
    is_on: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})
    source: str = Field(default=ChannelSource.FILE)
    changed_by_id: int | None = points_to("person.id", null=True, index=False)
    since: datetime = moment()
    trouble: str = Field(default="", sa_column_kwargs={"server_default": text("''")})


class MeetingThread(Row, table=True):
    """The thread of one meeting in one channel.

    `told`: how the meeting stands by what was said there. `gathers_until`: until then changes of its agenda are
    gathered. `left_at`: since then nothing new is said in it, since the committee has another channel, or none.
    """

    __tablename__ = "meeting_thread"
    __table_args__ = (UniqueConstraint("meeting_id", "surface", "workspace", "channel"),)
    id: int = row_id()
    meeting_id: int = points_to("meeting.id", index=False)
    committee_id: int = points_to("committee.id")
    surface: str
    workspace: str
    channel: str
    told: JsonObject = json_column()
    gathers_until: datetime | None = moment(null=True)
    left_at: datetime | None = moment(null=True)
    lease_until: datetime | None = moment(null=True)
    """Nobody else posts in it before then."""
    claimed_by: str | None = Field(default=None)
    """The worker that does."""
    created_at: datetime = moment()


class PostStatus(StrEnum):
    """`WAITING`: it does not get through, until somebody does something about it. `FAILED`: the platform refuses it.
    `GONE`: somebody deleted it, and it stays so."""

    PENDING = "pending"
    SENT = "sent"
    WAITING = "waiting"
    FAILED = "failed"
    GONE = "gone"


class ThreadPost(Row, table=True):
    """One message in a thread: its beginning (`root`), or an answer to that.

    `content` is what it is drawn from, so that it can be drawn anew when a case in it is closed; `message` what it says
    by that. A change of `message` raises `revision`, and `shown_revision` follows, as with deliveries.
    """

    __tablename__ = "thread_post"
    __table_args__ = (
        UniqueConstraint("thread_id", "key"),
        Index(
            "ix_thread_post_due",
            "due_at",
            postgresql_where=text("status = 'pending'"),
            sqlite_where=text("status = 'pending'"),
        ),
    )
    id: int = row_id()
    thread_id: int = points_to("meeting_thread.id")
    key: str
    content: JsonObject = json_column()
    message: JsonObject = json_column()
    status: str = Field(default=PostStatus.PENDING)
    revision: int = Field(default=1)
    shown_revision: int = Field(default=0)
    ref: JsonObject | None = json_or_none()
    """The surface's own reference to it."""
    due_at: datetime = moment()
    may_have_arrived: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Somebody began to post it, and has not said what became of that: the surface is asked first."""
    attempts: int = Field(default=0)
    uncertain: int = Field(default=0)
    error: str = Field(default="")
    created_at: datetime = moment()
    sent_at: datetime | None = moment(null=True)
