"""What is stored of a report: its reference, its categories, and a history that only grows."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import deviations
from storage.database import Database
from storage.tables import DeviationStatus, Unit
from tests.clock import FixedClock
from tests.world import World


async def _unit(world: World) -> int:
    async with world.database.transaction() as session:
        organisation_id = await session.scalar(text("SELECT id FROM organisation WHERE key = 'municipality'"))
        unit = Unit(organisation_id=organisation_id, key="stored", name="Eksempeltjenesten")
        session.add(unit)
        await session.flush()
        return unit.id


async def _values(world: World, unit_id: int, draft_id: str) -> dict[str, Any]:
    async with world.database.transaction() as session:
        rows = await session.execute(text("SELECT key, id FROM organisation"))
        ids = {row.key: row.id for row in rows}
    return {
        "draft_id": draft_id,
        "direction": "to_municipality",
        "reporter_id": world.people["clinician"],
        "reporter_organisation_id": ids["hospital"],
        "unit_id": unit_id,
        "organisation_id": ids["municipality"],
        "description": "Epikrisen kom ikke fram.",
        "consequence": "none",
        "consent": "no_patient",
        "status": DeviationStatus.SENT,
        "month": "2026-11",
    }


async def test_a_report_comes_back_with_all_that_stands_around_it(world: World, clock: FixedClock) -> None:
    unit_id = await _unit(world)
    values = await _values(world, unit_id, "d1")
    async with world.database.transaction() as session:
        row, step_id = await deviations.add(session, values, ["medication", "communication"], year=2026, at=clock.now())
        added = row.id
    async with world.database.transaction() as session:
        report = await deviations.report(session, added, lock=True)
        again = await deviations.by_reference(session, " avv-2026-0001 ")
        steps = await deviations.HISTORY.events(session, added, internal=True)
    assert report is not None
    assert again is not None
    assert again.deviation.id == added
    assert report.deviation.reference == "AVV-2026-0001"
    assert report.categories == ("communication", "medication")
    assert (report.unit.name, report.organisation) == ("Eksempeltjenesten", "Eksempel kommune")
    assert report.reporter.organisation == "Eksempel sykehus"
    assert report.handler is None
    assert [(step.id, step.kind, step.actor) for step in steps] == [(step_id, "reported", "Eksempel Clinician")]


async def test_references_have_no_gap_and_start_again_each_year(world: World, clock: FixedClock) -> None:
    unit_id = await _unit(world)

    async def add(number: int, year: int) -> str:
        values = await _values(world, unit_id, f"d{year}-{number}")
        async with world.database.transaction() as session:
            row, _step = await deviations.add(session, values, ["other"], year=year, at=clock.now())
            added = row.id
            found = await deviations.report(session, added)
            assert found is not None
            return found.deviation.reference

    first = await asyncio.gather(*(add(number, 2026) for number in range(8)))
    assert sorted(first) == [f"AVV-2026-{number:04}" for number in range(1, 9)]
    assert await add(1, 2027) == "AVV-2027-0001"


async def test_the_same_form_is_stored_once(world: World, clock: FixedClock) -> None:
    values = await _values(world, await _unit(world), "same")
    async with world.database.transaction() as session:
        await deviations.add(session, values, ["other"], year=2026, at=clock.now())
    with pytest.raises(IntegrityError):
        async with world.database.transaction() as session:
            await deviations.add(session, values, ["other"], year=2026, at=clock.now())


async def test_internal_steps_are_left_out_for_the_reporter(world: World, clock: FixedClock) -> None:
    values = await _values(world, await _unit(world), "d1")
    async with world.database.transaction() as session:
        row, _step = await deviations.add(session, values, ["other"], year=2026, at=clock.now())
        added = row.id
        await deviations.HISTORY.add(session, added, "forwarded", None, clock.now(), note="oss imellom", internal=True)
        assert [step.kind for step in await deviations.HISTORY.events(session, added, internal=False)] == ["reported"]
        assert [step.actor for step in await deviations.HISTORY.events(session, added, internal=True)][1] == ""


@pytest.mark.parametrize("change", ["UPDATE deviation_event SET note = 'x'", "DELETE FROM deviation_event"])
async def test_the_history_cannot_be_changed(migrated: Database, clock: FixedClock, change: str) -> None:
    """In databases made by the migrations, whose triggers are the ones that count."""
    from tests.world import build

    world = await build(migrated, clock.now())
    values = await _values(world, await _unit(world), "d1")
    async with migrated.transaction() as session:
        await deviations.add(session, values, ["other"], year=2026, at=clock.now())
    with pytest.raises(DBAPIError, match="append-only"):
        async with migrated.transaction() as session:
            await session.execute(text(change))
