"""`/avvik tall`: what each may see, what it says, and that it costs the same however much there is."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, text

from handlers.capabilities import registry
from handlers.messages.message import Message
from handlers.people.links import Links
from storage.tables import Draft, Unit
from tests.clock import FixedClock
from tests.deviations.seed import Places, oslo, random_reports, report, store, store_fixes
from tests.dialogs.test_every_step import check_message
from tests.surface import FakeSurface, button_called, facts, labels, message
from tests.world import World

BASE = "https://bot.example.org/"


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    clock.go_to(oslo(2026, 11, 24))
    links = Links(BASE, "a secret that is long enough for a test", clock)
    return FakeSurface(world, clock, registry(), links=links)


async def put(world: World, *rows: tuple[dict[str, Any], int]) -> None:
    """So many reports of each, from the municipality to the hospital, in October 2026."""
    async with world.database.transaction() as session:
        places = await Places.of(session)
        await store(session, [report(places, oslo(2026, 10), **row) for row, count in rows for _each in range(count)])


async def seed(world: World, count: int = 400) -> Places:
    async with world.database.transaction() as session:
        places = await Places.of(session)
        await store(session, random_reports(places, count, oslo(2025, 12), oslo(2026, 11, 20)))
        await store_fixes(session, places, 60, oslo(2025, 12), oslo(2026, 11, 20))
    return places


async def ask(surface: FakeSurface, who: str, period: str = "") -> Message:
    return message(await surface.say(who, f"avvik tall {period}"))


async def test_both_directions_stand_side_by_side(world: World, surface: FakeSurface) -> None:
    await put(
        world,
        ({"seconds_to_answer": 9 * 86400, "rating": "helpful"}, 8),
        ({}, 4),
        ({"direction": "to_municipality", "near_miss": True}, 5),
    )
    shown = await ask(surface, "clinician", "2026")
    assert shown.title == "Avvik i tall, januar–november 2026"
    assert shown.text == "Hele helsefellesskapet"
    assert facts(shown) == {
        "Meldt": "til sykehus: 12\ntil kommune: 5",
        "Besvart": "til sykehus: 8 av 12 (67 %)\ntil kommune: 0 av 5 (0 %)",
        "Besvart innen fristen": "til sykehus: 8 av 8 (100 %)\ntil kommune: ingen",
        "Tid til svar (median)": "til sykehus: 9 dager\ntil kommune: for få svar til å vises",
        "Avvist": "til sykehus: 0 av 12 (0 %)\ntil kommune: 0 av 5 (0 %)",
        "Nesten-hendelser": "til sykehus: 0 av 12 (0 %)\ntil kommune: 5 av 5 (100 %)",
        "Svaret var nyttig": "til sykehus: 8 av 8 (100 %)\ntil kommune: ingen",
        "Løst direkte (telles for seg)": "til sykehus: 0\ntil kommune: 0",
    }
    assert shown.image is not None
    assert "okt 2026 12 og 5" in shown.image.alt
    assert "Kommunikasjon/dokumentasjon 12 og 5" in shown.image.alt


async def test_units_that_have_been_silent(world: World, surface: FakeSurface) -> None:
    await put(world, ({}, 3))
    shown = await ask(surface, "member", "2026")
    assert shown.sections[0].title == "2 enheter har verken meldt eller fått avvik"
    assert shown.sections[0].text == "• Sykehjemmet, Eksempel kommune\n• Medisinsk avdeling, Eksempel sykehus"


async def test_who_was_not_silent_in_one_month_is_not_told_by_who_was(world: World, surface: FakeSurface) -> None:
    await put(world, ({}, 1))
    async with world.database.transaction() as session:
        places = await Places.of(session)
        other = {"reporting": places.municipality[1], "responsible": places.hospital[1]}
        await store(session, [report(places, oslo(2026, 3), **other)])
    for period in ("mars 2026", "oktober 2026", "1. halvår 2026", "siste 90 dager"):
        assert not (await ask(surface, "member", period)).sections
    own = message(await surface.press("chief", await ask(surface, "chief", "mars 2026"), "Virksomheten min"))
    assert own.sections[0].title == "1 enhet har verken meldt eller fått avvik"


async def test_silence_in_less_than_a_year_is_told_of_the_years(world: World, surface: FakeSurface) -> None:
    await put(world, ({}, 3))
    for period, years in (("1. halvår 2026", "2026"), ("", "2025–2026"), ("2025–2026", "2025–2026")):
        shown = await ask(surface, "member", period)
        if shown.sections:
            assert shown.sections[0].title == f"2 enheter har verken meldt eller fått avvik i {years}"
            assert shown.sections[0].text == "• Sykehjemmet, Eksempel kommune\n• Medisinsk avdeling, Eksempel sykehus"
        else:
            assert "Ingen avvik er meldt" in shown.text


async def test_that_nobody_was_asked_what_they_thought_does_not_tell_a_masked_number(
    world: World, surface: FakeSurface
) -> None:
    answered = {"seconds_to_answer": 3600}
    rejected = {"status": "rejected", "reject_reason": "not_ours"}
    await put(world, (answered, 1), ({}, 11))
    before = await ask(surface, "member", "2026")
    assert facts(before)["Besvart"].startswith("til sykehus: under 3 av 12")
    assert facts(before)["Svaret var nyttig"].startswith("til sykehus: for få til å vises")
    async with world.database.transaction() as session:
        await session.execute(text("UPDATE deviation SET answered_at = NULL, seconds_to_answer = NULL"))
        await session.execute(
            text(
                f"UPDATE deviation SET status = '{rejected['status']}', reject_reason = '{rejected['reject_reason']}' "
                "WHERE id = (SELECT min(id) FROM deviation)"
            )
        )
    assert facts(await ask(surface, "member", "2026")) == facts(before)


async def test_small_numbers_are_masked_for_everybody_but_those_whose_own_they_are(
    world: World, surface: FakeSurface
) -> None:
    await put(world, ({"consequence": "death"}, 1), ({}, 11))
    shown = await ask(surface, "surgeon")
    assert facts(shown)["Meldt"].startswith("til sykehus: 12")
    assert "«under 3» betyr 0, 1 eller 2" in shown.small
    own = message(await surface.press("surgeon", shown, "Enhetene mine"))
    assert own.text == "Ortopedisk avdeling"
    assert own.small == ""
    assert "Løst direkte (telles for seg)" not in facts(own), "it is counted of no unit"
    assert own.replace


async def test_two_reports_in_all_are_under_three(world: World, surface: FakeSurface) -> None:
    await put(world, ({}, 2))
    for who in ("member", "secretary", "clinician", "surgeon", "chief"):
        shown = await ask(surface, who)
        assert facts(shown)["Meldt"] == "til sykehus: under 3\ntil kommune: 0"
        assert shown.text.endswith("\n\nFor få avvik til å vise fordelingen.")
        assert shown.image is None
        assert facts(shown)["Besvart"] == "til sykehus: for få til å vises\ntil kommune: ingen"
    own = message(await surface.press("surgeon", await ask(surface, "surgeon"), "Enhetene mine"))
    assert facts(own)["Meldt"] == "til sykehus: 2\ntil kommune: 0"
    led = message(await surface.press("manager", await ask(surface, "manager"), "Virksomheten min"))
    assert facts(led)["Meldt"] == "til sykehus: 2\ntil kommune: 0"
    assert led.text == "Eksempel kommune"


@pytest.mark.parametrize(
    ("who", "choices"),
    [
        ("clinician", []),
        ("member", []),
        ("secretary", []),
        ("surgeon", ["Enhetene mine"]),
        ("registrar", ["Enhetene mine"]),
        ("chief", ["Enhetene mine", "Virksomheten min"]),
    ],
)
async def test_who_may_choose_what(world: World, surface: FakeSurface, who: str, choices: list[str]) -> None:
    await put(world, ({}, 3))
    found = labels(await ask(surface, who))
    assert [label for label in found if label not in ("Tidligere", "Senere")] == choices


@pytest.mark.parametrize("of", ["units", "organisation"])
async def test_others_do_not_get_them_by_pressing_a_button_of_their_own_making(
    world: World, surface: FakeSurface, of: str
) -> None:
    await put(world, ({}, 3))
    async with world.database.transaction() as session:
        rows = await session.execute(text("SELECT key, id FROM organisation"))
        ids = {row.key: row.id for row in rows}
    arguments = {"from": "2026-01", "to": "2026-11", "of": of}
    if of == "organisation":
        arguments["of"] = f"organisation:{ids['municipality']}"
    # The chief leads a unit, but at the hospital.
    for who in ("member", "secretary", "clinician", *(["chief", "nurse"] if of == "organisation" else [])):
        shown = message(await surface.bot.press(world.sender(who), "avvik.tall", arguments))
        assert "er for dem som behandler avvikene" in shown.title


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"from": "2026-01"},
        {"from": "2026-11", "to": "2026-01"},
        {"from": "x", "to": "y", "of": "all"},
        {"from": "2026-01", "to": "2026-11", "of": "unit:7"},
        {"from": "2026-01", "to": "2026-11", "of": "organisation:x"},
        {"from": "2026-01", "to": "2026-11", "of": "organisation:0"},
        {"from": "2026-01", "to": "2026-11", "of": "organisation:99999999999999999999"},
        {"from": "2026-01", "to": "2026-11", "of": ""},
    ],
)
async def test_a_button_may_carry_anything(small_world: World, clock: FixedClock, arguments: dict[str, str]) -> None:
    surface = FakeSurface(small_world, clock, registry())
    shown = message(await surface.bot.press(small_world.sender("chief"), "avvik.tall", arguments))
    assert "Referanse" not in shown.title
    assert "gikk galt" not in shown.title
    assert not shown.facts


async def test_earlier_and_later(world: World, surface: FakeSurface) -> None:
    await put(world, ({}, 3))
    shown = await ask(surface, "member", "1. halvår 2026")
    assert labels(shown) == ["Tidligere", "Senere"]
    assert message(await surface.press("member", shown, "Tidligere")).title.endswith("juli–desember 2025")
    later = message(await surface.press("member", shown, "Senere"))
    assert later.title.endswith("juli–november 2026")
    assert later.replace
    assert labels(later) == ["Tidligere"]


async def test_a_period_without_reports_says_so_kindly(world: World, surface: FakeSurface) -> None:
    shown = await ask(surface, "member", "i fjor")
    assert "Ingen avvik er meldt i denne perioden" in shown.text
    assert not shown.facts
    assert labels(shown) == ["Tidligere", "Senere"]


async def test_a_period_that_ends_before_it_begins(world: World, surface: FakeSurface) -> None:
    assert "Skriv den tidligste datoen først" in (await ask(surface, "member", "1.6.2026–1.3.2026")).title
    assert "Skriv for eksempel" in (await ask(surface, "member", "tull")).title


async def test_many_words_after_tall_are_a_description(world: World, surface: FakeSurface) -> None:
    await surface.open("clinician", "avvik Tall og enheter sto feil i epikrisen som vi fikk i går kveld")
    async with world.database.transaction() as session:
        kept = (await session.scalars(select(Draft))).one()
    assert kept.answers["description"].startswith("Tall og enheter sto feil")


async def test_days_are_counted_in_whole_months_and_it_says_so(world: World, surface: FakeSurface) -> None:
    await put(world, ({}, 3))
    assert "Tallene telles i hele måneder." in (await ask(surface, "member", "siste 90 dager")).small


async def test_links_open_the_files_for_whom_they_were_made(world: World, surface: FakeSurface) -> None:
    await seed(world)
    shown = await ask(surface, "surgeon")
    assert [link.label for link in shown.addresses()] == [
        "Tallene som regneark (Excel)",
        "Tallene som CSV",
        "Årsmelding (Word)",
    ]
    own = message(await surface.press("surgeon", shown, "Enhetene mine"))
    assert [link.label for link in own.addresses()][2:] == [
        "Ett avvik per linje (Excel)",
        "Ett avvik per linje (CSV)",
        "Avvikene som FHIR (JSON)",
    ]
    for link in (*shown.addresses(), *own.addresses()):
        file = await surface.bot.document(link.url.removeprefix(f"{BASE}fil/"))
        assert file.draw()
    assert shown.image is not None
    assert shown.image.address is not None
    file = await surface.bot.document(shown.image.address.removeprefix(f"{BASE}fil/"))
    assert file.draw().startswith(b"\x89PNG")


async def test_a_link_is_no_use_once_one_has_left_the_unit(world: World, surface: FakeSurface) -> None:
    await seed(world)
    own = message(await surface.press("surgeon", await ask(surface, "surgeon"), "Enhetene mine"))
    async with world.database.transaction() as session:
        await session.execute(text(f"DELETE FROM unit_staff WHERE person_id = {world.people['surgeon']}"))
    for link in own.addresses():
        with pytest.raises(Exception, match="er for dem som behandler avvikene"):
            await surface.bot.document(link.url.removeprefix(f"{BASE}fil/"))


async def test_without_links_the_picture_is_told_in_words(world: World, surface: FakeSurface) -> None:
    await put(world, ({}, 3))
    shown = await ask(FakeSurface(world, surface.clock, registry(), links=Links()), "member")
    assert shown.addresses() == ()
    assert shown.image is not None
    assert shown.image.address is None


async def test_what_waits_for_a_leader_or_was_withdrawn_does_not_count(world: World, surface: FakeSurface) -> None:
    await put(world, ({"status": "at_leader", "sent_at": None}, 4), ({"status": "withdrawn"}, 4), ({}, 5))
    assert facts(await ask(surface, "member"))["Meldt"].startswith("til sykehus: 5\n")


async def test_numbers_of_the_whole_are_seen_by_the_answer_at_once(world: World, surface: FakeSurface) -> None:
    await put(world, ({}, 3))
    assert facts(await ask(surface, "member"))["Besvart"].startswith("til sykehus: 0 av 3")
    async with world.database.transaction() as session:
        await session.execute(text("UPDATE deviation SET answered_at = sent_at, seconds_to_answer = 60"))
    assert facts(await ask(surface, "member"))["Besvart"].startswith("til sykehus: 3 av 3 (100 %)")


async def test_the_number_of_statements_is_fixed(world: World, surface: FakeSurface) -> None:
    statements: list[str] = []
    event.listen(
        world.database.engine.sync_engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_rest: statements.append(statement),
    )

    async def asked() -> int:
        await ask(surface, "chief")
        statements.clear()
        await ask(surface, "chief")
        return len([one for one in statements if not one.startswith("BEGIN")])

    await seed(world, 20)
    few = await asked()
    await seed(world, 600)
    assert await asked() == few <= 7


async def test_what_the_tick_has_counted_is_not_counted_again(world: World, surface: FakeSurface) -> None:
    await seed(world)
    await surface.worker.do_chores()
    async with world.database.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM deviation_recount")) == 0
        assert await session.scalar(text("SELECT count(*) FROM deviation_count")) > 100
    surface.clock.forward(timedelta(days=1))
    assert button_called(await ask(surface, "member"), "Tidligere")


async def test_the_longest_answer_is_within_every_platforms_limits(world: World, surface: FakeSurface) -> None:
    await seed(world)
    async with world.database.transaction() as session:
        owner = await session.scalar(text("SELECT id FROM organisation WHERE key = 'hospital'"))
        session.add_all(
            Unit(organisation_id=owner, key=f"silent-{number}", name="Avdeling med et langt navn " * 5)
            for number in range(60)
        )
    for who in ("member", "chief"):
        shown = await ask(surface, who, "siste 36 måneder")
        check_message(shown)
        assert "… og " in shown.sections[0].text
        for label in labels(shown):
            check_message(message(await surface.press(who, shown, label)))
