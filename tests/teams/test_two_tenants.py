"""A hospital and a municipality that are both on Teams, each with its own tenant and app: one deviation and one case
between them, each part of the service taking its own app's token only."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import select
from sqlmodel import col

from storage.tables import Account, AgendaItem, Deviation, Organisation, Workspace
from tests.clock import FixedClock
from tests.deviations.tools import Tools, everything_sent_to, tools
from tests.teams.tenants import HOSPITAL_TENANT, two_tenants
from tests.world import MUNICIPALITY_TENANT, World


@pytest.fixture
async def both(
    small_world: World, clock: FixedClock, keys: Sequence[rsa.RSAPrivateKey], certificate: Path
) -> AsyncIterator[Tools]:
    async with small_world.database.transaction() as session:
        hospital = await session.scalar(select(Organisation.id).where(col(Organisation.key) == "hospital"))
        assert hospital is not None
        session.add(Workspace(organisation_id=hospital, surface="teams", external_id=HOSPITAL_TENANT))
    async with two_tenants(clock, keys, certificate) as tenants, tools(small_world, clock, tenants=tenants) as running:
        yield running


async def test_a_deviation_between_two_tenants(both: Tools) -> None:
    assert both.tenants is not None
    hospital, municipality = both.tenants.all
    reporter, handler = both.in_tenant("carer", municipality), both.in_tenant("surgeon", hospital)
    await handler.writes("hjelp")
    await reporter.writes("avvik Epikrisen kom ikke fram")
    await reporter.fills(unit=str(both.world.units["ortho"]), categories=["medication"])
    await reporter.fills()
    await reporter.fills(consequence="minor")
    await reporter.fills(consent="asked")
    assert any("AVV-2026-0001" in message for message in handler.messages())
    await handler.presses("Ta saken")
    assert any("har tatt saken" in message for message in reporter.messages())
    await handler.presses("Be om opplysninger")
    await handler.fills(question="Når ble det oppdaget?")
    await reporter.presses("Svar")
    await reporter.fills(answer="Mandag morgen")
    assert any("Mandag morgen" in message for message in handler.messages())
    await handler.presses("Svar og avslutt")
    await handler.fills(finding="Sendt feil", measure="Ny rutine")
    assert any("Ny rutine" in message for message in reporter.messages())
    await reporter.presses("Svaret var nyttig")
    async with both.world.database.reading() as session:
        row = (await session.scalars(select(Deviation))).one()
        places = {row[0]: row[1] for row in await session.execute(select(Account.user_id, Account.workspace))}
    assert (row.status, row.rating) == ("answered", "helpful")
    assert places["aad-carer"] == MUNICIPALITY_TENANT
    assert places["aad-surgeon"] == HOSPITAL_TENANT
    # Each has been spoken to as the app they know.
    for tenant in (hospital, municipality):
        senders = {call.body["from"]["id"] for call in tenant.connector.calls if call.body and "from" in call.body}
        assert senders == {f"28:{tenant.app_id}"}


async def test_a_case_between_two_tenants(both: Tools) -> None:
    assert both.tenants is not None
    hospital, municipality = both.tenants.all
    proposer, secretary = both.in_tenant("colleague", municipality), both.in_tenant("secretary", hospital)
    deputy = both.in_tenant("deputy", municipality)
    for somebody in (secretary, deputy):
        await somebody.writes("hjelp")
    await proposer.writes("sak Felles rutine for epikriser")
    fsu = str(both.world.committees["fsu"])
    await proposer.fills(committee=fsu, purpose="Enes om en felles plan", types=["D"])
    await proposer.fills()
    await proposer.fills()
    async with both.world.database.reading() as session:
        case = (await session.scalars(select(AgendaItem))).one()
    assert case.title == "Felles rutine for epikriser"
    for somebody in (secretary, deputy):
        assert any(case.title in message for message in somebody.messages())
        assert somebody.has_button("Sett på sakslisten")
    await secretary.presses("Sett på sakslisten")
    both.clock.forward(timedelta(minutes=2))
    await both.settled()
    assert any("på sakslisten som 1/2026" in message for message in proposer.messages())
    # What the one secretary did stands in the message of the other, in the other tenant.
    assert not deputy.has_button("Sett på sakslisten")
    assert any("Eksempel Secretary satte saken på sakslisten" in message for message in deputy.messages())
    assert case.title not in everything_sent_to(both.slack)
