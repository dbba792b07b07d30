"""What the secretariat writes on an agenda: lines, breaks and times; what is handled together; what is left out."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from handlers.capabilities import registry
from handlers.dialogs.dialog import Form
from handlers.meetings import at_hand
from handlers.meetings.agenda import changing, lines
from handlers.messages.message import Message
from storage.statements import table
from storage.tables import AgendaItem, AgendaSlot, Meeting
from tests.clock import FixedClock
from tests.deviations import steps
from tests.meetings.agenda.test_work import STANDING, labels_of, on_agenda, on_line, order_of, work
from tests.meetings.steps import read, titles, with_standing
from tests.surface import FakeSurface, errors, facts, form, labels, message, values
from tests.world import World


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(world, clock, registry())


async def opened(surface: FakeSurface, title: str, who: str = "secretary") -> Message:
    return message(await on_line(surface, await work(surface, who), title, "Mer", who))


async def a_form(surface: FakeSurface, title: str, label: str, who: str = "secretary") -> Form:
    return form(await on_line(surface, await opened(surface, title, who), title, label, who))


async def written(surface: FakeSurface, label: str = "Ny linje", **what: Any) -> Message:
    shown = form(await surface.press("secretary", await work(surface), label))
    return message(await surface.submit("secretary", shown, what))


async def test_a_line_of_our_own(surface: FakeSurface) -> None:
    await with_standing(surface.world, *STANDING)
    await on_agenda(surface.world, 2)
    done = await written(surface, title="Omvisning på akuttmottaket", responsible="Eksempel Vert", minutes="halvtime")
    assert done.sections[0].title == "Lagt til: Omvisning på akuttmottaket"
    # Where nobody says otherwise it stands after the cases.
    assert titles(await read(surface.world)) == [
        STANDING[0],
        "Sak 1",
        "Sak 2",
        "Omvisning på akuttmottaket",
        STANDING[1],
    ]
    assert "10.00  Omvisning" not in order_of(done)[3]
    assert order_of(done)[3].endswith("Omvisning på akuttmottaket · Eksempel Vert · 30 min")
    shown = await a_form(surface, "Omvisning", "Endre")
    assert values(shown)["responsible"] == "Eksempel Vert"
    done = message(await surface.submit("secretary", shown, {"title": "Omvisning", "minutes": "", "responsible": ""}))
    assert order_of(done)[3] == "Omvisning"
    removed = message(await on_line(surface, await opened(surface, "Omvisning"), "Omvisning", "Ta bort"))
    assert removed.sections[0].title == "Tatt bort: Omvisning"
    assert titles(await read(surface.world)) == [STANDING[0], "Sak 1", "Sak 2", STANDING[1]]


async def test_a_break_and_times(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 3, minutes=60)
    assert facts(await work(surface))["Tid på sakslisten"] == "3 t av 3 t – akkurat nok"
    done = await written(surface, "Ny pause", place="c1")
    assert facts(done)["Tid på sakslisten"] == "3 t 15 min av 3 t – 15 min over"
    assert order_of(done) == [
        "10.00  1/2026  Sak 1 · 1 t",
        "11.00  Pause · 15 min",
        "11.15  2/2026  Sak 2 · 1 t",
        "12.15  3/2026  Sak 3 · 1 t",
    ]
    done = message(await surface.submit("secretary", await a_form(surface, "Sak 2", "Endre tid"), {"minutes": "10"}))
    assert facts(done)["Tid på sakslisten"] == "2 t 25 min av 3 t – 35 min igjen"
    # Without one of its own it has the time that was asked for.
    done = message(await surface.submit("secretary", await a_form(surface, "Sak 2", "Endre tid"), {"minutes": ""}))
    assert order_of(done)[2] == "11.15  2/2026  Sak 2 · 1 t"
    page = message(await surface.say("member", "saksliste"))
    assert facts(page)["Tid på sakslisten"] == "3 t 15 min av 3 t – 15 min over"


async def test_a_fixed_time(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 2, minutes=60)
    shown = await a_form(surface, "Sak 2", "Endre tid")
    again = form(await surface.submit("secretary", shown, {"starts_at": "09:00"}))
    assert errors(again) == {"starts_at": "Møtet er kl. 10.00–13.00. Velg et klokkeslett i møtet."}
    done = message(await surface.submit("secretary", again, {"starts_at": "12:30"}))
    assert order_of(done)[1] == "12.30  2/2026  Sak 2 · 1 t"
    # It adds up: what stands empty before the fixed time is told of.
    assert facts(done)["Tid på sakslisten"] == (
        "2 t av 3 t – 30 min over, medregnet 1 t 30 min som ikke er satt av til noe"
    )
    done = message(
        await surface.submit("secretary", await a_form(surface, "Sak 2", "Endre tid"), {"starts_at": "10:30"})
    )
    section = next(each for each in done.sections[1:] if "Sak 2" in each.title)
    assert section.text == "Det som står foran, trenger 30 min mer enn det er tid til."


async def test_a_meeting_that_passes_midnight(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 2, minutes=60)
    async with surface.world.database.transaction() as session:
        meeting = await session.get_one(Meeting, surface.world.meetings["fsu-1"])
        meeting.starts_at += timedelta(hours=13)
        meeting.ends_at += timedelta(hours=13)
    done = message(
        await surface.submit("secretary", await a_form(surface, "Sak 2", "Endre tid"), {"starts_at": "00:30"})
    )
    assert order_of(done) == ["23.00  1/2026  Sak 1 · 1 t", "00.30  2/2026  Sak 2 · 1 t"]


@pytest.mark.parametrize("minutes", ["0", "500", "-5", "lenge"])
async def test_a_time_that_is_none(surface: FakeSurface, minutes: str) -> None:
    shown = form(await surface.press("secretary", await work(surface), "Ny linje"))
    again = form(await surface.submit("secretary", shown, {"title": "Omvisning", "minutes": minutes}))
    assert "minutes" in errors(again)
    assert values(again)["title"] == "Omvisning"
    assert titles(await read(surface.world)) == []


async def test_together_and_apart_again(surface: FakeSurface) -> None:
    await with_standing(surface.world, *STANDING)
    await on_agenda(surface.world, 3, minutes=30)
    shown = await a_form(surface, "Sak 3", "Slå sammen med …")
    done = message(await surface.submit("secretary", shown, {"other": "c1"}))
    assert done.sections[0].title == "Behandles sammen: 3/2026  Sak 3 og 1/2026  Sak 1"
    assert titles(await read(surface.world)) == [STANDING[0], "Sak 1", "Sak 3", "Sak 2", STANDING[1]]
    group = next(each for each in done.sections if "Sak 1" in each.title and each.text)
    assert group.text == "↳ 3/2026  Sak 3 (sammenfallende)"
    # Its time is set off once.
    assert (await read(surface.world)).minutes == 60
    page = message(await surface.say("member", "saksliste"))
    assert "↳ 3/2026  Sak 3 (sammenfallende)" in page.sections[0].text
    # It moves as one.
    await on_line(surface, await work(surface), "Sak 1", "Ned")
    assert titles(await read(surface.world))[1:4] == ["Sak 2", "Sak 1", "Sak 3"]
    apart = message(await on_line(surface, await opened(surface, "Sak 1"), "Sak 1", "Ta fra hverandre"))
    assert apart.sections[0].title == "Behandles hver for seg igjen: 1/2026  Sak 1"
    assert (await read(surface.world)).minutes == 90


async def test_three_together_stay_together_when_the_first_leaves(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 4)
    for other in ("Sak 2", "Sak 3"):
        await surface.submit("secretary", await a_form(surface, other, "Slå sammen med …"), {"other": "c1"})
    # A group joined to another goes whole.
    await surface.submit("secretary", await a_form(surface, "Sak 1", "Slå sammen med …"), {"other": "c4"})
    (group,) = (await read(surface.world)).groups()
    assert [line.title for line in group.lines] == ["Sak 4", "Sak 1", "Sak 2", "Sak 3"]
    leads = group.leads.case
    assert leads is not None
    async with surface.world.database.transaction() as session:
        item = await session.merge(leads.item)
        item.meeting_id = surface.world.meetings["fsu-2"]
    (group,) = (await read(surface.world)).groups()
    assert [line.title for line in group.lines] == ["Sak 1", "Sak 2", "Sak 3"]


async def test_a_standing_item_is_left_out_of_one_meeting_and_put_back(surface: FakeSurface) -> None:
    await with_standing(surface.world, *STANDING)
    await on_agenda(surface.world, 1)
    done = message(await on_line(surface, await opened(surface, STANDING[0]), STANDING[0], "Ta ut av dette møtet"))
    assert titles(await read(surface.world)) == ["Sak 1", STANDING[1]]
    assert titles(await read(surface.world, "fsu-2")) == list(STANDING)
    assert f"Ta inn igjen: {STANDING[0]}" in labels(done)
    back = message(await surface.press("secretary", done, f"Ta inn igjen: {STANDING[0]}"))
    assert titles(await read(surface.world)) == [STANDING[0], "Sak 1", STANDING[1]]
    assert f"Ta inn igjen: {STANDING[0]}" not in labels(back)


async def test_what_can_be_done_with_each_kind_of_line(surface: FakeSurface) -> None:
    await with_standing(surface.world, STANDING[0])
    await on_agenda(surface.world, 1)
    await written(surface, title="Omvisning")
    await written(surface, "Ny pause", place="first")
    for title, wanted in {
        "Pause": ["Endre", "Ta bort"],
        "Omvisning": ["Endre", "Slå sammen med …", "Ta bort"],
        "Sak 1": ["Endre tid", "Slå sammen med …", "Vis saken"],
        STANDING[0]: ["Endre tid", "Slå sammen med …", "Ta ut av dette møtet"],
    }.items():
        section = next(each for each in (await opened(surface, title)).sections if title in each.title)
        assert [each for each in labels_of(section) if each not in ("Opp", "Ned", "Til topps", "Mindre")] == wanted


async def test_two_who_change_the_same_line(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 2)
    first, second = await a_form(surface, "Sak 1", "Endre tid"), await a_form(surface, "Sak 1", "Endre tid", "deputy")
    other = await a_form(surface, "Sak 2", "Endre tid", "deputy")
    await surface.submit("secretary", first, {"minutes": "20"})
    late = message(await surface.submit("deputy", second, {"minutes": "40"}))
    assert late.title.startswith("Noen har endret «Sak 1» mens du skrev")
    # What they wrote is there to be copied.
    assert facts(late) == {"Minutter": "40"}
    assert message(await surface.press("deputy", late, "Vis sakslisten")).title.startswith("Sakslisten for")
    # Another line is another matter.
    done = message(await surface.submit("deputy", other, {"minutes": "30"}))
    assert facts(done)["Tid på sakslisten"].startswith("50 min av 3 t")


async def test_a_form_that_is_sent_twice_writes_one_line(surface: FakeSurface) -> None:
    shown = form(await surface.press("secretary", await work(surface), "Ny linje"))
    for _time in range(2):
        await surface.submit("secretary", shown, {"title": "Omvisning"})
    assert titles(await read(surface.world)) == ["Omvisning"]


async def test_a_form_that_is_open_when_the_meeting_begins_closes(surface: FakeSurface) -> None:
    surface.clock.forward(timedelta(days=20) - timedelta(minutes=1))
    shown = form(await surface.press("secretary", await work(surface), "Ny linje"))
    surface.clock.forward(timedelta(minutes=2))
    late = message(await surface.submit("secretary", shown, {"title": "Omvisning"}))
    assert late.title.startswith("Møtet har begynt eller er holdt")
    assert facts(late)["Tittel"] == "Omvisning"


async def test_whoever_is_no_secretary_any_more_cannot_save(surface: FakeSurface) -> None:
    for label in ("Ny linje", "Ny pause"):
        button = next(each for each in (await work(surface)).buttons if each.label == label)
        refused = message(await surface.bot.press(surface.world.sender("member"), button.action, button.arguments))
        assert "Bare sekretariatet" in refused.title


async def test_who_waited_sees_what_the_one_before_them_wrote(surface: FakeSurface) -> None:
    """A form has read the agenda before it waits for it: what it holds then is as it stands, not as it was read."""
    await on_agenda(surface.world, 2)
    await on_line(surface, await work(surface), "Sak 2", "Opp")
    arguments = {"meeting": str(surface.world.meetings["fsu-1"])}
    async with surface.world.database.transaction() as session:
        context = await steps.context_of(surface, session, "secretary")
        before = await lines.read(session, *await at_hand.to_prepare(context, arguments))
        assert titles(before) == ["Sak 2", "Sak 1"]
        # Past what the session has read, as another process does it.
        for number, position in ((1, 0), (2, 1)):
            await session.execute(
                update(table(AgendaSlot)).where(table(AgendaSlot).c.item_id == number).values(position=position)
            )
        await session.execute(update(table(AgendaItem)).where(table(AgendaItem).c.id == 1).values(title="Ny tittel"))
        held = await changing.hold(context, arguments)
        assert titles(held) == ["Ny tittel", "Sak 2"]
        assert [line.slot.position for line in held.lines if line.slot] == [0, 1]
