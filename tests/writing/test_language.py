"""A person's language, all the way to what the platform draws."""

import json

from bot.slack.views import form_view
from config.translations import catalogs
from handlers.bot import Bot
from handlers.capabilities import registry
from handlers.writing import language
from storage.tables import Committee, Person
from tests.clock import FixedClock
from tests.surface import FakeSurface, form, message
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


async def test_names_in_a_choice_are_data_and_not_translated(small_world: World, clock: FixedClock) -> None:
    """A committee is called what its partnership calls it, also where the catalog has the same words."""
    language.install(catalogs())
    name = "Faglig samarbeidsutvalg"
    async with small_world.database.transaction() as session:
        (await session.get_one(Person, small_world.people["member"])).language = "nn"
        (await session.get_one(Committee, small_world.committees["fsu"])).name = name
    with language.speaking("nn"):
        assert language._(name) != name
    shown = await FakeSurface(small_world, clock, registry()).open("member", "sak")
    options = {field.name: [option.label for option in field.options] for field in shown.fields}
    assert name in options["committee"]
    assert "Avgjerd" in options["types"]
