"""Handing in a report: what it asks is asked at once, and what the draft leads to is never taken for granted."""

from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlmodel import col

from handlers.deviations import announce
from handlers.dialogs.dialog import Form
from handlers.dialogs.token import Token
from storage import deviations
from storage.tables import Delivery, Deviation, Draft, Organisation, Unit
from tests.deviations.steps import context_of
from tests.deviations.walk import SEND, report, to_send
from tests.surface import FakeSurface, form, message

MOST_STATEMENTS = {"postgresql": 2, "sqlite": 16}
"""For one report."""


async def _answered(surface: FakeSurface, shown: Form, **answers: Any) -> None:
    """Something else stands in the draft than what the form was drawn from."""
    async with surface.world.database.transaction() as session:
        draft = await session.get_one(Draft, Token.parse(shown.token).draft_id)
        draft.answers = {**draft.answers, **answers}


async def test_it_takes_few_statements(surface: FakeSurface) -> None:
    await report(surface)
    shown = await to_send(surface)
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    engine = surface.world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    message(await surface.submit("clinician", shown, SEND))
    event.remove(engine, "before_cursor_execute", note)
    assert len(statements) <= MOST_STATEMENTS[engine.dialect.name], statements


@pytest.mark.parametrize("workplace", [True, False])
async def test_the_receipt_and_the_units_message_say_what_is_stored(surface: FakeSurface, workplace: bool) -> None:
    own = str(surface.world.units["medical"]) if workplace else ""
    shown = await to_send(surface)
    await _answered(surface, shown, workplace=own, categories=["medication", "communication"])
    receipt = message(await surface.submit("clinician", shown, SEND))
    before = await _written(surface)
    async with surface.world.database.transaction() as session:
        context = await context_of(surface, session, "clinician")
        deviation = (await session.scalars(select(Deviation))).one()
        stored = await deviations.report(session, deviation.id)
        last = await deviations.HISTORY.last(session, deviation.id)
        assert stored is not None
        assert last is not None
        again = await announce.refresh(context, stored, last, shown_by_surface=True)
    assert again == receipt.model_copy(update={"delivery_key": None})
    # The receipt, and that of each handler of the unit.
    assert len(before) > 1
    assert await _written(surface) == before
    assert stored.reporter.workplace == (await _name(surface, own) if workplace else "")
    assert stored.unit.id == surface.world.units["homecare"]
    assert stored.categories == ("communication", "medication")


async def _written(surface: FakeSurface) -> dict[str, Any]:
    async with surface.world.database.transaction() as session:
        rows = await session.scalars(select(Delivery).where(col(Delivery.subject).like("deviation:%")))
        return {delivery.key: delivery.message for delivery in rows}


async def _name(surface: FakeSurface, unit_id: str) -> str:
    async with surface.world.database.transaction() as session:
        return (await session.get_one(Unit, int(unit_id))).name


@pytest.mark.parametrize("unit", ["x", "", "9" * 30, "-1", "1 ", None, ["1"], 4.5])
async def test_an_answer_that_is_no_unit_leads_back_to_the_form(surface: FakeSurface, unit: Any) -> None:
    shown = await to_send(surface)
    await _answered(surface, shown, unit=unit)
    again = form(await surface.submit("clinician", shown, SEND))
    assert any(field.name == "unit" for field in again.fields)
    async with surface.world.database.transaction() as session:
        assert (await session.scalars(select(Deviation))).all() == []


async def test_what_was_removed_since_the_form_was_drawn_is_seen(surface: FakeSurface) -> None:
    shown = await to_send(surface)
    async with surface.world.database.transaction() as session:
        await session.execute(
            update(Unit).where(col(Unit.id) == surface.world.units["homecare"]).values(removed_at=surface.clock.now())
        )
    again = form(await surface.submit("clinician", shown, SEND))
    (unit,) = [field for field in again.fields if field.name == "unit"]
    assert "finnes ikke lenger" in unit.error


async def test_a_unit_of_ones_own_side_is_not_reported_to(surface: FakeSurface) -> None:
    shown = await to_send(surface)
    async with surface.world.database.transaction() as session:
        own = await session.scalar(select(col(Organisation.id)).where(col(Organisation.key) == "hospital"))
        await session.execute(
            update(Unit).where(col(Unit.id) == surface.world.units["homecare"]).values(organisation_id=own)
        )
    again = form(await surface.submit("clinician", shown, SEND))
    (unit,) = [field for field in again.fields if field.name == "unit"]
    assert "din egen virksomhet" in unit.error
