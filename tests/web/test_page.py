"""The page as a person meets it: the real application on a real socket, sending what a browser would send."""

import asyncio
import io
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.messenger import Attached
from bot.web.messenger import address_of
from bot.web.talk import HISTORY
from config.translations import catalogs
from handlers.messages.message import Message
from handlers.writing import language
from storage import local
from storage.database import Database
from storage.tables import Membership, Person
from tests import accessible
from tests.clock import FixedClock
from tests.web.conftest import Site, Window, answered, lines, serve
from tests.web.markup import parse
from tests.world import World, build

# --- choosing who to be ------------------------------------------------------------------------------------


async def test_the_address_leads_to_the_choice_of_person(site: Site) -> None:
    async with site.http.get(site.base + "/") as response:
        assert response.url.path == "/lokal"
        page = parse(await response.text())
    people = {item["href"]: item.words for item in page.one("main").all("a")}
    assert len(people) == len(site.world.people)
    assert people[f"/lokal/{site.world.people['member']}"] == ("Eksempel Member medlem i Faglig samarbeidsutvalg (FSU)")
    assert "ingen rolle" in people[f"/lokal/{site.world.people['clinician']}"]
    # Who handles what, and who leads where.
    assert people[f"/lokal/{site.world.people['nurse']}"].endswith("behandler avvik i Hjemmetjenesten, Sykehjemmet")
    assert people[f"/lokal/{site.world.people['registrar']}"].endswith("stedfortreder i Ortopedisk avdeling")
    assert people[f"/lokal/{site.world.people['manager']}"].endswith("leder for Hjemmetjenesten")
    assert [item.text for item in page.all("h2")] == ["Eksempel kommune", "Eksempel sykehus"]
    assert "Lokal prøveside – ingen innlogging" in page.text
    assert page.one("html")["lang"] == "nb"


async def test_the_whole_page_can_be_read_and_used_by_everybody(small_site: Site) -> None:
    member = small_site.world.people["member"]
    await Window(small_site.http, small_site.base, member).say("/sak")
    for path in ("/lokal", f"/lokal/{member}", "/lokal/999999"):
        async with small_site.http.get(small_site.base + path) as response:
            assert accessible.page(await response.text()) == [], path


async def test_an_empty_partnership_says_what_to_do(sqlite: Database, clock: FixedClock) -> None:
    async with (
        serve(sqlite, World(sqlite, {}, {}, {}, {}), clock) as site,
        site.http.get(site.base + "/lokal") as response,
    ):
        assert "python -m bot load" in await response.text()


@pytest.mark.parametrize("path", ["/lokal/999999", "/lokal/999999/events", "/lokal/999999/file/1"])
async def test_somebody_who_does_not_exist(small_site: Site, path: str) -> None:
    async with small_site.http.get(small_site.base + path) as response:
        assert response.status == 404
    nobody = Window(small_site.http, small_site.base, 999999)
    assert (await nobody.post("command", [("text", "/hjelp")]))["status"] == 404


async def test_somebody_who_was_removed_cannot_be_played(small_site: Site, clock: FixedClock) -> None:
    person_id = small_site.world.people["member"]
    async with small_site.database.transaction() as session:
        (await session.get_one(Person, person_id)).removed_at = clock.now()
    async with small_site.http.get(f"{small_site.base}/lokal/{person_id}") as response:
        assert response.status == 404


async def test_the_page_says_who_one_is(site: Site) -> None:
    page = await site.window("secretary").page()
    header = page.one("header").words
    assert "Eksempel Secretary" in header
    assert "Eksempel sykehus" in header
    assert "sekretariat i Arbeidsutvalg (AU)" in header
    assert "Lokal prøveside – ingen innlogging" in header
    assert [item["data-say"] for item in page.one("footer").all("button") if "data-say" in item.attributes] == [
        "/alt",
        "/vis",
        "/hjelp",
    ]
    log = page.one(role="log")
    assert log["aria-live"] == "polite"
    assert log["aria-label"]
    assert page.one("label", for_="text").words


@pytest.fixture
def translations() -> Iterator[None]:
    language.install(catalogs())
    yield
    language.install({})


@pytest.mark.usefixtures("translations")
@pytest.mark.parametrize(
    ("spoken", "label", "step"),
    [
        ("nb", "Skriv til boten", "Steg 1 av 3"),
        ("nn", "Skriv til boten", "Steg 1 av 3"),
        ("en", "Write to the bot", "Step 1 of 3"),
    ],
)
async def test_the_page_speaks_the_persons_language(small_site: Site, spoken: str, label: str, step: str) -> None:
    window = small_site.window("member")
    async with small_site.database.transaction() as session:
        (await session.get_one(Person, window.person_id)).language = spoken
    page = await window.page()
    assert page.one("html")["lang"] == spoken
    assert page.one("label", for_="text").words == label
    form = await window.say("/alt")
    assert step in form.words


async def test_nothing_on_the_page_comes_from_elsewhere_or_stands_in_line(small_site: Site) -> None:
    window = small_site.window("member")
    await window.say("/vis")
    await window.say("/alt")
    page = await window.page()
    for element in page.all():
        assert "style" not in element.attributes
        assert not [name for name in element.attributes if name.startswith("on")]
    own = [("/lokal/static/order.js", ""), ("/lokal/static/chat.js", "")]
    assert [(item["src"], item.text) for item in page.all("script")] == own
    assert {item["href"] for item in page.all("link")} == {"/lokal/static/chat.css", "/lokal/static/icon.svg"}
    for name in ("chat.js", "choose.js", "order.js", "chat.css", "icon.svg"):
        async with small_site.http.get(f"{small_site.base}/lokal/static/{name}") as response:
            assert response.status == 200
            assert not re.search(r"@import|url\(|https?://(?!www\.w3\.org/)", await response.text())


@pytest.mark.parametrize("name", ["app.py", "..%2Fapp.py", "%2e%2e/app.py", "chat.js%00"])
async def test_only_the_pages_own_files_are_served(small_site: Site, name: str) -> None:
    async with small_site.http.get(f"{small_site.base}/lokal/static/{name}") as response:
        assert response.status == 404


# --- writing and pressing ----------------------------------------------------------------------------------


async def test_somebody_who_comes_for_the_first_time_is_greeted_once(site: Site) -> None:
    window = site.window("member")
    await site.chat.messenger.send(address_of(window.person_id), Message(title="Kom før deg"))
    await asyncio.gather(*(window.page() for _i in range(4)))
    await site.chat.messenger.send(address_of(window.person_id), Message(title="Kom siden"))
    # What waited stands below the greeting, and what comes later below that.
    shown = [item.one("h2").text for item in lines(await window.page())]
    assert shown == ["Hjelp", "Kom før deg", "Kom siden"]


async def test_a_command_and_its_answer_stay(site: Site) -> None:
    window = site.window("member")
    await window.page()
    line = await window.say("/vis")
    assert line.one("h2").text.startswith("En sak <!channel>")
    shown = lines(await window.page())
    assert [item["class"].split()[1] for item in shown] == ["greeted", "said", "told"]
    assert shown[1].one("p", class_="bubble").words == "Du skrev: /vis"
    assert shown[2]["id"] == line["id"]


async def test_an_unknown_word_gets_the_help(small_site: Site) -> None:
    assert (await small_site.window("member").say("fôrball\x00 <script>")).words.startswith(
        "Hjelp Du skrev «fôrball <script>»"
    )


async def test_a_person_without_an_account_here_gets_one(site: Site) -> None:
    """As everybody is who was loaded from the partnership file; several windows may open at once."""
    async with site.database.transaction() as session:
        person = Person(organisation_id=1, name="Eksempel Ny")
        session.add(person)
        await session.flush()
        session.add(Membership(committee_id=site.world.committees["fsu"], person_id=person.id, role="gjest"))
    window = Window(site.http, site.base, person.id)
    await asyncio.gather(*(window.say("/hjelp") for _i in range(4)))
    assert len(lines(await window.page())) == 8


async def test_a_press_replaces_the_message(site: Site) -> None:
    window = site.window("member")
    line = await window.say("/vis")
    after = answered(await window.press(line, "Gjør det"))
    assert (after["id"], after.one("h2").text) == (line["id"], "Gjort 7")
    assert [item["id"] for item in lines(await window.page())][-1] == line["id"]


async def test_a_form_from_a_press_comes_last_and_the_message_stays(site: Site) -> None:
    window = site.window("member")
    line = await window.say("/vis")
    form = answered(await window.press(line, "Spør om mer"))
    assert form.one("h2").text == "Spør om mer"
    assert [item["id"] for item in lines(await window.page())][-2:] == [line["id"], form["id"]]


async def test_a_button_that_does_nothing_any_more_is_answered(small_site: Site) -> None:
    window = small_site.window("member")
    answer = await window.post("press", [("entry", "1"), ("action", "borte"), ("arguments", "{}")])
    assert answered(answer).one("h2").text == "Hjelp"


@pytest.mark.parametrize(
    ("what", "values"),
    [
        ("command", []),
        ("press", [("entry", "x"), ("action", "gjor"), ("arguments", "{}")]),
        ("press", [("entry", "9" * 30), ("action", "gjor"), ("arguments", "{}")]),
        ("press", [("entry", "1"), ("action", "gjor"), ("arguments", "{")]),
        ("press", [("entry", "1"), ("action", "gjor"), ("arguments", "[]")]),
        ("press", [("entry", "1"), ("action", "gjor"), ("arguments", '{"id": 7}')]),
        ("submit", [("entry", "1"), ("token", "a.b.c"), ("intent", "explode")]),
        ("submit", [("entry", "1"), ("intent", "next")]),
        ("search", [("token", "a.b.c"), ("field", "x")]),
    ],
)
async def test_what_the_page_would_never_send_is_refused(
    small_site: Site, what: str, values: list[tuple[str, str]]
) -> None:
    answer = await small_site.window("member").post(what, values)
    assert answer["status"] == 400
    assert answer["error"] == "Siden er gammel. Last den på nytt."


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{}", "application/json", 400),
        (b"\xff\xfe", "application/x-www-form-urlencoded; charset=utf-8", 400),
        (b"text=%2Fhjelp", "application/x-www-form-urlencoded; charset=martian", 400),
        (b"text=" + b"x" * 3_000_000, "application/x-www-form-urlencoded", 413),
    ],
)
async def test_bodies_that_cannot_be_read(small_site: Site, body: bytes, content_type: str, status: int) -> None:
    window = small_site.window("member")
    headers = {"Origin": window.base, "Content-Type": content_type}
    async with window.http.post(window.path + "/command", data=io.BytesIO(body), headers=headers) as response:
        assert response.status == status
        assert (await response.json())["error"]


async def test_two_people_at_once_each_see_their_own(site: Site) -> None:
    names = list(site.world.people)
    windows = [site.window(name) for name in names]
    await asyncio.gather(*(window.say(f"/alt Sak fra {name}") for name, window in zip(names, windows, strict=True)))
    for name, window in zip(names, windows, strict=True):
        text = (await window.page()).one("ol").text
        assert f"Sak fra {name}" in text
        assert sum(f"Sak fra {other}" in text for other in names) == 1


async def test_only_the_last_lines_are_shown(small_site: Site) -> None:
    window = small_site.window("member")
    await window.page()
    address = address_of(window.person_id)
    for number in range(HISTORY + 5):
        await small_site.chat.messenger.send(address, Message(title=f"Melding {number}"))
    shown = lines(await window.page())
    assert len(shown) == HISTORY
    assert shown[-1].one("h2").text == f"Melding {HISTORY + 4}"


@pytest.mark.parametrize("content", [{}, {"kind": "martian"}, {"kind": "told", "message": {"title": "x", "new": 1}}])
async def test_a_line_from_another_version_does_not_hide_the_others(
    small_site: Site, clock: FixedClock, content: dict[str, Any]
) -> None:
    window = small_site.window("member")
    async with small_site.database.transaction() as session:
        await local.add(session, window.person_id, content, clock.now())
    await window.say("/hjelp")
    shown = lines(await window.page())
    assert shown[0].words.startswith("Denne linjen er fra en eldre utgave")
    assert len(shown) == 3


# --- a database that is away -------------------------------------------------------------------------------


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Somebody else has the SQLite file for themselves."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@pytest.fixture
async def impatient_site(sqlite: Database, small_world: World, clock: FixedClock) -> AsyncIterator[Site]:
    """A site whose database gives up waiting at once."""
    impatient = Database(sqlite.url.render_as_string(), patience=0.01)
    async with serve(impatient, small_world, clock) as served:
        yield served
    await impatient.close()


async def test_a_database_that_is_away_is_said_and_nothing_is_lost(impatient_site: Site, tmp_path: Path) -> None:
    window = impatient_site.window("member")
    message = await window.say("/vis")
    form = await window.say("/alt")
    with locked(tmp_path / "test.sqlite"):
        refused: list[dict[str, Any]] = [
            await window.send_form(form, line="mye arbeid", one="a"),
            await window.send_form(form, intent="save", line="mye arbeid"),
            await window.post("command", [("text", "/hjelp")]),
            await window.press(message, "Gjør det"),
        ]
        # Whoever only looks waits for nobody who writes.
        async with window.http.get(window.path) as response:
            assert response.status == 200
            assert "Alt på én gang" in await response.text()
    for answer in refused:
        assert (answer["status"], answer["again"], answer["lines"]) == (503, True, [])
        assert answer["error"].startswith("Jeg får ikke lagret akkurat nå.")
    # The page still has what was typed, and sends it again.
    again = answered(await window.send_form(form, line="mye arbeid", one="a"))
    assert again.one("h2").text == "Litt til"


async def test_a_page_says_so_where_the_database_cannot_be_read(small_world: World, clock: FixedClock) -> None:
    away = Database("sqlite:////proc/nowhere/bot.sqlite", patience=0.01)
    async with serve(away, small_world, clock) as site:
        window = site.window("member")
        async with window.http.get(window.path) as response:
            assert response.status == 503
            assert "Jeg får ikke lagret akkurat nå" in await response.text()
    await away.close()


# --- files -------------------------------------------------------------------------------------------------


async def test_a_file_is_downloaded_by_its_owner_only(site: Site) -> None:
    window = site.window("member")
    await window.page()
    content = bytes(range(256))
    name = 'Innkalling "FSU" æøå.docx'
    ref = await site.chat.messenger.send_file(
        address_of(window.person_id), Attached(name, "application/x", content, "Her er innkallingen.")
    )
    link = lines(await window.page())[-1].one("a", class_="file")
    assert (link.text, link["download"]) == (name, name)
    async with window.http.get(site.base + link["href"]) as response:
        assert await response.read() == content
        assert response.content_disposition is not None
        assert (response.content_disposition.type, response.content_disposition.filename) == ("attachment", name)
        assert response.content_type == "application/octet-stream"
    other = site.window("colleague")
    for path in (f"{other.path}/file/{ref['entry']}", f"{window.path}/file/999"):
        async with window.http.get(path) as response:
            assert response.status == 404


async def test_a_message_is_not_a_file(small_site: Site) -> None:
    window = small_site.window("member")
    line = await window.say("/vis")
    async with window.http.get(f"{window.path}/file/{line['data-entry']}") as response:
        assert response.status == 404


async def test_conversations_of_a_partnership_loaded_anew_are_separate(sqlite: Database, clock: FixedClock) -> None:
    world = await build(sqlite, clock.now())
    async with sqlite.transaction() as session:
        assert await local.lock(session, world.people["member"])
        assert not await local.lock(session, 999999)
        first = await local.add(session, world.people["member"], {"kind": "said", "text": "1"}, clock.now())
        other = await local.add(session, world.people["deputy"], {"kind": "said", "text": "2"}, clock.now())
        assert (first.revision, other.revision) == (1, 1)
        assert await local.replace(session, world.people["deputy"], first.id, {"kind": "said", "text": "3"}) is None
