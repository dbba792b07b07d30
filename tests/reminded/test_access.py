"""What is one's own: reminders, deadlines and calendar addresses. Each action about these, and each word after `/mote`,
by those whom it is not for."""

from collections.abc import Mapping

import pytest
from sqlalchemy import select
from sqlmodel import col

from handlers.capabilities import registry
from handlers.dialogs.dialog import Form
from handlers.messages.message import Message
from storage.tables import CalendarFeed, Reminder
from tests.clock import FixedClock
from tests.meetings.convocation.steps import surface_with_links
from tests.reminded.test_mine import tick
from tests.surface import FakeSurface, message
from tests.world import World

OWN: Mapping[str, set[str]] = {
    "kalender": {"kalender.vis", "kalender.lag", "kalender.slett"},
    "frister": {"frister.vis"},
    "paminnelser": {"paminnelser.vis", "paminnelser.endre", "paminnelser.pause", "paminnelser.fortsett"},
}
"""They go by who presses, and by nothing that is sent with it."""
OF_ONE = {"paminnelser.senere", "paminnelser.utsett"}
"""They are about one reminder."""


@pytest.fixture
async def surface(small_world: World, clock: FixedClock) -> FakeSurface:
    surface = surface_with_links(small_world, clock)
    await tick(surface)
    return surface


def test_everything_that_is_ones_own_has_its_row() -> None:
    rooms = {each.name: each for each in registry().capabilities}
    for name, own in OWN.items():
        room = rooms[name]
        assert {str(each.name) for each in room.actions} == own | (OF_ONE if name == "paminnelser" else set())
        assert (room.documents, room.intakes) == ((), ())
        # A page that is about one thing has nothing of it.
        assert {str(each.name) for each in room.actions if each.whole} == own


async def _of(surface: FakeSurface, who: str) -> list[tuple[int, str]]:
    async with surface.world.database.reading() as session:
        mine = col(Reminder.person_id) == surface.world.people[who]
        rows = await session.execute(select(Reminder.id, Reminder.status).where(mine).order_by(col(Reminder.id)))  # type: ignore[call-overload]
        return [(row[0], row[1]) for row in rows]


async def test_nobody_sees_or_does_anything_of_anothers(surface: FakeSurface) -> None:
    """Whatever the arguments say whose it is."""
    world = surface.world
    await surface.bot.press(world.sender("member"), "kalender.lag", {})
    theirs = await _of(surface, "member")
    assert (bool(theirs), await _of(surface, "clinician")) == (True, [])
    claimed = {
        "person": str(world.people["member"]),
        "person_id": str(world.people["member"]),
        "reminder": str(theirs[0][0]),
        "later": "morgen",
    }
    titles = {}
    for action in sorted({*OF_ONE, *(each for own in OWN.values() for each in own)}):
        reply = await surface.bot.press(world.sender("clinician"), action, claimed)
        assert reply is not None
        assert "FSU" not in str(reply), action
        titles[action] = reply.title
    assert {titles[each] for each in OF_ONE} == {"Påminnelsen er ikke her lenger."}
    assert titles["kalender.slett"] == "Kalenderadressen er slettet", "the one that they had just made"
    assert await _of(surface, "member") == theirs
    async with world.database.reading() as session:
        assert list(await session.scalars(select(col(CalendarFeed.person_id)))) == [world.people["member"]]


async def test_words_that_plan_meetings_lead_whoever_plans_none_to_no_form(surface: FakeSurface) -> None:
    for words in ("ny", "flytt FSU", "avlys FSU", "likevel FSU", "finn FSU", "plan 2027"):
        for who in ("member", "observer", "clinician"):
            reply = await surface.say(who, f"mote {words}")
            assert isinstance(reply, Message), (words, who)
            told = {button.action for part in (reply, *reply.sections) for button in part.buttons}
            planning = ("motetid.", "moteplan.skriv", "moteplan.fil", "moteplan.lagre", "datovalg.ny")
            assert not [each for each in told if each.startswith(planning)], (words, who)
    assert isinstance(await surface.say("secretary", "mote ny"), Form)
    assert message(await surface.say("secretary", "mote plan 2027")).buttons
