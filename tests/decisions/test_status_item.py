"""What was decided before and is not done stands under the next agenda's status item, by itself."""

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from docx import Document

from handlers.meetings.agenda.lines import status_item
from handlers.messages.message import Message
from storage.tables import Agenda, AgendaItem, FollowUpStatus
from tests.clock import FixedClock
from tests.decisions import cast
from tests.decisions.steps import decide
from tests.meetings.convocation.steps import change, surface_with_links
from tests.meetings.steps import with_standing
from tests.surface import FakeSurface, labels, message
from tests.world import World

ITEM = "Oppfølging av vedtak"
TO_DO = "Lage en felles plan."


@pytest.mark.parametrize(
    ("items", "found"),
    [
        (["Godkjenning av referat", ITEM, "Eventuelt"], ITEM),
        (["Status på vedtak"], "Status på vedtak"),
        (["Status for tidligere vedtak"], "Status for tidligere vedtak"),
        (["Aksjonsliste"], "Aksjonsliste"),
        (["Gjennomgang av aksjonslista"], "Gjennomgang av aksjonslista"),
        (["Oppfylging av vedtak"], "Oppfylging av vedtak"),
        (["Utestående saker", {"title": "Runde rundt bordet", "status": True}, ITEM], "Runde rundt bordet"),
        ([{"title": ITEM, "status": False}], None),
        (["Godkjenning av innkalling", "Vedtak om budsjett", "Statusrapport fra sykehuset", "Eventuelt"], None),
        ([], None),
    ],
)
def test_which_standing_item_it_is(items: list[Any], found: str | None) -> None:
    assert status_item(items) == found


async def before(world: World, clock: FixedClock, *items: Any) -> FakeSurface:
    """The first meeting has decided that something is done; the second one is next, and looks at it."""
    surface = surface_with_links(world, clock)
    await with_standing(world, *(items or (ITEM, "Eventuelt")))
    due = clock.now().date() + timedelta(days=30)
    await decide(
        surface, "Felles opplæring", "Planen vedtas.", to_do=TO_DO, owner_id=world.people["surgeon"], due_on=due
    )
    return surface


async def agenda(surface: FakeSurface, who: str = "secretary") -> Message:
    meeting = {"meeting": str(surface.world.meetings["fsu-2"])}
    return message(await surface.bot.press(surface.world.sender(who), "mote.side", meeting))


async def test_it_stands_on_the_page_of_the_next_meeting_with_a_button_to_mark_it_done(
    world: World, clock: FixedClock
) -> None:
    surface = await before(world, clock)
    page = await agenda(surface, "member")
    (section,) = [each for each in page.sections if each.title == ITEM]
    assert section.text.startswith(f"• {TO_DO} – Eksempel Surgeon, frist 1. oktober 2026. Ikke bekreftet.")
    listed = message(await surface.press("secretary", page, "Gå gjennom dem"))
    assert labels(listed)[:2] == ["Gjort", "Vis oppfølgingen"]
    assert "Gjort" not in labels(message(await surface.press("member", page, "Gå gjennom dem")))
    await surface.press("secretary", listed, "Gjort")
    (section,) = [each for each in (await agenda(surface)).sections if each.title == ITEM]
    assert section.text == "Alt som er vedtatt før, er gjort."


async def test_the_page_that_a_link_opened_shows_all_of_it(world: World, clock: FixedClock) -> None:
    surface = await before(world, clock)
    for number in range(2, 12):
        await decide(surface, f"Sak {number}", "Vedtas.", number=number, to_do=f"Oppgave {number}")
    meeting = {"meeting": str(world.meetings["fsu-2"])}
    linked = replace(world.sender("member"), only=meeting)
    page = message(await surface.bot.press(linked, "mote.side", meeting))
    (section,) = [each for each in page.sections if each.title == ITEM]
    assert (section.text.count("•"), section.buttons) == (11, ())


async def test_an_agenda_without_such_an_item_is_as_before(world: World, clock: FixedClock) -> None:
    surface = await before(world, clock, "Eventuelt")
    assert TO_DO not in repr(await agenda(surface))


async def test_it_stands_in_the_convocation(world: World, clock: FixedClock) -> None:
    surface = await before(world, clock)
    async with world.database.transaction() as session:
        session.add(Agenda(meeting_id=world.meetings["fsu-2"], convened_at=clock.now()))
    meeting = {"meeting": str(world.meetings["fsu-2"])}
    for who, shown in (("member", True), ("observer", True)):
        address = surface.bot.links.file(world.people[who], "innkalling.word", meeting)
        assert address is not None
        file = await surface.bot.document(address.rpartition("/")[2])
        text = "\n".join(
            cell.text for table in Document(io.BytesIO(file.draw())).tables for row in table.rows for cell in row.cells
        )
        assert (f"{TO_DO} – Eksempel Surgeon, frist 1. oktober 2026" in text) is shown


async def test_it_stands_where_the_minutes_are_written(world: World, clock: FixedClock) -> None:
    surface = await before(world, clock)
    clock.forward(timedelta(days=60, minutes=30))
    meeting = {"meeting": str(world.meetings["fsu-2"])}
    shown = message(await surface.bot.press(world.sender("secretary"), "referat.vis", meeting))
    shown = message(await surface.press("secretary", shown, "Begynn på referatet"))
    section = next(each for each in shown.sections if each.title == ITEM)
    more = next(each for each in section.buttons if each.label == "Se mer")
    line = message(await surface.bot.press(world.sender("secretary"), more.action, more.arguments))
    (task,) = [each for each in line.sections if each.title.startswith("Fra før")]
    assert task.text.endswith("Forfalt, ikke bekreftet.")
    await surface.press("secretary", line, "Gjort")
    assert (await cast.task(world, 1)).row.status == FollowUpStatus.DONE
    line = message(await surface.bot.press(world.sender("secretary"), more.action, more.arguments))
    assert not [each for each in line.sections if each.title.startswith("Fra før")]


async def test_a_closed_case_is_not_told_to_observers(world: World, clock: FixedClock) -> None:
    surface = await before(world, clock)
    await change(world, AgendaItem, 1, closed_under="offl. § 13")
    assert TO_DO in repr(await agenda(surface, "member"))
    assert TO_DO not in repr(await agenda(surface, "observer"))
