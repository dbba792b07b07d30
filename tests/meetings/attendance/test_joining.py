"""Somebody turns out to be somebody else, and both were written down at the same meeting."""

import pytest

from handlers import admission
from handlers.capabilities import registry
from handlers.people.roles import Role
from storage.tables import Answer, Person
from tests.clock import FixedClock
from tests.meetings.attendance.steps import (
    at_roll,
    begin,
    comes,
    marking,
    newest,
    page,
    press_for,
    roll_of,
    seat,
    sends,
)
from tests.meetings.attendance.test_disqualifying import disqualify
from tests.meetings.steps import accepted
from tests.surface import FakeSurface, facts, form, message
from tests.world import World


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(world, clock, registry())


async def join(surface: FakeSurface, old: str, new: str) -> None:
    async with surface.world.database.transaction() as session:
        was = await session.get_one(Person, surface.world.people[old])
        now = await session.get_one(Person, surface.world.people[new])
        await admission.join(session, was, now, surface.clock.now())


async def test_both_were_written_down_and_what_says_something_stays(surface: FakeSurface) -> None:
    await seat(surface.world, "nurse", Role.OBSERVER)
    await sends(surface, "member", "clinician")
    await surface.press("clinician", await newest(surface, "clinician"), "Kommer")
    await begin(surface)
    await press_for(surface, await marking(surface), "Eksempel Nurse", "Kom")
    await join(surface, "clinician", "nurse")
    nurse = await at_roll(surface.world, "nurse")
    # Both said something: what was written of the one they are stays.
    assert (nurse.present, nurse.capacity) == (True, Role.OBSERVER)


async def test_what_the_other_id_answered_is_theirs(surface: FakeSurface) -> None:
    await sends(surface, "member", "clinician")
    await sends(surface, "colleague", "surgeon")
    await surface.press("clinician", await newest(surface, "clinician"), "Kommer")
    await join(surface, "clinician", "surgeon")
    surgeon = await at_roll(surface.world, "surgeon")
    assert (surgeon.answer, surgeon.stands_in_for) == (Answer.COMING, "Eksempel Member")
    roll = await roll_of(surface.world)
    assert len(roll.voters(roll.announced)) == 1


async def test_a_member_who_was_their_own_substitute_stands_in_for_nobody(surface: FakeSurface) -> None:
    await sends(surface, "member", "clinician")
    await join(surface, "clinician", "member")
    member = await at_roll(surface.world, "member")
    assert (member.stands_in_for_id, member.substitute_id) == (None, None)
    await comes(surface, "member")
    roll = await roll_of(surface.world)
    assert [each.name for each in roll.voters(roll.announced)] == ["Eksempel Member"]


async def test_who_is_chosen_in_a_form_that_is_open_follows(surface: FakeSurface) -> None:
    opened = form(await surface.press("member", await page(surface), "Stedfortreder"))
    await surface.submit("member", opened, {"who": str(surface.world.people["clinician"])}, "save")
    await join(surface, "clinician", "surgeon")
    told = message(await surface.bot.submit(surface.world.sender("member"), opened.token, {}))
    assert facts(told)["Svaret ditt"] == "Stedfortreder: Eksempel Surgeon"


async def test_both_were_disqualified_in_the_same_case(surface: FakeSurface) -> None:
    await seat(surface.world, "nurse", Role.MEMBER)
    await accepted(surface, "Første sak")
    await comes(surface, "member", "nurse")
    await begin(surface)
    await disqualify(surface, "Member", "Nurse")
    await join(surface, "nurse", "member")
    assert [each.name for each in (await roll_of(surface.world)).out] == ["Eksempel Member"]


async def test_what_each_was_asked_to_is_what_the_one_person_is_asked_to(surface: FakeSurface) -> None:
    """Neither has answered: one is asked to stand in, the other comes to a case."""
    await accepted(surface, "Første sak")
    await sends(surface, "member", "surgeon")
    opened = form(await surface.press("secretary", await marking(surface), "Legg til"))
    slot = next(field for field in opened.fields if field.name == "guest_in").options[0].value
    guest = {"who": str(surface.world.people["nurse"]), "guest_in": [slot], "stands_in_for": "0"}
    await surface.submit("secretary", opened, guest)
    await join(surface, "nurse", "surgeon")
    surgeon = await at_roll(surface.world, "surgeon")
    assert surgeon.stands_in_for_id == surface.world.people["member"]
    assert [line.title for line in surgeon.guest_in] == ["Første sak"]
