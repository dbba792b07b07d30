"""The form on paper: filled in but for who the patient is, for whoever may see the report and for nobody else."""

import io
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlsplit

import pytest
from docx import Document
from sqlalchemy import delete, text
from sqlmodel import col

from handlers.bot import Bot
from handlers.capabilities import registry
from handlers.errors import Gone, NotAllowed
from handlers.messages.message import Message
from handlers.people.links import Links
from handlers.people.ticket import Ticket
from handlers.writing.text import clean
from storage.tables import Account, Workplace
from tests.clock import FixedClock
from tests.deviations import steps
from tests.surface import FakeSurface, labels, message
from tests.world import World


@pytest.fixture
def surface(small_world: World, clock: FixedClock) -> FakeSurface:
    found = FakeSurface(small_world, clock, registry())
    found.bot = Bot(small_world.database, registry(), clock, links=Links("https://bot.example.org/", "k" * 32, clock))
    return found


async def _link(surface: FakeSurface, who: str, added: int) -> str:
    told = message(await steps.press(surface, who, "avvik.skriv", deviation=str(added)))
    (link,) = told.addresses()
    return urlsplit(link.url).path.removeprefix("/fil/")


async def _lines(surface: FakeSurface, who: str, added: int) -> list[str]:
    """The form, line by line."""
    file = await surface.bot.document(await _link(surface, who, added))
    document: Any = Document(io.BytesIO(file.draw()))
    texts = [document.sections[0].header.paragraphs[0].text]
    for table in document.tables:
        for row in table.rows:
            cells = row.cells[:1] if row.cells[0]._tc is row.cells[1]._tc else row.cells
            texts += [paragraph.text for cell in cells for paragraph in cell.paragraphs]
    return texts


async def test_the_form_is_filled_in_but_for_the_patient(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        session.add(Workplace(person_id=surface.world.people["carer"], unit_id=surface.world.units["homecare"]))
    added = await steps.report(
        surface,
        "carer",
        "ortho",
        categories=["logistics", "other"],
        category_other="Transport",
        service="home_care",
        workplace_id=surface.world.units["homecare"],
        happened_on=date(2026, 8, 31),
        happened_clock=time(14, 30),
        consequence="moderate",
        near_miss=True,
        immediate_measures="Ringte vaktlaget.",
        prevention="En fast rutine.",
    )
    lines = await _lines(surface, "surgeon", added)
    assert lines[0] == "AVV-2026-0001"
    for line in (
        "Referanse: AVV-2026-0001",
        "Svar innen: 22. sep. 2026",
        "Dato: 31. aug. 2026",
        "Klokkeslett: 14.30",
        "Sykehus, avdeling/seksjon: Eksempel sykehus, Ortopedisk avdeling",
        "Kommune og tjenestested: Eksempel kommune, Hjemmetjenesten",
        "☒ Hjemmebasert pleie og omsorgstjeneste",
        "☐ Legevakt",
        "☒ Logistikkmeldinger – melding om innlagt, utskrivningsklar og avmelding",
        "☐ Legemidler",
        "☒ Annet: Transport",
        steps.DESCRIPTION,
        "Ringte vaktlaget.",
        "☒ Moderat – skade som krever behandlingstiltak eller oppfølging",
        "☒ Nesten-hendelse",
        "En fast rutine.",
        "☒ Pasienten er spurt og har ikke motsatt seg",
        "Pasientens navn: ",
        "Fødselsnummer: ",
        "Navn: Eksempel Carer",
        "Nærmeste leder: Eksempel Manager",
        "E-post: carer@example.org",
        "Telefon: ",
        "Signatur, nærmeste leder: ",
        "Enhet: Ortopedisk avdeling",
        "Virksomhet: Eksempel sykehus",
    ):
        assert line in lines
    assert any("IKKE lagres med personsensitive opplysninger" in line for line in lines)


@pytest.mark.parametrize("consent", ["opposed", "not_asked", "no_patient"])
async def test_without_consent_nothing_is_to_be_written_by_hand(surface: FakeSurface, consent: str) -> None:
    added = await steps.report(surface, consent=consent)
    lines = await _lines(surface, "nurse", added)
    assert "Pasientens navn: (skal stå tomt)" in lines
    assert "Fødselsnummer: (skal stå tomt)" in lines
    assert not any("med penn" in line for line in lines)
    told = message(await steps.press(surface, "nurse", "avvik.skriv", deviation=str(added)))
    assert "skal stå tomme" in told.text


async def test_a_serious_event_reminds_of_the_notice(surface: FakeSurface) -> None:
    added = await steps.report(surface, consequence="death")
    (reminder,) = [line for line in await _lines(surface, "nurse", added) if "§ 3-3 a" in line]
    assert reminder.startswith("Lovpålagt varsel: ikke krysset av")
    assert "Sendes her: https://melde.no" in reminder


async def test_what_handlers_write_among_themselves_is_not_printed(surface: FakeSurface) -> None:
    added = await steps.report(surface, "carer", "ortho")
    shown = await steps.notice(surface, "surgeon")
    medical = str(surface.world.units["medical"])
    await steps.fill_in(surface, "surgeon", shown, "Send videre", unit=medical, note="Bare oss imellom.")
    assert "Bare oss imellom." in repr(await steps.opened(surface, "internist", added))
    for who in ("carer", "internist"):
        assert "oss imellom" not in "\n".join(await _lines(surface, who, added))


async def test_the_longest_texts_are_there_to_the_end(surface: FakeSurface) -> None:
    text = "Første linje.\n" + "Meldingen kom ikke fram. " * 115 + "Slutt"
    added = await steps.report(surface, description=text)
    assert text.split("\n")[1] in await _lines(surface, "nurse", added)


async def test_what_no_document_may_hold_was_left_out_when_it_was_written(surface: FakeSurface) -> None:
    added = await steps.report(surface, description=clean("Før\uffff\ufffe\x07 og etter"))
    assert "Før og etter" in await _lines(surface, "nurse", added)


async def test_only_whoever_may_see_the_report_gets_the_form(surface: FakeSurface) -> None:
    added = await steps.report(surface)
    refused = message(await steps.press(surface, "surgeon", "avvik.skriv", deviation=str(added)))
    assert refused.title.startswith("Dette avviket er ikke blant dem du kan se")
    # A link is for one person, and asks again when it is opened.
    link = await _link(surface, "clinician", added)
    await surface.bot.document(link)
    await steps.leaves(surface, "clinician")
    with pytest.raises(NotAllowed):
        await surface.bot.document(link)


async def test_what_was_withdrawn_is_not_printed(surface: FakeSurface) -> None:
    added = await steps.report(surface)
    link = await _link(surface, "nurse", added)
    await surface.press("clinician", await steps.receipt(surface), "Trekk meldingen")
    with pytest.raises(Gone):
        await surface.bot.document(link)


async def test_without_an_address_there_is_no_link(surface: FakeSurface) -> None:
    added = await steps.report(surface)
    surface.bot = Bot(surface.world.database, registry(), surface.clock)
    told = message(await steps.press(surface, "nurse", "avvik.skriv", deviation=str(added)))
    assert told.title.startswith("Det er ingen adresse å hente skjemaet på.")


# --- a unit with nobody on chat ----------------------------------------------------------------------------


async def test_a_unit_with_nobody_on_chat_and_its_reporter_are_offered_the_form(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        person_id = surface.world.people["internist"]
        await session.execute(delete(Account).where(col(Account.person_id) == person_id))
        session.add(
            Account(
                person_id=person_id,
                surface="mail",
                workspace="",
                user_id=str(person_id),
                reach={"person_id": person_id},
                seen_at=datetime(1970, 1, 1, tzinfo=UTC),
            )
        )
    added = await steps.report(surface, "carer", "medical")
    own = await steps.receipt(surface, "carer")
    assert own.text.endswith(
        "Ingen i enheten er på chat. De får en e-post der det er mulig, og du kan sende skjemaet på papir."
    )
    assert labels(own)[-1] == "Skjema til utskrift"
    told = message(await surface.press("carer", own, "Skjema til utskrift"))
    assert told.title == "AVV-2026-0001: skjema til utskrift"
    page = await _page(surface, added)
    assert labels(page) == [
        *("Ta saken", "Svar og avslutt", "Be om opplysninger", "Send videre", "Avvis"),
        "Skjema til utskrift",
    ]
    # Whatever can be pressed on the page is about this one report.
    assert all(button.arguments["deviation"] == str(added) for button in page.buttons_within())


async def _page(surface: FakeSurface, added: int) -> Message:
    """The report as its page shows it, from the link that an e-mail holds."""
    async with surface.world.database.transaction() as session:
        key = f"deviation:{added}:unit:{surface.world.units['medical']}:{surface.world.people['internist']}"
        found = await session.execute(text("SELECT message FROM delivery WHERE key = :key"), {"key": key})
        kept = Message.model_validate_json(found.scalar_one())
    assert kept.page is not None
    assert kept.page.reference == "AVV-2026-0001"
    return await surface.bot.look(Ticket(surface.world.people["internist"], kept.page.action, kept.page.arguments))


async def test_a_unit_with_somebody_on_chat_is_not(surface: FakeSurface) -> None:
    await steps.report(surface, "surgeon", "nursinghome")
    assert "Skjema til utskrift" not in labels(await steps.receipt(surface, "surgeon"))
    assert "Skjema til utskrift" not in labels(await steps.notice(surface, "nurse"))
