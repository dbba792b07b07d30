"""The page as a person meets it: the real application on a real socket, sending what a browser would send."""

import asyncio
import io
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.web.talk import HISTORY
from config.translations import catalogs
from handlers import language
from handlers.message import Message
from storage import local
from storage.database import Database
from storage.tables import Membership, Person
from tests.clock import FixedClock
from tests.web.conftest import Site, Window, answered, serve
from tests.web.markup import Element, parse
from tests.world import World, build

FILLED: dict[str, Any] = {"one": "b", "some": ["a", "b"], "number": "20", "agreed": ["false", "true"]}


def lines(page: Element) -> list[Element]:
    return [item for item in page.one("ol", id="log").children if isinstance(item, Element)]


def errors(line: Element) -> list[str]:
    return [item.words.removeprefix("Feil: ") for item in line.all("p", class_="error")]


# --- choosing who to be ------------------------------------------------------------------------------------


async def test_the_address_leads_to_the_choice_of_person(site: Site) -> None:
    async with site.http.get(site.base + "/") as response:
        assert response.url.path == "/lokal"
        page = parse(await response.text())
    people = {item["href"]: item.words for item in page.one("main").all("a")}
    assert len(people) == len(site.world.people)
    assert people[f"/lokal/{site.world.people['member']}"] == ("Eksempel Member medlem i Faglig samarbeidsutvalg (FSU)")
    assert "ingen rolle" in people[f"/lokal/{site.world.people['clinician']}"]
    assert [item.text for item in page.all("h2")] == ["Eksempel kommune", "Eksempel sykehus"]
    assert "Lokal prøveside – ingen innlogging" in page.text
    assert page.one("html")["lang"] == "nb"


async def test_an_empty_partnership_says_what_to_do(sqlite: Database, clock: FixedClock) -> None:
    async with (
        serve(sqlite, World(sqlite, {}, {}, {}), clock) as site,
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
    assert [(item["src"], item.text) for item in page.all("script")] == [("/lokal/static/chat.js", "")]
    assert {item["href"] for item in page.all("link")} == {"/lokal/static/chat.css", "/lokal/static/icon.svg"}
    for name in ("chat.js", "choose.js", "chat.css", "icon.svg"):
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
    await site.chat.messenger.send({"person_id": window.person_id}, Message(title="Kom før deg"))
    await asyncio.gather(*(window.page() for _i in range(4)))
    assert [item.one("h2").text for item in lines(await window.page())] == ["Kom før deg", "Hjelp"]


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
        assert person.id is not None
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


# --- forms -------------------------------------------------------------------------------------------------


async def test_a_dialog_from_beginning_to_end_in_one_line(site: Site) -> None:
    window = site.window("member")
    first = await window.say("/alt Felles opplæring")
    assert first.one("p", class_="step").words == "Steg 1 av 3"
    second = answered(await window.send_form(first, **FILLED))
    third = answered(await window.send_form(second, more="Mer & <mer>"))
    assert third.one("h2").text == "Se over"
    assert [item.text for item in third.all("dd")] == ["Felles opplæring", "Mer & <mer>"]
    receipt = answered(await window.send_form(third))
    assert receipt.one("h2").text == "Takk"
    assert {first["id"], second["id"], third["id"]} == {receipt["id"]}
    assert not list((await window.page()).one("ol").all("form"))


async def test_errors_stand_at_their_fields_and_what_was_typed_stays(site: Site) -> None:
    window = site.window("member")
    form = await window.say("/alt")
    again = answered(
        await window.send_form(form, line="Opplæring 👩‍⚕️", number="tusen", lines="a\n  b", day="2026-12-03")
    )
    assert errors(again) == ["Velg noe under «Ett valg»."]
    again = answered(await window.send_form(again, one="a"))
    assert errors(again) == ["Skriv et helt tall, for eksempel 20."]
    typed = dict(again.one("form").sends())
    assert typed["value.line"] == "Opplæring 👩‍⚕️"
    assert typed["value.number"] == "tusen"
    assert typed["value.lines"] == "a\r\n  b"
    assert typed["value.day"] == "2026-12-03"
    shown = lines(await window.page())[-1]
    assert errors(shown) == errors(again)
    assert dict(shown.one("form").sends()) == typed


async def test_three_thousand_and_one_characters_are_said_and_kept(site: Site) -> None:
    window = site.window("member")
    form = await window.say("/alt Tittel")
    text = "x" * 2990 + "👩‍⚕️" * 3
    assert len(text) > 3000
    again = answered(await window.send_form(form, **{**FILLED, "lines": text}))
    assert len(errors(again)) == 1
    assert str(len(text)) in errors(again)[0]
    assert dict(again.one("form").sends())["value.lines"] == text


async def test_submitting_twice_has_the_effect_of_once(site: Site) -> None:
    window = site.window("member")
    line = await window.say("/vis")
    form = answered(await window.press(line, "Spør om mer"))
    answers = await asyncio.gather(*(window.send_form(form, question="Hvor mange?") for _i in range(3)))
    assert {answered(answer).one("h2").text for answer in answers} == {"Spurt"}
    assert {answered(answer)["id"] for answer in answers} == {form["id"]}


async def test_a_late_second_press_does_not_cover_what_came_after(site: Site) -> None:
    """The receipt has been updated since («satt på sakslisten»); the stored first receipt must not come back."""
    window = site.window("member")
    form = answered(await window.press(await window.say("/vis"), "Spør om mer"))
    await window.send_form(form, question="Hvor mange?")
    await site.chat.messenger.update(
        {"person_id": window.person_id}, {"entry": int(form["data-entry"])}, Message(title="Besvart")
    )
    assert answered(await window.send_form(form, question="Hvor mange?")).one("h2").text == "Besvart"
    assert lines(await window.page())[-1].one("h2").text == "Besvart"


async def test_back_and_cancel(small_site: Site) -> None:
    window = small_site.window("member")
    first = await window.say("/alt Tittel")
    second = answered(await window.send_form(first, **FILLED))
    back = answered(await window.send_form(second, intent="back", more="halvveis"))
    assert back.one("h2").text == "Alt på én gang"
    assert dict(back.one("form").sends())["value.line"] == "Tittel"
    second = answered(await window.send_form(back))
    assert dict(second.one("form").sends())["value.more"] == "halvveis"
    third = answered(await window.send_form(second))
    assert answered(await window.send_form(third, intent="cancel")).one("h2").text == "Ikke sendt inn"


async def test_a_closed_window_loses_nothing(site: Site) -> None:
    """What is typed is saved while one types; a reload shows it, and so does the command after a restart."""
    window = site.window("member")
    form = await window.say("/alt")
    answer = await window.send_form(form, intent="save", line="Felles", found=["3", "4"], agreed=["false", "true"])
    assert (answer["status"], answer["lines"], answer["answer"]) == (200, [], None)
    again = lines(await window.page())[-1]
    assert again["data-revision"] == form["data-revision"]  # an open page is not drawn anew under the fingers
    sent = again.one("form").sends()
    assert ("value.line", "Felles") in sent
    assert [value for name, value in sent if name == "value.found"] == ["3", "4"]
    assert sent[-1] == ("value.agreed", "true")
    assert (await window.say("/alt")).one("h2").text == "Fortsett der du slapp?"


async def test_labels_of_searched_options_are_kept_with_the_draft(small_site: Site) -> None:
    window = small_site.window("member")
    form = await window.say("/alt")
    sent = [*form.one("form").sends(), ("value.found", "3"), ("label.found", "Eksempel Tre"), ("intent", "save")]
    await window.post("submit", sent)
    chosen = lines(await window.page())[-1].one("div", data_search="found").one("ul", class_="chosen")
    assert chosen.one("li").words == "Eksempel Tre ×Fjern Eksempel Tre"


async def test_a_draft_is_open_in_one_place(site: Site) -> None:
    window = site.window("member")
    first = await window.say("/alt Tittel")
    answer = await window.post("command", [("text", "/alt")])
    assert len(answer["lines"]) == 3
    shown = {item["id"]: item for item in lines(await window.page())}
    assert shown[first["id"]].words == "Skjemaet er lenger ned."
    assert len([item for item in shown.values() if list(item.all("form"))]) == 1


async def test_a_form_that_is_gone_says_so_and_keeps_what_was_typed(site: Site, clock: FixedClock) -> None:
    window = site.window("member")
    form = await window.say("/alt")
    clock.forward(timedelta(days=15))  # longer than a draft is kept
    answer = await window.send_form(form, line="mye arbeid", one="b")
    assert (answer["status"], answer["again"], answer["lines"]) == (409, False, [])
    assert answer["error"].startswith("Skjemaet er ikke lenger åpent.")
    typed = lines(await window.page())[-1].one("form").sends()
    assert {("value.line", "mye arbeid"), ("value.one", "b")} <= set(typed)


async def test_a_window_that_was_not_told_does_not_write_into_the_next_form(site: Site) -> None:
    window = site.window("member")
    old = await window.say("/alt Tittel")
    new = answered(await window.send_form(await window.say("/alt"), intent="restart"))
    sent = [pair for pair in old.one("form").sends() if pair[0] not in ("entry", "value.line")]
    sent += [("entry", new["data-entry"]), ("value.line", "fra det gamle vinduet")]
    for intent in ("next", "save"):
        assert (await window.post("submit", [*sent, ("intent", intent)]))["status"] == 409
    assert lines(await window.page())[-1].one("form").sends() == new.one("form").sends()


async def test_somebody_elses_form_cannot_be_sent(site: Site) -> None:
    form = await site.window("member").say("/alt Hemmelig")
    other = site.window("colleague")
    answer = await other.send_form(form)
    assert answer["status"] == 409
    assert "hører til en annen" in answer["error"]
    assert "Hemmelig" not in (await other.page()).text


async def test_searching_among_many_options(small_site: Site) -> None:
    window = small_site.window("member")
    token = (await window.say("/alt")).one("input", name="token")["value"]
    found = await window.post("search", [("token", token), ("field", "found"), ("query", "NUMMER 17\x00 ")])
    assert [item["value"] for item in found["options"]] == [
        "17",
        "117",
        *(str(number) for number in range(170, 180)),
        "217",
    ]
    everything = await window.post("search", [("token", token), ("field", "found"), ("query", "")])
    assert len(everything["options"]) == 100
    nothing = await window.post("search", [("token", token), ("field", "line"), ("query", "")])
    assert nothing["options"] == []
    gone = await window.post("search", [("token", "a.b.c"), ("field", "found"), ("query", "")])
    assert (gone["status"], "options" in gone) == (409, False)


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
    reach = {"person_id": window.person_id}
    for number in range(HISTORY + 5):
        await small_site.chat.messenger.send(reach, Message(title=f"Melding {number}"))
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
        async with window.http.get(window.path) as response:
            assert response.status == 503
            assert "Jeg får ikke lagret akkurat nå" in await response.text()
    for answer in refused:
        assert (answer["status"], answer["again"], answer["lines"]) == (503, True, [])
        assert answer["error"].startswith("Jeg får ikke lagret akkurat nå.")
    # The page still has what was typed, and sends it again.
    again = answered(await window.send_form(form, line="mye arbeid", one="a"))
    assert again.one("h2").text == "Litt til"


# --- files -------------------------------------------------------------------------------------------------


async def test_a_file_is_downloaded_by_its_owner_only(site: Site) -> None:
    window = site.window("member")
    await window.page()
    content = bytes(range(256))
    name = 'Innkalling "FSU" æøå.docx'
    ref = await site.chat.messenger.send_file({"person_id": window.person_id}, name, content, "Her er innkallingen.")
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
