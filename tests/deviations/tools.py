"""People with a tool each, Slack, Teams or the local page: signed requests, activities and posted forms through the
real surfaces, stand-ins at the other end, and a worker that delivers. What somebody sees is what the stand-ins were
told to show them, and what the page draws."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import select
from sqlmodel import col

from bot.background import BackgroundTasks
from bot.delivering.uploads import Uploads
from bot.drawing import Drawing
from bot.messenger import Messenger
from bot.slack.app import SlackSurface
from bot.slack.workspaces import OneWorkspace, Workspaces
from bot.teams.app import TeamsSurface
from bot.teams.apps import Apps
from bot.web.app import LocalChat
from bot.worker import Worker
from handlers.bot import Bot
from handlers.capabilities import registry
from handlers.people.links import Links
from storage.tables import Delivery
from tests.clock import FixedClock
from tests.slack import standin as slack_standin
from tests.slack.limits import shown_text
from tests.teams import client as teams_client
from tests.teams import standin as teams_standin
from tests.teams.tenants import Tenant, Tenants
from tests.web.conftest import Window, answered, button_on, lines
from tests.web.markup import Element
from tests.world import World

Json = dict[str, Any]


class Person(Protocol):
    """Somebody at their own tool."""

    async def writes(self, line: str) -> None:
        """Write a command; a form that comes of it is open."""

    async def fills(self, **values: Any) -> None:
        """Fill in the form that is open, beside what stands in it, and send it; the next form, if any, is open."""

    async def presses(self, label: str) -> None:
        """Press the button in the newest message that has it; a form that comes of it is open."""

    def form(self) -> str:
        """All that stands in the form that is open, or in what took its place."""

    def answer(self) -> str:
        """What the last command or button was answered with, where no form came of it."""

    def messages(self) -> list[str]:
        """What stands in the conversation with the bot now, oldest first."""

    def has_button(self, label: str) -> bool:
        """Whether some message has this button now."""


@dataclass
class Tools:
    """The bot between its two tools. `deliver` lets everything due arrive."""

    world: World
    clock: FixedClock
    bot: Bot
    worker: Worker
    background: BackgroundTasks
    address: str
    http: aiohttp.ClientSession
    slack: slack_standin.Slack
    teams: teams_standin.Connector
    tenants: Tenants | None = None

    def on_slack(self, name: str, workspace: slack_standin.Workspace | None = None) -> "OnSlack":
        client = slack_standin.Client(self.address, self.http, workspace or self.slack, self.clock)
        client.user_id = f"U-{name}"
        return OnSlack(self, client)

    def on_teams(self, name: str) -> "OnTeams":
        client = teams_client.Client(self.http, f"{self.address}/api/messages", self.teams, name, f"a:{name}")
        return OnTeams(self, client)

    def in_tenant(self, name: str, tenant: Tenant) -> "OnTeams":
        """Somebody in an organisation that has a Teams app of its own (see `tools`)."""
        assert self.tenants is not None
        return OnTeams(self, self.tenants.client(f"{self.address}/api/messages", name, tenant))

    def on_page(self, name: str) -> "OnPage":
        """Where the page is served (see `tools`)."""
        return OnPage(self, Window(self.http, self.address, self.world.people[name]))

    async def settled(self) -> None:
        """What comes after an answer has come, and everything due has arrived."""
        await self.background.drain()
        while await self.worker.deliver_due():
            pass
        # A person gets one message a second on Slack: the others wait their turn.
        while await self._waits():
            self.clock.forward(timedelta(seconds=1))
            while await self.worker.deliver_due():
                pass

    async def _waits(self) -> bool:
        soon = self.clock.now() + timedelta(seconds=10)
        waiting = select(Delivery.id).where(col(Delivery.status) == "pending", col(Delivery.due_at) <= soon)
        async with self.world.database.reading() as session:
            return (await session.scalar(waiting.limit(1))) is not None


@asynccontextmanager
async def tools(
    world: World,
    clock: FixedClock,
    bot: Bot | None = None,
    *,
    page: bool = False,
    tenants: Tenants | None = None,
    uploads: bool = False,
    several: Callable[[aiohttp.ClientSession, slack_standin.Slack], Workspaces] | None = None,
) -> AsyncIterator[Tools]:
    """`uploads`: nobody's browser reaches the bot, so files go into the conversations. `page`: the local page is served
    beside the two, and who writes there is reached there. `tenants`: as in production, with a Teams app for each of
    several organisations, in the place of a local client. `several`: where the app is in Slack, if it is in more than
    the hospital's workspace."""
    slack, teams, background = slack_standin.Slack(), teams_standin.Connector(), BackgroundTasks()
    await slack.start()
    await teams.start()
    surfaces = ("slack", "teams") if uploads else ()
    links = Links("", "a secret that is long enough for a test", clock)
    bot = bot or Bot(world.database, registry(), clock, links=links, uploads=surfaces)
    files = Uploads(bot, Drawing(), surfaces)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        one = OneWorkspace.by_token(http, url=slack.api_url, token=slack_standin.TOKEN, clock=clock)
        on_slack = SlackSurface(
            bot,
            workspaces=several(http, slack) if several else one,
            signing_secret=slack_standin.SECRET,
            api_url=slack.api_url,
            http=http,
            background=background,
            clock=clock,
        )
        on_teams = TeamsSurface(
            bot,
            apps=tenants.apps if tenants else Apps.local(http, clock),
            metadata_url=tenants.identity.metadata_url if tenants else "",
            http=tenants.http if tenants else http,
            background=background,
            clock=clock,
        )
        application = web.Application()
        application.add_routes([*on_slack.routes(), *on_teams.routes()])
        messengers: dict[str, Messenger] = {"slack": on_slack.messenger, "teams": on_teams.messenger}
        if page:
            chat = LocalChat(bot, world.database, clock=clock, alone=False)
            application.add_routes(chat.routes())
            messengers["local"] = chat.messenger
        server = TestServer(application)
        await server.start_server()
        worker = Worker(world.database, messengers, clock, links=bot.links, subjects=bot.registry.subjects, files=files)
        address = str(server.make_url("")).rstrip("/")
        yield Tools(world, clock, bot, worker, background, address, http, slack, teams, tenants)
        await background.drain()
        await server.close()
    await teams.stop()
    await slack.stop()
    assert slack.refused == []


@dataclass
class OnSlack:
    """Somebody in Slack. Commands are answered in private, forms are modals."""

    tools: Tools
    client: slack_standin.Client

    async def writes(self, line: str) -> None:
        status, _answer = await self.client.command(f"/{line}")
        assert status == 200
        await self.tools.settled()

    async def fills(self, **values: Any) -> None:
        status, answer = await self.client.submit(values)
        assert status == 200
        assert answer["response_action"] == "update", answer
        await self.tools.settled()

    async def presses(self, label: str) -> None:
        blocks = next(blocks for blocks in reversed(self.blocks()) if _slack_labels(blocks, label))
        assert (await self.client.press(blocks, label))[0] == 200
        await self.tools.settled()

    async def goes_on(self, label: str, after: str = "") -> None:
        """Press the button in the last answer: the first one called so, after where it says `after`."""
        blocks = self.client.workspace.last("response_url")["blocks"]
        places = (place for place, block in enumerate(blocks) if after in shown_text(block))
        assert (await self.client.press(blocks[next(places) :], label))[0] == 200
        await self.tools.settled()

    def form(self) -> str:
        view = self.client.workspace.view
        assert view is not None, "no form is open"
        begun = [block["element"].get("initial_value", "") for block in view["blocks"] if block["type"] == "input"]
        return "\n".join([shown_text(view), *begun])

    def answer(self) -> str:
        return self.in_private()[-1]

    def messages(self) -> list[str]:
        return [shown_text(blocks) for blocks in self.blocks()]

    def has_button(self, label: str) -> bool:
        return any(_slack_labels(blocks, label) for blocks in self.blocks())

    def in_private(self) -> list[str]:
        """What was answered to commands and buttons, which only this person sees."""
        return [shown_text(answer["blocks"]) for answer in self.client.workspace.made("response_url")]

    def blocks(self) -> list[list[Json]]:
        """The blocks of each direct message, as last updated."""
        shown: dict[str, list[Json]] = {}
        for number, call in enumerate(self.client.workspace.calls, 1):
            match call.method:
                case "chat.postMessage" if call.arguments["channel"] == self.client.user_id:
                    shown[slack_standin.ts_of(number)] = call.arguments["blocks"]
                case "chat.update" if call.arguments["ts"] in shown:
                    shown[call.arguments["ts"]] = call.arguments["blocks"]
        return list(shown.values())


def _slack_labels(blocks: list[Json], label: str) -> bool:
    return any(
        element["text"]["text"] == label
        for block in blocks
        if block["type"] == "actions"
        for element in block["elements"]
    )


@dataclass
class OnTeams:
    """Somebody in the personal chat with the bot on Teams. Forms are cards in the chat, and steps replace them."""

    tools: Tools
    client: teams_client.Client
    open: str = ""
    """The id of the activity with the form that is open."""

    async def writes(self, line: str) -> None:
        before = set(self.cards())
        assert await self.client.say(line) == 200
        self._open_new(before)
        await self.tools.settled()

    async def fills(self, **values: Any) -> None:
        card = self.cards()[self.open]
        button = teams_client.buttons(card)[0]["title"]
        standing = {name: str(part.get("value") or "") for name, part in teams_client.inputs(card).items()}
        given = {name: ",".join(value) if isinstance(value, list) else value for name, value in values.items()}
        assert given.keys() <= standing.keys(), standing.keys()
        await self._press(self.open, card, button, {**standing, **given})

    async def presses(self, label: str) -> None:
        found = [(place, card) for place, card in self.cards().items() if label in _teams_labels(card)]
        assert found, (label, [_teams_labels(card) for card in self.cards().values()])
        place, card = found[-1]
        before = set(self.cards())
        await self._press(place, card, label, {})
        self._open_new(before, place)

    async def goes_on(self, label: str, after: str = "") -> None:
        """Press the button in the newest message that has it: the first one called so, after where it says `after`;
        and say yes, if it asks."""
        cards = self.cards()
        found = [(place, button) for place, card in cards.items() if (button := _teams_button(card, label, after))]
        assert found, (label, after, self.messages()[-1])
        place, button = found[-1]
        await self._press(place, button, button["title"], {})
        self._open_new(set(cards), place)

    async def _press(self, place: str, card: Json, label: str, filled: dict[str, str]) -> None:
        # A card in the answer is shown in the chat by an update too.
        await self.client.press(card, label, place, **filled)
        await self.tools.settled()

    def _open_new(self, before: set[str], pressed: str = "") -> None:
        """The form among what has come since, or in the place of the button that was pressed."""
        cards = self.cards()
        for place in [*(new for new in cards if new not in before), pressed]:
            if place and teams_client.inputs(cards[place]):
                self.open = place

    def form(self) -> str:
        return _teams_text(self.cards()[self.open])

    def answer(self) -> str:
        return self.messages()[-1]

    def messages(self) -> list[str]:
        return [_teams_text(card) for card in self.cards().values()]

    def has_button(self, label: str) -> bool:
        return any(label in _teams_labels(card) for card in self.cards().values())

    def cards(self) -> dict[str, Json]:
        """The card of each message in the chat, by activity id, as last replaced."""
        shown: dict[str, Json] = {}
        sent = 0
        for call in self.client.connector.calls:
            place = call.path.rpartition("/")[2]
            if call.method == "POST" and call.path.endswith("/activities"):
                sent += 1
                if call.body["conversation"]["id"] == self.client.conversation and call.is_card:
                    shown[f"activity-{sent}"] = call.card
            elif call.method == "PUT" and place in shown and call.is_card:
                shown[place] = call.card
        return shown


def _teams_labels(card: Json) -> list[str]:
    return [button["title"] for button in teams_client.buttons(card)]


def _teams_button(card: Json, label: str, after: str) -> Json | None:
    """The button, or the one that does it where a question is unfolded first."""
    all_parts = teams_client.parts(card)
    says = (place for place, part in enumerate(all_parts) if after in part.get("text", ""))
    for part in all_parts[next(says, len(all_parts)) if after else 0 :]:
        if part["type"] in ("Action.Execute", "Action.ShowCard") and part["title"] == label:
            return teams_client.buttons(part)[0]
    return None


def _teams_text(card: Json) -> str:
    values = [str(part.get("value", "")) for part in teams_client.inputs(card).values()]
    facts = [f"{fact['title']} {fact['value']}" for fact in _facts(card)]
    return "\n".join([*teams_client.texts(card), *facts, *values, *_teams_labels(card)])


def _facts(card: Json) -> list[Json]:
    return [fact for part in teams_client.parts(card) if part["type"] == "FactSet" for fact in part["facts"]]


@dataclass
class OnPage:
    """Somebody at their window of the local page, which sends what a browser would."""

    tools: Tools
    window: Window
    line: Element = field(default_factory=lambda: Element("", {}))
    """What the last command, button or form was answered with."""

    async def writes(self, line: str) -> None:
        await self._shows(await self.window.say(line))

    async def fills(self, **values: Any) -> None:
        await self._shows(answered(await self.window.send_form(self.line, **values)))

    async def presses(self, label: str, after: str = "") -> None:
        """Press the button in the newest line that has it: the first one called so, after where it says `after`."""
        newest_first = reversed(lines(await self.window.page()))
        line = next(line for line in newest_first if button_on(line, label, after) is not None)
        await self._shows(answered(await self.window.press(line, label, after)))

    goes_on = presses

    async def _shows(self, line: Element) -> None:
        self.line = line
        await self.tools.settled()

    def form(self) -> str:
        begun = [element.attributes.get("value", "") for element in self.line.all("input", type_="text")]
        return "\n".join([self.line.text, *begun])

    def answer(self) -> str:
        return self.line.text

    async def messages(self) -> list[str]:
        """What stands in the conversation now, oldest first."""
        return [line.text for line in lines(await self.window.page())]


def everything_sent_to(tool: slack_standin.Slack | teams_standin.Connector) -> str:
    """Every byte of content that the bot has sent to this tool's side."""
    if isinstance(tool, slack_standin.Slack):
        return json.dumps([call.arguments for call in tool.calls], ensure_ascii=False)
    return json.dumps([call.body for call in tool.calls], ensure_ascii=False)
