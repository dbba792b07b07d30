"""A proposal on its way to the secretariat while Slack is in trouble: told once, and nothing lost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.delivering.deliverer import LEASE
from bot.slack.messenger import SlackMessenger, address_of
from bot.slack.workspaces import OneWorkspace
from bot.worker import Worker
from handlers.capabilities import registry
from handlers.messages.message import Message
from handlers.people.address import Address
from storage import claims, deliveries, workers
from storage.deliveries import Wish
from storage.tables import Delivery, DeliveryStatus, Workspace
from tests.cases.steps import propose
from tests.clock import FixedClock
from tests.noting import Noting
from tests.slack.standin import TOKEN, Answer, Slack, no
from tests.surface import FakeSurface
from tests.world import HOSPITAL_TEAM, World

A_SECOND = timedelta(seconds=1)
"""Slack lets an app post one message in a conversation in this time (Slack: «Rate limits», «Posting messages»)."""


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    standin = Slack()
    await standin.start()
    yield standin
    await standin.stop()
    assert standin.refused == []


@asynccontextmanager
async def on_slack(world: World, slack: Slack, clock: FixedClock) -> AsyncIterator[Worker]:
    """A worker that knows Slack only; the secretary has never written to the bot there."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        messenger = SlackMessenger(OneWorkspace.by_token(http, url=slack.api_url, token=TOKEN, clock=clock))
        yield Worker(world.database, {"slack": messenger}, clock, subjects=registry().subjects)


@pytest.fixture
async def worker(small_world: World, slack: Slack, clock: FixedClock) -> AsyncIterator[Worker]:
    async with on_slack(small_world, slack, clock) as worker:
        yield worker


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


@pytest.mark.parametrize(
    "refusal",
    [
        *map(no, ("invalid_blocks", "msg_too_long", "user_is_restricted", "restricted_action_read_only_channel")),
        Answer("<html>", 413),
    ],
)
async def test_what_waiting_does_not_make_better_is_tried_once_and_told(
    world: World, slack: Slack, clock: FixedClock, caplog: pytest.LogCaptureFixture, refusal: Answer
) -> None:
    async with on_slack(world, slack, clock) as worker:
        await propose(FakeSurface(world, clock, registry()))
        slack.will_answer("chat.postMessage", refusal)
        for _hour in range(5):
            await deliver(worker)
            await retry(world, clock)
            clock.forward(timedelta(hours=1))
        assert [call["channel"] for call in slack.made("chat.postMessage")].count("U-secretary") == 1
        assert await status_for(world, "secretary") == DeliveryStatus.FAILED
        await is_told(world, caplog)


async def test_without_the_scope_messages_are_held_until_the_app_is_mended(
    world: World, slack: Slack, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with on_slack(world, slack, clock) as worker:
        await propose(FakeSurface(world, clock, registry()))
        slack.will_answer("chat.postMessage", no("missing_scope"))
        await deliver(worker)
        clock.forward(timedelta(minutes=59))
        await deliver(worker)
        assert await status_for(world, "secretary") == DeliveryStatus.WAITING
        assert [call["channel"] for call in slack.made("chat.postMessage")].count("U-secretary") == 1
        await is_told(world, caplog)
        slack.will_answer("chat.postMessage", no("missing_scope"))
        for expected in (DeliveryStatus.WAITING, DeliveryStatus.SENT):
            await retry(world, clock)
            await deliver(worker)
            assert await status_for(world, "secretary") == expected
            clock.forward(A_SECOND)
        # A notice that nobody has read yet goes, unless it is on its way.
        assert not any("Ikke levert" in notice.message["title"] for notice in await notices(world))


async def retry(world: World, clock: FixedClock) -> None:
    """What the worker does each hour."""
    async with world.database.transaction() as session:
        await deliveries.retry_waiting(session, clock.now())


async def notices(world: World) -> list[Delivery]:
    async with world.database.transaction() as session:
        return list(await session.scalars(select(Delivery).where(col(Delivery.key).startswith("undelivered:"))))


async def is_told(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """The other secretary hears of it, with the reference that the log has once, at ERROR."""
    (notice,) = await notices(world)
    assert notice.person_id == world.people["deputy"]
    (line,) = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    reference = line.partition("reference ")[2].partition(":")[0]
    assert reference in notice.message["text"]
    assert "Ikke levert: Eksempel Secretary" in notice.message["title"]


async def wish(world: World, clock: FixedClock, *titles: str, who: str = "member") -> None:
    async with world.database.transaction() as session:
        wishes = [Wish(title, "s", world.people[who], {"title": title}, clock.now()) for title in titles]
        await deliveries.wish(session, wishes)


def posted(slack: Slack, channel: str = "D-member") -> list[str]:
    return [each["text"] for each in slack.conversations[channel]]


async def statuses(world: World) -> set[str]:
    async with world.database.transaction() as session:
        return set(await session.scalars(select(Delivery.status).where(col(Delivery.subject) == "s")))


async def test_a_message_whose_answer_was_lost_is_not_said_twice(
    small_world: World, worker: Worker, slack: Slack, clock: FixedClock
) -> None:
    await wish(small_world, clock, "hei")
    slack.will_answer("chat.postMessage", Answer(reset=True, done=True))
    await deliver(worker)
    assert await statuses(small_world) == {DeliveryStatus.PENDING}
    clock.forward(timedelta(minutes=5))
    await deliver(worker)
    assert await statuses(small_world) == {DeliveryStatus.SENT}
    assert posted(slack) == ["hei"]
    assert len(slack.made("chat.postMessage")) == 1
    # Later changes find it where it stands.
    await wish(small_world, clock, "hei")
    await deliver(worker)
    assert slack.last("chat.update")["ts"] == slack.conversations["D-member"][0]["ts"]


async def test_what_a_killed_worker_had_sent_is_found_and_what_it_had_not_is_sent(
    small_world: World, worker: Worker, slack: Slack, clock: FixedClock
) -> None:
    await wish(small_world, clock, "first", "second")
    async with small_world.database.transaction() as session:
        first, _second = await claims.claim(session, clock.now(), LEASE, 10, worker="killed")
        await workers.beat(session, "killed", clock.now())
    async with aiohttp.ClientSession() as http:
        killed = SlackMessenger(OneWorkspace.by_token(http, url=slack.api_url, token=TOKEN, clock=clock))
        await killed.send(address_of(HOSPITAL_TEAM, "U-member"), Message(title="first", delivery_key=first.key))
    await worker.beat()
    clock.forward(timedelta(seconds=9))
    await worker.beat()
    await deliver(worker)
    assert (posted(slack), slack.last("chat.update")["text"]) == (["first"], "first")
    clock.forward(A_SECOND)
    await deliver(worker)
    assert posted(slack) == ["first", "second"]
    assert await statuses(small_world) == {DeliveryStatus.SENT}


async def test_what_has_certainly_not_arrived_is_sent_without_a_question(
    small_world: World, worker: Worker, slack: Slack, clock: FixedClock
) -> None:
    await wish(small_world, clock, "hei")
    slack.will_answer("chat.postMessage", Answer(status=429, headers={"Retry-After": "2"}))
    await deliver(worker)
    clock.forward(timedelta(seconds=2))
    await deliver(worker)
    assert posted(slack) == ["hei"]
    assert slack.made("conversations.history") == []


async def test_one_person_gets_a_message_a_second_and_nobody_waits_for_them(
    small_world: World, worker: Worker, slack: Slack, clock: FixedClock
) -> None:
    await wish(small_world, clock, "1", "2", "3")
    await wish(small_world, clock, "to another", who="secretary")
    await deliver(worker)
    assert (posted(slack), posted(slack, "D-secretary")) == (["1"], ["to another"])
    await wish(small_world, clock, "4")
    for expected in (["1", "2"], ["1", "2", "3"], ["1", "2", "3", "4"]):
        clock.forward(A_SECOND / 2)
        await deliver(worker)
        assert posted(slack) == expected[:-1]
        clock.forward(A_SECOND / 2)
        await deliver(worker)
        assert posted(slack) == expected
    assert await statuses(small_world) == {DeliveryStatus.SENT}


async def test_what_changes_in_place_is_not_held_back(
    small_world: World, worker: Worker, slack: Slack, clock: FixedClock
) -> None:
    await wish(small_world, clock, "1")
    await deliver(worker)
    clock.forward(A_SECOND)
    await wish(small_world, clock, "2")
    await deliver(worker)
    await wish(small_world, clock, "1", "2")
    await deliver(worker)
    assert len(slack.made("chat.update")) == 2


async def test_slack_is_told_in_which_workspace_and_as_whom_somebody_is_reached(
    small_world: World, slack: Slack, clock: FixedClock
) -> None:
    surface = FakeSurface(small_world, clock, registry())
    async with small_world.database.transaction() as session:
        here = col(Workspace.external_id) == HOSPITAL_TEAM
        hospital = (await session.scalars(select(Workspace.organisation_id).where(here))).one()
        session.add(Workspace(organisation_id=hospital, surface="slack", external_id="T-SECOND"))
    # One has spoken in the second workspace; the other is looked up in the one that the token is for.
    await surface.bot.command(replace(small_world.sender("member", "slack"), workspace="T-SECOND"), "hjelp")
    member = Address("slack", "T-SECOND", "U-member", {"user": "U-member", "channel": "U-member"})
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        messenger = Noting(SlackMessenger(OneWorkspace.by_token(http, url=slack.api_url, token=TOKEN, clock=clock)))
        worker = Worker(small_world.database, {"slack": messenger}, clock, subjects=registry().subjects)
        await wish(small_world, clock, "hei")
        slack.will_answer("chat.postMessage", Answer(reset=True, done=True))
        await deliver(worker)
        clock.forward(timedelta(minutes=5))
        await deliver(worker)
        assert messenger.asked == [("send", member), ("sent", member), ("update", member)]
        messenger.asked.clear()
        await wish(small_world, clock, "hei du", who="secretary")
        await deliver(worker)
    secretary = Address("slack", HOSPITAL_TEAM, "U-secretary", {"channel": "U-secretary"})
    assert messenger.asked == [("send", secretary)]
