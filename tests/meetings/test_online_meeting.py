"""Where a meeting is joined online: whatever tells of it to those who come has the link, to be opened and in words."""

import pytest
from sqlalchemy import update
from sqlmodel import col

from bot.slack.blocks import message_blocks
from bot.teams.cards import message_card
from handlers.capabilities import registry
from handlers.messages.message import Link, Message
from storage.tables import Meeting
from tests.clock import FixedClock
from tests.meetings.agenda.test_told import draft, finish, told
from tests.meetings.agenda.test_work import on_agenda
from tests.meetings.attendance.steps import marking, newest, remind, sends
from tests.surface import FakeSurface, facts, message
from tests.teams.client import parts
from tests.world import World

URL = "https://meet.example.org/fsu?pwd=abc"
LINK = Link(label="Bli med på nettmøtet", url=URL)


@pytest.fixture
async def surface(small_world: World, clock: FixedClock) -> FakeSurface:
    async with small_world.database.transaction() as session:
        mine = col(Meeting.id) == small_world.meetings["fsu-1"]
        await session.execute(update(Meeting).where(mine).values(join_url=URL))
    return FakeSurface(small_world, clock, registry())


def leads_there(shown: Message) -> bool:
    """In words and as a link, on a card and in blocks too."""
    card = [part for part in parts(message_card(shown)) if part["type"] == "Action.OpenUrl"]
    assert [(each["title"], each["url"]) for each in card] == [(LINK.label, URL)] * len(shown.links)
    assert all(URL in str(message_blocks(shown)) for _link in shown.links)
    return facts(shown).get("Nettmøte") == URL and LINK in shown.links


async def test_the_reminder_and_the_answer_have_it(surface: FakeSurface) -> None:
    await remind(surface)
    reminder = await newest(surface, "member", "Påminnelse")
    assert leads_there(reminder)
    coming = message(await surface.press("member", reminder, "Kommer"))
    assert leads_there(coming)
    form = await surface.press("member", coming, "Forfall")
    away = message(await surface.submit("member", form))  # type: ignore[arg-type]
    assert not leads_there(away)


async def test_whoever_has_not_answered_and_is_asked_again_has_it(surface: FakeSurface) -> None:
    page = await marking(surface)
    await surface.press("secretary", page, "Minn dem som ikke har svart")
    assert leads_there(await newest(surface, "member", "Kommer du"))


async def test_a_substitute_who_is_asked_to_come_has_it(surface: FakeSurface) -> None:
    await sends(surface, "member", "clinician")
    assert leads_there(await newest(surface, "clinician", "Kan du møte for"))


async def test_whoever_is_told_of_the_agenda_has_it(surface: FakeSurface) -> None:
    await on_agenda(surface.world, 1)
    await draft(surface)
    await finish(surface)
    (ready,) = await told(surface)
    assert leads_there(ready)


async def test_a_home_has_it_for_those_of_the_committee(surface: FakeSurface) -> None:
    (mine,) = [each for each in message(await surface.say("member", "hjem")).sections if each.title == "Kommende møter"]
    assert [each.url for each in mine.links] == [URL]
    assert mine.links[0].label.startswith("Bli med på nettmøtet: Faglig samarbeidsutvalg")
    assert URL in str(mine.facts)
    for section in message(await surface.say("clinician", "hjem")).sections:
        assert URL not in str(section)


async def test_the_list_of_meetings_has_it_for_those_of_the_committee(surface: FakeSurface) -> None:
    (fsu, *_later) = message(await surface.say("member", "mote")).sections
    assert (fsu.links, facts(fsu)["Nettmøte"]) == ((LINK,), URL)
    for section in message(await surface.say("clinician", "mote")).sections:
        assert section.links == ()
