"""A reference that somebody types leads to its record, for whoever may see it; several are asked about."""

from datetime import date

import pytest

from storage.tables import CommitteeAlias, FormerNumber, Left, MinutesStatus
from tests.meetings.steps import accepted
from tests.searching.archive import Old, meeting_of
from tests.surface import FakeSurface, button_called, facts, labels, message
from tests.world import World


@pytest.fixture(autouse=True)
async def old_papers(world: World) -> None:
    """FSU was called FSU-KT until 2022, and has met in 2022 and 2023; AU once."""
    await meeting_of(
        world,
        "fsu",
        date(2022, 6, 9),
        Old("Elektronisk meldingsutveksling", "2022.18", 18, decisions=["Saken tas til orientering."], types=["O"]),
        Old("Felles øvelse", "2022.19", 19, discussion="Se sak 2022.18."),
    )
    await meeting_of(
        world,
        "fsu",
        date(2023, 9, 28),
        Old("Samhandlingsavvik", "2023.34", 34, decisions=["Utvalget ber om en plan.", "Planen legges fram i møtet."]),
        Old(
            "Opplæring", "2023.35", 35, discussion="Jf. sak 34 og sak 2022.18, FSU-KT. Ring 22 33 44 55 innen 1.12.23."
        ),
        Old("Eventuelt", "2023.36", 36, line=True, discussion="Neste møte blir digitalt."),
    )
    await meeting_of(world, "au", date(2023, 9, 1), Old("Forberedelse", "2023.34", 34))
    async with world.database.transaction() as session:
        session.add(CommitteeAlias(committee_id=world.committees["fsu"], alias="FSU-KT", valid_to=date(2022, 12, 31)))


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("FSU-KT sak 2022.18", "2022.18 Elektronisk meldingsutveksling"),
        ("sak 18/22", "2022.18 Elektronisk meldingsutveksling"),
        ("18/2022", "2022.18 Elektronisk meldingsutveksling"),
        ("hva skjedde med sak 2022.18?", "2022.18 Elektronisk meldingsutveksling"),
        ("2023.34, FSU 28.09.23", "2023.34 Samhandlingsavvik"),
        ("2023.34, FSU 28. september 2023", "2023.34 Samhandlingsavvik"),
        ("FSU 28.09.23, sak 34", "2023.34 Samhandlingsavvik"),
        ("vedtak sak 2023.34 i Faglig samarbeidsutvalg (FSU)", "2023.34 Samhandlingsavvik"),
        ("sak 2023.36", "2023.36 Eventuelt"),
        ("sak 19", "2022.19 Felles øvelse"),
        ("Sak 35", "2023.35 Opplæring"),
    ],
)
async def test_a_reference_leads_to_its_record(surface: FakeSurface, line: str, title: str) -> None:
    assert message(await surface.say("member", line)).title == title


async def test_a_record_of_an_old_paper_shows_what_was_decided(surface: FakeSurface) -> None:
    shown = message(await surface.say("member", "sak 2023.34"))
    assert facts(shown)["Utvalg"] == "Faglig samarbeidsutvalg (FSU)"
    assert facts(shown)["Møte"] == "28. sep. 2023"
    said = " ".join(section.text for section in shown.sections)
    assert "Utvalget ber om en plan." in said
    assert "Planen legges fram i møtet." in said


async def test_a_line_of_an_agenda_leads_on_to_its_minutes(surface: FakeSurface) -> None:
    shown = message(await surface.say("member", "sak 2023.36"))
    assert shown.sections[0].text == "Neste møte blir digitalt."
    read = message(await surface.press("member", shown, "Les saken i referatet"))
    assert (read.title, read.text) == ("2023.36 Eventuelt", "Neste møte blir digitalt.")


async def test_minutes_that_are_written_are_not_shown(surface: FakeSurface) -> None:
    await meeting_of(
        surface.world,
        "fsu",
        date(2024, 2, 1),
        Old("Ny sak", "2024.1", 1, decisions=["Hemmelig ennå."]),
        status=MinutesStatus.DRAFT,
    )
    shown = message(await surface.say("member", "sak 2024.1"))
    assert shown.title == "2024.1 Ny sak"
    assert "Hemmelig ennå" not in shown.model_dump_json()


async def test_the_same_number_of_two_committees_is_asked_about(surface: FakeSurface) -> None:
    shown = message(await surface.say("colleague", "sak 2023.34"))
    assert shown.title == "Flere utvalg har en sak 2023.34"
    assert [section.title for section in shown.sections] == ["2023.34 Forberedelse", "2023.34 Samhandlingsavvik"]
    chosen = shown.model_copy(update={"sections": shown.sections[1:]})
    assert message(await surface.press("colleague", chosen, "Vis saken")).title == "2023.34 Samhandlingsavvik"


async def test_a_short_number_is_that_of_the_latest_year_in_ones_own_committees(surface: FakeSurface) -> None:
    assert message(await surface.say("observer", "Sak 34")).title == "2023.34 Samhandlingsavvik"
    asked = message(await surface.say("colleague", "Sak 34"))
    assert asked.title == "Flere utvalg har en sak 34"
    # In no committee: the words may be the beginning of a title.
    assert message(await surface.say("nurse", "hva er sak 34")).title != "2023.34 Samhandlingsavvik"


@pytest.mark.parametrize("line", ["sak 2023.34", "2023.34", "FSU-KT sak 2022.18", "sak 2023.36"])
async def test_whoever_may_not_read_the_committees_agenda_learns_nothing(surface: FakeSurface, line: str) -> None:
    shown = message(await surface.say("nurse", line))
    assert shown.title.startswith("Jeg finner ingen sak")
    assert not (shown.facts)
    assert not (shown.sections)


async def test_a_closed_case_is_its_members(surface: FakeSurface) -> None:
    await meeting_of(
        surface.world, "fsu", date(2024, 3, 1), Old("Personalsak", "2024.9", 9, more={"closed_under": "offl. § 13"})
    )
    assert message(await surface.say("member", "sak 2024.9")).title == "2024.9 Personalsak"
    assert message(await surface.say("observer", "sak 2024.9")).title == "Jeg finner ingen sak 2024.9 som du kan se"


async def test_the_button_asks_again_who_may_see_it(surface: FakeSurface) -> None:
    shown = message(await surface.say("colleague", "sak 2023.34"))
    button = button_called(shown, "Vis saken")
    refused = message(await surface.bot.press(surface.world.sender("nurse"), button.action, dict(button.arguments)))
    assert refused.title == "Saken finnes ikke lenger."
    for arguments in ({"case": "x"}, {"line": "99999"}, {"case": "99999"}, {}):
        gone = message(await surface.bot.press(surface.world.sender("member"), button.action, arguments))
        assert "finnes ikke" in gone.title or "virker ikke" in gone.title


async def test_a_number_that_a_case_had_leads_to_it(surface: FakeSurface) -> None:
    """And its new one too."""
    await accepted(surface, "Flyttet sak")
    shown = message(await surface.say("member", "1/2026"))
    item = next(int(each.arguments["item"]) for each in shown.buttons_within() if "item" in each.arguments)
    async with surface.world.database.transaction() as session:
        session.add(
            FormerNumber(
                item_id=item,
                committee_id=surface.world.committees["fsu"],
                meeting_id=None,
                number="77/2025",
                number_year=2025,
                number_in_year=77,
                why=Left.MOVED,
                at=surface.clock.now(),
            )
        )
    assert message(await surface.say("member", "sak 77/25")).title == shown.title


async def test_series_and_three_parts(surface: FakeSurface) -> None:
    world = surface.world
    await meeting_of(
        world,
        "forum",
        date(2026, 2, 2),
        Old("Politisk", "PS 6/26", 6),
        Old("Referat", "RS 6/26", 6, more={}),
        series="B",
    )
    await meeting_of(world, "forum", date(2023, 2, 2), Old("Per møte", "23/2/1", 1))
    assert message(await surface.say("nurse", "PS 6/26")).title == "PS 6/26 Politisk"
    assert message(await surface.say("nurse", "sak rs 6/2026")).title == "RS 6/26 Referat"
    assert len(message(await surface.say("nurse", "sak 6/26")).sections) == 2
    assert message(await surface.say("nurse", "23/2/1")).title == "23/2/1 Per møte"
    assert message(await surface.say("nurse", "sak 1/23")).title.startswith("Jeg finner ingen sak")


async def test_two_readings_the_usual_one_first(surface: FakeSurface) -> None:
    await meeting_of(surface.world, "forum", date(2008, 1, 9), Old("Første", "08/01", 1))
    assert message(await surface.say("nurse", "sak 08/01")).title == "08/01 Første"
    await meeting_of(surface.world, "forum", date(2001, 5, 9), Old("Åttende", "8/01", 8))
    assert message(await surface.say("nurse", "sak 08/01")).title == "8/01 Åttende"


# --- in texts ----------------------------------------------------------------------------------------------


async def test_what_a_text_refers_to_stands_below_it(surface: FakeSurface) -> None:
    """Short numbers are those of the same meeting; a telephone number and a date are none."""
    shown = message(await surface.say("member", "sak 2023.35"))
    assert facts(shown)["Nevner"].splitlines() == [
        "2023.34 Samhandlingsavvik (Faglig samarbeidsutvalg (FSU), møtet 28. sep. 2023)",
        "2022.18 Elektronisk meldingsutveksling (Faglig samarbeidsutvalg (FSU), møtet 9. juni 2022)",
    ]
    led = message(await surface.press("member", shown, "2022.18 Elektronisk meldingsutveksling"))
    assert led.title == "2022.18 Elektronisk meldingsutveksling"


async def test_in_the_minutes_too(surface: FakeSurface) -> None:
    await meeting_of(
        surface.world, "fsu", date(2024, 1, 8), Old("Ymse", "2024.7", 7, line=True, discussion="Jf. sak 2023.34, FSU.")
    )
    shown = message(await surface.say("member", "sak 2024.7"))
    read = message(await surface.press("member", shown, "Les saken i referatet"))
    assert facts(read)["Nevner"].startswith("2023.34 Samhandlingsavvik")


async def test_a_text_mentions_nothing_that_its_reader_may_not_see(surface: FakeSurface) -> None:
    await meeting_of(
        surface.world, "forum", date(2024, 2, 2), Old("Åpen sak", "5/24", 5, discussion="Jf. sak 2023.34 i FSU.")
    )
    assert "Nevner" in facts(message(await surface.say("member", "sak 5/24")))
    outsider = message(await surface.say("nurse", "sak 5/24"))
    assert outsider.title == "5/24 Åpen sak"
    assert "Nevner" not in facts(outsider)
    assert not [label for label in labels(outsider) if "Samhandlingsavvik" in label]


async def test_a_proposed_case_shows_what_it_refers_to(surface: FakeSurface) -> None:
    await accepted(surface, "Oppfølging", purpose="Følge opp sak 2023.34, FSU 28.09.23, og 2022.18.")
    shown = message(await surface.say("member", "1/2026"))
    assert facts(shown)["Nevner"].startswith("2023.34 Samhandlingsavvik")
    for_secretary = message(await surface.say("secretary", "1/2026"))
    assert len(facts(for_secretary)["Nevner"].splitlines()) == 2
