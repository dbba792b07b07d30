"""Who an activity is from: guests, external members of shared channels, and what Teams does not say.

Members are in the shapes in which the Bot Connector service gives them, written by hand after recorded ones.
"""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlmodel import col

from bot.worker import Worker
from handlers.messages.message import Message
from handlers.people.address import Address
from storage import deliveries
from storage.deliveries import Wish
from storage.tables import Account, Delivery, Organisation, Person, Workspace
from tests.clock import FixedClock
from tests.noting import Noting
from tests.teams.client import Client, texts
from tests.teams.conftest import Running
from tests.teams.standin import Answer, Connector
from tests.world import MUNICIPALITY_TENANT, PEOPLE, World

TENANT = MUNICIPALITY_TENANT
OTHER = "99999999-8888-7777-6666-555555555555"

Json = dict[str, Any]

OUTSIDERS: dict[str, Json] = {
    "guest": {"userRole": "guest"},
    "guest by the user name": {"userPrincipalName": "new_example.org#EXT#@eksempel.onmicrosoft.com"},
    "external member of a shared channel": {"userRole": "user", "tenantId": OTHER},
    "anonymous in a meeting": {"userRole": "anonymous", "email": None, "userPrincipalName": None},
}


def member(client: Client, **more: Any) -> None:
    """What the directory says of whoever speaks."""
    whole = {
        "id": client.user_id,
        "name": f"Eksempel {client.name.title()}",
        "givenName": "Eksempel",
        "surname": client.name.title(),
        "objectId": f"aad-{client.name}",
        "email": f"{client.name}@example.org",
        "userPrincipalName": f"{client.name}@example.org",
        "tenantId": TENANT,
        "userRole": "user",
        **more,
    }
    client.connector.members[client.user_id.replace(":", "%3A")] = {
        name: value for name, value in whole.items() if value is not None
    }


def someone(running: Running, client: Client, name: str, **more: Any) -> Client:
    found = Client(client.http, running.url, client.connector, name=name)
    member(found, **more)
    return found


async def answer(client: Client, connector: Connector) -> str:
    assert await client.say("vis") == 200
    return " ".join(texts(connector.sent[-1].card))


async def account(world: World, name: str) -> Account | None:
    async with world.database.transaction() as session:
        found: Account | None = await session.scalar(select(Account).where(col(Account.user_id) == f"aad-{name}"))
        return found


async def people(world: World) -> int:
    async with world.database.transaction() as session:
        return await session.scalar(select(func.count()).select_from(Person)) or 0


async def change(world: World, name: str, **values: Any) -> None:
    async with world.database.transaction() as session:
        await session.execute(update(Person).where(col(Person.id) == world.people[name]).values(**values))


async def welcome_guests(world: World) -> None:
    async with world.database.transaction() as session:
        await session.execute(update(Organisation).where(col(Organisation.key) == "municipality").values(guests=True))


@pytest.mark.parametrize("kind", OUTSIDERS)
async def test_an_outsider_is_refused_and_told_what_to_do(
    client: Client, running: Running, connector: Connector, small_world: World, kind: str
) -> None:
    outsider = someone(running, client, "new", **OUTSIDERS[kind])
    said = await answer(outsider, connector)
    assert "Du er gjest eller fra et annet Teams-arbeidsområde enn Eksempel kommune sitt" in said
    assert "teams_id: aad-new" in said
    assert await account(small_world, "new") is None
    assert await people(small_world) == len(PEOPLE)


@pytest.mark.parametrize("kind", OUTSIDERS)
async def test_an_outsider_is_refused_in_a_channel_too(
    client: Client, running: Running, connector: Connector, small_world: World, kind: str
) -> None:
    outsider = someone(running, client, "new", **OUTSIDERS[kind])
    outsider.kind, outsider.conversation = "channel", "19:channel@thread.tacv2"
    await outsider.say("vis")
    await running.background.drain()
    cards = [call.card for call in connector.sent if call.body.get("attachments")]
    assert "Du er gjest" in " ".join(texts(cards[-1]))
    assert await account(small_world, "new") is None


@pytest.mark.parametrize("kind", OUTSIDERS)
async def test_a_welcome_outsider_is_called_a_guest(
    client: Client, running: Running, connector: Connector, small_world: World, kind: str
) -> None:
    await welcome_guests(small_world)
    outsider = someone(running, client, "new", **OUTSIDERS[kind])
    assert "En sak" in await answer(outsider, connector)
    found = await account(small_world, "new")
    assert found is not None
    async with small_world.database.transaction() as session:
        person = await session.get_one(Person, found.person_id)
    assert (person.guest, person.listed) == (True, False)


async def test_a_guest_whom_the_file_names_is_let_in_as_who_they_are(
    client: Client, running: Running, connector: Connector, small_world: World
) -> None:
    await change(small_world, "colleague", listed=True)
    member(client, userRole="guest", userPrincipalName="colleague_example.org#EXT#@eksempel.onmicrosoft.com")
    assert "En sak" in await answer(client, connector)
    found = await account(small_world, "colleague")
    assert found is not None
    assert found.person_id == small_world.people["colleague"]


async def test_of_somebody_from_another_tenant_only_the_user_name_is_an_address(
    client: Client, connector: Connector, small_world: World
) -> None:
    await change(small_world, "colleague", listed=True)
    # Whoever administers a tenant can write any address into it, but only user names in domains that are its own.
    member(client, tenantId=OTHER, userPrincipalName="somebody@other.example")
    assert "Du er gjest" in await answer(client, connector)
    member(client, tenantId=OTHER)
    assert "En sak" in await answer(client, connector)


async def test_the_tenants_id_is_the_same_in_capitals(client: Client, connector: Connector, small_world: World) -> None:
    member(client, tenantId=TENANT.upper())
    client.tenant = TENANT.upper()
    assert "En sak" in await answer(client, connector)


async def test_a_colleague_who_becomes_a_guest_is_refused_the_next_day(
    client: Client, connector: Connector, clock: FixedClock
) -> None:
    assert "En sak" in await answer(client, connector)
    member(client, userRole="guest")
    assert "En sak" in await answer(client, connector)
    clock.forward(timedelta(days=1))
    assert "Du er gjest" in await answer(client, connector)


async def test_somebody_without_an_address_is_told_and_joined_once_there_is_one(
    client: Client, connector: Connector, small_world: World, clock: FixedClock
) -> None:
    member(client, email=None, userPrincipalName=None)
    assert "En sak" in await answer(client, connector)
    met = await account(small_world, "colleague")
    assert met is not None
    assert met.person_id != small_world.people["colleague"]
    async with small_world.database.transaction() as session:
        told = (await session.scalars(select(Delivery).where(col(Delivery.person_id) == met.person_id))).one()
    assert told.message["title"] == "Teams viser meg ikke e-postadressen din"
    assert "teams_id: aad-colleague" in told.message["text"]
    member(client)
    clock.forward(timedelta(hours=1))
    await answer(client, connector)
    found = await account(small_world, "colleague")
    assert found is not None
    assert found.person_id == small_world.people["colleague"]


@pytest.mark.parametrize(
    "trouble", [Answer(status=500), Answer(status=503), Answer(status=429), Answer(status=408)], ids=str
)
async def test_an_error_that_passes_stores_nothing(
    client: Client, connector: Connector, small_world: World, trouble: Answer
) -> None:
    connector.next.append(trouble)
    said = await answer(client, connector)
    assert "Vent litt og prøv igjen" in said
    assert "Apper" not in said
    assert await account(small_world, "colleague") is None
    assert "En sak" in await answer(client, connector)
    assert await people(small_world) == len(PEOPLE)


async def test_somebody_whom_teams_does_not_show_is_nobody_unless_the_file_has_their_id(
    client: Client, connector: Connector, small_world: World
) -> None:
    connector.members.clear()
    said = await answer(client, connector)
    assert "Teams viser meg ikke hvem du er" in said
    assert "teams_id: aad-colleague" in said
    assert await account(small_world, "colleague") is None
    await change(small_world, "colleague", listed=True, teams_id="aad-colleague")
    assert "En sak" in await answer(client, connector)
    found = await account(small_world, "colleague")
    assert found is not None
    assert found.person_id == small_world.people["colleague"]


async def test_teams_is_told_in_which_tenant_and_as_whom_somebody_is_reached(
    client: Client, running: Running, connector: Connector, small_world: World, clock: FixedClock
) -> None:
    """Two colleagues of one municipality, which has two tenants."""
    other = Client(client.http, client.url, connector, name="nurse", conversation="a:nurse", tenant=OTHER)
    async with small_world.database.transaction() as session:
        here = col(Workspace.external_id) == TENANT
        municipality = (await session.scalars(select(Workspace.organisation_id).where(here))).one()
        session.add(Workspace(organisation_id=municipality, surface="teams", external_id=OTHER))
    for each in (client, other):
        assert await each.say("hjelp") < 300
    messenger = Noting(running.surface.messenger)
    worker = Worker(small_world.database, {"teams": messenger}, clock)
    addresses = [
        Address(
            "teams",
            tenant,
            f"aad-{each.name}",
            {
                "service_url": connector.url,
                "conversation_id": each.conversation,
                "bot_id": "28:bot",
                "bot_name": "Sak",
                "user_id": f"29:{each.name}",
                "aad_id": f"aad-{each.name}",
                "tenant_id": tenant,
                "channel_id": "msteams",
            },
        )
        for each, tenant in ((client, TENANT), (other, OTHER))
    ]
    for method, title in (("send", "Til deg"), ("update", "Nytt til deg")):
        for each, address in zip((client, other), addresses, strict=True):
            clock.forward(timedelta(seconds=10))
            async with small_world.database.transaction() as session:
                person, content = small_world.people[each.name], Message(title=title).model_dump(mode="json")
                await deliveries.wish(session, [Wish(each.name, "s", person, content, clock.now())])
            await worker.deliver_due()
            assert messenger.asked.pop() == (method, address)
            assert messenger.asked == []
