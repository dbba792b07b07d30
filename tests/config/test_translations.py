"""The languages: a person reads their own, and Norwegian Bokmål where a translation is missing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.translations import catalogs, po_file
from handlers.capabilities import checked, registry
from handlers.writing import language
from handlers.writing.language import LANGUAGES, _, ngettext, speaking
from storage.tables import Person
from tests.clock import FixedClock
from tests.surface import FakeSurface
from tests.world import World

NN = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Jeg vet ikke"
msgstr "Eg veit ikkje"

#, fuzzy
msgid "Ikke"
msgstr "Uferdig"

msgid "{count} sak"
msgid_plural "{count} saker"
msgstr[0] "éi sak"
msgstr[1] "{count} saker i alt"
"""


@pytest.fixture(autouse=True)
def languages_of_their_own() -> Iterator[None]:
    """What a test installs is not left to the others."""
    yield
    language.install({})


@pytest.fixture
def small(tmp_path: Path) -> Path:
    for code, text in (("nn", NN), ("en", "")):
        path = po_file(code, tmp_path)
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_a_translation_is_used_by_those_who_read_that_language(small: Path) -> None:
    language.install(catalogs(small))
    assert _("Jeg vet ikke") == "Jeg vet ikke"
    with speaking("nn"):
        assert _("Jeg vet ikke") == "Eg veit ikkje"
        assert ngettext("{count} sak", "{count} saker", 1) == "éi sak"
        assert ngettext("{count} sak", "{count} saker", 3) == "{count} saker i alt"


def test_what_is_not_translated_is_shown_as_it_stands_in_the_code(small: Path) -> None:
    language.install(catalogs(small))
    for code in ("nn", "en"):
        with speaking(code):
            assert _("Noe annet") == "Noe annet"
            assert _("Ikke") == "Ikke", "a fuzzy translation is a guess"
            assert ngettext("{count} dag", "{count} dager", 1) == "{count} dag"
            assert ngettext("{count} dag", "{count} dager", 2) == "{count} dager"


def test_a_catalog_is_not_read_before_it_is_spoken(tmp_path: Path) -> None:
    found = catalogs(tmp_path)
    assert found.keys() == {"nn", "en"}
    with pytest.raises(FileNotFoundError):
        found["nn"].gettext("Ja")


def test_what_everybody_sees_first_is_translated() -> None:
    language.install(catalogs())
    for code in set(LANGUAGES) - {"nb"}:
        with speaking(code):
            assert _("Hva gjelder saken?") != "Hva gjelder saken?"


def test_every_form_fits_in_every_language() -> None:
    """The registry measures all its titles and buttons in each language that is installed."""
    language.install(catalogs())
    checked()


async def test_somebody_whose_language_is_nynorsk_reads_nynorsk(small_world: World, clock: FixedClock) -> None:
    language.install(catalogs())
    async with small_world.database.transaction() as session:
        person = await session.get_one(Person, small_world.people["member"])
        person.language = "nn"
    surface = FakeSurface(small_world, clock, registry())
    form = await surface.open("member", "sak")
    assert (form.title, form.submit) == ("Kva gjeld saka?", "Neste")
    assert (await surface.open("colleague", "sak")).title == "Hva gjelder saken?"
