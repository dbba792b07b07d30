"""What happened to a case, as a sentence."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from handlers.cases import views
from storage.cases import HISTORY, Case, Proposer
from storage.history import Event
from storage.tables import AgendaItem, Committee
from tests.cases.steps import propose
from tests.surface import FakeSurface, message


async def case_of(surface: FakeSurface) -> Case:
    async with surface.world.database.transaction() as session:
        item = (await session.scalars(select(AgendaItem))).one()
        committee = await session.get(Committee, item.committee_id)
        assert committee is not None
        return Case(item, committee, Proposer(item.proposer_id, "Eksempel Member", "nb", guest=False), None)


async def test_what_the_clock_did_is_told_as_the_bots(surface: FakeSurface) -> None:
    await propose(surface)
    (notice,) = await surface.inbox("secretary")
    case = await case_of(surface)
    async with surface.world.database.transaction() as session:
        await HISTORY.add(session, case.item.id, "returned", None, surface.clock.now(), note="Fristen er ute")
    shown = message(await surface.press("secretary", notice, "Sett på sakslisten"))
    assert "Boten sendte saken tilbake: Fristen er ute (1. sep." in shown.title


@pytest.mark.parametrize(("actor", "told"), [("Eksempel Person", "Eksempel Person (1. sep."), ("", "Boten (1. sep.")])
async def test_an_event_of_a_kind_that_nobody_knows_is_told_all_the_same(
    surface: FakeSurface, actor: str, told: str
) -> None:
    """As another version of the program may have written."""
    await propose(surface)
    event = Event(1, "something", None, actor, datetime(2026, 9, 1, 8, tzinfo=UTC), "", {})
    assert views.who_did_what(event, await case_of(surface)).startswith(told)
