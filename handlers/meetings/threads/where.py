"""Which channel a committee's meetings have their threads in: the one that the file names, unless the secretariat has
said something else in chat, which loading the file does not undo."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.meetings.settings import CommitteeSettings
from handlers.meetings.thread_settings import ThreadSettings
from storage import threads
from storage.tables import ChannelSource, Committee, CommitteeChannel
from storage.threads import Where


def settings_of(committee: Committee) -> ThreadSettings:
    """What the file says."""
    return CommitteeSettings.model_validate(committee.settings).threads


def in_file(settings: ThreadSettings) -> Where | None:
    """The channel that the file names; None: it names none."""
    return Where(settings.surface, settings.workspace, settings.channel) if settings.is_set else None


async def follow_file(session: AsyncSession, committee: Committee, now: datetime) -> None:
    """The committee has the channel that the file names, unless one was chosen in chat, or none was."""
    row = await threads.channel(session, committee.id)
    if row is not None and row.source == ChannelSource.CHAT:
        return
    wanted = in_file(settings_of(committee))
    if wanted is not None:
        await put(session, committee, wanted, now, source=ChannelSource.FILE)
    elif row is not None:
        await session.delete(row)


async def put(
    session: AsyncSession,
    committee: Committee,
    wanted: Where,
    now: datetime,
    *,
    source: ChannelSource,
    by_id: int | None = None,
) -> None:
    """The committee's meetings have their threads there from now on."""
    row = await threads.channel(session, committee.id)
    if row is None:
        session.add(
            CommitteeChannel(
                committee_id=committee.id,
                **wanted._asdict(),
                source=source,
                changed_by_id=by_id,
                since=now,
            )
        )
        return
    if Where.of(row) != wanted or not row.is_on:
        row.surface, row.workspace, row.channel = wanted
        row.is_on, row.since, row.trouble = True, now, ""
    row.source, row.changed_by_id = source, by_id


def called(name: str) -> str:
    """A channel as people write it: «#fsu-moter» on Slack, «Eksempelteamet › Generelt» on Teams."""
    return name if name.startswith("#") or " " in name else f"#{name}"
