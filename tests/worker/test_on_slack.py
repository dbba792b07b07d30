"""A proposal on its way to the secretariat while Slack is in trouble: told once, and nothing lost."""

from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.slack.api import SlackApi
from bot.slack.messenger import SlackMessenger
from bot.worker import Worker
from handlers.capabilities import registry
from storage.tables import Delivery, DeliveryStatus
from tests.agenda.steps import propose
from tests.clock import FixedClock
from tests.slack.standin import TOKEN, Answer, Slack, no
from tests.surface import FakeSurface
from tests.world import World


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    standin = Slack()
    await standin.start()
    yield standin
    await standin.stop()
    assert standin.refused == []


@pytest.fixture
async def worker(small_world: World, slack: Slack, clock: FixedClock) -> AsyncIterator[Worker]:
    """A worker that knows Slack only; the secretary has never written to the bot there."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        messenger = SlackMessenger(SlackApi(http, url=slack.api_url, token=TOKEN, clock=clock))
        yield Worker(small_world.database, {"slack": messenger}, clock)


async def deliver(worker: Worker) -> None:
    while await worker.deliver_due():
        pass


async def status_for(world: World, name: str) -> str:
    async with world.database.transaction() as session:
        mine = col(Delivery.person_id) == world.people[name]
        return (await session.scalars(select(Delivery.status).where(mine, col(Delivery.subject) == "item:1"))).one()


async def test_a_secretary_is_found_by_address_and_told(
    small_world: World, worker: Worker, slack: Slack, clock: FixedClock
) -> None:
    await propose(FakeSurface(small_world, clock, registry()))
    await deliver(worker)
    assert [call["channel"] for call in slack.made("chat.postMessage")] == ["U-secretary"]
    # The other secretary is of the municipality, which has no Slack: the message waits until they can be reached.
    assert await status_for(small_world, "deputy") == DeliveryStatus.WAITING


@pytest.mark.parametrize(
    ("trouble", "wait"),
    [
        (Answer({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "30"}), 30),
        (Answer("<html>", 500), 300),
        (Answer("<html>", 503, {"Retry-After": "900"}), 900),
        (no("token_revoked"), 5),
    ],
)
async def test_trouble_that_passes(
    small_world: World, worker: Worker, slack: Slack, clock: FixedClock, trouble: Answer, wait: int
) -> None:
    await propose(FakeSurface(small_world, clock, registry()))
    slack.will_answer("chat.postMessage", trouble)
    await deliver(worker)
    clock.forward(timedelta(seconds=wait - 1))
    await deliver(worker)
    assert await status_for(small_world, "secretary") == DeliveryStatus.PENDING
    clock.forward(timedelta(seconds=1))
    await deliver(worker)
    assert await status_for(small_world, "secretary") == DeliveryStatus.SENT
    assert [call["channel"] for call in slack.made("chat.postMessage")].count("U-secretary") == 2


async def test_not_in_channel_waits_until_the_person_speaks(
    small_world: World, worker: Worker, slack: Slack, clock: FixedClock
) -> None:
    surface = FakeSurface(small_world, clock, registry())
    await propose(surface)
    slack.will_answer("chat.postMessage", no("not_in_channel"))
    await deliver(worker)
    assert await status_for(small_world, "secretary") == DeliveryStatus.WAITING
    clock.forward(timedelta(hours=2))
    await surface.bot.command(small_world.sender("secretary", "slack"), "hjelp")
    await deliver(worker)
    assert await status_for(small_world, "secretary") == DeliveryStatus.SENT


async def test_a_lookup_in_trouble_is_tried_again(
    small_world: World, worker: Worker, slack: Slack, clock: FixedClock
) -> None:
    await propose(FakeSurface(small_world, clock, registry()))
    slack.will_answer("users.lookupByEmail", Answer({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "30"}))
    await deliver(worker)
    clock.forward(timedelta(seconds=30))
    await deliver(worker)
    assert await status_for(small_world, "secretary") == DeliveryStatus.SENT
