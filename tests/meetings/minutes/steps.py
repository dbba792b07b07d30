"""Writing minutes, as a referent does."""

from datetime import timedelta
from typing import Any

from handlers.capabilities import registry
from handlers.dialogs.dialog import Form, Reply
from handlers.messages.message import Message
from tests.clock import FixedClock
from tests.kept_world import kept
from tests.meetings.steps import accepted, with_standing
from tests.surface import FakeSurface, form, message
from tests.world import World

STANDING = ["Godkjenning av innkalling og dagsorden", {"title": "Eventuelt"}]
BEGIN = "Begynn på referatet"
DURING = timedelta(days=20, minutes=30)
"""From the moment of the tests to when FSU's first meeting is held."""


async def in_meeting(world: World, clock: FixedClock, *cases: str, standing: bool = True, **what: Any) -> FakeSurface:
    """FSU's first meeting is being held, with these cases on its agenda. `what`: fields of their first step."""
    surface = FakeSurface(world, clock, registry())
    await is_held(surface, *cases, standing=standing, **what)
    return surface


@kept
async def is_held(surface: FakeSurface, *cases: str, standing: bool = True, **what: Any) -> None:
    """The same, before somebody's eyes."""
    if standing:
        await with_standing(surface.world, *STANDING)
    for title in cases:
        await accepted(surface, title, **what)
    surface.clock.forward(DURING)


async def begun(surface: FakeSurface, who: str = "secretary") -> Message:
    """The minutes of that meeting, begun on."""
    shown = message(await surface.say(who, "referat FSU"))
    return message(await surface.press(who, shown, BEGIN))


async def press_at(surface: FakeSurface, who: str, shown: Message, title: str, label: str) -> Reply:
    """Press a button of the section whose title has `title`."""
    section = next(each for each in shown.sections if title in each.title)
    button = next(each for each in section.buttons if each.label == label)
    return await surface.bot.press(surface.world.sender(who), button.action, button.arguments)


async def to_write(surface: FakeSurface, shown: Message, title: str, who: str = "secretary") -> Form:
    """The form for the line called so."""
    return form(await press_at(surface, who, shown, title, "Skriv"))


async def written(surface: FakeSurface, shown: Message, title: str, who: str = "secretary", **what: str) -> Message:
    """Something is written of a line: what its page then says."""
    return message(await surface.submit(who, await to_write(surface, shown, title, who), what))
