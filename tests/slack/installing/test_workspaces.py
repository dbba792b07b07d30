"""Which workspace somebody is spoken to in; where they are looked for; and what happens where the app is taken out."""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from sqlalchemy import select

from bot.messenger import MAIL, Absent, Misconfigured, TryLater
from bot.slack.installing.workspaces import InstalledWorkspaces
from bot.slack.messenger import SlackMessenger
from bot.worker import Worker
from handlers.capabilities import registry
from handlers.messages.message import Message
from storage import deliveries
from storage.deliveries import Wish
from storage.tables import Account, Delivery, DeliveryStatus
from tests.clock import FixedClock
from tests.slack.installing.several import MUNICIPALITY, Several, name_workspace, workspaces_of
from tests.slack.installing.test_tokens import put
from tests.slack.standin import TOKEN, Answer, Slack, Workspace, no
from tests.worker.test_channels import Mailbox
from tests.world import HOSPITAL_TEAM, World


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


async def spoken_to(workspaces: InstalledWorkspaces, *ids: str) -> str:
    """The id of the workspace that a call ends in."""
    return str((await (await workspaces.api(ids)).ask("auth.test", {}))["team_id"])


async def test_each_by_its_own_id_then_by_what_its_organisation_has(
    small_world: World, slack: Slack, http: aiohttp.ClientSession, clock: FixedClock
) -> None:
    database = small_world.database
    # The hospital is on a Grid: the app is in one of its workspaces. The municipality has it for a whole Grid.
    for id, owner in (("EHOSPITAL", "hospital"), ("THOSPITAL2", "hospital"), ("EMUNICIPALITY", "municipality")):
        await name_workspace(database, id, owner)
    await name_workspace(database, MUNICIPALITY)
    await put(database, slack, slack.workspace("THOSPITAL2", enterprise="EHOSPITAL"), clock)
    await put(database, slack, slack.workspace("EMUNICIPALITY"), clock)
    workspaces = workspaces_of(database, http, slack, clock)
    assert await spoken_to(workspaces, "THOSPITAL2") == "THOSPITAL2"
    assert await spoken_to(workspaces, "EHOSPITAL") == "THOSPITAL2"
    assert await spoken_to(workspaces, HOSPITAL_TEAM) == "THOSPITAL2"
    assert await spoken_to(workspaces, MUNICIPALITY) == "EMUNICIPALITY"
    # The first that leads anywhere: whose app was spoken to goes before whose workspace the person is at home in.
    assert await spoken_to(workspaces, "TSTRANGER", HOSPITAL_TEAM, MUNICIPALITY) == "THOSPITAL2"
    for ids in (["TSTRANGER"], []):
        with pytest.raises(Misconfigured):
            await workspaces.api(ids)
    assert await workspaces.among([MUNICIPALITY, "EMUNICIPALITY", HOSPITAL_TEAM, "EHOSPITAL", "THOSPITAL2"]) == {
        "EMUNICIPALITY": {"EMUNICIPALITY"},
        "EHOSPITAL": {"THOSPITAL2", "EHOSPITAL"},
    }
    assert await workspaces.own_id([MUNICIPALITY]) == "U-BOT-EMUNICIPALITY"


async def test_beside_the_token_in_the_settings(
    small_world: World, slack: Slack, http: aiohttp.ClientSession, clock: FixedClock
) -> None:
    database = small_world.database
    await name_workspace(database, MUNICIPALITY)
    await name_workspace(database, "THOSPITAL2", "hospital")
    workspaces = workspaces_of(database, http, slack, clock, fixed=TOKEN)
    assert await spoken_to(workspaces, "TWHEREVER") == HOSPITAL_TEAM, "it is the only one there is"
    await put(database, slack, slack.workspace(MUNICIPALITY), clock)
    clock.forward(timedelta(seconds=10))
    assert await spoken_to(workspaces, HOSPITAL_TEAM) == HOSPITAL_TEAM
    assert await spoken_to(workspaces, "THOSPITAL2") == HOSPITAL_TEAM
    assert await spoken_to(workspaces, MUNICIPALITY) == MUNICIPALITY
    assert set(await workspaces.among([MUNICIPALITY, HOSPITAL_TEAM])) == {MUNICIPALITY, HOSPITAL_TEAM}
    assert await workspaces.own_id([HOSPITAL_TEAM]) == "U-BOT"
    with pytest.raises(Misconfigured):
        await workspaces.api(["TWHEREVER"])


async def test_one_that_another_process_has_installed_is_found_at_once(
    small_world: World, slack: Slack, http: aiohttp.ClientSession, clock: FixedClock
) -> None:
    workspaces = workspaces_of(small_world.database, http, slack, clock)
    with pytest.raises(Misconfigured):
        await workspaces.api([MUNICIPALITY])
    await put(small_world.database, slack, slack.workspace(MUNICIPALITY), clock)
    clock.forward(timedelta(seconds=1))
    assert await spoken_to(workspaces, MUNICIPALITY) == MUNICIPALITY


async def test_somebody_is_looked_for_where_their_organisations_are_and_nowhere_else(
    small_world: World, slack: Slack, http: aiohttp.ClientSession, clock: FixedClock
) -> None:
    database = small_world.database
    await name_workspace(database, MUNICIPALITY)
    slack.members = frozenset({"U-member"})
    there = slack.workspace(MUNICIPALITY, members=frozenset({"U-deputy"}))
    await put(database, slack, there, clock)
    await put(database, slack, slack, clock)
    messenger = SlackMessenger(workspaces_of(database, http, slack, clock))

    deputy = await messenger.find([MUNICIPALITY], "deputy@example.org", 1)
    assert deputy is not None
    assert (deputy.address.workspace, deputy.address.user_id) == (MUNICIPALITY, "U-deputy")
    assert slack.made("users.lookupByEmail") == [], "the hospital's Slack is not asked about others' people"
    # With two employers, in each of their workspaces until they are found.
    both = await messenger.find([HOSPITAL_TEAM, MUNICIPALITY], "deputy@example.org", 1)
    assert both is not None
    assert both.address.workspace == MUNICIPALITY
    assert len(slack.made("users.lookupByEmail")) == 1
    with pytest.raises(Absent):
        await messenger.find([HOSPITAL_TEAM, MUNICIPALITY], "nobody@example.org", 1)
    assert await messenger.find(["TELSEWHERE"], "deputy@example.org", 1) is None

    # Where one does not answer, they may be there.
    slack.will_answer("users.lookupByEmail", Answer("<html>", 503))
    with pytest.raises(TryLater):
        await messenger.find([HOSPITAL_TEAM, MUNICIPALITY], "nobody@example.org", 1)
    # The id that the file gives counts where Slack may not be asked, unless they may be in either.
    slack.will_answer("users.info", no("missing_scope"))
    found = await messenger.find([HOSPITAL_TEAM, MUNICIPALITY], None, 1, "U-deputy")
    assert found is not None
    assert found.address.workspace == MUNICIPALITY
    # A user of the one workspace is a stranger in the other, also where Slack shows them there.
    there.users["U-deputy"] = {**there.user("U-deputy"), "team_id": HOSPITAL_TEAM}
    with pytest.raises(Absent):
        await messenger.find([MUNICIPALITY], "deputy@example.org", 1)


# --- taken out -------------------------------------------------------------------------------------------------


@pytest.fixture
async def there(bot: Several) -> Workspace:
    """The municipality's workspace, where the app is installed."""
    workspace = bot.slack.workspace(MUNICIPALITY)
    await put(bot.database, bot.slack, workspace, bot.clock)
    return workspace


async def says(bot: Several, there: Workspace, kind: str, **more: object) -> None:
    client = bot.client(there, "U-deputy")
    status, _answer = await client.event({"type": kind, **more})
    assert status == 200
    await bot.background.drain()


async def test_the_app_is_taken_out(bot: Several, there: Workspace, caplog: pytest.LogCaptureFixture) -> None:
    bot.slack.uninstall(there)
    await says(bot, there, "app_uninstalled")
    await says(bot, there, "tokens_revoked", tokens={"bot": ["U-BOT"]})
    (row,) = await bot.rows()
    assert row.gone_at == bot.clock.now()
    assert bot.changed == ["changed"]
    assert "Install the app there again (/slack/install)" in caplog.text
    with pytest.raises(Misconfigured, match="not installed in TMUNICIPALITY"):
        await bot.workspaces.api([MUNICIPALITY])


async def test_what_is_no_end_is_none(bot: Several, there: Workspace) -> None:
    """People's own tokens; an event that comes after the app is installed anew; one that leaves the Grid's."""
    await says(bot, there, "tokens_revoked", tokens={"oauth": ["U-deputy"]})
    await says(bot, there, "tokens_revoked", tokens={"oauth": ["U-deputy"], "bot": ["U-BOT"]})
    await says(bot, there, "app_uninstalled")
    await says(bot, there, "app_uninstalled", team_id="TSTRANGER")
    there.will_answer("auth.test", Answer("<html>", 503))
    await says(bot, there, "app_uninstalled")
    (row,) = await bot.rows()
    assert row.gone_at is None
    await bot.workspaces.api([MUNICIPALITY])
    there.will_answer("auth.test", no("account_inactive"))
    await says(bot, there, "app_uninstalled")
    (row,) = await bot.rows()
    assert row.gone_why == "app_uninstalled"


async def test_of_a_grid_only_what_was_installed_for_all_of_it(bot: Several) -> None:
    grid = bot.slack.workspace("EGRID")
    within = bot.slack.workspace("TWITHIN", enterprise="EGRID")
    for workspace in (grid, within):
        await name_workspace(bot.database, workspace.id)
        await put(bot.database, bot.slack, workspace, bot.clock)
        bot.slack.uninstall(workspace)
    client = bot.client(within, "U-deputy")
    await client.event({"type": "app_uninstalled"}, enterprise_id="EGRID")
    await bot.background.drain()
    assert [row.external_id for row in await bot.rows() if row.gone_at] == ["TWITHIN"]
    whole = [{"enterprise_id": "EGRID", "team_id": None, "is_enterprise_install": True}]
    await client.event({"type": "app_uninstalled"}, enterprise_id="EGRID", authorizations=whole)
    await bot.background.drain()
    assert [row.external_id for row in await bot.rows() if row.gone_at] == ["EGRID", "TWITHIN"]


async def test_a_token_that_is_revoked_in_the_middle_of_a_batch(
    bot: Several, there: Workspace, clock: FixedClock, small_world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever has not got it yet gets it by e-mail, or when the app is installed again; the others got it once."""
    names = ("colleague", "deputy", "observer", "nurse")
    async with bot.database.transaction() as session:
        for name in names:
            user, reach = f"U-{name}", {"channel": f"U-{name}"}
            session.add(
                Account(
                    person_id=small_world.people[name], surface="slack", workspace=MUNICIPALITY, user_id=user,
                    reach=reach, seen_at=clock.now() + timedelta(seconds=1), ask_at=clock.now() + timedelta(days=9),
                )
            )  # fmt: skip
        content = Message(title="Hei").model_dump(mode="json", exclude_defaults=True)
        await deliveries.wish(
            session,
            [Wish(f"k:{name}", "s", small_world.people[name], content, clock.now()) for name in names],
        )
    mailbox = Mailbox()
    # The second is told by Slack that the token is no good any more; so are the others.
    worker = Worker(bot.database, {"slack": bot.surface.messenger}, clock, subjects=registry().subjects)
    bot.slack.uninstall_after(there, "chat.postMessage", 1)
    with caplog.at_level(logging.ERROR):
        while await worker.deliver_due():
            pass
    async with bot.database.reading() as session:
        found = {row.key: row.status for row in await session.scalars(select(Delivery)) if row.key.startswith("k:")}
    assert sorted(found.values()) == sorted([DeliveryStatus.SENT, *[DeliveryStatus.WAITING] * 3])
    assert len(there.made("chat.postMessage")) == 1
    assert len([each for each in caplog.records if "can write nothing in the Slack workspace" in each.message]) == 1

    # With e-mail on, it goes that way at once.
    by_mail = Worker(bot.database, {"slack": bot.surface.messenger, MAIL: mailbox}, clock, subjects=registry().subjects)
    async with bot.database.transaction() as session:
        waiting = [key for key, status in found.items() if status == DeliveryStatus.WAITING]
        await deliveries.retry_waiting(session, clock.now())
    while await by_mail.deliver_due():
        pass
    got = [message for seen in mailbox.seen.values() for message in seen.values() if message.title == "Hei"]
    assert len(got) == len(waiting)
