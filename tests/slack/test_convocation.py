"""The secretariat sends a convocation on Slack, and members get it there, however many cases there are."""

from typing import Any

import aiohttp
import pytest

from bot.background import BackgroundTasks
from bot.slack.api import SlackApi
from bot.slack.messenger import SlackMessenger
from bot.slack.tokens import FixedToken
from bot.slack.workspaces import OneWorkspace
from bot.worker import Worker
from handlers.capabilities import registry
from storage.tables import Account
from tests.clock import FixedClock
from tests.meetings.convocation import steps
from tests.slack.conftest import Serve
from tests.slack.limits import shown_text
from tests.slack.standin import TOKEN, Client, Slack
from tests.world import HOSPITAL_TEAM, World


@pytest.fixture
async def secretary(small_world: World, serve: Serve, clock: FixedClock) -> Client:
    async with small_world.database.transaction() as session:
        session.add(
            Account(
                person_id=small_world.people["member"],
                surface="slack",
                workspace=HOSPITAL_TEAM,
                user_id="U-member",
                reach={"channel": "D-member"},
                seen_at=clock.now(),
            )
        )
    client = await serve(small_world.database, registry=registry)
    client.user_id = "U-secretary"
    return client


async def _last(slack: Slack, background: BackgroundTasks) -> list[dict[str, Any]]:
    await background.drain()
    blocks: list[dict[str, Any]] = slack.last("response_url")["blocks"]
    return blocks


async def _sent(client: Client, slack: Slack, background: BackgroundTasks) -> list[dict[str, Any]]:
    await client.command("/saksliste FSU 21.9.")
    await client.press(await _last(slack, background), "Send innkalling")
    await client.press(await _last(slack, background), "Send innkallingen")
    return await _last(slack, background)


async def _deliver(
    http: aiohttp.ClientSession, slack: Slack, world: World, clock: FixedClock
) -> list[list[dict[str, Any]]]:
    """What the worker brings to the member on Slack."""
    api = SlackApi(http, url=slack.api_url, tokens=FixedToken(TOKEN), clock=clock)
    worker = Worker(world.database, {"slack": SlackMessenger(OneWorkspace(api))}, clock)
    while await worker.deliver_due():
        pass
    return [posted["blocks"] for posted in slack.made("chat.postMessage") if posted["channel"] == "D-member"]


async def test_it_is_sent_from_the_meetings_page(
    secretary: Client,
    slack: Slack,
    background: BackgroundTasks,
    small_world: World,
    clock: FixedClock,
    http: aiohttp.ClientSession,
) -> None:
    await steps.put(small_world, "Felles rutine <b> & *fet*")
    told = await _sent(secretary, slack, background)
    assert "Innkallingen er sendt" in shown_text(told)
    posted = await _deliver(http, slack, small_world, clock)
    (member,) = [blocks for blocks in posted if "Innkalling: Faglig" in shown_text(blocks)]
    assert "Felles rutine" in shown_text(member)
    labels = [each["text"]["text"] for block in member if block["type"] == "actions" for each in block["elements"]]
    assert labels == ["Kommer", "Forfall", "Stedfortreder", "Vis møtet"]


async def test_sixty_cases_fit(
    secretary: Client,
    slack: Slack,
    background: BackgroundTasks,
    small_world: World,
    clock: FixedClock,
    http: aiohttp.ClientSession,
) -> None:
    for number in range(1, 61):
        await steps.put(small_world, f"Sak {number} " + "med en lang tittel " * 12, number)
    await _sent(secretary, slack, background)
    posted = await _deliver(http, slack, small_world, clock)
    (member,) = [blocks for blocks in posted if "Innkalling: Faglig" in shown_text(blocks)]
    assert len(member) <= 50
    shown = shown_text(member)
    assert all(f"{number}/2026" in shown for number in range(1, 61))
