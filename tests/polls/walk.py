"""The forms of finding a date, walked (see `tests.catalogue.walk`)."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from handlers.dialogs.dialog import Reply
from handlers.polls.watching import WATCH
from tests.chores import reminded
from tests.surface import form, message

if TYPE_CHECKING:
    from tests.catalogue.walk import Walk


async def walk(walk: "Walk") -> None:
    """A poll over as many times as there can be, answered, with more time, and one of them chosen; one is cancelled."""
    surface, world, title = walk.surface, walk.world, walk.words.title
    now = surface.clock.now()
    days = [now + timedelta(days=15 + each) for each in range(20)]
    lines = "\n".join(f"{day.day}.{day.month}.{day.year} kl. 9–11" for day in days)
    await _send(walk, "mote finn", lines, title)
    for who in ("colleague", "nurse"):
        await walk._inbox(who)
        await walk._press(who, await walk._having(who, "Alle tidene passer"), "Neste")
        await walk._press(who, await walk._having(who, "Alle tidene passer"), "Alle tidene passer")
    await walk._press("member", await walk._having("member", "Alle tidene passer"), "Ingen av tidene passer")
    run = message(walk._see("the secretary sees the poll", await _see(walk, "1")))
    await walk._press("secretary", run, "Neste")
    await walk._press("secretary", run, "Hvem har svart")
    called = walk._called("Hvem kan {number}").format(number=1)
    walk._see("the secretary sees who can", await surface.press("secretary", run, called))
    more = await walk._open("secretary", run, "Spør flere")
    await walk._submit("secretary", more, persons=[str(world.people["carer"])])
    for at in (5, 8):
        surface.clock.go_to(now + timedelta(days=at))
        await reminded(WATCH, world.database, surface.clock)
        await walk._inbox("carer", "member", "secretary")
    extend = await walk._open("secretary", run, "Endre svarfristen")
    await walk._submit("secretary", extend, until=str((now + timedelta(days=14)).date()), clock="12:00")
    await walk._inbox("carer")
    for line in ("mote finn", "mote datovalg"):
        await walk._say("secretary", line)
        await walk._say("member", line)
    choosing = walk._called("Velg {number}").format(number=1)
    choose = form(walk._see("a time is chosen", await surface.press("secretary", run, choosing)))
    deadline = datetime.date(now + timedelta(days=10))
    await walk._submit("secretary", choose, place=title[:150], deadline=str(deadline), clock="12:00")
    await walk._inbox("member", "nurse")
    await _send(walk, "mote finn FSU", "\n".join(lines.splitlines()[10:12]), title)
    await walk._press("secretary", message(await _see(walk, "2")), "Avlys datovalget")
    await walk._inbox("member", "nurse")


async def _send(walk: "Walk", line: str, times: str, title: str) -> None:
    world = walk.world
    committee = {} if "FSU" in line else {"committee": str(world.committees["fsu"])}
    whom = await walk._go_on("secretary", form(await walk._say("secretary", line)), times=times, **committee)
    chosen = {"subject": title[:200], "place": title[:150], "persons": [str(world.people["nurse"])]}
    look = await walk._go_on("secretary", whom, **chosen, extraordinary="true", substitutes="true")
    walk._see("a poll is sent", await walk.surface.submit("secretary", look))


async def _see(walk: "Walk", poll: str) -> Reply:
    return await walk.surface.bot.press(walk.world.sender("secretary"), "datovalg.vis", {"poll": poll})
