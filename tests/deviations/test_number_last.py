"""A report's number is given in the statement that writes it: in order, once each, and read the same everywhere."""

import asyncio
import json
import re
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import deviations
from storage.asking import given_number
from storage.direct import Overtaken
from storage.tables import Delivery, Deviation, Draft, NumberSeries
from tests.clock import FixedClock
from tests.deviations.test_storing import _unit, _values
from tests.deviations.walk import SEND, report, to_send
from tests.surface import FakeSurface, message
from tests.world import World

MARK = re.compile(r"AVV-[0-9a-f]{16}")
REPORTERS = ("clinician", "member", "secretary", "registrar")


async def test_who_report_at_once_get_one_each_without_a_gap(surface: FakeSurface) -> None:
    forms = {who: await to_send(surface, who) for who in REPORTERS}
    receipts = await asyncio.gather(*(surface.submit(who, shown, SEND) for who, shown in forms.items()))
    titles = [message(receipt).title for receipt in receipts]
    assert sorted(titles) == [f"AVV-2026-000{number}: avviket du meldte" for number in range(1, len(titles) + 1)]
    async with surface.world.database.transaction() as session:
        stored = {row.reporter_id: row for row in await session.scalars(select(Deviation))}
        drafts = {row.person_id: row for row in await session.scalars(select(Draft))}
        seen = list(await session.scalars(select(Delivery).where(col(Delivery.subject).like("deviation:%"))))
    for who, title in zip(forms, titles, strict=True):
        row = stored[surface.world.people[who]]
        assert title.startswith(f"{row.reference}:")
        assert row.reference == deviations.reference_of(row.year, row.number_in_year)
        result = drafts[row.reporter_id].result
        assert result is not None
        assert result["title"] == title
        messages = [each.message for each in seen if each.subject == f"deviation:{row.id}"]
        # The reporter's, and that of each handler.
        assert len(messages) > 1
        assert all(row.reference in each["title"] for each in messages)
        assert not MARK.search(json.dumps([messages, result]))


async def test_a_second_press_shows_the_same_receipt(surface: FakeSurface) -> None:
    shown = await to_send(surface)
    first = message(await surface.submit("clinician", shown, SEND))
    assert message(await surface.submit("clinician", shown, SEND)) == first
    assert not MARK.search(first.model_dump_json())


async def test_two_presses_at_once_take_one_number(surface: FakeSurface) -> None:
    shown = await to_send(surface)
    first, second = await asyncio.gather(*(surface.submit("clinician", shown, SEND) for _press in range(2)))
    assert message(first) == message(second)
    assert message(await report(surface, "member")).title.startswith("AVV-2026-0002")


async def test_a_serious_report_of_which_more_are_told_is_numbered_alike(surface: FakeSurface) -> None:
    await report(surface)
    receipt = await report(surface, "member", consequence="major", notice_considered="true")
    assert "AVV-2026-0002" in receipt.title
    async with surface.world.database.transaction() as session:
        everything = [each.message for each in await session.scalars(select(Delivery))]
    assert not MARK.search(json.dumps(everything))


async def _add(session: AsyncSession, values: dict[str, Any], clock: FixedClock) -> Deviation:
    row, _event = await deviations.add(session, values, ["other"], year=2026, at=clock.now(), number_last=True)
    return row


@pytest.mark.parametrize("before", [0, 8, 99, 998, 9998, 9999, 123456])
async def test_the_database_reads_a_number_as_the_program_does(world: World, clock: FixedClock, before: int) -> None:
    values = await _values(world, await _unit(world), "d1")
    async with world.database.transaction() as session:
        session.add(NumberSeries(name=deviations.NUMBERS.name, year=2026, last=before))
    async with world.database.transaction() as session:
        deviation_id = (await _add(session, values, clock)).id
    given = given_number(session)
    async with world.database.transaction() as session:
        stored = await session.get_one(Deviation, deviation_id)
        assert stored.reference == deviations.reference_of(2026, before + 1)
        assert stored.number_in_year == before + 1
    # On SQLite, where nobody else waits meanwhile, it is known at once.
    assert (given is None) if world.database.is_sqlite else (given is not None and given.text == stored.reference)


async def test_one_that_comes_to_nothing_leaves_no_gap(world: World, clock: FixedClock) -> None:
    values = await _values(world, await _unit(world), "same")
    async with world.database.transaction() as session:
        await _add(session, values, clock)
    with pytest.raises(IntegrityError):
        async with world.database.transaction() as session:
            await _add(session, values, clock)

    async def give_up() -> None:
        async with world.database.transaction() as session:
            await _add(session, {**values, "draft_id": "left"}, clock)
            raise LookupError

    with pytest.raises(LookupError):
        await give_up()
    async with world.database.transaction() as session:
        await _add(session, {**values, "draft_id": "next"}, clock)
    async with world.database.transaction() as session:
        references = list(await session.scalars(select(col(Deviation.reference)).order_by(col(Deviation.id))))
    assert references == ["AVV-2026-0001", "AVV-2026-0002"]


async def test_where_more_is_done_than_what_waits_nothing_is_stored_under_the_mark(
    world: World, clock: FixedClock
) -> None:
    """It is done anew, with the number known before the rest (see `Bot`)."""
    values = await _values(world, await _unit(world), "d1")

    async def do_more() -> None:
        async with world.database.transaction() as session:
            await _add(session, values, clock)
            await session.execute(text("SELECT 1"))

    if not world.database.is_sqlite:
        with pytest.raises(Overtaken):
            await do_more()
    async with world.database.transaction(sure=True) as session:
        row = await _add(session, values, clock)
        assert row.reference == "AVV-2026-0001"
        await session.execute(text("SELECT 1"))
    async with world.database.transaction() as session:
        assert list(await session.scalars(select(col(Deviation.reference)))) == ["AVV-2026-0001"]


async def test_what_looks_like_a_mark_is_left_as_it_was_written(surface: FakeSurface) -> None:
    written = "Se AVV-0123456789abcdef, som vi har omtalt før."
    shown = await report(surface, description=written)
    assert written in shown.model_dump_json()
    async with surface.world.database.transaction() as session:
        assert (await session.scalars(select(Deviation))).one().description == written
