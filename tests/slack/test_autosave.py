"""What is typed is saved in the order it was typed, and before what is handed in."""

import asyncio

from sqlalchemy import select, text

from bot.background import BackgroundTasks
from bot.slack.autosave import Autosave, Typed
from handlers.bot import Bot
from handlers.dialogs.dialog import Form
from storage.tables import Draft
from tests.clock import FixedClock
from tests.everything import registry
from tests.world import World


async def saved_line(world: World) -> object:
    async with world.database.transaction() as session:
        draft = await session.scalar(select(Draft))
        if draft is None:
            return None

    return draft.answers.get("line")


async def test_handing_in_waits_for_what_is_being_saved(
    small_world: World, clock: FixedClock, background: BackgroundTasks
) -> None:
    bot, me = Bot(small_world.database, registry(), clock), small_world.sender("member", "slack")
    form = await bot.command(me, "alt")
    assert isinstance(form, Form)
    autosave = Autosave(bot, background)
    async with small_world.database.transaction() as session:
        # Holds the lock of SQLite: «første» is being saved, «andre» waits, and is dropped by what is handed in.
        await session.scalar(text("SELECT 1"))
        autosave.save("V-1", Typed(me, form.token, {"line": "første"}))
        under_way, _pending = await asyncio.wait({asyncio.create_task(autosave.settle("V-2"))})
        assert under_way, "another modal has nothing to wait for"
        autosave.save("V-1", Typed(me, form.token, {"line": "andre"}))
        settled = asyncio.create_task(autosave.settle("V-1"))
        done, _pending = await asyncio.wait({settled}, timeout=0.05)
        assert not done
    await settled
    assert await saved_line(small_world) == "første"
    await background.drain()
    assert await saved_line(small_world) == "første"


async def test_with_too_much_to_do_it_is_left_for_the_next_letter(
    small_world: World, clock: FixedClock, background: BackgroundTasks
) -> None:
    bot, me = Bot(small_world.database, registry(), clock), small_world.sender("member", "slack")
    form = await bot.command(me, "alt")
    assert isinstance(form, Form)
    Autosave(bot, BackgroundTasks(limit=0)).save("V-1", Typed(me, form.token, {"line": "borte"}))
    assert await saved_line(small_world) is None
    autosave = Autosave(bot, background)
    autosave.save("V-1", Typed(me, form.token, {"line": "lagret"}))
    await background.drain()
    assert await saved_line(small_world) == "lagret"
    await autosave.settle("V-1")
