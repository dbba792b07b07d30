"""Getting people to a meeting, as they do it."""

from datetime import timedelta
from typing import Any

from handlers.meetings.attendance import roll
from handlers.meetings.attendance.roll import Attendee, Roll
from handlers.messages.message import Message
from handlers.people.roles import Role
from storage.tables import AlsoSubstitute, Committee, Meeting, Membership
from tests.meetings.steps import read
from tests.surface import FakeSurface, form, message
from tests.world import World


async def seat(world: World, who: str, role: Role = Role.SUBSTITUTE, instead_of: str = "", also_of: str = "") -> None:
    """`who` has this role in FSU; a substitute, of a member, or of two."""
    async with world.database.transaction() as session:
        session.add(
            Membership(
                committee_id=world.committees["fsu"],
                person_id=world.people[who],
                role=role,
                substitute_for_id=world.people.get(instead_of),
            )
        )
        if also_of:
            fsu, ids = world.committees["fsu"], world.people
            session.add(AlsoSubstitute(committee_id=fsu, person_id=ids[who], member_id=ids[also_of]))


async def with_rules(world: World, *rules: dict[str, Any]) -> None:
    """FSU has these rules of attendance."""
    async with world.database.transaction() as session:
        committee = await session.get_one(Committee, world.committees["fsu"])
        committee.settings = {**committee.settings, "attendance": list(rules)}


async def roll_of(world: World, meeting: str = "fsu-1") -> Roll:
    shown = await read(world, meeting)
    async with world.database.transaction() as session:
        return await roll.read(session, shown)


async def at_roll(world: World, who: str) -> Attendee:
    found = (await roll_of(world)).person(world.people[who])
    assert found is not None
    return found


async def page(surface: FakeSurface, who: str = "member") -> Message:
    """The meeting's page."""
    return message(await surface.say(who, "saksliste FSU"))


async def marking(surface: FakeSurface, who: str = "secretary") -> Message:
    return message(await surface.press(who, await page(surface, who), "Før oppmøte"))


async def press_for(surface: FakeSurface, shown: Message, name: str, label: str, who: str = "secretary") -> Any:
    """Press a button in the section of the list that has this name."""
    section = next(each for each in shown.sections if each.title == name)
    button = next(each for each in section.buttons if each.label == label)
    return await surface.bot.press(surface.world.sender(who), button.action, button.arguments)


async def comes(surface: FakeSurface, *everybody: str) -> None:
    for who in everybody:
        await surface.press(who, await page(surface, who), "Kommer")


async def stays_away(surface: FakeSurface, who: str, reason: str = "") -> Message:
    opened = form(await surface.press(who, await page(surface, who), "Forfall"))
    return message(await surface.submit(who, opened, {"reason": reason}))


async def sends(surface: FakeSurface, who: str, substitute: str = "", other: str = "") -> Any:
    """What comes of sending a substitute."""
    opened = form(await surface.press(who, await page(surface, who), "Stedfortreder"))
    chosen = str(surface.world.people[substitute]) if substitute else ""
    return await surface.submit(who, opened, {"who": chosen, "other": other})


async def newest(surface: FakeSurface, who: str, beginning: str = "") -> Message:
    """The newest message to them that begins so."""
    return next(each for each in reversed(await surface.inbox(who)) if each.title.startswith(beginning))


async def remind(surface: FakeSurface) -> None:
    """Let the reminder of the meeting come that is sent the day before it."""
    surface.clock.forward(timedelta(days=19))
    await surface.worker.do_chores()


async def begin(surface: FakeSurface, after: timedelta = timedelta()) -> None:
    """It is so long after the meeting began."""
    async with surface.world.database.transaction() as session:
        meeting = await session.get_one(Meeting, surface.world.meetings["fsu-1"])
    surface.clock.go_to(meeting.starts_at + after)
