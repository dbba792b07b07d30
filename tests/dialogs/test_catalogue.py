"""The page that `make dialogs` writes has everything on it, and nothing that was written is read as HTML."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markupsafe import escape

from config.translations import catalogs
from handlers.writing import language
from handlers.writing.language import LANGUAGES
from handlers.writing.typed import with_slash
from tests.catalogue.page import drawings, page, seen
from tests.catalogue.walk import TO_THE_BRIM, every_step
from tests.everything import MESSAGE


@pytest.fixture
def languages() -> Iterator[None]:
    language.install(catalogs())
    yield
    language.install({})


class Tags(HTMLParser):
    """Every element of a page, with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


async def test_every_step_and_every_message_is_on_it_in_every_language(tmp_path: Path, languages: None) -> None:
    ways = {spoken: await seen(tmp_path, spoken) for spoken in LANGUAGES}
    known = ways["nb"][0]
    drawn = page(known, {spoken: found for spoken, (_known, found) in ways.items()})
    steps = [attributes["data-step"] for _tag, attributes in Tags(drawn).found if attributes.get("data-step")]
    assert sorted(steps) == sorted(f"{dialog} {step}" for dialog, step in every_step(known))
    links = {attributes.get("href") for tag, attributes in Tags(drawn).found if tag == "a"}
    assert {f"#{step.replace(' ', '-')}" for step in steps} <= links, "the graph and the list lead to each"
    for _known, found in ways.values():
        for each in found:
            assert str(escape(with_slash(each.shown.title))) in drawn, each.how
    for spoken in ("Steg 1 av 3", "Step 1 of 3"):
        assert spoken in drawn
    for section in re.split(r"(?=<section class=\"step\")", drawn)[1:]:
        assert all(section.count(f'class="surface {name}"') >= len(LANGUAGES) for name in ("slack", "teams", "local"))


async def test_nothing_that_was_written_is_read_as_html(tmp_path: Path) -> None:
    known, found = await seen(tmp_path, "nb", TO_THE_BRIM)
    drawn = page(known, {"nb": found})
    assert "<!channel>" not in drawn
    assert "&lt;!channel&gt;" in drawn
    tags = Tags(drawn).found
    assert [tag for tag, _attributes in tags].count("script") == 2, "the page's own"
    assert not [attributes for _tag, attributes in tags if any(name.startswith("on") for name in attributes)]


@pytest.mark.parametrize("surface", ["slack", "teams", "local"])
def test_all_parts_of_a_message_are_drawn(surface: str) -> None:
    (drawing,) = [each for each in drawings(MESSAGE) if each.surface == surface]
    for text in (
        MESSAGE.title,
        "Sikker?",
        "Ja, slett",
        "Liten skrift",
        "Felles opplæring",
        MESSAGE.sections[1].facts[0].value,
    ):
        assert str(escape(text)) in drawing.html
    assert ('"type"' in drawing.source) == (surface != "local")
