"""Who is told of changes to an agenda, and when: nobody while it is a draft, and then once."""

from datetime import timedelta

import pytest

from handlers.capabilities import registry
from handlers.capability import Waiting
from handlers.messages.message import Message
from storage import agenda
from storage.tables import Agenda, AgendaItem, Meeting
from tests.clock import FixedClock
from tests.deviations import steps
from tests.meetings.agenda.test_work import on_agenda, on_line, work
from tests.meetings.steps import accepted
from tests.surface import FakeSurface, facts, message
from tests.world import World

BEGIN, READY = "Begynn å arbeide med sakslisten", "Sakslisten for Faglig samarbeidsutvalg (FSU) 21. sep. 2026 er klar"
CHANGED = "Sakslisten for Faglig samarbeidsutvalg (FSU) 21. sep. 2026 er endret"


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(world, clock, registry())


async def told(surface: FakeSurface, who: str = "member") -> list[Message]:
    """What has been said of the agenda to this person, after the clock has done what it does."""
    await surface.worker.do_chores()
    return [shown for shown in await surface.inbox(who) if "Sakslisten for" in shown.title]


async def draft(surface: FakeSurface) -> Message:
    return message(await surface.press("secretary", await work(surface), BEGIN))


async def finish(surface: FakeSurface) -> Message:
    return message(await surface.press("secretary", await work(surface), "Ferdig"))


async def test_what_changed_within_a_draft_is_one_message(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 3)
    shown = await draft(surface)
    assert shown.text == "Kladd: ingen får beskjed om det dere endrer før dere trykker «Ferdig»."
    await on_line(surface, shown, "Sak 3", "Opp")
    surface.clock.forward(timedelta(hours=3))
    assert await told(surface) == []
    done = await finish(surface)
    assert done.sections[0].title == "Sakslisten er ferdig."
    (ready,) = await told(surface)
    assert ready.title == READY
    assert ready.sections[0].text == "1/2026  Sak 1\n3/2026  Sak 3\n2/2026  Sak 2"
    assert message(await surface.press("member", ready, "Vis møtet")).title.endswith("møtet 21. sep. 2026")
    # Whoever finished it knows.
    assert await told(surface, "secretary") == []
    assert len(await told(surface, "deputy")) == 1

    shown = await draft(surface)
    await on_line(surface, shown, "Sak 2", "Til topps")
    await accepted(surface, "Ny sak")
    surface.clock.forward(timedelta(hours=3))
    assert len(await told(surface)) == 1
    await finish(surface)
    _ready, changed = await told(surface)
    assert changed.title == CHANGED
    assert facts(changed)["Nytt"] == "1/2026 (O/D) Ny sak"
    assert facts(changed)["Flyttet"] == "2/2026 Sak 2: står nå først"


async def test_a_draft_in_which_nothing_changed_tells_nobody(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 2)
    await draft(surface)
    await finish(surface)
    await draft(surface)
    shown = message(await on_line(surface, await work(surface), "Sak 2", "Opp"))
    await on_line(surface, shown, "Sak 2", "Ned")
    done = await finish(surface)
    assert done.sections[0].text == (
        "Ingenting er endret siden medlemmene sist fikk beskjed, så ingen får noen melding."
    )
    assert len(await told(surface)) == 1


async def test_beginning_and_finishing_twice_is_as_once(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 2)
    page = await work(surface)
    begun = message(await surface.press("secretary", page, BEGIN))
    again = message(await surface.press("secretary", page, BEGIN))
    assert again.sections[0].title == begun.sections[0].title
    open_page = await work(surface)
    await surface.press("secretary", open_page, "Ferdig")
    twice = message(await surface.press("secretary", open_page, "Ferdig"))
    assert twice.sections[0].title == "Sakslisten er ingen kladd nå."
    assert len(await told(surface)) == 1


async def test_a_draft_says_so_to_the_members_and_waits_for_the_secretariat(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 2)
    await draft(surface)
    page = message(await surface.say("member", "saksliste"))
    assert facts(page)["Kladd"] == "Sekretariatet arbeider med sakslisten, så den kan bli endret."
    (waits,) = await waiting_for(surface, "deputy")
    assert waits.text.endswith("er en kladd siden 1. sep. 2026, og medlemmene får ikke beskjed")
    shown = await surface.bot.press(surface.world.sender("deputy"), waits.button.action, waits.button.arguments)
    assert message(shown).title.startswith("Sakslisten for")
    assert await waiting_for(surface, "member") == []
    await finish(surface)
    assert await waiting_for(surface, "deputy") == []


async def waiting_for(surface: FakeSurface, who: str) -> list[Waiting]:
    async with surface.world.database.transaction() as session:
        found = await surface.bot.registry.home(await steps.context_of(surface, session, who))
    return [waiting for waiting in found if waiting.button.action.startswith("saksliste")]


async def test_without_a_draft_changes_are_gathered(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 4)
    await draft(surface)
    await finish(surface)
    assert len(await told(surface)) == 1
    shown = await work(surface)
    for _press in range(3):
        shown = message(await on_line(surface, shown, "Sak 4", "Opp"))
        surface.clock.forward(timedelta(minutes=4))
        assert len(await told(surface)) == 1
    surface.clock.forward(timedelta(minutes=11))
    _ready, changed = await told(surface)
    assert (changed.title, facts(changed)["Flyttet"]) == (CHANGED, "4/2026 Sak 4: står nå først")
    surface.clock.forward(timedelta(hours=1))
    assert len(await told(surface)) == 2


async def test_a_case_that_is_accepted_withdrawn_or_moved_counts_as_much(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 2)
    await draft(surface)
    await finish(surface)
    await told(surface)
    await accepted(surface, "Ny sak")
    async with surface.world.database.transaction() as session:
        item = await session.get_one(AgendaItem, 1)
        item.meeting_id = surface.world.meetings["fsu-2"]
    await told(surface)
    surface.clock.forward(timedelta(minutes=11))
    _ready, changed = await told(surface)
    assert (facts(changed)["Nytt"], facts(changed)["Utgår"]) == ("1/2026 (O/D) Ny sak", "1/2026 Sak 1")


async def test_an_agenda_that_nobody_was_told_of_is_changed_in_silence(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 2)
    await on_line(surface, await work(surface), "Sak 2", "Opp")
    surface.clock.forward(timedelta(hours=1))
    assert await told(surface) == []


async def test_after_the_convocation_the_differences_are_the_convocations(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 2)
    await draft(surface)
    await finish(surface)
    await told(surface)
    async with surface.world.database.transaction() as session:
        row = await agenda.locked(session, surface.world.meetings["fsu-1"])
        row.convened, row.convened_at = row.told, surface.clock.now()
    await on_line(surface, await work(surface), "Sak 2", "Opp")
    await told(surface)
    surface.clock.forward(timedelta(minutes=11))
    assert [shown.title for shown in await told(surface)] == [READY]
    await draft(surface)
    done = await finish(surface)
    assert done.sections[0].text == "Det som er endret siden innkallingen, går ut til dem som fikk den."


async def test_a_cancelled_meeting_has_no_news_of_its_agenda(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 2)
    await draft(surface)
    await finish(surface)
    await on_line(surface, await work(surface), "Sak 2", "Opp")
    await told(surface)
    async with surface.world.database.transaction() as session:
        meeting = await session.get_one(Meeting, surface.world.meetings["fsu-1"])
        meeting.cancelled_at = surface.clock.now()
    surface.clock.forward(timedelta(minutes=11))
    assert len(await told(surface)) == 1


async def test_changed_just_before_the_meeting_it_is_told_at_once(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 2)
    await draft(surface)
    await finish(surface)
    await told(surface)
    surface.clock.forward(timedelta(days=20) - timedelta(minutes=5))
    await on_line(surface, await work(surface), "Sak 2", "Opp")
    assert CHANGED in [shown.title for shown in await told(surface)]


async def test_the_proposer_hears_at_once_also_within_a_draft(surface: FakeSurface) -> None:
    await draft(surface)
    await accepted(surface, "Min egen sak")
    surface.clock.forward(timedelta(minutes=2))
    titles = [shown.title for shown in await surface.inbox("member")]
    assert "Saken din er satt på sakslisten: Min egen sak" in titles
    async with surface.world.database.reading() as session:
        row = await agenda.agenda(session, surface.world.meetings["fsu-1"])
        assert isinstance(row, Agenda)
        assert row.told is None


async def test_an_observer_is_not_told_what_closed_cases_are_about(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 2)
    async with surface.world.database.transaction() as session:
        item = await session.get_one(AgendaItem, 2)
        item.closed_under = "offl. § 13"
    await draft(surface)
    await finish(surface)
    (ready,), (members,) = await told(surface, "observer"), await told(surface)
    assert ready.sections[0].text == "1/2026  Sak 1\n2/2026  Unntatt offentlighet (offl. § 13)"
    assert members.sections[0].text == "1/2026  Sak 1\n2/2026  Sak 2 (unntatt offentlighet)"
    surface.clock.forward(timedelta(hours=1))
    await draft(surface)
    await on_line(surface, await work(surface), "Sak 2", "Opp")
    await finish(surface)
    changed = (await told(surface, "observer"))[-1]
    assert facts(changed)["Flyttet"].startswith("2/2026 Sak unntatt offentlighet")
    assert "Sak 2" not in str(changed)
    assert facts((await told(surface))[-1])["Flyttet"] == "2/2026 Sak 2: står nå først"
