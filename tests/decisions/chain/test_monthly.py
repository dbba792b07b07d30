"""Once a month: whose turn it is hears of all that waits for them, and the secretariat where its decisions stand."""

from datetime import UTC, datetime, time, timedelta

import pytest

from handlers.capabilities import registry
from handlers.decisions.chain.monthly import next_month
from handlers.messages.message import Message
from handlers.reminders.laying import relay_person
from handlers.reminders.wishes import Wishes
from storage import deliveries, reminders
from storage.deliveries import Wish
from tests.clock import FixedClock
from tests.decisions import steps as register
from tests.decisions.chain import steps
from tests.decisions.chain.steps import PARTIES, called, told
from tests.deviations.steps import context_of
from tests.owed.steps import owed
from tests.surface import FakeSurface, form, labels, message
from tests.world import World


@pytest.fixture
async def surface(world: World, clock: FixedClock) -> FakeSurface:
    await steps.with_parties(world, clock)
    return FakeSurface(world, clock, registry())


async def monthly(surface: FakeSurface, who: str) -> list[Message]:
    """Also where it is a part of a message with other reminders of that morning."""
    return [found for shown in await surface.inbox(who) if (found := _own(shown)) is not None]


def _own(shown: Message) -> Message | None:
    if "Månedens" in shown.title:
        return shown
    first = next((section for section in shown.sections if "Månedens" in section.title), None)
    if first is None:
        return None
    rest = [section for section in shown.sections if section.part == first.part and section is not first]
    return Message(title=first.title, text=first.text, buttons=first.buttons, sections=tuple(rest))


@pytest.mark.parametrize(
    ("now", "due"),
    [
        # 1 October 2026 is a Thursday; 1 November a Sunday; 1 January a holiday before a weekend.
        (datetime(2026, 9, 15, tzinfo=UTC), datetime(2026, 10, 1, 6, tzinfo=UTC)),
        (datetime(2026, 10, 1, 5, 59, tzinfo=UTC), datetime(2026, 10, 1, 6, tzinfo=UTC)),
        (datetime(2026, 10, 1, 6, tzinfo=UTC), datetime(2026, 11, 2, 7, tzinfo=UTC)),
        (datetime(2026, 12, 31, 12, tzinfo=UTC), datetime(2027, 1, 4, 7, tzinfo=UTC)),
        (datetime(2027, 1, 2, tzinfo=UTC), datetime(2027, 1, 4, 7, tzinfo=UTC)),
    ],
)
def test_the_first_working_day_of_a_month(now: datetime, due: datetime) -> None:
    assert next_month(now) == due


async def test_whose_turn_it_is_hears_once_a_month_of_all_that_waits(surface: FakeSurface) -> None:
    first = await steps.recommended(surface)
    second = await register.decide(surface, "En annen plan", "Partene tilrås å øve.", number=2)
    for entry in (first.entry, second.entry):
        await steps.send(surface, entry, "nordre", "søndre")
    await steps.answer(surface, "søndre", "yes")
    await steps.clock_says(surface, minutes=1)
    assert await monthly(surface, "nordre") == []
    await steps.clock_says(surface, days=31)
    (reminder,) = await monthly(surface, "nordre")
    assert reminder.title == "Månedens påminnelse: 2 saker venter på deg"
    assert [section.title for section in reminder.sections] == [
        f"Tilråding til {called('nordre')}: hva vedtar dere?"
    ] * 2
    assert len(await monthly(surface, "søndre")) == 1
    for _day in range(5):
        await steps.clock_says(surface, days=2)
    assert len(await monthly(surface, "nordre")) == 1
    await steps.clock_says(surface, days=31)
    assert len(await monthly(surface, "nordre")) == 2
    form(await surface.press("nordre", reminder, "Svar på tilrådingen"))


async def test_the_secretariat_gets_one_gathered_status_while_anything_is_open(surface: FakeSurface) -> None:
    decided = await steps.recommended(surface)
    await steps.send(surface, decided.entry, *PARTIES)
    await steps.clock_says(surface, minutes=1)
    await steps.clock_says(surface, days=31)
    (status,) = await monthly(surface, "secretary")
    assert "0 ja, 0 nei, 0 ja med endringer. 4 har ikke svart." in told(status)
    assert f"Neste: {', '.join(map(called, PARTIES))}" in told(status)
    assert labels(status) == ["Alle vedtak på vei", "Minn meg senere", "Se hvor det står"]
    for key in PARTIES:
        await steps.answer(surface, key, "yes")
    await steps.clock_says(surface, days=31)
    assert len(await monthly(surface, "secretary")) == 1


async def test_what_was_asked_a_few_days_ago_is_not_reminded_of(surface: FakeSurface) -> None:
    await steps.clock_says(surface, minutes=1)
    surface.clock.go_to(datetime(2026, 9, 28, 10, tzinfo=UTC))
    decided = await steps.recommended(surface)
    await steps.send(surface, decided.entry, "nordre")
    surface.clock.go_to(datetime(2026, 10, 1, 10, tzinfo=UTC))
    await steps.clock_says(surface, minutes=1)
    assert await monthly(surface, "nordre") == []
    assert len(await monthly(surface, "secretary")) == 1


async def test_a_bot_that_was_down_on_that_day_reminds_when_it_is_back(surface: FakeSurface) -> None:
    decided = await steps.recommended(surface)
    await steps.send(surface, decided.entry, "nordre")
    await steps.clock_says(surface, minutes=1)
    surface.clock.go_to(datetime(2026, 10, 6, 10, tzinfo=UTC))
    await steps.clock_says(surface, minutes=1)
    assert len(await monthly(surface, "nordre")) == 1
    surface.clock.forward(timedelta(days=1))
    await steps.clock_says(surface, minutes=1)
    assert len(await monthly(surface, "nordre")) == 1


async def test_it_is_foreseen_and_comes_when_somebody_wishes(surface: FakeSurface) -> None:
    decided = await steps.recommended(surface)
    await steps.send(surface, decided.entry, "nordre")
    await steps.clock_says(surface, minutes=1)
    surface.clock.go_to(datetime(2026, 10, 1, 6, tzinfo=UTC))
    await steps.clock_says(surface)
    assert len(await monthly(surface, "nordre")) == 1
    surface.clock.go_to(datetime(2026, 10, 25, 12, tzinfo=UTC))
    (day,) = message(await surface.say("nordre", "paminnelser")).sections
    assert (day.title, day.text) == (
        "mandag 2. november 2026",
        "08.00  Månedens påminnelse: 1 sak venter på deg",
    )
    async with surface.world.database.transaction() as session:
        wishes = Wishes(gather_at=time(15)).model_dump(mode="json")
        await reminders.wish(session, surface.world.people["nordre"], wishes, surface.clock.now())
        await relay_person(session, surface.world.people["nordre"], Wishes(gather_at=time(15)), surface.clock.now())
    surface.clock.go_to(datetime(2026, 11, 2, 13, 59, tzinfo=UTC))
    await steps.clock_says(surface)
    assert len(await monthly(surface, "nordre")) == 1
    await steps.clock_says(surface, minutes=1)
    assert len(await monthly(surface, "nordre")) == 2


async def test_what_was_said_before_reminders_were_rows_is_not_said_again(surface: FakeSurface) -> None:
    decided = await steps.recommended(surface)
    await steps.send(surface, decided.entry, "nordre")
    await steps.clock_says(surface, minutes=1)
    surface.clock.go_to(datetime(2026, 10, 1, 6, tzinfo=UTC))
    nordre = surface.world.people["nordre"]
    async with surface.world.database.transaction() as session:
        key = f"chain:month:2026-10:{nordre}"
        wish = Wish(key, "chain:month", nordre, {"title": "Månedens påminnelse"}, surface.clock.now())
        await deliveries.wish(session, [wish])
    await steps.clock_says(surface, minutes=1)
    assert [each.title for each in await monthly(surface, "nordre")] == ["Månedens påminnelse"]
    surface.clock.go_to(datetime(2026, 11, 2, 7, tzinfo=UTC))
    await steps.clock_says(surface)
    assert len(await monthly(surface, "nordre")) == 2


async def test_the_list_shows_what_is_on_its_way_and_leads_to_each(surface: FakeSurface) -> None:
    empty = message(await surface.say("member", "kjede"))
    assert empty.title == "Ingen vedtak er på vei"
    decided = await steps.recommended(surface)
    await steps.send(surface, decided.entry, "nordre")
    for line in ("kjede", "kjede FSU"):
        shown = message(await surface.say("member", line))
        assert shown.title == "1 vedtak er på vei"
        assert "1 har ikke svart." in message(await surface.press("member", shown, "Se hvor det står")).text
    assert message(await surface.say("member", "kjede ukjent")).title.startswith("Jeg kjenner ikke noe utvalg")
    assert message(await surface.say("nurse", "kjede")).title == "Ingen vedtak er på vei"
    assert message(await surface.say("nurse", "kjede FSU")).title.startswith("Bare de som kan lese vedtakene")


async def test_what_waits_for_a_contact_stands_on_their_home(surface: FakeSurface) -> None:
    decided = await steps.recommended(surface)
    await steps.send(surface, decided.entry, "nordre")
    async with surface.world.database.transaction() as session:
        waiting = await registry().home(await context_of(surface, session, "nordre"))
    assert [each.text for each in waiting] == ["1 tilråding venter på svar fra deg"]
    shown = message(
        await surface.bot.press(surface.world.sender("nordre"), waiting[0].button.action, waiting[0].button.arguments)
    )
    assert labels(shown) == ["Svar på tilrådingen"]
    (line,) = await owed(surface, "nordre")
    assert line.what == f"Svar på tilrådingen: {steps.RECOMMENDED}"
    assert list(line.labels) == ["Svar på tilrådingen", "Vis tilrådingene"]
    listed = message(await surface.say("nordre", "frister"))
    assert form(await surface.press("nordre", listed, "Svar på tilrådingen")).title
    await steps.answer(surface, "nordre", "yes")
    assert await owed(surface, "nordre") == []
