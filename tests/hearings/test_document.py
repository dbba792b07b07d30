"""All answers in one document, and where it is found: on the page of the meeting and of the case."""

import io
from typing import Any

import docx

from handlers.capability import File
from handlers.errors import BotError, NotAllowed
from handlers.hearings.actions import ANSWERS, Do
from handlers.people.context import Context
from handlers.people.recognising import recognise
from storage.tables import AgendaItem
from tests.hearings import steps
from tests.hearings.steps import answered, asked, seen, started
from tests.meetings.steps import accepted
from tests.surface import FakeSurface, facts, labels, message


async def opened(surface: FakeSurface, who: str, **arguments: Any) -> File | BotError:
    """What comes of the link to the document."""
    world = surface.world
    found = await recognise(world.database, world.sender(who), surface.clock.now())
    assert found is not None
    async with world.database.transaction() as session:
        context = Context(session, found.actor, surface.clock.now())
        document = next(each for each in surface.bot.registry.documents.values() if each.name == ANSWERS)
        try:
            return await document.run(context, {"hearing": "1", **arguments})
        except BotError as error:
            return error


def text_of(file: File | BotError) -> str:
    assert isinstance(file, File), file
    document = docx.Document(io.BytesIO(file.draw()))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


async def _three_answers(surface: FakeSurface, **ask: Any) -> None:
    await started(surface, "nurse", "carer", "clinician", "surgeon", **ask)
    await answered(surface, "nurse", "Vi støtter utkastet.\n\nMen punkt 4 må ut. <b>&</b>")
    await answered(surface, "carer", "Enig med det over.", behalf="Hjemmetjenesten")
    await surface.press("clinician", await asked(surface, "clinician"), "Ingen merknader")


async def test_every_answer_stands_under_its_party_and_who_has_not_answered(surface: FakeSurface) -> None:
    await _three_answers(surface)
    file = await opened(surface, "secretary")
    assert isinstance(file, File)
    assert file.name == "Horingssvar fsu 1.docx"
    said = text_of(file)
    assert said.startswith("Høringssvar\nNy samhandlingsavtale\nUtvalg: Faglig samarbeidsutvalg (FSU)")
    assert "Status: Åpen for svar. 3 av 4 har svart." in said
    assert "https://example.org/utkast" in said
    assert "Men punkt 4 må ut. <b>&</b>" in said
    headings = [line for line in said.split("\n") if line == "Eksempel kommune"]
    assert headings[0] == "Eksempel kommune"
    assert "Eksempel Carer, på vegne av Hjemmetjenesten. Svarte 1. sep. 2026 kl. 10.00." in said
    assert "Ingen merknader. Svarte 1. sep. 2026 kl. 10.00." in said
    assert "Eksempel Surgeon\nEksempel sykehus\nHar ikke svart." in said


async def test_before_anybody_has_written_it_says_so(surface: FakeSurface) -> None:
    await started(surface, "nurse")
    await surface.press("nurse", await asked(surface, "nurse"), "Ingen merknader")
    assert "Ingen har skrevet merknader." in text_of(await opened(surface, "secretary"))


async def test_it_is_the_secretariats_until_it_lies_with_the_case(surface: FakeSurface) -> None:
    await accepted(surface, "Felles opplæring")
    item = await _item(surface)
    await _three_answers(surface, item=str(item))
    meeting = str(surface.world.meetings["fsu-1"])
    for who in ("member", "nurse", "observer"):
        assert isinstance(await opened(surface, who), NotAllowed), who
    page = message(await surface.bot.press(surface.world.sender("member"), "mote.side", {"meeting": meeting}))
    assert "Høring" not in page.model_dump_json()
    shown = await seen(surface)
    done = message(await surface.press("secretary", shown, "Legg svarene ved saken"))
    assert done.text.startswith("Svarene ligger ved saken.")
    assert facts(done)["Lagt ved saken"] == "Ja"
    assert "Legg svarene ved saken" not in labels(done)
    again = message(await surface.bot.press(surface.world.sender("deputy"), Do.ATTACH, {"hearing": "1"}))
    assert again.title == "Svarene ligger allerede ved saken."
    page = message(await surface.bot.press(surface.world.sender("member"), "mote.side", {"meeting": meeting}))
    section = next(each for each in page.sections if each.title == "Høring: Ny samhandlingsavtale")
    assert [each.file.document for each in section.files] == [ANSWERS]
    assert [each.label for each in section.buttons] == []
    for who in ("member", "observer"):
        assert isinstance(await opened(surface, who, meeting=meeting), File), who
    for who in ("nurse", "clinician"):
        assert isinstance(await opened(surface, who), NotAllowed), who
    other = str(surface.world.meetings["fsu-2"])
    assert str(await opened(surface, "member", meeting=other)) == "Høringen finnes ikke lenger."


async def test_the_answers_about_a_closed_case_are_for_whoever_may_see_it(surface: FakeSurface) -> None:
    await accepted(surface, "Felles opplæring")
    item = await _item(surface)
    await _three_answers(surface, item=str(item))
    await surface.press("secretary", await seen(surface), "Legg svarene ved saken")
    async with surface.world.database.transaction() as session:
        (await session.get_one(AgendaItem, item)).closed_under = "offl. § 13"
    assert isinstance(await opened(surface, "observer"), NotAllowed)
    assert isinstance(await opened(surface, "member"), File)
    meeting = str(surface.world.meetings["fsu-1"])
    page = message(await surface.bot.press(surface.world.sender("observer"), "mote.side", {"meeting": meeting}))
    assert "Høring" not in page.model_dump_json()


async def test_a_round_is_started_and_run_from_the_meetings_page(surface: FakeSurface) -> None:
    await accepted(surface, "Felles opplæring")
    meeting = str(surface.world.meetings["fsu-1"])
    sender = surface.world.sender("secretary")
    page = message(await surface.bot.press(sender, "mote.side", {"meeting": meeting}))
    first = await surface.press("secretary", page, "Start en høring")
    chosen = {**steps.ASK, "item": str(await _item(surface)), "committee": str(surface.world.committees["fsu"])}
    to = await surface.submit("secretary", steps.form(first), chosen)
    look = await surface.submit("secretary", steps.form(to), {"persons": [str(surface.world.people["nurse"])]})
    done = message(await surface.submit("secretary", steps.form(look)))
    assert all(button.arguments["meeting"] == meeting for button in done.buttons_within())
    page = message(await surface.bot.press(sender, "mote.side", {"meeting": meeting}))
    shown = message(await surface.press("secretary", page, "Se høringen"))
    assert shown.title == "Høring: Ny samhandlingsavtale"
    for who in ("member", "observer"):
        page = message(await surface.bot.press(surface.world.sender(who), "mote.side", {"meeting": meeting}))
        assert "Start en høring" not in labels(page)


async def test_on_the_page_of_the_case(surface: FakeSurface) -> None:
    await accepted(surface, "Felles opplæring")
    item = str(await _item(surface))
    sender = surface.world.sender("secretary")
    page = message(await surface.bot.press(sender, "vedtak.sak", {"item": item}))
    assert "Start en høring" in labels(page)
    await started(surface, "nurse", item=item)
    page = message(await surface.bot.press(sender, "vedtak.sak", {"item": item}))
    section = next(each for each in page.sections if each.title == "Høring: Ny samhandlingsavtale")
    assert section.text == "Åpen for svar, frist tirsdag 22. september 2026\n0 av 1 har svart"
    shown = message(await surface.press("secretary", page, "Se høringen"))
    assert all(button.arguments["item"] == item for button in shown.buttons_within())


async def _item(surface: FakeSurface) -> int:
    async with surface.world.database.reading() as session:
        return (await session.get_one(AgendaItem, 1)).id
