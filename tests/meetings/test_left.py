"""Whoever has said that they come and then leaves the committee: the meeting is theirs no more, wherever it is told of.
And what those who only may propose cases to a committee are told of its meetings."""

from datetime import timedelta

import pytest
from sqlalchemy import delete
from sqlmodel import col

from handlers.people.roles import Role
from storage.tables import Attendance, Committee, Meeting, Membership
from tests.clock import FixedClock
from tests.meetings.convocation import steps
from tests.surface import FakeSurface, form, message
from tests.world import World

LINK, WHY = "https://motes.example.org/rom", "Møteleder er forhindret"
REMINDED = "Påminnelse: møte i Faglig samarbeidsutvalg (FSU) 22. sep. 2026"


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return steps.surface_with_links(world, clock)


async def _said(surface: FakeSurface, who: str) -> list[str]:
    return [shown.title for shown in await surface.inbox(who)]


async def _moved(surface: FakeSurface, by: timedelta) -> None:
    """As the secretariat does it, with a reason and a link."""
    meeting = {"meeting": str(surface.world.meetings["fsu-1"])}
    opened = form(await surface.bot.press(surface.world.sender("secretary"), "motetid.flytt", meeting))
    async with surface.world.database.reading() as session:
        day = (await session.get_one(Meeting, int(meeting["meeting"]))).starts_at + by
    values = {"day": str(day.date()), "join_url": LINK, "reason": WHY}
    look = form(await surface.submit("secretary", opened, values))
    message(await surface.submit("secretary", look))


async def test_who_has_said_that_they_come_and_leaves_hears_of_it_no_more(surface: FakeSurface) -> None:
    world, fsu = surface.world, surface.world.meetings["fsu-1"]
    await steps.put(world, "Felles rutine", proposer_id=world.people["secretary"])
    await steps.sent(surface)
    for who in ("member", "colleague"):
        await surface.bot.press(world.sender(who), "oppmote.kommer", {"meeting": str(fsu)})
    async with world.database.transaction() as session:
        await session.execute(delete(Membership).where(col(Membership.person_id) == world.people["member"]))
        # Who was asked without a role in the committee goes on being asked.
        session.add(Attendance(meeting_id=fsu, person_id=world.people["carer"], capacity=Role.GUEST))
    await surface.worker.do_chores()
    surface.clock.forward(timedelta(days=1))
    await _moved(surface, timedelta(days=1))
    await surface.worker.do_chores()
    assert not any("flyttet" in each for each in await _said(surface, "member"))
    assert any("flyttet" in each for each in await _said(surface, "carer"))
    assert message(await surface.say("member", "frister")).title == "Du har ingen frister"
    surface.clock.forward(timedelta(days=19, hours=3))
    await surface.worker.do_chores()
    told = {who: REMINDED in await _said(surface, who) for who in ("member", "colleague", "carer")}
    assert told == {"member": False, "colleague": True, "carer": True}


async def test_how_one_joins_a_meeting_is_told_to_those_it_is_for(surface: FakeSurface) -> None:
    """A committee that takes cases from everyone shows its agenda to everyone, and not the way into the room."""
    world = surface.world
    meeting = {"meeting": str(world.meetings["fsu-1"])}
    await steps.change(world, Committee, world.committees["fsu"], proposals_from="everyone")
    await steps.put(world, "Felles rutine", presenter_ids=[world.people["surgeon"]])
    await _moved(surface, timedelta(days=1))
    shown = {}
    for who in ("member", "observer", "surgeon", "clinician"):
        page = message(await surface.bot.press(world.sender(who), "mote.side", meeting)).model_dump_json()
        listed = message(await surface.say(who, "mote")).model_dump_json()
        shown[who] = (LINK in page, WHY in page, LINK in listed)
    assert shown == {
        "member": (True, True, True),
        "observer": (True, True, True),
        # They come for a case, and are told in their invitation.
        "surgeon": (True, True, False),
        "clinician": (False, False, False),
    }
