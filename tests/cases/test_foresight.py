"""Handing in a case: what it asks is asked at once, and what the draft leads to is never taken for granted."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlmodel import col

from handlers.dialogs.dialog import Form
from handlers.dialogs.token import Token
from handlers.errors import Gone
from storage.tables import AgendaItem, Committee, Draft, Meeting
from tests.cases.steps import propose, to_summary
from tests.surface import FakeSurface, form, message


@contextmanager
def _counted(surface: FakeSurface) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    engine = surface.world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


async def _answered(surface: FakeSurface, shown: Form, **answers: Any) -> None:
    """Something else stands in the draft than what the form was drawn from."""
    async with surface.world.database.transaction() as session:
        draft = await session.get_one(Draft, Token.parse(shown.token).draft_id)
        draft.answers = {**draft.answers, **answers}


async def test_it_takes_no_more_with_many_committees(surface: FakeSurface) -> None:
    await propose(surface)
    few_shown = await to_summary(surface)
    with _counted(surface) as few:
        message(await surface.submit("member", few_shown))
    async with surface.world.database.transaction() as session:
        session.add_all(
            Committee(key=f"c{number}", name=f"Utvalg {number}", number_template="{n}/{yy}", proposals_from="everyone")
            for number in range(60)
        )
    many_shown = await to_summary(surface)
    with _counted(surface) as many:
        message(await surface.submit("member", many_shown))
    assert len(many) == len(few)


@pytest.mark.parametrize("committee", ["x", "", "9" * 30, "-1", "1 ", "١", None, ["1"], 4.5])
async def test_an_answer_that_is_no_committee_leads_back_to_the_form(surface: FakeSurface, committee: Any) -> None:
    shown = await to_summary(surface)
    await _answered(surface, shown, committee=committee)
    again = form(await surface.submit("member", shown))
    assert any(field.name == "committee" for field in again.fields)
    async with surface.world.database.transaction() as session:
        assert (await session.scalars(select(AgendaItem))).all() == []


async def test_another_committee_in_the_draft_by_now_is_the_one_that_gets_it(surface: FakeSurface) -> None:
    shown = await to_summary(surface)
    other = surface.world.committees["forum"]
    await _answered(surface, shown, committee=str(other), meeting="any")
    await surface.submit("member", shown)
    async with surface.world.database.transaction() as session:
        stored = (await session.scalars(select(AgendaItem))).one()
    assert stored.committee_id == other


async def test_what_changed_since_the_form_was_drawn_is_seen(surface: FakeSurface) -> None:
    shown = await to_summary(surface, meeting=f"m{surface.world.meetings['fsu-1']}")
    async with surface.world.database.transaction() as session:
        await session.execute(
            update(Meeting)
            .where(col(Meeting.id) == surface.world.meetings["fsu-1"])
            .values(cancelled_at=surface.clock.now() - timedelta(minutes=1))
        )
    again = form(await surface.submit("member", shown))
    (meeting,) = [field for field in again.fields if field.name == "meeting"]
    assert "ikke lenger i planen" in meeting.error


async def test_the_form_of_a_draft_that_never_was(surface: FakeSurface) -> None:
    shown = await to_summary(surface)
    gone = shown.token.rpartition(".")[0] + "." + "f" * 32
    with pytest.raises(Gone):
        await surface.bot.submit(surface.world.sender("member"), gone, {})
