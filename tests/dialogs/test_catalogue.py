"""The page that `make dialogs` writes has everything on it, and nothing that was written is read as HTML."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markupsafe import escape

from config.translations import catalogs
from handlers.capabilities import registry
from handlers.messages.message import FileLink, FileRef, Message
from handlers.writing import language
from handlers.writing.language import LANGUAGES
from handlers.writing.typed import with_slash
from tests.catalogue.page import Seen, asked_for, drawings, page, seen
from tests.catalogue.walk import TO_THE_BRIM, every_step
from tests.everything import MESSAGE


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Sequence[Seen]]]:
    """What comes by in each language, as people write it. Meanwhile the bot speaks all of them."""
    language.install(catalogs())
    folder = tmp_path_factory.mktemp("ways")
    yield {spoken: asyncio.run(seen(folder, spoken))[1] for spoken in LANGUAGES}
    language.install({})


@pytest.fixture(scope="module")
def drawn(ways: Mapping[str, Sequence[Seen]]) -> str:
    return page(registry(), ways)


class Tags(HTMLParser):
    """Every element of a page, with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_every_step_and_every_message_is_on_it_in_every_language(
    ways: Mapping[str, Sequence[Seen]], drawn: str
) -> None:
    known = registry()
    steps = [attributes["data-step"] for _tag, attributes in Tags(drawn).found if attributes.get("data-step")]
    assert sorted(steps) == sorted(f"{dialog} {step}" for dialog, step in every_step(known))
    links = {attributes.get("href") for tag, attributes in Tags(drawn).found if tag == "a"}
    assert {f"#{step.replace(' ', '-')}" for step in steps} <= links, "the graph and the list lead to each"
    # The page is large, and most titles come by many times.
    titles = {each.shown.title: each.how for found in ways.values() for each in found}
    assert [how for title, how in titles.items() if str(escape(with_slash(title))) not in drawn] == []
    for spoken in ("Steg 1 av 3", "Step 1 of 3"):
        assert spoken in drawn
    for section in re.split(r"(?=<section class=\"step\")", drawn)[1:]:
        assert all(section.count(f'class="surface {name}"') >= len(LANGUAGES) for name in ("slack", "teams", "local"))


def test_nothing_that_is_drawn_shuts_anybody_out(drawn: str) -> None:
    """On Slack, on Teams, on the local page and on the page that a link opens (tests/test_accessible.py)."""
    faults = re.findall(r'<p class="fault">(.*?)</p>', drawn)
    assert Counter(faults) == {}


UNASKED = (
    "Frist for å melde saker til {committee}: {when}",
    "Påminnelse: møte i {committee} {day}",
    "Møtet i {committee} er flyttet",
    "Møtet i {committee} har fått nytt sted",
    "Nye frister for å melde saker til {committee}",
    "Møtet i {committee} er avlyst",
    "Møtet i {committee} holdes likevel",
    "{count} avvik venter på deg",
    "Mønster i avvikene: {what}",
    "{count} nye mønstre i avvikene",
    "Ikke levert: {name} har ikke fått en melding om {what}",
    "Levert: {name} har nå fått meldingen om {what}",
    "Ikke levert: {count} person har ikke fått påminnelser om {what}",
    "Ingen påminnelser om {what} venter på å bli levert lenger",
)
"""Titles of what nobody asked for: reminders, meetings that change, patterns, what did not arrive."""
ABOUT = ("sak 1/2026", "møtet i ", "AVV-")
"""What a message can be about that did not arrive."""
SAME_IN_NYNORSK = ("Møtet i {committee} er avlyst", "Frist for å melde saker til {committee}: {when}")
"""Word for word; of the second, on days that are called the same too."""


def test_what_is_said_unasked_is_on_it_with_a_title_in_each_language(
    ways: Mapping[str, Sequence[Seen]], drawn: str
) -> None:
    messages = drawn[drawn.index('<section id="messages">') :]
    titles = {spoken: [each.shown.title for each in found] for spoken, found in ways.items()}
    for title in UNASKED:
        like = re.compile("".join("(.+)" if part.startswith("{") else re.escape(part) for part in _parts(title)))
        places = [place for place, found in enumerate(titles["nb"]) if like.fullmatch(found)]
        assert places, title
        called = [titles[spoken][places[0]] for spoken in LANGUAGES]
        assert all(str(escape(each)) in messages for each in called), title
        assert called[2] not in called[:2], title
        assert called[0] != called[1] or title in SAME_IN_NYNORSK, title
    for what in ABOUT:
        assert f"ikke fått en melding om {what}" in messages
    assert "Lovpålagt varsel: ikke krysset av for" in messages
    assert "a cancelled meeting is held after all: secretary is told" in messages


def _parts(title: str) -> list[str]:
    return re.split(r"(\{\w+\})", title)


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


def test_files_are_asked_for_on_teams_as_its_card_says(drawn: str) -> None:
    """Where there are no pages that could be linked to."""
    label = "Sakslisten <som den er> & som PDF"
    file = FileLink(label=label, file=FileRef(document="liste"))
    (found,) = asked_for(Message(title="Sakslisten er klar", files=(file,)))
    assert str(escape(label)) in found.html
    assert "application/vnd.microsoft.teams.card.file.consent" in found.source
    assert drawn.count("Teams, without pages to link to") >= len(LANGUAGES)
