"""Somebody's home on Slack: shown when they open it, kept up to date, not shown too often, and theirs alone."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import event, select, update
from sqlmodel import col

from bot.background import BackgroundTasks
from bot.slack.api import SlackApi
from bot.slack.home import APART, Homes, home_view
from bot.slack.workspaces import OneWorkspace
from bot.worker import Worker
from handlers.bot import Bot
from handlers.capabilities import registry
from handlers.messages.message import Button, Message, Section
from handlers.owed.actions import Do as Owed
from handlers.people.roles import Role
from storage import home_tabs
from storage.tables import HomeTab, Membership, Person
from tests.cases.steps import propose
from tests.clock import FixedClock
from tests.deviations.steps import report
from tests.slack.conftest import Serve
from tests.slack.limits import broken_by_home, shown_text
from tests.slack.standin import TOKEN, Client, Slack, no
from tests.surface import FakeSurface
from tests.world import World

MEMBER = "U-member"


class Asked(OneWorkspace):
    """Tells when somebody wants to speak to Slack."""

    def __init__(self, api: SlackApi) -> None:
        super().__init__(api)
        self.now = asyncio.Event()

    async def api(self, ids: Iterable[str]) -> SlackApi:
        self.now.set()
        return await super().api(ids)


class Kept:
    """The application, and what keeps homes up to date, each as in a process of its own."""

    def __init__(self, world: World, clock: FixedClock, slack: Slack, http: aiohttp.ClientSession) -> None:
        self.world, self.clock, self.slack, self.http = world, clock, slack, http
        self.people = FakeSurface(world, clock, registry())
        self.keeper = self.another()

    def another(self) -> Homes:
        workspaces = OneWorkspace.by_token(self.http, url=self.slack.api_url, token=TOKEN, clock=self.clock)
        return Homes(Bot(self.world.database, registry(), self.clock), workspaces, self.clock)

    async def due(self) -> int:
        """Whatever is due now is brought up to date; how often Slack was asked to show something."""
        before = len(self.slack.made("views.publish"))
        await self.keeper.publish_due()
        return len(self.slack.made("views.publish")) - before

    def reads(self, user_id: str = MEMBER) -> str:
        return shown_text(self.slack.homes[user_id]["blocks"])


@pytest.fixture
async def kept(world: World, clock: FixedClock, slack: Slack, http: aiohttp.ClientSession) -> Kept:
    """On both databases."""
    return Kept(world, clock, slack, http)


@pytest.fixture
async def client(kept: Kept, serve: Serve) -> Client:
    return await serve(kept.world.database, registry=registry)


async def opened(client: Client, tasks: BackgroundTasks, user_id: str = MEMBER) -> None:
    client.user_id = user_id
    assert (await client.open_home())[0] == 200
    await tasks.drain()


async def test_it_is_shown_when_it_is_opened_and_greets_once(
    kept: Kept, client: Client, background: BackgroundTasks
) -> None:
    await opened(client, background)
    assert kept.reads().startswith("Dette venter på deg")
    assert "Velkommen, Eksempel Member!" in kept.reads()
    assert "Kommende møter" in kept.reads()
    assert kept.slack.last("views.publish")["user_id"] == MEMBER
    await opened(client, background)
    assert "Velkommen" not in kept.reads()
    await opened(client, background)
    # Slack shows what it has; it is not told the same again.
    assert len(kept.slack.made("views.publish")) == 2
    # Their conversation is its other tab.
    await client.event({"type": "app_home_opened", "tab": "messages", "user": MEMBER, "channel": "D-1"})
    await background.drain()
    assert len(kept.slack.made("views.publish")) == 2
    assert kept.slack.made("chat.postMessage") == []


async def test_what_is_pressed_there_opens_a_window(kept: Kept, client: Client, background: BackgroundTasks) -> None:
    slack = kept.slack
    await opened(client, background)
    for label, title in (("Meld sak", "Hva gjelder"), ("Meld avvik", "Hva gjelder"), ("Vis alle møtene", "Kommende")):
        await client.press_on_home(label)
        await background.drain()
        assert slack.last("views.open")["view"]["title"]["text"].startswith(title)
        slack.view = None
    # Of what was written long ago, and is no more, the help is shown.
    home = slack.homes[MEMBER]
    gone = [{"type": "button", "action_id": "act:finnes.ikke:0", "value": "{}"}]
    await client.form(client.interaction_body("block_actions", actions=gone, view=home))
    await background.drain()
    assert "Dette kan jeg hjelpe deg med" in shown_text(slack.last("views.open")["view"]["blocks"])
    # A window that Slack does not open any more, since too long has passed: in the conversation.
    slack.will_answer("views.open", no("expired_trigger_id"))
    await client.press_on_home("Vis alle møtene")
    await background.drain()
    assert "Kommende møter" in shown_text(slack.last("chat.postMessage")["blocks"])
    assert slack.made("views.update") == []


async def test_the_last_change_is_always_shown_and_at_most_one_a_minute(
    kept: Kept, client: Client, background: BackgroundTasks
) -> None:
    await opened(client, background)
    await propose(kept.people)
    assert await kept.due() == 0, "it was shown a moment ago"
    kept.clock.forward(APART)
    assert await kept.due() == 1
    assert "Venter på sekretariatet" in kept.reads()
    # Two more within the minute, the second on another surface: one more is shown, with both.
    await propose(kept.people)
    assert await kept.due() == 0
    kept.clock.forward(timedelta(seconds=30))
    await propose(kept.people)
    assert await kept.due() == 0
    kept.clock.forward(timedelta(seconds=30))
    assert await kept.due() == 1
    assert kept.reads().count("Venter på sekretariatet") == 3
    kept.clock.forward(timedelta(hours=1))
    assert await kept.due() == 0
    # What only shows something changes nothing, and Slack hears nothing.
    await kept.people.say("member", "sak mine")
    assert await kept.due() == 0


async def test_what_changes_while_it_is_drawn_is_shown_after_it(
    kept: Kept, client: Client, background: BackgroundTasks
) -> None:
    await opened(client, background)
    kept.clock.forward(APART)
    database, now = kept.world.database, kept.clock.now()
    async with database.transaction() as session:
        await home_tabs.touch(session, kept.world.people["member"], now)
        (claimed,) = await home_tabs.claim(session, "one", now, now + timedelta(seconds=30), 5)
    await propose(kept.people)
    assert await kept.due() == 0, "another process has it"
    # Opened meanwhile: nothing older overtakes it, and it is not lost.
    await opened(client, background)
    async with database.transaction() as session:
        await home_tabs.note(
            session, claimed, shown="x", is_new=True, not_before=now + APART, next_at=now + timedelta(days=1)
        )
    kept.clock.forward(APART)
    assert await kept.due() == 1
    assert "Venter på sekretariatet" in kept.reads()
    # A process that was killed in the middle: the next one finds it.
    kept.clock.forward(APART)
    async with database.transaction() as session:
        await home_tabs.touch(session, kept.world.people["member"], kept.clock.now())
        until = kept.clock.now() + timedelta(seconds=30)
        (lost,) = await home_tabs.claim(session, "killed", kept.clock.now(), until, 5)
    await propose(kept.people)
    kept.clock.forward(timedelta(seconds=31))
    assert await kept.due() == 1
    async with database.transaction() as session:
        # It lived after all: it is too late to say anything.
        await home_tabs.put_off(session, lost, kept.clock.now() - timedelta(days=1))
        await home_tabs.forget(session, lost)
    assert await kept.due() == 0
    assert kept.reads().count("Venter på sekretariatet") == 2


async def test_a_message_to_somebody_and_a_new_day_change_it(
    kept: Kept, client: Client, background: BackgroundTasks
) -> None:
    await opened(client, background, "U-secretary")
    await propose(kept.people)
    kept.clock.forward(APART)
    assert await kept.due() == 0, "nothing has reached them yet"
    worker = Worker(kept.world.database, {"local": kept.people.messenger}, kept.clock)
    while await worker.deliver_due():
        pass
    assert await kept.due() == 1
    assert "1 sak venter på sekretariatet" in kept.reads("U-secretary")
    assert "om 5 dager" in kept.reads("U-secretary") or "om 6 dager" in kept.reads("U-secretary")
    before = kept.reads("U-secretary")
    kept.clock.forward(timedelta(days=1))
    assert await kept.due() == 1
    assert kept.reads("U-secretary") != before


async def test_somebody_who_never_opened_it_costs_nothing(kept: Kept, client: Client) -> None:
    statements: list[str] = []
    engine = kept.world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda _c, _cursor, statement, *_rest: statements.append(statement))
    await propose(kept.people)
    await kept.people.arrive()
    assert [each for each in statements if "UPDATE home_tab" in each] == []
    assert await kept.due() == 0


async def test_strangers_and_those_who_left_read_why_and_nothing_else(
    kept: Kept, client: Client, background: BackgroundTasks
) -> None:
    world, slack = kept.world, kept.slack
    await propose(kept.people)
    await opened(client, background)
    assert "Sakene dine" in kept.reads()
    client.team = "T-STRANGER"
    await opened(client, background, "U-stranger")
    assert kept.reads("U-stranger").startswith("Jeg er bare for virksomhetene i dette helsefellesskapet")
    client.team = slack.id
    slack.users["U-guest"] = {**slack.user("U-guest"), "is_restricted": True}
    await opened(client, background, "U-guest")
    assert kept.reads("U-guest").startswith("Du er gjest")
    async with world.database.transaction() as session:
        assert len(list(await session.scalars(select(HomeTab)))) == 1
        member = world.people["member"]
        gone = update(Person).where(col(Person.id) == member).values(removed_at=kept.clock.now())
        await session.execute(gone)
        await home_tabs.touch_all(session, kept.clock.now())
    kept.clock.forward(APART)
    assert await kept.due() == 1, "not only when they open it"
    assert kept.reads().startswith("Du er ikke lenger registrert")
    await opened(client, background)
    assert kept.reads().startswith("Du er ikke lenger registrert")
    assert all(len(slack.homes[each]["blocks"]) == 1 for each in ("U-stranger", "U-guest", MEMBER))


async def test_what_somebody_may_not_see_any_more_is_gone_from_it(
    kept: Kept, client: Client, background: BackgroundTasks
) -> None:
    await report(kept.people, "clinician")
    await opened(client, background, "U-secretary")
    assert "Send innkalling" in kept.reads("U-secretary")
    assert "AVV-" not in kept.reads("U-secretary")
    async with kept.world.database.transaction() as session:
        theirs = col(Membership.person_id) == kept.world.people["secretary"]
        await session.execute(update(Membership).where(theirs).values(role=Role.MEMBER))
        await home_tabs.touch_all(session, kept.clock.now())
    kept.clock.forward(APART)
    assert await kept.due() == 1
    assert "Send innkalling" not in kept.reads("U-secretary")


async def test_trouble_with_slack_costs_no_change_and_no_flood(
    kept: Kept, client: Client, background: BackgroundTasks, caplog: pytest.LogCaptureFixture
) -> None:
    slack = kept.slack
    slack.will_answer("views.publish", no("ratelimited"))
    await opened(client, background)
    assert MEMBER not in slack.homes
    kept.clock.forward(APART)
    assert await kept.due() == 1
    assert "Velkommen" in kept.reads(), "it was never seen"
    slack.will_answer("views.publish", no("not_enabled"))
    await propose(kept.people)
    kept.clock.forward(APART)
    assert await kept.due() == 1
    assert "turn on the Home tab" in caplog.text
    kept.clock.forward(APART)
    assert await kept.due() == 0, "not before tomorrow"
    await opened(client, background)
    assert "Venter på sekretariatet" in kept.reads(), "at once, when it is mended"
    slack.will_answer("views.publish", no("hash_conflict"))
    await propose(kept.people)
    kept.clock.forward(APART)
    assert await kept.due() == 1
    kept.clock.forward(APART)
    assert await kept.due() == 1
    slack.will_answer("views.publish", no("user_not_found"))
    await propose(kept.people)
    kept.clock.forward(APART)
    assert await kept.due() == 1
    async with kept.world.database.transaction() as session:
        assert list(await session.scalars(select(HomeTab))) == []
    await opened(client, background)
    assert "Felles opplæring" not in caplog.text


async def test_of_two_processes_one_shows_it(kept: Kept, client: Client, background: BackgroundTasks) -> None:
    await opened(client, background)
    await propose(kept.people)
    kept.clock.forward(APART)
    other = kept.another()
    await asyncio.gather(kept.keeper.publish_due(), other.publish_due())
    assert len(kept.slack.made("views.publish")) == 2


async def test_it_is_looked_for_by_itself_until_it_is_stopped(kept: Kept, client: Client, background: Any) -> None:
    await opened(client, background)
    await propose(kept.people)
    kept.clock.forward(APART)
    asked = Asked.by_token(kept.http, url=kept.slack.api_url, token=TOKEN, clock=kept.clock)
    keeper = Homes(Bot(kept.world.database, registry(), kept.clock), asked, kept.clock)
    keeper.start()
    async with asyncio.timeout(10):
        await asked.now.wait()
    # What is under way is ended first.
    await keeper.stop()
    assert "Venter på sekretariatet" in kept.reads()


SHOW = Button(label="Vis", action=Owed.SHOW)


def test_it_stays_within_what_slack_takes() -> None:
    much = Message(
        title="Dette venter på deg",
        sections=tuple(
            Section(title="👩‍⚕️ Langt " * 300, text="<!channel> " * 900, buttons=(SHOW,) * 3) for _number in range(100)
        ),
        small="Liten skrift",
    )
    view = home_view(much)
    assert broken_by_home(view) == []
    assert shown_text(view["blocks"]).endswith("til\nLiten skrift")
