"""Slack over a socket that the bot opens itself: the same as over HTTP, nothing lost or done twice when it breaks."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select

from bot.background import BackgroundTasks
from bot.slack.api import SlackApi
from bot.slack.app import SlackSurface
from bot.slack.socket_mode import Answer as Told
from bot.slack.socket_mode import SocketMode
from bot.slack.tokens import FixedToken
from bot.slack.workspaces import OneWorkspace
from handlers.bot import Bot
from storage.database import Database
from storage.tables import Draft
from tests.clock import FixedClock
from tests.everything import registry
from tests.slack.sockets import APP_TOKEN, Naps, SocketClient, Sockets
from tests.slack.standin import TOKEN, Answer, Json, Slack
from tests.world import HOSPITAL_TEAM, World

FIRST = {"line": "En linje", "one": "a"}


@pytest.fixture
async def sockets() -> AsyncIterator[Sockets]:
    standin = Sockets()
    await standin.start()
    yield standin
    await standin.stop()


@pytest.fixture
def naps() -> Naps:
    return Naps()


Serve = Callable[..., Awaitable[SocketClient]]


@pytest.fixture
async def serve(
    http: aiohttp.ClientSession,
    slack: Slack,
    sockets: Sockets,
    background: BackgroundTasks,
    clock: FixedClock,
    naps: Naps,
) -> AsyncIterator[Serve]:
    """Starts a process that serves on a socket, and gives a client that speaks to it."""
    async with AsyncExitStack() as stack:

        async def start(database: Database, *, count: int = 1, token: str = APP_TOKEN, at_once: int = 200) -> Any:
            surface = SlackSurface(
                Bot(database, registry(), clock),
                workspaces=OneWorkspace.by_token(http, url=slack.api_url, token=TOKEN, clock=clock),
                signing_secret=None,
                api_url=slack.api_url,
                http=http,
                background=background,
                clock=clock,
            )
            assert surface.routes() == []
            opens = SlackApi(http, url=sockets.api_url, tokens=FixedToken(token), clock=clock)
            mode = SocketMode(http, opens, surface.answer, sleep=naps, at_once=at_once)
            mode.start()
            stack.push_async_callback(background.drain)
            stack.push_async_callback(mode.stop)
            await sockets.are_open(count)
            return SocketClient(sockets, http, slack, clock)

        yield start


def pressed(sockets: Sockets, client: SocketClient, blocks: list[Json], label: str = "Gjør det") -> Json:
    return sockets.envelope(client.press_body(blocks, label), "application/x-www-form-urlencoded")


def event(sockets: Sockets, number: int, text: str = "vis", **more: Any) -> Json:
    said = {"type": "message", "channel_type": "im", "channel": "D-1", "user": "U-member", "text": text}
    payload = {"type": "event_callback", "team_id": HOSPITAL_TEAM, "event_id": f"Ev-{number}", "event": said}
    return sockets.envelope(json.dumps(payload).encode(), "application/json", **more)


async def drafts(world: World) -> int:
    async with world.database.transaction() as session:
        return int(await session.scalar(select(func.count()).select_from(Draft)) or 0)


@pytest.mark.parametrize("times", [1, 3])
async def test_everything_is_as_over_http_however_often_it_is_delivered(
    world: World, serve: Serve, slack: Slack, background: BackgroundTasks, times: int
) -> None:
    client = await serve(world.database)
    client.times = times
    assert await client.command("/alt En &amp; sak") == (200, "")
    await background.drain()
    assert len(slack.made("views.open")) == 1
    # «Ett av mange» is answered with what was found.
    assert (await client.search("searched", "nummer 7"))[1]["options"]
    assert "Litt til" in json.dumps((await client.submit({"one": "a"}))[1], ensure_ascii=False)
    assert "Se over" in json.dumps((await client.submit({"more": "mer"}))[1], ensure_ascii=False)
    assert (await client.submit({}))[1]["view"]["title"]["text"] == "Se over"
    assert await drafts(world) == 1
    assert await client.write("vis") == (200, "")
    await background.drain()
    (posted,) = slack.made("chat.postMessage")
    assert await client.press(posted["blocks"], "Gjør det") == (200, "")
    await background.drain()
    assert len(slack.made("response_url")) == 1


async def test_what_is_not_acknowledged_before_the_socket_dies_comes_again_and_is_done_once(
    world: World, serve: Serve, sockets: Sockets, slack: Slack, background: BackgroundTasks
) -> None:
    client = await serve(world.database)
    await client.command("/alt")
    await background.drain()
    form = sockets.envelope(client.submission_body(FIRST), "application/x-www-form-urlencoded")
    said = event(sockets, 1)
    for envelope in (form, said):
        opened = sockets.opened
        await sockets.send(envelope)
        sockets.drop()
        await sockets.is_another(opened)
        assert envelope["envelope_id"] not in sockets.acknowledged
        # Slack sends it once more, and says so.
        await sockets.send({**envelope, "retry_attempt": 1, "retry_reason": "timeout"})
        await sockets.answer(envelope)
        await background.drain()
    assert "Litt til" in json.dumps(sockets.acknowledged[form["envelope_id"]][1], ensure_ascii=False)
    assert await drafts(world) == 1
    assert len(slack.made("chat.postMessage")) == 1


async def test_what_slack_is_about_to_close_is_answered_beside_the_new_one(
    small_world: World, serve: Serve, sockets: Sockets, slack: Slack, background: BackgroundTasks, naps: Naps
) -> None:
    await serve(small_world.database)
    for number, reason in enumerate(("warning", "refresh_requested")):
        await sockets.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}})
        await sockets.are_open(2)
        old, new = sockets.open
        for place, socket in ((0, old), (1, new)):
            envelope = event(sockets, 10 * number + place)
            await sockets.send(envelope, place)
            await sockets.answer(envelope)
            assert sockets.acknowledged[envelope["envelope_id"]][0] is socket
        await old.close()
        await sockets.are_open(1)
    await background.drain()
    assert len(slack.made("chat.postMessage")) == 4
    # Nobody waited: there was always one open.
    assert naps.asked == []


async def test_several_processes_have_a_socket_each_and_do_a_thing_once(
    world: World, serve: Serve, sockets: Sockets, slack: Slack, background: BackgroundTasks
) -> None:
    client = await serve(world.database)
    await serve(world.database, count=2)
    same = event(sockets, 1)
    await asyncio.gather(*(sockets.send(same, place) for place in (0, 1)))
    await sockets.answer(same)
    await background.drain()
    (posted,) = slack.made("chat.postMessage")
    press = pressed(sockets, client, posted["blocks"])
    await asyncio.gather(*(sockets.send(press, place) for place in (0, 1)))
    await sockets.answer(press)
    await background.drain()
    assert len(slack.made("response_url")) == 1


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        (Answer(reset=True), 1.0),
        (Answer(status=503), 1.0),
        (Answer("no network here", status=200), 1.0),
        (Answer({"ok": True}), 1.0),
        (Answer({"ok": False, "error": "ratelimited"}, headers={"Retry-After": "17"}), 17.0),
        (Answer(status=429, headers={"Retry-After": "17"}), 17.0),
        (Answer({"ok": False, "error": "invalid_auth"}), 60.0),
        (Answer({"ok": False, "error": "missing_scope"}), 60.0),
        (Answer({"ok": False, "error": "something_new"}), 60.0),
    ],
)
async def test_without_a_socket_at_the_start_it_is_tried_until_there_is_one(
    small_world: World,
    serve: Serve,
    sockets: Sockets,
    naps: Naps,
    caplog: pytest.LogCaptureFixture,
    told: Answer,
    wait: float,
) -> None:
    sockets.next.extend([told] * 3)
    starting = asyncio.create_task(serve(small_world.database))
    for number in range(3):
        asked = await naps.begun()
        assert asked == (wait * 2**number if wait == 1.0 else wait)
        naps.end()
    client = await starting
    assert await client.command("/vis") == (200, "")
    lines = [record for record in caplog.records if record.name == "bot.slack.socket_mode"]
    # Said once, and once more when it is over.
    assert [line.levelno for line in lines] == [logging.ERROR if wait == 60.0 else logging.WARNING, logging.WARNING]
    assert ("SLACK_APP_TOKEN" in lines[0].getMessage()) is (wait == 60.0)
    assert APP_TOKEN not in caplog.text


async def test_an_address_that_does_not_open_is_not_tried_again_but_another_is_asked_for(
    small_world: World, serve: Serve, sockets: Sockets, naps: Naps, caplog: pytest.LogCaptureFixture
) -> None:
    sockets.turned_away = 2
    starting = asyncio.create_task(serve(small_world.database))
    for _attempt in range(2):
        await naps.begun()
        naps.end()
    await starting
    assert sockets.asked == 3
    assert naps.asked == [1.0, 2.0]
    # The address would let anybody in.
    assert "ticket" not in caplog.text


async def test_a_socket_that_is_closed_before_slack_is_ready_is_not_opened_in_a_rush(
    small_world: World, serve: Serve, sockets: Sockets, naps: Naps
) -> None:
    sockets.greets = False
    await serve(small_world.database)
    for number in range(3):
        opened = sockets.opened
        sockets.drop()
        assert await naps.begun() == 2.0**number
        naps.end()
        await sockets.is_another(opened)


@pytest.mark.parametrize("reason", ["link_disabled", "too_many_websockets"])
async def test_what_an_administrator_has_to_mend_is_said_once(
    small_world: World, serve: Serve, sockets: Sockets, naps: Naps, caplog: pytest.LogCaptureFixture, reason: str
) -> None:
    await serve(small_world.database)
    await sockets.send({"type": "disconnect", "reason": reason})
    assert await naps.begun() == 60.0
    (line,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "Slack app" in line.getMessage()
    naps.end()
    await sockets.are_open(2)


@pytest.mark.parametrize(
    "odd",
    [
        "no JSON",
        "[1]",
        "{}",
        "[" * 100_000,
        {"type": "something_new"},
        {"type": "events_api", "envelope_id": "odd"},
        {"type": "events_api", "envelope_id": "odd", "payload": []},
        {"type": "events_api", "envelope_id": "odd", "payload": {"type": "event_callback"}},
        {"type": "slash_commands", "envelope_id": "odd", "payload": {"command": "/alt"}},
        {"type": "slash_commands", "envelope_id": "odd", "payload": {"command": 7, "user_id": "U", "team_id": "T"}},
        {"type": "interactive", "envelope_id": "odd", "payload": {"type": "block_actions"}},
        {"type": "something_new", "envelope_id": "odd", "payload": {"hemmelig": "hemmelig"}},
    ],
)
async def test_what_cannot_be_read_stops_nothing(
    small_world: World, serve: Serve, sockets: Sockets, caplog: pytest.LogCaptureFixture, odd: Any
) -> None:
    client = await serve(small_world.database)
    await sockets.send(odd)
    assert await client.command("/vis") == (200, "")
    assert "odd" not in sockets.acknowledged
    assert "hemmelig" not in caplog.text


async def test_what_there_is_no_room_for_is_left_for_slack_to_send_again(
    small_world: World, serve: Serve, sockets: Sockets, caplog: pytest.LogCaptureFixture
) -> None:
    await serve(small_world.database, at_once=0)
    await sockets.send(event(sockets, 1))
    await sockets.send({"type": "disconnect", "reason": "warning"})
    # They are read in order: once the second has had its effect, the first has been left.
    await sockets.are_open(2)
    assert sockets.acknowledged == {}
    assert "left for Slack" in caplog.text


async def test_stopping_acknowledges_what_is_in_hand_and_closes(
    http: aiohttp.ClientSession, sockets: Sockets, clock: FixedClock
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()
    done = []

    async def answer(payload: Json, key: str) -> Any:
        begun.set()
        await go_on.wait()
        done.append(key)
        return Told(200, "")

    opens = SlackApi(http, url=sockets.api_url, tokens=FixedToken(APP_TOKEN), clock=clock)
    mode = SocketMode(http, opens, answer)
    mode.start()
    await sockets.are_open(1)
    envelope = event(sockets, 1)
    await sockets.send(envelope)
    await begun.wait()
    stopping = asyncio.create_task(mode.stop())
    go_on.set()
    await stopping
    assert len(done) == 1
    assert (await sockets.answer(envelope)) == {"envelope_id": envelope["envelope_id"]}
    await sockets.are_open(0)
    assert sockets.asked == 1


async def test_stopping_while_there_is_no_socket(
    http: aiohttp.ClientSession, sockets: Sockets, clock: FixedClock
) -> None:
    naps = Naps()

    async def answer(_payload: Json, _key: str) -> Any:
        raise AssertionError

    sockets.next.append(Answer(reset=True))
    opens = SlackApi(http, url=sockets.api_url, tokens=FixedToken(APP_TOKEN), clock=clock)
    mode = SocketMode(http, opens, answer, sleep=naps)
    mode.start()
    await naps.begun()
    await mode.stop()
    assert sockets.open == []
