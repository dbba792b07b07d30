"""Where somebody is reached: in the order that they want, and at the next place where the first does not work."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.delivering.deliverer import LEASE
from bot.messenger import (
    MAIL,
    AppGone,
    Found,
    Misconfigured,
    Rejected,
    SendError,
    TryLater,
    Uncertain,
    Unreachable,
    Unsuitable,
)
from bot.worker import Worker
from handlers.capabilities import registry
from handlers.messages.message import Message
from handlers.people.address import Address
from storage import deliveries, reminders
from storage.deliveries import Wish
from storage.tables import Delivery, DeliveryStatus
from tests.clock import FixedClock
from tests.surface import FakeMessenger, FakeSurface
from tests.worker.test_stopping import PATIENCE, SlowMessenger
from tests.world import World

_LATER = timedelta(minutes=6)
"""After what may have arrived is tried once more."""


class Mailbox(FakeMessenger):
    """Everybody has one."""

    async def find(
        self, workspaces: list[str], email: str | None, person_id: int, user_id: str | None = None
    ) -> Found | None:
        return Found(Address(MAIL, "", str(person_id), {"user": str(person_id)}))


class Reached:
    """The member, who spoke on Slack, then on the local page, and has a mailbox."""

    def __init__(self, world: World, clock: FixedClock) -> None:
        self.world = world
        self.clock = clock
        self.ways: dict[str, FakeMessenger] = {"local": FakeMessenger(), "slack": FakeMessenger(), MAIL: Mailbox()}
        self.member = world.people["member"]

    async def speak(self, surface: str) -> None:
        await FakeSurface(self.world, self.clock, registry()).bot.command(self.world.sender("member", surface), "hjelp")

    async def want(self, *channels: str) -> None:
        async with self.world.database.transaction() as session:
            await reminders.wish(session, self.member, {"channels": list(channels)}, self.clock.now())

    async def wish(self, title: str) -> None:
        content = Message(title=title).model_dump(mode="json", exclude_defaults=True)
        async with self.world.database.transaction() as session:
            await deliveries.wish(session, [Wish("k", "s", self.member, content, self.clock.now())])

    async def deliver(self) -> None:
        worker = Worker(self.world.database, self.ways, self.clock, subjects=registry().subjects)
        while await worker.deliver_due():
            pass

    async def row(self) -> Delivery:
        async with self.world.database.transaction() as session:
            return (await session.scalars(select(Delivery).where(col(Delivery.key) == "k"))).one()

    def got(self) -> dict[str, list[str]]:
        """Surface → the titles that stand there."""
        everywhere = {
            surface: [message.title for seen in way.seen.values() for message in seen.values()]
            for surface, way in self.ways.items()
        }
        return {surface: titles for surface, titles in everywhere.items() if titles}


@pytest.fixture
async def reached(small_world: World, clock: FixedClock) -> Reached:
    return await _speaking(small_world, clock)


@pytest.fixture
async def reached_on_both(world: World, clock: FixedClock) -> Reached:
    """On SQLite and on PostgreSQL."""
    return await _speaking(world, clock)


async def _speaking(world: World, clock: FixedClock) -> Reached:
    member = Reached(world, clock)
    await member.speak("slack")
    clock.forward(timedelta(minutes=1))
    await member.speak("local")
    return member


@pytest.mark.parametrize(
    ("channels", "surface"),
    [
        (("slack",), "slack"),
        (("local",), "local"),
        ((MAIL,), MAIL),
        # On no such surface, or one that is off: the next.
        (("teams", "slack"), "slack"),
        (("teams", MAIL, "slack"), MAIL),
    ],
)
async def test_it_is_brought_where_they_want_it(reached: Reached, channels: Sequence[str], surface: str) -> None:
    await reached.want(*channels)
    await reached.wish("hei")
    await reached.deliver()
    assert reached.got() == {surface: ["hei"]}


_PERMANENT = [Unreachable("blocked"), Rejected("refused"), Misconfigured("revoked"), Unsuitable("not here")]


@pytest.mark.parametrize("error", _PERMANENT, ids=lambda error: type(error).__name__)
async def test_where_the_first_does_not_work_it_is_the_next(reached: Reached, error: SendError) -> None:
    await reached.want("slack")
    reached.ways["slack"].trouble = [error]
    await reached.wish("hei")
    await reached.deliver()
    assert reached.got() == {"local": ["hei"]}
    assert (await reached.row()).status == DeliveryStatus.SENT
    # It is changed where it stands, and not there where it did not work.
    await reached.wish("hei igjen")
    await reached.deliver()
    assert reached.got() == {"local": ["hei igjen"]}


async def test_the_next_is_tried_also_where_nothing_is_wished_for(reached: Reached) -> None:
    reached.ways["local"].trouble = [Unreachable("blocked")]
    reached.ways["slack"].trouble = [Unreachable("removed")]
    await reached.wish("hei")
    await reached.deliver()
    assert reached.got() == {MAIL: ["hei"]}


@pytest.mark.parametrize(
    ("errors", "status", "said"),
    [
        ([Unreachable("blocked"), Rejected("refused"), Unsuitable("no page")], DeliveryStatus.FAILED, "Rejected"),
        ([Rejected("refused"), Misconfigured("revoked"), Unreachable("gone")], DeliveryStatus.WAITING, "Misconfigured"),
        ([Unreachable("blocked"), Unreachable("gone"), Unsuitable("no page")], DeliveryStatus.WAITING, "blocked"),
        ([Unreachable("blocked"), TryLater("busy"), None], DeliveryStatus.PENDING, "TryLater"),
    ],
)
async def test_what_arrives_nowhere_says_what_can_be_done(
    reached: Reached, errors: Sequence[SendError | None], status: DeliveryStatus, said: str
) -> None:
    for surface, error in zip(("slack", "local", MAIL), errors, strict=True):
        reached.ways[surface].trouble = [error] if error is not None else []
    await reached.want("slack", "local")
    await reached.wish("hei")
    await reached.deliver()
    row = await reached.row()
    assert (row.status, reached.got()) == (status, {})
    assert said in row.error


async def test_what_may_have_arrived_is_brought_nowhere_else(reached_on_both: Reached) -> None:
    reached = reached_on_both
    await reached.want("slack")
    reached.ways["slack"].trouble = [Uncertain("timed out"), Unreachable("blocked")]
    await reached.wish("hei")
    await reached.deliver()
    # Whatever they want, or do, meanwhile.
    await reached.want("local")
    await reached.speak("local")
    reached.clock.forward(_LATER)
    await reached.deliver()
    row = await reached.row()
    assert (row.status, reached.got()) == (DeliveryStatus.WAITING, {})
    async with reached.world.database.transaction() as session:
        await deliveries.retry_waiting(session, reached.clock.now())
    await reached.deliver()
    assert reached.got() == {"slack": ["hei"]}


async def test_what_a_killed_worker_may_have_sent_is_brought_nowhere_else(reached: Reached) -> None:
    """Whatever they choose before another takes over. Nothing was written down after the send."""
    slow = SlowMessenger()
    reached.ways["slack"] = slow
    await reached.want("slack")
    await reached.wish("hei")
    killed = asyncio.create_task(Worker(reached.world.database, reached.ways, reached.clock).deliver_due())
    async with asyncio.timeout(PATIENCE):
        await slow.begun.wait()
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)
    await reached.want("local")
    reached.clock.forward(LEASE + timedelta(seconds=1))
    slow.go_on.set()
    await reached.deliver()
    assert reached.got() == {"slack": ["hei"]}
    # It changes where it stands.
    await reached.wish("hei igjen")
    await reached.deliver()
    assert reached.got() == {"slack": ["hei igjen"]}


async def test_an_e_mail_that_may_have_arrived_is_not_said_on_a_chat(reached: Reached) -> None:
    await reached.want(MAIL)
    reached.ways[MAIL].trouble = [Uncertain("timed out")]
    await reached.wish("hei")
    await reached.deliver()
    await reached.want("slack")
    reached.clock.forward(_LATER)
    await reached.deliver()
    assert reached.got() == {MAIL: ["hei"]}


@pytest.mark.parametrize("gone", [Unreachable("blocked"), AppGone("token_revoked")])
async def test_whoever_is_gone_from_where_it_stands_reads_the_change_elsewhere(
    reached: Reached, gone: SendError
) -> None:
    """As is whoever is in a workspace that the app was taken out of."""
    await reached.want("slack")
    await reached.wish("hei")
    await reached.deliver()
    reached.ways["slack"].trouble = [gone]
    await reached.wish("flyttet")
    await reached.deliver()
    assert reached.got() == {"slack": ["hei"], "local": ["flyttet"]}
    # A change that is refused stays where it is: it would be a message of its own elsewhere.
    reached.ways["local"].trouble = [Rejected("refused")]
    await reached.wish("flyttet igjen")
    await reached.deliver()
    assert reached.got() == {"slack": ["hei"], "local": ["flyttet"]}
