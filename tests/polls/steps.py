"""Finding a date, as it is asked and answered."""

from typing import Any

from handlers.dialogs.dialog import Form
from handlers.messages.message import Message
from handlers.polls.watching import WATCH
from storage.tables import DatePoll, DatePollTime
from tests.chores import done
from tests.kept_world import kept
from tests.surface import FakeSurface, form, message

TITLE = "Når passer det med møte i Faglig samarbeidsutvalg (FSU)?"
LINES = "16.9. kl. 9–11\n17.9. kl. 12–14\n19.9. kl. 9–11"
"""A Wednesday on which AU meets from 10 to 13, a Thursday, and a Saturday. The clock stands at 1 September 2026."""


@kept
async def whom(surface: FakeSurface, who: str = "secretary", line: str = "mote finn FSU", **times: Any) -> Form:
    """The form where those who are asked are chosen."""
    return form(await surface.submit(who, await surface.open(who, line), {"times": LINES, **times}))


@kept
async def started(surface: FakeSurface, who: str = "secretary", times: str = LINES, **chosen: Any) -> Message:
    """What whoever asked sees then."""
    look = form(await surface.submit(who, await whom(surface, who, times=times), chosen))
    return message(await surface.submit(who, look))


async def asked(surface: FakeSurface, who: str) -> Message:
    """The message in which somebody is asked, as it stands now."""
    found = [shown for shown in await surface.inbox(who) if shown.title == TITLE]
    assert found, [shown.title for shown in await surface.inbox(who)]
    return found[0]


async def titles(surface: FakeSurface, who: str) -> list[str]:
    return [shown.title for shown in await surface.inbox(who)]


async def presses(surface: FakeSurface, who: str, label: str) -> Message:
    """Press a button of the message in which they are asked."""
    return message(await surface.press(who, await asked(surface, who), label))


async def seen(surface: FakeSurface, who: str = "secretary") -> Message:
    """The poll as whoever runs it sees it now."""
    return message(await surface.bot.press(surface.world.sender(who), "datovalg.vis", {"poll": "1"}))


async def look(surface: FakeSurface) -> int:
    """What the clock does now."""
    return await done(WATCH, surface.world.database, surface.clock)


async def row(surface: FakeSurface) -> DatePoll:
    async with surface.world.database.reading() as session:
        return await session.get_one(DatePoll, 1)


async def time_of(surface: FakeSurface, number: int) -> DatePollTime:
    async with surface.world.database.reading() as session:
        return await session.get_one(DatePollTime, number)


def texts(shown: Message) -> dict[str, list[str]]:
    """The lines of each section, by its title."""
    return {section.title: section.text.split("\n") for section in shown.sections}
