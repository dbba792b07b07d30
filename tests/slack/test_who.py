"""Who a request is from: outsiders, addresses that Slack does not vouch for, Enterprise Grid and Slack Connect.

Users are in the shapes in which `users.info` gives them, written by hand after recorded ones.
"""

import logging
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlmodel import col

from bot.background import BackgroundTasks
from storage.tables import Account, Delivery, Organisation, Person, Workspace
from tests.clock import FixedClock
from tests.slack.conftest import Serve
from tests.slack.limits import shown_text
from tests.slack.standin import Answer, Client, Json, Slack, no
from tests.world import HOSPITAL_TEAM, World

GRID, HOME = "E0GRID", "T-HOME"


@pytest.fixture
async def client(world: World, serve: Serve) -> Client:
    return await serve(world.database)


def user(user_id: str = "U-new", **more: Any) -> Json:
    """A full member, as Slack shows them to an app with users:read and users:read.email."""
    name = user_id.removeprefix("U-")
    shown = {"real_name": f"Eksempel {name.title()}", "display_name": name, "email": f"{name}@example.org"}
    whole = {
        "id": user_id,
        "team_id": HOSPITAL_TEAM,
        "name": name,
        "deleted": False,
        "real_name": shown["real_name"],
        "tz": "Europe/Amsterdam",
        "profile": {**shown, "team": HOSPITAL_TEAM},
        "is_admin": False,
        "is_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": False,
        "is_app_user": False,
        "is_email_confirmed": True,
        "who_can_share_contact_card": "EVERYONE",
        "locale": "nb-NO",
        **more,
    }
    return {name: value for name, value in whole.items() if value is not None}


def hidden(user_id: str = "U-new") -> Json:
    """Somebody whose workspace does not show e-mail addresses."""
    whole = user(user_id)
    return {**whole, "profile": {key: value for key, value in whole["profile"].items() if key != "email"}}


OUTSIDERS = {
    "multi-channel guest": {"is_restricted": True},
    "single-channel guest": {"is_restricted": True, "is_ultra_restricted": True},
    "stranger in a shared channel": {"is_stranger": True, "team_id": "T-OTHER"},
    "stranger who is not marked as one": {"team_id": "T-OTHER"},
    "somebody of another Grid": {
        "team_id": "T-OTHER",
        "enterprise_user": {"id": "W-1", "enterprise_id": "E0OTHER", "teams": ["T-OTHER"]},
    },
}


async def said(client: Client, slack: Slack, background: BackgroundTasks, line: str = "/vis") -> str:
    """What the person is answered."""
    await client.command(line)
    await background.drain()
    return shown_text(slack.last("response_url")["blocks"])


async def change(world: World, name: str, **values: Any) -> None:
    async with world.database.transaction() as session:
        await session.execute(update(Person).where(col(Person.id) == world.people[name]).values(**values))


async def welcome_guests(world: World, welcome: bool = True) -> None:
    async with world.database.transaction() as session:
        await session.execute(update(Organisation).where(col(Organisation.key) == "hospital").values(guests=welcome))


async def workspaces(world: World, *ids: str) -> None:
    """The hospital's Slack workspaces are these."""
    async with world.database.transaction() as session:
        hospital = await session.scalar(select(col(Organisation.id)).where(col(Organisation.key) == "hospital"))
        await session.execute(delete(Workspace).where(col(Workspace.surface) == "slack"))
        session.add_all(Workspace(organisation_id=hospital, surface="slack", external_id=each) for each in ids)


async def account(world: World, user_id: str) -> Account | None:
    async with world.database.transaction() as session:
        found: Account | None = await session.scalar(select(Account).where(col(Account.user_id) == user_id))
        return found


async def person_of(world: World, user_id: str) -> Person:
    async with world.database.transaction() as session:
        found = await session.execute(
            select(Person)
            .join(Account, col(Account.person_id) == col(Person.id))
            .where(col(Account.user_id) == user_id)
        )
        return found.scalars().one()


async def people(world: World) -> int:
    async with world.database.transaction() as session:
        return await session.scalar(select(func.count()).select_from(Person)) or 0


async def told(world: World, person_id: int) -> list[str]:
    """What waits to be sent to somebody, or was."""
    async with world.database.transaction() as session:
        found = await session.scalars(select(Delivery).where(col(Delivery.person_id) == person_id))
        return [f"{row.message['title']}: {row.message.get('text', '')}" for row in found]


# --- outsiders ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", OUTSIDERS)
async def test_an_outsider_is_refused_and_told_what_to_do(
    client: Client, slack: Slack, background: BackgroundTasks, world: World, kind: str
) -> None:
    before = await people(world)
    client.user_id = "U-new"
    slack.users["U-new"] = user(**OUTSIDERS[kind])
    answer = await said(client, slack, background)
    assert "Du er gjest eller fra et annet Slack-arbeidsområde enn Eksempel sykehus sitt" in answer
    assert "slack_id: U-new" in answer
    assert await account(world, "U-new") is None
    assert await people(world) == before


@pytest.mark.parametrize("kind", OUTSIDERS)
async def test_a_welcome_outsider_is_called_a_guest(
    client: Client, slack: Slack, background: BackgroundTasks, world: World, kind: str
) -> None:
    await welcome_guests(world)
    client.user_id = "U-new"
    slack.users["U-new"] = user(**OUTSIDERS[kind])
    assert "En sak" in await said(client, slack, background)
    found = await person_of(world, "U-new")
    assert (found.guest, found.listed) == (True, False)


async def test_guests_are_refused_again_once_they_are_not_welcome(
    client: Client, slack: Slack, background: BackgroundTasks, world: World
) -> None:
    await welcome_guests(world)
    client.user_id = "U-new"
    slack.users["U-new"] = user(is_restricted=True)
    await said(client, slack, background)
    await welcome_guests(world, False)
    assert "Du er gjest" in await said(client, slack, background)


async def test_a_guest_whom_the_file_names_is_who_they_are_and_no_guest(
    client: Client, slack: Slack, background: BackgroundTasks, world: World
) -> None:
    await change(world, "member", listed=True)
    slack.users["U-member"] = user("U-member", is_restricted=True)
    assert "En sak" in await said(client, slack, background)
    assert (await person_of(world, "U-member")).id == world.people["member"]


async def test_a_guest_with_the_address_of_somebody_whom_the_file_does_not_name_is_refused(
    client: Client, slack: Slack, background: BackgroundTasks, world: World
) -> None:
    slack.users["U-member"] = user("U-member", is_restricted=True)
    assert "Du er gjest" in await said(client, slack, background)


async def test_the_word_of_another_workspace_leads_to_nobody_in_the_file(
    client: Client, slack: Slack, background: BackgroundTasks, world: World
) -> None:
    """Whoever administers the other workspace could write any address there."""
    await change(world, "member", listed=True)
    slack.users["U-member"] = user("U-member", is_stranger=True, team_id="T-OTHER")
    assert "Du er gjest" in await said(client, slack, background)
    await welcome_guests(world)
    await said(client, slack, background)
    assert (await person_of(world, "U-member")).id != world.people["member"]


async def test_a_colleague_who_becomes_a_guest_is_refused_the_next_day_and_let_in_when_no_longer_one(
    client: Client, slack: Slack, background: BackgroundTasks, clock: FixedClock
) -> None:
    client.user_id = "U-new"
    slack.users["U-new"] = user()
    assert "En sak" in await said(client, slack, background)
    slack.users["U-new"] = user(is_restricted=True)
    assert "En sak" in await said(client, slack, background)
    clock.forward(timedelta(days=1))
    assert "Du er gjest" in await said(client, slack, background)
    slack.users["U-new"] = user()
    clock.forward(timedelta(days=1))
    assert "En sak" in await said(client, slack, background)


async def test_a_guest_whom_an_older_version_let_in_is_refused_at_once(
    client: Client, slack: Slack, background: BackgroundTasks, world: World
) -> None:
    client.user_id = "U-new"
    slack.users["U-new"] = user()
    await said(client, slack, background)
    async with world.database.transaction() as session:
        await session.execute(update(Account).where(col(Account.user_id) == "U-new").values(ask_at=None))
    slack.users["U-new"] = user(is_ultra_restricted=True)
    assert "Du er gjest" in await said(client, slack, background)


async def test_slack_being_down_keeps_nobody_out_who_was_let_in_before(
    client: Client, slack: Slack, background: BackgroundTasks, clock: FixedClock
) -> None:
    await said(client, slack, background)
    clock.forward(timedelta(days=1))
    slack.will_answer("users.info", Answer(status=500), Answer(status=500))
    assert "En sak" in await said(client, slack, background)
    assert "En sak" in await said(client, slack, background)
    # It is asked again after a while, not at each line.
    assert len(slack.made("users.info")) == 2


@pytest.mark.parametrize("who", [{"is_bot": True}, {"deleted": True}, {"is_workflow_bot": True}])
async def test_programs_and_closed_accounts_are_refused_whoever_is_welcome(
    client: Client, slack: Slack, background: BackgroundTasks, world: World, who: Json
) -> None:
    await welcome_guests(world)
    client.user_id = "U-new"
    slack.users["U-new"] = user(**who)
    assert "Jeg svarer bare mennesker" in await said(client, slack, background)
    assert await account(world, "U-new") is None


# --- what Slack does not vouch for -------------------------------------------------------------------------

UNVOUCHED = {
    "unconfirmed": (user("U-member", is_email_confirmed=False), "Slack går ikke god for e-postadressen din"),
    "not said whether confirmed": (user("U-member", is_email_confirmed=None), "Slack går ikke god for"),
    "hidden": (hidden("U-member"), "Slack viser meg ikke e-postadressen din"),
}


@pytest.mark.parametrize("kind", UNVOUCHED)
async def test_somebody_without_a_vouched_address_is_told_what_to_do_and_so_is_the_operator(
    client: Client,
    slack: Slack,
    background: BackgroundTasks,
    world: World,
    caplog: pytest.LogCaptureFixture,
    kind: str,
) -> None:
    slack.users["U-member"], sentence = UNVOUCHED[kind]
    assert "En sak" in await said(client, slack, background)
    found = await person_of(world, "U-member")
    assert (found.id == world.people["member"], found.email) == (False, None)
    (message,) = await told(world, found.id)
    assert message.startswith(sentence)
    assert "slack_id: U-member" in message
    logged = [record for record in caplog.records if record.name == "handlers.admission"]
    assert [record.levelno for record in logged] == [logging.WARNING]
    assert "U-member" in logged[0].getMessage()
    assert "example.org" not in logged[0].getMessage()
    assert "Eksempel" not in logged[0].getMessage()
    # Once is enough.
    await said(client, slack, background)
    assert len(await told(world, found.id)) == 1


PASSING = [
    Answer(status=500),
    Answer(status=503),
    no("ratelimited"),
    no("internal_error"),
    no("fatal_error"),
    no("odd"),
]


@pytest.mark.parametrize("answer", PASSING, ids=str)
async def test_an_error_that_passes_stores_nothing(
    client: Client, slack: Slack, background: BackgroundTasks, world: World, answer: Answer
) -> None:
    before = await people(world)
    slack.will_answer("users.info", answer)
    assert "Vent litt og prøv igjen" in await said(client, slack, background)
    assert await account(world, "U-member") is None
    assert "En sak" in await said(client, slack, background)
    assert await people(world) == before


@pytest.mark.parametrize("code", ["user_not_found", "user_not_visible"])
async def test_somebody_whom_slack_does_not_show_is_nobody_until_it_does(
    client: Client, slack: Slack, background: BackgroundTasks, world: World, code: str
) -> None:
    before = await people(world)
    slack.will_answer("users.info", no(code))
    answer = await said(client, slack, background)
    assert "Slack viser meg ikke hvem du er" in answer
    assert "slack_id: U-member" in answer
    assert await account(world, "U-member") is None
    await said(client, slack, background)
    assert (await person_of(world, "U-member")).id == world.people["member"]
    assert await people(world) == before


async def test_a_scope_that_is_missing_is_the_operators_to_mend(
    client: Client, slack: Slack, background: BackgroundTasks, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    before = await people(world)
    slack.will_answer("users.info", no("missing_scope"))
    assert "Jeg er ikke satt opp riktig i Slack" in await said(client, slack, background)
    # Without users:read.email everybody looks as if they hid their address.
    body = {"ok": True, "user": hidden("U-member")}
    slack.will_answer("users.info", Answer(body, headers={"X-OAuth-Scopes": "chat:write,users:read"}))
    assert "Jeg er ikke satt opp riktig i Slack" in await said(client, slack, background)
    assert await people(world) == before
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert ["missing_scope" in errors[0], "users:read.email" in errors[1]] == [True, True]
    slack.will_answer(
        "users.info", Answer(body, headers={"X-OAuth-Scopes": "chat:write, users:read, users:read.email"})
    )
    assert "En sak" in await said(client, slack, background)


async def test_slack_is_asked_again_ever_less_often(
    client: Client, slack: Slack, background: BackgroundTasks, clock: FixedClock
) -> None:
    slack.users["U-member"] = hidden("U-member")
    asked = []
    for _hour in range(40):
        await said(client, slack, background)
        asked.append(len(slack.made("users.info")))
        clock.forward(timedelta(hours=1))
    grew = [hour for hour in range(1, 40) if asked[hour] > asked[hour - 1]]
    assert grew == [1, 3, 7, 15, 31]


async def test_somebody_is_joined_to_whom_they_are_once_slack_vouches_for_it(
    client: Client, slack: Slack, background: BackgroundTasks, world: World, clock: FixedClock
) -> None:
    slack.users["U-member"] = user("U-member", is_email_confirmed=False)
    await client.command("/alt Min sak")
    await background.drain()
    met = await person_of(world, "U-member")
    slack.users["U-member"] = user("U-member")
    clock.forward(timedelta(hours=1))
    await client.command("/alt")
    await background.drain()
    # What they had begun is theirs still.
    assert "Fortsett der du slapp?" in shown_text(slack.last("views.open")["view"])
    assert (await person_of(world, "U-member")).id == world.people["member"]
    async with world.database.transaction() as session:
        gone = await session.get_one(Person, met.id)
    assert (gone.joined_to_id, gone.removed_at is None) == (world.people["member"], False)
    assert any(
        "Nå kjenner jeg deg igjen som Eksempel Member" in each for each in await told(world, world.people["member"])
    )


async def test_somebody_with_an_address_of_their_own_keeps_it_once_it_is_vouched_for(
    client: Client, slack: Slack, background: BackgroundTasks, world: World, clock: FixedClock
) -> None:
    client.user_id = "U-new"
    slack.users["U-new"] = user(is_email_confirmed=False)
    await said(client, slack, background)
    slack.users["U-new"] = user()
    clock.forward(timedelta(hours=1))
    await said(client, slack, background)
    found = await person_of(world, "U-new")
    assert (found.email, found.removed_at) == ("new@example.org", None)


@pytest.mark.parametrize("answer", [no("user_not_visible"), no("missing_scope"), Answer(status=500), None])
async def test_an_id_in_the_file_is_enough_whatever_slack_says(
    client: Client, slack: Slack, background: BackgroundTasks, world: World, answer: Answer | None
) -> None:
    client.user_id = "U0MEMBER"
    await change(world, "member", listed=True, slack_id="U0MEMBER")
    slack.users["U0MEMBER"] = hidden("U0MEMBER")
    if answer is not None:
        slack.will_answer("users.info", answer)
    assert "En sak" in await said(client, slack, background)
    assert (await person_of(world, "U0MEMBER")).id == world.people["member"]
    assert await told(world, world.people["member"]) == []


# --- one organisation, several workspaces ------------------------------------------------------------------


def grid_user(**more: Any) -> Json:
    """Somebody at home in another workspace of the Grid than the one that the app was installed in."""
    grid = {"id": "U-member", "enterprise_id": GRID, "enterprise_name": "Eksempel", "teams": [HOME, HOSPITAL_TEAM]}
    return user("U-member", team_id=HOME, enterprise_user=grid, **more)


@pytest.mark.parametrize("owned", [(HOSPITAL_TEAM,), (HOME,), (GRID,), (HOSPITAL_TEAM, GRID), (HOSPITAL_TEAM, HOME)])
async def test_on_the_grid_the_form_that_opens_is_taken_and_everybody_is_one_account(
    client: Client, slack: Slack, background: BackgroundTasks, world: World, owned: tuple[str, ...]
) -> None:
    await workspaces(world, *owned)
    before = await people(world)
    slack.users["U-member"] = grid_user()
    client.team, client.enterprise = HOME, GRID
    if owned == (HOME,):
        # A slash command names neither the home nor anything else that the file has.
        assert "arbeidsområdet ditt er ikke blant dem" in await said(client, slack, background)
        assert slack.view is None
        return
    await client.command("/alt En sak")
    await background.drain()
    status, answer = await client.submit({"line": "En sak", "one": "a"})
    assert (status, answer.get("response_action")) == (200, "update"), answer
    shown = len(slack.made("chat.postMessage"))
    event = {"type": "message", "user": "U-member", "text": "vis", "channel": "D-1", "channel_type": "im", "ts": "1.0"}
    await client.event({**event, "team": HOME, "user_team": GRID}, team_id=HOSPITAL_TEAM, enterprise_id=GRID)
    await background.drain()
    assert len(slack.made("chat.postMessage")) == shown + 1
    assert await people(world) == before
    async with world.database.transaction() as session:
        accounts = list(await session.scalars(select(Account).where(col(Account.user_id) == "U-member")))
    assert [each.person_id for each in accounts] == [world.people["member"]]
    assert len(slack.made("users.info")) == 1


async def test_two_accounts_from_before_the_grid_was_understood_become_one_person(
    client: Client, slack: Slack, background: BackgroundTasks, world: World, clock: FixedClock
) -> None:
    await workspaces(world, HOSPITAL_TEAM, HOME)
    async with world.database.transaction() as session:
        hospital = (await session.get_one(Person, world.people["member"])).organisation_id
        other = Person(organisation_id=hospital, name="Uten navn")
        session.add(other)
        await session.flush()
        session.add_all(
            Account(person_id=owner, surface="slack", workspace=place, user_id="U-member", seen_at=clock.now())
            for owner, place in ((other.id, HOME), (world.people["member"], HOSPITAL_TEAM))
        )
    slack.users["U-member"] = grid_user()
    client.team, client.enterprise = HOME, GRID
    await said(client, slack, background)
    async with world.database.transaction() as session:
        owners = set(await session.scalars(select(col(Account.person_id)).where(col(Account.user_id) == "U-member")))
    assert owners == {world.people["member"]}


async def test_a_recorded_slack_connect_actor_stays_refused(
    client: Client, slack: Slack, background: BackgroundTasks, world: World
) -> None:
    """They press a button of the bot's in a shared channel: `team` is the app's, `user.team_id` their own."""
    client.team, client.user_id = "T-OTHER", "U-connect"
    slack.users["U-connect"] = user("U-connect", team_id="T-OTHER", is_stranger=True, is_email_confirmed=None)
    body = client.interaction_body(
        "block_actions",
        actions=[{"type": "button", "action_id": "press:gjor", "value": "{}"}],
        message={"ts": "1.0"},
        response_url=slack.response_url,
        is_enterprise_install=False,
        enterprise=None,
    )
    assert (await client.form(body))[0] == 200
    await background.drain()
    assert "Du er gjest eller fra et annet Slack-arbeidsområde" in shown_text(slack.last("response_url")["blocks"])
    assert await account(world, "U-connect") is None


@pytest.mark.parametrize("said_in", ["a press", "a line"])
async def test_nobody_of_another_workspace_is_taken_for_somebody_in_the_file_by_an_address_that_was_written_there(
    client: Client, slack: Slack, background: BackgroundTasks, world: World, said_in: str
) -> None:
    """Over Slack Connect a request names their own workspace too, and who shares a channel is no stranger (Slack:
    «Slack Connect: working with users»). Whoever administers that workspace could write any address."""
    await change(world, "secretary", listed=True)
    before = await people(world)
    client.user_id = "U-connect"
    address = {"email": "secretary@example.org", "real_name": "Eksempel Secretary"}
    slack.users["U-connect"] = user("U-connect", team_id="T-OTHER", is_stranger=False, profile=address)
    if said_in == "a press":
        client.team = "T-OTHER"
        pressed = {"actions": [{"type": "button", "action_id": "press:gjor", "value": "{}"}]}
        body = client.interaction_body("block_actions", **pressed, response_url=slack.response_url)
        assert (await client.form(body))[0] == 200
        await background.drain()
        answer = shown_text(slack.last("response_url")["blocks"])
    else:
        event = {"type": "app_mention", "user": "U-connect", "text": "<@U-BOT> vis", "channel": "C-1", "ts": "1.0"}
        await client.event({**event, "team": "T-OTHER", "user_team": "T-OTHER"})
        await background.drain()
        answer = shown_text(slack.last("chat.postEphemeral")["blocks"])
    assert "Du er gjest eller fra et annet Slack-arbeidsområde" in answer
    assert await account(world, "U-connect") is None
    assert await people(world) == before
