"""Beginning and ending the worker: it ends by itself, in good order, whatever it is in the middle of."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.messenger import Ref
from bot.worker import Worker
from handlers.chore import Chore, Item
from handlers.messages.message import Message
from handlers.people.address import Address
from storage import deliveries
from storage.deliveries import Wish
from storage.tables import Account, Delivery, DeliveryStatus, Person
from tests.clock import FixedClock
from tests.surface import FakeMessenger
from tests.world import HOSPITAL_TEAM, World

PATIENCE = 10.0
"""Seconds a test waits for what should come at once."""


class SlowMessenger(FakeMessenger):
    """Says when a send has begun, and ends it when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = asyncio.Event()
        self.go_on = asyncio.Event()

    async def send(self, address: Address, message: Message) -> Ref:
        self.begun.set()
        await self.go_on.wait()
        return await super().send(address, message)


async def wish(world: World, clock: FixedClock, *keys: str, who: str = "member") -> None:
    message = Message(title="Hei").model_dump(mode="json", exclude_defaults=True)
    async with world.database.transaction() as session:
        await deliveries.wish(session, [Wish(key, "s", world.people[who], message, clock.now()) for key in keys])


async def statuses(world: World) -> dict[str, str]:
    async with world.database.transaction() as session:
        mine = select(Delivery).where(col(Delivery.subject) == "s")  # not the reminders that are due by then
        return {row.key: row.status for row in await session.scalars(mine)}


async def test_the_send_under_way_is_ended_and_written_down(world: World, clock: FixedClock) -> None:
    await wish(world, clock, "first", "second")
    messenger = SlowMessenger()
    worker = Worker(world.database, {"local": messenger}, clock)
    worker.start()
    async with asyncio.timeout(PATIENCE):
        await messenger.begun.wait()
        stopping = asyncio.create_task(worker.stop())
        messenger.go_on.set()
        await stopping
    assert await statuses(world) == {"first": DeliveryStatus.SENT, "second": DeliveryStatus.PENDING}


async def test_a_send_that_never_ends_does_not_keep_it(
    world: World, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    await wish(world, clock, "first")
    messenger = SlowMessenger()
    worker = Worker(world.database, {"local": messenger}, clock)
    worker.start()
    async with asyncio.timeout(PATIENCE):
        await messenger.begun.wait()
        await worker.stop(seconds=0.01)
    assert await statuses(world) == {"first": DeliveryStatus.PENDING}
    assert "did not end in time" in caplog.text


async def test_it_can_be_stopped_at_any_moment(world: World, clock: FixedClock) -> None:
    """In the middle of a statement too; the database can be used and closed afterwards."""
    for turns in range(40):
        await wish(world, clock, f"wish {turns}")
        worker = Worker(world.database, {"local": FakeMessenger()}, clock)
        worker.start()
        for _i in range(turns):
            await asyncio.sleep(0)  # let it come a little further each time
        async with asyncio.timeout(PATIENCE):
            await worker.stop()
    assert len(await statuses(world)) == 40


async def test_ticks_bring_about_what_came_without_a_word(world: World, clock: FixedClock) -> None:
    """As when another process wrote it."""
    messenger = SlowMessenger()
    messenger.go_on.set()
    worker = Worker(world.database, {"local": messenger}, clock, deliveries_every=0.01)
    worker.start()
    try:
        await wish(world, clock, "first")
        async with asyncio.timeout(PATIENCE):
            await messenger.begun.wait()
    finally:
        await worker.stop()


class HangsFor(FakeMessenger):
    """Never comes back from a send to one person; says when another one has got theirs."""

    def __init__(self, person_id: int) -> None:
        super().__init__()
        self._hangs_for = str(person_id)
        self.hanging = asyncio.Event()
        self.arrived = asyncio.Event()

    async def send(self, address: Address, message: Message) -> Ref:
        if address.reach["user"] == self._hangs_for:
            self.hanging.set()
            await asyncio.Event().wait()
        self.arrived.set()
        return await super().send(address, message)


async def test_whoever_takes_long_keeps_nobody_else_waiting(world: World, clock: FixedClock) -> None:
    messenger = HangsFor(world.people["member"])
    await wish(world, clock, "first")
    worker = Worker(world.database, {"local": messenger}, clock)
    worker.start()
    async with asyncio.timeout(PATIENCE):
        await messenger.hanging.wait()
        for turn in range(3):
            messenger.arrived.clear()
            await wish(world, clock, f"later {turn}", who="colleague")
            # More for the one who hangs waits for its turn.
            await wish(world, clock, f"more {turn}")
            worker.wake()
            await messenger.arrived.wait()
        await worker.stop(seconds=0.01)
    async with world.database.transaction() as session:
        more = select(Delivery).where(col(Delivery.key).startswith("more"))
        assert {row.attempts for row in await session.scalars(more)} == {0}


async def test_what_was_given_up_for_a_fault_is_tried_again_at_the_start(world: World, clock: FixedClock) -> None:
    await wish(world, clock, "told")
    await wish(world, clock, "untold", who="colleague")
    async with world.database.transaction() as session:
        await session.execute(update(Delivery).values(status=DeliveryStatus.FAILED))
        # Before there were references, or because nobody needed one.
        await session.execute(update(Delivery).where(col(Delivery.key) == "told").values(reference="K7Q2MX"))
    messenger = SlowMessenger()
    messenger.go_on.set()
    worker = Worker(world.database, {"local": messenger}, clock)
    worker.start()
    async with asyncio.timeout(PATIENCE):
        await messenger.begun.wait()
        await worker.stop()
    assert await statuses(world) == {"told": DeliveryStatus.SENT, "untold": DeliveryStatus.FAILED}


async def test_what_waited_is_tried_again_at_the_start(world: World, clock: FixedClock) -> None:
    await wish(world, clock, "first")
    async with world.database.transaction() as session:
        await session.execute(update(Delivery).values(status=DeliveryStatus.WAITING))
    messenger = SlowMessenger()
    messenger.go_on.set()
    worker = Worker(world.database, {"local": messenger}, clock)
    worker.start()
    async with asyncio.timeout(PATIENCE):
        await messenger.begun.wait()
        await worker.stop()
    assert await statuses(world) == {"first": DeliveryStatus.SENT}


class LongChore:
    """A chore with two items, the first of which takes until it is told to go on."""

    def __init__(self, *, inside: bool) -> None:
        self._inside = inside
        """In the middle of its transaction; else before it, while what is due is looked for."""
        self.begun = asyncio.Event()
        self.go_on = asyncio.Event()
        self.done: list[Item] = []

    def chore(self) -> Chore:
        return Chore("test.long", self._due, self._do)

    async def _due(self, _session: AsyncSession, _now: datetime) -> Sequence[Item]:
        if not self._inside:
            await self._long()
        return [Item("thing", number) for number in range(2) if Item("thing", number) not in self.done]

    async def _do(self, _session: AsyncSession, items: Sequence[Item], _now: datetime) -> int:
        if self._inside:
            await self._long()
        self.done.extend(items)
        return 0

    async def _long(self) -> None:
        self.begun.set()
        await self.go_on.wait()


async def test_deliveries_go_out_while_a_chore_takes_long(world: World, clock: FixedClock) -> None:
    """On SQLite, which has one writer, while it looks for what is due; elsewhere in the middle of an item too."""
    for inside in (False,) if world.database.is_sqlite else (False, True):
        long = LongChore(inside=inside)
        messenger = SlowMessenger()
        messenger.go_on.set()
        worker = Worker(world.database, {"local": messenger}, clock, [long.chore()])
        worker.start()
        async with asyncio.timeout(PATIENCE):
            await long.begun.wait()
            await wish(world, clock, f"beside it {inside}")
            worker.wake()
            await messenger.begun.wait()
            assert not long.done
            long.go_on.set()
            await worker.stop()
        assert (await statuses(world))[f"beside it {inside}"] == DeliveryStatus.SENT


async def test_the_item_of_a_chore_under_way_is_ended_and_no_other_is_begun(world: World, clock: FixedClock) -> None:
    long = LongChore(inside=True)
    worker = Worker(world.database, {"local": FakeMessenger()}, clock, [long.chore()])
    worker.start()
    async with asyncio.timeout(PATIENCE):
        await long.begun.wait()
        stopping = asyncio.create_task(worker.stop())
        # So that it is told to stop before the item has ended.
        await asyncio.sleep(0)
        long.go_on.set()
        await stopping
    assert long.done == [Item("thing", 0)]


async def test_a_chore_that_never_ends_does_not_keep_it(
    world: World, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    long = LongChore(inside=False)
    worker = Worker(world.database, {"local": FakeMessenger()}, clock, [long.chore()])
    worker.start()
    async with asyncio.timeout(PATIENCE):
        await long.begun.wait()
        await worker.stop(seconds=0.01)
    assert "the chores under way did not end in time" in caplog.text


async def test_a_backlog_on_a_surface_that_takes_few_at_once_holds_back_nobody_on_another(
    world: World, clock: FixedClock
) -> None:
    """More people wait there than are in hand at the same time, and theirs came first."""
    few, other = SlowMessenger(), SlowMessenger()
    few.at_once = 5
    other.go_on.set()
    now = clock.now()
    async with world.database.transaction() as session:
        first = await session.get_one(Person, world.people["member"])
        crowd = [Person(organisation_id=first.organisation_id, name=f"Eksempel {number}") for number in range(250)]
        session.add_all(crowd)
        await session.flush()
        where = [(person.id, "local", "here") for person in crowd] + [(first.id, "slack", HOSPITAL_TEAM)]
        for person_id, surface, workspace in where:
            reach = {"user": str(person_id)}
            session.add(
                Account(
                    person_id=person_id,
                    surface=surface,
                    workspace=workspace,
                    user_id=f"U{person_id}",
                    reach=reach,
                    seen_at=now + timedelta(minutes=1),
                )
            )
        message = {"title": "Hei"}
        await deliveries.wish(session, [Wish(f"crowd {each.id}", "s", each.id, message, now) for each in crowd])
    clock.forward(timedelta(seconds=1))
    await wish(world, clock, "on the other")
    worker = Worker(world.database, {"local": few, "slack": other}, clock)
    worker.start()
    async with asyncio.timeout(2 * PATIENCE):
        await few.begun.wait()
        await other.begun.wait()
        assert few.sends == 0
        few.go_on.set()
        await worker.stop()
        # Nobody of the crowd is forgotten, nor gets it twice.
        again = Worker(world.database, {"local": few, "slack": other}, clock)
        for _time in range(60):
            clock.forward(timedelta(seconds=1))
            while await again.deliver_due():
                pass
    assert set((await statuses(world)).values()) == {DeliveryStatus.SENT}
    assert (few.sends, other.sends) == (250, 1)
