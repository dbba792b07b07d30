"""A committee's channel, walked past (see `tests.catalogue.walk`): what is chosen, what stands there, what is told."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import col

from bot.delivering.posting import Poster
from handlers.meetings.threads import trouble
from handlers.meetings.threads.following import THREADS
from handlers.messages.message import Message
from handlers.messages.unposted import Why
from handlers.people.context import SpokenIn
from storage import threads
from storage.tables import Committee, ThreadPost
from tests.chores import done
from tests.meetings.threads.scene import FakeChannels
from tests.surface import message
from tests.world import HOSPITAL_TEAM

if TYPE_CHECKING:
    from tests.catalogue.walk import Walk


async def begin(walk: "Walk") -> None:
    """AU has chosen a channel, and a meeting of its has a thread there."""
    surface = walk.surface
    place = SpokenIn("slack", HOSPITAL_TEAM, "C0AU", "au-moter", {"channel": "C0AU"})
    sender = replace(walk.world.sender("secretary"), spoken_in=place)
    shown = message(walk._see("secretary writes «mote kanal»", await surface.bot.command(sender, "mote kanal AU")))
    # It has the channel's name in it, whatever the language.
    label = next(each.label for each in shown.buttons_within() if "#au-moter" in each.label)
    await walk._press("secretary", shown, label)
    async with walk.world.database.transaction() as session:
        committee = await session.get_one(Committee, walk.world.committees["au"])
        committee.settings = {**committee.settings, "threads": {"opens": "90d", "language": walk._language}}
    await _follow(walk)


async def end(walk: "Walk") -> None:
    """What stands in the threads by now, and what the secretariat is told where nothing gets through."""
    await _follow(walk)
    async with walk.world.database.transaction() as session:
        stand = list(await session.scalars(select(ThreadPost).order_by(col(ThreadPost.id))))
    for post in stand:
        walk._see(f"a channel is told ({post.key.partition(':')[0]})", Message.model_validate(post.message))
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


async def _follow(walk: "Walk") -> None:
    channels = FakeChannels()
    channels.apart = timedelta(0)
    await done(THREADS, walk.world.database, walk.surface.clock)
    poster = Poster(walk.world.database, {"slack": channels}, walk.surface.clock, lambda _seconds: None)
    while await poster.post_due():
        pass
