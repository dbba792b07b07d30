"""A person's language, all the way to what the platform draws."""

import json

from bot.slack.views import form_view
from config.translations import catalogs
from handlers import language
from handlers.bot import Bot
from handlers.capabilities import registry
from storage.tables import Person
from tests.clock import FixedClock
from tests.surface import form, message
from tests.world import World


async def test_a_form_is_in_the_persons_language_on_the_surface_too(small_world: World, clock: FixedClock) -> None:
    language.install(catalogs())
    async with small_world.database.transaction() as session:
        (await session.get_one(Person, small_world.people["member"])).language = "en"
    bot = Bot(small_world.database, registry(), clock)
    shown = json.dumps(form_view(form(await bot.command(small_world.sender("member"), "sak"))), ensure_ascii=False)
    assert "Title" in shown
    assert "Tittel" not in shown
    assert "Steg 1 av 3" not in shown
    # Somebody else, in the same task, is spoken to in their own.
    assert message(await bot.command(small_world.sender("colleague"), "mote")).title == "Kommende møter"


async def test_a_text_without_a_translation_is_shown_in_bokmal() -> None:
    language.install(catalogs())
    with language.speaking("en"):
        assert language._("En tekst som ikke finnes i noen katalog") == "En tekst som ikke finnes i noen katalog"
