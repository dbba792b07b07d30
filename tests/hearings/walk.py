"""The forms of rounds of written comments, walked (see `tests.catalogue.walk`)."""

from datetime import timedelta
from typing import TYPE_CHECKING

from handlers.hearings.clock import FOLLOW
from tests.cases.steps import propose
from tests.chores import reminded
from tests.surface import form, message

if TYPE_CHECKING:
    from tests.catalogue.walk import Walk


async def walk(walk: "Walk") -> None:
    """A round that is sent, answered, reminded of, given more time and withdrawn."""
    surface, world, text = walk.surface, walk.world, walk.words.text
    await propose(surface)
    reply = await surface.bot.press(world.sender("secretary"), "horing.ny", {"item": "1"})
    walk._see("a round about a case", reply)
    until = (surface.clock.now() + timedelta(days=20)).date()
    ask = {
        "committee": str(world.committees["fsu"]),
        "title": walk.words.title[:200],
        "question": text[:3000],
        "links": "https://example.org/utkast?a=1&b=[2]",
        "until": str(until),
    }
    to = await walk._go_on("secretary", form(await walk._say("secretary", "horing ny")), **ask)
    people = [str(world.people[each]) for each in ("nurse", "clinician")]
    look = await walk._go_on("secretary", to, persons=people, bodies=[str(world.committees["fsu"])])
    shown = message(walk._see("a round is sent", await surface.submit("secretary", look)))
    add = await walk._open("secretary", shown, "Legg til mottaker")
    shown = message(await walk._submit("secretary", add, called="Eksempel Brevskriver"))
    await walk._inbox("nurse")
    own = await walk._open("nurse", await walk._having("nurse", "Ingen merknader"), "Svar")
    await walk._submit("nurse", own, text=text[:3000], more=text[:3000], behalf=walk.words.title[:150])
    await walk._press("clinician", await walk._having("clinician", "Ingen merknader"), "Ingen merknader")
    extend = await walk._open("secretary", shown, "Forleng fristen")
    await walk._submit("secretary", extend, until=str(until + timedelta(days=5)))
    for days in (22, 5):
        surface.clock.go_to(surface.clock.now() + timedelta(days=days))
        await reminded(FOLLOW, world.database, surface.clock)
        await walk._inbox("member", "secretary")
    await walk._say("secretary", "horing")
    await walk._say("member", "horing")
    await walk._press("secretary", shown, "Trekk høringen")
    await walk._inbox("member")
