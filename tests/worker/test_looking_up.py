"""Whoever is to be told and has not written yet is looked for: once, and then ever less often."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import aiohttp
import pytest
from sqlalchemy import select, update
from sqlmodel import col

from bot.messenger import Found, TryLater
from bot.slack.messenger import SlackMessenger
from bot.slack.workspaces import OneWorkspace
from bot.worker import Worker
from handlers.messages.message import Message
from storage import deliveries, look_ups
from storage.deliveries import Wish
from storage.tables import Account, Delivery, DeliveryStatus, LookUp, Organisation, Person
from tests.clock import FixedClock
from tests.slack.standin import TOKEN, Answer, Slack, no
from tests.world import HOSPITAL_TEAM, World

NOBODY = no("users_not_found")


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    standin = Slack()
    await standin.start()
    yield standin
    await standin.stop()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


def worker(world: World, slack: Slack, http: aiohttp.ClientSession, clock: FixedClock) -> Worker:
    """One that knows Slack only; each is a process of its own."""
    messenger = SlackMessenger(OneWorkspace.by_token(http, url=slack.api_url, token=TOKEN, clock=clock))
    return Worker(world.database, {"slack": messenger}, clock)


async def wish(world: World, clock: FixedClock, who: str, key: str) -> None:
    content = Message(title=key).model_dump(mode="json", exclude_defaults=True)
    async with world.database.transaction() as session:
        await deliveries.wish(session, [Wish(f"{who}:{key}", "s", world.people[who], content, clock.now())])


async def deliver(worker: Worker) -> None:
    while await worker.deliver_due():
        pass


async def deliver_in_turn(worker: Worker, clock: FixedClock, seconds: int) -> None:
    """One person gets a message a second."""
    for _second in range(seconds):
        await deliver(worker)
        clock.forward(timedelta(seconds=1))


async def statuses(world: World, who: str) -> set[str]:
    async with world.database.transaction() as session:
        mine = col(Delivery.person_id) == world.people[who]
        return set(await session.scalars(select(Delivery.status).where(mine)))


async def change(world: World, name: str, **values: object) -> None:
    async with world.database.transaction() as session:
        await session.execute(update(Person).where(col(Person.id) == world.people[name]).values(**values))


async def retry_waiting(world: World, clock: FixedClock) -> None:
    """What the worker does at its start and each hour."""
    async with world.database.transaction() as session:
        await deliveries.retry_waiting(session, clock.now())


async def next_time(world: World) -> datetime | None:
    """When the member is looked for next; None: they have been found."""
    async with world.database.transaction() as session:
        found = await session.scalar(select(LookUp))
        return found.ask_at if found is not None else None


async def test_three_people_with_many_messages_are_three_questions(
    world: World, slack: Slack, http: aiohttp.ClientSession, clock: FixedClock
) -> None:
    people = ("secretary", "member", "clinician")
    slack.will_answer("users.lookupByEmail", *[NOBODY] * 40)
    for second in range(40):
        for who in people:
            await wish(world, clock, who, str(second))
        # Two workers, and one that was started anew.
        await deliver(worker(world, slack, http, clock))
        await deliver(worker(world, slack, http, clock))
        clock.forward(timedelta(seconds=1))
    assert len(slack.made("users.lookupByEmail")) == 3
    assert await statuses(world, "member") == {DeliveryStatus.WAITING}


async def test_it_is_asked_again_ever_less_often_and_sent_once_they_are_there(
    world: World, slack: Slack, http: aiohttp.ClientSession, clock: FixedClock
) -> None:
    slack.will_answer("users.lookupByEmail", *[NOBODY] * 12)
    await wish(world, clock, "member", "hei")
    running = worker(world, slack, http, clock)
    await deliver(running)
    waits: list[timedelta] = []
    while (again := await next_time(world)) is not None:
        waits.append(again - clock.now())
        asked = len(slack.made("users.lookupByEmail"))
        for moment in (again - timedelta(seconds=1), again):
            clock.go_to(moment)
            await retry_waiting(world, clock)
            await deliver(running)
            assert len(slack.made("users.lookupByEmail")) == asked + (moment == again)
    minutes = [wait // timedelta(minutes=1) for wait in waits]
    assert minutes == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440, 1440]
    assert await statuses(world, "member") == {DeliveryStatus.SENT}
    async with world.database.transaction() as session:
        assert list(await session.scalars(select(LookUp))) == []


async def test_trouble_is_asked_about_once_for_all_of_somebodys_messages(
    world: World, slack: Slack, http: aiohttp.ClientSession, clock: FixedClock
) -> None:
    slack.will_answer("users.lookupByEmail", *[Answer(status=500)] * 3)
    for number in range(10):
        await wish(world, clock, "member", str(number))
    running = worker(world, slack, http, clock)
    for _second in range(4):
        await deliver(running)
        clock.forward(timedelta(seconds=1))
    assert len(slack.made("users.lookupByEmail")) == 1
    for _minute in range(3):
        clock.forward(timedelta(minutes=1))
        await deliver_in_turn(running, clock, 10)
    assert await statuses(world, "member") == {DeliveryStatus.SENT}


async def test_the_files_id_reaches_them_without_their_address(
    world: World, slack: Slack, http: aiohttp.ClientSession, clock: FixedClock
) -> None:
    await change(world, "member", listed=True, slack_id="U0MEMBER")
    slack.users["U0MEMBER"] = {**slack.user("U0MEMBER"), "profile": {"real_name": "Eksempel"}}
    await wish(world, clock, "member", "hei")
    await deliver(worker(world, slack, http, clock))
    assert slack.made("users.lookupByEmail") == []
    assert [call["channel"] for call in slack.made("chat.postMessage")] == ["U0MEMBER"]


@pytest.mark.parametrize("answer", [no("user_not_found"), no("user_not_visible"), no("missing_scope")])
async def test_an_id_that_slack_says_nothing_of_is_no_dead_end(
    world: World, slack: Slack, http: aiohttp.ClientSession, clock: FixedClock, answer: Answer
) -> None:
    await change(world, "member", listed=True, slack_id="U0MEMBER")
    slack.will_answer("users.info", answer)
    await wish(world, clock, "member", "hei")
    await deliver(worker(world, slack, http, clock))
    assert await statuses(world, "member") == {DeliveryStatus.SENT}
    scope = answer.body == no("missing_scope").body
    assert [call["channel"] for call in slack.made("chat.postMessage")] == ["U0MEMBER" if scope else "U-member"]


async def test_a_changed_file_looks_for_everybody_anew(
    world: World, slack: Slack, http: aiohttp.ClientSession, clock: FixedClock
) -> None:
    slack.will_answer("users.lookupByEmail", NOBODY)
    await wish(world, clock, "member", "hei")
    running = worker(world, slack, http, clock)
    await deliver(running)
    async with world.database.transaction() as session:
        await look_ups.look_anew(session, clock.now())
    await retry_waiting(world, clock)
    await deliver(running)
    assert await statuses(world, "member") == {DeliveryStatus.SENT}


@pytest.mark.parametrize("welcome", [False, True])
async def test_a_guest_is_sent_nothing_unless_guests_are_welcome(
    world: World, slack: Slack, http: aiohttp.ClientSession, clock: FixedClock, welcome: bool
) -> None:
    async with world.database.transaction() as session:
        await session.execute(update(Organisation).values(guests=welcome))
    slack.users["U-member"] = {**slack.user("U-member"), "is_restricted": True}
    await wish(world, clock, "member", "hei")
    await deliver(worker(world, slack, http, clock))
    assert bool(slack.made("chat.postMessage")) is welcome
    # Nor where they were let in before.
    async with world.database.transaction() as session:
        session.add(
            Account(
                person_id=world.people["clinician"],
                surface="slack",
                workspace=HOSPITAL_TEAM,
                user_id="U-clinician",
                reach={"channel": "U-clinician"},
                seen_at=clock.now(),
                outsider=True,
            )
        )
    slack.users["U-clinician"] = {**slack.user("U-clinician"), "is_restricted": True}
    await wish(world, clock, "clinician", "hei")
    await deliver(worker(world, slack, http, clock))
    assert ("U-clinician" in [call["channel"] for call in slack.made("chat.postMessage")]) is welcome


async def test_somebody_met_before_slack_vouched_for_them_is_joined_when_they_are_found(
    world: World, slack: Slack, http: aiohttp.ClientSession, clock: FixedClock
) -> None:
    async with world.database.transaction() as session:
        member = await session.get_one(Person, world.people["member"])
        met = Person(organisation_id=member.organisation_id, name="Uten navn")
        session.add(met)
        await session.flush()
        session.add(
            Account(
                person_id=met.id,
                surface="slack",
                workspace=HOSPITAL_TEAM,
                user_id="U-member",
                reach={"channel": "U-member"},
                seen_at=clock.now(),
                unvouched="unconfirmed",
            )
        )
    await wish(world, clock, "member", "hei")
    await deliver_in_turn(worker(world, slack, http, clock), clock, 3)
    assert await statuses(world, "member") == {DeliveryStatus.SENT}
    async with world.database.transaction() as session:
        gone = await session.get_one(Person, met.id)
        account = (await session.scalars(select(Account).where(col(Account.user_id) == "U-member"))).one()
    assert (gone.joined_to_id, account.person_id) == (world.people["member"], world.people["member"])


async def test_on_the_grid_its_own_id_is_enough_to_find_people(
    world: World, slack: Slack, http: aiohttp.ClientSession, clock: FixedClock
) -> None:
    grid = {"enterprise_id": "E0GRID", "teams": ["T-HOME"]}
    slack.users["U-member"] = {**slack.user("U-member"), "team_id": "T-HOME", "enterprise_user": grid}
    messenger = SlackMessenger(OneWorkspace.by_token(http, url=slack.api_url, token=TOKEN, clock=clock))
    slack.will_answer("auth.test", Answer({"ok": True, "team_id": HOSPITAL_TEAM, "enterprise_id": "E0GRID"}))
    found = await messenger.find(["E0GRID"], "member@example.org", 1)
    assert found is not None
    assert (found.address.workspace, found.address.user_id, found.outsider) == ("E0GRID", "U-member", False)


async def test_many_looked_up_at_once_ask_who_the_bot_is_once(
    slack: Slack, http: aiohttp.ClientSession, clock: FixedClock
) -> None:
    workspaces = OneWorkspace.by_token(http, url=slack.api_url, token=TOKEN, clock=clock)
    messenger = SlackMessenger(workspaces)

    async def find_eight() -> list[Found | None]:
        return await asyncio.gather(*(messenger.find([HOSPITAL_TEAM], "member@example.org", n) for n in range(8)))

    slack.will_answer("auth.test", no("internal_error"))
    with pytest.raises(TryLater):
        await find_eight()
    assert all(await find_eight())
    assert await workspaces.own_id([HOSPITAL_TEAM]) == "U-BOT"
    # What went wrong is not remembered, and was the same for all who waited.
    assert len(slack.made("auth.test")) == 2
