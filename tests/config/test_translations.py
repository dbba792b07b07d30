"""The languages: a person reads their own, and Norwegian Bokmål where a translation is missing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.translations import by_babel, catalogs, if_plain, po_file
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


@pytest.mark.parametrize("code", sorted(set(LANGUAGES) - {"nb"}))
def test_the_short_way_to_read_a_catalog_says_what_babel_says(code: str) -> None:
    content = po_file(code).read_bytes()
    short, whole = if_plain(content), by_babel(content)
    assert short is not None, "Babel takes five times as long, at each start"
    assert len(short.texts) > 3000
    assert (short.texts, short.forms) == (whole.texts, whole.forms)
    assert [short.which(count) for count in range(200)] == [whole.which(count) for count in range(200)]


_HEADER, _REST = NN.split("\n\n", 1)


@pytest.mark.parametrize(
    ("content", "is_plain"),
    [
        (NN.replace("#, fuzzy\n", ""), True),
        (NN.replace("#, fuzzy\n", "#. to translators\n#: bot/app.py\n"), True),
        # What stands in quotation marks, on several lines.
        (f'{_HEADER}\n\nmsgid ""\n"en \\"sak\\"\\n"\n"til\\t\\\\"\nmsgstr "ei \\"sak\\"\\n"\n"til\\\\n"\n', True),
        # No longer in the code.
        (f'{_HEADER}\n\n#~ msgid "Ja"\n#~ msgstr "Jau"\n', True),
        (
            f'{_HEADER}\n\nmsgid "Ja"\nmsgstr ""\n\nmsgid "{{n}} a"\nmsgid_plural "{{n}} b"\n'
            'msgstr[0] ""\nmsgstr[1] ""\n',
            True,
        ),
        (NN, False),
        (NN.replace("#, fuzzy", "#, python-brace-format, fuzzy"), False),
        (NN.replace("\n", "\r\n"), False),
        (NN.removesuffix("\n"), False),
        (NN.replace('msgid "Jeg', 'msgctxt "x"\nmsgid "Jeg'), False),
        (NN.replace('msgstr "Eg', 'msgstr  "Eg'), False),
        (NN.replace('"\n\n', '" \n\n'), False),
        (_REST.replace("#, fuzzy\n", ""), False),
        (NN.replace("#, fuzzy\n", "").replace("utf-8", "iso-8859-1"), False),
        ("", False),
    ],
)
def test_a_catalog_with_anything_else_in_it_is_read_by_babel(content: str, is_plain: bool) -> None:
    whole = by_babel(content.encode())
    short = if_plain(content.encode())
    assert (short is not None) == is_plain
    if short is not None:
        assert (short.texts, short.forms) == (whole.texts, whole.forms)
        assert [short.which(count) for count in range(9)] == [whole.which(count) for count in range(9)]


def test_a_catalog_in_another_character_set_is_read(tmp_path: Path) -> None:
    path = po_file("nn", tmp_path)
    path.parent.mkdir(parents=True)
    path.write_bytes(NN.replace("utf-8", "iso-8859-1").encode("iso-8859-1"))
    assert catalogs(tmp_path)["nn"].ngettext("{count} sak", "{count} saker", 1) == "éi sak"


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
