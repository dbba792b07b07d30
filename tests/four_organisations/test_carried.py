"""One case and one deviation across two Slack workspaces and two Teams tenants (`scene`): each organisation in its own
tool, with its own token, and what one does is seen by the others."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import select
from sqlmodel import col

from storage.tables import Account, AgendaItem, Deviation
from tests.clock import FixedClock
from tests.four_organisations.scene import (
    ANSWER,
    FINDING,
    MEASURE,
    ORGANISATIONS,
    QUESTION,
    TITLE,
    WHAT_HAPPENED,
    Four,
    carry_a_case,
    carry_a_deviation,
    four,
)
from tests.world import World


@pytest.fixture
async def here(
    world: World, clock: FixedClock, keys: Sequence[rsa.RSAPrivateKey], certificate: Path
) -> AsyncIterator[Four]:
    async with four(world, clock, keys, certificate) as running:
        yield running


async def test_one_case_and_one_deviation_across_all_four(here: Four) -> None:
    await carry_a_case(here)
    assert here.says("hjemmesykepleier", TITLE, ANSWER)
    assert here.says("kirurg", TITLE, QUESTION)
    assert here.says("kirurg", TITLE, "på sakslisten som 1/2026")
    assert here.says("legevaktleder", TITLE)
    # What one secretary did stands in the other's message, in another tool.
    assert here.says("hjemmesykepleier", TITLE, "Eksempel Koordinator satte saken på sakslisten")
    assert not any(here.people[who].has_button("Sett på sakslisten") for who in here.people)

    await carry_a_deviation(here)
    for who in ("hjemmesykepleier", "koordinator", "legevaktleder"):
        assert here.says(who, "AVV-2026-0001")
        # Whoever sent it on has only handed it over.
        assert here.says(who, WHAT_HAPPENED) == (who == "legevaktleder")
    assert here.says("kirurg", "AVV-2026-0001", FINDING, MEASURE)
    assert not any(here.people[who].has_button("Ta saken") for who in here.people)

    async with here.tools.world.database.reading() as session:
        case = (await session.scalars(select(AgendaItem))).one()
        report = (await session.scalars(select(Deviation))).one()
        accounts = (await session.scalars(select(Account).where(col(Account.surface) != "local"))).all()
    assert (case.title, case.status) == (TITLE, "accepted")
    assert (report.status, report.rating) == ("answered", "helpful")
    assert str(report.unit_id) == here.units["Legevakten"]
    people = here.tools.world.people
    assert {one.person_id: (one.surface, one.workspace) for one in accounts} == {
        people[who]: (surface, where) for _name, surface, where, who in ORGANISATIONS.values()
    }
    # Each of the four saw something of both.
    for about in (here.steps[:4], here.steps[4:]):
        assert all(any(step.seen[who] for step in about) for who in here.people)
