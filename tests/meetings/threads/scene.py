"""A committee with a channel, and what stands in it: a stand-in for a surface's way into channels, written by hand."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.delivering.alive import Alive
from bot.delivering.channels import Channels
from bot.delivering.places import Places
from bot.delivering.posting import Poster
from bot.messenger import MessageLost, Ref, SendError
from handlers.calendar.clock import Clock
from handlers.capabilities import registry
from handlers.messages.message import Message
from handlers.messages.unposted import NOBODY, Unposted
from handlers.people.context import SpokenIn
from storage.database import Database
from storage.tables import Committee
from storage.threads import Where
from tests.clock import FixedClock
from tests.surface import FakeMessenger, FakeSurface, message
from tests.world import HOSPITAL_TEAM, World

HERE = Where("slack", HOSPITAL_TEAM, "C0FSU")
IN_FILE = Where("slack", "T0HOSPITAL", "C0FSU")
THERE = Where("slack", HOSPITAL_TEAM, "C0OTHER")


def poster_of(
    database: Database,
    channels: Mapping[str, Channels],
    clock: Clock,
    look_again: Callable[[float], None] = lambda _seconds: None,
    unposted: Unposted = NOBODY,
    *,
    at_once: int = FakeMessenger.at_once,
) -> Poster:
    """A worker that posts in channels and does nothing else."""
    messenger = FakeMessenger()
    messenger.at_once = at_once
    places = Places(dict.fromkeys(channels, messenger), clock)
    return Poster(database, channels, clock, look_again, Alive(database, clock, set(), lambda: None), places, unposted)


class FakeChannels:
    """Keeps what stands in each channel: threads, each a list of messages, the first its beginning.

    `trouble` makes the next posts and changes fail: before it stands there, or (`Uncertain` with `lost`) after it.
    """

    apart = timedelta(seconds=1)

    def __init__(self) -> None:
        self.stands: dict[Where, list[list[Message]]] = {}
        self.posts = 0
        self.changes = 0
        self.asked = 0
        self.trouble: list[SendError] = []
        self.lost = False
        self.can_tell = True
        self.owned = {HOSPITAL_TEAM}
        """The workspace that all the channels are in."""

    def _refuse(self) -> None:
        if self.trouble and not self.lost:
            raise self.trouble.pop(0)

    async def around(self, where: Where) -> Collection[str]:
        return self.owned

    async def post(self, where: Where, reach: Mapping[str, Any] | None, thread: Ref | None, message: Message) -> Ref:
        self._refuse()
        self.posts += 1
        in_channel = self.stands.setdefault(where, [])
        if thread is None:
            in_channel.append([message])
        else:
            in_channel[thread["thread"]].append(message)
        number = len(in_channel) - 1 if thread is None else thread["thread"]
        if self.lost:
            self.lost = False
            raise self.trouble.pop(0)
        return {"thread": number, "place": len(in_channel[number]) - 1}

    async def change(self, where: Where, reach: Mapping[str, Any] | None, ref: Ref, message: Message) -> Ref:
        self._refuse()
        thread = self.stands[where][ref["thread"]]
        if not thread or thread[ref["place"]].title == "":
            raise MessageLost("deleted")
        self.changes += 1
        thread[ref["place"]] = message
        return ref

    async def posted(
        self, where: Where, reach: Mapping[str, Any] | None, thread: Ref | None, keys: Collection[str], since: datetime
    ) -> Mapping[str, Ref]:
        self.asked += 1
        if not self.can_tell:
            return {}
        return {
            each.delivery_key: {"thread": number, "place": place}
            for number, its in enumerate(self.stands.get(where, []))
            for place, each in enumerate(its)
            if each.delivery_key in keys and (thread is None or thread["thread"] == number)
        }

    def delete(self, where: Where, number: int, place: int = 0) -> None:
        """Somebody deletes a message."""
        self.stands[where][number][place] = Message(title="")


class Scene:
    """The small partnership, its clock, and what stands in the channels."""

    def __init__(self, world: World, clock: FixedClock) -> None:
        self.surface = FakeSurface(world, clock, registry())
        self.channels = FakeChannels()
        self.world, self.clock = world, clock
        self.again: list[float] = []
        self.poster = self.another_worker()

    def another_worker(self, *, at_once: int = FakeMessenger.at_once) -> Poster:
        """`at_once`: so many are sent to at once."""
        return poster_of(
            self.world.database,
            {"slack": self.channels},
            self.clock,
            self.again.append,
            registry().unposted,
            at_once=at_once,
        )

    async def settings(self, **threads: Any) -> None:
        """What the partnership file says of FSU's threads."""
        async with self.world.database.transaction() as session:
            committee = await session.get_one(Committee, self.world.committees["fsu"])
            committee.settings = {**committee.settings, "threads": threads}

    async def with_channel(self, **more: Any) -> None:
        await self.settings(**IN_FILE._asdict(), **more)

    async def speak_in(self, who: str, line: str, where: Where = HERE, name: str = "fsu-moter") -> Message:
        """`who` types this in a channel."""
        place = SpokenIn(where.surface, where.workspace, where.channel, name, {"channel": where.channel})
        sender = replace(self.world.sender(who), spoken_in=place)
        return message(await self.surface.bot.command(sender, line))

    async def go_on(self, forward: timedelta = timedelta(0)) -> None:
        """Time goes by, the clock does what it does, and what is due is posted, a second apart."""
        self.clock.forward(forward)
        await self.surface.worker.do_chores()
        await self.post()

    async def post(self) -> None:
        for _second in range(30):
            await self.poster.post_due()
            self.clock.forward(timedelta(seconds=1))

    def threads(self, where: Where = HERE) -> list[list[Message]]:
        return self.channels.stands.get(where, [])

    def thread(self, where: Where = HERE) -> list[Message]:
        (only,) = self.threads(where)
        return only

    def titles(self, where: Where = HERE) -> list[str]:
        return [each.title for each in self.thread(where)]
