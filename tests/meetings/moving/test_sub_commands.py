"""Words after `/mote` that another room brings."""

from handlers.capabilities import CAPABILITIES, PAGE, TEMPLATES
from handlers.capability import Example, Way
from handlers.dialogs.dialog import Reply
from handlers.helping import capability as helping
from handlers.meetings import capability
from handlers.meetings.sub_command import SubCommand
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.registry import Registry
from tests.clock import FixedClock
from tests.surface import FakeSurface, message
from tests.world import World


async def _sing(_context: Context, text: str) -> Reply:
    return Message(title=f"synger {text}")


async def _examples(_context: Context) -> tuple[Example, ...]:
    return (Example("/mote syng FSU", "en sang"),)


ASKED = Way("syng", "Syng", asks=("syng|synge møtet",))
SING = SubCommand(("syng", "sang"), _sing, "syng [utvalg]", (ASKED,), _examples)


async def test_a_word_leads_to_what_another_room_does(world: World, clock: FixedClock) -> None:
    with_song = capability.over(PAGE, TEMPLATES, (SING,))
    known = (*(each for each in CAPABILITIES if each.name != "mote"), with_song)
    surface = FakeSurface(world, clock, Registry((*known, helping.over(known))))
    for line, title in (
        ("mote syng FSU 12.3.", "synger FSU 12.3."),
        ("mote Sang", "synger "),
        ("mote", "Kommende møter"),
        # What means nothing here shows the meetings, as it always did.
        ("mote FSU", "Kommende møter"),
    ):
        assert message(await surface.say("member", line)).title == title, line
    (command,) = with_song.commands
    assert command.hint == "syng [utvalg]"
    assert [way.rest for way in command.ways] == ["", "syng"]
