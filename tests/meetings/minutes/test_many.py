"""Minutes of many cases, long ones, and titles that a platform could read as something else."""

from handlers.capabilities import registry
from handlers.meetings.minutes import record
from handlers.messages import paging
from handlers.messages.message import Message
from storage import agenda
from storage.tables import AgendaItem, ItemStatus
from tests.cases.test_queue import _counted as counted
from tests.clock import FixedClock
from tests.dialogs.test_every_step import check_message
from tests.meetings.minutes.steps import DURING, begun, in_meeting, press_at, written
from tests.surface import FakeSurface, labels, message
from tests.world import World

NEW = "Ta med 59 nye saker"
HOSTILE = [
    "{{ x }} {% raise %} <b>&amp; <!channel> *fet* [x](http://evil.example)",
    ("A & B <c> og " + "lang tittel " * 20)[:249] + "…",
    '\'; DROP TABLE minutes; -- «sitat» "sitat"',
]


async def fill(surface: FakeSurface, count: int, titles: list[str] | None = None, *, first: int = 1) -> None:
    """So many cases on the agenda of FSU's first meeting, from the `first` on."""
    async with surface.world.database.transaction() as session:
        for number in range(first, count + 1):
            at = surface.clock.now()
            session.add(
                AgendaItem(
                    draft_id=f"many{number}",
                    committee_id=surface.world.committees["fsu"],
                    meeting_id=surface.world.meetings["fsu-1"],
                    proposer_id=surface.world.people["member"],
                    title=titles[number - 1] if titles else f"Sak {number} om " + "felles opplæring " * 12,
                    purpose="Bli enige om en plan",
                    types=["O"],
                    conclusion="Utvalget ber om et forslag.",
                    status=ItemStatus.ACCEPTED,
                    number=f"{number}/2026 (O)",
                    number_year=2026,
                    number_in_year=number,
                    created_at=at,
                    changed_at=at,
                )
            )
    surface.clock.forward(DURING)


async def write_all(surface: FakeSurface, shown: Message) -> None:
    """Something long in each line of this page."""
    for section in shown.sections:
        await written(
            surface,
            shown,
            section.title,
            discussion="Dette ble sagt. " * 180,
            conclusions="Saken tas til orientering.\n" + "Sekretariatet følger opp. " * 40,
            how="agreed",
        )


async def test_sixty_cases_are_shown_page_by_page_on_every_surface(small_world: World, clock: FixedClock) -> None:
    surface = FakeSurface(small_world, clock, registry())
    await fill(surface, 60)
    shown = await begun(surface)
    seen: list[str] = []
    for place in range(8):
        check_message(shown)
        assert len(shown.sections) == (paging.SIZE if place < 7 else 4)
        seen += [section.title for section in shown.sections]
        if place < 7:
            shown = message(await surface.press("secretary", shown, "Neste"))
    assert [title.split()[0] for title in seen] == [f"{number}/2026" for number in range(1, 61)]
    check_message(message(await surface.press("secretary", shown, "Sjekk referatet")))


async def test_long_minutes_are_shown_on_every_surface(small_world: World, clock: FixedClock) -> None:
    surface = FakeSurface(small_world, clock, registry())
    await fill(surface, 8)
    shown = await begun(surface)
    await write_all(surface, shown)
    check_message(message(await surface.say("secretary", "referat FSU")))
    at = message(await press_at(surface, "secretary", shown, shown.sections[0].title, "Se mer"))
    check_message(at)
    check_message(message(await surface.press("secretary", at, "Løft fram en enighet")))


async def test_as_many_statements_for_sixty_cases_as_for_one(world: World, clock: FixedClock) -> None:
    surface = FakeSurface(world, clock, registry())
    await fill(surface, 1)
    shown = await begun(surface)
    await write_all(surface, shown)
    reading, pressing = await statements_of(surface, shown)
    await fill(surface, 60, first=2)
    shown = message(await surface.press("secretary", message(await surface.say("secretary", "referat FSU")), NEW))
    await write_all(surface, shown)
    # The agenda (three), the minutes, what is written (four), the names of chair and minute taker, notes.
    assert reading <= 10
    assert await statements_of(surface, shown) == (reading, pressing)


async def statements_of(surface: FakeSurface, shown: Message) -> tuple[int, int]:
    """How many it takes to read the minutes, and to look at them and at what is to be looked at."""
    async with surface.world.database.reading() as session:
        found = await agenda.meeting(session, surface.world.meetings["fsu-1"])
    assert found is not None
    async with counted(surface) as reading, surface.world.database.reading() as session:
        await record.read(session, *found)
    async with counted(surface) as pressing:
        await surface.say("secretary", "referat FSU")
        await surface.press("secretary", shown, "Sjekk referatet")
    return len(reading), len(pressing)


async def test_titles_that_could_be_read_as_something_else(small_world: World, clock: FixedClock) -> None:
    surface = FakeSurface(small_world, clock, registry())
    await fill(surface, len(HOSTILE), HOSTILE)
    shown = await begun(surface)
    check_message(shown)
    assert [section.title.partition(") ")[2] for section in shown.sections] == HOSTILE
    for title in HOSTILE:
        done = await written(surface, shown, title, discussion=title, conclusions=title, ready="approved")
        check_message(done)
        assert title in done.text
    check_message(message(await surface.press("secretary", shown, "Sjekk referatet")))


async def test_a_case_that_left_the_agenda_after_the_minutes_were_begun_stays_in_them(
    world: World, clock: FixedClock
) -> None:
    surface = await in_meeting(world, clock, "Felles opplæring", "Nye rutiner", standing=False)
    shown = await begun(surface)
    await written(surface, shown, "Felles", conclusions="Saken utsettes til neste møte.", how="postponed")
    clock.forward(-DURING)
    proposal = next(each for each in await surface.inbox("secretary") if "Felles opplæring" in each.title)
    opened = await surface.press("secretary", proposal, "Flytt til et annet møte")
    await surface.submit("secretary", opened, {"meeting": str(world.meetings["fsu-2"])})  # type: ignore[arg-type]
    clock.forward(DURING)
    again = message(await surface.say("secretary", "referat FSU"))
    assert [section.title for section in again.sections] == [
        "1/2026 (O/D) Felles opplæring",
        "2/2026 (O/D) Nye rutiner",
    ]
    assert "Saken utsettes til neste møte." in again.sections[0].text
    assert "Skriv neste: 2/2026 (O/D) Nye rutiner" in labels(again)
