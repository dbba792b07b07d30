"""Handing in a plan, in chat and as a file, and what is read of its page."""

from typing import Any

from sqlmodel import select

from handlers.capabilities import registry
from handlers.capability import Handed
from handlers.messages.message import Message, Section
from handlers.planning.actions import Do
from storage.tables import Meeting, MeetingPlan
from tests.clock import FixedClock
from tests.surface import FakeSurface, form, message
from tests.world import World

PLAN = """FSU: 28/1, 29/4, 2/9 og 4/11 12.30–15.30
AU: 11/2 14.00–16.00"""


def surface_of(world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(world, clock, registry())


async def written(surface: FakeSurface, text: str, who: str = "secretary", year: int = 2027) -> Message:
    """The page of a plan that is written in."""
    listed = message(await surface.say(who, f"mote plan {year}"))
    shown = form(await surface.press(who, listed, "Skriv inn en plan"))
    return message(await surface.submit(who, shown, {"text": text}))


async def handed_in(
    surface: FakeSurface, name: str, content: bytes, who: str = "secretary", year: int = 2027
) -> Message:
    return message(
        await surface.bot.hand_in(surface.world.sender(who), Do.HAND_IN, {"year": str(year)}, Handed(name, content))
    )


def called(shown: Message, title: str) -> Section:
    """The section with this title."""
    (found,) = [each for each in shown.sections if each.title == title]
    return found


def fact(shown: Message, label: str) -> str:
    return next((each.value for each in shown.facts if each.label == label), "")


async def rows(world: World, model: Any) -> list[Any]:
    async with world.database.transaction() as session:
        found = list(await session.scalars(select(model).order_by(model.id)))
        session.expunge_all()
        return found


async def planned(world: World, committee: str = "fsu", source: str = "plan") -> list[Meeting]:
    """The meetings of a committee that are held and were last said by this source, in order."""
    found = [
        each
        for each in await rows(world, Meeting)
        if each.committee_id == world.committees[committee] and each.source == source and each.cancelled_at is None
    ]
    return sorted(found, key=lambda each: each.starts_at)


async def status(world: World) -> str:
    """Of the newest plan."""
    return str((await rows(world, MeetingPlan))[-1].status)
