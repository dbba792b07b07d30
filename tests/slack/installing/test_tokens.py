"""Tokens that are changed for new ones, by one process at a time; that end; and whose key is lost."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select, update

from bot.commands.rotate_keys import rotate
from bot.messenger import Misconfigured, TryLater
from bot.slack.installing.exchange import Fresh
from bot.slack.installing.rotating import EARLY, LEASE, sealed_record
from bot.slack.installing.seals import LostKey, Seals
from bot.slack.installing.workspaces import InstalledWorkspaces
from config.settings import Settings
from storage import slack_installations
from storage.database import Database
from storage.tables import Delivery, SlackInstallation
from tests.clock import FixedClock
from tests.slack.installing.several import KEYS, MUNICIPALITY, exchange_of, name_workspace, workspaces_of
from tests.slack.standin import Answer, Slack, Workspace
from tests.world import World

NEW = "another-key-of-the-tests-that-is-long-enough"
LIVES = timedelta(hours=12)


async def put(
    database: Database, slack: Slack, workspace: Workspace, clock: FixedClock, *, rotating: bool = True
) -> str:
    """The app is installed there; its token."""
    slack.lives = int(LIVES.total_seconds()) if rotating else None
    told = slack.grant(workspace)
    fresh = Fresh(told["access_token"], told.get("refresh_token", ""), slack.lives)
    values: dict[str, Any] = {
        "grid": workspace.enterprise,
        "name": f"Eksempel {workspace.id}",
        "app_id": "A-1",
        "bot_user_id": workspace.bot,
        "scopes": ["chat:write"],
        "installed_at": clock.now(),
        "installed_by": "U-coordinator",
        "sealed": Seals(KEYS).seal(sealed_record(fresh)),
        "expires_at": clock.now() + LIVES if rotating else None,
    }
    async with database.transaction() as session:
        await slack_installations.save(session, workspace.id, values)
    return fresh.token


async def row(database: Database) -> SlackInstallation:
    async with database.reading() as session:
        return (await session.scalars(select(SlackInstallation))).one()


async def asks(workspaces: InstalledWorkspaces, id: str = MUNICIPALITY) -> None:
    """What is renewed meanwhile is renewed when it returns."""
    try:
        await (await workspaces.api([id])).ask("users.info", {"user": "U-deputy"})
    finally:
        await workspaces.background.drain()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


@pytest.fixture
async def there(world: World, slack: Slack) -> Workspace:
    """The municipality's workspace, on each kind of database."""
    await name_workspace(world.database, MUNICIPALITY)
    return slack.workspace(MUNICIPALITY)


@pytest.fixture
async def municipality(small_world: World, slack: Slack) -> Workspace:
    await name_workspace(small_world.database, MUNICIPALITY)
    return slack.workspace(MUNICIPALITY)


async def test_of_several_processes_one_changes_the_token(
    world: World, there: Workspace, slack: Slack, http: aiohttp.ClientSession, clock: FixedClock
) -> None:
    """Slack takes a refresh token once. The others wait, and read what it gave."""
    await put(world.database, slack, there, clock)
    processes = [workspaces_of(world.database, http, slack, clock, pause=asyncio.sleep) for _each in range(4)]
    await asyncio.gather(*(asks(each) for each in processes for _call in range(3)))
    assert slack.made("oauth.v2.access") == [], "it is good for a while"

    clock.forward(LIVES - EARLY)
    await asyncio.gather(*(asks(each) for each in processes for _call in range(3)))
    assert len(slack.made("oauth.v2.access")) == 1
    stored = await row(world.database)
    assert (stored.version, stored.lease_holder, stored.expires_at) == (2, "", clock.now() + LIVES)
    assert slack.refused_tokens == []


async def test_one_that_has_ended_is_changed_at_once(
    world: World, there: Workspace, slack: Slack, http: aiohttp.ClientSession, clock: FixedClock
) -> None:
    """By this process, or by another that was first: the call is made once more, and is seen by nobody."""
    token = await put(world.database, slack, there, clock)
    first, second = (workspaces_of(world.database, http, slack, clock, pause=asyncio.sleep) for _each in range(2))
    await asyncio.gather(asks(first), asks(second))
    slack.refuse(token, "token_expired")
    await asyncio.gather(*(asks(each) for each in (first, second, first, second)))
    assert len(slack.made("oauth.v2.access")) == 1
    assert {error for _method, error in slack.refused_tokens} == {"token_expired"}
    assert (await row(world.database)).gone_at is None


async def test_a_lease_of_one_that_was_killed_runs_out(
    world: World, there: Workspace, slack: Slack, http: aiohttp.ClientSession, clock: FixedClock
) -> None:
    await put(world.database, slack, there, clock)
    clock.forward(LIVES - EARLY)
    async with world.database.transaction() as session:
        (installed,) = await slack_installations.everywhere(session)
        assert await slack_installations.take(
            session, installed, "killed", clock.now(), clock.now() + timedelta(seconds=30)
        )
    workspaces = workspaces_of(world.database, http, slack, clock)
    await asks(workspaces)
    assert slack.made("oauth.v2.access") == [], "while the old one is good, it is used"
    clock.forward(timedelta(minutes=1))
    await asks(workspaces)
    assert len(slack.made("oauth.v2.access")) == 1


@pytest.mark.parametrize("forgives", [True, False])
async def test_one_that_is_killed_before_it_has_stored_what_slack_gave(
    world: World,
    there: Workspace,
    slack: Slack,
    http: aiohttp.ClientSession,
    clock: FixedClock,
    caplog: pytest.LogCaptureFixture,
    forgives: bool,
) -> None:
    """The old one is tried again at once. Where Slack does not take it, the coordinators are told while the token is
    good, and have half of its life to have the app installed anew."""
    slack.forgives = forgives
    await put(world.database, slack, there, clock)
    clock.forward(LIVES - EARLY)
    async with world.database.transaction() as session:
        (installed,) = await slack_installations.everywhere(session)
        assert await slack_installations.take(session, installed, "killed", clock.now(), clock.now() + LEASE)
    killed = exchange_of(http, slack, clock)
    await killed.refreshed(str(Seals(KEYS).open(installed.sealed)["refresh"]))

    first, second = (workspaces_of(world.database, http, slack, clock) for _each in range(2))
    clock.forward(LEASE)
    await asks(first)
    stored = await row(world.database)
    if forgives:
        assert (stored.version, stored.stuck_at, stored.expires_at) == (2, None, clock.now() + LIVES)
        return
    since = clock.now()
    assert (stored.version, stored.stuck_at) == (1, since)
    # Another process may have it, and no database: that is waited for before anybody is told.
    for _minute in range(9):
        clock.forward(timedelta(minutes=1))
        await asks(second)
    async with world.database.reading() as session:
        assert (await session.scalars(select(Delivery))).all() == []
    for process in (first, second, first):
        clock.forward(timedelta(minutes=10))
        await asks(process)
    assert slack.refused_tokens == [], "what is sent is sent all the while"
    assert (await row(world.database)).stuck_at == since
    async with world.database.reading() as session:
        deliveries = (await session.scalars(select(Delivery))).all()
    assert {each.person_id for each in deliveries} == {world.people[name] for name in ("secretary", "deputy")}
    assert len(deliveries) == 2
    assert "Boten må installeres på nytt i Slack-arbeidsområdet Eksempel TMUNICIPALITY" in str(deliveries[0].message)
    assert {each.expires_at for each in deliveries} == {installed.expires_at}
    assert "Install the app there again (/slack/install) before that; nothing is lost" in caplog.text
    assert "xoxe-" not in caplog.text

    await put(world.database, slack, there, clock)
    clock.forward(timedelta(seconds=10))
    await asks(first)
    assert (await row(world.database)).stuck_at is None


async def test_an_answer_that_does_not_arrive_is_asked_for_once_more(
    small_world: World, municipality: Workspace, slack: Slack, http: aiohttp.ClientSession, clock: FixedClock
) -> None:
    """Slack may have given a token: of all moments it is now that it may give it again."""
    slack.forgives = True
    await put(small_world.database, slack, municipality, clock)
    workspaces = workspaces_of(small_world.database, http, slack, clock)
    clock.forward(LIVES - EARLY)
    slack.will_answer("oauth.v2.access", Answer(done=True, reset=True))
    await asks(workspaces)
    assert len(slack.made("oauth.v2.access")) == 2
    assert (await row(small_world.database)).version == 2
    assert slack.refused_tokens == []


async def test_nobody_waits_for_a_token_to_be_renewed_while_there_is_one(
    small_world: World, municipality: Workspace, slack: Slack, http: aiohttp.ClientSession, clock: FixedClock
) -> None:
    """Slack does not answer: with a token that is good all goes on; with one that has ended only what is for this
    workspace waits, and not for long."""
    await put(small_world.database, slack, municipality, clock)
    await put(small_world.database, slack, slack, clock)
    workspaces = workspaces_of(small_world.database, http, slack, clock, patience=0.05)
    clock.forward(LIVES - EARLY)
    slack.will_answer("oauth.v2.access", *[Answer(hang=True)] * 4)
    for id in (MUNICIPALITY, slack.id):
        api = await workspaces.api([id])
        await api.ask("users.info", {"user": "U-deputy"})
    assert len(slack.made("users.info")) + len(municipality.made("users.info")) == 2

    clock.forward(EARLY)
    with pytest.raises(TryLater, match="is being renewed"):
        await (await workspaces.api([MUNICIPALITY])).ask("users.info", {"user": "U-deputy"})
    await workspaces.background.drain(0)


async def test_slack_in_trouble_while_the_token_is_good_keeps_nobody_from_using_it(
    small_world: World, municipality: Workspace, slack: Slack, http: aiohttp.ClientSession, clock: FixedClock
) -> None:
    await put(small_world.database, slack, municipality, clock)
    workspaces = workspaces_of(small_world.database, http, slack, clock)
    clock.forward(LIVES - EARLY)
    trouble = (Answer("<html>", 503), Answer("<html>", 503), Answer({"ok": False, "error": "ratelimited"}, 429))
    slack.will_answer("oauth.v2.access", *trouble)
    await asks(workspaces)
    await asks(workspaces)
    assert len(slack.made("oauth.v2.access")) == 2, "it is tried once more, and not at each call"
    clock.forward(timedelta(minutes=1))
    await asks(workspaces)
    assert len(slack.made("oauth.v2.access")) == 3

    clock.forward(EARLY)
    slack.will_answer("oauth.v2.access", Answer(reset=True), Answer(reset=True))
    with pytest.raises(Exception, match=r"oauth\.v2\.access"):
        await asks(workspaces)
    await asks(workspaces)
    assert (await row(small_world.database)).version == 2


async def test_what_slack_gave_and_the_database_did_not_take_is_stored_when_it_is_back(
    small_world: World, municipality: Workspace, slack: Slack, http: aiohttp.ClientSession, clock: FixedClock
) -> None:
    """The refresh token is used up, so nobody else could have another."""
    path = str(small_world.database.url.database)
    await put(small_world.database, slack, municipality, clock)
    database = Database(f"sqlite:///{path}", patience=0.05)
    workspaces = workspaces_of(database, http, slack, clock)
    await asks(workspaces)
    clock.forward(LIVES - EARLY)
    other = sqlite3.connect(path, isolation_level=None)
    slack.meanwhile = lambda: other.execute("BEGIN IMMEDIATE")
    api = await workspaces.api([MUNICIPALITY])
    await api.ask("users.info", {"user": "U-deputy"})
    # It is in the middle of storing it, again and again.
    while not slack.made("oauth.v2.access"):
        await asyncio.wait({asyncio.ensure_future(row(small_world.database))})
    await api.ask("users.info", {"user": "U-deputy"})
    assert (await row(small_world.database)).version == 1
    other.execute("ROLLBACK")
    other.close()
    await workspaces.background.drain()
    stored = await row(small_world.database)
    assert (stored.version, stored.expires_at) == (2, clock.now() + LIVES)
    assert len(slack.made("oauth.v2.access")) == 1
    await asks(workspaces_of(small_world.database, http, slack, clock))
    assert slack.refused_tokens == []
    await database.close()


async def test_a_token_that_slack_takes_no_more(
    small_world: World,
    municipality: Workspace,
    slack: Slack,
    http: aiohttp.ClientSession,
    clock: FixedClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is noted once, whichever process sees it first; the coordinators are told, and the log."""
    told: list[str] = []
    token = await put(small_world.database, slack, municipality, clock)
    first, second = (
        workspaces_of(small_world.database, http, slack, clock, changed=lambda: told.append("changed"))
        for _each in range(2)
    )
    await asyncio.gather(asks(first), asks(second))
    slack.uninstall(municipality)
    for workspaces in (first, second, first):
        with pytest.raises(Misconfigured):
            await asks(workspaces)
    stored = await row(small_world.database)
    assert (stored.gone_at, stored.gone_why) == (clock.now(), "token_revoked")
    assert told == ["changed"]
    assert len([each for each in caplog.records if each.levelno == logging.ERROR]) == 1
    assert token not in caplog.text
    async with small_world.database.reading() as session:
        deliveries = (await session.scalars(select(Delivery))).all()
    assert {each.person_id for each in deliveries} == {small_world.people[name] for name in ("secretary", "deputy")}
    assert "Boten er ikke lenger i Slack-arbeidsområdet Eksempel TMUNICIPALITY" in str(deliveries[0].message)

    # Nothing is sent in vain from then on, until it is installed anew.
    calls = len(slack.refused_tokens)
    with pytest.raises(Misconfigured, match=r"not installed in TMUNICIPALITY \(token_revoked\)"):
        await asks(first)
    assert len(slack.refused_tokens) == calls
    await put(small_world.database, slack, municipality, clock)
    clock.forward(timedelta(seconds=10))
    await asks(first)
    await asks(second)


async def test_a_refusal_that_is_no_end_takes_nothing_away(
    small_world: World, municipality: Workspace, slack: Slack, http: aiohttp.ClientSession, clock: FixedClock
) -> None:
    """`invalid_auth` is also what whoever comes from the wrong address is told."""
    await put(small_world.database, slack, municipality, clock, rotating=False)
    workspaces = workspaces_of(small_world.database, http, slack, clock)
    municipality.will_answer("users.info", Answer({"ok": False, "error": "invalid_auth"}))
    with pytest.raises(Misconfigured):
        await asks(workspaces)
    await asks(workspaces)
    assert (await row(small_world.database)).gone_at is None


async def test_a_lost_key_says_so_and_stops_nothing_else(
    small_world: World,
    municipality: Workspace,
    slack: Slack,
    http: aiohttp.ClientSession,
    clock: FixedClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await put(small_world.database, slack, municipality, clock)
    await put(small_world.database, slack, slack, clock)
    async with small_world.database.transaction() as session:
        await session.execute(
            update(SlackInstallation)
            .where(SlackInstallation.external_id == MUNICIPALITY)  # type: ignore[arg-type]
            .values(sealed=Seals([NEW]).seal({"token": "xoxb-lost"}))
        )
    workspaces = workspaces_of(small_world.database, http, slack, clock)
    with pytest.raises(Misconfigured, match="TMUNICIPALITY: the key of its tokens is lost"):
        await asks(workspaces)
    await asks(workspaces, slack.id)
    assert "a key that is not in SECRET_KEYS" in caplog.text
    assert "install the app there again (/slack/install)" in caplog.text

    await put(small_world.database, slack, municipality, clock)
    clock.forward(timedelta(seconds=10))
    await asks(workspaces)


def test_a_record_is_read_with_each_of_the_keys_and_with_no_other() -> None:
    old, both, new = Seals(["first"]), Seals(["second", "first"]), Seals(["second"])
    sealed = old.seal({"token": "xoxb-æ"})
    assert both.open(sealed) == {"token": "xoxb-æ"}
    assert not both.is_newest(sealed)
    again = both.seal(both.open(sealed))
    assert new.open(again) == {"token": "xoxb-æ"}
    assert new.is_newest(again)
    for seals, record in ((new, sealed), (old, again), (both, again[:-2]), (both, "æ"), (both, "")):
        with pytest.raises(LostKey):
            seals.open(record)


async def test_a_key_is_changed_while_the_bot_runs(
    small_world: World,
    municipality: Workspace,
    slack: Slack,
    http: aiohttp.ClientSession,
    clock: FixedClock,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The new key first, everywhere; then what is stored is encrypted anew; then the old one is taken out."""
    database = small_world.database
    await put(database, slack, municipality, clock)
    await put(database, slack, slack, clock, rotating=False)
    before = workspaces_of(database, http, slack, clock)
    await asks(before)

    assert await rotate(settings(database, NEW, *KEYS))
    assert "2 installasjoner i Slack er kryptert på nytt" in capsys.readouterr().out
    assert await rotate(settings(database, NEW, *KEYS))
    assert "0 installasjoner" in capsys.readouterr().out
    # Whoever was started before it goes on with what it knows.
    clock.forward(timedelta(seconds=10))
    await asks(before)
    # Another one changes the token: with the old key it cannot be read, and nothing is taken for gone.
    slack.active = 1
    clock.forward(LIVES - EARLY)
    after = workspaces_of(database, http, slack, clock, keys=[NEW])
    await asks(after)
    with pytest.raises(Misconfigured):
        await asks(before)
    assert [each.gone_at for each in await rows(database)] == [None, None]

    assert not await rotate(settings(database, *KEYS))
    assert "Eksempel TMUNICIPALITY (TMUNICIPALITY): nøkkelen finnes ikke i SECRET_KEYS" in capsys.readouterr().out


def settings(database: Database, *keys: str) -> Settings:
    url = database.url.render_as_string(hide_password=False).replace("+aiosqlite", "")
    return Settings(_env_file=None, database_url=url.replace(database.url.drivername, "sqlite"), secret_keys=keys)


async def rows(database: Database) -> Sequence[SlackInstallation]:
    async with database.reading() as session:
        return (await session.scalars(select(SlackInstallation))).all()


async def test_tokens_are_decrypted_once_and_the_database_is_asked_now_and_then(
    small_world: World, municipality: Workspace, slack: Slack, http: aiohttp.ClientSession, clock: FixedClock
) -> None:
    """Its going away is no reason not to speak where the app is known to be."""
    await put(small_world.database, slack, municipality, clock)
    workspaces = workspaces_of(small_world.database, http, slack, clock)
    await asks(workspaces)
    async with small_world.database.transaction() as session:
        await session.execute(update(SlackInstallation).values(sealed="not read again"))
    clock.forward(timedelta(minutes=1))
    await asks(workspaces)
    async with small_world.database.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE slack_installation RENAME TO away")
    await asks(workspaces)


async def test_a_database_that_cannot_be_read_at_all(
    tmp_path: Any, slack: Slack, http: aiohttp.ClientSession, clock: FixedClock
) -> None:
    database = Database(f"sqlite:///{tmp_path}/none/bot.sqlite")
    with pytest.raises(TryLater):
        await workspaces_of(database, http, slack, clock).api([MUNICIPALITY])
    await database.close()
