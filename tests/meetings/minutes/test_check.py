"""What is to be looked at in minutes before they leave."""

from datetime import date

import pytest

from handlers.meetings.minutes.check import Against, in_text
from tests.clock import FixedClock
from tests.meetings.minutes.round.steps import present
from tests.meetings.minutes.steps import begun, in_meeting, press_at, written
from tests.surface import form, message
from tests.world import World

AGAINST = Against(meeting_days={date(2025, 3, 24), date(2025, 5, 12)}, mask_below=3, not_found="ikke funnet i saken")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Prosjektet har hittil hatt 1 pasient.", "«1 pasient» er så få at noen kan kjennes igjen. Grensen er 3."),
        ("Det gjaldt to eldre brukere.", "«to eldre brukere» er så få at noen kan kjennes igjen. Grensen er 3."),
        ("Viser til sak 20204.6.", "«20204.6» ligner et saksnummer, men er ikke skrevet som et."),
        (
            "Viser til sak 2024. 2, der dette ble tatt opp.",
            "«2024. 2» ligner et saksnummer, men er ikke skrevet som et.",
        ),
        ("Viser til sak 33 /24.", "«33 /24» ligner et saksnummer, men er ikke skrevet som et."),
        (
            "Prosjektene inviteres til møtet 23.3.25 for status.",
            "«23.3.25» er ingen møtedato i planen. Den nærmeste er 24.3.2025.",
        ),
        ("Neste møte er mandag 23.3.25.", "«23.3.25» er en søndag."),
        ("Fristen er 31.2.2025.", "«31.2.2025» finnes ikke i kalenderen."),
        (
            "Pasient Eksempel Eksempelsen deltok.",
            "«Pasient Eksempel Eksempelsen» kan være navnet på en pasient eller pårørende.",
        ),
        ("Ring 22 33 44 55.", "«22 33 44 55» ser ut som et telefonnummer."),
        (
            "Mitt.\n[Eksempel Deputy skrev samtidig:]\nDeres.",
            "To tekster som ble skrevet samtidig, er ikke satt sammen ennå.",
        ),
        ("Dette [ikke funnet i saken].", "En linje fra notatene er fortsatt merket «ikke funnet i saken»."),
    ],
)
def test_what_is_found(text: str, said: str) -> None:
    assert list(in_text(text, AGAINST)) == [said]


@pytest.mark.parametrize(
    "text",
    [
        "Tre pasienter er for få, men 30 pasienter er nok.",
        "Viser til sak 33/24, sak 2024.1, sak 2023/07, 28-2025 og 1/2026 (O/D).",
        "Budsjettet ble vedtatt i 2024. 2 prosent er satt av.",
        "Vi møtes mandag 24.3.25 og mandag 12. mai 2025.",
        "Møtet 3. juni 2031 er ikke planlagt ennå.",
        "Rapporten kom 25.01.24, og svaret 12. mars 2026.",
        "7,6 millioner er lite. Se punkt 3.2.1.",
        "Klokka 13.00–15.00, den 2/5.",
    ],
)
def test_what_is_as_it_should_be_is_left_alone(text: str) -> None:
    assert list(in_text(text, AGAINST)) == []


async def test_the_check_shows_what_is_missing_case_by_case(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock, "Felles opplæring", "Nye rutiner", standing=False)
    shown = await begun(surface)
    await written(surface, shown, "Felles", conclusions="Sekretariatet skal invitere prosjektlederen.")
    at = message(await press_at(surface, "secretary", shown, "Nye rutiner", "Se mer"))
    opened = form(await surface.press("secretary", at, "Legg til oppfølging"))
    await surface.submit("secretary", opened, {"text": "Lage et utkast"})
    found = message(await surface.press("secretary", shown, "Sjekk referatet"))
    assert found.text == "Jeg fant 4 ting å se på. Det er du som avgjør om de skal rettes."
    assert [(section.title, section.text) for section in found.sections] == [
        ("Hele referatet", "• Det er ikke valgt noen møteleder."),
        (
            "1/2026 (O/D) Felles opplæring",
            "• Konklusjonen «Sekretariatet skal invitere prosjektlederen.» sier at noe skal gjøres, men ingen "
            "oppfølging sier hvem og når.",
        ),
        (
            "2/2026 (O/D) Nye rutiner",
            "• Oppfølgingen «Lage et utkast» har ingen ansvarlig.\n• Oppfølgingen «Lage et utkast» har ingen frist.",
        ),
    ]
    assert [button.label for button in found.buttons] == ["Hele referatet"]


async def test_a_case_without_a_word_is_found(world: World, clock: FixedClock) -> None:
    surface = await in_meeting(world, clock)
    found = message(await surface.press("secretary", await begun(surface), "Sjekk referatet"))
    assert [section.text for section in found.sections[1:]] == ["• Det er ikke skrevet noe om saken."] * 2


async def test_whoever_was_not_marked_is_asked_about(world: World, clock: FixedClock) -> None:
    """Once somebody is marked, others who are not stand nowhere in the minutes."""
    surface = await in_meeting(world, clock)
    shown = await begun(surface)
    found = message(await surface.press("secretary", shown, "Sjekk referatet"))
    assert "Oppmøtet" not in found.sections[0].text
    await present(world, "member", "colleague", "secretary", "deputy")
    found = message(await surface.press("secretary", shown, "Sjekk referatet"))
    assert found.sections[0].text.splitlines()[0] == "• Oppmøtet er ikke ført for Eksempel Observer."
    await present(world, "observer")
    found = message(await surface.press("secretary", shown, "Sjekk referatet"))
    assert "Oppmøtet" not in found.sections[0].text
