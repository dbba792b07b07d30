"""A committee's own Word template: handed in on a page, checked, used, and taken back."""

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from handlers import capabilities
from handlers.capability import Handed
from handlers.meetings.actions import Do
from handlers.meetings.own_templates import FILE
from tests.clock import FixedClock
from tests.meetings.convocation import steps
from tests.people.links.conftest import Served, serve
from tests.surface import FakeSurface, labels, message
from tests.web import conftest as web_page
from tests.web.conftest import answered
from tests.world import World
from tests.writing.template.documents import document

LOOP, END = "{%tr for sak in saker %}", "{%tr endfor %}"
OWN = document("Vår egen mal: {{ utvalg }} {{ dato }}", table=(("Nr",), (LOOP,), ("{{ sak.tema }}",), (END,)))
WRONG = document("{{ utvlag }} {{ dato }}", table=((LOOP,), ("{{ sak.tema }}",), (END,)))


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return steps.surface_with_links(world, clock)


def _arguments(world: World, **more: str) -> dict[str, str]:
    return {"meeting": str(world.meetings["fsu-1"]), "kind": "innkalling", **more}


async def _handed(surface: FakeSurface, content: bytes, who: str = "secretary", **more: str) -> Any:
    file = Handed("Vår mal.docx", content)
    sender = surface.world.sender(who)
    return message(await surface.bot.hand_in(sender, Do.HAND_IN_TEMPLATE, _arguments(surface.world, **more), file))


async def test_it_is_used_once_it_is_checked(surface: FakeSurface) -> None:
    await steps.put(surface.world, "Felles rutine")
    page = await steps.page(surface)
    shown = message(await surface.press("secretary", page, "Word-maler"))
    assert shown.sections[0].text.startswith("Standardmalen brukes.\nFelter: utvalg, til, tema,")
    assert "vedlegg, saker (nummer, typer, tema, hensikt," in shown.sections[0].text
    assert shown.sections[0].upload is not None
    assert [link.label for link in shown.sections[0].addresses()] == ["Hent malen (Word)"]
    # Where no file can be handed in, a link leads to where it can.
    (link,) = shown.addresses()
    assert (link.label, "/side/" in link.url) == ("Last opp en mal på nettsiden", True)
    taken = await _handed(surface, OWN)
    assert taken.title == "«Vår mal.docx» er tatt i bruk"
    said = taken.sections[0].text.split("\n")[0]
    assert said == "Egen mal: Vår mal.docx, lagt inn 1. sep. 2026 av Eksempel Secretary."
    await steps.sent(surface)
    made = await steps.word(surface, "member")
    assert made.paragraphs[0].text == "Vår egen mal: Faglig samarbeidsutvalg (FSU) mandag 21. september 2026"
    assert [row.cells[0].text for row in made.tables[0].rows] == ["Nr", "Felles rutine"]
    back = message(await surface.press("secretary", taken, "Bruk standardmalen"))
    assert back.sections[0].text.startswith("Standardmalen brukes.")
    assert (await steps.word(surface, "member")).paragraphs[0].text.startswith("Innkalling til møte")


async def test_one_that_is_wrong_is_not_taken_and_the_one_before_stays(surface: FakeSurface) -> None:
    await _handed(surface, OWN)
    refused = await _handed(surface, WRONG)
    assert refused.title == "«Vår mal.docx» er ikke tatt i bruk"
    assert refused.sections[0].title == "Dette må rettes"
    assert "Avsnitt 1 («{{ utvlag }} {{ dato }}»): Det er ikke noe felt som heter «utvlag»" in refused.sections[0].text
    assert "Egen mal: Vår mal.docx" in refused.sections[1].text
    assert (await _handed(surface, b"%PDF-1.7")).sections[0].text == (
        "• Dette er en PDF-fil. Lagre den som Word-dokument (.docx)."
    )


async def test_only_the_secretariat_hands_in_and_of_what_there_is(surface: FakeSurface) -> None:
    assert (await _handed(surface, OWN, "member")).title.startswith("Bare sekretariatet")
    assert (await _handed(surface, OWN, kind="brev")).title == "Malen finnes ikke lenger."
    assert (await _handed(surface, b"x" * (6 << 20))).title == "Filen er for stor. Den kan være på høyst 5 MB."
    page = await steps.page(surface, "member")
    assert "Word-maler" not in labels(page)


# --- on pages ------------------------------------------------------------------------------------------------


@pytest.fixture
async def served(small_world: World, clock: FixedClock) -> AsyncIterator[Served]:
    async with serve(small_world, clock, capabilities.registry()) as found:
        yield found


def _form(world: World, content: bytes, **more: str) -> aiohttp.FormData:
    # Letters of a name as browsers send them.
    made = aiohttp.FormData(quote_fields=False)
    made.add_field("button", json.dumps({"action": Do.HAND_IN_TEMPLATE, "arguments": _arguments(world, **more)}))
    made.add_field("file", io.BytesIO(content), filename="Vår mal.docx", content_type="application/octet-stream")
    return made


async def test_on_a_linked_page(served: Served) -> None:
    world = served.world
    meeting = {"meeting": str(world.meetings["fsu-1"])}
    address = str(served.links.page(world.people["secretary"], Do.TEMPLATES, meeting))
    page = await (await served.http.get(address)).text()
    assert 'type="file"' in page
    assert 'enctype="multipart/form-data"' in page
    taken = await served.http.post(address, data=_form(world, OWN))
    assert taken.status == 200
    assert "«Vår mal.docx» er tatt i bruk" in await taken.text()
    got = await served.http.get(served.file("secretary", FILE, _arguments(world)))
    assert await got.read() == OWN
    # A link is about one meeting, whatever is posted.
    other = await served.http.post(address, data=_form(world, OWN, meeting=str(world.meetings["au-1"])))
    assert "er tatt i bruk" not in await other.text()
    # What is no form of ours is refused.
    empty = aiohttp.FormData()
    empty.add_field("file", b"x", filename="a.docx")
    assert (await served.http.post(address, data=empty)).status == 400
    large = await served.http.post(address, data=_form(world, b"x" * (21 << 20)))
    assert large.status == 413


async def test_on_the_local_page(small_world: World, clock: FixedClock) -> None:
    world = small_world
    async with web_page.serve(world.database, world, clock, registry=capabilities.registry()) as site:
        window = site.window("secretary")
        meeting = json.dumps({"meeting": str(world.meetings["fsu-1"])})
        pressed = [("entry", "1"), ("action", Do.TEMPLATES.value), ("arguments", meeting)]
        shown = answered(await window.post("press", pressed))
        form = next(iter(shown.all("form")))
        assert (form["action"], form["enctype"]) == (f"{window.person_id}/upload", "multipart/form-data")
        headers = {"Origin": site.base}
        async with site.http.post(f"{window.path}/upload", data=_form(world, OWN), headers=headers) as answer:
            assert answer.status == 200
            assert answer.url.path == f"/lokal/{window.person_id}"
            assert "«Vår mal.docx» er tatt i bruk" in await answer.text()
        # Another site cannot hand in anything.
        elsewhere = {"Origin": "https://evil.example.org"}
        async with site.http.post(f"{window.path}/upload", data=_form(world, OWN), headers=elsewhere) as refused:
            assert refused.status == 403
