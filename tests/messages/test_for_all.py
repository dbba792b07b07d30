"""A message that several have, on Slack and on Teams, changes for all of them when one of them acts."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select
from sqlmodel import col

from handlers.capabilities import registry
from storage.tables import StaffRole, UnitStaff, Workspace
from tests.cases.steps import propose
from tests.clock import FixedClock
from tests.deviations import walk
from tests.deviations.tools import Tools, tools
from tests.surface import FakeSurface
from tests.world import HOSPITAL_TEAM, World

TENANT = "tenant-hospital"


@pytest.fixture
async def both(small_world: World, clock: FixedClock) -> AsyncIterator[Tools]:
    """The hospital has a tenant besides its workspace."""
    async with small_world.database.transaction() as session:
        mine = col(Workspace.external_id) == HOSPITAL_TEAM
        hospital = await session.scalar(select(col(Workspace.organisation_id)).where(mine))
        session.add(Workspace(organisation_id=hospital, surface="teams", external_id=TENANT))
    async with tools(small_world, clock) as running:
        yield running


async def test_a_case_that_the_secretariat_decides_on(both: Tools) -> None:
    """One secretary at the hospital's Slack, one at the municipality's Teams."""
    secretary, deputy = both.on_slack("secretary"), both.on_teams("deputy")
    for each in (secretary, deputy):
        await each.writes("mote")
    await propose(FakeSurface(both.world, both.clock, registry()))
    await both.settled()
    assert secretary.has_button("Sett på sakslisten")
    assert deputy.has_button("Sett på sakslisten")
    await secretary.presses("Sett på sakslisten")
    assert not deputy.has_button("Sett på sakslisten")
    assert any("Eksempel Secretary" in each for each in deputy.messages())
    await secretary.goes_on("Angre")
    assert secretary.has_button("Sett på sakslisten")
    assert deputy.has_button("Sett på sakslisten")
    # The one message of each has changed, and no other was sent.
    about = "Felles opplæring"
    assert [sum(about in each for each in person.messages()) for person in (secretary, deputy)] == [1, 1]


async def test_a_deviation_that_one_of_a_unit_takes(both: Tools) -> None:
    """Two who handle the unit's deviations, each on another platform of the same hospital."""
    async with both.world.database.transaction() as session:
        ortho, registrar = both.world.units["ortho"], both.world.people["registrar"]
        session.add(UnitStaff(unit_id=ortho, person_id=registrar, role=StaffRole.HANDLER))
    surgeon, registrar_at = both.on_slack("surgeon"), both.on_teams("registrar")
    registrar_at.client.tenant = TENANT
    for each in (surgeon, registrar_at):
        await each.writes("avvik")
    await walk.report(FakeSurface(both.world, both.clock, registry()), "carer", "ortho")
    await both.settled()
    assert surgeon.has_button("Ta saken")
    assert registrar_at.has_button("Ta saken")
    await registrar_at.presses("Ta saken")
    assert not surgeon.has_button("Ta saken")
    assert any("Eksempel Registrar" in each for each in surgeon.messages())
