"""A call that is cut off while it waits for a lock: nothing of it is done after all, and its connection is free."""

import asyncio

import pytest
from sqlalchemy import select, text

from handlers.capabilities import registry
from storage import drafts
from storage.database import Database
from storage.tables import Draft
from tests.cases.steps import to_how
from tests.clock import FixedClock
from tests.surface import FakeSurface
from tests.world import build

_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


async def waiting(database: Database, count: int) -> None:
    """Until so many wait for a lock."""
    async with database.reading() as session:
        while await session.scalar(_WAITING) != count:
            continue


@pytest.mark.parametrize("sure", [True, False])
async def test_nothing_is_written_after_all(postgresql: Database, sure: bool) -> None:
    clock = FixedClock()
    token = (await to_how(FakeSurface(await build(postgresql, clock.now()), clock, registry()))).token
    draft_id = token.rpartition(".")[2]
    one = Database(postgresql.url.render_as_string(hide_password=False), pool_size=1)

    async def change(step: str) -> str:
        """The step before."""
        async with one.transaction(sure=sure) as session:
            draft = await drafts.draft(session, draft_id)
            assert draft is not None
            before, draft.step = draft.step, step
            return before

    first = await change("first")
    assert first != "first"
    async with postgresql.transaction() as holding:
        await holding.execute(select(Draft.id).with_for_update())  # type: ignore[call-overload]
        cut = asyncio.create_task(change("cut"))
        await asyncio.wait_for(waiting(postgresql, 1), 10)
        cut.cancel()
        await asyncio.wait({cut})
        assert cut.cancelled()
        # Long before the server would give up by itself.
        await asyncio.wait_for(waiting(postgresql, 0), 0.6)
    assert await change("last") == "first"
    await one.close()
