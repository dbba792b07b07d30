"""A committee's channel, walked past (see `tests.catalogue.walk`): what is chosen, what stands there, what is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import col

from handlers.meetings.threads import trouble
from handlers.meetings.threads.following import NAME, THREADS
from handlers.messages.message import Message
from handlers.messages.unposted import Why
from handlers.people.context import SpokenIn
from handlers.writing.language import _, speaking
from storage import looks, threads
from storage.tables import ChannelSource, Committee, CommitteeChannel, Meeting, ThreadPost
from storage.types import JsonObject
from tests.chores import done
from tests.meetings.threads.scene import FakeChannels, poster_of
from tests.surface import message
from tests.world import HOSPITAL_TEAM

if TYPE_CHECKING:
    from tests.catalogue.walk import Walk


class Threads:
    """What comes into the channels on the way."""

    def __init__(self, walk: "Walk") -> None:
        self._walk = walk
        self._seen: dict[int, JsonObject] = {}
        self._channels = FakeChannels()
        self._channels.apart = timedelta(0)

    async def begin(self) -> None:
        """AU chooses a channel, and its meetings have threads there from now on; FSU has one since long, so what its
        minutes decided stands there."""
        walk, surface = self._walk, self._walk.surface
        place = SpokenIn("slack", HOSPITAL_TEAM, "C0AU", "au-moter", {"channel": "C0AU"})
        sender = replace(walk.world.sender("secretary"), spoken_in=place)
        reply = await surface.bot.command(sender, "mote kanal AU")
        shown = message(walk._see("secretary writes «mote kanal»", reply))
        with speaking(walk._language):
            called = _("Bruk {name}").format(name="#au-moter")
        await walk._press("secretary", shown, called)
        settings = {"opens": "90d", "language": walk._language}
        async with walk.world.database.transaction() as session:
            for key in ("au", "fsu"):
                committee = await session.get_one(Committee, walk.world.committees[key])
                committee.settings = {**committee.settings, "threads": settings}
            since = datetime(2026, 1, 1, tzinfo=UTC)
            where = {"surface": "slack", "workspace": HOSPITAL_TEAM, "channel": "C0FSU", "source": ChannelSource.CHAT}
            session.add(CommitteeChannel(committee_id=walk.world.committees["fsu"], since=since, **where))
            await session.flush()
            held = await session.scalars(
                select(Meeting.id).where(col(Meeting.committee_id) == walk.world.committees["fsu"])
            )
            await looks.look_at(session, NAME, {str(each): surface.clock.now() for each in held})
        await self.go_on()

    async def go_on(self) -> None:
        """See what has come into the channels, or has changed there."""
        clock = self._walk.surface.clock
        # Changes of an agenda are gathered for ten minutes.
        clock.forward(timedelta(minutes=11))
        await done(THREADS, self._walk.world.database, clock)
        poster = poster_of(self._walk.world.database, {"slack": self._channels}, clock)
        while await poster.post_due():
            pass
        async with self._walk.world.database.transaction() as session:
            stands = list(await session.scalars(select(ThreadPost).order_by(col(ThreadPost.id))))
        for post in stands:
            if self._seen.get(post.id) != post.message:
                self._seen[post.id] = post.message
                what = post.key.partition(":")[0]
                self._walk._see(f"a channel is told ({what})", Message.model_validate(post.message))

    async def end(self) -> None:
        """What the secretariat is told where nothing gets through."""
        walk = self._walk
        await self.go_on()
        for why in Why:
            async with walk.world.database.transaction() as session:
                channel = await threads.channel(session, walk.world.committees["au"])
                assert channel is not None
                await trouble.tell(session, channel, why, walk.surface.clock.now())
            await walk._inbox("secretary")
            await walk._say("secretary", "mote kanal AU")
        shown = message(await walk._say("secretary", "mote kanal AU"))
        await walk._press("secretary", shown, "Prøv igjen")
        await walk._press("secretary", shown, "Slå av trådene")
