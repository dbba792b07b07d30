"""Several workspaces, and what else Slack has: files, homes and threads in each, while one takes the app out."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from bot.messenger import MAIL, Attached, Misconfigured
from bot.slack.api import SlackApi
from bot.slack.home import APART
from bot.slack.messenger import SlackMessenger, address_of
from bot.slack.socket_mode import SocketMode
from bot.slack.tokens import FixedToken
from bot.worker import Worker
from handlers.capabilities import registry
from handlers.messages.deliveries import as_json
from handlers.messages.message import Message
from storage import deliveries, home_tabs
from storage.deliveries import Wish
from storage.tables import Account, Committee, Delivery, DeliveryStatus, HomeTab, Meeting
from tests.meetings.convocation.steps import change
from tests.slack.installing.several import MUNICIPALITY, Several, name_workspace, workspaces_of
from tests.slack.installing.test_tokens import put
from tests.slack.limits import shown_text
from tests.slack.sockets import APP_TOKEN, SocketClient, Sockets
from tests.slack.standin import Workspace
from tests.worker.test_channels import Mailbox
from tests.world import World


@pytest.fixture
async def there(bot: Several) -> Workspace:
    """The app is in the hospital's workspace and in the municipality's."""
    workspace = bot.slack.workspace(MUNICIPALITY)
    await put(bot.database, bot.slack, bot.slack, bot.clock)
    await put(bot.database, bot.slack, workspace, bot.clock)
    return workspace


async def test_an_account_that_slack_says_is_closed_is_the_bots_own(
    bot: Several, there: Workspace, small_world: World
) -> None:
    """An app that was taken out is told `account_inactive`; the event that says so may never have come."""
    deputy, now = small_world.people["deputy"], bot.clock.now()
    async with bot.database.transaction() as session:
        await deliveries.wish(session, [Wish("k:1", "s", deputy, as_json(Message(title="Hei")), now)])
        session.add(
            Account(
                person_id=deputy, surface="slack", workspace=MUNICIPALITY, user_id="U-deputy",
                reach={"channel": "U-deputy"}, seen_at=now, ask_at=now + timedelta(days=9),
            )
        )  # fmt: skip
    messengers = {"slack": bot.surface.messenger, MAIL: Mailbox()}
    worker = Worker(bot.database, messengers, bot.clock, subjects=registry().subjects)
    bot.slack.uninstall(there, "account_inactive")
    while await worker.deliver_due():
        pass
    async with bot.database.reading() as session:
        status = (await session.scalars(select(col(Delivery.status)).where(col(Delivery.key) == "k:1"))).one()
    assert status == DeliveryStatus.SENT
    assert {each.external_id: each.gone_why for each in await bot.rows() if each.gone_at} == {
        MUNICIPALITY: "account_inactive"
    }
    assert bot.changed == ["changed"]


async def test_a_token_left_in_the_settings_that_slack_takes_no_more_stops_nobody_else(
    bot: Several, there: Workspace
) -> None:
    stale = workspaces_of(bot.database, bot.http, bot.slack, bot.clock, fixed="xoxb-from-before")
    messenger = SlackMessenger(stale)
    for workspaces in ([MUNICIPALITY], [MUNICIPALITY, "TBEFORE"]):
        found = await messenger.find(workspaces, "deputy@example.org", 1)
        assert found is not None
        assert found.address.workspace == MUNICIPALITY
    with pytest.raises(Misconfigured):
        await messenger.find(["TBEFORE"], "deputy@example.org", 1)


async def test_whether_somebody_is_a_guest_is_asked_where_they_are_at_home(bot: Several, there: Workspace) -> None:
    """Over Slack Connect they speak to the app of another workspace, which shows them as anybody from elsewhere."""
    for user, guest in (("U-somebody", True), ("U-another", False)):
        at_home = {**there.user(user), "team_id": MUNICIPALITY}
        there.users[user], bot.slack.users[user] = {**at_home, "is_restricted": guest}, at_home
        client = bot.client(bot.slack, user)
        client.team = MUNICIPALITY
        pressed = {"actions": [{"type": "button", "action_id": "press:hjelp", "value": "{}"}]}
        await client.form(client.interaction_body("block_actions", **pressed, response_url=bot.slack.response_url))
        await bot.background.drain()
        answer = shown_text(bot.slack.last("response_url")["blocks"])
        assert ("Du er gjest" in answer) == guest, answer


@pytest.fixture
async def sockets(bot: Several) -> AsyncIterator[Sockets]:
    """The bot comes to Slack."""
    found = Sockets()
    await found.start()
    opens = SlackApi(bot.http, url=found.api_url, tokens=FixedToken(APP_TOKEN), clock=bot.clock)
    mode = SocketMode(bot.http, opens, bot.surface.answer)
    mode.start()
    await found.are_open(1)
    yield found
    await mode.stop()
    await found.stop()


async def test_on_a_socket_each_workspace_is_answered_as_itself_until_it_takes_the_app_out(
    bot: Several, there: Workspace, sockets: Sockets
) -> None:

    clients = [SocketClient(sockets, bot.http, workspace, bot.clock) for workspace in (bot.slack, there)]

    async def answers(client: SocketClient, user_id: str) -> int:
        client.user_id, workspace = user_id, client.workspace
        before = len(workspace.made("response_url")) + len(workspace.made("chat.postMessage"))
        await client.write("hjem")
        await bot.background.drain()
        return len(workspace.made("response_url")) + len(workspace.made("chat.postMessage")) - before

    assert (await answers(clients[0], "U-member"), await answers(clients[1], "U-deputy")) == (1, 1)
    bot.slack.uninstall(there, "account_inactive")
    event = {"type": "event_callback", "team_id": there.id, "event_id": "Ev-x", "event": {"type": "app_uninstalled"}}
    gone = sockets.envelope(json.dumps(event).encode(), "application/json")
    await sockets.send(gone)
    sockets.drop()
    await sockets.is_another(1)
    await sockets.send(gone)
    await sockets.answer(gone)
    await bot.background.drain()
    assert [each.external_id for each in await bot.rows() if each.gone_at] == [MUNICIPALITY]
    assert bot.changed == ["changed"], "told of once"
    assert await answers(clients[0], "U-member") == 1


async def test_a_file_is_put_where_its_reader_is(bot: Several, there: Workspace) -> None:
    table = Attached("tall.csv", "text/csv", b"a;b", "Tallene")
    ref = await bot.surface.messenger.send_file(address_of(MUNICIPALITY, "U-deputy"), table)
    assert ref["channel"] == "D-deputy"
    assert [call["content"] for call in there.made("upload")] == [b"a;b"]
    assert there.last("files.completeUploadExternal")["channel_id"] == "D-deputy"
    assert bot.slack.calls == []


async def test_homes_of_one_person_in_two_workspaces(bot: Several, there: Workspace, small_world: World) -> None:
    """Each is kept up to date by its own app; where that is taken out, the other goes on, and it comes back with it."""
    await name_workspace(bot.database, "TSECOND")
    second = bot.slack.workspace("TSECOND")
    await put(bot.database, bot.slack, second, bot.clock)
    second.users["U-2"] = {**second.user("U-deputy"), "id": "U-2"}
    for workspace, user in ((second, "U-2"), (there, "U-deputy")):
        client = bot.client(workspace, user)
        for _opening in range(2):
            assert (await client.open_home())[0] == 200
            await bot.background.drain()
        assert "Kommende møter" in shown_text(workspace.homes[user]["blocks"])

    async def changed() -> tuple[int, int]:
        """Something is new; how often each home is shown anew by that."""
        before = len(second.made("views.publish")), len(there.made("views.publish"))
        bot.clock.forward(APART)
        async with bot.database.transaction() as session:
            await session.execute(update(HomeTab).values(shown="another"))
            await home_tabs.touch(session, small_world.people["deputy"], bot.clock.now())
        await bot.surface.homes.publish_due()
        return len(second.made("views.publish")) - before[0], len(there.made("views.publish")) - before[1]

    assert await changed() == (1, 1)
    bot.slack.uninstall(there, "account_inactive")
    assert await changed() == (1, 0)
    assert await changed() == (1, 0)
    assert [each.external_id for each in await bot.rows() if each.gone_at] == [MUNICIPALITY]
    await put(bot.database, bot.slack, there, bot.clock)
    bot.clock.forward(timedelta(seconds=1))
    assert (await bot.client(there, "U-deputy").open_home())[0] == 200
    await bot.background.drain()
    assert await changed() == (1, 1)


async def test_a_thread_waits_where_the_app_was_taken_out_and_goes_on_when_it_is_back(
    bot: Several, there: Workspace, small_world: World
) -> None:
    where = {"surface": "slack", "workspace": MUNICIPALITY, "channel": "C0FSU"}
    async with bot.database.transaction() as session:
        fsu = await session.get_one(Committee, small_world.committees["fsu"])
        fsu.settings = {**fsu.settings, "threads": {"opens": "30d", **where}}
    known = registry()
    worker = Worker(
        bot.database, {"slack": bot.surface.messenger}, bot.clock, known.chores,
        channels={"slack": bot.surface.channels}, unposted=known.unposted,
    )  # fmt: skip
    await worker.do_chores()
    await worker.post_due()
    (root,) = there.conversations["C0FSU"]
    await change(small_world, Meeting, small_world.meetings["fsu-1"], place="Et annet sted")
    await worker.do_chores()
    bot.slack.uninstall(there, "account_inactive")
    bot.clock.forward(timedelta(seconds=1))
    await worker.post_due()
    assert len(there.conversations["C0FSU"]) == 1
    async with bot.database.reading() as session:
        told = [each for each in await session.scalars(select(col(Delivery.message))) if "Møtetrådene til" in str(each)]
    assert told
    bot.slack.approves = there
    assert (await bot.browser().installs()).status == 200
    assert await worker.post_due() == 1
    _root, reply = there.conversations["C0FSU"]
    assert reply["thread_ts"] == root["ts"]
    assert "har fått nytt sted" in shown_text(reply["blocks"])
